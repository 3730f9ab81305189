// Conformance of every adapter: the server's state, the log, materials, records.
#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

ServerState server_state() {
    ServerState state;
    state.incarnation = 3;
    state.log_name = "example.org/log";
    state.log_seed = Secret<32>(made_up<Hash>(7).view());
    return state;
}

PutRecord record(std::string_view key, std::string_view value) {
    return {.area = Area::lease,
            .key = to_bytes(key),
            .value = to_bytes(value),
            .expires = {},
            .expected = {},
            .now = kStart};
}

CONFORMS(server_is_made_once) {
    Store& store = fixture.store();
    EXPECT_ERROR(store.server_state(), errors::not_stored);
    EXPECT_ERROR(commit(store, SetOrganisation{made_up<OrgId>(1)}).result, errors::not_stored);
    EXPECT_ERROR(commit(store, SetIncarnation{3, 4}).result, errors::not_stored);
    REQUIRE_OK(commit(store, CreateServer{server_state()}).result);
    EXPECT_ERROR(commit(store, CreateServer{server_state()}).result, errors::already_stored);
    fixture.reopen();
    const auto state = fixture.store().server_state();
    REQUIRE_OK(state);
    EXPECT_EQ(state->incarnation, 3U);
    EXPECT_EQ(state->log_name, "example.org/log");
    EXPECT(equal(state->log_seed.expose(), made_up<Hash>(7).view()));
    EXPECT(!state->org);
}

CONFORMS(organisation_is_set_once) {
    Store& store = fixture.store();
    REQUIRE_OK(
        commit(store, CreateServer{server_state()}, SetOrganisation{made_up<OrgId>(1)}).result);
    EXPECT_ERROR(commit(store, SetOrganisation{made_up<OrgId>(2)}).result, errors::already_stored);
    EXPECT(store.server_state()->org == made_up<OrgId>(1));
}

CONFORMS(incarnation_only_grows) {
    Store& store = fixture.store();
    REQUIRE_OK(commit(store, CreateServer{server_state()}).result);
    EXPECT_ERROR(commit(store, SetIncarnation{2, 5}).result, errors::version_moved);
    EXPECT_ERROR(commit(store, SetIncarnation{3, 3}).result, errors::version_moved);
    EXPECT_OK(commit(store, SetIncarnation{3, 4}).result);
    EXPECT_EQ(store.server_state()->incarnation, 4U);
}

CONFORMS(log_grows_at_its_end_only) {
    Store& store = fixture.store();
    EXPECT_EQ(*store.log_size(), 0U);
    EXPECT_ERROR(store.note(), errors::not_stored);
    EXPECT_ERROR(store.tile(0, 0), errors::not_stored);
    REQUIRE_OK(
        commit(store, AppendLog{0, {to_bytes("a"), to_bytes("b")}}, PutNote{"note 2"}).result);
    EXPECT_ERROR(commit(store, AppendLog{1, {to_bytes("x")}}, PutNote{"bad"}).result,
                 errors::sequence_moved);
    EXPECT_ERROR(commit(store, AppendLog{3, {to_bytes("x")}}).result, errors::sequence_moved);
    REQUIRE_OK(commit(store, AppendLog{2, {to_bytes("c")}}, AppendLog{3, {to_bytes("dd")}},
                      PutNote{"note 4"})
                   .result);
    fixture.reopen();
    Store& again = fixture.store();
    EXPECT_EQ(*again.log_size(), 4U);
    EXPECT_EQ(*again.note(), "note 4");
    EXPECT(*again.log_entries(1, 100) ==
           std::vector<Bytes>({to_bytes("b"), to_bytes("c"), to_bytes("dd")}));
    EXPECT(*again.log_entries(1, 2) == std::vector<Bytes>({to_bytes("b"), to_bytes("c")}));
    EXPECT(*again.log_entries(3, 0) == std::vector<Bytes>({to_bytes("dd")}));
    EXPECT(again.log_entries(4, 100)->empty());
}

