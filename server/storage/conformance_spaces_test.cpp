// Conformance of every adapter: spaces, their chains, members, epochs, owners.
#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

const SpaceId kOther{{9, 9}};

std::string sequences(const Result<std::vector<StoredLink>>& links) {
    EXPECT_OK(links);
    std::string all;
    for (const StoredLink& link : *links) all += std::to_string(link.sequence) + " ";
    return all;
}

CONFORMS(space_begins_with_its_first_link) {
    Store& store = fixture.store();
    EXPECT_ERROR(store.space(kSpace), errors::not_stored);
    EXPECT_ERROR(commit(store, CreateSpace{kSpace, {}}).result, errors::over_store_limit);
    EXPECT_ERROR(commit(store, link(kSpace, 0)).result, errors::not_stored);
    EXPECT_ERROR(commit(store, CreateSpace{kSpace, {}}, link(kSpace, 1)).result,
                 errors::sequence_moved);
    EXPECT_ERROR(store.space(kSpace), errors::not_stored);
    make_space(store, kSpace, principal(made_up<UserId>(1)));
    EXPECT_ERROR(commit(store, CreateSpace{kSpace, {}}, link(kSpace, 0)).result,
                 errors::already_stored);
    fixture.reopen();
    const auto space = fixture.store().space(kSpace);
    REQUIRE_OK(space);
    EXPECT(space->space == kSpace && space->owner == principal(made_up<UserId>(1)));
    EXPECT(space->head.sequence == 0 && space->head.hash == made_up<Hash>(0));
    EXPECT(!space->closed);
}

CONFORMS(head_moves_by_compare_and_swap) {
    Store& store = fixture.store();
    make_space(store);
    EXPECT_ERROR(commit(store, link(kSpace, 0)).result, errors::sequence_moved);
    EXPECT_ERROR(commit(store, link(kSpace, 2)).result, errors::sequence_moved);
    REQUIRE_OK(commit(store, link(kSpace, 1), link(kSpace, 2)).result);
    EXPECT_ERROR(commit(store, link(kSpace, 2)).result, errors::sequence_moved);
    const auto space = store.space(kSpace);
    EXPECT(space->head.sequence == 2 && space->head.hash == made_up<Hash>(2) &&
           space->head.epoch == 1);
}

CONFORMS(links_are_paged_and_filtered) {
    Store& store = fixture.store();
    make_space(store);
    make_space(store, kOther);
    for (Sequence sequence = 1; sequence < 8; ++sequence) {
        const bool roster = sequence == 1 || sequence == 5;
        REQUIRE_OK(commit(store, link(kSpace, sequence, kStart + sequence,
                                      roster ? LinkKind::roster : LinkKind::commit))
                       .result);
    }
    EXPECT_EQ(sequences(store.links(kSpace, 0, 1000, LinkFilter::all)), "0 1 2 3 4 5 6 7 ");
    EXPECT_EQ(sequences(store.links(kSpace, 3, 12, LinkFilter::all)), "3 4 ");
    EXPECT_EQ(sequences(store.links(kSpace, 3, 11, LinkFilter::all)), "3 ");
    EXPECT_EQ(sequences(store.links(kSpace, 7, 0, LinkFilter::all)), "7 ");
    EXPECT_EQ(sequences(store.links(kSpace, 8, 1000, LinkFilter::all)), "");
    EXPECT_EQ(sequences(store.links(kSpace, UINT64_MAX, 1000, LinkFilter::all)), "");
    EXPECT_EQ(sequences(store.links(kSpace, 0, 1000, LinkFilter::rosters)), "0 1 5 ");
    EXPECT_EQ(sequences(store.links(kSpace, 2, 1000, LinkFilter::rosters)), "5 ");
    EXPECT_EQ(sequences(store.links(kOther, 0, 1000, LinkFilter::all)), "0 ");
    EXPECT_ERROR(store.links(SpaceId{{7}}, 0, 1000, LinkFilter::all), errors::not_stored);
    const StoredLink link = store.links(kSpace, 5, 1, LinkFilter::all)->front();
    EXPECT(link.kind == LinkKind::roster && link.hash == made_up<Hash>(5) &&
           link.time == kStart + 5 && link.bytes == to_bytes("link 5"));
}

