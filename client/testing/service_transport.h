// ServiceTransport: carries requests straight into the server's services, and misbehaves on demand.
// For test programs only.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "client/ports/transport.h"
#include "server/services/service.h"

namespace obhut::client::testing {

class ServiceTransport final : public Transport {
public:
    explicit ServiceTransport(services::Service& service) : service_(&service) {}

    // Hook sees a request before the server does; what it returns is the answer instead.
    using Hook = std::function<std::optional<Result<http::Response>>(http::Request&)>;
    // Twist changes an answer on its way back.
    using Twist = std::function<void(const http::Request&, http::Response&)>;
    // Loss takes away an answer: the request has happened.
    using Loss = std::function<bool(const http::Request&)>;

    Hook hook;
    Twist twist;
    Loss loss;
    std::uint64_t requests = 0;

    void connect(services::Service& service) { service_ = &service; }

    Result<http::Response> send(const http::Request& request,
                                const CallOptions& options = {}) override;
    Ticket submit(http::Request request, const CallOptions& options = {}) override;
    Result<http::Response> collect(Ticket ticket) override;
    Result<http::Response> listen(const http::Request& request, EventSink& sink,
                                  const CallOptions& options = {}) override;

private:
    services::Service* service_;
    Ticket next_ = 1;
    std::map<Ticket, Result<http::Response>> done_;
};

}  // namespace obhut::client::testing
