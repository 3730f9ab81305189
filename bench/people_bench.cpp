// People and groups: what a change in a group of 2 to 10,000 costs, what it takes to end somebody
// in 200 spaces and 30 groups, and how long a directory of some thousand people takes to follow.
//
// The whole server and the engines are in this process, with stores in memory: what is measured is
// cryptography, verification and encoding on both sides, no network and no disk.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "client/directory/snapshots.h"
#include "client/groups/groups.h"
#include "protocols/api/errors.h"
#include "protocols/api/problem.h"
#include "tests/support/actions.h"
#include "tests/support/crowd.h"

namespace obhut::test {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Cost of one thing a person does: time, bytes sent, requests, entries of the log.
struct Cost {
    double milliseconds = 0;
    std::size_t bytes = 0;
    std::size_t requests = 0;
    std::uint64_t entries = 0;
};

template <class Doing>
Cost cost_of(Person& person, const Doing& doing) {
    Cost cost;
    const std::size_t bytes = person.wire().sent().size();
    const std::size_t requests = person.wire().requests();
    const auto& directory = person.engine().session().directory;
    const std::uint64_t entries = directory.size();
    const auto start = std::chrono::steady_clock::now();
    doing();
    cost.milliseconds = seconds_since(start) * 1000;
    cost.bytes = person.wire().sent().size() - bytes;
    cost.requests = person.wire().requests() - requests;
    cost.entries = directory.size() - entries;
    return cost;
}

void row(std::size_t members, const char* what, const Cost& cost) {
    std::printf("| %zu | %s | %.0f | %.1f | %zu | %llu |\n", members, what, cost.milliseconds,
                static_cast<double>(cost.bytes) / 1000, cost.requests,
                static_cast<unsigned long long>(cost.entries));
}

// many people, some at a time: one address may only ask so often.
std::vector<Bystander> many(World& world, Person& by, std::size_t count) {
    std::vector<Bystander> all;
    for (std::uint64_t seed = 100; all.size() < count; ++seed) {
        auto some = crowd(by, std::min<std::size_t>(count - all.size(), 200), seed);
        if (some.empty()) std::abort();
        for (Bystander& person : some) all.push_back(std::move(person));
        world.clock().advance(kMinute);
    }
    return all;
}

void groups(World& world, Person& anna, Person& bernd, const std::vector<Bystander>& people) {
    // Each entry has one signature, and so has each request.
    std::printf(
        "| members | change | ms | kB sent | requests | entries |\n|--:|---|--:|--:|--:|--:|\n");
    // Group *all* takes in who came since: once, and not a cost of the groups below.
    world.clock().advance(kMinute);
    row(people.size(), "all of these taken into *all*",
        cost_of(anna, [&] { EXPECT_OK(client::heal_groups(anna.engine().session())); }));
    for (const std::size_t members : {2U, 128U, 129U, 10000U}) {
        if (members > people.size()) continue;
        world.clock().advance(kMinute);
        GroupId group;
        const std::string name = "group " + std::to_string(members);
        // One more than wanted, who is removed; and bernd, whose device is revoked.
        std::vector<UserId> users{bernd.engine().status().user};
        for (std::size_t i = 0; users.size() < members; ++i) users.push_back(people[i].user);
        row(members, "made", cost_of(anna, [&] {
                const auto made = anna.engine().create_group(name, {});
                if (!EXPECT_OK(made)) std::abort();
                group = *made;
                EXPECT_OK(anna.engine().add_to_group(group, users, false));
            }));
        const UserId last = people.back().user;
        row(members, "one removed, first time", cost_of(anna, [&] {
                EXPECT_OK(anna.engine().remove_from_group(group, {users.back()}));
            }));
        row(members, "one added",
            cost_of(anna, [&] { EXPECT_OK(anna.engine().add_to_group(group, {last}, false)); }));
        row(members, "one removed",
            cost_of(anna, [&] { EXPECT_OK(anna.engine().remove_from_group(group, {last})); }));
        // A member's rotation: his generation is stale, another device of the group answers.
        EXPECT_OK(bernd.engine().catch_up());
        Person& lost = world.stranger("lost " + std::to_string(members));
        EXPECT_OK(link(bernd, lost));
        EXPECT_OK(bernd.engine().revoke_device(lost.engine().status().device));
        EXPECT_OK(anna.engine().catch_up());
        // He is in *all* too: the first such rotation seals all of its buckets, the next ones his.
        row(members, "a member's rotation, here and in *all*",
            cost_of(anna, [&] { EXPECT_OK(client::heal_groups(anna.engine().session())); }));
        EXPECT_OK(anna.engine().delete_group(group));
    }
}

void leaver(World& world, Person& anna, Person& bernd, Person& carla) {
    constexpr int kSpaces = 200;
    constexpr int kGroups = 30;
    const UserId bernd_id = bernd.engine().status().user;
    const UserId carla_id = carla.engine().status().user;
    std::vector<SpaceId> spaces;
    for (int i = 0; i < kSpaces; ++i) {
        world.clock().advance(kMinute);
        const auto space = anna.engine().create_space("space " + std::to_string(i));
        if (!EXPECT_OK(space)) std::abort();
        spaces.push_back(*space);
        if (i < kGroups) {
            const auto group =
                anna.engine().create_group("team " + std::to_string(i), {bernd_id, carla_id});
            if (!EXPECT_OK(group)) std::abort();
            EXPECT_OK(anna.engine().share(*space, principal(*group), client::Role::editor));
        } else {
            EXPECT_OK(anna.engine().share(*space, principal(bernd_id), client::Role::editor));
        }
    }
    world.clock().advance(kMinute);
    const Cost command = cost_of(anna, [&] { EXPECT_OK(anna.engine().disable(bernd_id)); });
    world.clock().advance(kMinute);
    const Cost healing = cost_of(anna, [&] { EXPECT_OK(anna.engine().run_duties()); });
    std::printf("\n| somebody in %d spaces and %d groups leaves | ms | kB sent | requests |\n",
                kSpaces, kGroups);
    std::printf("|---|--:|--:|--:|\n| `people disable` | %.0f | %.1f | %zu |\n",
                command.milliseconds, static_cast<double>(command.bytes) / 1000, command.requests);
    std::printf("| one member's device heals all of it | %.0f | %.1f | %zu |\n",
                healing.milliseconds, static_cast<double>(healing.bytes) / 1000, healing.requests);
    for (const SpaceId& space : spaces)
        if (write(bernd, space, "x", "y")) std::abort();
}

// What following the directory costs: all of it from the start, and the newest 400 entries.
void following(World& world, Person& anna, Person& old) {
    client::Session& session = anna.engine().session();
    std::vector<Bytes> leaves;
    std::size_t bytes = 0;
    while (leaves.size() < session.directory.size()) {
        world.clock().advance(kMinute);
        auto page = session.remote.entries(leaves.size());
        if (!EXPECT_OK(page)) std::abort();
        for (api::EntryBlob& entry : page->entries) {
            bytes += entry.bytes.size();
            leaves.push_back(std::move(entry.bytes));
        }
    }
    auto start = std::chrono::steady_clock::now();
    directory::State state;
    for (const Bytes& leaf : leaves)
        if (!state.apply(leaf)) std::abort();
    const double replay = seconds_since(start);
    const Bytes stored = state.encode();
    using Rows = client::MemoryDisk::Rows;
    const auto rows = [&old]() -> Rows {
        return *old.disk().tables[static_cast<std::size_t>(client::Table::directory)];
    };
    const Rows before = rows();
    const Cost week = cost_of(old, [&] { EXPECT_OK(old.engine().catch_up()); });
    std::size_t written = 0;
    for (const auto& [key, value] : rows()) {
        const auto known = before.find(key);
        if (known == before.end() || known->second != value) written += key.size() + value.size();
    }
    start = std::chrono::steady_clock::now();
    EXPECT_OK(old.engine().session().directory.load());
    const double loading = seconds_since(start);
    std::printf("\n| directory of %zu people | |\n|---|--:|\n", state.users().size());
    std::printf("| entries | %zu |\n| entries, MB | %.1f |\n", leaves.size(),
                static_cast<double>(bytes) / 1e6);
    std::printf("| verifying all of them, s | %.2f |\n", replay);
    std::printf("| state, MB | %.1f |\n| loading it, s | %.2f |\n",
                static_cast<double>(stored.size()) / 1e6, loading);
    std::printf("| catching up with the newest %llu entries, s | %.2f |\n",
                static_cast<unsigned long long>(week.entries), week.milliseconds / 1000);
    std::printf("| written to the profile then, MB | %.2f |\n", static_cast<double>(written) / 1e6);
}

// Two more devices for each, without a box: 250 in a request.
void more_devices(World& world, Person& anna, const std::vector<Bystander>& people) {
    client::Session& session = anna.engine().session();
    TestEntropy entropy(4242);
    for (std::size_t next = 0; next < people.size();) {
        world.clock().advance(kMinute);
        EXPECT_OK(session.directory.catch_up());
        api::Append request;
        directory::Draft draft = session.draft();
        for (; next < people.size() && request.keys.size() < 250; ++next) {
            for (int i = 0; i < 2; ++i) {
                const auto device = client::DeviceSecrets::generate(entropy);
                directory::DeviceAdded entry;
                entry.user = people[next].user;
                entry.device = device.public_keys();
                entry.generation = 1;
                draft.add(entry, {&people[next].device.signing});
                request.keys.push_back(device.kem_public());
            }
        }
        for (Bytes& entry : draft.take()) request.entries.emplace_back(std::move(entry));
        if (!EXPECT_OK(session.remote.append(request))) std::abort();
    }
    EXPECT_OK(session.directory.catch_up());
}

// Groups of five, one for each five people.
void many_groups(World& world, Person& anna, const std::vector<Bystander>& people) {
    for (std::size_t i = 0; i + 5 <= people.size(); i += 5) {
        if (i % 50 == 0) world.clock().advance(kMinute);
        std::vector<UserId> members;
        for (std::size_t j = 0; j < 5; ++j) members.push_back(people[i + j].user);
        if (!EXPECT_OK(anna.engine().create_group("g" + std::to_string(i), members))) std::abort();
    }
}

// Count is an honest wire that counts what comes over it, or withholds snapshots.
class Count final : public Adversary {
public:
    explicit Count(bool withhold) : withhold_(withhold) {}
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        const bool snapshot = request.path.starts_with("/v1/log/snapshots/");
        http::Response answer =
            snapshot && withhold_ ? api::problem(Error(errors::not_there)) : server(request);
        bytes += answer.body.size();
        ++requests;
        return answer;
    }
    std::size_t bytes = 0;
    std::size_t requests = 0;

private:
    bool withhold_;
};

