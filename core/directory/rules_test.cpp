// Hostile tests of the form, place and signatures of entries, and of entries about the
// organisation.
#include "core/directory/rules.h"

#include "core/directory/testing/people.h"
#include "tests/support/test.h"

namespace obhut::directory {

using testing::TestDevice;
using testing::TestOrg;
using testing::TestUser;

namespace {

TestOrg founded() {
    TestOrg org;
    org.found();
    return org;
}

Code code_of(const Verdict& verdict) {
    return verdict.invalid ? verdict.invalid->code : Code{0, Kind::local};
}

// resigned puts another payload or signature into an entry.
template <class Change>
Bytes resigned(const Bytes& leaf, Change change) {
    SignedEntry entry = *decode<SignedEntry>(leaf);
    change(entry);
    return encode(entry);
}

}  // namespace

TEST(entry_noise_takes_a_place_and_changes_nothing) {
    TestOrg org = founded();
    const Hash before = org.state.newest_about(Subject::of(org.anna.id));
    for (const Bytes& noise : {Bytes{}, Bytes{0xFF}, Bytes(70000, 0), to_bytes("hello")})
        EXPECT(!org.apply(noise).valid());
    EXPECT_EQ(org.state.size(), 10U);
    EXPECT_EQ(org.state.valid_entries(), 6U);
    EXPECT(org.state.newest_about(Subject::of(org.anna.id)) == before);
}

TEST(entry_is_not_replayed) {
    TestOrg org = founded();
    org.append_ok(Pulse{org.anna.id}, {&org.anna.device.signing});
    for (const Bytes& leaf : std::vector<Bytes>(org.leaves))
        EXPECT_EQ(code_of(org.apply(leaf)).number, errors::entry_replayed.number);
}

TEST(entry_names_the_newest_valid_predecessor_only) {
    TestOrg org = founded();
    const Bytes first = org.sign(Pulse{org.anna.id}, {&org.anna.device.signing});
    org.wait(1);
    const Bytes second = org.sign(Pulse{org.anna.id}, {&org.anna.device.signing});
    EXPECT(org.apply(first).valid());
    EXPECT(code_of(org.apply(second)) == errors::entry_replayed);
    // The invalid one is no predecessor: the next still names the first.
    org.append_ok(Pulse{org.anna.id}, {&org.anna.device.signing});
}

TEST(entry_time_does_not_go_back) {
    TestOrg org = founded();
    Entry entry;
    entry.previous = org.state.newest_about(Subject::of(org.anna.id));
    entry.time = org.state.last_time() - 1;
    entry.body.any = Pulse{org.anna.id};
    const Bytes leaf = sign_entry(org.state.org(), entry, {&org.anna.device.signing});
    EXPECT(code_of(org.apply(leaf)) == errors::entry_back_in_time);
}

TEST(entry_signature_must_verify) {
    TestOrg org = founded();
    const Bytes leaf = org.sign(Pulse{org.anna.id}, {&org.anna.device.signing});
    const Bytes broken =
        resigned(leaf, [](SignedEntry& e) { e.signatures[0].signature.bytes[0] ^= 1; });
    EXPECT(code_of(org.apply(broken)) == errors::entry_signature);
    // A signature of another organisation, or under another label, is none.
    OrgId other = org.state.org();
    other.bytes[0] ^= 1;
    const Bytes foreign = resigned(leaf, [&](SignedEntry& e) {
        e.signatures[0].signature =
            sign(org.anna.device.signing, labels::sign_entry, other, e.payload);
    });
    EXPECT(code_of(org.apply(foreign)) == errors::entry_signature);
    const Bytes confused = resigned(leaf, [&](SignedEntry& e) {
        e.signatures[0].signature =
            sign(org.anna.device.signing, labels::sign_commit, org.state.org(), e.payload);
    });
    EXPECT(code_of(org.apply(confused)) == errors::entry_signature);
    EXPECT(org.apply(leaf).valid());
}

TEST(entry_has_the_number_of_signatures_its_kind_takes) {
    TestOrg org = founded();
    const Bytes leaf = org.sign(Pulse{org.anna.id}, {&org.anna.device.signing});
    EXPECT(code_of(org.apply(resigned(leaf, [](SignedEntry& e) { e.signatures.clear(); }))) ==
           errors::entry_unsigned);
    EXPECT(code_of(org.apply(resigned(leaf, [](SignedEntry& e) {
               e.signatures.push_back(e.signatures[0]);
           }))) == errors::entry_unsigned);
    const Bytes twice = org.sign(KitReplaced{org.anna.id, org.kit_statement(org.anna.kit), {}},
                                 {&org.anna.device.signing, &org.anna.device.signing});
    EXPECT(code_of(org.apply(twice)) == errors::entry_unsigned);
}

TEST(entry_signer_must_be_known_and_count) {
    TestOrg org = founded();
    const SigningKey stranger = SigningKey::generate(org.entropy);
    EXPECT(org.refused(Pulse{org.anna.id}, {&stranger}) == errors::signer_unknown);
    const TestDevice phone = org.add_device(org.anna, org.anna.device);
    org.append_ok(DeviceRevoked{org.anna.id, phone.id(), {}, {}}, {&org.anna.device.signing});
    EXPECT(org.refused(Pulse{org.anna.id}, {&phone.signing}) == errors::signer_inactive);
}

TEST(entry_of_a_suite_that_is_not_allowed_is_invalid) {
    TestOrg org = founded();
    const Bytes leaf = org.sign(Pulse{org.anna.id}, {&org.anna.device.signing});
    EXPECT(code_of(org.apply(resigned(leaf, [](SignedEntry& e) { e.suite = 0; }))) ==
           errors::entry_suite);
    EXPECT(code_of(org.apply(resigned(leaf, [](SignedEntry& e) { e.suite = 2; }))) ==
           errors::entry_suite);
}

TEST(entry_that_only_a_newer_program_knows_stops_this_one) {
    TestOrg org = founded();
    // A suite that the root has allowed.
    org.append_ok(RootPolicy{{1, 2}, {1}, {}, 0}, {&org.root});
    const Bytes pulse = org.sign(Pulse{org.anna.id}, {&org.anna.device.signing});
    const Position before = org.state.size();
    EXPECT_ERROR(org.state.apply(resigned(pulse, [](SignedEntry& e) { e.suite = 2; })),
                 errors::unknown_suite);
    // A kind that somebody who counts has signed; from anybody else it is noise.
    const auto with_unknown_kind = [&](const SigningKey& key) {
        CborWriter writer;
        writer.map(3);
        writer.uint(1);
        writer.bytes(org.state.newest_about(Subject::of(org.anna.id)).view());
        writer.uint(2);
        writer.uint(org.now);
        writer.uint(4);
        writer.array(2);
        writer.uint(200);
        writer.map(0);
        SignedEntry entry;
        entry.payload = writer.take();
        entry.signatures = {{key_id(key.public_key()),
                             sign(key, labels::sign_entry, org.state.org(), entry.payload)}};
        return encode(entry);
    };
    EXPECT_ERROR(org.state.apply(with_unknown_kind(org.anna.device.signing)),
                 errors::entry_unknown_kind);
    EXPECT_ERROR(org.state.apply(with_unknown_kind(org.root)), errors::entry_unknown_kind);
    EXPECT_EQ(org.state.size(), before);
    EXPECT(!org.apply(with_unknown_kind(SigningKey::generate(org.entropy))).valid());
    // A policy that leaves no suite of ours.
    EXPECT_ERROR(org.state.apply(org.sign(RootPolicy{{2}, {1}, {}, 0}, {&org.root})),
                 errors::unknown_suite);
}

TEST(log_begins_with_a_root_statement) {
    TestOrg org;
    TestUser user;
    user.id = org.entropy.id<UserId>();
    user.invitation = SigningKey::generate(org.entropy);
    Entry entry;
    entry.body.any = org.invitation_of(user);
    EXPECT(code_of(org.apply(sign_entry(OrgId{}, entry, {&org.root}))) == errors::entry_not_first);
    EXPECT(org.state.org().is_zero());
    // Noise before it does no harm.
    org.append_ok(org.root_statement(), {&org.root});
    EXPECT(!org.state.org().is_zero());
}

TEST(root_statement_signed_by_another_key_is_invalid) {
    TestOrg org;
    EXPECT(org.refused(org.root_statement(), {&org.next_root}) == errors::signer_unknown);
    RootStatement bad = org.root_statement();
    bad.log_key = NotePublicKey{};
    EXPECT(org.refused(bad, {&org.root}) == errors::device_bad_key);
}

TEST(root_passes_to_the_key_committed_to_and_no_other) {
    TestOrg org = founded();
    const SigningKey third = SigningKey::generate(org.entropy);
    const RootStatement next{org.next_root.public_key(), key_id(third.public_key()),
                             org.log_key.public_key()};
    const RootStatement stolen{third.public_key(), key_id(third.public_key()),
                               org.log_key.public_key()};
    EXPECT(org.refused(stolen, {&third}) == errors::root_not_committed);
    EXPECT(org.refused(stolen, {&org.root}) == errors::root_not_committed);
    EXPECT(org.refused(next, {&org.root}) == errors::signer_not_root);
    RootStatement same = org.root_statement();
    same.next_root = key_id(third.public_key());
    EXPECT(org.refused(same, {&org.root}) == errors::root_not_committed);
    org.append_ok(next, {&org.next_root});
    EXPECT(org.refused(AdminRevoked{org.anna.id}, {&org.root}) == errors::signer_unknown);
    org.append_ok(AdminRevoked{org.anna.id}, {&org.next_root});
    EXPECT(org.state.org() == organisation_id(org.root_statement()));
}

TEST(root_alone_signs_what_is_the_roots) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const SigningKey& admin = org.anna.device.signing;
    EXPECT(org.refused(AdminGranted{bernd.id}, {&admin}) == errors::signer_not_root);
    EXPECT(org.refused(AdminRevoked{org.anna.id}, {&admin}) == errors::signer_not_root);
    EXPECT(org.refused(DirectoryReset{{9, {}}, {3, {}}, 2, "x"}, {&admin}) ==
           errors::signer_not_root);
    EXPECT(org.refused(RootPolicy{{1}, {1}, {{bernd.device.keys.signing, {}}}, 1}, {&admin}) ==
           errors::signer_not_root);
    EXPECT(org.refused(AdminGranted{org.anna.id}, {&org.root}) == errors::admin_already);
    EXPECT(org.refused(AdminRevoked{bernd.id}, {&org.root}) == errors::admin_already);
    org.append_ok(AdminGranted{bernd.id}, {&org.root});
    EXPECT(org.state.is_admin(bernd.id));
    org.append_ok(AdminRevoked{org.anna.id}, {&org.root});
    EXPECT(!org.state.is_admin(org.anna.id));
    EXPECT(org.state.user(org.anna.id)->is_admin_at(org.state.size() - 1));
    EXPECT(!org.state.user(org.anna.id)->is_admin_at(org.state.size()));
}

