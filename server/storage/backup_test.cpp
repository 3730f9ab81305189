// Backups, restores and compaction: while a store is written to, again and again, and killed at
// every point.
#include "server/storage/backup.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "server/storage/audit.h"
#include "server/storage/inspect.h"
#include "server/storage/posix_files.h"
#include "server/storage/simulated_files.h"
#include "server/storage/simulated_vfs.h"
#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

constexpr const char* kVfsName = "obhut-backup";

// A store with small segments, so that there are many.
SqliteOptions small_in(const std::string& directory) {
    SqliteOptions options;
    options.directory = directory;
    options.readers = 1;
    options.limits.segment_bytes = 2000;
    options.space_segment_bytes = 800;
    return options;
}

std::unique_ptr<SqliteStore> open(const SqliteOptions& options, FileSystem& files) {
    auto opened = SqliteStore::create(options, files);
    EXPECT_OK(opened);
    return opened ? std::move(*opened) : nullptr;
}

// found makes a server with a space, and `last` changes of it.
void step(Store& store, Sequence sequence, std::uint64_t story = 0);
void found(Store& store, Sequence last = 0) {
    WriteBatch batch;
    batch.add(CreateServer{{.incarnation = 1, .log_name = "", .log_seed = {}, .org = {}}});
    create_space(batch, kSpace);
    EXPECT_OK(commit_now(store, std::move(batch)).result);
    for (Sequence sequence = 1; sequence <= last; ++sequence) step(store, sequence);
}

// step commits content that stays, and a node that replaces the one before. In another `story` the
// content is other, of the same size.
void step(Store& store, Sequence sequence, std::uint64_t story) {
    const std::uint64_t node = 2 * sequence;
    const std::uint64_t content = node + 1 + story;
    WriteBatch batch;
    batch.add(put(kSpace, {node, content})).add(link(kSpace, sequence, kStart + sequence * kHour));
    batch.add(sequence == 1 ? lists(kSpace, 1, {node}, {}, {content})
                            : lists(kSpace, sequence, {node}, {node - 2}, {content}));
    EXPECT_OK(commit_now(store, std::move(batch)).result);
}

// has tells whether the content of a commit is there.
bool has(Store& store, Sequence sequence, std::uint64_t story = 0) {
    const std::uint64_t content = 2 * sequence + 1 + story;
    const auto loaded = load(store, kSpace, {object_id(content)}, 1);
    return loaded && loaded->front().bytes == object(content).bytes;
}

// whole_up_to: content of all commits is there and the head is the last one's.
void whole_up_to(Store& store, Sequence last) {
    const auto head = store.space(kSpace);
    REQUIRE_OK(head);
    EXPECT_EQ(head->head.sequence, last);
    for (Sequence sequence = 1; sequence <= last; ++sequence) EXPECT(has(store, sequence));
}

// Data is a folder with a data directory that has so many changes, and a store on it.
struct Data {
    explicit Data(Sequence last = 30) : store(open(options, files)) {
        if (store == nullptr) std::abort();
        found(*store, last);
    }

    const TemporaryFolder folder;
    PosixFiles files;
    const SqliteOptions options = small_in(folder.path() + "/data");
    const std::string target = folder.path() + "/backup";
    std::unique_ptr<SqliteStore> store;
};

TEST(backups_grow_and_are_restored) {
    Data data;
    auto& [folder, files, options, target, store] = data;
    const auto first = back_up(options, files, target);
    REQUIRE_OK(first);
    EXPECT_EQ(first->copied, first->segments);
    for (Sequence sequence = 31; sequence <= 33; ++sequence) step(*store, sequence);
    const auto second = back_up(options, files, target);
    REQUIRE_OK(second);
    EXPECT(second->copied <= 2 && second->segments >= first->segments);
    for (Sequence sequence = 34; sequence <= 40; ++sequence) step(*store, sequence);  // not in it

    const SqliteOptions fresh = small_in(folder.path() + "/restored");
    const auto restored = restore(target, fresh, files, kStart);
    REQUIRE_OK(restored);
    EXPECT_EQ(restored->incarnation, kStart / kSecond);
    EXPECT_ERROR(restore(target, fresh, files, kStart), errors::not_empty);
    EXPECT_ERROR(restore(folder.path(), small_in(folder.path() + "/none"), files, kStart),
                 errors::no_backup);
    auto again = open(fresh, files);
    REQUIRE(again != nullptr);
    EXPECT_EQ(again->server_state()->incarnation, kStart / kSecond);
    whole_up_to(*again, 33);
    step(*again, 34);
    again.reset();
    const auto report = audit(fresh, files, AuditDepth::bytes);
    EXPECT(report && report->damaged == 0);
}

