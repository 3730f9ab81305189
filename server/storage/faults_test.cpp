// The durable adapter with a full disk, failing syncs, damaged and missing files.
#include <fstream>

#include "server/storage/audit.h"
#include "server/storage/posix_files.h"
#include "server/storage/rebuild.h"
#include "server/storage/simulated_files.h"
#include "server/storage/simulated_vfs.h"
#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

constexpr const char* kVfsName = "obhut-faulty";

SqliteOptions simulated() {
    SqliteOptions options;
    options.directory = "/data";
    options.vfs = kVfsName;
    options.readers = 1;
    return options;
}

struct Machine {
    Machine() { EXPECT_OK(files.make_directory("/data")); }
    Result<> open() {
        store.reset();
        auto opened = SqliteStore::create(simulated(), files);
        if (!opened) return std::unexpected(opened.error());
        store = std::move(*opened);
        return {};
    }
    SimulatedFiles files{1};
    SimulatedVfs vfs{files, kVfsName};
    std::unique_ptr<SqliteStore> store;
};

// Folder is a store on the machine's own disk, with one space and the objects 1 to 3 in it.
struct Folder {
    Folder() { options.directory = folder.path() + "/data"; }
    Result<> open() {
        store.reset();
        auto opened = SqliteStore::create(options, files);
        if (!opened) return std::unexpected(opened.error());
        store = std::move(*opened);
        return {};
    }
    void fill() {
        EXPECT_OK(open());
        make_space(*store);
        EXPECT_OK(commit(*store, put(kSpace, {1, 2, 3})).result);
        EXPECT_OK(commit(*store, link(kSpace, 1), lists(kSpace, 1, {1, 2})).result);
    }
    std::string segment(int number) const {
        return Segments::segment_path(options.directory + "/segments",
                                      static_cast<std::uint64_t>(number));
    }
    // overwrite changes one byte of a file.
    static void flip(const std::string& path, std::streamoff offset) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(offset);
        const char byte = static_cast<char>(file.get() ^ 1);
        file.seekp(offset);
        file.put(byte);
    }

    TemporaryFolder folder;
    PosixFiles files;
    SqliteOptions options;
    std::unique_ptr<SqliteStore> store;
};

TEST(full_disk_refuses_and_recovers) {
    // at every capacity from too small for the next batch on: refused, nothing lost, and later it
    // works
    bool refused_once = false;
    for (std::uint64_t room = 0; room < 120000; room += 1733) {
        Machine machine;
        REQUIRE_OK(machine.open());
        make_space(*machine.store);
        REQUIRE_OK(commit(*machine.store, put(kSpace, {1})).result);
        machine.files.set_capacity(machine.files.used() + room);
        Sequence next = 1;
        Outcome outcome;
        for (; next < 40 && outcome.result; ++next)
            outcome = commit(*machine.store, put(kSpace, {next + 1}, 3000), link(kSpace, next));
        if (outcome.result) break;
        --next;
        refused_once = true;
        EXPECT_ERROR(outcome.result, errors::disk_full);
        EXPECT_OK(machine.store->healthy());
        EXPECT_EQ(machine.store->space(kSpace)->head.sequence, next - 1);
        EXPECT_ERROR(commit(*machine.store, put(kSpace, {50}, 200000)).result, errors::disk_full);
        machine.files.set_capacity(UINT64_MAX);
        EXPECT_OK(commit(*machine.store, put(kSpace, {next + 1}, 3000), link(kSpace, next)).result);
        REQUIRE_OK(machine.open());
        EXPECT_EQ(machine.store->space(kSpace)->head.sequence, next);
        for (Sequence sequence = 1; sequence <= next; ++sequence) {
            const auto loaded = load(*machine.store, kSpace, {object_id(sequence + 1, 3000)}, 1);
            EXPECT(loaded && loaded->front().bytes == object(sequence + 1, 3000).bytes);
        }
        machine.store.reset();
        EXPECT_OK(audit(simulated(), machine.files, AuditDepth::bytes));
    }
    EXPECT(refused_once);
}

TEST(full_disk_refuses_staging_and_a_new_store) {
    Machine machine;
    machine.files.set_capacity(1000);
    EXPECT_ERROR(machine.open(), errors::disk_full);
    machine.files.set_capacity(UINT64_MAX);
    REQUIRE_OK(machine.open());
    make_space(*machine.store);
    machine.files.set_capacity(machine.files.used() + 50);
    EXPECT_ERROR(stage_now(*machine.store, kSpace, object_id(1), object(1).bytes),
                 errors::disk_full);
    machine.files.set_capacity(UINT64_MAX);
    EXPECT_OK(stage_now(*machine.store, kSpace, object_id(1), object(1).bytes));
}

