#include "audit/proxy.h"

#include "protocols/api/errors.h"
#include "protocols/api/problem.h"

namespace obhut::audit {

using services::Route;

Proxy::Proxy(std::unique_ptr<Strategy> strategy, Upstream server, unsigned honest_requests,
             Told told)
    : strategy_(std::move(strategy)),
      server_(std::move(server)),
      honest_left_(honest_requests),
      told_(std::move(told)) {}

void Proxy::begin() {
    const std::scoped_lock lock(mutex_);
    begin_locked();
}

void Proxy::begin_locked() {
    if (begun_) return;
    begun_ = true;
    strategy_->begin();
    told_("begins to lie");
}

Result<services::Admitted> Proxy::admit(const http::Request& head, const services::Peer& peer) {
    services::Admitted admitted;
    admitted.target = TRY(services::parse_target(head.method, head.path, head.query));
    admitted.peer = peer;
    return admitted;
}

services::Answer Proxy::handle(const services::Admitted& admitted, const http::Request& request) {
    services::Answer answer;
    if (admitted.target.route == Route::events) {
        answer.response = refusal(Error(errors::server_busy));
        return answer;
    }
    const std::scoped_lock lock(mutex_);
    if (!begun_ && honest_left_ == 0) begin_locked();
    if (honest_left_ > 0) --honest_left_;
    const unsigned before = strategy_->lies();
    auto said = strategy_->answer(admitted.target.route, request, server_);
    answer.response = said ? std::move(*said) : refusal(Error(errors::server_failed));
    // Those of the connection behind: this one has its own.
    for (const std::string_view name : {"content-length", "connection", "keep-alive", "date"})
        answer.response.headers.erase(name);
    if (strategy_->lies() > before)
        told_(std::string(http::name_of(request.method)) + " " + request.path);
    return answer;
}

http::Response Proxy::refusal(Error error) { return api::problem(error); }

}  // namespace obhut::audit
