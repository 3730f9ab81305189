// The real front on a free port of loopback: malformed HTTP, limits, slow peers, streams, stopping.
#include "server/front/front.h"

#include <future>

#include "core/directory/testing/people.h"
#include "protocols/api/problem.h"
#include "server/front/raw_client.h"
#include "server/front/running.h"
#include "server/services/testing/office.h"

namespace obhut::front {
namespace {

using services::testing::Office;
using testing::quick_settings;
using testing::RawClient;
using testing::Running;

std::string wire(const http::Request& request, const std::string& more = "") {
    std::string text =
        std::string(name_of(request.method)) + " " + request.target() + " HTTP/1.1\r\nhost: x\r\n";
    for (const http::Header& header : request.headers.all())
        text += header.name + ": " + header.value + "\r\n";
    if (request.method == http::Method::post)
        text += "content-length: " + std::to_string(request.body.size()) + "\r\n";
    return text + more + "\r\n" + std::string(as_text(request.body));
}

int status_of(const std::string& answer) {
    return answer.size() > 12 && answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3))
                                                                 : 0;
}

constexpr std::string_view kGet = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

TEST(requests_follow_each_other_on_one_connection) {
    Office office;
    Running server(*office.service);
    RawClient client(server.port());
    for (int i = 0; i < 3; ++i) {
        client.send_text(kGet);
        EXPECT_EQ(status_of(client.read_until("ok\n")), 200);
    }
    // Two at once are answered in order.
    client.send_text(std::string(kGet) + "GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n");
    std::string both = client.read_until("}");
    EXPECT_EQ(status_of(both), 200);
    EXPECT(both.find("404 Not Found") != std::string::npos);
    client.send_text("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    EXPECT_EQ(status_of(client.read_to_end()), 200);
    EXPECT(client.closed());
}

TEST(a_signed_request_passes_through) {
    Office office;
    Running server(*office.service);
    RawClient client(server.port());
    client.send_text(
        wire(office.signed_request(office.anna.device, http::Method::get, "/v1/spaces")));
    EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 200);
    const http::Request wanted =
        office.signed_request(office.anna.device, http::Method::post, "/v1/generations/get",
                              encode(api::GenerationWanted{principal(office.anna.id), 1}));
    RawClient other(server.port());
    const std::string text = wire(wanted);
    for (const char c : text) other.send_text({&c, 1});  // byte by byte
    EXPECT_EQ(status_of(other.read_until("\r\n\r\n")), 200);
}

void check_refused(Running& server, std::string_view text, int status) {
    RawClient client(server.port());
    client.send_text(text);
    const std::string answer = client.read_to_end(3000);
    if (status_of(answer) != status)
        obhut::test::report_failure(__FILE__, __LINE__,
                                    std::string(text.substr(0, 60)) + " → " + answer.substr(0, 30));
    EXPECT(client.closed());
}

