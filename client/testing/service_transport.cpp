#include "client/testing/service_transport.h"

#include "protocols/http/errors.h"

namespace obhut::client::testing {

Result<http::Response> ServiceTransport::send(const http::Request& original, const CallOptions&) {
    ++requests;
    http::Request request = original;
    if (hook)
        if (auto answer = hook(request)) return std::move(*answer);
    http::Response response = service_->handle(request);
    if (loss && loss(request)) return fail(errors::outcome_unknown);
    if (twist) twist(request, response);
    return response;
}

Ticket ServiceTransport::submit(http::Request request, const CallOptions& options) {
    const Ticket ticket = next_++;
    done_.emplace(ticket, send(request, options));
    return ticket;
}

Result<http::Response> ServiceTransport::collect(Ticket ticket) {
    const auto found = done_.find(ticket);
    Result<http::Response> response = std::move(found->second);
    done_.erase(found);
    return response;
}

Result<http::Response> ServiceTransport::listen(const http::Request& request, EventSink&,
                                                const CallOptions& options) {
    return send(request, options);
}

}  // namespace obhut::client::testing
