// Random histories: what honest people do is accepted by everybody alike, and a link with any
// single byte changed is not.
#include <cstdio>

#include "core/space/errors.h"
#include "tests/support/space_world.h"

namespace obhut::space::testing {

namespace {

constexpr int kSteps = 40;

// Company does random things that are allowed, and keeps all links.
class Company : public World {
public:
    explicit Company(std::uint64_t seed) : World(seed) {
        for (int i = 0; i < 5; ++i) people.push_back(directory.enroll());
        groups.push_back(directory.new_group({people[1], people[2]}));
        begin(people[0]);
        add(roster(people[0],
                   {{principal(people[0]), Role::manager}, {principal(people[1]), Role::editor}}));
    }

    void step() {
        switch (directory.entropy.below(10)) {
        case 0: return directory.wait(directory.entropy.below(3) * kDay);
        case 1: return directory.rotate(principal(somebody()));
        case 2: return directory.stale(principal(somebody()), directory.entropy.below(2) == 0);
        case 3: return change_members();
        case 4: return renew();
        default: return write();
        }
    }

    std::vector<Bytes> links;

private:
    UserId somebody() { return people[directory.entropy.below(people.size())]; }

    std::optional<UserId> somebody_as(Role least) {
        const std::size_t start = directory.entropy.below(people.size());
        for (std::size_t i = 0; i < people.size(); ++i) {
            const UserId& user = people[(start + i) % people.size()];
            if (chain.role_of(directory, user, directory.size()) >= least) return user;
        }
        return std::nullopt;
    }

    void add(Bytes link) {
        REQUIRE(take(link));
        links.push_back(std::move(link));
    }

    void renew() {
        const auto user = somebody_as(Role::editor);
        const auto members = chain.recomputed_members(directory, directory.size());
        const bool boxed = std::any_of(members.begin(), members.end(),
                                       [](const Member& member) { return member.boxed; });
        if (user && boxed) add(roster(author(directory.device_of(*user)), {members, {}, {}, 0}));
    }

    void change_members() {
        const auto user = somebody_as(Role::manager);
        REQUIRE(user);
        Roles roles = {{principal(*user), Role::manager}};
        for (const UserId& other : people)
            if (other != *user && directory.entropy.below(2) == 0)
                roles.push_back(
                    {principal(other), static_cast<Role>(1 + directory.entropy.below(3))});
        if (directory.entropy.below(2) == 0) roles.push_back({principal(groups[0]), Role::editor});
        auto list = members(roles);
        if (std::none_of(list.begin(), list.end(),
                         [](const Member& member) { return member.boxed; }))
            directory.rotate(principal(*user));
        add(roster(*user, roles));
    }

    void write() {
        if (chain.rotation(directory, directory.checkpoint()) == Rotation::due) renew();
        if (chain.rotation(directory, directory.checkpoint()) == Rotation::due) return;
        if (const auto user = somebody_as(Role::editor)) add(commit(*user));
    }

    std::vector<UserId> people;
    std::vector<GroupId> groups;
};

bool is_commit(const Bytes& link) { return parse_link(link)->kind() == LinkKind::commit; }

}  // namespace

TEST(random_histories_are_accepted_by_everybody_alike) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        Company company(seed);
        for (int i = 0; i < kSteps; ++i) company.step();
        Chain server = *Chain::begin(company.chain.id(), company.org, company.genesis);
        Chain newcomer = server;
        for (std::size_t i = 0; i < company.links.size(); ++i) {
            const Bytes& link = company.links[i];
            if (!EXPECT_OK(server.append(link, company.server())))
                std::printf("seed %d\n", static_cast<int>(seed));
            server = *Chain::load(server.store());
            if (!is_commit(link) || i + 1 == company.links.size())
                EXPECT_OK(newcomer.append_sparse(link, company.judging()));
        }
        EXPECT(server.store() == company.chain.store());
        EXPECT(newcomer.head() == company.chain.head());
        // Whoever was given the newest key can walk back to the first.
        EXPECT_EQ(company.keys.size(), company.chain.last_epoch());
    }
}

TEST(no_byte_of_a_link_may_change) {
    Company company(7);
    for (int i = 0; i < 10; ++i) company.step();
    Chain chain = *Chain::begin(company.chain.id(), company.org, company.genesis);
    for (const Bytes& link : company.links) {
        const Bytes before = chain.store();
        for (std::size_t at = 0; at < link.size(); at += 1 + link.size() / 97) {
            Bytes other = link;
            other[at] ^= static_cast<std::uint8_t>(1U << company.directory.entropy.below(8));
            EXPECT(!chain.append(other, company.judging()));
            EXPECT(!chain.append(ByteView(link).first(at), company.judging()));
        }
        EXPECT(chain.store() == before);
        EXPECT_OK(chain.append(link, company.judging()));
    }
}

TEST(links_in_another_order_are_refused) {
    Company company(8);
    for (int i = 0; i < 15; ++i) company.step();
    Chain chain = *Chain::begin(company.chain.id(), company.org, company.genesis);
    for (std::size_t next = 0; next < company.links.size(); ++next) {
        for (std::size_t i = 0; i < company.links.size(); ++i)
            if (i != next) EXPECT(!chain.append(company.links[i], company.judging()));
        EXPECT_OK(chain.append(company.links[next], company.judging()));
    }
}

}  // namespace obhut::space::testing
