// The per-user agent: where it listens, how programs talk to it, and the program itself.
//
// One agent serves all profiles of a user, at $XDG_RUNTIME_DIR/obhut/agent.socket; without that
// folder each profile has its own, at PROFILE/agent.socket. It ends by itself when it keeps no key
// any more.
#pragma once

#include "cli/agent/keys.h"
#include "core/base/error.h"

namespace obhut::cli {

// agent_socket is where the agent of a profile listens. `profile` is its resolved folder.
std::string agent_socket(const std::string& profile);

// ask_agent sends one request. Errors: socket_failed (no agent there), foreign_peer, agent_failed.
Result<AgentAnswer> ask_agent(const std::string& socket, const AgentRequest& request);

// agent_key asks for a profile's key. Errors: agent_empty (also without an agent).
Result<WrapKey> agent_key(const std::string& profile);

// keep_in_agent hands a key over, starting the agent if there is none. Call it before any thread
// was started. Errors: agent_failed.
Result<> keep_in_agent(const std::string& profile, const WrapKey& key, Millis idle);

// forget_in_agent makes the agent forget one key, or all of them (empty profile: at `socket` of
// none). Success without an agent.
Result<> forget_in_agent(const std::string& profile, bool all);

// serve_agent is the agent's loop: answers until it keeps nothing.
int serve_agent(const std::string& socket, Clock& clock);

}  // namespace obhut::cli
