// The copy of the directory in the profile's store: what saving it costs, older profiles, several
// programs on one profile.
#include "client/directory/directory.h"

#include <functional>

#include "client/directory/people.h"
#include "client/engine.h"
#include "core/directory/errors.h"
#include "tests/hostile/fork.h"
#include "tests/support/actions.h"
#include "tests/support/crowd.h"

namespace obhut::client {
namespace {

using test::Town;

using Rows = MemoryDisk::Rows;

Rows directory_rows(test::Person& person) {
    return *person.disk().tables[static_cast<std::size_t>(Table::directory)];
}

std::size_t changed_bytes(const Rows& before, const Rows& after) {
    std::size_t bytes = 0;
    for (const auto& [key, value] : after) {
        const auto found = before.find(key);
        if (found == before.end() || found->second != value) bytes += key.size() + value.size();
    }
    return bytes;
}

std::size_t all_bytes(const Rows& rows) { return changed_bytes({}, rows); }

// Program is another one on a person's profile.
struct Program {
    test::TestEntropy entropy{77};
    InlineExecutor executor;
    ImpatientWaiter waiter;
    MemoryStore store;
    test::Wire wire;
    std::unique_ptr<Engine> engine;

    Program(test::Person& person, test::World& world, test::TestServer& server)
        : store(person.disk()), wire(server) {
        auto opened =
            Engine::open({wire, store, world.clock(), entropy, executor, nullptr, &waiter});
        if (!EXPECT_OK(opened)) return;
        engine = std::move(*opened);
        EXPECT_OK(engine->unlock(as_bytes(test::kPassphrase)));
    }
};

// Meanwhile does something once, after the server has answered a request to that path.
class Meanwhile final : public test::Adversary {
public:
    Meanwhile(std::string path, std::function<void()> doing)
        : path_(std::move(path)), doing_(std::move(doing)) {}

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        http::Response answer = server(request);
        if (request.path.ends_with(path_) && doing_) std::exchange(doing_, nullptr)();
        return answer;
    }

private:
    std::string path_;
    std::function<void()> doing_;
};

}  // namespace

TEST(directory_saves_what_is_new) {
    Town town;
    EXPECT_EQ(test::crowd(town.anna, 40).size(), 40U);
    EXPECT_OK(town.bernd.engine().catch_up());
    const Rows before = directory_rows(town.bernd);
    EXPECT_EQ(test::crowd(town.anna, 1, 7).size(), 1U);
    EXPECT_OK(town.bernd.engine().catch_up());
    const Rows after = directory_rows(town.bernd);
    // One person, a device and a kit, an administrator's record, and a block of roots.
    EXPECT(changed_bytes(before, after) < 14'000);
    EXPECT(changed_bytes(before, after) * 3 < all_bytes(after));
    EXPECT_OK(town.bernd.reopen());
    EXPECT_EQ(town.bernd.engine().status().directory_size,
              town.anna.engine().status().directory_size);
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_EQ(directory_rows(town.bernd), after);
}

TEST(directory_of_an_older_profile_opens_and_is_put_into_rows) {
    Town town;
    const Bytes whole = [&] {
        auto reader = MemoryStore(town.bernd.disk()).read();
        std::vector<directory::Row> rows;
        EXPECT_OK((*reader)->scan(Table::directory, {}, {}, [&](ByteView key, ByteView value) {
            rows.push_back({to_bytes(key), to_bytes(value)});
            return true;
        }));
        return directory::Log::from_rows(rows)->encode();
    }();
    MemoryStore store(town.bernd.disk());
    const auto writer = store.write(Durability::full);
    EXPECT_OK((*writer)->erase_range(Table::directory, {}, {}));
    EXPECT_OK((*writer)->put(Table::directory, as_bytes("log"), whole));
    EXPECT_OK((*writer)->commit());
    EXPECT_OK(town.bernd.reopen());
    EXPECT_EQ(test::crowd(town.anna, 1).size(), 1U);
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT(!directory_rows(town.bernd).contains(to_bytes(as_bytes("log"))));
    EXPECT_OK(town.bernd.reopen());
    EXPECT_EQ(town.bernd.engine().status().directory_size,
              town.anna.engine().status().directory_size);
    EXPECT_EQ(town.bernd.engine().status().alarms, 0U);
}

TEST(directory_of_two_programs_does_not_go_back) {
    Town town;
    Program second(town.bernd, town.world, town.world.server());
    EXPECT_EQ(test::crowd(town.anna, 2).size(), 2U);
    // The first has its answer already when the second gets a longer log, and keeps that.
    Meanwhile meanwhile("/log/entries", [&] {
        EXPECT_EQ(test::crowd(town.anna, 2, 8).size(), 2U);
        EXPECT_OK(second.engine->catch_up());
    });
    town.bernd.wire().attack(&meanwhile);
    EXPECT_OK(town.bernd.engine().catch_up());
    town.bernd.wire().attack(nullptr);
    const std::uint64_t newest = second.engine->status().directory_size;
    EXPECT(town.bernd.engine().status().directory_size < newest);
    EXPECT_EQ(Program(town.bernd, town.world, town.world.server()).engine->status().directory_size,
              newest);
    // Going on from what it had, the first writes over what the second wrote.
    EXPECT_EQ(test::crowd(town.anna, 1, 9).size(), 1U);
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_OK(second.engine->catch_up());
    Program third(town.bernd, town.world, town.world.server());
    EXPECT_EQ(third.engine->session().directory.state().map().root,
              town.anna.engine().session().directory.state().map().root);
}

TEST(sr_29_two_programs_shown_two_logs_notice) {
    test::ForkedTown town;
    Program second(town.bernd, town.world, town.shadow);
    test::Person& other = town.world.stranger("other");
    other.replace_disk(town.anna.disk().snapshot());
    other.wire().connect(town.shadow);
    EXPECT_OK(other.reopen());
    town.split();
    EXPECT_EQ(test::crowd(town.anna, 1).size(), 1U);
    EXPECT_EQ(test::crowd(other, 2, 5).size(), 2U);
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_ERROR(second.engine->catch_up(), errors::log_forked);
    EXPECT(second.engine->session().directory.evidence().has_value());
}

}  // namespace obhut::client