TEST(policy_of_the_root_keeps_the_compiled_floors) {
    TestOrg org = founded();
    for (const RootPolicy& bad :
         {RootPolicy{{}, {1}, {}, 0}, RootPolicy{{0, 1}, {1}, {}, 0}, RootPolicy{{1}, {}, {}, 0},
          RootPolicy{{1}, {0}, {}, 0}, RootPolicy{{1, 1}, {1}, {}, 0}, RootPolicy{{1}, {1}, {}, 1}})
        EXPECT(org.refused(bad, {&org.root}) == errors::policy_out_of_bounds);
}

TEST(policy_of_administrators_never_lowers_the_oldest_client) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const SigningKey& admin = org.anna.device.signing;
    GeneralPolicy policy;
    policy.min_client = 5;
    EXPECT(org.refused(policy, {&bernd.device.signing}) == errors::signer_not_admin);
    org.append_ok(policy, {&admin});
    EXPECT_EQ(org.state.min_client(), 5U);
    policy.min_client = 4;
    EXPECT(org.refused(policy, {&admin}) == errors::policy_out_of_bounds);
    policy.min_client = 5;
    policy.archive = org.entropy.id<GroupId>();
    EXPECT(org.refused(policy, {&admin}) == errors::group_unknown);
    policy.archive = org.everyone;
    policy.web_devices = false;
    org.append_ok(policy, {&admin});
    const TestDevice browser = TestDevice::make(org.entropy, DeviceKind::web);
    EXPECT(org.refused(DeviceAdded{bernd.id, browser.keys, DeviceKind::web, 1, {}},
                       {&bernd.kit.signing}) == errors::device_wrong_kind);
}

