// Conformance of every adapter: objects, their lives, usage and upkeep.
#include <numeric>

#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

const SpaceId kOther{{9, 9}};

std::vector<ObjectId> ids(const std::vector<std::uint64_t>& numbers) {
    std::vector<ObjectId> all;
    for (const std::uint64_t number : numbers) all.push_back(object_id(number));
    return all;
}

CONFORMS(objects_are_put_and_loaded) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(commit(store, put(kSpace, {1, 2, 3})).result);
    EXPECT(state(store, 1) == ObjectState::pinned);
    EXPECT(state(store, 4) == ObjectState::absent);
    fixture.reopen();
    const auto loaded = load(fixture.store(), kSpace, ids({3, 4, 1}), 1000);
    REQUIRE_OK(loaded);
    REQUIRE(loaded->size() == 3);
    EXPECT((*loaded)[0].bytes == object(3).bytes && (*loaded)[0].state == ObjectState::pinned);
    EXPECT((*loaded)[1].bytes.empty() && (*loaded)[1].state == ObjectState::absent);
    EXPECT((*loaded)[2].bytes == object(1).bytes);
    // as many as fit, but one at least
    EXPECT_EQ(load(fixture.store(), kSpace, ids({1, 2, 3}), 299)->size(), 2U);
    EXPECT_EQ(load(fixture.store(), kSpace, ids({1, 2, 3}), 0)->size(), 1U);
    EXPECT(load(fixture.store(), kSpace, {}, 10)->empty());
    EXPECT_ERROR(load(fixture.store(), kOther, ids({1}), 10), errors::not_stored);
    EXPECT_ERROR(fixture.store().object_states(kOther, {}), errors::not_stored);
}

CONFORMS(objects_are_loaded_twice_and_in_any_order) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(commit(store, put(kSpace, {1, 2, 3})).result);
    fixture.reopen();
    const auto loaded = load(fixture.store(), kSpace, ids({3, 4, 1, 3, 3}), 1 << 20);
    REQUIRE_OK(loaded);
    REQUIRE(loaded->size() == 5);
    for (const std::size_t i : {0UL, 3UL, 4UL}) EXPECT((*loaded)[i].bytes == object(3).bytes);
    EXPECT((*loaded)[2].bytes == object(1).bytes && (*loaded)[1].bytes.empty());
}

CONFORMS(objects_by_the_thousand_are_read_together) {
    Store& store = fixture.store();
    make_space(store);
    for (std::uint64_t first = 0; first < 1500; first += 500) {
        std::vector<std::uint64_t> numbers(500);
        std::iota(numbers.begin(), numbers.end(), first);
        REQUIRE_OK(commit(store, put(kSpace, numbers, 700)).result);
    }
    std::vector<std::uint64_t> wanted;
    for (std::uint64_t number = 1500; number-- > 0;)
        if (number % 7 != 3) wanted.push_back(number);  // with gaps, last ones first
    std::vector<ObjectId> wanted_ids;
    for (const std::uint64_t number : wanted) wanted_ids.push_back(object_id(number, 700));
    fixture.reopen();
    const auto loaded = load(fixture.store(), kSpace, wanted_ids, 2 << 20);
    REQUIRE_OK(loaded);
    REQUIRE(loaded->size() == wanted.size());
    bool same = true;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        same = same && (*loaded)[i].bytes == object(wanted[i], 700).bytes;
    EXPECT(same);
}

CONFORMS(objects_are_loaded_with_gaps_before_them) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(commit(store, put(kSpace, {1, 2})).result);
    fixture.reopen();
    const auto loaded = fixture.store().load_objects(kSpace, ids({2, 4, 1, 2}), 300, 4);
    REQUIRE_OK(loaded);
    REQUIRE(loaded->items.size() == 4);
    EXPECT_EQ(loaded->bytes.size(), 4 * 4 + 3 * 100U);
    EXPECT_EQ(loaded->items[0].offset, 4U);
    EXPECT_EQ(loaded->items[1].offset, 108U);
    EXPECT_EQ(loaded->items[2].offset, 112U);
    EXPECT(equal((*loaded)[0], object(2).bytes) && equal((*loaded)[3], object(2).bytes));
    EXPECT((*loaded)[1].empty() && equal((*loaded)[2], object(1).bytes));
}

