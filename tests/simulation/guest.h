// GuestWire: a visitor's way to the server, with troubles of its own; the visitor has no device.
#pragma once

#include <map>
#include <string>

#include "client/errors.h"
#include "protocols/api/errors.h"
#include "tests/simulation/simulation.h"

namespace obhut::simulation {

class GuestWire final : public client::Transport {
public:
    explicit GuestWire(Simulation& simulation) : simulation_(simulation) {}

    Result<http::Response> send(const http::Request& request,
                                const client::CallOptions& = {}) override;
    client::Ticket submit(http::Request request, const client::CallOptions& options = {}) override {
        answers_.emplace(next_, send(request, options));
        return next_++;
    }
    Result<http::Response> collect(client::Ticket ticket) override {
        const auto found = answers_.find(ticket);
        CHECK(found != answers_.end());
        Result<http::Response> answer = std::move(found->second);
        answers_.erase(found);
        return answer;
    }
    Result<http::Response> listen(const http::Request&, client::EventSink&,
                                  const client::CallOptions& = {}) override {
        return fail(errors::unreachable);
    }

    // judge looks at the outcome of a visitor's call: without a fault only `allowed` may happen.
    bool judge(const std::string& what, const Error* error,
               std::initializer_list<Code> allowed = {});
    template <class T>
    bool judge(const std::string& what, const Result<T>& result,
               std::initializer_list<Code> allowed = {}) {
        return judge(what, result ? nullptr : &result.error(), allowed);
    }

    unsigned faults = 0;

private:
    Simulation& simulation_;
    client::Ticket next_ = 1;
    std::map<client::Ticket, Result<http::Response>> answers_;
};

}  // namespace obhut::simulation
