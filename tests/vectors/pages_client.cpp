// Kit, invitation, links by URL, drops, signed requests.
#include "client/drops/inbox_keys.h"
#include "client/kit/invitation.h"
#include "client/kit/linking_code.h"
#include "client/links/link_keys.h"
#include "protocols/http/signature.h"
#include "tests/vectors/pages.h"

namespace obhut::test {
namespace {

Page unlock_page(const client::KitUnlock& unlock) {
    return {{"auth", text_of(unlock.auth.expose())}, {"wrap", text_of(unlock.wrap.expose())}};
}

// What Argon2id makes of a password: other steps can be tried without it.
std::string stretched(ByteView password, ByteView salt) {
    return text_of(hash_password(password, salt, kPasswordCostFloor)->expose());
}

Page texts_page(Entropy& entropy) {
    const Office& all = office();
    const client::EmergencyKit kit = all.anna->kit(std::string(kHost), all.root.root_fingerprint);
    client::Invitation invitation{
        std::string(kHost), all.root.org,  all.root.root_fingerprint,
        all.notes.front(),  kBegin + kDay, client::InvitationSecret(all.invitation.expose())};
    const client::LinkingCode code{sha256(as_bytes("offer")),
                                   Secret<32>(sha256(as_bytes("secret")).view())};
    return {
        {"emergency_kit", kit.text()},
        {"emergency_kit_qr", kit.qr_payload()},
        {"root_kit", all.root.file_text(entropy)},
        {"invitation", invitation.text()},
        {"invitation_secret", text_of(all.invitation.expose())},
        {"invitation_key", client::invitation_key(all.invitation, all.root.org).public_key().hex()},
        {"linking_code", code.text()},
        {"linking_offer_hash", code.offer.hex()},
        {"linking_secret", text_of(code.secret.expose())}};
}

client::LinkRecord record_of(const client::LinkId& id) {
    const Office& all = office();
    client::LinkRecord record;
    record.org = all.root.org;
    record.space = all.space_id;
    record.link = id;
    record.kind = client::LinkKind::file;
    record.name = "plan.csv";
    record.from = "Anna";
    record.organisation = "Rathaus";
    record.content = all.content.clone();
    record.mode = 0644;
    record.expires = kBegin + 30 * kDay;
    return record;
}

Page link_page(client::LinkUrl url, const std::optional<ByteView>& password, Entropy& entropy) {
    const client::LinkKeys keys = *client::link_keys(url.secret, url.id, password);
    url.password = password.has_value();
    const Bytes sealed = client::seal_link(keys.read, keys.commitment, record_of(url.id), entropy);
    CHECK(client::open_link(keys, office().root.org, url.id, sealed));
    Page page{{"url", url.text()}, {"id", url.id.hex()}, {"secret", text_of(url.secret.expose())}};
    if (password) {
        const auto salt =
            derive<16>(url.secret.expose(), KdfInfo(labels::link_password).add(url.id.view()));
        page["password"] = std::string(as_text(*password));
        page["salt"] = text_of(salt.expose());
        page["stretched"] = stretched(*password, salt.expose());
    }
    page["read"] = text_of(keys.read.expose());
    page["auth"] = text_of(keys.auth.expose());
    page["auth_hash"] = sha256(keys.auth.expose()).hex();
    page["commitment"] = keys.commitment.hex();
    page["record"] = text_of(encode(record_of(url.id)));
    page["sealed_record"] = text_of(sealed);
    return page;
}

Page drop_page(const Bytes& drop, const client::Letter& letter, const KemSecretKey& secret) {
    return {{"drop", text_of(drop)},
            {"id", sha256(drop).hex()},
            {"shared_secret", shared_secret(secret, decode<client::Drop>(drop)->box)},
            {"letter_id", letter.id().hex()},
            {"letter", text_of(encode(letter))}};
}

}  // namespace

Page kit_page() {
    TestEntropy entropy(4);
    const Office& all = office();
    const client::OpenKit& kit = *all.anna->secrets.kit;
    Secret<16> salt;
    hkdf(kit.account_secret.expose(), {}, KdfInfo(labels::kit_salt), salt.expose_mutable());
    Page page{{"page", "kit.md"},
              {"organisation", all.root.org.hex()},
              {"user", all.newcomer.user.hex()},
              {"root_fingerprint", all.root.root_fingerprint.hex()},
              {"seed", text_of(kit.seed.expose())},
              {"account_secret", text_of(kit.account_secret.expose())},
              {"recovery_key", text_of(kit.recovery_key.expose())},
              {"password", kPassword},
              {"salt", text_of(salt.expose())},
              {"stretched", stretched(as_bytes(kPassword), salt.expose())}};
    page["by_password"] =
        unlock_page(*client::unlock_by_password(as_bytes(kPassword), kit.account_secret, 1));
    page["by_recovery"] = unlock_page(client::unlock_by_recovery(kit.recovery_key));
    page["password_blob"] = text_of(all.anna->material.kit->password_blob);
    page["recovery_blob"] = text_of(all.anna->material.kit->recovery_blob);
    const client::DeviceSecrets secrets = client::kit_secrets(kit.seed);
    page["signing_seed"] = text_of(secrets.signing.expose());
    page["request_seed"] = text_of(secrets.request.expose());
    page["kem_secret"] = text_of(secrets.kem.expose());
    page["texts"] = texts_page(entropy);
    return page;
}

Page links_page() {
    TestEntropy entropy(5);
    client::LinkUrl url;
    url.host = std::string(kHost);
    url.id = entropy.id<client::LinkId>();
    entropy.fill(url.secret.expose_mutable());
    client::LinkUrl second{url.host, entropy.id<client::LinkId>(),
                           client::LinkSecret(url.secret.expose()), false};
    Page page{{"page", "links.md"}, {"organisation", office().root.org.hex()}};
    page["links"] = {link_page(std::move(url), std::nullopt, entropy),
                     link_page(std::move(second), as_bytes("Sommer"), entropy)};
    return page;
}

Page drops_page() {
    TestEntropy entropy(6);
    const Office& all = office();
    const KemSecretKey secret = KemSecretKey::generate(entropy);
    const KemPublicKey open = kem_public_key(secret);
    const SigningKey& key = all.anna->secrets.device.signing;
    client::Letter letter;
    letter.org = all.root.org;
    letter.inbox = api::inbox(all.newcomer.user);
    letter.token = entropy.id<client::LetterToken>();
    letter.sender = all.newcomer.user;
    letter.device = all.device();
    letter.counter = 1;
    letter.time = kBegin + kHour;
    letter.text = "Zur Kenntnis";
    client::LetterFile file;
    file.name = "notiz.txt";
    file.bytes = to_bytes("kurz");
    file.content.size = file.bytes->size();
    file.content.hash = sha256(*file.bytes);
    letter.files.push_back(std::move(file));
    const Bytes drop = *client::seal_letter(letter, open, &key, entropy);
    client::Letter visitor = letter.clone();
    visitor.inbox = api::inbox(all.space_id);
    visitor.link = entropy.id<api::LinkId>();
    visitor.sender.reset();
    visitor.device.reset();
    visitor.counter.reset();
    const Bytes by_link = *client::seal_letter(visitor, open, nullptr, entropy);
    client::Letter wish = letter.clone();
    wish.token = entropy.id<client::LetterToken>();
    wish.counter = 2;
    wish.text.clear();
    wish.files.clear();
    wish.wish = client::NameWish{principal(all.newcomer.user), "Anna Neu", kBegin + kHour};
    const Bytes wished = *client::seal_letter(wish, open, &key, entropy);
    Page page{{"page", "drops.md"},          {"organisation", all.root.org.hex()},
              {"inbox", letter.inbox.hex()}, {"kem_secret", text_of(secret.expose())},
              {"kem_key", open.hex()},       {"signing_key", key.public_key().hex()}};
    page["drops"] = {drop_page(drop, letter, secret), drop_page(by_link, visitor, secret),
                     drop_page(wished, wish, secret)};
    const Bytes statement = encode(client::InboxStatement{letter.org, letter.inbox, 1, open, kBegin,
                                                          kBegin + 14 * kDay, all.device(), 1});
    page["statement"] = text_of(statement);
    page["statement_signature"] = sign(key, labels::sign_inbox_key, letter.org, statement).hex();
    return page;
}

Page http_page() {
    const Office& all = office();
    const client::DeviceSecrets& device = all.anna->secrets.device;
    http::Request request;
    request.method = http::Method::post;
    request.path = "/v1/log/entries";
    request.body = *from_hex("a10143000102");
    http::SignatureInput input;
    input.created = 1'700'000'000;
    input.nonce = http::Nonce::truncated(sha256(as_bytes("nonce")).view());
    input.device = all.device();
    input.org = all.root.org;
    CHECK(http::sign_request(request, device.request, input));
    Page page{{"page", "http.md"},
              {"request_key", device.request.public_key().hex()},
              {"device", input.device.hex()},
              {"organisation", input.org.hex()},
              {"method", "POST"},
              {"path", request.path},
              {"query", ""},
              {"body", text_of(request.body)}};
    page["headers"] = Page::object();
    for (const http::Header& header : request.headers.all())
        page["headers"][header.name] = header.value;
    page["signature_base"] = http::signature_base(request, input, sha256(request.body));
    return page;
}

}  // namespace obhut::test
