// What Remote does about a server that is asked too often, and whose requests it signs.
#include "client/remote/remote.h"

#include <deque>

#include "protocols/api/problem.h"
#include "protocols/http/errors.h"
#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut::client {
namespace {

// Answers with what it was given, in turn, and keeps the requests.
class ScriptedTransport final : public Transport {
public:
    std::deque<http::Response> answers;
    std::vector<http::Request> requests;

    Result<http::Response> send(const http::Request& request, const CallOptions&) override {
        requests.push_back(request);
        CHECK(!answers.empty());
        http::Response answer = std::move(answers.front());
        answers.pop_front();
        return answer;
    }
    Ticket submit(http::Request, const CallOptions&) override { return {}; }
    Result<http::Response> collect(Ticket) override { return fail(errors::unreachable); }
    Result<http::Response> listen(const http::Request&, EventSink&, const CallOptions&) override {
        return fail(errors::unreachable);
    }
};

class NotingWaiter final : public Waiter {
public:
    std::vector<Millis> waits;
    void wait(Millis time) override { waits.push_back(time); }
};

class FixedClock final : public Clock {
public:
    Millis now() override { return 1'700'000'000'000; }
};

http::Response busy(const std::string& seconds) {
    http::Response response = api::problem(Error{errors::rate_limited});
    response.headers.set("retry-after", seconds);
    return response;
}

http::Response page() {
    http::Response response;
    response.status = 200;
    response.body = to_bytes(std::string_view("tile"));
    return response;
}

struct Scene {
    ScriptedTransport transport;
    FixedClock clock;
    test::TestEntropy entropy;
    NotingWaiter waiter;
    Remote remote{transport, clock, entropy, &waiter};

    void sign() {
        remote.sign_as(entropy.id<OrgId>(), entropy.id<DeviceId>(), RequestKey(Bytes(32, 7)));
    }
};

TEST(waits_as_long_as_a_busy_server_says) {
    Scene scene;
    scene.transport.answers = {busy("3"), busy("1"), page()};
    EXPECT_OK(scene.remote.tile("0/000"));
    REQUIRE(scene.waiter.waits.size() == 2);
    EXPECT(scene.waiter.waits[0] >= 1'500 && scene.waiter.waits[0] < 4'500);
    EXPECT(scene.waiter.waits[1] >= 500 && scene.waiter.waits[1] < 1'500);
}

TEST(waits_neither_for_ever_nor_as_long_as_anybody_says) {
    Scene scene;
    for (int i = 0; i < 20; ++i) scene.transport.answers.push_back(busy("99999999999999999999"));
    EXPECT_ERROR(scene.remote.tile("0/000"), errors::rate_limited);
    EXPECT(scene.waiter.waits.size() < 10);
    Scene long_ones;
    for (int i = 0; i < 20; ++i) long_ones.transport.answers.push_back(busy("86400"));
    EXPECT_ERROR(long_ones.remote.tile("0/000"), errors::rate_limited);
    for (const Millis wait : long_ones.waiter.waits) EXPECT(wait <= 15'000);
}

TEST(sign_in_is_not_repeated_for_a_person) {
    Scene scene;
    scene.transport.answers = {busy("1")};
    EXPECT_ERROR(scene.remote.sign_in("anna@example.org", api::Credential::password, Secret<32>()),
                 errors::rate_limited);
    EXPECT(scene.waiter.waits.empty());
}

TEST(the_log_is_read_signed_by_whoever_can_sign) {
    Scene scene;
    scene.transport.answers = {page(), page()};
    EXPECT_OK(scene.remote.tile("0/000"));
    scene.sign();
    EXPECT_OK(scene.remote.tile("0/000"));
    REQUIRE(scene.transport.requests.size() == 2);
    EXPECT(!scene.transport.requests[0].headers.find("signature").has_value());
    EXPECT(scene.transport.requests[1].headers.find("signature").has_value());
}

}  // namespace
}  // namespace obhut::client