CONFORMS(members_find_their_spaces) {
    Store& store = fixture.store();
    const PrincipalId anna = principal(made_up<UserId>(1));
    const PrincipalId group = principal(made_up<GroupId>(2));
    const PrincipalId bernd = principal(made_up<UserId>(3));
    make_space(store);
    make_space(store, kOther);
    REQUIRE_OK(commit(store, SetMembers{kSpace, {anna, group}}, SetMembers{kOther, {anna}}).result);
    const auto both = store.spaces_of({group, anna});
    REQUIRE_OK(both);
    REQUIRE(both->size() == 2);
    EXPECT((*both)[0].space == kSpace && (*both)[1].space == kOther);
    EXPECT_EQ(store.spaces_of({group})->size(), 1U);
    EXPECT(store.spaces_of({bernd})->empty());
    EXPECT(*store.is_member(kSpace, {bernd, group}));
    EXPECT(!*store.is_member(kOther, {bernd, group}));
    EXPECT_ERROR(store.is_member(SpaceId{{7}}, {anna}), errors::not_stored);

    REQUIRE_OK(commit(store, SetMembers{kSpace, {bernd, bernd}}).result);
    EXPECT_EQ(store.spaces_of({group, anna})->size(), 1U);
    EXPECT_EQ(store.spaces_of({bernd})->size(), 1U);
    EXPECT_ERROR(commit(store, SetMembers{SpaceId{{7}}, {}}).result, errors::not_stored);
}

CONFORMS(epochs_are_stored_once) {
    Store& store = fixture.store();
    make_space(store);
    const auto member = [](int n) { return principal(made_up<UserId>(n)); };
    EpochMaterial material{.epoch = 4, .history_link = to_bytes("history"), .boxes = {}};
    for (const int n : {2, 0, 1})
        material.boxes.push_back({static_cast<std::uint32_t>(n),
                                  member(n),
                                  to_bytes("box " + std::to_string(n)),
                                  {made_up<Hash>(n), made_up<Hash>(9)}});
    REQUIRE_OK(commit(store, PutEpoch{kSpace, material}, PutEpoch{kSpace, {5, {}, {}}}).result);
    EXPECT_ERROR(commit(store, PutEpoch{kSpace, material}).result, errors::already_stored);
    EXPECT_ERROR(commit(store, PutEpoch{kOther, material}).result, errors::not_stored);

    const auto all = store.epoch(kSpace, 4, {});
    REQUIRE_OK(all);
    REQUIRE(all->boxes.size() == 3);
    EXPECT(all->history_link == to_bytes("history"));
    for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(all->boxes[i].index, i);
    const auto some = store.epoch(kSpace, 4, {member(1), member(7)});
    REQUIRE_OK(some);
    REQUIRE(some->boxes.size() == 1);
    EXPECT(some->boxes[0].principal == member(1) && some->boxes[0].box == to_bytes("box 1"));
    EXPECT(some->boxes[0].proof == std::vector<Hash>({made_up<Hash>(1), made_up<Hash>(9)}));
    EXPECT(!store.epoch(kSpace, 5, {})->history_link);
    EXPECT_ERROR(store.epoch(kSpace, 6, {}), errors::not_stored);
    EXPECT_ERROR(store.epoch(kOther, 4, {}), errors::not_stored);
}

CONFORMS(closed_space_takes_nothing_more) {
    Store& store = fixture.store();
    make_space(store);
    REQUIRE_OK(commit(store, put(kSpace, {1}), link(kSpace, 1), lists(kSpace, 1, {1})).result);
    REQUIRE_OK(commit(store, link(kSpace, 2), CloseSpace{kSpace, kStart}).result);
    EXPECT(store.space(kSpace)->closed == kStart);
    EXPECT_ERROR(commit(store, link(kSpace, 3)).result, errors::chain_ended);
    EXPECT_ERROR(commit(store, put(kSpace, {2})).result, errors::chain_ended);
    EXPECT_ERROR(commit(store, lists(kSpace, 2, {})).result, errors::chain_ended);
    EXPECT_ERROR(commit(store, RenewPins{kSpace, kPin, {}}).result, errors::chain_ended);
    EXPECT_ERROR(commit(store, CloseSpace{kSpace, kStart}).result, errors::chain_ended);
    EXPECT(state(store, 1) == ObjectState::live);
    EXPECT_EQ(sequences(store.links(kSpace, 0, 1000, LinkFilter::all)), "0 1 2 ");
}