TEST(failed_sync_stops_all_writing) {
    Machine machine;
    REQUIRE_OK(machine.open());
    make_space(*machine.store);
    REQUIRE_OK(commit(*machine.store, put(kSpace, {1}), link(kSpace, 1)).result);
    machine.files.fail_syncs(true);
    EXPECT(!commit(*machine.store, put(kSpace, {2}), link(kSpace, 2)).result);
    machine.files.fail_syncs(false);
    // a disk that has once lost what it took is not trusted again
    EXPECT_ERROR(commit(*machine.store, link(kSpace, 2)).result, errors::store_stopped);
    EXPECT_ERROR(stage_now(*machine.store, kSpace, object_id(3), object(3).bytes),
                 errors::store_stopped);
    EXPECT_ERROR(machine.store->tend(kStart), errors::store_stopped);
    EXPECT_ERROR(machine.store->healthy(), errors::store_stopped);
    EXPECT_EQ(machine.store->space(kSpace)->head.sequence, 1U);  // reading goes on
    REQUIRE_OK(machine.open());
    EXPECT_OK(commit(*machine.store, link(kSpace, 2)).result);
}

TEST(failed_sync_of_the_database_stops_all_writing) {
    Machine machine;
    REQUIRE_OK(machine.open());
    make_space(*machine.store);
    machine.files.fail_syncs(true);
    EXPECT(!commit(*machine.store, link(kSpace, 1)).result);  // nothing for the segment
    machine.files.fail_syncs(false);
    EXPECT_ERROR(commit(*machine.store, link(kSpace, 1)).result, errors::store_stopped);
}

TEST(data_directory_is_opened_once) {
    Folder folder;
    REQUIRE_OK(folder.open());
    EXPECT_ERROR(SqliteStore::create(folder.options, folder.files), errors::data_in_use);
    PosixFiles others;
    EXPECT_ERROR(SqliteStore::create(folder.options, others), errors::data_in_use);
    EXPECT_OK(audit(folder.options, folder.files, AuditDepth::index));  // looks only
    EXPECT_ERROR(rebuild_index(folder.options, folder.files, kStart), errors::data_in_use);
    folder.store.reset();
    EXPECT_OK(folder.open());
}

TEST(torn_tail_of_a_segment_is_cut_off) {
    Folder folder;
    folder.fill();
    folder.store.reset();
    // back to how a crash leaves it: open, without a footer, with half a record
    {
        auto database = open_writer(folder.options.directory + "/index.db", nullptr);
        REQUIRE_OK(database);
        REQUIRE_OK(database->run("UPDATE segments SET state = 1"));
        auto file = folder.files.open(folder.segment(1), OpenMode::write);
        REQUIRE_OK(file);
        const auto scan = scan_segment(**file, 1, 0);
        REQUIRE_OK(scan);
        EXPECT(scan->has_footer && scan->entries.size() == 3);
        Bytes tail;
        append_record_header(tail, {kSpace, object_id(9), 100});
        append(tail, Bytes(50, 7));
        REQUIRE_OK((*file)->truncate(scan->end));
        REQUIRE_OK((*file)->write(scan->end, tail));
    }
    REQUIRE_OK(folder.open());
    EXPECT(load(*folder.store, kSpace, {object_id(3)}, 1)->front().bytes == object(3).bytes);
    EXPECT_OK(commit(*folder.store, put(kSpace, {4})).result);
    folder.store.reset();
    auto file = folder.files.open(folder.segment(1), OpenMode::read);
    const auto scan = scan_segment(**file, 1, 0);
    EXPECT(scan && scan->has_footer && scan->entries.size() == 3);
    EXPECT_OK(audit(folder.options, folder.files, AuditDepth::bytes));
}

TEST(lost_and_unknown_segments_are_noticed) {
    Folder folder;
    folder.fill();
    folder.store.reset();
    const std::string path = folder.segment(1);
    REQUIRE_OK(folder.files.rename(path, path + ".away"));
    EXPECT_ERROR(folder.open(), errors::segment_lost);
    REQUIRE_OK(folder.files.rename(path + ".away", path));
    REQUIRE_OK(folder.open());
    folder.store.reset();
    {
        auto file = folder.files.open(path, OpenMode::write);
        REQUIRE_OK((*file)->truncate(200));
    }
    EXPECT_ERROR(folder.open(), errors::segment_lost);
    // a segment that the database does not know: the database is an older copy
    Folder other;
    other.fill();
    other.store.reset();
    REQUIRE_OK(other.files.rename(other.segment(1), other.segment(7)));
    {
        auto database = open_writer(other.options.directory + "/index.db", nullptr);
        REQUIRE_OK(database->run("DELETE FROM segments"));
    }
    EXPECT_ERROR(other.open(), errors::index_behind);
}

TEST(damaged_database_is_noticed) {
    Folder folder;
    folder.fill();
    folder.store.reset();
    const std::string path = folder.options.directory + "/index.db";
    {
        auto database = open_writer(path, nullptr);
        REQUIRE_OK(database->script("PRAGMA user_version = 99"));
    }
    EXPECT_ERROR(folder.open(), errors::data_too_new);
    {
        auto database = Database::open(path, Database::Mode::create, nullptr);
        REQUIRE_OK(database->script("PRAGMA user_version = 1; PRAGMA application_id = 5"));
    }
    EXPECT_ERROR(folder.open(), errors::index_corrupt);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << std::string(8192, 'x');
    EXPECT_ERROR(folder.open(), errors::index_corrupt);
}

