#include "server/front/connection.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "protocols/api/errors.h"
#include "protocols/api/problem.h"
#include "protocols/http/event_stream.h"
#include "server/front/link_page.h"

namespace obhut::front {

namespace {

namespace bhttp = beast::http;
using services::Answer;
using services::Peer;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kPiece = 1U << 20;         // bytes read or written under one deadline
constexpr std::size_t kSlowestBody = 16U << 10;  // bytes a second
constexpr std::size_t kReserveAnswerFrom =
    1U << 20;  // answers that may get larger wait for a place in the budget
constexpr std::size_t kSmallAnswer = 16U << 10;   // leaves in one piece with its head
constexpr std::size_t kMaxDiscarded = 32U << 20;  // a client that is busy sending looks late

using HeadParser = bhttp::request_parser<bhttp::empty_body>;

struct Head {
    http::Request request;   // without body
    std::size_t length = 0;  // of the body
    bool keep_alive = false;
    bool expects_continue = false;
    std::optional<services::Route> route;  // for metrics
    Clock::time_point began;
};

std::string lower(beast::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
}

std::string_view reason_of(int status) {
    const auto text = bhttp::obsolete_reason(static_cast<bhttp::status>(status));
    return {text.data(), text.size()};
}

http::Response text_answer(int status, std::string_view type, std::string_view text) {
    http::Response response;
    response.status = status;
    response.headers.set(http::kContentType, std::string(type));
    response.body = to_bytes(text);
    return response;
}

// The key of limits: an IPv4 address, or the network (/64) of an IPv6 one, within which a single
// customer moves freely.
std::string limit_key(const asio::ip::address& address) {
    if (!address.is_v6() || address.is_loopback()) return address.to_string();
    if (address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    auto bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    return asio::ip::address_v6(bytes).to_string();
}

// Who asks: the peer, or whom a trusted proxy names. What came through a proxy is never "the same
// machine".
Peer peer_of(const FrontSettings& settings, const tcp::endpoint& endpoint,
             const http::Request& request) {
    const auto& proxies = settings.proxies;
    const bool trusted =
        std::find(proxies.begin(), proxies.end(), endpoint.address().to_string()) != proxies.end();
    const auto forwarded = request.headers.find("x-forwarded-for");
    const bool came_through =
        forwarded.has_value() || request.headers.find("forwarded").has_value();
    Peer peer{limit_key(endpoint.address()),
              endpoint.address().is_loopback() && !trusted && !came_through};
    if (!trusted || !forwarded) return peer;
    std::string_view last = forwarded->substr(forwarded->rfind(',') + 1);
    while (last.starts_with(' ')) last.remove_prefix(1);
    error_code error;
    const auto address = asio::ip::make_address(std::string(last), error);
    if (!error) peer.address = limit_key(address);
    return peer;
}

// Errors: http_malformed (also: no length before a body, upgrades), http_not_found (other methods),
// http_too_large.
Result<Head> read_head(const HeadParser& parser) {
    const auto& message = parser.get();
    Head head;
    head.began = Clock::now();
    head.keep_alive = message.keep_alive();
    if (message.version() != 11 || parser.chunked()) return fail(errors::http_malformed);
    if (message.method() == bhttp::verb::post)
        head.request.method = http::Method::post;
    else if (message.method() != bhttp::verb::get)
        return fail(errors::http_not_found);
    const std::string_view target(message.target().data(), message.target().size());
    if (!target.starts_with('/') || target.find('#') != std::string_view::npos)
        return fail(errors::http_malformed);
    const std::size_t question = target.find('?');
    head.request.path = std::string(target.substr(0, question));
    if (question != std::string_view::npos)
        head.request.query = std::string(target.substr(question + 1));
    for (const auto& field : message)
        head.request.headers.add(lower(field.name_string()), std::string(field.value()));
    if (const auto length = parser.content_length())
        head.length = static_cast<std::size_t>(*length);
    if (head.length > api::kMaxBodyBytes) return fail(errors::http_too_large);
    head.expects_continue = beast::iequals(message[bhttp::field::expect], "100-continue");
    return head;
}

std::string encode_head(const http::Response& response, bool keep_alive) {
    std::string text = fmt::format(
        "HTTP/1.1 {} {}\r\ncontent-length: {}\r\nx-content-type-options: nosniff\r\n"
        "cache-control: no-store\r\n",
        response.status, reason_of(response.status), response.body.size());
    for (const http::Header& header : response.headers.all())
        text += header.name + ": " + header.value + "\r\n";
    text += keep_alive ? "\r\n" : "connection: close\r\n\r\n";
    return text;
}

template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
public:
    Session(Hall& hall, Stream stream, tcp::endpoint endpoint)
        : hall_(hall), stream_(std::move(stream)), endpoint_(std::move(endpoint)) {}

    Stream& stream() { return stream_; }

    asio::awaitable<void> run() {
        while (!hall_.stopping) {
            auto head = co_await next_head();
            if (!head) break;
            std::unique_ptr<services::Subscription> events;
            const bool go_on = co_await serve(*head, events);
            head.reset();
            if (events) co_await stream_events(std::move(events));
            if (!go_on) break;
        }
    }

    void begin_stop() override {
        asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
            if (self->wake_timer_) self->wake_timer_->cancel();
            if (self->idle_) self->lowest().cancel();
        });
    }

private:
    beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