// A device is linked: from the moment the answer is there until it can work.
void newcomer(World& world, Person& anna, const char* how, bool withhold) {
    world.clock().advance(kMinute);
    Count count(withhold);
    Person& device = world.stranger(how);
    client::LinkingRequest request;
    request.host = "http://obhut.test";
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    const auto code = device.engine().begin_linking(request);
    if (!EXPECT_OK(code)) std::abort();
    EXPECT_OK(anna.engine().answer_linking(*code));
    device.wire().attack(&count);
    world.clock().advance(kMinute);
    auto start = std::chrono::steady_clock::now();
    EXPECT_OK(device.engine().finish_linking());
    const double ready = seconds_since(start);
    const client::Directory& directory = device.engine().session().directory;
    const auto& snapshot = directory.state().newest_snapshot();
    std::printf("| %s | %llu | %.2f | %.1f | %zu |\n", how,
                static_cast<unsigned long long>(
                    directory.verified() ? directory.size() : directory.size() - snapshot->size),
                ready, static_cast<double>(count.bytes) / 1e6, count.requests);
    double later = 0;
    int steps = 0;
    while (!device.engine().session().directory.verified() && failures() == 0) {
        world.clock().advance(kMinute);
        start = std::chrono::steady_clock::now();
        EXPECT_OK(device.engine().session().directory.retrace());
        later += seconds_since(start);
        ++steps;
    }
    if (steps > 0)
        std::printf("| …what was before, later, in %d steps | | %.2f | | |\n", steps, later);
}

