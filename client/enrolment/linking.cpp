#include "client/directory/people.h"
#include "client/enrolment/heads.h"
#include "client/enrolment/new_device.h"
#include "client/enrolment/sign_in.h"
#include "core/base/verify.h"
#include "core/crypto/box.h"
#include "core/crypto/kdf.h"
#include "core/crypto/object.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

constexpr std::size_t kSalt = 32;
constexpr std::size_t kMaxHeads = 512;  // an answer has 8 KiB; a person with more sees them later

// What the new device shows the server; the code names its hash.
struct Offer {
    directory::DeviceKeys keys;
    KemPublicKey kem;
    directory::DeviceKind kind = directory::DeviceKind::full;

    static void fields(auto& self, auto& field) {
        field(1, self.keys);
        field(2, self.kem);
        field(3, self.kind);
    }
};

// What the old device says, for the new one alone.
struct Welcome {
    OrgId org;
    UserId user;
    Hash root_fingerprint;
    std::string note;
    std::string email;
    std::vector<space::SpaceHead> heads;
    std::optional<directory::Snapshot> snapshot;  // of the directory, known to be true

    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.user);
        field(3, self.root_fingerprint);
        field(4, self.note, directory::kMaxNoteBytes);
        field(5, self.email, 254);
        field(6, self.heads, kMaxHeads);
        field(7, self.snapshot);
    }
};

// Under the one-time secret: the organisation, which the new device needs to open the box, and the
// box to its key. Signed by the old device, so that it is provable who let the new one in.
struct Sealed {
    OrgId org;
    DeviceId device;
    Signature signature;  // over the offer's hash and the box
    Bytes box;

    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.device);
        field(3, self.signature);
        field(4, self.box, api::kMaxLinkingBytes);
    }
};

api::LinkingId rendezvous(const LinkingCode& code) {
    return api::LinkingId::truncated(code.offer.view());
}

ObjectKey answer_key(const LinkingCode& code, ByteView salt) {
    return ObjectKey(derive<32>(code.secret.expose(),
                                KdfInfo(labels::linking_secret).add(code.offer.view()).add(salt)));
}

const ObjectPlace kAnswerPlace{labels::object_in_linking, OrgId{}, SpaceId{}};

Bytes signed_part(const LinkingCode& code, ByteView box) {
    Bytes bytes = to_bytes(code.offer.view());
    append(bytes, box);
    return bytes;
}

Result<Offer> fetch_offer(Session& session, const LinkingCode& code) {
    const auto state = session.remote.linking(rendezvous(code));
    if (!state && state.error().kind() == Kind::missing) return fail(errors::linking_code_wrong);
    if (!state) return std::unexpected(state.error());
    VERIFY("SR-38/offer", sha256(state->offer) == code.offer, errors::linking_wrong_answer);
    Offer offer = TRY(decode<Offer>(state->offer));
    if (kem_key_hash(offer.kem) != offer.keys.kem || !is_valid_kem_key(offer.kem) ||
        offer.kind == directory::DeviceKind::kit)
        return fail(errors::linking_wrong_answer);
    return offer;
}

Result<Sealed> open_answer(const LinkingCode& code, ByteView answer) {
    if (answer.size() < kSalt) return fail(errors::linking_wrong_answer);
    const auto plain = open_with(kAnswerPlace, ObjectType::linking,
                                 answer_key(code, answer.first(kSalt)), answer.subspan(kSalt));
    if (!plain) return fail(errors::linking_wrong_answer);
    return decode<Sealed>(*plain);
}

}  // namespace

Result<Linking> Linking::begin(Session& session, const LinkingRequest& request) {
    if (session.profile.active()) return fail(errors::profile_exists);
    Linking linking;
    linking.host_ = TRY(check_host(request.host));
    linking.kind_ = request.device;
    linking.protection_ = request.protection.clone();
    linking.secrets_ = DeviceSecrets::generate(session.entropy);
    const Bytes offer = encode(
        Offer{linking.secrets_.public_keys(), linking.secrets_.kem_public(), request.device});
    linking.code_.offer = sha256(offer);
    session.entropy.fill(linking.code_.secret.expose_mutable());
    TRY(session.remote.offer_linking({rendezvous(linking.code_), offer}));
    return linking;
}