CONFORMS(closed_space_goes_after_the_trash_time) {
    Store& store = fixture.store();
    const Owner owner = principal(made_up<UserId>(1));
    make_space(store, kSpace, owner);
    REQUIRE_OK(commit(store, put(kSpace, {1, 2}), link(kSpace, 1), lists(kSpace, 1, {1}),
                      SetMembers{kSpace, {owner}}, PutEpoch{kSpace, {1, {}, {}}})
                   .result);
    REQUIRE_OK(commit(store, CloseSpace{kSpace, kStart}).result);
    tend_all(store, kStart + kTrashTime - 1);
    EXPECT_OK(store.space(kSpace));
    EXPECT_EQ(store.owner_usage(owner)->total(), 100U);
    tend_all(store, kStart + kTrashTime);
    EXPECT_ERROR(store.space(kSpace), errors::not_stored);
    EXPECT(store.spaces_of({owner})->empty());
    EXPECT_EQ(store.owner_usage(owner)->total(), 0U);
    EXPECT_EQ(*store.upload_usage(kDevice), 0U);
    // nothing of it is in the way of a new one
    make_space(store);
    EXPECT_EQ(sequences(store.links(kSpace, 0, 1000, LinkFilter::all)), "0 ");
    EXPECT_ERROR(store.epoch(kSpace, 1, {}), errors::not_stored);
    EXPECT_ERROR(store.lists(kSpace, 1), errors::not_stored);
    EXPECT(state(store, 1) == ObjectState::absent);
}

CONFORMS(failed_batch_leaves_no_trace_of_a_space) {
    Store& store = fixture.store();
    make_space(store);
    const Owner owner = principal(made_up<UserId>(1));
    WriteBatch batch;
    create_space(batch, kOther, owner);
    batch.add(SetMembers{kOther, {owner}}).add(PutEpoch{kOther, {1, {}, {}}});
    batch.add(put(kOther, {1})).add(link(kOther, 1)).add(lists(kOther, 1, {1}));
    batch.add(SetOwner{kSpace, owner}).add(SetMembers{kSpace, {owner}});
    batch.add(CloseSpace{kSpace, kStart});
    batch.add(LimitOwner{owner, 99});
    const Outcome outcome = commit_now(store, std::move(batch));
    EXPECT_ERROR(outcome.result, errors::quota_exceeded);
    EXPECT_EQ(outcome.failed_operation, 10U);
    EXPECT_ERROR(store.space(kOther), errors::not_stored);
    EXPECT(store.spaces_of({owner})->empty());
    EXPECT(store.space(kSpace)->owner.is_zero() && !store.space(kSpace)->closed);
    EXPECT_EQ(store.owner_usage(owner)->total(), 0U);
    make_space(store, kOther);
    EXPECT(state(store, 1, kOther) == ObjectState::absent);
}

CONFORMS(owner_is_charged) {
    Store& store = fixture.store();
    const Owner anna = principal(made_up<UserId>(1));
    const Owner bernd = principal(made_up<UserId>(2));
    make_space(store, kSpace, anna);
    make_space(store, kOther, anna);
    REQUIRE_OK(
        commit(store, put(kSpace, {1, 2}), link(kSpace, 1), lists(kSpace, 1, {1, 2})).result);
    REQUIRE_OK(commit(store, put(kOther, {3}), link(kOther, 1), lists(kOther, 1, {3})).result);
    EXPECT_EQ(store.owner_usage(anna)->live, 300U);
    EXPECT_OK(commit(store, LimitOwner{anna, 300}).result);
    EXPECT_ERROR(commit(store, LimitOwner{anna, 299}).result, errors::quota_exceeded);
    // judged where it stands: before and after the change
    EXPECT_ERROR(commit(store, SetOwner{kSpace, bernd}, LimitOwner{bernd, 199}).result,
                 errors::quota_exceeded);
    EXPECT_OK(commit(store, LimitOwner{bernd, 0}, SetOwner{kSpace, bernd}, LimitOwner{bernd, 200},
                     LimitOwner{anna, 100})
                  .result);
    EXPECT_EQ(store.owner_usage(anna)->live, 100U);
    EXPECT_EQ(store.owner_usage(bernd)->live, 200U);
    EXPECT_ERROR(commit(store, SetOwner{SpaceId{{7}}, bernd}).result, errors::not_stored);
}

}  // namespace
}  // namespace obhut::storage::testing
