// Wall time of the machine. Safe from any thread.
#pragma once

#include <chrono>

#include "core/base/clock.h"

namespace obhut::platform {

class SystemClock final : public Clock {
public:
    Millis now() override {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
        return count > 0 ? static_cast<Millis>(count) : 0;
    }
};

}  // namespace obhut::platform