CONFORMS(tiles_only_grow) {
    Store& store = fixture.store();
    const Bytes two(64, 2);
    const Bytes three(96, 3);
    REQUIRE_OK(commit(store, PutTile{1, 5, two}).result);
    REQUIRE_OK(commit(store, PutTile{1, 5, three}).result);
    REQUIRE_OK(commit(store, PutTile{1, 5, two}).result);
    EXPECT(*store.tile(1, 5) == three);
    EXPECT_ERROR(store.tile(1, 6), errors::not_stored);
    EXPECT_ERROR(commit(store, PutTile{1, 5, Bytes(33)}).result, errors::over_store_limit);
    EXPECT_ERROR(commit(store, PutTile{1, 5, Bytes(257 * 32)}).result, errors::over_store_limit);
}

CONFORMS(kem_keys_come_by_hash) {
    Store& store = fixture.store();
    const auto hash = [](int n) { return made_up<KemKeyHash>(n); };
    const auto key = [](int n) { return made_up<KemPublicKey>(n); };
    REQUIRE_OK(commit(store, PutKemKey{hash(1), key(1)}, PutKemKey{hash(2), key(2)}).result);
    REQUIRE_OK(commit(store, PutKemKey{hash(2), key(2)}).result);
    const auto keys = store.kem_keys({hash(2), hash(9), hash(1)});
    REQUIRE_OK(keys);
    EXPECT(*keys == std::vector<KemPublicKey>({key(2), key(1)}));
}

CONFORMS(generations_are_stored_once) {
    Store& store = fixture.store();
    const PrincipalId user = principal(made_up<UserId>(1));
    const auto recipient = [](int n) { return made_up<Recipient>(n); };
    Generation generation{user, 2, to_bytes("link"), {}};
    for (const int n : {5, 3, 4})
        generation.boxes.push_back({recipient(n), to_bytes("box " + std::to_string(n))});
    REQUIRE_OK(commit(store, PutGeneration{generation}, PutGeneration{{user, 3, {}, {}}}).result);
    EXPECT_ERROR(commit(store, PutGeneration{generation}).result, errors::already_stored);

    const auto all = store.generation(user, 2, {});
    REQUIRE_OK(all);
    EXPECT(all->key_link == to_bytes("link"));
    REQUIRE(all->boxes.size() == 3);
    EXPECT(all->boxes[0].recipient == recipient(5));  // as stored
    const auto some = store.generation(user, 2, {recipient(4), recipient(9), recipient(5)});
    REQUIRE_OK(some);
    REQUIRE(some->boxes.size() == 2);
    EXPECT(some->boxes[0].box == to_bytes("box 5") && some->boxes[1].box == to_bytes("box 4"));
    EXPECT(!store.generation(user, 3, {})->key_link);
    EXPECT_ERROR(store.generation(user, 4, {}), errors::not_stored);
}

CONFORMS(kits_are_replaced) {
    Store& store = fixture.store();
    const UserId user = made_up<UserId>(1);
    EXPECT_ERROR(store.kit(user), errors::not_stored);
    Kit kit{user, made_up<Hash>(1), to_bytes("p1"), made_up<Hash>(2), to_bytes("r1")};
    REQUIRE_OK(commit(store, PutKit{kit}).result);
    kit.password_auth_hash = made_up<Hash>(3);
    kit.password_blob = to_bytes("p2");
    REQUIRE_OK(commit(store, PutKit{kit}).result);
    const auto stored = store.kit(user);
    REQUIRE_OK(stored);
    EXPECT(stored->password_auth_hash == made_up<Hash>(3) &&
           stored->password_blob == to_bytes("p2"));
    EXPECT(stored->recovery_auth_hash == made_up<Hash>(2) &&
           stored->recovery_blob == to_bytes("r1"));
}