CONFORMS(objects_belong_to_one_space) {
    Store& store = fixture.store();
    make_space(store);
    make_space(store, kOther);
    REQUIRE_OK(commit(store, put(kSpace, {1})).result);
    EXPECT(state(store, 1, kOther) == ObjectState::absent);
    REQUIRE_OK(commit(store, put(kOther, {1})).result);
    EXPECT(state(store, 1, kOther) == ObjectState::pinned);
    EXPECT_EQ(*store.upload_usage(kDevice), 200U);
    EXPECT_ERROR(commit(store, put(SpaceId{{7}}, {1})).result, errors::not_stored);
}

CONFORMS(objects_of_every_size) {
    Store& store = fixture.store();
    make_space(store);
    for (const std::size_t size :
         {0UL, 1UL, 65536UL, (1UL << 20) - 1, 1UL << 20, kMaxObjectBytes}) {
        REQUIRE_OK(commit(store, put(kSpace, {5}, size)).result);
        const auto loaded = load(store, kSpace, {object_id(5, size)}, 1);
        REQUIRE_OK(loaded);
        EXPECT(loaded->front().state == ObjectState::pinned);
        EXPECT(loaded->front().bytes == object(5, size).bytes);
    }
    EXPECT_ERROR(commit(store, put(kSpace, {5}, kMaxObjectBytes + 1)).result,
                 errors::over_store_limit);
    EXPECT_ERROR(commit(store, put(kSpace, {1, 2, 3, 4}, kMaxObjectBytes)).result,
                 errors::over_store_limit);
    EXPECT_ERROR(stage_now(store, kSpace, object_id(5), Bytes(kMaxObjectBytes + 1)),
                 errors::over_store_limit);
}

CONFORMS(staged_objects_are_put_later) {
    Store& store = fixture.store();
    make_space(store);
    PutObjects operation = put(kSpace, {});
    for (const std::uint64_t number : {1, 2}) {
        NewObject part = object(number);
        auto staged = stage_now(store, kSpace, part.id, std::move(part.bytes));
        REQUIRE_OK(staged);
        EXPECT_EQ((*staged)->length(), 100U);
        EXPECT(state(store, number) == ObjectState::absent);
        operation.objects.push_back({object_id(number), {}, std::move(*staged)});
    }
    auto given_up = stage_now(store, kSpace, object_id(3), object(3).bytes);
    REQUIRE_OK(given_up);
    given_up->reset();
    REQUIRE_OK(commit(store, std::move(operation)).result);
    fixture.reopen();
    EXPECT(state(fixture.store(), 1) == ObjectState::pinned);
    EXPECT(state(fixture.store(), 3) == ObjectState::absent);
    const auto loaded = load(fixture.store(), kSpace, ids({1, 2}), 1000);
    REQUIRE_OK(loaded);
    EXPECT((*loaded)[1].bytes == object(2).bytes);
    EXPECT_EQ(*fixture.store().upload_usage(kDevice), 200U);
}

CONFORMS(putting_again_stores_nothing_twice) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(commit(store, put(kSpace, {1, 1}), put(kSpace, {1})).result);
    REQUIRE_OK(commit(store, put(kSpace, {1})).result);
    EXPECT_EQ(*store.upload_usage(kDevice), 100U);
    // the pin is prolonged, never shortened, and whoever was first pays
    PutObjects longer = put(kSpace, {1});
    longer.pin = {made_up<DeviceId>(2), kStart + 9 * kDay};
    REQUIRE_OK(commit(store, std::move(longer)).result);
    REQUIRE_OK(commit(store, put(kSpace, {1})).result);
    EXPECT_EQ(*store.upload_usage(kDevice), 100U);
    tend_all(store, kStart + 9 * kDay - 1);
    EXPECT(state(store, 1) == ObjectState::pinned);
    tend_all(store, kStart + 9 * kDay);
    EXPECT(state(store, 1) == ObjectState::absent);
    EXPECT_EQ(*store.upload_usage(kDevice), 0U);
}

