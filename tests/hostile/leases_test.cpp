// Leases that nobody holds: made up, replayed, prolonged, or put in another place.
#include "client/leases/lease.h"
#include "client/spaces/space_parts.h"
#include "core/crypto/kdf.h"
#include "core/crypto/padding.h"
#include "protocols/api/errors.h"
#include "tests/hostile/tamper.h"

namespace obhut::test {

using client::LeaseKind;
using client::LeaseRecord;

namespace {

struct SignedLease {
    Bytes record;
    Signature signature;
    static void fields(auto& self, auto& field) {
        field(1, self.record, api::kMaxLeaseBytes);
        field(2, self.signature);
    }
};

// Desk: anna writes in a space that bernd, who lies, can read too; carla is an honest editor.
struct Desk : Town {
    Person& carla = world.join("carla", anna);
    Bytes resource = to_bytes("0123456789abcdef");

    explicit Desk(client::Role bernds = client::Role::editor) : Town(bernds) {
        EXPECT_OK(share(anna, akten, carla, client::Role::editor));
        for (Person* person : {&anna, &bernd, &carla})
            EXPECT_EQ(read(*person, akten, "x/first").value_or(""), "written by anna");
    }
    client::Space& space(Person& person) {
        auto opened = person.engine().space(akten);
        if (!EXPECT_OK(opened)) std::abort();
        return **opened;
    }
    // record of a lock by bernd, as it would be if it were true.
    LeaseRecord record() {
        const auto status = bernd.engine().status();
        const Millis now = world.clock().now();
        return {bernd.engine().session().org(),
                akten,
                LeaseKind::lock,
                resource,
                status.user,
                status.device,
                now,
                now + kMinute,
                "Writer"};
    }
    // sealed by bernd, who has the epoch's key, and signed by whoever.
    Bytes sealed(const LeaseRecord& record, Person& signer) {
        client::Space::Parts& parts = space(bernd).parts();
        const OrgId& org = parts.session.org();
        const std::uint64_t epoch = parts.chain.chain().last_epoch();
        const auto key = parts.keys.key(epoch);
        if (!EXPECT_OK(key)) std::abort();
        SignedLease lease{encode(record), {}};
        lease.signature = sign(signer.engine().session().secrets().signing, labels::sign_lease, org,
                               lease.record);
        Bytes plain = encode(lease);
        pad(plain, 1024);
        Bytes salt(32, 7);
        Bytes bytes;
        append_be64(bytes, epoch);
        append(bytes, salt);
        append(bytes,
               seal_with(
                   in_space(org, akten), ObjectType::lease,
                   ObjectKey(derive<32>(
                       (*key)->expose(),
                       KdfInfo(labels::epoch_lease).add(org.view()).add(akten.view()).add(salt))),
                   plain));
        return bytes;
    }
    void put(const Bytes& lease) {
        const auto id = client::lease_id(akten, LeaseKind::lock, resource);
        EXPECT_OK(carla.engine().session().remote.put_lease(akten, id, {0, lease, 5 * kMinute}));
    }
    std::size_t shown() {
        const auto leases = client::leases_of(space(anna));
        return EXPECT_OK(leases) ? leases->size() : 99;
    }
    // expect_refused: a lease that is no lease hinders nobody.
    void expect_refused(const Bytes& lease) {
        put(lease);
        EXPECT_EQ(shown(), 0U);
        EXPECT_OK(client::take_lease(space(anna), LeaseKind::lock, resource, kMinute));
        EXPECT_EQ(shown(), 1U);
    }
};

}  // namespace

TEST(sr_45_lease_that_is_true_is_shown) {
    // The other tests here show something only if this one holds.
    Desk desk;
    desk.put(desk.sealed(desk.record(), desk.bernd));
    EXPECT_EQ(desk.shown(), 1U);
    EXPECT_ERROR(client::take_lease(desk.space(desk.anna), LeaseKind::lock, desk.resource, kMinute),
                 errors::lease_moved);
}

TEST(sr_45_lease_of_something_else_is_refused) {
    Desk desk;
    LeaseRecord record = desk.record();
    record.resource = to_bytes("another file");
    desk.expect_refused(desk.sealed(record, desk.bernd));
}

TEST(sr_45_lease_of_another_space_is_refused) {
    Desk desk;
    LeaseRecord record = desk.record();
    record.space.bytes[0] ^= 1;
    desk.expect_refused(desk.sealed(record, desk.bernd));
}

TEST(sr_45_lease_in_anothers_name_is_refused) {
    Desk desk;
    LeaseRecord record = desk.record();
    record.user = desk.carla.engine().status().user;
    record.device = desk.carla.engine().status().device;
    desk.expect_refused(desk.sealed(record, desk.bernd));
}

TEST(sr_45_lease_of_a_revoked_device_is_refused) {
    Desk desk;
    Person& laptop = desk.world.stranger("laptop");
    REQUIRE_OK(link(desk.bernd, laptop));
    LeaseRecord record = desk.record();
    record.device = laptop.engine().status().device;
    const Bytes lease = desk.sealed(record, laptop);
    REQUIRE_OK(desk.bernd.engine().revoke_device(record.device));
    REQUIRE_OK(desk.anna.engine().catch_up());
    desk.expect_refused(lease);
}

TEST(sr_45_reader_holds_no_lock) {
    Desk desk(client::Role::reader);
    EXPECT_ERROR(
        client::take_lease(desk.space(desk.bernd), LeaseKind::lock, desk.resource, kMinute),
        errors::not_editor);
    // Readers may say that they are here, and no more.
    EXPECT_OK(
        client::take_lease(desk.space(desk.bernd), LeaseKind::presence, desk.resource, kMinute));
    EXPECT_EQ(desk.shown(), 1U);
    const Bytes lease = desk.sealed(desk.record(), desk.bernd);
    desk.put(lease);
    EXPECT_EQ(desk.shown(), 1U);
    EXPECT_OK(client::take_lease(desk.space(desk.anna), LeaseKind::lock, desk.resource, kMinute));
}

TEST(sr_45_lease_that_is_over_or_endless_is_refused) {
    Desk desk;
    LeaseRecord record = desk.record();
    record.until = record.since + 10 * kDay;
    desk.expect_refused(desk.sealed(record, desk.bernd));
    // The server shows an old one again.
    Desk later;
    const Bytes once = later.sealed(later.record(), later.bernd);
    later.world.clock().advance(2 * kMinute);
    later.expect_refused(once);
}

}  // namespace obhut::test