TEST(audit_finds_false_sums_and_damaged_objects) {
    Folder folder;
    folder.fill();
    folder.store.reset();
    const auto clean = audit(folder.options, folder.files, AuditDepth::bytes);
    REQUIRE_OK(clean);
    EXPECT(clean->objects == 3 && clean->bytes == 300 && clean->damaged == 0);
    Folder::flip(folder.segment(1), 40);        // the header of the first record
    Folder::flip(folder.segment(1), 32 + 300);  // the bytes of the second
    EXPECT_EQ(audit(folder.options, folder.files, AuditDepth::index)->damaged, 0U);
    EXPECT_EQ(audit(folder.options, folder.files, AuditDepth::records)->damaged, 1U);
    EXPECT_EQ(audit(folder.options, folder.files, AuditDepth::bytes)->damaged, 2U);
    const auto falsify = [&](const char* sql) {
        auto database = open_writer(folder.options.directory + "/index.db", nullptr);
        EXPECT_OK(database->script("PRAGMA secure_delete = OFF"));
        EXPECT_OK(database->script(sql));
    };
    for (const auto& [wrong, right] :
         {std::pair("UPDATE segments SET live = live + 1", "UPDATE segments SET live = live - 1"),
          std::pair("UPDATE spaces SET live = live + 1", "UPDATE spaces SET live = live - 1"),
          std::pair("UPDATE owners SET live = live + 1", "UPDATE owners SET live = live - 1"),
          std::pair("UPDATE uploads SET bytes = bytes + 1", "UPDATE uploads SET bytes = bytes - 1"),
          std::pair("UPDATE spaces SET links = 3", "UPDATE spaces SET links = 2"),
          std::pair("DELETE FROM pins", "SELECT 1")}) {
        falsify(wrong);
        EXPECT_ERROR(audit(folder.options, folder.files, AuditDepth::index), errors::index_corrupt);
        falsify(right);
    }
}

TEST(damaged_object_is_not_given_out) {
    Folder folder;
    folder.fill();
    Folder::flip(folder.segment(1), 40);
    std::size_t refused = 0;
    for (const std::uint64_t number : {1, 2, 3}) {
        const auto loaded = load(*folder.store, kSpace, {object_id(number)}, 1);
        if (!loaded) refused += loaded.error().is(errors::segment_corrupt) ? 1 : 0;
    }
    EXPECT_EQ(refused, 1U);
}

TEST(index_is_rebuilt_from_segments_alone) {
    Folder folder;
    folder.fill();
    folder.store.reset();
    for (const char* name : {"/index.db", "/index.db-wal", "/index.db-shm"}) {
        const Result<> removed = folder.files.remove(folder.options.directory + name);
        EXPECT(removed || removed.error().is(errors::not_stored));
    }
    EXPECT_ERROR(folder.open(), errors::index_behind);
    Folder::flip(folder.segment(1), 32 + 300);
    const auto report = rebuild_index(folder.options, folder.files, kStart);
    REQUIRE_OK(report);
    EXPECT(report->segments == 1 && report->restored == 2 && report->damaged == 1 &&
           report->lost == 0);
    EXPECT_EQ(rebuild_index(folder.options, folder.files, kStart)->known, 2U);
    EXPECT_OK(audit(folder.options, folder.files, AuditDepth::bytes));

    REQUIRE_OK(folder.open());
    // the space has no chain until somebody offers it again; then its objects are there
    EXPECT_ERROR(folder.store->space(kSpace), errors::not_stored);
    make_space(*folder.store);
    std::vector<std::uint64_t> found;
    for (const std::uint64_t number : {1, 2, 3})
        if (state(*folder.store, number) == ObjectState::pinned) found.push_back(number);
    REQUIRE(found.size() == 2);
    EXPECT_OK(commit(*folder.store, link(kSpace, 1), lists(kSpace, 1, found)).result);
    EXPECT_EQ(folder.store->space_usage(kSpace)->live, 200U);
    EXPECT_EQ(*folder.store->upload_usage(DeviceId{}), 0U);
    folder.store.reset();
    EXPECT_OK(audit(folder.options, folder.files, AuditDepth::bytes));
}

TEST(rebuild_gives_up_what_no_segment_has) {
    Folder folder;
    folder.fill();
    folder.store.reset();
    Folder::flip(folder.segment(1), 8);  // the header of the file
    const auto report = rebuild_index(folder.options, folder.files, kStart);
    REQUIRE_OK(report);
    EXPECT(report->segments == 0 && report->lost == 3);
    REQUIRE_OK(folder.open());
    EXPECT(state(*folder.store, 1) == ObjectState::absent);
    EXPECT_EQ(folder.store->space_usage(kSpace)->total(), 0U);
    EXPECT_OK(commit(*folder.store, put(kSpace, {1})).result);  // given back
    EXPECT(*folder.files.exists(folder.segment(1) + ".broken"));
    folder.store.reset();
    EXPECT_OK(audit(folder.options, folder.files, AuditDepth::bytes));
}

}  // namespace
}  // namespace obhut::storage::testing
