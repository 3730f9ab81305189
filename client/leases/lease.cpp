#include "client/leases/lease.h"

#include "client/spaces/space_parts.h"
#include "core/base/verify.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"
#include "core/crypto/padding.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

constexpr std::size_t kSalt = 32;
constexpr std::size_t kHead = 8 + kSalt;    // epoch ‖ salt
constexpr std::size_t kPadded = 512;        // leases tell nothing by their size
constexpr Millis kClockSkew = 5 * kMinute;  // between the devices of honest people
constexpr unsigned kTries = 4;

struct SignedLease {
    Bytes record;
    Signature signature;
    static void fields(auto& self, auto& field) {
        field(1, self.record, api::kMaxLeaseBytes);
        field(2, self.signature);
    }
};

ObjectKey lease_key(const Space::Parts& space, const EpochKey& epoch, ByteView salt) {
    return ObjectKey(derive<32>(epoch.expose(), KdfInfo(labels::epoch_lease)
                                                    .add(space.session.org().view())
                                                    .add(space.id.view())
                                                    .add(salt)));
}

Result<Bytes> seal_lease(Space::Parts& space, const LeaseRecord& record) {
    Session& session = space.session;
    TRY(space.keys.newest());
    const std::uint64_t epoch = space.chain.chain().last_epoch();
    const EpochKey* key = TRY(space.keys.key(epoch));
    SignedLease lease{encode(record), {}};
    lease.signature =
        sign(session.secrets().signing, labels::sign_lease, session.org(), lease.record);
    Bytes plain = encode(lease);
    pad(plain, (plain.size() / kPadded + 1) * kPadded);
    Bytes salt(kSalt);
    session.entropy.fill(salt);
    Bytes sealed;
    append_be64(sealed, epoch);
    append(sealed, salt);
    append(sealed, seal_with(in_space(session.org(), space.id), ObjectType::lease,
                             lease_key(space, *key, salt), plain));
    return sealed;
}

Result<LeaseRecord> open_lease(Space::Parts& space, const api::LeaseId& id, ByteView sealed) {
    Session& session = space.session;
    if (sealed.size() < kHead) return fail(errors::lease_false);
    const EpochKey* key = TRY(space.keys.key(read_be64(sealed.first(8))));
    const SecretBytes plain(
        TRY(open_with(in_space(session.org(), space.id), ObjectType::lease,
                      lease_key(space, *key, sealed.subspan(8, kSalt)), sealed.subspan(kHead))));
    const auto lease = TRY(decode<SignedLease>(TRY(unpadded(plain.expose()))));
    LeaseRecord record = TRY(decode<LeaseRecord>(lease.record));
    const bool names_itself = record.org == session.org() && record.space == space.id &&
                              lease_id(space.id, record.kind, record.resource) == id;
    VERIFY("SR-45/lease-names-itself", names_itself, errors::lease_false);
    const directory::State& state = session.directory.state();
    const directory::DeviceRecord* device = state.device(record.device);
    const bool counts =
        device != nullptr && device->user == record.user && state.device_active(record.device);
    VERIFY("SR-45/lease-device-active", counts, errors::lease_false);
    const bool is_signed = verify_signature(device->signing, labels::sign_lease, session.org(),
                                            lease.record, lease.signature)
                               .has_value();
    VERIFY("SR-45/lease-signed", is_signed, errors::lease_false);
    const auto role = space.chain.chain().role_of(session.directory.view(), record.user,
                                                  session.directory.size());
    const Role needed = record.kind == LeaseKind::presence ? Role::reader : Role::editor;
    VERIFY("SR-45/lease-holder-may", role && *role >= needed, errors::lease_false);
    const Millis now = session.remote.now();
    const bool lasts = record.until > now && record.until <= now + api::kMaxLeaseTime + kClockSkew;
    VERIFY("SR-45/lease-lasts", lasts, errors::lease_false);
    return record;
}

Result<bool> hears_more(Space::Parts& space) {
    const bool of_devices = TRY(space.session.directory.catch_up());
    return TRY(space.chain.refresh()) || of_devices;
}

}  // namespace

api::LeaseId lease_id(const SpaceId& space, LeaseKind kind, ByteView resource) {
    const KdfInfo name = std::move(KdfInfo(labels::epoch_lease)
                                       .add(space.view())
                                       .add_uint(static_cast<std::uint64_t>(kind))
                                       .add(resource));
    return api::LeaseId::truncated(sha256(name.view()).view());
}

Result<std::vector<LeaseView>> leases_of(Space& space) {
    Space::Parts& parts = space.parts();
    TRY(parts.session.ready());
    std::vector<LeaseView> views;
    for (const api::Lease& lease : TRY(parts.session.remote.leases(parts.id))) {
        if (!lease.record) continue;
        auto record = open_lease(parts, lease.id, *lease.record);
        if (!record && record.error().kind() == Kind::retry) return std::unexpected(record.error());
        if (!record) continue;
        const bool own = record->device == parts.session.device();
        views.push_back({std::move(*record), lease.version, own});
    }
    return views;
}

Result<HeldLease> take_lease(Space& space, LeaseKind kind, ByteView resource, Millis duration,
                             std::string_view text) {
    Space::Parts& parts = space.parts();
    Session& session = parts.session;
    TRY(session.ready());
    if (kind != LeaseKind::presence && space.role() < Role::editor) return fail(errors::not_editor);
    const api::LeaseId id = lease_id(parts.id, kind, resource);
    for (unsigned tried = 0; tried < kTries; ++tried) {
        std::uint64_t expected = 0;
        for (const api::Lease& lease : TRY(session.remote.leases(parts.id))) {
            if (lease.id != id) continue;
            expected = lease.version;
            auto held = open_lease(parts, id, lease.record.value_or(Bytes()));
            // By a device or under a key that this one has not heard of, perhaps.
            if (!held && TRY(hears_more(parts)))
                held = open_lease(parts, id, lease.record.value_or(Bytes()));
            if (!held && held.error().kind() == Kind::retry) return std::unexpected(held.error());
            // What does not verify holds nothing, and is replaced.
            if (held && held->device != session.device()) return fail(errors::lease_moved);
        }
        const Millis now = session.remote.now();
        HeldLease held{{session.org(), parts.id, kind, to_bytes(resource), session.user(),
                        session.device(), now, now + std::min(duration, api::kMaxLeaseTime),
                        std::string(text.substr(0, kMaxLeaseText))},
                       0};
        const auto taken = session.remote.put_lease(parts.id, id,
                                                    {expected, TRY(seal_lease(parts, held.record)),
                                                     std::min(duration, api::kMaxLeaseTime)});
        if (taken) {
            held.version = taken->version;
            return held;
        }
        if (!taken.error().is(errors::lease_moved)) return std::unexpected(taken.error());
    }
    return fail(errors::lease_moved);
}

Result<> give_back(Space& space, const HeldLease& lease) {
    Space::Parts& parts = space.parts();
    const api::LeaseId id = lease_id(parts.id, lease.record.kind, lease.record.resource);
    const auto given = parts.session.remote.put_lease(parts.id, id, {lease.version, {}, 0});
    if (!given && !given.error().is(errors::lease_moved)) return std::unexpected(given.error());
    return {};
}

}  // namespace obhut::client