TEST(what_is_no_http_is_refused_and_the_connection_closed) {
    Office office;
    Running server(*office.service);
    check_refused(server, "hello\r\n\r\n", 400);
    check_refused(server, "GET\r\n\r\n", 400);
    check_refused(server, "GET / HTTP/9.9\r\n\r\n", 400);
    check_refused(server, "GET /healthz HTTP/1.0\r\n\r\n", 400);
    check_refused(server, "GET http://x/healthz HTTP/1.1\r\n\r\n", 400);
    check_refused(server, "GET /a#b HTTP/1.1\r\n\r\n", 400);
    check_refused(server, "GET / HTTP/1.1\r\nno colon\r\n\r\n", 400);
    check_refused(server, "GET / HTTP/1.1\r\nname : x\r\n\r\n", 400);
    check_refused(server, "POST /v1/join HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400);
    check_refused(server,
                  "POST /v1/join HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400);
    check_refused(server, "POST /v1/join HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
                  400);
    check_refused(
        server, "POST /v1/join HTTP/1.1\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n",
        400);
    check_refused(server, "PUT /v1/server HTTP/1.1\r\n\r\n", 404);
    check_refused(server, std::string("GET /\0 HTTP/1.1\r\n\r\n", 19), 400);
    check_refused(server, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 tls here?", 400);
}

TEST(a_browser_is_told_how_a_link_is_opened) {
    // One and the same page for every link, there or not; nothing in it runs or loads anything.
    Office office;
    Running server(*office.service);
    std::vector<std::string> pages;
    for (const std::string_view id : {"00000000000000000000000000000000", "f", ""}) {
        RawClient client(server.port());
        client.send_text("GET /l/" + std::string(id) +
                         " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        pages.push_back(client.read_to_end());
        EXPECT_EQ(status_of(pages.back()), 200);
        EXPECT(pages.back().find("content-security-policy: default-src 'none'") !=
               std::string::npos);
        EXPECT(pages.back().find("obhut get") != std::string::npos);
        for (const char* active : {"<script", "http://", "https://", "onload", "<img", "<form"})
            EXPECT(pages.back().find(active) == std::string::npos);
        EXPECT_EQ(pages.back().substr(pages.back().find("\r\n\r\n")),
                  pages.front().substr(pages.front().find("\r\n\r\n")));
    }
    check_refused(server, "POST /l/00 HTTP/1.1\r\nconnection: close\r\n\r\n", 404);
}

TEST(oversized_headers_and_bodies_are_refused_before_they_are_read) {
    Office office;
    Running server(*office.service);
    check_refused(server, "GET /" + std::string(20000, 'a') + " HTTP/1.1\r\n\r\n", 413);
    check_refused(server, "GET / HTTP/1.1\r\nx: " + std::string(20000, 'a') + "\r\n\r\n", 413);
    check_refused(server, "POST /v1/join HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n", 413);
    check_refused(server, "POST /v1/sign-in HTTP/1.1\r\ncontent-length: 5000\r\n\r\n", 413);
    check_refused(server, "POST /v1/server HTTP/1.1\r\ncontent-length: 10\r\n\r\n", 404);
    // A large body of nobody known: refused by its head.
    check_refused(server, "POST /v1/log/entries HTTP/1.1\r\ncontent-length: 8000000\r\n\r\n", 401);
}

TEST(slow_peers_are_cut_off) {
    Office office;
    Running server(*office.service);
    RawClient half_header(server.port());
    half_header.send_text("GET /healthz HT");
    RawClient half_body(server.port());
    half_body.send_text("POST /v1/join HTTP/1.1\r\ncontent-length: 100\r\n\r\nhalf");
    RawClient idle(server.port());
    EXPECT_EQ(half_header.read_to_end(4000), "");
    EXPECT(half_header.closed());
    EXPECT_EQ(half_body.read_to_end(4000), "");
    EXPECT(half_body.closed());
    // A connection without a request may wait longer.
    idle.send_text(kGet);
    EXPECT_EQ(status_of(idle.read_until("ok\n")), 200);
}

TEST(trickling_headers_do_not_prolong_the_time) {
    Office office;
    Running server(*office.service);
    RawClient client(server.port());
    const auto began = std::chrono::steady_clock::now();
    bool open = true;
    for (int i = 0; open && i < 40; ++i) {
        client.send_text("x");
        client.read_until("never", 100);
        open = !client.closed();
    }
    EXPECT(!open);
    EXPECT(std::chrono::steady_clock::now() - began < std::chrono::seconds(4));
}

TEST(connections_are_counted) {
    Office office;
    FrontSettings settings = quick_settings();
    settings.max_connections = 3;
    Running server(*office.service, settings);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port()));
        clients.back()->send_text(kGet);
        EXPECT_EQ(status_of(clients.back()->read_until("ok\n")), 200);
    }
    RawClient fourth(server.port());
    fourth.send_text(kGet);
    EXPECT_EQ(fourth.read_to_end(3000), "");
    EXPECT(fourth.closed());
    clients.pop_back();
    for (int i = 0; i < 50 && server.front().hall().connections() > 2; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    RawClient fifth(server.port());
    fifth.send_text(kGet);
    EXPECT_EQ(status_of(fifth.read_until("ok\n")), 200);
}

TEST(sign_in_answers_take_their_time) {
    Office office;
    Running server(*office.service);
    http::Request request;
    request.method = http::Method::post;
    request.path = "/v1/sign-in";
    request.body =
        encode(api::SignIn{"nobody@example.org", api::Credential::password, Secret<32>{}});
    RawClient client(server.port());
    const auto began = std::chrono::steady_clock::now();
    client.send_text(wire(request));
    EXPECT_EQ(status_of(client.read_until("}")), 403);
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT(took >= std::chrono::milliseconds(services::AccountService::kSignInDelay));
}

TEST(events_stream_and_stay_alive) {
    Office office;
    Running server(*office.service);
    RawClient client(server.port());
    client.send_text(
        wire(office.signed_request(office.anna.device, http::Method::get, "/v1/events")));
    const std::string first = client.read_until("event: current\ndata: \n\n");
    EXPECT(first.find("content-type: text/event-stream") != std::string::npos);
    EXPECT(first.find("event: directory\ndata: 6\n\n") != std::string::npos);
    const api::Append pulse =
        office.append_of(directory::Pulse{office.anna.id}, {&office.anna.device.signing});
    EXPECT_OK(
        services::testing::error_of(office.post(office.anna.device, "/v1/log/entries", pulse)));
    EXPECT(client.read_until("data: 7\n\n").find("event: directory") != std::string::npos);
    EXPECT_EQ(client.read_until(":\n\n", 3000), ":\n\n");
    EXPECT_EQ(office.service->hub().subscriptions(), 1U);
}

TEST(a_stream_ends_when_its_listener_is_gone) {
    Office office;
    FrontSettings settings = quick_settings();
    settings.keep_alive = std::chrono::seconds(60);
    Running server(*office.service, settings);
    {
        RawClient client(server.port());
        client.send_text(
            wire(office.signed_request(office.anna.device, http::Method::get, "/v1/events")));
        client.read_until("event: current");
        EXPECT_EQ(office.service->hub().subscriptions(), 1U);
    }
    for (int i = 0; i < 100 && office.service->hub().subscriptions() > 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(office.service->hub().subscriptions(), 0U);
}

TEST(stopping_finishes_what_is_under_way) {
    Office office;
    auto server = std::make_unique<Running>(*office.service);
    RawClient idle(server->port());
    RawClient stream(server->port());
    stream.send_text(
        wire(office.signed_request(office.anna.device, http::Method::get, "/v1/events")));
    stream.read_until("event: current");
    RawClient busy(server->port());
    http::Request request;
    request.method = http::Method::post;
    request.path = "/v1/sign-in";  // takes 100 ms
    request.body =
        encode(api::SignIn{"nobody@example.org", api::Credential::password, Secret<32>{}});
    busy.send_text(wire(request));
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    const auto began = std::chrono::steady_clock::now();
    server->stop();
    EXPECT(std::chrono::steady_clock::now() - began < std::chrono::seconds(4));
    EXPECT_EQ(status_of(busy.read_to_end()), 403);
    idle.read_to_end();
    stream.read_to_end();
    EXPECT(idle.closed() && stream.closed());
}

TEST(expect_continue_is_answered) {
    Office office;
    Running server(*office.service);
    RawClient client(server.port());
    http::Request request =
        office.signed_request(office.anna.device, http::Method::post, "/v1/generations/get",
                              encode(api::GenerationWanted{principal(office.anna.id), 1}));
    const std::string text = wire(request, "expect: 100-continue\r\n");
    client.send_text(text.substr(0, text.find("\r\n\r\n") + 4));
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send_text(as_text(request.body));
    EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 200);
}

TEST(metrics_count_without_naming_anybody) {
    Office office;
    Running server(*office.service);
    RawClient client(server.port());
    client.send_text(
        wire(office.signed_request(office.anna.device, http::Method::get, "/v1/spaces")));
    client.read_until("\r\n\r\n");
    RawClient other(server.port());
    other.send_text("GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    const std::string text = other.read_to_end();
    EXPECT(text.find("obhut_requests_total{route=\"spaces\",status=\"2xx\"} 1\n") !=
           std::string::npos);
    EXPECT(text.find("obhut_connections 2\n") != std::string::npos);
    EXPECT(text.find(office.anna.id.hex()) == std::string::npos);
    EXPECT(text.find(office.anna.device.id().hex()) == std::string::npos);
    EXPECT(text.find("127.0.0.1") == std::string::npos);
}

TEST(a_full_budget_makes_bodies_wait_their_turn) {
    asio::io_context io;
    BodyBudget budget(10);
    std::string order;
    const auto take = [&](std::size_t bytes, const char* name,
                          int hold_ms) -> asio::awaitable<void> {
        auto lease = co_await budget.acquire(bytes, std::chrono::seconds(1));
        order += lease ? name : "-";
        asio::steady_timer timer(io, std::chrono::milliseconds(hold_ms));
        co_await timer.async_wait(kTuple);
    };
    asio::co_spawn(io, take(8, "a", 20), asio::detached);
    asio::co_spawn(io, take(8, "b", 20), asio::detached);
    asio::co_spawn(io, take(1, "c", 1), asio::detached);   // fits, but others came before
    asio::co_spawn(io, take(99, "d", 1), asio::detached);  // more than there is: the whole budget
    io.run();
    EXPECT_EQ(order, "abcd");
    EXPECT_EQ(budget.in_use(), 0U);
}

TEST(who_waits_too_long_for_the_budget_gives_up) {
    asio::io_context io;
    BodyBudget budget(10);
    bool got = true;
    const auto impatient = [&]() -> asio::awaitable<void> {
        auto first = co_await budget.acquire(10, std::chrono::seconds(1));
        auto second = co_await budget.acquire(1, std::chrono::seconds(0));
        got = second.has_value();
    };
    asio::co_spawn(io, impatient(), asio::detached);
    io.run();
    EXPECT(!got);
    EXPECT_EQ(budget.in_use(), 0U);
}

}  // namespace
}  // namespace obhut::front
