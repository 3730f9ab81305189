#include "cli/agent/agent.h"

#include <cstdlib>
#include <thread>

#include "cli/errors.h"
#include "platform/desktop/errors.h"
#include "platform/desktop/local_socket.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test.h"

namespace obhut::cli {
namespace {

class HandClock final : public Clock {
public:
    Millis now() override { return time; }
    Millis time = 1'700'000'000'000;
};

WrapKey key_of(std::uint8_t byte) { return WrapKey(ByteView(Bytes(32, byte))); }

AgentRequest keep(const std::string& profile, std::uint8_t byte, Millis idle) {
    AgentRequest request;
    request.verb = AgentVerb::keep;
    request.profile = profile;
    request.key = key_of(byte);
    request.idle = idle;
    return request;
}

AgentRequest get(const std::string& profile) {
    AgentRequest request;
    request.profile = profile;
    return request;
}

TEST(a_key_is_given_back_until_it_rests_too_long) {
    AgentKeys keys;
    EXPECT(!keys.answer(get("/a"), 0).done);
    EXPECT(keys.answer(keep("/a", 7, 100), 0).done);
    EXPECT_EQ(keys.next_expiry(), 100U);
    const AgentAnswer answer = keys.answer(get("/a"), 99);
    REQUIRE(answer.key.has_value());
    EXPECT(equal(answer.key->expose(), key_of(7).expose()));
    EXPECT(keys.answer(get("/a"), 198).done);
    EXPECT(!keys.answer(get("/a"), 298).done);
    EXPECT(keys.empty());
}

TEST(each_profile_has_its_own_key) {
    AgentKeys keys;
    keys.answer(keep("/a", 1, 1000), 0);
    keys.answer(keep("/b", 2, 1000), 0);
    EXPECT(equal(keys.answer(get("/b"), 1).key->expose(), key_of(2).expose()));
    AgentRequest forget;
    forget.verb = AgentVerb::forget;
    forget.profile = "/a";
    EXPECT_EQ(keys.answer(forget, 1).kept, 1U);
    EXPECT(!keys.answer(get("/a"), 1).done);
    forget.profile.reset();
    EXPECT_EQ(keys.answer(forget, 1).kept, 0U);
}

TEST(the_key_used_longest_ago_makes_room) {
    AgentKeys keys;
    for (std::size_t i = 0; i < AgentKeys::kMaxKeys; ++i)
        keys.answer(keep("/" + std::to_string(i), 1, 100'000), i);
    keys.answer(get("/0"), 1000);
    EXPECT_EQ(keys.answer(keep("/new", 1, 100'000), 1001).kept, AgentKeys::kMaxKeys);
    EXPECT(keys.answer(get("/0"), 1002).done);
    EXPECT(!keys.answer(get("/1"), 1002).done);
}

TEST(a_clock_set_back_does_not_keep_a_key_for_ever) {
    AgentKeys keys;
    keys.answer(keep("/a", 1, 100), 1'000'000);
    keys.expire(500);
    EXPECT(!keys.empty());
    keys.expire(600);
    EXPECT(keys.empty());
}

TEST(incomplete_requests_do_nothing) {
    AgentKeys keys;
    AgentRequest request = keep("/a", 1, 100);
    request.key.reset();
    EXPECT(!keys.answer(request, 0).done);
    EXPECT(keys.empty());
}

TEST(the_agent_serves_and_ends_by_itself) {
    const test::TemporaryFolder folder;
    const std::string socket = folder / "agent.socket";
    HandClock clock;
    int code = -1;
    std::thread agent([&] { code = serve_agent(socket, clock); });
    Result<AgentAnswer> kept = fail(errors::agent_failed);
    for (int i = 0; i < 1000 && !kept; ++i) {
        kept = ask_agent(socket, keep("/a", 9, 60'000));
        if (!kept) std::this_thread::yield();
    }
    EXPECT_OK(kept);
    const auto answer = ask_agent(socket, get("/a"));
    REQUIRE_OK(answer);
    EXPECT(answer->key && equal(answer->key->expose(), key_of(9).expose()));
    // Nonsense gets no answer and does no harm.
    auto stranger = platform::LocalConnection::connect(socket, 1000);
    if (EXPECT_OK(stranger)) {
        EXPECT_OK(stranger->send(as_bytes("nonsense")));
        EXPECT_ERROR(stranger->receive(), errors::socket_failed);
    }
    AgentRequest forget;
    forget.verb = AgentVerb::forget;
    EXPECT_OK(ask_agent(socket, forget));
    agent.join();
    EXPECT_EQ(code, 0);
    EXPECT_ERROR(ask_agent(socket, get("/a")), errors::socket_failed);
    EXPECT(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace obhut::cli
