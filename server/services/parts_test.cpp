// The small parts: limits, replay window, routes, hints, the tree of the log.
#include "protocols/api/errors.h"
#include "protocols/http/event_stream.h"
#include "server/services/event_hub.h"
#include "server/services/log_tree.h"
#include "server/services/rate_limit.h"
#include "server/services/replay_window.h"
#include "server/services/route.h"
#include "tests/support/test.h"

namespace obhut::services {
namespace {

constexpr Millis kNow = 1'700'000'000'000;

TEST(buckets_empty_and_fill_again) {
    RateLimit limit({2, 4});
    for (int i = 0; i < 4; ++i) EXPECT_OK(limit.take("a", kNow));
    const auto refused = limit.take("a", kNow);
    EXPECT_ERROR(refused, errors::rate_limited);
    EXPECT_EQ(refused.error().detail, 1);
    EXPECT_OK(limit.take("b", kNow));
    EXPECT_ERROR(limit.take("a", kNow + 400), errors::rate_limited);
    EXPECT_OK(limit.take("a", kNow + 500));
    for (int i = 0; i < 4; ++i) EXPECT_OK(limit.take("a", kNow + kHour));
    EXPECT_ERROR(limit.take("a", kNow + kHour), errors::rate_limited);
    // A clock that goes back gives nothing and takes nothing.
    EXPECT_ERROR(limit.take("a", kNow), errors::rate_limited);
}

TEST(inventing_keys_gains_nothing) {
    RateLimit limit({1, 1});
    for (std::size_t i = 0; i < RateLimit::kMaxKeys; ++i)
        EXPECT_OK(limit.take(std::to_string(i), kNow));
    int passed = 0;
    for (int i = 0; i < 100; ++i)
        passed += limit.take("new" + std::to_string(i), kNow + 10).has_value() ? 1 : 0;
    EXPECT(passed <= 1);
    EXPECT_OK(limit.take("later", kNow + kHour));
}

http::SignatureInput input_at(Millis created, std::uint8_t nonce) {
    http::SignatureInput input;
    input.created = created / kSecond;
    input.nonce.bytes[0] = nonce;
    return input;
}

TEST(a_signature_counts_once) {
    ReplayWindow window(kNow);
    EXPECT_OK(window.take(input_at(kNow, 1), kNow));
    EXPECT_ERROR(window.take(input_at(kNow, 1), kNow), errors::nonce_used);
    EXPECT_OK(window.take(input_at(kNow, 2), kNow));
    http::SignatureInput other_device = input_at(kNow, 1);
    other_device.device.bytes[0] = 9;
    EXPECT_OK(window.take(other_device, kNow));
    // It is remembered as long as its time would still pass.
    const Millis ahead = kNow + ReplayWindow::kReach;
    EXPECT_OK(window.take(input_at(ahead, 3), kNow));
    const Millis last = ahead + ReplayWindow::kReach;
    EXPECT_OK(window.check_time(input_at(ahead, 3), last));
    EXPECT_ERROR(window.take(input_at(ahead, 3), last), errors::nonce_used);
}

TEST(signatures_far_from_the_clock_are_refused) {
    const ReplayWindow window(kNow);
    const Millis now = kNow + kHour;
    const Millis reach = ReplayWindow::kReach;
    EXPECT_OK(window.check_time(input_at(now - reach, 0), now));
    EXPECT_OK(window.check_time(input_at(now + reach, 0), now));
    EXPECT_ERROR(window.check_time(input_at(now - reach - kSecond, 0), now), errors::clock_skew);
    EXPECT_ERROR(window.check_time(input_at(now + reach + kSecond, 0), now), errors::clock_skew);
    http::SignatureInput endless;
    endless.created = ~0ULL;
    EXPECT_ERROR(window.check_time(endless, now), errors::clock_skew);
    // What was signed before the start may have been used before the start.
    EXPECT_ERROR(window.check_time(input_at(kNow - kSecond, 0), kNow), errors::clock_skew);
    EXPECT_OK(window.check_time(input_at(kNow, 0), kNow));
}

Result<Target> get(std::string_view path, std::string_view query = "") {
    return parse_target(http::Method::get, path, query);
}

TEST(routes_are_parsed_once_and_strictly) {
    const std::string space = "00112233445566778899aabbccddeeff";
    const auto lists = get("/v1/spaces/" + space + "/lists/17");
    REQUIRE_OK(lists);
    EXPECT(lists->route == Route::lists);
    EXPECT_EQ(lists->space.hex(), space);
    EXPECT_EQ(lists->number, 17U);
    const auto links = get("/v1/spaces/" + space + "/links", "from=5");
    REQUIRE_OK(links);
    EXPECT_EQ(links->from, 5U);
    const auto tile = get("/v1/log/tile/entries/x001/234.p/7");
    REQUIRE_OK(tile);
    EXPECT(tile->tile.entries && tile->tile.index == 1234 && tile->tile.width == 7);
    EXPECT(parse_target(http::Method::post, "/v1/spaces", "")->route == Route::create_space);
    EXPECT(get("/v1/spaces")->route == Route::spaces);
}

TEST(what_is_no_route_is_not_found) {
    for (const char* path :
         {"", "/", "/v1", "/v1/", "/v1/nothing", "/v2/server", "/v1/server/", "/v1//server",
          "/v1/spaces/", "v1/server", "/v1/spaces/0011/links",
          "/v1/spaces/00112233445566778899AABBCCDDEEFF/links", "/v1/log/tile/",
          "/v1/log/tile/9/000", "/v1/spaces/00112233445566778899aabbccddeeff/lists/01",
          "/v1/spaces/00112233445566778899aabbccddeeff/lists/99999999999999999999",
          "/v1/../v1/server"})
        EXPECT_ERROR(get(path), errors::http_not_found);
    EXPECT_ERROR(parse_target(http::Method::post, "/v1/server", ""), errors::http_not_found);
    EXPECT_ERROR(get("/v1/server", "from=1"), errors::http_malformed);
    EXPECT_ERROR(get("/v1/log/entries", "from="), errors::http_malformed);
    EXPECT_ERROR(get("/v1/log/entries", "from=-1"), errors::http_malformed);
    EXPECT_ERROR(get("/v1/log/entries", "until=1"), errors::http_malformed);
    EXPECT_ERROR(get("/v1/openings", "from=12"), errors::http_malformed);
}

std::string names_in(const std::string& stream) {
    http::EventParser parser;
    EXPECT_OK(parser.feed(stream));
    http::EventParser::Event event;
    std::string names;
    while (parser.next(event)) names += event.name + " " + event.data + ";";
    return names;
}

TEST(hints_reach_those_who_listen_and_merge) {
    EventHub hub;
    const UserId anna = UserId::from(Bytes(16, 1));
    const UserId bernd = UserId::from(Bytes(16, 2));
    const SpaceId space = SpaceId::from(Bytes(16, 0xAA));
    auto a = hub.subscribe(anna, {}, {principal(anna)});
    auto b = hub.subscribe(bernd, {}, {principal(bernd)});
    REQUIRE(a && b);
    int woken = 0;
    (*a)->on_wake([&] { ++woken; });
    hub.publish({api::HintKind::space, space, 4}, {principal(anna)});
    hub.publish({api::HintKind::space, space, 6}, {principal(anna)});
    hub.publish({api::HintKind::space, space, 5}, {principal(anna)});
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(names_in((*a)->take()), "space " + space.hex() + " 6;");
    EXPECT_EQ((*a)->take(), "");
    EXPECT_EQ((*b)->take(), "");
    hub.publish_to_all({api::HintKind::directory, {}, 9});
    EXPECT_EQ(woken, 2);
    EXPECT_EQ(names_in((*b)->take()), "directory 9;");
    hub.prime(**b, {{api::HintKind::space, space, 1}});
    EXPECT_EQ(names_in((*b)->take()), "space " + space.hex() + " 1;current ;");
    a->reset();
    EXPECT_EQ(hub.subscriptions(), 1U);
    hub.publish({api::HintKind::space, space, 7}, {principal(anna)});
}

TEST(who_may_not_listen_any_more_hears_nothing) {
    EventHub hub;
    const UserId anna = UserId::from(Bytes(16, 1));
    const GroupId group = GroupId::from(Bytes(16, 7));
    auto stream = hub.subscribe(anna, {}, {principal(anna), principal(group)});
    REQUIRE_OK(stream);
    hub.refresh([&](const UserId&, const DeviceId&) {
        return std::optional(std::vector{principal(anna)});
    });
    hub.publish({api::HintKind::space, {}, 1}, {principal(group)});
    EXPECT_EQ((*stream)->take(), "");
    EXPECT(!(*stream)->ended());
    bool woken = false;
    (*stream)->on_wake([&] { woken = true; });
    hub.refresh([](const UserId&, const DeviceId&) { return std::nullopt; });
    EXPECT(woken && (*stream)->ended());
    hub.publish_to_all({api::HintKind::directory, {}, 3});
    EXPECT_EQ((*stream)->take(), "");
}

void check_tiles(const std::map<std::pair<std::uint32_t, std::uint64_t>, Bytes>& tiles,
                 directory::MemoryTree& whole) {
    for (const auto& [place, hashes] : tiles) {
        const auto width = static_cast<std::uint16_t>(hashes.size() / Hash::kSize);
        const auto expected = directory::tile_bytes(
            whole, {static_cast<std::uint8_t>(place.first), false, place.second, width});
        EXPECT(expected && *expected == hashes);
    }
}

TEST(the_tree_of_the_log_makes_the_tiles_of_the_whole_tree) {
    LogTree tree;
    directory::MemoryTree whole;
    std::map<std::pair<std::uint32_t, std::uint64_t>, Bytes> tiles;
    std::uint64_t next = 0;
    for (const std::size_t count : {1U, 2U, 252U, 1U, 1U, 255U, 300U, 65000U, 3U}) {
        std::vector<Bytes> leaves;
        for (std::size_t i = 0; i < count; ++i) leaves.push_back(to_bytes(std::to_string(next++)));
        for (const Bytes& leaf : leaves) whole.append(directory::leaf_hash(leaf));
        for (auto& tile : tree.append(leaves))
            tiles[{tile.level, tile.index}] = std::move(tile.hashes);
        EXPECT_EQ(tree.size(), whole.size());
        EXPECT_EQ(tree.root(), whole.root());
    }
    check_tiles(tiles, whole);
    EXPECT_EQ(tiles.size(), next / 256 + 1 + next / 65536 + 1 + 1);
}

}  // namespace
}  // namespace obhut::services