TEST(administrator_signs_with_a_full_device_or_the_kit) {
    TestOrg org = founded();
    const TestDevice browser = org.add_device(org.anna, org.anna.device, DeviceKind::web);
    TestUser user;
    user.id = org.entropy.id<UserId>();
    user.invitation = SigningKey::generate(org.entropy);
    EXPECT(org.refused(org.invitation_of(user), {&browser.signing}) == errors::signer_not_full);
    org.append_ok(org.invitation_of(user), {&org.anna.kit.signing});
    EXPECT(org.state.user(user.id)->invited_by == org.anna.id);
}

TEST(service_keys_have_a_span_and_can_be_withdrawn) {
    TestOrg org = founded();
    const SigningKey& admin = org.anna.device.signing;
    const TestDevice gateway = TestDevice::make(org.entropy);
    ServiceKey key{org.entropy.id<ServiceId>(), ServiceKind::gateway, gateway.keys, org.now,
                   org.now + kDay};
    ServiceKey none = key;
    none.keys.reset();
    EXPECT(org.refused(none, {&admin}) == errors::service_unknown);
    ServiceKey backwards = key;
    backwards.not_after = org.now - 1;
    EXPECT(org.refused(backwards, {&admin}) == errors::policy_out_of_bounds);
    org.append_ok(key, {&admin});
    const ServiceRecord& record = *org.state.service(key.service);
    EXPECT(record.valid_at(org.now) && !record.valid_at(org.now - 1) &&
           !record.valid_at(org.now + kDay + 1));
    // A service is nobody's device.
    EXPECT(org.refused(Pulse{org.anna.id}, {&gateway.signing}) == errors::signer_unknown);
    org.append_ok(none, {&admin});
    EXPECT(!org.state.service(key.service)->valid_at(org.now));
}