    // Waits for a request and parses its head; answers what is none. Nothing when the connection is
    // to end.
    asio::awaitable<std::optional<Head>> next_head() {
        HeadParser parser;
        parser.header_limit(kMaxHeaderBytes);
        parser.body_limit(boost::none);
        if (buffer_.size() == 0) {
            idle_ = true;
            lowest().expires_after(hall_.settings.idle_timeout);
            auto [error, count] = co_await stream_.async_read_some(buffer_.prepare(4096), kTuple);
            idle_ = false;
            if (error) co_return std::nullopt;
            buffer_.commit(count);
        }
        lowest().expires_after(hall_.settings.header_timeout);
        auto [error, count] = co_await bhttp::async_read_header(stream_, buffer_, parser, kTuple);
        if (error == beast::error::timeout || error == bhttp::error::end_of_stream ||
            !is_parse_error(error)) {
            if (error) co_return std::nullopt;
        } else {
            const bool large =
                error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow;
            co_await refuse_and_close(large ? errors::http_too_large : errors::http_malformed);
            co_return std::nullopt;
        }
        Result<Head> head = read_head(parser);
        if (head) co_return std::move(*head);
        co_await refuse_and_close(head.error().code);
        co_return std::nullopt;
    }

    static bool is_parse_error(const error_code& error) {
        return error &&
               error.category() == bhttp::make_error_code(bhttp::error::bad_method).category();
    }

    asio::awaitable<void> refuse_and_close(Code code) {
        const http::Response response = api::problem(Error(code));
        hall_.metrics.served({std::nullopt, response.status, {}, 0, response.body.size()});
        if (co_await write(response, false)) co_await linger();
    }

    // Reads what the peer still sends for a moment, so that it gets to see the answer.
    asio::awaitable<void> linger() {
        error_code ignored;
        lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
        lowest().expires_after(std::chrono::seconds(2));
        std::size_t discarded = buffer_.size();
        buffer_.consume(buffer_.size());
        while (discarded < kMaxDiscarded) {
            auto [error, count] = co_await lowest().async_read_some(buffer_.prepare(4096), kTuple);
            if (error) break;
            discarded += count;
        }
    }

    // Answers one request; false if the connection is to end.
    asio::awaitable<bool> serve(Head& head, std::unique_ptr<services::Subscription>& events) {
        const Peer peer = peer_of(hall_.settings, endpoint_, head.request);
        if (const auto local = local_answer(head, peer)) co_return co_await finish(head, *local);
        const auto target =
            services::parse_target(head.request.method, head.request.path, head.request.query);
        if (!target) co_return co_await refuse(head, target.error());
        head.route = target->route;
        const services::RouteInfo& info = services::info_of(target->route);
        if (head.length > info.max_body)
            co_return co_await refuse(head, Error(errors::http_too_large));

        Result<services::Admitted> admitted = fail(errors::server_failed);
        std::optional<BodyBudget::Lease> lease;
        const bool admit_first = head.length > kUncounted || info.max_answer >= kReserveAnswerFrom;
        if (admit_first) {
            auto admitting =
                on_workers(hall_.workers, [&] { return hall_.service.admit(head.request, peer); });
            admitted = co_await std::move(admitting);
            if (!admitted) co_return co_await refuse(head, admitted.error());
            BodyBudget& budget = admitted->caller ? hall_.budget : hall_.strangers_budget;
            auto acquiring =
                budget.acquire(std::max(head.length, info.max_answer), hall_.settings.body_timeout);
            lease = co_await std::move(acquiring);
            if (!lease) co_return co_await refuse(head, Error(errors::server_busy));
        }
        if (!co_await read_body(head)) co_return false;
        auto answering = on_workers(hall_.workers, [&]() -> Answer {
            if (!admit_first) admitted = hall_.service.admit(head.request, peer);
            if (!admitted) return {hall_.service.refusal(admitted.error()), 0, nullptr};
            return hall_.service.handle(*admitted, head.request);
        });
        Answer answer = co_await std::move(answering);
        head.request.body = {};
        if (lease) lease->shrink_to(answer.response.body.size());
        if (answer.events) {
            events = std::move(answer.events);
            record(head, 200, 0);
            co_return false;
        }
        if (answer.delay > 0)
            co_await wait_until(head.began + std::chrono::milliseconds(answer.delay));
        body_read_ = true;
        co_return co_await finish(head, answer.response);
    }

