// CurlTransport against a scripted server on a free loopback port: what every kind of answer
// becomes.
#include "platform/curl_transport.h"

#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/check.h"
#include "platform/errors.h"
#include "tests/support/test.h"

namespace obhut::platform {
namespace {

// Takes connections one after the other; on each it reads requests and answers with the next of its
// texts. An empty text closes the connection instead.
class ScriptedServer {
public:
    explicit ScriptedServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) == 0);
        CHECK(::listen(listener_, 8) == 0);
        CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~ScriptedServer() { stop(); }

    void stop() {
        if (!thread_.joinable()) return;
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    const std::vector<std::string>& requests() const { return requests_; }
    int connections() const { return connections_; }

private:
    void run() {
        while (next_ < answers_.size()) {
            const int connection = ::accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            ++connections_;
            serve(connection);
            ::close(connection);
        }
    }

    void serve(int connection) {
        while (next_ < answers_.size()) {
            std::string request;
            if (!read_request(connection, request)) return;
            requests_.push_back(request);
            const std::string& answer = answers_[next_++];
            if (answer.empty()) return;
            (void)!::write(connection, answer.data(), answer.size());
            if (answer.find("connection: close") != std::string::npos) return;
        }
    }

    static bool read_request(int connection, std::string& request) {
        std::size_t wanted = std::string::npos;
        char buffer[4096];
        while (request.size() < wanted) {
            const ssize_t got = ::read(connection, buffer, sizeof buffer);
            if (got <= 0) return false;
            request.append(buffer, static_cast<std::size_t>(got));
            const std::size_t end = request.find("\r\n\r\n");
            if (end == std::string::npos) continue;
            std::size_t length = 0;
            const std::size_t header = request.find("Content-Length: ");
            if (header != std::string::npos) length = std::stoul(request.substr(header + 16));
            wanted = end + 4 + length;
        }
        return true;
    }

    std::vector<std::string> answers_;
    std::size_t next_ = 0;
    std::vector<std::string> requests_;
    int connections_ = 0;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

std::string ok(const std::string& body, const std::string& more = "") {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
           "\r\n" + body;
}

http::Request post(std::string_view body) {
    http::Request request;
    request.method = http::Method::post;
    request.path = "/v1/log/entries";
    request.query = "from=3";
    request.headers.set("signature", "obhut=:x:");
    request.body = to_bytes(body);
    return request;
}

std::unique_ptr<CurlTransport> transport_to(const std::string& url) {
    auto transport = CurlTransport::create(url);
    EXPECT_OK(transport);
    return transport ? std::move(*transport) : nullptr;
}

TEST(requests_and_answers_arrive_whole_on_one_connection) {
    ScriptedServer server({ok("first", "X-Thing:  some value \r\n"),
                           "HTTP/1.1 409 Conflict\r\n"
                           "obhut-error: 724 0\r\nContent-Length: 0\r\n\r\n"});
    const auto transport = transport_to(server.url() + "/");
    const auto first = transport->send(post("hello"));
    REQUIRE_OK(first);
    EXPECT_EQ(first->status, 200);
    EXPECT_EQ(as_text(first->body), "first");
    EXPECT_EQ(first->headers.find("x-thing").value_or(""), "some value");
    http::Request get;
    get.path = "/v1/server";
    const auto second = transport->send(get);
    REQUIRE_OK(second);
    EXPECT_EQ(second->status, 409);
    server.stop();
    EXPECT_EQ(server.connections(), 1);
    REQUIRE(server.requests().size() == 2);
    const std::string& sent = server.requests()[0];
    EXPECT(sent.starts_with("POST /v1/log/entries?from=3 HTTP/1.1\r\n"));
    EXPECT(sent.find("signature: obhut=:x:\r\n") != std::string::npos);
    EXPECT(sent.find("content-type: application/cbor\r\n") != std::string::npos);
    EXPECT(sent.find("Expect") == std::string::npos);
    EXPECT(sent.ends_with("\r\n\r\nhello"));
}

TEST(nobody_listening_is_unreachable) {
    std::string url;
    {
        ScriptedServer server({});
        url = server.url();
    }
    EXPECT_ERROR(transport_to(url)->send(post("x")), errors::unreachable);
}

TEST(a_lost_answer_is_an_unknown_outcome_and_nothing_is_sent_twice) {
    // The second request goes out on a connection that was used before: libcurl would like to
    // repeat it.
    ScriptedServer server({ok(""), "", ok("never")});
    const auto transport = transport_to(server.url());
    EXPECT_OK(transport->send(post("one")));
    EXPECT_ERROR(transport->send(post("two")), errors::outcome_unknown);
    server.stop();
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST(truncated_and_foreign_answers_are_errors) {
    ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nconnection: close\r\n\r\nhalf",
                           "connection: close, and no HTTP at all\r\n\r\n"});
    const auto transport = transport_to(server.url());
    EXPECT_ERROR(transport->send(post("x")), errors::outcome_unknown);
    const auto foreign = transport->send(post("x"));
    EXPECT(!foreign.has_value());
}

TEST(redirects_are_not_followed) {
    ScriptedServer server(
        {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"});
    const auto answer = transport_to(server.url())->send(post("x"));
    REQUIRE_OK(answer);
    EXPECT_EQ(answer->status, 302);
}

TEST(submitted_requests_run_together) {
    std::vector<std::string> answers(20, ok("done", "connection: close\r\n"));
    ScriptedServer server(answers);
    const auto transport = transport_to(server.url());
    std::vector<client::Ticket> tickets;
    for (int i = 0; i < 20; ++i) {
        tickets.push_back(transport->submit(post("x")));
        if (tickets.size() < client::kMaxInFlight) continue;
        EXPECT_OK(transport->collect(tickets.front()));
        tickets.erase(tickets.begin());
    }
    for (const client::Ticket ticket : tickets) EXPECT_OK(transport->collect(ticket));
}

struct Recorder final : client::EventSink {
    std::string seen;
    std::size_t wanted = 2;
    std::size_t count = 0;
    void on_open() override { seen += "open;"; }
    bool on_event(std::string_view name, std::string_view data) override {
        seen += std::string(name) + "=" + std::string(data) + ";";
        return ++count < wanted;
    }
};

TEST(events_are_read_until_the_sink_has_enough) {
    ScriptedServer server(
        {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nconnection: close\r\n\r\n"
         ":\n\nevent: directory\ndata: 5\n\nevent: current\ndata: \n\nevent: x\ndata: y\n\n"});
    const auto transport = transport_to(server.url());
    Recorder recorder;
    http::Request get;
    get.path = "/v1/events";
    const auto answer = transport->listen(get, recorder);
    REQUIRE_OK(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(recorder.seen, "open;directory=5;current=;");
}

TEST(a_refused_stream_is_a_response) {
    ScriptedServer server(
        {"HTTP/1.1 401 Unauthorized\r\nobhut-error: 704 0\r\nContent-Length: 2\r\n\r\nno"});
    Recorder recorder;
    const auto answer = transport_to(server.url())->listen(http::Request{}, recorder);
    REQUIRE_OK(answer);
    EXPECT_EQ(answer->status, 401);
    EXPECT_EQ(as_text(answer->body), "no");
    EXPECT_EQ(recorder.seen, "");
}

TEST(a_cancelled_call_ends) {
    ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"});
    client::Cancel cancel;
    cancel.request();
    EXPECT_ERROR(transport_to(server.url())->send(post("x"), {.cancel = &cancel}),
                 errors::cancelled);
}

TEST(urls_that_are_no_servers_are_refused) {
    for (const char* url :
         {"", "ftp://example.org", "example.org", "http://", "http://a/?q", "http://u@h"})
        EXPECT_ERROR(CurlTransport::create(url), errors::bad_server_url);
    EXPECT_OK(CurlTransport::create("https://office.example.org/obhut"));
}

}  // namespace
}  // namespace obhut::platform
