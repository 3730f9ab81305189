// The format of entries is for ever: the example of docs/protocol/directory.md §7, and every kind
// there and back.
#include "core/directory/entries.h"

#include "core/directory/build.h"
#include "core/directory/note.h"
#include "core/directory/testing/people.h"
#include "tests/support/test.h"

namespace obhut::directory {

namespace {

struct Example {
    SigningKey root{Bytes(32, 1)};
    SigningKey next{Bytes(32, 2)};
    NoteKey log{Bytes(32, 3)};
    RootStatement statement{root.public_key(), key_id(next.public_key()), log.public_key()};
    Entry entry{{}, 1'700'000'000'000, std::nullopt, {statement}};
    OrgId org = organisation_id(statement);
    Bytes leaf = sign_entry(org, entry, {&root});
};

// every_kind is an entry of each kind, with every field set.
std::vector<Body::Any> every_kind() {
    testing::SeededEntropy e(11);
    const auto user = e.id<UserId>();
    const auto group = e.id<GroupId>();
    const Hash hash = e.id<Hash>();
    const DeviceKeys keys{e.id<SigningPublicKey>(), e.id<RequestPublicKey>(), e.id<KemKeyHash>()};
    const KitStatement kit{keys, hash, hash, 1};
    const UserGeneration generation{2, e.id<KemKeyHash>(), hash, hash, {e.id<DeviceId>()}};
    const GroupGeneration group_generation{
        2, e.id<KemKeyHash>(), hash, hash, {{1, e.id<KemKeyHash>(), hash}}, {user}};
    return {RootStatement{keys.signing, e.id<KeyId>(), e.id<NotePublicKey>()},
            AdminGranted{user},
            AdminRevoked{user},
            RootPolicy{{1, 2}, {1}, {{keys.signing, keys.kem}}, 1},
            DirectoryReset{{9, hash}, {8, hash}, 2, "reason"},
            UserInvited{user, hash, keys.signing, 5},
            InvitationWithdrawn{user},
            UserDisabled{user, hash},
            UserEnabled{user},
            UserEnrolled{user, keys, DeviceKind::web, kit, generation},
            DeviceAdded{user, keys, DeviceKind::full, 2, hash},
            DeviceRevoked{user, e.id<DeviceId>(), {e.id<DeviceId>()}, hash},
            DeviceRetired{user, e.id<DeviceId>()},
            KitResealed{user, hash, hash, 1},
            KitNotice{user, kit},
            KitNoticeCancelled{user},
            KitConfirmed{user},
            KitReplaced{user, kit, hash},
            UserKeyRotated{user, generation},
            Pulse{user},
            GroupCreated{group, true, {{user, 3}}, {user}, group_generation},
            GroupChanged{
                group, {{user, 3}}, {user}, {user}, {user}, group_generation, hash, true, hash},
            RemovedFromGroup{group, {user}, hash},
            ServiceKey{e.id<ServiceId>(), ServiceKind::gateway, keys, 1, 2},
            GeneralPolicy{7, false, false, 30, group},
            Snapshot{10000, hash, hash, 5},
            ReaderRaised{e.id<SpaceId>(), user, hash},
            ChainClosed{e.id<SpaceId>(), hash}};
}

}  // namespace

TEST(entry_example_of_the_specification) {
    const Example example;
    EXPECT_EQ(example.org.hex(), std::string("e184cedb36fb45a43efc4fcd22373c69"));
    EXPECT_EQ(root_fingerprint(example.statement).hex(),
              std::string("133ba2e0c03b019562697602a600a52bafa422ef0da284fe581e5561e8c7f0bd"));
    EXPECT_EQ(to_hex(encode(example.entry)),
              std::string(
                  "a30158200000000000000000000000000000000000000000000000000000000000000000021b0000"
                  "018bcfe56800048201a30158208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf37488"
                  "01b40f6f5c025820d0e7b5c264ecfc1ba95878def666753fa017d77b75e139fc4dcccf334a5b75df"
                  "035820ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1"));
    EXPECT_EQ(to_hex(example.leaf),
              std::string(
                  "a3010102589ba3015820000000000000000000000000000000000000000000000000000000000000"
                  "0000021b0000018bcfe56800048201a30158208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d"
                  "94121bf3748801b40f6f5c025820d0e7b5c264ecfc1ba95878def666753fa017d77b75e139fc4dcc"
                  "cf334a5b75df035820ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737"
                  "d10381a201582026fe4d25433fe100ed998173526633089646adb065eba3bd7aa6985be532828702"
                  "584099337f49287f0d95bd3faa47caee73453ff0ec851fc527300cc68366e7ac91f76a269ee94dd4"
                  "3233d14c4a30287acb812d1582f4d8a58abe49bbfd43f47e2f09"));
    EXPECT_EQ(leaf_hash(example.leaf).hex(),
              std::string("e6be44417c7efa5507115730a2aa5caaccb8ba29a27308542b8524bade35cc7d"));
    const Checkpoint checkpoint{log_origin(example.org), 1, leaf_hash(example.leaf), 1,
                                example.entry.time};
    EXPECT_EQ(sign_checkpoint(checkpoint, example.log),
              std::string(
                  "obhut/log/e184cedb36fb45a43efc4fcd22373c69\n"
                  "1\n"
                  "5r5EQXx++lUHEVcwoqpcqsy4uimicwhUK4Ukut41zH0=\n"
                  "incarnation 1\n"
                  "time 1700000000000\n"
                  "\n"
                  "\xE2\x80\x94 obhut/log/e184cedb36fb45a43efc4fcd22373c69 05VsEXenFyc1oCK6/Ao5jpaL"
                  "iWZpjhG/dFAsXo2XlCnFWcYO33pKopf/L8dAV7MgTvACPzPf/tBuPl2xFRJ233XmCw0=\n"));
    State state;
    const auto verdict = state.apply(example.leaf);
    REQUIRE_OK(verdict);
    EXPECT(verdict->valid());
}

TEST(entry_of_every_kind_comes_back_as_it_was) {
    Sha256 all;
    for (const Body::Any& body : every_kind()) {
        const Entry entry{Hash{}, 1, Bytes{1, 2}, {body}};
        const Bytes bytes = encode(entry);
        all.update(bytes);
        const auto back = decode<Entry>(bytes);
        REQUIRE_OK(back);
        EXPECT_EQ(encode(*back), bytes);
        EXPECT(back->kind() == entry.kind());
        EXPECT(back->subject() == entry.subject());
        for (std::size_t i = 0; i < bytes.size(); ++i)
            EXPECT(!decode<Entry>(ByteView(bytes).first(i)).has_value());
    }
    EXPECT_EQ(every_kind().size(), std::variant_size_v<Body::Any>);
    // Pins the encoding of every field: it changes only with the version of the format.
    EXPECT_EQ(all.finish().hex(),
              std::string("69a3f856cb8e3bde878de9ede3c182064b6cb135b0f44dfefcd0b8b7510aef8f"));
}

TEST(entry_ids_and_hashes_depend_on_every_part) {
    const Example example;
    RootStatement other = example.statement;
    other.next_root.bytes[0] ^= 1;
    EXPECT(organisation_id(other) != example.org);
    // The log's key is no part of who the organisation is.
    other = example.statement;
    other.log_key = NotePublicKey{};
    EXPECT(organisation_id(other) == example.org);
    const Bytes salt(16, 1);
    EXPECT(email_hash(salt, "Anna@Example.org") == email_hash(salt, "anna@example.ORG"));
    EXPECT(email_hash(salt, "anna@example.org") != email_hash(Bytes(16, 2), "anna@example.org"));
    DeviceKeys keys{example.root.public_key(), {}, {}};
    const DeviceId id = device_id(keys);
    keys.kem.bytes[0] ^= 1;
    EXPECT(device_id(keys) != id);
}

}  // namespace obhut::directory