    asio::awaitable<bool> refuse(const Head& head, Error error) {
        // Named: gcc 12 destroys temporaries of a co_await expression twice.
        const http::Response response = hall_.service.refusal(error);
        co_return co_await finish(head, response);
    }

    // /healthz, /metrics, and what browsers get for a link.
    std::optional<http::Response> local_answer(const Head& head, const Peer& peer) {
        if (head.request.method != http::Method::get) return std::nullopt;
        if (head.request.path == "/healthz") {
            const bool healthy = !hall_.health || hall_.health().has_value();
            return text_answer(healthy ? 200 : 503, "text/plain", healthy ? "ok\n" : "failing\n");
        }
        if (auto page = link_page(head.request.path)) return page;
        if (head.request.path != "/metrics") return std::nullopt;
        if (!peer.loopback && !hall_.settings.metrics_everywhere) return std::nullopt;
        std::vector<Metrics::Gauge> gauges;
        if (hall_.gauges) gauges = hall_.gauges();
        gauges.push_back(
            {"obhut_connections", "Open connections.", static_cast<double>(hall_.connections())});
        gauges.push_back({"obhut_event_streams", "Open event streams.",
                          static_cast<double>(hall_.service.hub().subscriptions())});
        gauges.push_back(
            {"obhut_body_bytes", "Memory that large bodies hold.",
             static_cast<double>(hall_.budget.in_use() + hall_.strangers_budget.in_use())});
        return text_answer(200, "text/plain; version=0.0.4", hall_.metrics.render(gauges));
    }

    asio::awaitable<void> wait_until(Clock::time_point when) {
        asio::steady_timer timer(stream_.get_executor(), when);
        co_await timer.async_wait(kTuple);
    }

    // Reads the body, with a deadline for progress and one for the whole. False if it does not
    // come.
    asio::awaitable<bool> read_body(Head& head) {
        body_read_ = head.length == 0;
        if (body_read_) co_return true;
        if (head.expects_continue && buffer_.size() == 0) {
            static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
            if (!co_await write_piece(asio::buffer(kContinue))) co_return false;
        }
        const auto last = Clock::now() + hall_.settings.body_timeout +
                          std::chrono::seconds(head.length / kSlowestBody);
        Bytes& body = head.request.body;
        body.reserve(head.length);
        std::size_t filled = std::min(head.length, buffer_.size());
        const auto* data = static_cast<const std::uint8_t*>(buffer_.data().data());
        body.assign(data, data + filled);
        buffer_.consume(filled);
        while (filled < head.length) {
            if (filled == body.size()) body.resize(std::min(head.length, filled + kPiece));
            lowest().expires_at(std::min(last, Clock::now() + hall_.settings.body_timeout));
            auto [error, count] = co_await stream_.async_read_some(
                asio::buffer(body.data() + filled, body.size() - filled), kTuple);
            if (error) co_return false;
            filled += count;
        }
        body_read_ = true;
        co_return true;
    }

