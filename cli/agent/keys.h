// AgentKeys: the keys an agent keeps, each until it has not been used for its time. Pure; time
// comes from outside.
#pragma once

#include <map>

#include "cli/agent/protocol.h"

namespace obhut::cli {

class AgentKeys {
public:
    // At most this many profiles; the one not used for longest makes room.
    static constexpr std::size_t kMaxKeys = 64;

    // answer carries out a request at a time.
    AgentAnswer answer(const AgentRequest& request, Millis now);
    // expire forgets what has not been used for long enough.
    void expire(Millis now);
    bool empty() const { return keys_.empty(); }
    // next_expiry is when the next key would be forgotten; only if there is one.
    Millis next_expiry() const;

private:
    struct Kept {
        WrapKey key;
        Millis idle = 0;
        Millis used = 0;
    };
    AgentAnswer get(const std::string& profile, Millis now);
    void keep(const std::string& profile, const WrapKey& key, Millis idle, Millis now);

    std::map<std::string, Kept> keys_;
};

}  // namespace obhut::cli