CONFORMS(pins_expire_and_are_renewed) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(commit(store, put(kSpace, {1, 2})).result);
    const Pin later{kDevice, kStart + 14 * kDay};
    const Outcome renewed = commit(store, RenewPins{kSpace, later, ids({2, 3, 4})});
    REQUIRE_OK(renewed.result);
    EXPECT(renewed.missing == ids({3, 4}));
    EXPECT_EQ(tend_all(store, kStart + 7 * kDay).expired_pins, 1U);
    EXPECT(state(store, 1) == ObjectState::absent && state(store, 2) == ObjectState::pinned);
    EXPECT_EQ(*store.upload_usage(kDevice), 100U);
    EXPECT_ERROR(load(store, kOther, ids({1}), 1), errors::not_stored);
    EXPECT(load(store, kSpace, ids({1}), 1)->front().state == ObjectState::absent);
}

CONFORMS(commit_names_everything_missing) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(commit(store, put(kSpace, {1})).result);
    const Outcome outcome = commit(store, link(kSpace, 1), lists(kSpace, 1, {1, 2}, {}, {3, 4}));
    EXPECT_ERROR(outcome.result, errors::objects_missing);
    EXPECT_EQ(outcome.failed_operation, 1U);
    EXPECT(outcome.missing == ids({2, 3, 4}));
    EXPECT_EQ(store.space(kSpace)->head.sequence, 0U);
    EXPECT(state(store, 1) == ObjectState::pinned);
    EXPECT_ERROR(store.lists(kSpace, 1), errors::not_stored);
    REQUIRE_OK(
        commit(store, put(kSpace, {2, 3, 4}), link(kSpace, 1), lists(kSpace, 1, {1, 2}, {}, {3, 4}))
            .result);
    EXPECT(*store.lists(kSpace, 1) == to_bytes("lists 1"));
    for (const std::uint64_t number : {1, 2, 3, 4})
        EXPECT(state(store, number) == ObjectState::live);
    EXPECT(*store.space_usage(kSpace) == (Usage{400, 0}));
    EXPECT_EQ(*store.upload_usage(kDevice), 0U);
}

CONFORMS(lists_must_fit_the_counts) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(
        commit(store, put(kSpace, {1, 2}), link(kSpace, 1), lists(kSpace, 1, {1}, {}, {2})).result);
    const auto refused = [&](ApplyLists operation, Code code) {
        EXPECT_ERROR(commit(store, link(kSpace, operation.sequence), operation).result, code);
    };
    refused(lists(kSpace, 2, {1}), errors::referenced_twice);          // created twice
    refused(lists(kSpace, 2, {2}), errors::referenced_twice);          // content as a node
    refused(lists(kSpace, 2, {}, {}, {1}), errors::referenced_twice);  // a node as content
    refused(lists(kSpace, 2, {}, {2}), errors::not_referenced);        // the same, taking away
    refused(lists(kSpace, 2, {}, {}, {}, {1}), errors::not_referenced);
    refused(lists(kSpace, 2, {}, {3}), errors::not_referenced);             // never stored
    refused(lists(kSpace, 2, {}, {1, 1}), errors::not_referenced);          // twice
    refused(lists(kSpace, 2, {}, {}, {}, {2, 2}), errors::not_referenced);  // more than counted
    EXPECT_ERROR(commit(store, lists(kOther, 2, {})).result, errors::not_stored);
    // content is counted
    REQUIRE_OK(commit(store, link(kSpace, 2), lists(kSpace, 2, {}, {}, {2, 2})).result);
    REQUIRE_OK(commit(store, link(kSpace, 3), lists(kSpace, 3, {}, {1}, {}, {2, 2})).result);
    refused(lists(kSpace, 4, {}, {}, {}, {2, 2}), errors::not_referenced);
    REQUIRE_OK(commit(store, link(kSpace, 4), lists(kSpace, 4, {}, {}, {}, {2})).result);
    refused(lists(kSpace, 5, {}, {}, {}, {2}), errors::not_referenced);
    refused(lists(kSpace, 5, {}, {1}), errors::not_referenced);
}

