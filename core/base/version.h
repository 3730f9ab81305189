// The version of these programs. Organisations name the oldest one that may write.
#pragma once

#include <cstdint>
#include <string_view>

namespace obhut {

// make_version is how versions stand in records: major << 16 | minor << 8 | patch.
constexpr std::uint32_t make_version(std::uint32_t major, std::uint32_t minor,
                                     std::uint32_t patch) {
    return major << 16 | minor << 8 | patch;
}

inline constexpr std::uint32_t kProgramVersion = make_version(0, 1, 0);
inline constexpr std::string_view kProgramVersionText = "0.1.0";

}  // namespace obhut