CONFORMS(openings_are_found_and_erased) {
    Store& store = fixture.store();
    const auto user = [](std::uint8_t n) { return UserId{{n}}; };
    const auto opening = [&](std::uint8_t n, const std::string& email) {
        return PutOpening{{user(n), email, to_bytes("salt")}};
    };
    REQUIRE_OK(commit(store, opening(3, "a@x"), opening(1, "b@x"), opening(2, "a@x")).result);
    EXPECT(*store.users_by_email("a@x") ==
           std::vector<UserId>({user(2), user(3)}));  // the latest first
    EXPECT(store.users_by_email("A@x")->empty());
    EXPECT(store.users_by_email("a@")->empty());
    const auto page = store.openings(user(1), 2);
    REQUIRE_OK(page);
    REQUIRE(page->size() == 2);
    EXPECT((*page)[0].email == "b@x" && (*page)[1].user == user(2) &&
           (*page)[1].salt == to_bytes("salt"));
    EXPECT_EQ(store.openings(user(3), 10)->size(), 1U);

    REQUIRE_OK(
        commit(store, EraseOpening{user(2)}, EraseOpening{user(9)}, opening(3, "c@x")).result);
    EXPECT(store.users_by_email("a@x")->empty());
    EXPECT(*store.users_by_email("c@x") == std::vector<UserId>({user(3)}));
}

CONFORMS(records_change_by_compare_and_swap) {
    Store& store = fixture.store();
    const auto expecting = [&](std::string_view value, Version version) {
        PutRecord operation = record("key", value);
        operation.expected = version;
        return operation;
    };
    EXPECT_ERROR(store.record(Area::lease, as_bytes("key"), kStart), errors::not_stored);
    EXPECT_ERROR(commit(store, expecting("x", 1)).result, errors::version_moved);
    REQUIRE_OK(commit(store, expecting("one", 0)).result);
    EXPECT_ERROR(commit(store, expecting("x", 0)).result, errors::version_moved);
    const auto one = store.record(Area::lease, as_bytes("key"), kStart);
    REQUIRE_OK(one);
    EXPECT(one->value == to_bytes("one") && one->version > 0);
    REQUIRE_OK(commit(store, expecting("two", one->version)).result);
    EXPECT_ERROR(commit(store, expecting("x", one->version)).result, errors::version_moved);
    const auto two = store.record(Area::lease, as_bytes("key"), kStart);
    EXPECT(two->value == to_bytes("two") && two->version > one->version);

    RemoveRecord remove{
        .area = Area::lease, .key = to_bytes("key"), .expected = one->version, .now = kStart};
    EXPECT_ERROR(commit(store, remove).result, errors::version_moved);
    remove.expected = two->version;
    REQUIRE_OK(commit(store, remove).result);
    EXPECT_ERROR(store.record(Area::lease, as_bytes("key"), kStart), errors::not_stored);
    // a version never comes back
    REQUIRE_OK(commit(store, expecting("three", 0)).result);
    EXPECT(store.record(Area::lease, as_bytes("key"), kStart)->version > two->version);
    EXPECT_ERROR(store.record(Area::drop, as_bytes("key"), kStart), errors::not_stored);
}

CONFORMS(records_expire) {
    Store& store = fixture.store();
    PutRecord operation = record("key", "value");
    operation.expires = kStart + 1000;
    REQUIRE_OK(commit(store, operation, record("other", "stays")).result);
    EXPECT_OK(store.record(Area::lease, as_bytes("key"), kStart + 999));
    EXPECT_ERROR(store.record(Area::lease, as_bytes("key"), kStart + 1000), errors::not_stored);
    EXPECT_EQ(store.records(Area::lease, {}, {}, 10, kStart + 1000)->size(), 1U);
    // what has expired is not there for a compare-and-swap either
    operation.expected = 0;
    EXPECT_ERROR(commit(store, operation).result, errors::version_moved);
    operation.now = kStart + 1000;
    operation.expires = kStart + 2000;
    EXPECT_OK(commit(store, operation).result);

    EXPECT_EQ(tend_all(store, kStart + 1999).expired_records, 0U);
    EXPECT_EQ(tend_all(store, kStart + 2000).expired_records, 1U);
    EXPECT_OK(store.record(Area::lease, as_bytes("other"), kStart + 9000));
    EXPECT_ERROR(store.record(Area::lease, as_bytes("key"), kStart), errors::not_stored);
}

