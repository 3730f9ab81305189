#include "tests/simulation/guest.h"

#include <algorithm>

namespace obhut::simulation {

Result<http::Response> GuestWire::send(const http::Request& request, const client::CallOptions&) {
    Server& server = simulation_.town().server;
    const Rates& rates = simulation_.rates();
    const bool troubled = simulation_.troubled();
    if (server.down || (troubled && simulation_.chance(rates.cut))) {
        ++faults;
        return fail(errors::unreachable);
    }
    http::Response response = server.answer(request);
    if (response.status >= 500) ++faults;
    if (!troubled || !simulation_.chance(rates.lost)) return response;
    ++faults;
    return fail(errors::outcome_unknown);
}

bool GuestWire::judge(const std::string& what, const Error* error,
                      std::initializer_list<Code> allowed) {
    simulation_.trace("guest " + what +
                      (error == nullptr ? "" : ": E-0" + std::to_string(error->code.number)));
    if (error == nullptr) return true;
    const bool may = (error->kind() == Kind::retry && faults > 0) ||
                     (error->is(errors::link_closed) && simulation_.some_end()) ||
                     std::ranges::any_of(allowed, [&](const Code code) { return error->is(code); });
    if (!may) simulation_.complain("guest " + what + ": E-0" + std::to_string(error->code.number));
    return false;
}

}  // namespace obhut::simulation
