#include "server/services/service.h"

namespace obhut::services {

Answer Service::answer(const http::Request& request, const Peer& peer) {
    const auto admitted = admit(request, peer);
    if (!admitted) return {refusal(admitted.error()), 0, nullptr};
    return handle(*admitted, request);
}

http::Response Service::handle(const http::Request& request) {
    return answer(request, Peer{"local", true}).response;
}

}  // namespace obhut::services
