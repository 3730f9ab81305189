// Proxy: the service behind the HTTP front that lets a strategy answer, with a real obhutd behind.
//
// Requests pass with their signatures, which name no host. Events are refused with 503: they are
// hints, and clients ask without them. Thread-safe; one request at a time reaches the strategy.
#pragma once

#include <atomic>
#include <mutex>

#include "audit/strategies.h"
#include "server/services/service.h"

namespace obhut::audit {

class Proxy final : public services::Service {
public:
    // `told` is called for each lie, with the method and path.
    using Told = std::function<void(std::string_view)>;
    Proxy(std::unique_ptr<Strategy> strategy, Upstream server, unsigned honest_requests, Told told);

    // begin lets the lying begin now. Any thread.
    void begin();

    Result<services::Admitted> admit(const http::Request& head,
                                     const services::Peer& peer) override;
    services::Answer handle(const services::Admitted& admitted,
                            const http::Request& request) override;
    http::Response refusal(Error error) override;
    void apply(const services::Settings&) override {}
    Result<bool> tend() override { return false; }
    const services::EventHub& hub() const override { return hub_; }
    std::string creation_token() const override { return {}; }

private:
    void begin_locked();

    std::mutex mutex_;
    std::unique_ptr<Strategy> strategy_;
    Upstream server_;
    unsigned honest_left_;  // requests before the lying begins
    bool begun_ = false;
    Told told_;
    services::EventHub hub_;
};

}  // namespace obhut::audit
