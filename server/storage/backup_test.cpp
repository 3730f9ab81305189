// Backups and restores: while a store is written to, again and again, and killed at every point.
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

void found(Store& store) {
    WriteBatch batch;
    batch.add(CreateServer{{.incarnation = 1, .log_name = "", .log_seed = {}, .org = {}}});
    create_space(batch, kSpace);
    EXPECT_OK(commit_now(store, std::move(batch)).result);
}

// step commits a node that replaces the one before, and content that stays.
void step(Store& store, Sequence sequence) {
    const std::uint64_t node = 2 * sequence;
    WriteBatch batch;
    batch.add(put(kSpace, {node, node + 1})).add(link(kSpace, sequence, kStart + sequence * kHour));
    batch.add(sequence == 1 ? lists(kSpace, 1, {node}, {}, {node + 1})
                            : lists(kSpace, sequence, {node}, {node - 2}, {node + 1}));
    EXPECT_OK(commit_now(store, std::move(batch)).result);
}

// whole_up_to: content of all commits is there and the head is the last one's.
void whole_up_to(Store& store, Sequence last) {
    const auto head = store.space(kSpace);
    REQUIRE_OK(head);
    EXPECT_EQ(head->head.sequence, last);
    for (Sequence sequence = 1; sequence <= last; ++sequence) {
        const auto loaded = store.load_objects(kSpace, {object_id(2 * sequence + 1)}, 1);
        EXPECT(loaded && loaded->front().bytes == object(2 * sequence + 1).bytes);
    }
}

TEST(backups_grow_and_are_restored) {
    const TemporaryFolder folder;
    PosixFiles files;
    const SqliteOptions options = small_in(folder.path() + "/data");
    const std::string target = folder.path() + "/backup";
    auto store = open(options, files);
    REQUIRE(store != nullptr);
    found(*store);
    for (Sequence sequence = 1; sequence <= 30; ++sequence) step(*store, sequence);
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
    const TemporaryFolder folder;
    PosixFiles files;
    const SqliteOptions options = small_in(folder.path() + "/data");
    const std::string target = folder.path() + "/backup";
    auto store = open(options, files);
    REQUIRE(store != nullptr);
    found(*store);
    for (Sequence sequence = 1; sequence <= 30; ++sequence) step(*store, sequence);
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
    const TemporaryFolder folder;
    PosixFiles files;
    const SqliteOptions options = small_in(folder.path() + "/data");
    auto store = open(options, files);
    REQUIRE(store != nullptr);
    found(*store);
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
    const TemporaryFolder folder;
    PosixFiles files;
    const SqliteOptions options = small_in(folder.path() + "/data");
    auto store = open(options, files);
    REQUIRE(store != nullptr);
    found(*store);
    for (Sequence sequence = 1; sequence <= 30; ++sequence) step(*store, sequence);
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
    const TemporaryFolder folder;
    PosixFiles files;
    const SqliteOptions options = small_in(folder.path() + "/data");
    auto store = open(options, files);
    REQUIRE(store != nullptr);
    found(*store);
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

// The second backup of a store, or its restore, is cut short at one operation after the other.
void kill_at(std::uint64_t operation, bool restoring, bool& reached) {
    Machine machine;
    const SqliteOptions options = machine.options("/data");
    {
        auto store = open(options, machine.files);
        REQUIRE(store != nullptr);
        found(*store);
        for (Sequence sequence = 1; sequence <= 8; ++sequence) step(*store, sequence);
        REQUIRE_OK(back_up(options, machine.files, "/backup"));
        for (Sequence sequence = 9; sequence <= 12; ++sequence) step(*store, sequence);
        tend_all(*store, kStart + 40 * kDay);
    }
    machine.files.stop_after(operation);
    if (restoring)
        (void)restore("/backup", machine.options("/restored"), machine.files, kStart);
    else
        (void)back_up(options, machine.files, "/backup");
    reached = machine.files.has_stopped();
    machine.files.restart();
    const SqliteOptions fresh = machine.options("/restored");
    const auto outcome = restore("/backup", fresh, machine.files, kStart);
    EXPECT(outcome || (restoring && outcome.error().is(errors::not_empty)));  // it was done
    auto store = open(fresh, machine.files);
    REQUIRE(store != nullptr);
    const Sequence head = store->space(kSpace)->head.sequence;
    EXPECT(head == 8 || (head == 12 && !restoring));
    whole_up_to(*store, head);
    EXPECT_EQ(store->server_state()->incarnation, kStart / kSecond);
    EXPECT_OK(back_up(options, machine.files, "/backup"));
}

TEST(backups_survive_being_killed_anywhere) {
    bool reached = true;
    std::uint64_t operation = 0;
    for (; reached; ++operation) kill_at(operation, false, reached);
    EXPECT(operation > 20);
}

TEST(restores_survive_being_killed_anywhere) {
    bool reached = true;
    std::uint64_t operation = 0;
    for (; reached; ++operation) kill_at(operation, true, reached);
    EXPECT(operation > 20);
}

}  // namespace
}  // namespace obhut::storage::testing
