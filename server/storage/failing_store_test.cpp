// The failing adapter fails the call it is told to, once, before or after it took effect.
#include "server/storage/failing_store.h"

#include "server/storage/memory_store.h"
#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

TEST(failing_store_fails_once_before_the_call) {
    MemoryStore memory;
    FailingStore store(memory);
    make_space(store);
    store.fail_at(1, errors::disk_full, FailingStore::When::before);
    EXPECT_OK(store.space(kSpace));
    EXPECT_ERROR(commit(store, link(kSpace, 1)).result, errors::disk_full);
    EXPECT_OK(commit(store, link(kSpace, 1)).result);
    EXPECT_EQ(store.space(kSpace)->head.sequence, 1U);
}

TEST(failing_store_loses_an_acknowledgement) {
    MemoryStore memory;
    FailingStore store(memory);
    make_space(store);
    store.fail_at(0, errors::storage_io, FailingStore::When::after);
    EXPECT_ERROR(commit(store, link(kSpace, 1)).result, errors::storage_io);
    EXPECT_EQ(store.space(kSpace)->head.sequence, 1U);
    // a refusal stays what it is
    store.fail_at(0, errors::storage_io, FailingStore::When::after);
    EXPECT_ERROR(commit(store, link(kSpace, 1)).result, errors::sequence_moved);
}

TEST(failing_store_fails_every_kind_of_call) {
    MemoryStore memory;
    FailingStore store(memory);
    make_space(store);
    std::uint64_t failed = 0;
    const auto fails = [&](auto call) {
        store.fail_at(0, errors::storage_io, FailingStore::When::before);
        const auto result = call();
        failed += !result && result.error().is(errors::storage_io) ? 1 : 0;
    };
    fails([&] { return store.tend(kStart); });
    fails([&] { return store.server_state(); });
    fails([&] { return store.log_size(); });
    fails([&] { return store.log_entries(0, 1); });
    fails([&] { return store.tile(0, 0); });
    fails([&] { return store.note(); });
    fails([&] { return store.kem_keys({}); });
    fails([&] { return store.generation({}, 0, {}); });
    fails([&] { return store.kit({}); });
    fails([&] { return store.users_by_email("a@x"); });
    fails([&] { return store.openings({}, 1); });
    fails([&] { return store.record(Area::lease, as_bytes("k"), 0); });
    fails([&] { return store.records(Area::lease, {}, {}, 1, 0); });
    fails([&] { return store.space(kSpace); });
    fails([&] { return store.spaces_of({}); });
    fails([&] { return store.is_member(kSpace, {}); });
    fails([&] { return store.links(kSpace, 0, 1, LinkFilter::all); });
    fails([&] { return store.lists(kSpace, 0); });
    fails([&] { return store.epoch(kSpace, 0, {}); });
    fails([&] { return store.object_states(kSpace, {}); });
    fails([&] { return store.load_objects(kSpace, {}, 1, 0); });
    fails([&] { return store.space_usage(kSpace); });
    fails([&] { return store.owner_usage({}); });
    fails([&] { return store.upload_usage({}); });
    fails([&] { return stage_now(store, kSpace, object_id(1), object(1).bytes); });
    EXPECT_EQ(failed, 25U);
}

}  // namespace
}  // namespace obhut::storage::testing
