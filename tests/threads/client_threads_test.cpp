// Everything of a client that has threads, at once and against a real front: the pool seals and
// opens, the transport carries several requests, a stream of events is listened to, and two
// programs' work shares all of it. The rest of the client runs on one thread.
//
// Meant for ThreadSanitizer (script/test); elsewhere it shows that what came back is what went out.
#include <future>
#include <thread>

#include "client/objects/exchange.h"
#include "platform/curl_transport.h"
#include "platform/system_entropy.h"
#include "platform/thread_pool.h"
#include "protocols/http/errors.h"
#include "server/front/running.h"
#include "server/services/testing/office.h"
#include "tests/support/content_fixture.h"

namespace obhut {
namespace {

using content::testing::Bench;
using services::testing::Office;
using services::testing::TestSpace;

constexpr std::size_t kMebibyte = 1U << 20;

TestSpace space_of_anna(Office& office) {
    TestSpace space = office.new_space(office.anna);
    const api::NewSpace creation =
        office.creating(space, office.anna, {{principal(office.anna.id), space::Role::manager}});
    EXPECT_OK(services::testing::error_of(office.post(office.anna.device, "/v1/spaces", creation)));
    return space;
}

// What one program does: many small files and a few large ones up, and down again.
class Errand {
public:
    Errand(Office& office, const SpaceId& space, client::Transport& transport, Executor& pool,
           std::uint64_t seed)
        : place_(in_space(office.state.org(), space)),
          space_(space),
          remote_(transport, office.clock, entropy_),
          pool_(pool) {
        remote_.sign_as(office.state.org(), office.anna.device.id(), office.anna.device.request);
        Bench bench;
        bench.entropy = test::TestEntropy(seed);
        for (std::size_t i = 0; i < 40; ++i) plains_.push_back(bench.text(700 * i));
        plains_.push_back(bench.random(9 * kMebibyte));
        plains_.push_back(bench.text(5 * kMebibyte));
    }

    Result<> run() {
        TRY(upload());
        return restore();
    }
    std::size_t files() const { return plains_.size(); }
    std::size_t equal() const { return equal_; }

private:
    Result<> upload() {
        client::ObjectExchange exchange(remote_, space_, nullptr);
        content::Writer writer(place_, entropy_, pool_, exchange, exchange);
        for (const Bytes& plain : plains_) {
            content::MemorySource source(plain);
            TRY(writer.write(source, {}, nullptr, [&](content::Written written) -> Result<> {
                written_.push_back(std::move(written));
                return {};
            }));
        }
        TRY(writer.flush());
        return exchange.flush();
    }

    Result<> restore() {
        client::ObjectExchange exchange(remote_, space_, nullptr);
        content::Reader reader(place_, exchange, pool_);
        std::vector<content::MemorySink> sinks(written_.size());
        for (std::size_t i = 0; i < written_.size(); ++i)
            TRY(reader.read(written_[i].content, written_[i].inline_bytes, sinks[i],
                            [](Result<> end) { return end; }));
        TRY(reader.flush());
        for (std::size_t i = 0; i < sinks.size(); ++i)
            if (sinks[i].finished() && sinks[i].bytes() == plains_[i]) ++equal_;
        return {};
    }

    ObjectPlace place_;
    SpaceId space_;
    platform::SystemEntropy entropy_;
    client::Remote remote_;
    Executor& pool_;
    std::vector<Bytes> plains_;
    std::vector<content::Written> written_;
    std::size_t equal_ = 0;
};

// Listens until it is cancelled.
class Listener final : public client::EventSink {
public:
    void on_open() override { opened_.set_value(); }
    bool on_event(std::string_view, std::string_view) override {
        ++events_;
        return true;
    }
    bool opens() {
        return opened_.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready;
    }
    int events() const { return events_; }

private:
    std::promise<void> opened_;
    int events_ = 0;  // of the listening thread until it ends
};

}  // namespace

TEST(uploads_restores_and_events_share_pool_and_transport) {
    Office office;
    const TestSpace space = space_of_anna(office);
    front::testing::Running server(*office.service);
    const auto transport =
        platform::CurlTransport::create("http://127.0.0.1:" + std::to_string(server.port()));
    REQUIRE_OK(transport);
    platform::ThreadPool pool(2);

    Listener listener;
    client::Cancel cancel;
    Result<http::Response> stream = fail(errors::unreachable);
    const http::Request events =
        office.signed_request(office.anna.device, http::Method::get, "/v1/events");
    std::thread listening(
        [&] { stream = (*transport)->listen(events, listener, {.cancel = &cancel}); });
    EXPECT(listener.opens());

    Errand first(office, space.id, **transport, pool, 1);
    Errand second(office, space.id, **transport, pool, 2);
    Result<> of_second;
    std::thread beside([&] { of_second = second.run(); });
    EXPECT_OK(first.run());
    beside.join();
    EXPECT_OK(of_second);
    EXPECT_EQ(first.equal(), first.files());
    EXPECT_EQ(second.equal(), second.files());

    cancel.request();
    listening.join();
    EXPECT_ERROR(stream, errors::cancelled);
    EXPECT(listener.events() > 0);  // at least the one that says where things stand
}

}  // namespace obhut
