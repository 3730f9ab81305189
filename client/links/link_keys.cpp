#include "client/links/link_keys.h"

#include <algorithm>

#include "client/errors.h"
#include "client/kit/emergency_kit.h"
#include "core/base/verify.h"
#include "core/crypto/kdf.h"
#include "core/crypto/object.h"
#include "core/crypto/padding.h"

namespace obhut::client {
namespace {

constexpr std::uint8_t kPlain = 1;         // versions in the fragment
constexpr std::uint8_t kWithPassword = 2;  // the secret alone opens nothing
constexpr std::uint8_t kPasswordClass = 1;
constexpr std::size_t kSalt = 32;
constexpr std::size_t kLeastRecord = 1024;
constexpr std::string_view kPath = "/l/";

ObjectPlace place_of(const OrgId& org) { return {labels::object_in_link, org, SpaceId{}}; }

ObjectKey record_key(const LinkReadKey& read, ByteView salt) {
    return ObjectKey(derive<32>(read.expose(), KdfInfo(labels::link_read).add(salt)));
}

std::string to_base64url(ByteView bytes) {
    std::string text = to_base64(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

// Cuts a URL into its host, the id and the fragment.
struct Cut {
    std::string_view host, id, fragment;
};
std::optional<Cut> cut(std::string_view text) {
    // Without a fragment it is a link that somebody has cut off.
    const std::size_t hash = std::min(text.find('#'), text.size());
    const std::string_view front = text.substr(0, hash);
    const std::size_t path = front.rfind(kPath);
    if (path == std::string_view::npos) return std::nullopt;
    return Cut{front.substr(0, path), front.substr(path + kPath.size()),
               text.substr(std::min(hash + 1, text.size()))};
}

}  // namespace

std::string LinkUrl::text() const {
    Bytes fragment{password ? kWithPassword : kPlain};
    append(fragment, secret.expose());
    std::string text = host + std::string(kPath) + id.hex() + "#" + to_base64url(fragment);
    wipe(fragment);
    return text;
}

bool is_link_url(std::string_view text) {
    const auto parts = cut(text);
    return parts && (parts->host.starts_with("https://") || parts->host.starts_with("http://"));
}

Result<LinkUrl> LinkUrl::parse(std::string_view text) {
    const auto parts = cut(text);
    if (!parts) return fail(errors::text_foreign);
    LinkUrl url;
    url.host = TRY(check_host(parts->host));
    const auto id = from_hex(parts->id);
    std::string base64(parts->fragment);
    if (base64.find_first_of("+/") != std::string::npos) return fail(errors::text_damaged);
    std::ranges::replace(base64, '-', '+');
    std::ranges::replace(base64, '_', '/');
    const auto fragment = from_base64(base64);
    if (!id || id->size() != LinkId::kSize || !fragment || fragment->empty())
        return fail(errors::text_damaged);
    const std::uint8_t version = (*fragment)[0];
    if (version != kPlain && version != kWithPassword) return fail(errors::text_version);
    if (fragment->size() != 1 + LinkSecret::kSize) return fail(errors::text_damaged);
    url.id = LinkId::from(*id);
    url.secret = LinkSecret(ByteView(*fragment).subspan(1));
    url.password = version == kWithPassword;
    return url;
}

Result<LinkKeys> link_keys(const LinkSecret& secret, const LinkId& id,
                           const std::optional<ByteView>& password) {
    Bytes input;
    if (password) {
        if (password->empty()) return fail(errors::password_empty);
        const Secret<16> salt =
            derive<16>(secret.expose(), KdfInfo(labels::link_password).add(id.view()));
        const Secret<32> stretched =
            TRY(hash_password(*password, salt.expose(), TRY(password_cost(kPasswordClass))));
        append(input, stretched.expose());
    }
    append(input, secret.expose());
    const auto key = [&](Label label) {
        Secret<32> out;
        hkdf(input, {}, KdfInfo(label).add(id.view()), out.expose_mutable());
        return out;
    };
    LinkKeys keys{LinkReadKey(key(labels::link_read)), key(labels::link_auth),
                  Hash::from(key(labels::link_commitment).expose())};
    wipe(input);
    return keys;
}

Bytes seal_link(const LinkReadKey& read, const Hash& commitment, const LinkRecord& record,
                Entropy& entropy) {
    Bytes salt(kSalt);
    entropy.fill(salt);
    Bytes plain = encode(record);
    pad(plain, std::max<std::size_t>(kLeastRecord, padme(plain.size() + 1)));
    Bytes sealed = to_bytes(commitment.view());
    append(sealed, salt);
    append(sealed,
           seal_with(place_of(record.org), ObjectType::link, record_key(read, salt), plain));
    wipe(plain);
    return sealed;
}

Result<LinkRecord> open_link(const LinkKeys& keys, const OrgId& org, const LinkId& id,
                             ByteView sealed) {
    if (sealed.size() < Hash::kSize + kSalt) return fail(errors::link_tampered);
    const bool committed = constant_time_equal(sealed.first(Hash::kSize), keys.commitment.view());
    VERIFY("SR-21/link-commitment", committed, errors::link_tampered);
    const auto plain = open_with(place_of(org), ObjectType::link,
                                 record_key(keys.read, sealed.subspan(Hash::kSize, kSalt)),
                                 sealed.subspan(Hash::kSize + kSalt));
    if (!plain) return fail(errors::link_tampered, plain.error().code.number);
    LinkRecord record = TRY(decode<LinkRecord>(TRY(unpadded(*plain))));
    const bool names_itself = record.org == org && record.link == id;
    VERIFY("SR-15/link-names-itself", names_itself, errors::link_tampered);
    const bool complete = record.content.has_value() == (record.kind == LinkKind::file) &&
                          record.tree.has_value() == (record.kind == LinkKind::folder) &&
                          record.upload_key.has_value() == (record.kind == LinkKind::upload);
    if (!complete) return fail(errors::link_malformed);
    if (record.content) TRY(content::check_content(*record.content));
    return record;
}

}  // namespace obhut::client
