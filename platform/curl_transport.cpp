#include "platform/curl_transport.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "core/base/check.h"
#include "platform/curl_handle.h"
#include "platform/errors.h"
#include "protocols/http/event_stream.h"

namespace obhut::platform {

using client::CallOptions;
using client::Ticket;

namespace {

bool global_init() {
    static const bool done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return done;
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

Result<CurlBase> parse_base(const std::string& text, CurlOptions options) {
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        return fail(errors::bad_server_url);
    const auto part = [&](CURLUPart which) {
        char* value = nullptr;
        if (curl_url_get(url.get(), which, &value, 0) != CURLUE_OK) return std::string();
        std::string copy(value);
        curl_free(value);
        return copy;
    };
    const std::string scheme = part(CURLUPART_SCHEME);
    const bool plain = part(CURLUPART_QUERY).empty() && part(CURLUPART_FRAGMENT).empty() &&
                       part(CURLUPART_USER).empty() && part(CURLUPART_PASSWORD).empty();
    if ((scheme != "http" && scheme != "https") || !plain) return fail(errors::bad_server_url);
    CurlBase base{part(CURLUPART_URL), std::move(options), is_loopback(part(CURLUPART_HOST))};
    while (base.url.ends_with('/')) base.url.pop_back();
    return base;
}

}  // namespace

// Driver owns the multi handle and its thread.
class CurlTransport::Driver {
public:
    Driver(CurlBase base, CURLM* multi) : base_(std::move(base)), multi_(multi) {
        thread_ = std::thread([this] { run(); });
    }

    ~Driver() {
        {
            const std::scoped_lock lock(mutex_);
            stopping_ = true;
        }
        curl_multi_wakeup(multi_);
        thread_.join();
        curl_multi_cleanup(multi_);
    }

    const CurlBase& base() const { return base_; }

    // call runs one request and waits for it.
    Result<http::Response> call(const http::Request& request, const CallOptions& options) {
        Job job(request, options);
        enqueue(job);
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return job.answer.has_value(); });
        return std::move(*job.answer);
    }

    Ticket submit(http::Request request, const CallOptions& options) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return in_flight_ < client::kMaxInFlight; });
        ++in_flight_;
        const Ticket ticket = ++last_ticket_;
        Submitted& place =
            submitted_.emplace(ticket, std::make_unique<Submitted>(std::move(request), options))
                .first->second.operator*();
        lock.unlock();
        enqueue(place.job);
        return ticket;
    }

    Result<http::Response> collect(Ticket ticket) {
        std::unique_lock lock(mutex_);
        const auto place = submitted_.find(ticket);
        CHECK(place != submitted_.end());
        changed_.wait(lock, [&] { return place->second->job.answer.has_value(); });
        Result<http::Response> answer = std::move(*place->second->job.answer);
        submitted_.erase(place);
        return answer;
    }

private:
    struct Job {
        Job(const http::Request& r, const CallOptions& o) : request(r), options(o) {}
        const http::Request& request;
        CallOptions options;
        bool submitted = false;
        std::unique_ptr<CurlCall> call;                // the driver's thread alone
        std::optional<Result<http::Response>> answer;  // under the mutex
    };
    struct Submitted {
        Submitted(http::Request r, const CallOptions& o) : request(std::move(r)), job(request, o) {
            job.submitted = true;
        }
        http::Request request;
        Job job;
    };

    void enqueue(Job& job) {
        {
            const std::scoped_lock lock(mutex_);
            waiting_.push_back(&job);
        }
        curl_multi_wakeup(multi_);
    }

    void run() {
        while (true) {
            if (!take_waiting()) break;
            int running = 0;
            curl_multi_perform(multi_, &running);
            finish_done();
            const bool cancellable = std::any_of(
                active_.begin(), active_.end(),
                [](const auto& entry) { return entry.second->options.cancel != nullptr; });
            curl_multi_poll(multi_, nullptr, 0, cancellable ? 200 : 1000, nullptr);
        }
        for (auto& [handle, job] : active_) {
            curl_multi_remove_handle(multi_, handle);
            settle(*job, fail(errors::cancelled));
        }
    }

    // Starts what was queued; false when it is time to stop.
    bool take_waiting() {
        std::unique_lock lock(mutex_);
        while (!waiting_.empty()) {
            Job& job = *waiting_.front();
            waiting_.pop_front();
            lock.unlock();
            job.call = std::make_unique<CurlCall>(base_, job.request, job.options);
            active_.emplace(job.call->handle(), &job);
            curl_multi_add_handle(multi_, job.call->handle());
            lock.lock();
        }
        return !stopping_;
    }

    void finish_done() {
        int left = 0;
        while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL* handle = message->easy_handle;
            const CURLcode code = message->data.result;
            const auto place = active_.find(handle);
            Job& job = *place->second;
            active_.erase(place);
            curl_multi_remove_handle(multi_, handle);
            settle(job, job.call->outcome(code));
        }
    }

    void settle(Job& job, Result<http::Response> answer) {
        job.call.reset();
        {
            const std::scoped_lock lock(mutex_);
            if (job.submitted) --in_flight_;
            job.answer = std::move(answer);
        }
        changed_.notify_all();
    }

    const CurlBase base_;
    CURLM* const multi_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job*> waiting_;
    std::map<Ticket, std::unique_ptr<Submitted>> submitted_;
    int in_flight_ = 0;
    Ticket last_ticket_ = 0;
    bool stopping_ = false;
    std::map<CURL*, Job*> active_;  // the driver's thread alone
    std::thread thread_;
};

Result<std::unique_ptr<CurlTransport>> CurlTransport::create(const std::string& server_url,
                                                             CurlOptions options) {
    if (!global_init()) return fail(errors::transport_failed);
    CurlBase base = TRY(parse_base(server_url, std::move(options)));
    CURLM* multi = curl_multi_init();
    if (multi == nullptr) return fail(errors::transport_failed);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 8L);
    return std::unique_ptr<CurlTransport>(
        new CurlTransport(std::make_unique<Driver>(std::move(base), multi)));
}

CurlTransport::CurlTransport(std::unique_ptr<Driver> driver) : driver_(std::move(driver)) {}
CurlTransport::~CurlTransport() = default;

Result<http::Response> CurlTransport::send(const http::Request& request,
                                           const CallOptions& options) {
    return driver_->call(request, options);
}

Ticket CurlTransport::submit(http::Request request, const CallOptions& options) {
    return driver_->submit(std::move(request), options);
}

Result<http::Response> CurlTransport::collect(Ticket ticket) { return driver_->collect(ticket); }

Result<http::Response> CurlTransport::listen(const http::Request& request, client::EventSink& sink,
                                             const CallOptions& options) {
    CurlCall call(driver_->base(), request, options);
    http::EventParser parser;
    bool open = false;
    bool malformed = false;
    call.consume_with([&](std::string_view piece) {
        if (!open) sink.on_open();
        open = true;
        malformed = !parser.feed(piece).has_value();
        http::EventParser::Event event;
        while (!malformed && parser.next(event))
            if (!sink.on_event(event.name, event.data)) return false;
        return !malformed;
    });
    const CURLcode code = curl_easy_perform(call.handle());
    if (malformed) return fail(errors::http_malformed);
    return call.outcome(code);
}

}  // namespace obhut::platform
