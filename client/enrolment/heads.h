// Heads that the devices of one user have seen. Each writes its own to the home tree; a new device
// demands that spaces contain them (SR-29). docs/protocol/profile.md §3.
#pragma once

#include "client/session.h"
#include "core/space/heads.h"

namespace obhut::client {

constexpr std::size_t kMaxHeadsKept = 8192;

// heads_seen gives the heads that this profile has verified, ascending by space.
Result<std::vector<space::SpaceHead>> heads_seen(Session& session);

// SeenHead is a head that a device has seen, of a chain under that incarnation of the server.
struct SeenHead {
    SpaceId space;
    space::Head head;
    std::uint64_t incarnation = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.space);
        field(2, self.head);
        field(3, self.incarnation);
    }
};

// SeenHeads is what a device had seen at a time.
struct SeenHeads {
    Millis time = 0;
    std::vector<SeenHead> heads;

    static void fields(auto& self, auto& field) {
        field(1, self.time);
        field(2, self.heads, kMaxHeadsKept);
    }
};

// expect_heads remembers what another device of this user has seen: spaces must contain it (SR-29).
// Of each device the newest counts: after a restore it may go over to a chain that lacks something.
Result<> expect_heads(Session& session, const DeviceId& device, const SeenHeads& seen);
// expected_heads gives those of a space, one for each device.
Result<std::vector<SeenHead>> expected_heads(Session& session, const SpaceId& space);

}  // namespace obhut::client
