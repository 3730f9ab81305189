// Snapshots at the server: judged, kept, replaced, served; through requests.
#include "server/services/snapshot_store.h"

#include "core/directory/errors.h"
#include "core/directory/log.h"
#include "protocols/api/errors.h"
#include "server/services/testing/office.h"
#include "server/storage/failing_store.h"

namespace obhut::services::testing {
namespace {

constexpr const char* kEntries = "/v1/log/entries";

// The log's tree as far as the office knows it.
directory::Frontier tree_of(Office& office) {
    directory::Frontier tree;
    const auto leaves = office.store.log_entries(0, SIZE_MAX);
    if (EXPECT_OK(leaves))
        for (const Bytes& leaf : *leaves) tree.append(directory::leaf_hash(leaf));
    return tree;
}

directory::Snapshot true_snapshot(Office& office) {
    const directory::StateMap map = office.state.map();
    return {office.state.size(), tree_of(office).root(), map.root, map.records};
}

http::Response send(Office& office, directory::Body::Any body) {
    const api::Append append = office.append_of(std::move(body), {&office.anna.device.signing});
    http::Response answer = office.post(office.anna.device, kEntries, append);
    if (error_of(answer)) office.mirror(append);
    return answer;
}

void grow(Office& office, directory::Position size) {
    while (office.state.size() < size)
        EXPECT_OK(error_of(send(office, directory::Pulse{office.anna.id})));
}

Result<api::SnapshotPage> page(Office& office, std::uint64_t size, std::uint64_t number = 0) {
    return message_of<api::SnapshotPage>(
        office.get_open("/v1/log/snapshots/" + std::to_string(size) +
                        (number == 0 ? "" : "?from=" + std::to_string(number))));
}

std::size_t records_kept(Office& office) {
    std::size_t count = 0;
    for (const Bytes& prefix : {snapshot_head_prefix(), snapshot_page_prefix()}) {
        const auto rows =
            office.store.records(storage::Area::server, prefix, {}, 1000, office.clock.now());
        if (EXPECT_OK(rows)) count += rows->size();
    }
    return count;
}

}  // namespace

TEST(a_snapshot_is_served_as_it_was_at_its_place) {
    Office office;
    office.join("bernd@example.org");
    grow(office, 300);
    const directory::Snapshot vouched = true_snapshot(office);
    EXPECT_ERROR(page(office, vouched.size), errors::not_there);
    REQUIRE_OK(error_of(send(office, vouched)));
    office.join("clara@example.org");
    const auto first = page(office, vouched.size);
    REQUIRE_OK(first);
    EXPECT_EQ(first->pages, 1U);
    EXPECT(first->tree.root() == vouched.log_root);
    directory::SnapshotReader reader(vouched);
    EXPECT_OK(reader.take(first->data));
    EXPECT_OK(reader.finish());
    EXPECT_ERROR(page(office, vouched.size, 1), errors::not_there);
    EXPECT_ERROR(page(office, vouched.size + 1), errors::not_there);
}

TEST(sr02_the_server_takes_no_false_snapshot) {
    Office office;
    grow(office, 300);
    directory::Snapshot other_state = true_snapshot(office);
    other_state.map_root.bytes[0] ^= 1;
    EXPECT_ERROR(error_of(send(office, other_state)), errors::entry_refused);
    directory::Snapshot other_log = true_snapshot(office);
    other_log.log_root.bytes[0] ^= 1;
    EXPECT_ERROR(error_of(send(office, other_log)), errors::entry_refused);
    EXPECT_EQ(records_kept(office), 0U);
    // Somebody else's entry was first: signed again, it is as good as before.
    directory::Snapshot late = true_snapshot(office);
    --late.size;
    EXPECT_ERROR(error_of(send(office, late)), errors::log_moved);
    EXPECT_OK(error_of(send(office, true_snapshot(office))));
}

TEST(the_newest_two_snapshots_are_kept) {
    Office office;
    std::vector<directory::Position> sizes;
    for (int i = 1; i <= 4; ++i) {
        grow(office, static_cast<directory::Position>(300 * i));
        sizes.push_back(office.state.size());
        REQUIRE_OK(error_of(send(office, true_snapshot(office))));
    }
    EXPECT_ERROR(page(office, sizes[0]), errors::not_there);
    EXPECT_ERROR(page(office, sizes[1]), errors::not_there);
    EXPECT_OK(page(office, sizes[2]));
    EXPECT_OK(page(office, sizes[3]));
    EXPECT_EQ(records_kept(office), 4U);  // a head and a page each
}

TEST(a_snapshot_among_other_entries_is_that_of_its_place) {
    Office office;
    grow(office, 300);
    // As a device brings back what a restore has lost: several entries in one request.
    api::Append append =
        office.append_of(directory::Pulse{office.anna.id}, {&office.anna.device.signing});
    directory::State there = office.state.clone();
    REQUIRE_OK(there.apply(append.entries[0].bytes));
    directory::Frontier tree = tree_of(office);
    tree.append(directory::leaf_hash(append.entries[0].bytes));
    const directory::StateMap map = there.map();
    const directory::Snapshot vouched{there.size(), tree.root(), map.root, map.records};
    directory::Draft draft(there, office.clock.now());
    draft.add(vouched, {&office.anna.device.signing});
    append.entries.emplace_back(draft.take()[0]);
    REQUIRE_OK(error_of(office.post(office.anna.device, kEntries, append)));
    const auto first = page(office, vouched.size);
    REQUIRE_OK(first);
    directory::SnapshotReader reader(vouched);
    EXPECT_OK(reader.take(first->data));
    EXPECT_OK(reader.finish());
}

TEST(a_snapshot_that_is_half_written_is_not_served) {
    Office office;
    grow(office, 300);
    const directory::Snapshot first = true_snapshot(office);
    const api::Append append = office.append_of(first, {&office.anna.device.signing});
    storage::FailingStore failing(office.store);
    office.service = *Service::open(failing, office.clock, office.entropy, Settings{});
    // Some call of the store fails, each in its turn; the entry is logged with its pages or not.
    const auto fail_at = [&](std::uint64_t n) {
        failing.fail_at(n, errors::storage_io, storage::FailingStore::When::before);
    };
    for (std::uint64_t n = 0;; ++n) {
        REQUIRE(n < 100);
        fail_at(n);
        const bool taken = error_of(office.post(office.anna.device, kEntries, append)).has_value();
        fail_at(1'000'000);
        if (taken) break;
        EXPECT_ERROR(page(office, first.size), errors::not_there);
    }
    office.mirror(append);
    EXPECT_OK(page(office, first.size));
}

TEST(pages_of_an_unfinished_snapshot_go_with_the_next) {
    Office office;
    grow(office, 300);
    // The program ended before the entry was logged: a head that knows its pages is left.
    SnapshotStore snapshots(office.store, office.clock);
    storage::WriteBatch never_committed;
    REQUIRE_OK(snapshots.write(office.state, tree_of(office), never_committed, 1));
    EXPECT_EQ(records_kept(office), 2U);
    EXPECT_ERROR(page(office, office.state.size()), errors::not_there);
    grow(office, 400);
    REQUIRE_OK(error_of(send(office, true_snapshot(office))));
    EXPECT_EQ(records_kept(office), 2U);
    EXPECT_OK(page(office, 400));
}

}  // namespace obhut::services::testing
