// What a lying server does, one strategy by name: the requests of a client go to an honest obhutd,
// and come back changed, withheld, exchanged or from an earlier day.
//
// A strategy sees what a server sees, and has no key. Used by audit/obhut_hostile.cpp; what clients
// have to make of each is in docs/auditing.md.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "protocols/http/message.h"
#include "server/services/route.h"

namespace obhut::audit {

// Upstream is what an honest server answers, and does.
using Upstream = std::function<Result<http::Response>(const http::Request&)>;

class Strategy {
public:
    virtual ~Strategy() = default;
    // answer gives what the client is shown. Called by one thread at a time.
    virtual Result<http::Response> answer(services::Route route, const http::Request& request,
                                          const Upstream& server) = 0;
    // begin is called once when the lying begins; until then everything is honest and only
    // watched.
    virtual void begin() {}
    // lies counts the answers that were not the server's.
    unsigned lies() const { return lies_; }

protected:
    void lied() { ++lies_; }

private:
    unsigned lies_ = 0;
};

struct StrategyInfo {
    std::string_view name;
    std::string_view what;    // it does
    std::string_view expect;  // of the client
};
std::span<const StrategyInfo> strategies();

// make_strategy: null if there is none of that name. `second` is another server, for `split`.
std::unique_ptr<Strategy> make_strategy(std::string_view name, Upstream second);

}  // namespace obhut::audit