TEST(snapshots_go_forward_and_keep_their_distance) {
    TestOrg org = founded();
    const SigningKey& admin = org.anna.device.signing;
    const auto now = [&org] {
        const StateMap map = org.state.map();
        return Snapshot{org.state.size(), org.random_hash(), map.root, map.records};
    };
    const auto pulses = [&](Position up_to) {
        while (org.state.size() < up_to) org.append_ok(Pulse{org.anna.id}, {&admin});
    };
    EXPECT(org.refused(now(), {&admin}) == errors::snapshot_position);  // too soon
    pulses(256);
    for (const int step : {-1, 1}) {
        Snapshot elsewhere = now();
        elsewhere.size += static_cast<Position>(step);
        EXPECT(org.refused(elsewhere, {&admin}) == errors::snapshot_position);
    }
    State again;
    for (const Bytes& leaf : org.leaves) EXPECT_OK(again.apply(leaf));
    EXPECT(again.map() == org.state.map());
    org.append_ok(now(), {&admin});
    EXPECT(again.map().root != org.state.map().root);
    EXPECT(org.refused(now(), {&admin}) == errors::snapshot_position);
    pulses(org.state.newest_snapshot()->size + 255);
    EXPECT(org.refused(now(), {&admin}) == errors::snapshot_position);  // takes the 256th place
    org.append_ok(now(), {&admin});
}

