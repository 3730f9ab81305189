// The adapter against a directory that real entries made: every answer is as of a checkpoint.
#include "core/space/directory_adapter.h"

#include "core/directory/testing/people.h"
#include "core/space/build.h"
#include "tests/support/test.h"

namespace obhut::space::testing {

using directory::testing::TestDevice;
using directory::testing::TestOrg;
using directory::testing::TestUser;

namespace {

// A note is the size it vouches for.
class Notes final : public NoteJudge {
public:
    explicit Notes(const TestOrg& org) : org_(org) {}
    Result<Checkpoint> judge(ByteView note) override {
        return Checkpoint{read_be64(note), org_.state.last_time()};
    }

private:
    const TestOrg& org_;
};

struct Org : TestOrg {
    Org() : view(state), notes(*this) {
        found();
        bernd = join();
        group = create_group(anna, {bernd.id});
    }
    Position size() const { return state.size(); }

    void begin() {
        const Bytes genesis = new_genesis(state.org(), anna.device.id(), entropy);
        chain = *Chain::begin(space_id(genesis), state.org(), genesis);
        RosterEntry entry;
        entry.header = header(anna.device);
        entry.epoch = 1;
        for (const PrincipalId& id : {principal(anna.id), principal(group)}) {
            const auto member =
                member_of(view, id, id == principal(group) ? Role::editor : Role::manager, size());
            EXPECT_OK(member);
            if (member) entry.members.push_back(*member);
        }
        EXPECT_OK(append(LinkKind::roster, encode(entry), anna.device));
    }
    LinkHeader header(const TestDevice& device) {
        Bytes note;
        append_be64(note, size());
        return chain.next_header(device.id(), std::move(note), now);
    }
    Bytes commit(const TestDevice& device) {
        Commit commit;
        commit.header = header(device);
        commit.epoch = 1;
        commit.parent = chain.standing().commit() ? chain.standing().commit()->sequence : 0;
        commit.sealed_root = Bytes(kSealedRootBytes, 1);
        commit.sealed_summary = Bytes(kSummaryUnit + kObjectOverhead, 1);
        return sign_link(state.org(), LinkKind::commit, encode(commit), device.signing);
    }
    Result<Appended> append(LinkKind kind, Bytes payload, const TestDevice& device) {
        return append(sign_link(state.org(), kind, std::move(payload), device.signing));
    }
    Result<Appended> append(ByteView link) { return chain.append(link, {view, notes, false}); }

    DirectoryAdapter view;
    Notes notes;
    Chain chain;
    TestUser bernd;
    GroupId group;
};

}  // namespace

TEST(adapter_answers_for_people) {
    Org org;
    const Position before = org.size();
    const TestDevice second = org.add_device(org.bernd, org.bernd.device);
    EXPECT(org.view.device(second.id())->active_at(org.size()));
    EXPECT(!org.view.device(second.id())->active_at(before));
    EXPECT(!org.view.device_ended(second.id(), 0));
    const auto key = org.view.newest_key(principal(org.bernd.id), org.size());
    REQUIRE(key.has_value());
    EXPECT(!key->stale);
    EXPECT(!org.view.newest_key(principal(org.entropy.id<UserId>()), org.size()));

    const Hash heads = org.random_hash();
    org.append_ok(directory::DeviceRevoked{org.bernd.id, second.id(), {}, heads},
                  {&org.bernd.device.signing});
    const Position event = org.size() - 1;
    EXPECT(org.view.device_ended(second.id(), event) == event);
    EXPECT(org.view.device_ended(second.id(), before) == event);
    EXPECT(!org.view.device_ended(second.id(), org.size()));
    EXPECT(org.view.heads_root(event) == heads);
    EXPECT(org.view.newest_key(principal(org.bernd.id), org.size())->stale);
    EXPECT(!org.view.newest_key(principal(org.bernd.id), event)->stale);
    const auto stale = org.view.staleness(principal(org.bernd.id), key->generation, org.size());
    REQUIRE(stale.has_value());
    EXPECT(stale->at_once);
    EXPECT(!org.view.staleness(principal(org.bernd.id), key->generation, event));
    // And it passes to his group.
    EXPECT(org.view.newest_key(principal(org.group), org.size())->stale);

    org.append_ok(directory::UserDisabled{org.bernd.id, {}}, {&org.anna.device.signing});
    EXPECT(!org.view.user_active(org.bernd.id, org.size()));
    EXPECT(org.view.user_active(org.bernd.id, org.size() - 1));
    EXPECT(org.view.device_ended(org.bernd.device.id(), 0) == org.size() - 1);
}

TEST(adapter_answers_for_groups) {
    Org org;
    const Position with = org.size();
    EXPECT(org.view.group_has(org.group, org.bernd.id, with));
    EXPECT(!org.view.group_has(org.group, org.bernd.id, with - 1));
    EXPECT(org.view.group_active(org.group, with));
    EXPECT(!org.view.group_active(org.group, with - 1));
    EXPECT(!org.view.group_active(org.entropy.id<GroupId>(), with));
    org.append_ok(directory::RemovedFromGroup{org.group, {org.bernd.id}, {}},
                  {&org.anna.device.signing});
    EXPECT(!org.view.group_has(org.group, org.bernd.id, org.size()));
    EXPECT(org.view.group_has(org.group, org.bernd.id, with));
    EXPECT(org.view.removed_from_group(org.group, org.bernd.id, with) == with);
    EXPECT(!org.view.removed_from_group(org.group, org.bernd.id, org.size()));
    EXPECT(!org.view.removed_from_group(org.group, org.anna.id, with));
}

TEST(adapter_answers_for_spaces) {
    Org org;
    const SpaceId space = org.entropy.id<SpaceId>();
    const Hash roster = org.random_hash();
    EXPECT(!org.view.raised(space, org.bernd.id, roster, org.size()));
    EXPECT(!org.view.closed(space, org.size()));
    org.append_ok(directory::ReaderRaised{space, org.bernd.id, roster}, {&org.anna.device.signing});
    EXPECT(org.view.raised(space, org.bernd.id, roster, org.size()));
    EXPECT(!org.view.raised(space, org.bernd.id, roster, org.size() - 1));
    EXPECT(!org.view.raised(space, org.anna.id, roster, org.size()));
    EXPECT(!org.view.raised(space, org.bernd.id, Hash{}, org.size()));
    org.append_ok(directory::ChainClosed{space, {}}, {&org.anna.device.signing});
    EXPECT(org.view.closed(space, org.size()) == org.size() - 1);
    EXPECT(!org.view.closed(space, org.size() - 1));
}

TEST(adapter_carries_a_chain) {
    Org org;
    org.begin();
    EXPECT_OK(org.append(org.commit(org.bernd.device)));
    const Bytes late = org.commit(org.bernd.device);
    const SpaceHead head{org.chain.id(), org.chain.head()};
    org.append_ok(
        directory::RemovedFromGroup{org.group, {org.bernd.id}, *heads_root(std::span(&head, 1))},
        {&org.anna.device.signing});
    EXPECT_ERROR(org.append(org.commit(org.bernd.device)), errors::role_too_low);
    EXPECT_ERROR(org.append(org.commit(org.anna.device)), errors::rotation_due);
    const auto shown = org.append(late);
    REQUIRE_OK(shown);
    EXPECT(shown->held);
    EXPECT_ERROR(
        org.chain.release(org.view, org.size() - 1, head, prove_head(std::span(&head, 1), 0)),
        errors::bad_head_proof);
}

}  // namespace obhut::space::testing