CONFORMS(superseded_objects_live_until_their_roots_go) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(
        commit(store, put(kSpace, {1, 2}), link(kSpace, 1), lists(kSpace, 1, {1}, {}, {2})).result);
    REQUIRE_OK(commit(store, put(kSpace, {3}), link(kSpace, 2, kStart + kHour),
                      lists(kSpace, 2, {3}, {1}, {}, {2}))
                   .result);
    const Millis replaced = kStart + kHour;
    // all roots of a day
    tend_all(store, replaced + kDay);
    EXPECT(state(store, 1) == ObjectState::live && state(store, 2) == ObjectState::live);
    EXPECT_OK(store.lists(kSpace, 1));
    EXPECT_EQ(store.space_usage(kSpace)->live, 300U);
    // it was not the newest at the end of a day
    EXPECT_EQ(tend_all(store, replaced + kDay + kHour).trashed, 2U);
    EXPECT(state(store, 1) == ObjectState::trash && state(store, 2) == ObjectState::trash);
    EXPECT(state(store, 3) == ObjectState::live);
    EXPECT_ERROR(store.lists(kSpace, 1), errors::not_stored);
    EXPECT_OK(store.lists(kSpace, 2));
    EXPECT(*store.space_usage(kSpace) == (Usage{100, 200}));
    EXPECT(load(store, kSpace, ids({1}), 1000)->front().bytes == object(1).bytes);
    const Millis scrubbed = replaced + kDay + kHour + kTrashTime;
    EXPECT_EQ(tend_all(store, scrubbed - 1).scrubbed, 0U);
    EXPECT_EQ(tend_all(store, scrubbed).scrubbed, 2U);
    EXPECT(state(store, 1) == ObjectState::absent);
    EXPECT(*store.space_usage(kSpace) == (Usage{100, 0}));
}

CONFORMS(one_root_a_day_is_kept) {
    Store& store = fixture.store();
    make_space(store);
    // a node for each root: at 6:00, 12:00 and 18:00 of three days
    for (Sequence n = 1; n <= 9; ++n) {
        const Millis time = kStart + (n - 1) / 3 * kDay + (n - 1) % 3 * 6 * kHour;
        ApplyLists changes = n == 1 ? lists(kSpace, n, {n}) : lists(kSpace, n, {n}, {n - 1});
        REQUIRE_OK(
            commit(store, put(kSpace, {n}), link(kSpace, n, time), std::move(changes)).result);
    }
    const auto shown = [&](Millis now) {
        tend_all(store, now);
        std::string all;
        for (std::uint64_t n = 1; n <= 9; ++n)
            if (state(store, n) == ObjectState::live) all += std::to_string(n);
        return all;
    };
    const Millis end = kStart + 2 * kDay + 12 * kHour;  // the time of the last one
    EXPECT_EQ(shown(end), "356789");                    // the fifth was replaced a day ago
    EXPECT_EQ(shown(end + kHour), "36789");
    EXPECT_EQ(shown(end + 2 * kDay), "369");
    const Millis midnight = kStart - 6 * kHour + kDay;  // the end of the first day
    EXPECT_EQ(shown(midnight + kRetainDaily), "369");
    EXPECT_EQ(shown(midnight + kRetainDaily + kHour), "69");
    EXPECT_EQ(shown(midnight + kRetainDaily + 2 * kDay), "9");
}