TEST(sr02_a_false_snapshot_counts_for_nothing) {
    TestOrg org = founded();
    const SigningKey& admin = org.anna.device.signing;
    while (org.state.size() < 300) org.append_ok(Pulse{org.anna.id}, {&admin});
    const auto now = [&org] {
        const StateMap map = org.state.map();
        return Snapshot{org.state.size(), org.random_hash(), map.root, map.records};
    };
    Snapshot ghost = now();
    ghost.map_root = org.random_hash();
    EXPECT(org.refused(ghost, {&admin}) == errors::snapshot_false);
    Snapshot more = now();
    ++more.records;
    EXPECT(org.refused(more, {&admin}) == errors::snapshot_false);
    EXPECT(!org.state.newest_snapshot());
    org.append_ok(now(), {&admin});
    EXPECT(org.state.newest_snapshot().has_value());
}

TEST(administrators_speak_about_spaces_without_members) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const SigningKey& admin = org.anna.device.signing;
    const SpaceId space = org.entropy.id<SpaceId>();
    EXPECT(org.refused(ReaderRaised{space, bernd.id, {}}, {&bernd.device.signing}) ==
           errors::signer_not_admin);
    EXPECT(org.refused(ReaderRaised{space, org.entropy.id<UserId>(), {}}, {&admin}) ==
           errors::user_unknown);
    org.append_ok(ReaderRaised{space, bernd.id, org.random_hash()}, {&admin});
    org.append_ok(ChainClosed{space, org.random_hash()}, {&admin});
    EXPECT(org.refused(ChainClosed{space, {}}, {&admin}) == errors::space_closed);
    EXPECT(org.refused(ReaderRaised{space, bernd.id, {}}, {&admin}) == errors::space_closed);
    EXPECT_EQ(org.state.space(space)->raised.size(), 1U);
}

TEST(resets_go_back_in_size_and_forward_in_incarnation) {
    TestOrg org = founded();
    const auto check = [&](Position lost, Position restored, std::uint64_t incarnation) {
        return org.refused(DirectoryReset{{lost, {}}, {restored, {}}, incarnation, "r"},
                           {&org.root});
    };
    EXPECT(check(3, 4, 2) == errors::reset_position);
    EXPECT(check(99, 98, 2) == errors::reset_position);
    EXPECT(check(9, 3, 0) == errors::reset_position);
    org.append_ok(DirectoryReset{{9, {}}, {3, {}}, 2, "r"}, {&org.root});
    EXPECT(check(9, 3, 2) == errors::reset_position);
}

TEST(entries_act_together_or_not_at_all) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const GroupId group = org.create_group(org.anna, {bernd.id});
    const Bytes before = org.state.encode();
    Draft draft(org.state, org.now);
    const TestDevice phone = TestDevice::make(org.entropy);
    draft.add(DeviceAdded{bernd.id, phone.keys, DeviceKind::full, 1, {}}, {&bernd.device.signing});
    draft.add(UserDisabled{bernd.id, org.random_hash()}, {&org.anna.device.signing});
    draft.add(RemovedFromGroup{group, {bernd.id}, {}}, {&org.anna.device.signing});
    draft.add(ChainClosed{org.entropy.id<SpaceId>(), {}}, {&org.anna.device.signing});
    const std::vector<Bytes> good = draft.entries();
    draft.add(Pulse{bernd.id}, {&bernd.device.signing});  // disabled
    EXPECT_ERROR(org.state.apply_all(draft.entries()), errors::signer_inactive);
    EXPECT_EQ(org.state.encode(), before);
    EXPECT(org.state.device(key_id(phone.signing.public_key())) == nullptr);
    EXPECT(org.state.device(key_id(bernd.device.signing.public_key())) != nullptr);
    EXPECT_OK(org.state.apply_all(good));
    EXPECT(org.state.user(bernd.id)->status == UserStatus::disabled);
}

}  // namespace obhut::directory
