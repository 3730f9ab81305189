#include "client/drops/letter.h"

#include <algorithm>

#include "client/errors.h"
#include "core/base/verify.h"
#include "core/crypto/box.h"
#include "core/crypto/hash.h"
#include "core/crypto/padding.h"

namespace obhut::client {
namespace {

constexpr std::size_t kLeastBody = 4096;

struct SignedLetter {
    Bytes letter;
    std::optional<Signature> signature;
    static void fields(auto& self, auto& field) {
        field(1, self.letter, api::kMaxDropBytes);
        field(2, self.signature);
    }
};

// A box opens in the inbox it was made for, by the link it came by.
Bytes context_of(const InboxId& inbox, const std::optional<api::LinkId>& link) {
    Bytes context = to_bytes(inbox.view());
    if (link) append(context, link->view());
    return context;
}

Result<> judge_sender(const Session& session, const Letter& letter, ByteView payload,
                      const std::optional<Signature>& signature) {
    const bool claims = letter.sender || letter.device || letter.counter || signature;
    const bool complete = letter.sender && letter.device && letter.counter && signature;
    if (kind_of(letter.inbox) == api::InboxKind::space) {
        VERIFY("SR-10/link-letter-has-no-sender", !claims && letter.link, errors::letter_forged);
        return {};
    }
    VERIFY("SR-10/colleague-signs", complete && !letter.link, errors::letter_forged);
    const directory::State& state = session.directory.state();
    const directory::DeviceRecord* device = state.device(*letter.device);
    const bool theirs = device != nullptr && device->user == *letter.sender;
    VERIFY("SR-10/sender-has-device", theirs, errors::letter_forged);
    const bool is_signed =
        verify_signature(device->signing, labels::sign_drop, session.org(), payload, *signature)
            .has_value();
    VERIFY("SR-10/letter-signed", is_signed, errors::letter_forged);
    VERIFY("SR-27/letter-device-active", state.device_active(*letter.device),
           errors::letter_sender_gone);
    return {};
}

}  // namespace

Letter Letter::clone() const {
    Letter copy{org, inbox, link, key, token, sender, device, counter, time, text, {}, wish};
    for (const LetterFile& file : files) copy.files.push_back(file.clone());
    return copy;
}

LetterId Letter::id() const {
    Bytes name = to_bytes(org.view());
    append(name, inbox.view());
    append(name, link ? link->view() : api::LinkId{}.view());
    append(name, device ? device->view() : DeviceId{}.view());
    append(name, token.view());
    return LetterId::from(sha256(name).view());
}

Result<Bytes> seal_letter(Letter& letter, const KemPublicKey& recipient, const SigningKey* signer,
                          Entropy& entropy) {
    letter.key = kem_key_hash(recipient);
    SignedLetter content{encode(letter), {}};
    if (signer != nullptr)
        content.signature = sign(*signer, labels::sign_drop, letter.org, content.letter);
    Bytes plain = encode(content);
    pad(plain, std::max<std::size_t>(kLeastBody, padme(plain.size() + 1)));
    if (plain.size() + kLeastBody > api::kMaxDropBytes) return fail(errors::letter_too_large);
    const ObjectKey key = ObjectKey::generate(entropy);
    Drop drop;
    drop.inbox = letter.inbox;
    drop.link = letter.link;
    drop.key = letter.key;
    drop.box = TRY(seal_box(recipient, labels::box_drop, letter.org,
                            context_of(letter.inbox, letter.link), key.expose(), entropy));
    drop.body = seal_with(drop_place(letter.org), ObjectType::drop, key, plain);
    wipe(plain);
    return encode(drop);
}

Result<Letter> open_letter(const Session& session, const Drop& drop, const KemSecretKey& secret) {
    const auto key = open_box(secret, labels::box_drop, session.org(),
                              context_of(drop.inbox, drop.link), drop.box);
    if (!key || key->size() != ObjectKey::kSize) return fail(errors::letter_malformed);
    const auto plain =
        open_with(drop_place(session.org()), ObjectType::drop, ObjectKey(key->expose()), drop.body);
    if (!plain) return fail(errors::letter_malformed);
    const auto unpacked = TRY(unpadded(*plain));
    const auto content = decode<SignedLetter>(unpacked);
    if (!content) return fail(errors::letter_malformed, content.error().code.number);
    auto letter = decode<Letter>(content->letter);
    if (!letter) return fail(errors::letter_malformed, letter.error().code.number);
    const bool names_drop = letter->org == session.org() && letter->inbox == drop.inbox &&
                            letter->link == drop.link && letter->key == drop.key;
    VERIFY("SR-15/letter-names-its-drop", names_drop, errors::letter_forged);
    TRY(judge_sender(session, *letter, content->letter, content->signature));
    if (letter->wish && (!letter->files.empty() || !letter->text.empty() || letter->link))
        return fail(errors::letter_malformed);
    for (const LetterFile& file : letter->files)
        if (!content::check_content(file.content)) return fail(errors::letter_malformed);
    return letter;
}

}  // namespace obhut::client
