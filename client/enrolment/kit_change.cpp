#include "client/enrolment/kit_change.h"

#include "client/directory/changes.h"
#include "client/directory/people.h"
#include "client/directory/rotation.h"
#include "client/enrolment/enrolment.h"
#include "client/enrolment/sign_in.h"
#include "core/directory/errors.h"

namespace obhut::client {
namespace {

constexpr Millis kNotice = 7 * kDay;

// A kit that is on its way into the directory.
struct Announced {
    OpenKit open;
    directory::KitStatement statement;
    KemPublicKey kem;
    api::KitDeposit deposit;

    static void fields(auto& self, auto& field) {
        field(1, self.open);
        field(2, self.statement);
        field(3, self.kem);
        field(4, self.deposit);
    }
};

ByteView row_key() { return as_bytes("kit"); }

Result<> store_announced(Session& session, const Announced& kit) {
    Bytes plain = encode(kit);
    const Bytes row =
        seal_row(session.profile.key(), Table::profile, row_key(), plain, session.entropy);
    wipe(plain);
    const auto writer = TRY(session.store.write(Durability::full));
    TRY(writer->put(Table::profile, row_key(), row));
    return writer->commit();
}

Result<std::optional<Announced>> load_announced(Session& session) {
    const auto reader = TRY(session.store.read());
    const auto row = TRY(reader->get(Table::profile, row_key()));
    if (!row) return std::optional<Announced>();
    const SecretBytes plain = TRY(open_row(session.profile.key(), Table::profile, row_key(), *row));
    auto kit = decode<Announced>(plain.expose());
    if (!kit) return fail(errors::profile_damaged);
    return std::optional(std::move(*kit));
}

Result<> forget_announced(Session& session) {
    const auto writer = TRY(session.store.write(Durability::full));
    TRY(writer->erase(Table::profile, row_key()));
    return writer->commit();
}

Result<Announced> make(Session& session, ByteView password) {
    const PublicProfile& record = session.profile.record();
    Newcomer owner;
    owner.org = record.org;
    owner.user = record.user;
    owner.root_fingerprint = record.root_fingerprint;
    owner.note = session.directory.note();
    FreshKit kit = TRY(make_fresh_kit(owner, password, session.entropy));
    return Announced{std::move(kit.open), kit.sealed.statement, kit.sealed.kem,
                     std::move(kit.sealed.deposit)};
}

Result<KitReplacement> bring_in(Session& session, const Announced& kit, const SigningKey& signer) {
    directory::KitReplaced entry;
    entry.user = session.user();
    entry.kit = kit.statement;
    entry.heads = TRY(concerned_heads(session, of_user(session, session.user())));
    api::Append material;
    material.keys = {kit.kem};
    material.kit = kit.deposit;
    TRY(append_and_rotate(session, entry, signer, material));
    TRY(settle_kit(session));
    return KitReplacement{true, 0};
}

// Whether this device may put a kit in without notice.
bool at_once(const directory::UserRecord& self, const DeviceId& device) {
    if (!self.kit) return true;
    return !self.kit->confirmed && self.kit->installed_by == device;
}

}  // namespace

Result<bool> settle_kit(Session& session) {
    auto kit = TRY(load_announced(session));
    if (!kit) return false;
    const directory::UserRecord* self = TRY(session.self());
    if (self->kit && self->kit->device == directory::device_id(kit->statement.keys)) {
        if (!self->kit->confirmed) {
            ProfileSecrets secrets = session.profile.secrets().clone();
            secrets.kit = std::move(kit->open);
            TRY(session.profile.save_secrets(session.store, std::move(secrets), session.entropy));
        }
        TRY(forget_announced(session));
        return true;
    }
    return false;
}

Result<KitReplacement> replace_kit(Session& session, ByteView password, const EmergencyKit* paper) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    TRY(settle_kit(session));
    const directory::UserRecord self = *TRY(session.self());
    const SigningKey& device = session.secrets().signing;
    if (paper != nullptr) {
        const SigningKey old_kit = TRY(own_kit_key(session, *paper));
        const Announced kit = TRY(make(session, password));
        TRY(store_announced(session, kit));
        return bring_in(session, kit, old_kit);
    }
    if (at_once(self, session.device())) {
        const Announced kit = TRY(make(session, password));
        TRY(store_announced(session, kit));
        return bring_in(session, kit, device);
    }
    if (self.notice) {
        const auto kit = TRY(load_announced(session));
        if (!kit || kit->statement != self.notice->kit) return fail(errors::kit_notice_elsewhere);
        const Millis ready = self.notice->time + kNotice;
        const Millis now = session.remote.now();
        if (now < ready)
            return fail(errors::kit_notice_waits,
                        static_cast<std::int32_t>((ready - now) / (kHour) + 1));
        return bring_in(session, *kit, device);
    }
    const Announced kit = TRY(make(session, password));
    TRY(store_announced(session, kit));
    api::Append material;
    material.keys = {kit.kem};
    const auto announced =
        append_entry(session, directory::KitNotice{session.user(), kit.statement}, material);
    if (!announced && announced.error().is(errors::kit_notice_running)) {
        TRY(forget_announced(session));  // another device was first
        return fail(errors::kit_notice_elsewhere);
    }
    TRY(announced);
    const directory::UserRecord* after = TRY(session.self());
    return KitReplacement{false, after->notice ? after->notice->time + kNotice : 0};
}

Result<> cancel_kit_notice(Session& session) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    const directory::UserRecord* self = TRY(session.self());
    if (!self->notice) return fail(errors::kit_notice_none);
    TRY(append_entry(session, directory::KitNoticeCancelled{session.user()}));
    return forget_announced(session);
}

}  // namespace obhut::client
