// The durable adapter under many callers at once, and killed in the middle of them.
#include <atomic>
#include <random>
#include <semaphore>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/storage/audit.h"
#include "server/storage/posix_files.h"
#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

SqliteOptions options_in(const TemporaryFolder& folder) {
    SqliteOptions options;
    options.directory = folder.path() + "/data";
    options.readers = 2;
    options.limits.segment_bytes = 100000;
    options.space_segment_bytes = 20000;
    return options;
}

std::unique_ptr<SqliteStore> open(const SqliteOptions& options, FileSystem& files) {
    auto opened = SqliteStore::create(options, files);
    EXPECT_OK(opened);
    return opened ? std::move(*opened) : nullptr;
}

SpaceId space_of(std::uint64_t number) { return made_up<SpaceId>(number); }

// Each writer has objects of its own: a thousand numbers from here.
std::uint64_t object_of(std::uint64_t writer, Sequence sequence) {
    return 1000 * (writer + 1) + sequence;
}

TEST(waiting_batches_share_a_round) {
    const TemporaryFolder folder;
    PosixFiles files;
    auto store = open(options_in(folder), files);
    REQUIRE(store != nullptr);
    constexpr std::uint64_t kSpaces = 20;
    constexpr Sequence kLinks = 20;
    for (std::uint64_t number = 0; number < kSpaces; ++number) make_space(*store, space_of(number));
    const std::uint64_t groups_before = store->statistics().groups;
    std::atomic<std::uint64_t> done = 0;
    for (Sequence sequence = 1; sequence <= kLinks; ++sequence)
        for (std::uint64_t number = 0; number < kSpaces; ++number) {
            WriteBatch batch;
            batch.add(put(space_of(number), {object_of(number, sequence)}));
            batch.add(link(space_of(number), sequence));
            store->commit(std::move(batch),
                          [&done](Outcome outcome) { done += outcome.result ? 1 : 0; });
        }
    while (store->statistics().queued > 0) std::this_thread::yield();
    for (std::uint64_t number = 0; number < kSpaces; ++number)
        EXPECT_OK(commit(*store, link(space_of(number), kLinks + 1)).result);  // after all of them
    EXPECT_EQ(done.load(), kSpaces * kLinks);
    EXPECT(store->statistics().groups - groups_before < kSpaces * kLinks);
}

