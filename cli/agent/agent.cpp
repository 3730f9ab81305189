#include "cli/agent/agent.h"

#include <algorithm>

#include "cli/errors.h"
#include "platform/desktop/local_socket.h"
#include "platform/desktop/process.h"
#include "platform/system_clock.h"

namespace obhut::cli {

namespace {

constexpr Millis kPatience = 2 * kSecond;   // with one request
constexpr Millis kFirstKey = 10 * kSecond;  // until the first key has come
constexpr Millis kLongestNap = 60 * kSecond;
constexpr int kStartTries = 100;
constexpr Millis kStartWait = 20;

// Answers one connection. A peer that talks nonsense gets nothing.
void answer_one(platform::LocalConnection& connection, AgentKeys& keys, Clock& clock) {
    auto message = connection.receive();
    if (!message) return;
    const auto request = decode<AgentRequest>(*message);
    wipe(*message);
    if (!request || request->version != 1) return;
    Bytes answer = encode(keys.answer(*request, clock.now()));
    (void)connection.send(answer);
    wipe(answer);
}

}  // namespace

std::string agent_socket(const std::string& profile) {
    if (const auto runtime = platform::environment("XDG_RUNTIME_DIR")) {
        const std::string folder = *runtime + "/obhut";
        if (platform::make_private_folders(folder)) return folder + "/agent.socket";
    }
    return profile + "/agent.socket";
}

Result<AgentAnswer> ask_agent(const std::string& socket, const AgentRequest& request) {
    auto connection = TRY(platform::LocalConnection::connect(socket, kPatience));
    Bytes message = encode(request);
    const Result<> sent = connection.send(message);
    wipe(message);
    if (!sent) return fail(errors::agent_failed);
    auto reply = connection.receive();
    if (!reply) return fail(errors::agent_failed);
    auto answer = decode<AgentAnswer>(*reply);
    wipe(*reply);
    if (!answer) return fail(errors::agent_failed);
    return answer;
}

Result<WrapKey> agent_key(const std::string& profile) {
    AgentRequest request;
    request.profile = profile;
    auto answer = ask_agent(agent_socket(profile), request);
    if (!answer || !answer->key) return fail(errors::agent_empty);
    return std::move(*answer->key);
}

Result<> keep_in_agent(const std::string& profile, const WrapKey& key, Millis idle) {
    const std::string socket = agent_socket(profile);
    AgentRequest request;
    request.verb = AgentVerb::keep;
    request.profile = profile;
    request.key = key.clone();
    request.idle = idle;
    if (ask_agent(socket, request)) return {};
    TRY(platform::run_in_background([socket] {
        platform::SystemClock clock;
        return serve_agent(socket, clock);
    }));
    for (int i = 0; i < kStartTries; ++i) {
        if (const auto answer = ask_agent(socket, request)) return {};
        platform::pause(kStartWait);
    }
    return fail(errors::agent_failed);
}

Result<> forget_in_agent(const std::string& profile, bool all) {
    AgentRequest request;
    request.verb = AgentVerb::forget;
    if (!all) request.profile = profile;
    (void)ask_agent(agent_socket(profile), request);
    return {};
}

int serve_agent(const std::string& socket, Clock& clock) {
    platform::protect_memory();
    auto listener = platform::LocalListener::listen(socket);
    if (!listener) return 1;
    AgentKeys keys;
    const Millis give_up = clock.now() + kFirstKey;
    bool had_key = false;
    while (keys.empty() ? !had_key && clock.now() < give_up : true) {
        const Millis now = clock.now();
        const Millis until = keys.empty() ? give_up : keys.next_expiry();
        auto accepted =
            listener->accept(std::min(until > now ? until - now : 0, kLongestNap), kPatience);
        if (!accepted) return 1;
        if (*accepted) answer_one(**accepted, keys, clock);
        keys.expire(clock.now());
        had_key = had_key || !keys.empty();
    }
    return 0;
}

}  // namespace obhut::cli
