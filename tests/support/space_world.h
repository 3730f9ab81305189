// For tests: one space, its chain as an honest client has it, and hands that make links for anybody
// in it.
#pragma once

#include <functional>

#include "core/space/build.h"
#include "tests/support/space_directory.h"
#include "tests/support/test.h"

namespace obhut::space::testing {

using Roles = std::vector<std::pair<PrincipalId, Role>>;

class World {
public:
    explicit World(std::uint64_t seed = 1) : directory(seed), org(directory.entropy.id<OrgId>()) {}

    // begin makes a shared space of `creator`, who is a manager; the chain stands on its genesis.
    void begin(const UserId& creator) {
        genesis = new_genesis(org, directory.device_of(creator), directory.entropy);
        chain = std::move(*Chain::begin(space_id(genesis), org, genesis));
    }
    void begin_home(const UserId& user) {
        genesis = home_genesis(org, user);
        chain = std::move(*Chain::begin(space_id(genesis), org, genesis));
    }

    void begin_group(const GroupId& group) {
        genesis = group_genesis(org, group);
        chain = std::move(*Chain::begin(space_id(genesis), org, genesis));
    }

    Judging judging() { return {directory, directory, false}; }
    Judging server() { return {directory, directory, true}; }

    Author author(const DeviceId& device) {
        return {directory.signing_key(device), device, directory.note(), 7};
    }
    Author author_at(const DeviceId& device, Position size) {
        return {directory.signing_key(device), device, FakeDirectory::note_of(size), 7};
    }

    std::vector<Member> members(const Roles& roles) {
        std::vector<Member> list;
        for (const auto& [principal, role] : roles)
            list.push_back(*member_of(directory, principal, role, directory.size()));
        return list;
    }
    // roster makes the next entry; keys and material are kept for who opens them.
    Bytes roster(const Author& author, NewRoster wanted) {
        auto built =
            build_roster(chain, author, std::move(wanted), keys, directory, directory.entropy);
        EXPECT_OK(built);
        if (!built) return {};
        material = std::move(built->material);
        keys.add(built->epoch, std::move(built->key));
        return std::move(built->link);
    }
    Bytes roster(const UserId& by, const Roles& roles) {
        return roster(author(directory.device_of(by)), {members(roles), by_owner, {}, 0});
    }
    Bytes commit(const Author& author) {
        Reference root{directory.entropy.id<ObjectId>(), ObjectKey::generate(directory.entropy),
                       2048};
        Summary summary{directory.entropy.id<OperationId>(), {}};
        auto built = build_commit(chain, author, keys, root, summary, {}, directory.entropy);
        EXPECT_OK(built);
        return built ? std::move(built->link) : Bytes{};
    }
    Bytes commit(const UserId& by) { return commit(author(directory.device_of(by))); }

    // take appends and demands success.
    bool take(ByteView link) { return EXPECT_OK(chain.append(link, judging())); }
    // refused demands that a copy of the chain refuses the link, and that nothing changes by it.
    void refused(ByteView link, Code code) { refused(link, code, judging()); }
    void refused(ByteView link, Code code, const Judging& with) {
        Chain copy = chain;
        EXPECT_ERROR(copy.append(link, with), code);
        EXPECT(copy.store() == chain.store());
    }

    // altered re-signs a link's payload after a change, as the signer himself could.
    template <class Record>
    Bytes altered(ByteView link, const std::function<void(Record&)>& change) {
        ParsedLink parsed = std::move(*parse_link(link));
        Record record = std::get<Record>(parsed.payload);
        change(record);
        const SigningKey& key = directory.signing_key(parsed.header().device);
        return sign_link(org, parsed.kind(), encode(record), key);
    }
    Bytes altered_header(ByteView link, const std::function<void(LinkHeader&)>& change) {
        const auto change_in = [&](auto& record) { change(record.header); };
        switch (parse_link(link)->kind()) {
        case LinkKind::roster: return altered<RosterEntry>(link, change_in);
        case LinkKind::commit: return altered<Commit>(link, change_in);
        case LinkKind::mark: return altered<Mark>(link, change_in);
        }
        return {};
    }

    FakeDirectory directory;
    OrgId org;
    Bytes genesis;
    Chain chain;
    EpochKeys keys;
    EpochMaterial material;
    std::optional<UserId> by_owner;
};

// Office is what most tests start from: anna manages, bernd edits, clara reads; one commit.
struct Office : World {
    explicit Office(std::uint64_t seed = 1) : World(seed) {
        anna = directory.enroll();
        bernd = directory.enroll();
        clara = directory.enroll();
        begin(anna);
        take(roster(anna, all()));
        take(commit(anna));
    }
    Roles all() const {
        return {{principal(anna), Role::manager},
                {principal(bernd), Role::editor},
                {principal(clara), Role::reader}};
    }

    UserId anna, bernd, clara;
};

}  // namespace obhut::space::testing
