// For tests of the front: a server in this process on a free port of loopback. Test programs only.
#pragma once

#include <chrono>
#include <thread>

#include "core/base/check.h"
#include "server/front/front.h"

namespace obhut::front::testing {

inline FrontSettings quick_settings() {
    FrontSettings settings;
    settings.port = 0;
    settings.worker_threads = 4;
    settings.idle_timeout = std::chrono::seconds(30);
    settings.header_timeout = std::chrono::seconds(1);
    settings.body_timeout = std::chrono::seconds(1);
    settings.keep_alive = std::chrono::seconds(1);
    settings.stop_timeout = std::chrono::seconds(5);
    return settings;
}

// Running is a server, stopped at the end of the test.
class Running {
public:
    explicit Running(services::Service& service, FrontSettings settings = quick_settings()) {
        auto listening = Front::listen(service, std::move(settings));
        CHECK(listening.has_value());
        front_ = std::move(*listening);
        thread_ = std::thread([this] { front_->run(); });
    }
    ~Running() { stop(); }
    void stop() {
        if (!thread_.joinable()) return;
        front_->stop();
        thread_.join();
    }
    Front& front() { return *front_; }
    std::uint16_t port() const { return front_->port(); }

private:
    std::unique_ptr<Front> front_;
    std::thread thread_;
};

}  // namespace obhut::front::testing