    void record(const Head& head, int status, std::size_t bytes_out) {
        const auto duration =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - head.began);
        hall_.metrics.served({head.route, status, duration, head.length, bytes_out});
    }

    asio::awaitable<bool> finish(const Head& head, const http::Response& response) {
        // A body that was not read cannot be told from the next request: end the connection.
        const bool whole = head.length == 0 || body_read_;
        const bool keep = head.keep_alive && whole && !hall_.stopping;
        record(head, response.status, response.body.size());
        if (!co_await write(response, keep)) co_return false;
        if (!whole) co_await linger();
        body_read_ = false;
        co_return keep;
    }

    asio::awaitable<bool> write(const http::Response& response, bool keep_alive) {
        std::string text = encode_head(response, keep_alive);
        const bool small = response.body.size() <= kSmallAnswer;
        if (small) text += as_text(response.body);
        if (!co_await write_piece(asio::buffer(text))) co_return false;
        if (small) co_return true;
        for (std::size_t done = 0; done < response.body.size(); done += kPiece) {
            const std::size_t piece = std::min(kPiece, response.body.size() - done);
            if (!co_await write_piece(asio::buffer(response.body.data() + done, piece)))
                co_return false;
        }
        co_return true;
    }

    template <class Buffer>
    asio::awaitable<bool> write_piece(Buffer buffer) {
        lowest().expires_after(hall_.settings.body_timeout);
        // Asio itself would send 64 KiB at a time, with a turn of the loop for each.
        const auto whole = [](const error_code& failed, std::size_t) {
            return failed ? std::size_t{0} : kPiece;
        };
        auto [error, count] = co_await asio::async_write(stream_, buffer, whole, kTuple);
        co_return !error;
    }

    // Sends hints until the peer or the server ends it. The stream's buffers are given back first:
    // thousands are idle.
    asio::awaitable<void> stream_events(std::unique_ptr<services::Subscription> events) {
        buffer_ = beast::flat_buffer(kMaxHeaderBytes);
        buffer_.shrink_to_fit();
        static constexpr std::string_view kHead =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\n"
            "x-accel-buffering: no\r\nconnection: close\r\n\r\n:\n\n";
        if (!co_await write_piece(asio::buffer(kHead))) co_return;
        wake_timer_ = std::make_shared<asio::steady_timer>(stream_.get_executor());
        watch_for_end();
        std::weak_ptr<Session> weak = this->shared_from_this();
        events->on_wake([weak, executor = stream_.get_executor()] {
            asio::post(executor, [weak] {
                if (const auto self = weak.lock()) {
                    self->woken_ = true;
                    if (self->wake_timer_) self->wake_timer_->cancel();
                }
            });
        });
        while (!hall_.stopping && !peer_ended_ && !events->ended()) {
            std::string text = events->take();
            if (text.empty()) {
                woken_ = false;
                wake_timer_->expires_after(hall_.settings.keep_alive);
                lowest().expires_never();
                co_await wake_timer_->async_wait(kTuple);
                if (woken_ || hall_.stopping || peer_ended_) continue;
                text = http::kEventComment;
            }
            if (!co_await write_piece(asio::buffer(text))) break;
        }
        events->on_wake(nullptr);
    }

    // A peer that listens sends nothing more: whatever can be read means that it is gone.
    void watch_for_end() {
        lowest().socket().async_wait(
            tcp::socket::wait_read,
            [weak = std::weak_ptr(this->shared_from_this())](error_code error) {
                const auto self = weak.lock();
                if (!self || error) return;
                self->peer_ended_ = true;
                if (self->wake_timer_) self->wake_timer_->cancel();
            });
    }

    Hall& hall_;
    Stream stream_;
    const tcp::endpoint endpoint_;
    beast::flat_buffer buffer_{kMaxHeaderBytes};
    std::shared_ptr<asio::steady_timer> wake_timer_;
    bool idle_ = false;
    bool woken_ = false;
    bool peer_ended_ = false;
    bool body_read_ = false;
};

// Entry keeps a connection in the hall's register.
class Entry {
public:
    Entry(Hall& hall, Connection& connection, const tcp::endpoint& endpoint)
        : hall_(hall), connection_(connection), address_(limit_key(endpoint.address())) {
        entered_ = hall.enter(connection, address_, endpoint.address().is_loopback());
    }
    ~Entry() {
        if (entered_) hall_.leave(connection_, address_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    bool entered() const { return entered_; }

private:
    Hall& hall_;
    Connection& connection_;
    const std::string address_;
    bool entered_ = false;
};

void prepare(tcp::socket& socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

}  // namespace

asio::awaitable<void> serve_plain(Hall& hall, tcp::socket socket) {
    error_code error;
    const tcp::endpoint endpoint = socket.remote_endpoint(error);
    if (error) co_return;
    prepare(socket);
    const auto session = std::make_shared<Session<beast::tcp_stream>>(
        hall, beast::tcp_stream(std::move(socket)), endpoint);
    const Entry entry(hall, *session, endpoint);
    if (entry.entered()) co_await session->run();
}

asio::awaitable<void> serve_tls(Hall& hall, tcp::socket socket,
                                std::shared_ptr<asio::ssl::context> tls) {
    using Stream = beast::ssl_stream<beast::tcp_stream>;
    error_code error;
    const tcp::endpoint endpoint = socket.remote_endpoint(error);
    if (error) co_return;
    prepare(socket);
    const auto session = std::make_shared<Session<Stream>>(
        hall, Stream(beast::tcp_stream(std::move(socket)), *tls), endpoint);
    const Entry entry(hall, *session, endpoint);
    if (!entry.entered()) co_return;
    auto& lowest = beast::get_lowest_layer(session->stream());
    lowest.expires_after(hall.settings.header_timeout);
    const auto [failed] =
        co_await session->stream().async_handshake(asio::ssl::stream_base::server, kTuple);
    if (failed) co_return;
    co_await session->run();
    lowest.expires_after(std::chrono::seconds(2));
    co_await session->stream().async_shutdown(kTuple);
}

}  // namespace obhut::front