TEST(compacted_segments_leave_the_backup) {
    Data data;
    auto& [folder, files, options, target, store] = data;
    REQUIRE_OK(back_up(options, files, target));
    for (const int days : {40, 80, 120}) tend_all(*store, kStart + days * kDay);
    const auto report = back_up(options, files, target);
    REQUIRE_OK(report);
    EXPECT(report->removed > 0);
    EXPECT_EQ(files.list(target + "/segments")->size(), report->segments);
    REQUIRE_OK(restore(target, small_in(folder.path() + "/restored"), files, kStart));
    auto again = open(small_in(folder.path() + "/restored"), files);
    REQUIRE(again != nullptr);
    whole_up_to(*again, 30);
}

TEST(backups_are_consistent_while_others_write) {
    Data data(0);
    auto& [folder, files, options, target, store] = data;
    std::atomic<bool> over = false;
    std::atomic<Sequence> last = 0;
    std::thread writer([&] {
        for (Sequence sequence = 1; !over; ++sequence) {
            step(*store, sequence);
            last = sequence;
            if (sequence % 5 == 0) EXPECT_OK(store->tend(kStart + sequence * kDay));
        }
    });
    for (int round = 0; round < 6; ++round) {
        const Sequence before = last;
        const auto report = back_up(options, files, folder.path() + "/backup");
        EXPECT_OK(report);
        const SqliteOptions fresh = small_in(folder.path() + "/restored" + std::to_string(round));
        EXPECT_OK(restore(folder.path() + "/backup", fresh, files, kStart));
        auto restored = open(fresh, files);
        REQUIRE(restored != nullptr);
        const Sequence head = restored->space(kSpace)->head.sequence;
        EXPECT(head >= before);
        whole_up_to(*restored, head);
        restored.reset();
        const auto audited = audit(fresh, files, AuditDepth::bytes);
        EXPECT(audited && audited->damaged == 0);
    }
    over = true;
    writer.join();
}

TEST(compaction_holds_still_for_backups_and_checks) {
    Data data;
    auto& [folder, files, options, target, store] = data;
    const std::string directory = options.directory + "/segments";
    auto one = files.share(Segments::backup_lock(directory));
    auto two = files.share(Segments::backup_lock(directory));
    REQUIRE(one && two);
    const auto before = files.list(directory);
    for (const int days : {40, 80, 120}) {
        const auto report = store->tend(kStart + days * kDay);
        EXPECT(report && report->bytes_freed == 0);
    }
    EXPECT(std::ranges::includes(files.list(directory).value(), before.value()));  // none is gone
    one->reset();
    EXPECT_EQ(store->tend(kStart + 160 * kDay)->bytes_freed, 0U);
    two->reset();
    tend_all(*store, kStart + 200 * kDay);
    EXPECT(!std::ranges::includes(files.list(directory).value(), before.value()));
    whole_up_to(*store, 30);
}

TEST(a_directory_in_use_is_checked_as_it_is_at_one_moment) {
    Data data(0);
    auto& [folder, files, options, target, store] = data;
    std::atomic<bool> over = false;
    std::thread writer([&] {
        for (Sequence sequence = 1; !over; ++sequence) {
            step(*store, sequence);
            if (sequence % 5 == 0) EXPECT_OK(store->tend(kStart + sequence * kDay));
        }
    });
    std::uint64_t objects = 0;
    for (int round = 0; round < 20; ++round) {
        const auto report = audit(options, files, AuditDepth::bytes);
        if (!EXPECT_OK(report)) break;
        EXPECT_EQ(report->damaged, 0U);
        objects = report->objects;
    }
    over = true;
    writer.join();
    EXPECT(objects > 0);
}

TEST(a_directory_put_back_by_other_means_is_marked_as_restored) {
    const TemporaryFolder folder;
    PosixFiles files;
    const SqliteOptions options = small_in(folder.path() + "/data");
    EXPECT_ERROR(renew_incarnation(options, files, kStart), errors::no_backup);
    {
        auto store = open(options, files);
        REQUIRE(store != nullptr);
        found(*store);
        for (Sequence sequence = 1; sequence <= 3; ++sequence) step(*store, sequence);
        EXPECT_ERROR(renew_incarnation(options, files, kStart), errors::data_in_use);
        const auto seen = inspect(options);  // also while it is in use
        REQUIRE_OK(seen);
        EXPECT_EQ(seen->incarnation, 1U);
        REQUIRE(seen->charges.size() == 1);
        EXPECT_EQ(seen->charges[0].spaces, 1U);
        EXPECT_EQ(seen->charges[0].usage.total(), store->space_usage(kSpace)->total());
    }
    EXPECT_EQ(renew_incarnation(options, files, kStart).value_or(0), kStart / kSecond);
    EXPECT_EQ(renew_incarnation(options, files, kStart).value_or(0), kStart / kSecond + 1);
    auto store = open(options, files);
    REQUIRE(store != nullptr);
    EXPECT_EQ(store->server_state()->incarnation, kStart / kSecond + 1);
    whole_up_to(*store, 3);
}

// ---- killed

struct Machine {
    Machine() { EXPECT_OK(files.make_directory("/data")); }
    SqliteOptions options(const std::string& directory) const {
        SqliteOptions made = small_in(directory);
        made.vfs = kVfsName;
        return made;
    }
    SimulatedFiles files{7};
    SimulatedVfs vfs{files, kVfsName};
};