CONFORMS(trash_gives_back) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(commit(store, put(kSpace, {1, 2, 3, 4}), link(kSpace, 1),
                      lists(kSpace, 1, {1, 2}, {}, {3, 4}))
                   .result);
    REQUIRE_OK(commit(store, link(kSpace, 2), lists(kSpace, 2, {}, {1, 2}, {}, {3, 4})).result);
    const Millis now = kStart + 2 * kDay;
    EXPECT_EQ(tend_all(store, now).trashed, 4U);
    // a commit takes what it needs
    REQUIRE_OK(commit(store, link(kSpace, 3, now), lists(kSpace, 3, {1}, {}, {3})).result);
    EXPECT(state(store, 1) == ObjectState::live && state(store, 3) == ObjectState::live);
    // so does a renewed pin, and goes back for the whole time when it ends
    const Pin pin{kDevice, now + 7 * kDay};
    const Outcome renewed = commit(store, RenewPins{kSpace, pin, ids({2})});
    EXPECT(renewed.result && renewed.missing.empty());
    EXPECT(state(store, 2) == ObjectState::pinned);
    EXPECT_EQ(*store.upload_usage(kDevice), 100U);
    EXPECT(*store.space_usage(kSpace) == (Usage{200, 100}));
    tend_all(store, now + 7 * kDay);
    EXPECT(state(store, 2) == ObjectState::trash);
    tend_all(store, now + kTrashTime);
    EXPECT(state(store, 2) == ObjectState::trash);
    EXPECT(state(store, 4) == ObjectState::absent);
    tend_all(store, now + 7 * kDay + kTrashTime);
    EXPECT(state(store, 2) == ObjectState::absent);
    EXPECT(*store.space_usage(kSpace) == (Usage{200, 0}));
}

CONFORMS(object_taken_away_and_given_back_is_retained) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(
        commit(store, put(kSpace, {1}), link(kSpace, 1), lists(kSpace, 1, {}, {}, {1})).result);
    REQUIRE_OK(commit(store, link(kSpace, 2), lists(kSpace, 2, {}, {}, {}, {1})).result);
    REQUIRE_OK(commit(store, link(kSpace, 3), lists(kSpace, 3, {}, {}, {1})).result);
    tend_all(store, kStart + 90 * kDay);
    EXPECT(state(store, 1) == ObjectState::live);
    REQUIRE_OK(commit(store, link(kSpace, 4, kStart + 90 * kDay), lists(kSpace, 4, {}, {}, {}, {1}))
                   .result);
    tend_all(store, kStart + 91 * kDay - kHour);
    EXPECT(state(store, 1) == ObjectState::live);
}

CONFORMS(uploads_and_spaces_have_limits) {
    Store& store = fixture.store();
    make_space(store);
    EXPECT_ERROR(commit(store, put(kSpace, {1, 2}), LimitUploads{kDevice, 199}).result,
                 errors::quota_exceeded);
    EXPECT(state(store, 1) == ObjectState::absent);
    EXPECT_OK(commit(store, put(kSpace, {1, 2}), LimitUploads{kDevice, 200}).result);
    EXPECT_ERROR(commit(store, LimitUploads{kDevice, 199}).result, errors::quota_exceeded);
    EXPECT_OK(commit(store, LimitUploads{made_up<DeviceId>(2), 0}).result);
    // claiming moves the charge, within one batch too
    EXPECT_ERROR(commit(store, link(kSpace, 1), put(kSpace, {3}), lists(kSpace, 1, {1, 3}),
                        LimitSpace{kSpace, 199})
                     .result,
                 errors::quota_exceeded);
    EXPECT_OK(commit(store, link(kSpace, 1), put(kSpace, {3}), lists(kSpace, 1, {1, 3}),
                     LimitSpace{kSpace, 200}, LimitUploads{kDevice, 100})
                  .result);
    EXPECT_ERROR(commit(store, LimitSpace{kSpace, 199}).result, errors::quota_exceeded);
    EXPECT_ERROR(commit(store, LimitSpace{kOther, 0}).result, errors::not_stored);
}

CONFORMS(failed_put_leaves_nothing) {
    Store& store = fixture.store();
    make_space(store);
    auto staged = stage_now(store, kSpace, object_id(2), object(2).bytes);
    REQUIRE_OK(staged);
    PutObjects operation = put(kSpace, {1});
    operation.objects.push_back({object_id(2), {}, std::move(*staged)});
    EXPECT_ERROR(commit(store, std::move(operation), link(kSpace, 7)).result,
                 errors::sequence_moved);
    EXPECT(state(store, 1) == ObjectState::absent && state(store, 2) == ObjectState::absent);
    EXPECT_EQ(*store.upload_usage(kDevice), 0U);
    REQUIRE_OK(commit(store, put(kSpace, {1, 2})).result);
    EXPECT(load(store, kSpace, ids({2}), 1000)->front().bytes == object(2).bytes);
}

}  // namespace
}  // namespace obhut::storage::testing