TEST(of_many_writers_one_wins_each_sequence) {
    const TemporaryFolder folder;
    PosixFiles files;
    auto store = open(options_in(folder), files);
    REQUIRE(store != nullptr);
    make_space(*store);
    constexpr int kWriters = 4;
    constexpr int kEach = 25;
    std::atomic<int> unexpected = 0;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < kWriters; ++writer)
        threads.emplace_back([&, writer] {
            for (int done = 0; done < kEach;) {
                const Sequence next = store->space(kSpace)->head.sequence + 1;
                const std::uint64_t own =
                    object_of(static_cast<std::uint64_t>(writer), static_cast<Sequence>(done));
                const Outcome outcome = commit(*store, put(kSpace, {own}), link(kSpace, next),
                                               lists(kSpace, next, {own}));
                if (outcome.result)
                    ++done;
                else if (!outcome.result.error().is(errors::sequence_moved))
                    ++unexpected;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(unexpected.load(), 0);
    EXPECT_EQ(store->space(kSpace)->head.sequence, static_cast<Sequence>(kWriters * kEach));
    EXPECT_EQ(store->space_usage(kSpace)->live, static_cast<std::uint64_t>(kWriters * kEach) * 100);
    store.reset();
    EXPECT_OK(audit(options_in(folder), files, AuditDepth::bytes));
}

// The writing thread is held in the answer of the first batch until all others have come.
TEST(full_queue_answers_busy) {
    const TemporaryFolder folder;
    PosixFiles files;
    SqliteOptions options = options_in(folder);
    options.limits.queue_bytes = 1 << 20;
    auto store = open(options, files);
    REQUIRE(store != nullptr);
    make_space(*store);
    std::binary_semaphore answering(0);
    std::binary_semaphore all_sent(0);
    WriteBatch first;
    first.add(put(kSpace, {0}));
    store->commit(std::move(first), [&](Outcome) {
        answering.release();
        all_sent.acquire();
    });
    answering.acquire();
    std::atomic<int> busy = 0;
    std::atomic<int> good = 0;
    for (std::uint64_t number = 1; number < 60; ++number) {
        WriteBatch batch;
        batch.add(put(kSpace, {number}, 200000));
        store->commit(std::move(batch), [&](Outcome outcome) {
            if (outcome.result)
                ++good;
            else if (outcome.result.error().is(errors::store_busy))
                ++busy;
        });
    }
    EXPECT_EQ(busy.load(), 54);
    all_sent.release();
    store.reset();  // waits for what was taken
    EXPECT_EQ(good.load(), 5);
}

TEST(objects_are_read_while_they_move) {
    const TemporaryFolder folder;
    PosixFiles files;
    auto store = open(options_in(folder), files);
    REQUIRE(store != nullptr);
    make_space(*store);
    constexpr Sequence kLinks = 120;
    std::atomic<bool> over = false;
    std::atomic<int> wrong = 0;
    std::thread reader([&] {
        std::mt19937_64 random(7);
        while (!over) {
            const std::uint64_t number = object_of(0, 1 + random() % kLinks);
            const auto loaded = load(*store, kSpace, {object_id(number, 1500)}, 1);
            if (!loaded || (loaded->front().state != ObjectState::absent &&
                            loaded->front().bytes != object(number, 1500).bytes))
                ++wrong;
        }
    });
    Millis now = kStart;
    for (Sequence sequence = 1; sequence <= kLinks; ++sequence) {
        const std::uint64_t own = object_of(0, sequence);
        WriteBatch batch;
        batch.add(put(kSpace, {own}, 1500)).add(link(kSpace, sequence, now));
        ApplyLists changes{kSpace, sequence, {}, {}};
        changes.lists.created = {object_id(own, 1500)};
        if (sequence > 1) changes.lists.superseded = {object_id(own - 1, 1500)};
        batch.add(std::move(changes));
        EXPECT_OK(commit_now(*store, std::move(batch)).result);
        now += 12 * kHour;
        if (sequence % 10 == 0) tend_all(*store, now);
    }
    over = true;
    reader.join();
    EXPECT_EQ(wrong.load(), 0);
    EXPECT(store->statistics().segments < 3 + kLinks * 1600 / 100000);
    store.reset();
    EXPECT_OK(audit(options_in(folder), files, AuditDepth::bytes));
}

TEST(staged_objects_hold_their_segment) {
    const TemporaryFolder folder;
    PosixFiles files;
    SqliteOptions options = options_in(folder);
    options.limits.segment_bytes = 500;
    auto store = open(options, files);
    REQUIRE(store != nullptr);
    make_space(*store);
    auto staged = stage_now(*store, kSpace, object_id(1), object(1).bytes);
    REQUIRE_OK(staged);
    for (std::uint64_t number = 2; number < 12; ++number)
        REQUIRE_OK(commit(*store, put(kSpace, {number})).result);  // several segments later
    tend_all(*store, kStart + 60 * kDay);
    tend_all(*store, kStart + 61 * kDay);
    PutObjects operation = put(kSpace, {});
    operation.objects.push_back({object_id(1), {}, std::move(*staged)});
    REQUIRE_OK(commit(*store, std::move(operation)).result);
    tend_all(*store, kStart);
    EXPECT(load(*store, kSpace, {object_id(1)}, 1)->front().bytes == object(1).bytes);
}

// ---- killed

// write_until_killed commits to two spaces in turn and tells each acknowledged sequence through the
// pipe.
[[noreturn]] void write_until_killed(const SqliteOptions& options, int pipe, std::uint64_t seed) {
    PosixFiles files;
    auto opened = SqliteStore::create(options, files);
    if (!opened) ::_exit(2);
    std::mt19937_64 random(seed);
    Millis now = kStart;
    for (;;) {
        const std::uint64_t number = random() % 2;
        const SpaceId space = space_of(number);
        const Sequence next = (*opened)->space(space)->head.sequence + 1;
        const std::uint64_t own = object_of(number, next);
        WriteBatch batch;
        batch.add(put(space, {own})).add(link(space, next, now));
        batch.add(next == 1 ? lists(space, next, {own}) : lists(space, next, {own}, {own - 1}));
        if (!commit_now(**opened, std::move(batch)).result) ::_exit(3);
        const std::uint64_t told[2] = {number, next};
        if (::write(pipe, told, sizeof told) != sizeof told) ::_exit(4);
        now += kHour;
        if (random() % 8 == 0 && !(*opened)->tend(now)) ::_exit(5);
    }
}

TEST(acknowledged_batches_survive_kill) {
    const TemporaryFolder folder;
    SqliteOptions options = options_in(folder);
    options.limits.segment_bytes = 3000;
    PosixFiles files;
    {
        auto store = open(options, files);
        REQUIRE(store != nullptr);
        for (const std::uint64_t number : {0, 1}) make_space(*store, space_of(number));
    }
    Sequence told[2] = {0, 0};
    for (std::uint64_t round = 0; round < 8; ++round) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(ends[0]);
            write_until_killed(options, ends[1], round);
        }
        ::close(ends[1]);
        std::uint64_t message[2];
        for (std::uint64_t count = 0; count < 5 + 7 * round; ++count) {
            if (::read(ends[0], message, sizeof message) != sizeof message) break;
            told[message[0]] = message[1];
        }
        ::kill(child, SIGKILL);
        while (::read(ends[0], message, sizeof message) == sizeof message)
            told[message[0]] = message[1];
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT(WIFSIGNALED(status));
        auto store = open(options, files);
        REQUIRE(store != nullptr);
        for (const std::uint64_t number : {0, 1}) {
            const Sequence head = store->space(space_of(number))->head.sequence;
            EXPECT(head == told[number] || head == told[number] + 1);
            told[number] = head;
            const auto newest =
                load(*store, space_of(number), {object_id(object_of(number, head))}, 1);
            EXPECT(head == 0 ||
                   (newest && newest->front().bytes == object(object_of(number, head)).bytes));
        }
        store.reset();
        const auto report = audit(options, files, AuditDepth::bytes);
        EXPECT(report && report->damaged == 0);
    }
}

}  // namespace
}  // namespace obhut::storage::testing
