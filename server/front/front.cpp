#include "server/front/front.h"

#include "server/front/connection.h"
#include "server/services/errors.h"

namespace obhut::front {

namespace {

// Errors: certificate_invalid.
Result<std::shared_ptr<asio::ssl::context>> load_tls(const FrontSettings& settings) {
    if (settings.certificate.empty()) return std::shared_ptr<asio::ssl::context>();
    auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1);
    SSL_CTX_set_mode(tls->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    const std::string& key =
        settings.private_key.empty() ? settings.certificate : settings.private_key;
    error_code error;
    tls->use_certificate_chain_file(settings.certificate, error);
    if (!error) tls->use_private_key_file(key, asio::ssl::context::pem, error);
    if (error || SSL_CTX_check_private_key(tls->native_handle()) != 1)
        return fail(errors::certificate_invalid);
    return tls;
}

}  // namespace

Hall::Hall(services::Service& served, FrontSettings chosen)
    : service(served),
      settings(std::move(chosen)),
      workers(settings.worker_threads),
      budget(settings.body_memory),
      strangers_budget(settings.strangers_memory) {}

bool Hall::enter(Connection& connection, const std::string& address, bool loopback) {
    const std::scoped_lock lock(mutex_);
    const auto known = by_address_.find(address);
    const std::size_t here = known == by_address_.end() ? 0 : known->second;
    const bool full = all_.size() >= settings.max_connections ||
                      (!loopback && here >= settings.max_connections_per_address);
    if (full || stopping) {
        ++metrics.connections_refused;
        return false;
    }
    ++metrics.connections_accepted;
    all_.insert(&connection);
    ++by_address_[address];
    return true;
}

void Hall::leave(Connection& connection, const std::string& address) {
    const std::scoped_lock lock(mutex_);
    all_.erase(&connection);
    const auto place = by_address_.find(address);
    if (--place->second == 0) by_address_.erase(place);
}

std::size_t Hall::connections() const {
    const std::scoped_lock lock(mutex_);
    return all_.size();
}

void Hall::stop_all() {
    const std::scoped_lock lock(mutex_);
    for (Connection* connection : all_) connection->begin_stop();
}

Front::Front(services::Service& service, FrontSettings settings)
    : hall_(service, std::move(settings)) {}

Front::~Front() { hall_.workers.join(); }

Result<std::unique_ptr<Front>> Front::listen(services::Service& service, FrontSettings settings) {
    std::unique_ptr<Front> front(new Front(service, std::move(settings)));
    TRY(front->open());
    return front;
}

Result<> Front::open() {
    tls_ = TRY(load_tls(hall_.settings));
    error_code error;
    const auto address = asio::ip::make_address(hall_.settings.address, error);
    if (error) return fail(errors::address_refused, error.value());
    const tcp::endpoint endpoint(address, hall_.settings.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(1024, error);
    if (error == asio::error::address_in_use) return fail(errors::address_in_use);
    if (error) return fail(errors::address_refused, error.value());
    return {};
}

std::uint16_t Front::port() const {
    error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
}

std::shared_ptr<asio::ssl::context> Front::tls() const {
    const std::scoped_lock lock(tls_mutex_);
    return tls_;
}

Result<> Front::reload_certificate() {
    auto fresh = TRY(load_tls(hall_.settings));
    const std::scoped_lock lock(tls_mutex_);
    tls_ = std::move(fresh);
    return {};
}

asio::awaitable<void> Front::accept() {
    while (!hall_.stopping) {
        const auto strand = asio::make_strand(io_);  // named: see on_workers
        auto [error, socket] = co_await acceptor_.async_accept(strand, kTuple);
        if (error) {
            if (hall_.stopping) break;
            // Out of descriptors, most likely: let some connections end first.
            asio::steady_timer pause(io_, std::chrono::milliseconds(50));
            co_await pause.async_wait(kTuple);
            continue;
        }
        const auto executor = socket.get_executor();
        if (const auto context = tls())
            asio::co_spawn(executor, serve_tls(hall_, std::move(socket), context), asio::detached);
        else
            asio::co_spawn(executor, serve_plain(hall_, std::move(socket)), asio::detached);
    }
}

void Front::run() {
    asio::co_spawn(io_, accept(), asio::detached);
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < hall_.settings.io_threads; ++i)
        threads.emplace_back([this] { io_.run(); });
    io_.run();
    for (std::thread& thread : threads) thread.join();
}

void Front::stop() {
    asio::post(io_, [this] {
        if (hall_.stopping.exchange(true)) return;
        error_code ignored;
        acceptor_.close(ignored);
        asio::co_spawn(io_, end_connections(), asio::detached);
    });
}

// Waits for the connections to end, then ends what is left. io_.run() returns when nothing is left
// to do.
asio::awaitable<void> Front::end_connections() {
    const auto last = std::chrono::steady_clock::now() + hall_.settings.stop_timeout;
    while (hall_.connections() > 0 && std::chrono::steady_clock::now() < last) {
        hall_.stop_all();
        asio::steady_timer pause(io_, std::chrono::milliseconds(20));
        co_await pause.async_wait(kTuple);
    }
    if (hall_.connections() > 0) io_.stop();
}

}  // namespace obhut::front