void newcomers(World& world, Person& anna, std::vector<Bystander>& people) {
    more_devices(world, anna, people);
    many_groups(world, anna, people);
    world.clock().advance(kMinute);
    client::Session& session = anna.engine().session();
    const directory::State& state = session.directory.state();
    std::printf("\n%zu people, %zu devices and kits, %zu groups, %llu entries\n\n",
                state.users().size(), state.devices().size(), state.groups().size(),
                static_cast<unsigned long long>(session.directory.size()));
    session.snapshot_every = 256;
    const Cost made = cost_of(anna, [&] { EXPECT_OK(client::add_snapshot(session)); });
    std::printf("| a new device | entries verified before it is ready | s | MB | requests |\n");
    std::printf("|---|--:|--:|--:|--:|\n");
    newcomer(world, anna, "every entry", true);
    newcomer(world, anna, "at a snapshot, new", false);
    // As old as it gets before the next one.
    for (std::uint64_t seed = 900'000;
         session.directory.size() < state.newest_snapshot()->size + 5000; ++seed) {
        world.clock().advance(kMinute);
        (void)crowd(anna, 200, seed);
    }
    newcomer(world, anna, "at a snapshot, 5,000 entries old", false);
    std::printf("\nA snapshot takes an administrator's device and the server %.2f s.\n",
                made.milliseconds / 1000);
}

}  // namespace

// Only what a newcomer waits for.
int run_newcomers(std::size_t people) {
    World world;
    // The store in memory goes through all objects to count those of a device.
    services::Settings settings;
    settings.upload_quota = 0;
    world.server().service().apply(settings);
    Person& anna = world.found("anna");
    auto crowd = many(world, anna, people);
    newcomers(world, anna, crowd);
    return failures() == 0 ? 0 : 1;
}

int run(std::size_t people) {
    World world;
    Person& anna = world.found("anna");
    Person& bernd = world.join("bernd", anna);
    Person& carla = world.join("carla", anna);
    leaver(world, anna, bernd, carla);
    world.clock().advance(kMinute);
    Person& dora = world.join("dora", anna);
    const auto start = std::chrono::steady_clock::now();
    const auto crowd = many(world, anna, people);
    std::fprintf(stderr, "%zu people enrolled in %.1f s\n", crowd.size(), seconds_since(start));
    EXPECT_OK(carla.engine().catch_up());
    world.clock().advance(kMinute);
    (void)test::crowd(anna, 200, 1);
    following(world, anna, carla);
    std::printf("\n");
    groups(world, anna, dora, crowd);
    return failures() == 0 ? 0 : 1;
}

}  // namespace obhut::test

// The number of people may be given; without it 10,001. "newcomers" before it: only those.
int main(int argc, char** argv) {
    if (argc > 2 && std::string_view(argv[1]) == "newcomers")
        return obhut::test::run_newcomers(std::strtoul(argv[2], nullptr, 10));
    const auto people = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10001UL;
    return obhut::test::run(people);
}
