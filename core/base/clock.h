// Port: wall time in milliseconds since 1970-01-01 UTC. May jump either way; nothing in validity
// relies on it.
#pragma once

#include <cstdint>

namespace obhut {

using Millis = std::uint64_t;

inline constexpr Millis kSecond = 1000;
inline constexpr Millis kMinute = 60 * kSecond;
inline constexpr Millis kHour = 60 * kMinute;
inline constexpr Millis kDay = 24 * kHour;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Millis now() = 0;
};

}  // namespace obhut
