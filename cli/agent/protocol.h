// What programs say to a person's agent: one request, one answer, then the connection is closed.
//
// The agent keeps profile keys in memory for programs of the same user; whoever is that user and
// can run programs could open the profile's memory anyway, so the key is handed out and no work is
// done in the agent. Format of the messages: platform/desktop/local_socket.h around records of
// core/base/record.h. Decision: docs/decisions/0032-agent-hands-out-keys.md.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/record.h"
#include "core/crypto/keys.h"

namespace obhut::cli {

inline constexpr std::size_t kMaxProfilePath = 4096;

enum class AgentVerb : std::uint8_t {
    get = 1,     // the key of `profile`; counts as use
    keep = 2,    // keep `key` for `profile` until it has not been used for `idle` milliseconds
    forget = 3,  // the key of `profile`, or all without one
};
constexpr bool is_known(AgentVerb verb) {
    return verb >= AgentVerb::get && verb <= AgentVerb::forget;
}

struct AgentRequest {
    std::uint32_t version = 1;
    AgentVerb verb = AgentVerb::get;
    std::optional<std::string> profile;  // the folder's resolved path
    std::optional<WrapKey> key;
    std::optional<std::uint64_t> idle;

    static void fields(auto& self, auto& field) {
        field(1, self.version);
        field(2, self.verb);
        field(3, self.profile, kMaxProfilePath);
        field(4, self.key);
        field(5, self.idle);
    }
};

struct AgentAnswer {
    bool done = false;           // get: there is a key
    std::optional<WrapKey> key;  // of get
    std::uint64_t kept = 0;      // how many keys the agent has now

    static void fields(auto& self, auto& field) {
        field(1, self.done);
        field(2, self.key);
        field(3, self.kept);
    }
};

}  // namespace obhut::cli
