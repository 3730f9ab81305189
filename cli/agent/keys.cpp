#include "cli/agent/keys.h"

#include <algorithm>

namespace obhut::cli {

AgentAnswer AgentKeys::answer(const AgentRequest& request, Millis now) {
    expire(now);
    AgentAnswer answer;
    switch (request.verb) {
    case AgentVerb::get:
        if (request.profile) answer = get(*request.profile, now);
        break;
    case AgentVerb::keep:
        if (request.profile && request.key && request.idle) {
            keep(*request.profile, *request.key, *request.idle, now);
            answer.done = true;
        }
        break;
    case AgentVerb::forget:
        if (request.profile)
            keys_.erase(*request.profile);
        else
            keys_.clear();
        answer.done = true;
        break;
    }
    answer.kept = keys_.size();
    return answer;
}

AgentAnswer AgentKeys::get(const std::string& profile, Millis now) {
    AgentAnswer answer;
    const auto found = keys_.find(profile);
    if (found == keys_.end()) return answer;
    found->second.used = now;
    answer.done = true;
    answer.key = found->second.key.clone();
    return answer;
}

void AgentKeys::keep(const std::string& profile, const WrapKey& key, Millis idle, Millis now) {
    if (keys_.size() >= kMaxKeys && !keys_.contains(profile)) {
        keys_.erase(std::min_element(keys_.begin(), keys_.end(), [](const auto& a, const auto& b) {
            return a.second.used < b.second.used;
        }));
    }
    keys_.insert_or_assign(profile, Kept{key.clone(), idle, now});
}

void AgentKeys::expire(Millis now) {
    // A clock that was set back must not keep a key for ever: such a use counts as now.
    for (auto& [profile, kept] : keys_) kept.used = std::min(kept.used, now);
    std::erase_if(
        keys_, [now](const auto& entry) { return now - entry.second.used >= entry.second.idle; });
}

Millis AgentKeys::next_expiry() const {
    Millis next = ~Millis{0};
    for (const auto& [profile, kept] : keys_) next = std::min(next, kept.used + kept.idle);
    return next;
}

}  // namespace obhut::cli
