// Exit statuses of obhutd. They are part of its interface: scripts and service managers rely on
// them.
#pragma once

namespace obhut::front {

inline constexpr int kExitFailure = 1;  // anything not below
inline constexpr int kExitUsage = 2;    // options or configuration file
inline constexpr int kExitListen = 3;   // address in use or not ours; certificate
inline constexpr int kExitInUse = 4;    // another process holds the data directory
inline constexpr int kExitStorage = 5;  // data directory cannot be made, read or written
inline constexpr int kExitDamaged = 6;  // data damaged, or of a later version

}  // namespace obhut::front