Result<bool> Linking::finish(Session& session) {
    const api::LinkingState state = TRY(session.remote.linking(rendezvous(code_)));
    if (!state.answer) return false;
    const Sealed sealed = TRY(open_answer(code_, *state.answer));
    const SecretBytes plain = TRY(
        open_box(secrets_.kem, labels::box_linking, sealed.org, code_.offer.view(), sealed.box));
    const Welcome welcome = TRY(decode<Welcome>(plain.expose()));
    TRY(session.directory.begin({welcome.org, welcome.root_fingerprint}, {{welcome.note}},
                                welcome.snapshot));
    TRY(session.directory.catch_up());
    const directory::State& known = session.directory.state();
    const DeviceId self = directory::device_id(secrets_.public_keys());
    const auto* device = known.device(self);
    const auto* answerer = known.device(sealed.device);
    VERIFY("SR-38/answerer",
           device != nullptr && device->active() && device->user == welcome.user &&
               answerer != nullptr && answerer->user == welcome.user,
           errors::linking_wrong_answer);
    TRY(verify_signature(answerer->signing, labels::sign_linking_answer, welcome.org,
                         signed_part(code_, sealed.box), sealed.signature));
    PublicProfile record;
    record.stage = Stage::linking;
    record.host = host_;
    record.email = welcome.email;
    record.org = welcome.org;
    record.user = welcome.user;
    record.device_kind = kind_;
    record.root_fingerprint = welcome.root_fingerprint;
    TRY(session.profile.begin(session.store, record, ProfileSecrets{secrets_.clone(), {}},
                              protection_, session.keyring, session.entropy));
    TRY(session.directory.save());
    SeenHeads seen{session.remote.now(), {}};
    for (const space::SpaceHead& head : welcome.heads)
        seen.heads.push_back({head.space, head.head, session.directory.checkpoint().incarnation});
    TRY(expect_heads(session, sealed.device, seen));
    session.started();
    record = session.profile.record();
    record.stage = Stage::active;
    TRY(session.profile.save_record(session.store, std::move(record)));
    return true;
}

Result<LinkingOfferView> look_at_offer(Session& session, const LinkingCode& code) {
    TRY(session.ready());
    const Offer offer = TRY(fetch_offer(session, code));
    return LinkingOfferView{code.offer, offer.kind};
}

Result<> answer_linking(Session& session, const LinkingCode& code,
                        std::vector<space::SpaceHead> heads) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    const Offer offer = TRY(fetch_offer(session, code));
    const KemSecretKey* user_key = nullptr;
    if (const auto* newest = newest_fresh(session, session.user()))
        user_key = TRY(session.rings.secret(principal(session.user()), newest->number));
    if (!session.directory.state().device_active(directory::device_id(offer.keys)))
        TRY(add_device(session, session.user(), {offer.keys, offer.kem, offer.kind},
                       session.secrets().signing, user_key));
    Welcome welcome;
    welcome.org = session.org();
    welcome.user = session.user();
    welcome.root_fingerprint = session.profile.record().root_fingerprint;
    welcome.note = session.directory.note();
    welcome.email = session.profile.record().email;
    // 56 bytes each: as many as the answer holds.
    if (heads.size() > 64) heads.resize(64);
    welcome.heads = std::move(heads);
    welcome.snapshot = session.directory.vouch();
    Sealed sealed;
    sealed.org = session.org();
    sealed.device = session.device();
    sealed.box = TRY(seal_box(offer.kem, labels::box_linking, session.org(), code.offer.view(),
                              encode(welcome), session.entropy));
    sealed.signature = sign(session.secrets().signing, labels::sign_linking_answer, session.org(),
                            signed_part(code, sealed.box));
    Bytes answer(kSalt);
    session.entropy.fill(answer);
    append(answer, seal_with(kAnswerPlace, ObjectType::linking, answer_key(code, ByteView(answer)),
                             encode(sealed)));
    return session.remote.answer_linking(rendezvous(code), std::move(answer));
}

}  // namespace obhut::client