// A machine with a backup that holds 8 changes; since then there have been 4 more, and weeks.
struct Killed : Machine {
    Killed() {
        auto store = open(options("/data"), files);
        if (store == nullptr) std::abort();
        found(*store, 8);
        EXPECT_OK(back_up(options("/data"), files, "/backup"));
        for (Sequence sequence = 9; sequence <= 12; ++sequence) step(*store, sequence);
        tend_all(*store, kStart + 40 * kDay);
    }
    // kill_at stops the machine at an operation of an act, and starts it again; false if the act
    // had ended before.
    bool kill_at(std::uint64_t operation, const std::function<void()>& act) {
        files.stop_after(operation);
        act();
        const bool reached = files.has_stopped();
        files.restart();
        return reached;
    }
    std::unique_ptr<SqliteStore> restored(const std::string& directory) {
        const auto outcome = restore("/backup", options(directory), files, kStart);
        EXPECT(outcome || outcome.error().is(errors::not_empty));  // it was done
        return open(options(directory), files);
    }
    void expect_sound(const std::string& directory) {
        const auto report = audit(options(directory), files, AuditDepth::bytes);
        EXPECT(report && report->damaged == 0);
    }
};

TEST(backups_survive_being_killed_anywhere) {
    bool reached = true;
    std::uint64_t operation = 0;
    for (; reached; ++operation) {
        Killed machine;
        reached = machine.kill_at(
            operation, [&] { (void)back_up(machine.options("/data"), machine.files, "/backup"); });
        auto store = machine.restored("/restored");
        REQUIRE(store != nullptr);
        const Sequence head = store->space(kSpace)->head.sequence;
        EXPECT(head == 8 || head == 12);
        whole_up_to(*store, head);
        EXPECT_EQ(store->server_state()->incarnation, kStart / kSecond);
        EXPECT_OK(back_up(machine.options("/data"), machine.files, "/backup"));
    }
    EXPECT(operation > 20);
}

// What the interrupted backup has brought already is of another history than the one that goes on
// from the backup before, under the same numbers.
TEST(backups_of_a_restored_directory_go_where_an_interrupted_one_lies) {
    bool reached = true;
    for (std::uint64_t operation = 0; reached; ++operation) {
        Killed machine;
        reached = machine.kill_at(
            operation, [&] { (void)back_up(machine.options("/data"), machine.files, "/backup"); });
        auto store = machine.restored("/restored");
        REQUIRE(store != nullptr);
        const Sequence head = store->space(kSpace)->head.sequence;
        for (Sequence sequence = head + 1; sequence <= head + 4; ++sequence)
            step(*store, sequence, 1000);
        tend_all(*store, kStart + 40 * kDay);
        store.reset();
        EXPECT_OK(back_up(machine.options("/restored"), machine.files, "/backup"));
        machine.expect_sound("/backup");
        store = machine.restored("/again");
        REQUIRE(store != nullptr);
        for (Sequence sequence = head + 1; sequence <= head + 4; ++sequence)
            EXPECT(has(*store, sequence, 1000));
    }
}

TEST(restores_survive_being_killed_anywhere) {
    bool reached = true;
    std::uint64_t operation = 0;
    for (; reached; ++operation) {
        Killed machine;
        reached = machine.kill_at(operation, [&] {
            (void)restore("/backup", machine.options("/restored"), machine.files, kStart);
        });
        auto store = machine.restored("/restored");
        REQUIRE(store != nullptr);
        whole_up_to(*store, 8);
        EXPECT_EQ(store->server_state()->incarnation, kStart / kSecond);
        EXPECT_OK(back_up(machine.options("/restored"), machine.files, "/backup"));
    }
    EXPECT(operation > 20);
}

TEST(compaction_survives_being_killed_anywhere) {
    bool reached = true;
    std::uint64_t operation = 0;
    for (; reached; ++operation) {
        Machine machine;
        const SqliteOptions options = machine.options("/data");
        auto store = open(options, machine.files);
        REQUIRE(store != nullptr);
        found(*store, 12);
        machine.files.stop_after(operation);
        for (bool more = true; more;) {
            const auto report = store->tend(kStart + 40 * kDay);
            more = report && report->more;
        }
        reached = machine.files.has_stopped();
        store.reset();
        reached = reached || machine.files.has_stopped();
        machine.files.restart();
        store = open(options, machine.files);
        REQUIRE(store != nullptr);
        whole_up_to(*store, 12);
        tend_all(*store, kStart + 80 * kDay);
        whole_up_to(*store, 12);
        step(*store, 13);
        store.reset();
        const auto report = audit(options, machine.files, AuditDepth::bytes);
        EXPECT(report && report->damaged == 0);
        // Nothing of the interrupted one lies about.
        const auto backup = back_up(options, machine.files, "/backup");
        const auto segments = machine.files.list("/data/segments");
        EXPECT(backup && segments && segments->size() == backup->segments);
    }
    EXPECT(operation > 100);
}

}  // namespace
}  // namespace obhut::storage::testing