CONFORMS(records_are_listed_in_order) {
    Store& store = fixture.store();
    for (const char* key : {"b/2", "a/1", "b/10", "b/\xff", "c", "b"})
        REQUIRE_OK(commit(store, record(key, key)).result);
    const auto keys = [&](std::string_view prefix, std::string_view after, std::size_t limit) {
        std::string all;
        const auto page =
            store.records(Area::lease, as_bytes(prefix), as_bytes(after), limit, kStart);
        EXPECT_OK(page);
        for (const Record& found : *page) all += std::string(as_text(found.key)) + " ";
        return all;
    };
    EXPECT_EQ(keys("", "", 10), "a/1 b b/10 b/2 b/\xff c ");
    EXPECT_EQ(keys("b/", "", 10), "b/10 b/2 b/\xff ");
    EXPECT_EQ(keys("b/", "b/10", 1), "b/2 ");
    EXPECT_EQ(keys("b/", "a", 1), "b/10 ");
    EXPECT_EQ(keys("b/", "c", 10), "");
    EXPECT_EQ(keys("b/\xff", "", 10), "b/\xff ");
    EXPECT_EQ(keys("x", "", 10), "");
    EXPECT(store.records(Area::link, {}, {}, 10, kStart)->empty());
}

CONFORMS(records_have_limits) {
    Store& store = fixture.store();
    EXPECT_ERROR(commit(store, record("", "x")).result, errors::over_store_limit);
    EXPECT_ERROR(commit(store, record(std::string(kMaxKeyBytes + 1, 'k'), "x")).result,
                 errors::over_store_limit);
    EXPECT_OK(commit(store, record(std::string(kMaxKeyBytes, 'k'), "")).result);
    EXPECT_ERROR(commit(store, record("k", std::string(kMaxValueBytes + 1, 'v'))).result,
                 errors::over_store_limit);
    EXPECT_OK(commit(store, record("k", std::string(kMaxValueBytes, 'v'))).result);
}

CONFORMS(batch_is_all_or_nothing) {
    Store& store = fixture.store();
    REQUIRE_OK(commit(store, CreateServer{server_state()}, AppendLog{0, {to_bytes("a")}}).result);
    const Kit kit{made_up<UserId>(1), {}, {}, {}, {}};
    const Outcome outcome = commit(store, AppendLog{1, {to_bytes("b")}}, PutNote{"note"},
                                   SetOrganisation{made_up<OrgId>(1)}, SetIncarnation{3, 4},
                                   PutTile{0, 0, Bytes(32)}, PutKemKey{{}, {}}, PutGeneration{},
                                   PutKit{kit}, PutOpening{{made_up<UserId>(1), "a@x", {}}},
                                   record("key", "value"), AppendLog{1, {to_bytes("c")}});
    EXPECT_ERROR(outcome.result, errors::sequence_moved);
    EXPECT_EQ(outcome.failed_operation, 10U);
    EXPECT_EQ(*store.log_size(), 1U);
    EXPECT_ERROR(store.note(), errors::not_stored);
    EXPECT(!store.server_state()->org);
    EXPECT_EQ(store.server_state()->incarnation, 3U);
    EXPECT_ERROR(store.tile(0, 0), errors::not_stored);
    EXPECT(store.kem_keys({KemKeyHash{}})->empty());
    EXPECT_ERROR(store.generation({}, 0, {}), errors::not_stored);
    EXPECT_ERROR(store.kit(kit.user), errors::not_stored);
    EXPECT(store.users_by_email("a@x")->empty());
    EXPECT_ERROR(store.record(Area::lease, as_bytes("key"), kStart), errors::not_stored);
}

}  // namespace
}  // namespace obhut::storage::testing
