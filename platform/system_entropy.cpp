#include "platform/system_entropy.h"

#include <cerrno>

#include <sys/random.h>

namespace obhut::platform {

void SystemEntropy::fill(MutableByteView out) {
    while (!out.empty()) {
        const ssize_t got = getrandom(out.data(), out.size(), 0);
        if (got < 0) {
            CHECK(errno == EINTR);
            continue;
        }
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace obhut::platform
