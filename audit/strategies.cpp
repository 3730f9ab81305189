#include "audit/strategies.h"

#include <array>
#include <map>

#include "core/crypto/box.h"
#include "platform/system_entropy.h"
#include "protocols/api/drops.h"
#include "protocols/api/messages.h"

namespace obhut::audit {
namespace {

using http::Request;
using http::Response;
using services::Route;

constexpr unsigned kLoseEvery = 3;

// Watching is a strategy that is honest until it begins.
class Watching : public Strategy {
public:
    Result<Response> answer(Route route, const Request& request, const Upstream& server) final {
        if (begun_) return lie(route, request, server);
        auto honest = server(request);
        if (honest) watch(route, request, *honest);
        return honest;
    }
    void begin() override { begun_ = true; }

protected:
    virtual void watch(Route, const Request&, const Response&) {}
    virtual Result<Response> lie(Route route, const Request& request, const Upstream& server) = 0;

private:
    bool begun_ = false;
};

class Honest final : public Watching {
    Result<Response> lie(Route, const Request& request, const Upstream& server) override {
        return server(request);
    }
};

// Changing changes the honest answers of some routes.
class Changing final : public Watching {
public:
    using Change = bool (*)(Route, Bytes&);  // whether it changed anything
    explicit Changing(Change change) : change_(change) {}

private:
    Result<Response> lie(Route route, const Request& request, const Upstream& server) override {
        Response answer = TRY(server(request));
        if (answer.status == 200 && change_(route, answer.body)) lied();
        return answer;
    }

    Change change_;
};

template <class Record, class Edit>
bool edit(Bytes& body, Edit change) {
    auto record = decode<Record>(body);
    if (!record || !change(*record)) return false;
    body = encode(*record);
    return true;
}

bool flip_last(Bytes& bytes) {
    if (bytes.empty()) return false;
    bytes.back() ^= 1;
    return true;
}

bool flip_objects(Route route, Bytes& body) {
    return (route == Route::objects || route == Route::visit_objects) && flip_last(body);
}

// Only the lengths that say "not there": docs/protocol/http.md §5.
bool withhold_objects(Route route, Bytes& body) {
    constexpr std::uint32_t kNotThere = 0xFFFFFFFF;
    if (route != Route::objects && route != Route::visit_objects) return false;
    Bytes none;
    for (std::size_t at = 0; at + 4 <= body.size();) {
        const std::uint32_t size = read_be32(ByteView(body).subspan(at, 4));
        at += 4 + (size == kNotThere ? 0 : size);
        append_be32(none, kNotThere);
    }
    if (none.size() == body.size()) return false;
    body = std::move(none);
    return true;
}

bool forge_links(Route route, Bytes& body) {
    if (route != Route::links) return false;
    return edit<api::Links>(body, [](api::Links& links) {
        return !links.links.empty() && flip_last(links.links.back().bytes);
    });
}

bool forge_entries(Route route, Bytes& body) {
    if (route != Route::entries) return false;
    return edit<api::Entries>(body, [](api::Entries& entries) {
        return !entries.entries.empty() && flip_last(entries.entries.back().bytes);
    });
}

// Keys that this server made itself, in place of those of people.
bool swap_keys(Route route, Bytes& body) {
    if (route != Route::keys) return false;
    return edit<api::Keys>(body, [](api::Keys& keys) {
        platform::SystemEntropy entropy;
        for (KemPublicKey& key : keys.keys) key = kem_public_key(KemSecretKey::generate(entropy));
        return !keys.keys.empty();
    });
}

bool hide_spaces(Route route, Bytes& body) {
    if (route != Route::spaces) return false;
    return edit<api::Spaces>(body, [](api::Spaces& spaces) {
        const bool any = !spaces.spaces.empty();
        spaces.spaces.clear();
        return any;
    });
}

bool wrong_boxes(Route route, Bytes& body) {
    if (route != Route::epoch) return false;
    return edit<api::EpochAnswer>(body, [](api::EpochAnswer& answer) {
        return !answer.boxes.empty() && flip_last(answer.boxes.front().box.box);
    });
}

bool withhold_drops(Route route, Bytes& body) {
    if (route != Route::list_drops) return false;
    return edit<api::Drops>(body, [](api::Drops& drops) {
        if (drops.drops.empty()) return false;
        drops.drops.erase(std::ranges::min_element(drops.drops, {}, &api::WaitingDrop::arrived));
        return true;
    });
}

// Earlier shows what was shown first, for ever.
class Earlier final : public Watching {
public:
    explicit Earlier(std::span<const Route> routes) : routes_(routes) {}

private:
    bool is_ours(Route route) const { return std::ranges::find(routes_, route) != routes_.end(); }
    void watch(Route route, const Request& request, const Response& answer) override {
        if (is_ours(route) && answer.status == 200) kept_.emplace(key(request), answer);
    }
    Result<Response> lie(Route route, const Request& request, const Upstream& server) override {
        const auto kept = kept_.find(key(request));
        if (!is_ours(route) || kept == kept_.end()) return server(request);
        lied();
        return kept->second;
    }
    // Of the log whatever is asked for: its newest note is in every answer.
    static std::string key(const Request& request) {
        const bool log = request.path.starts_with("/v1/log/entries");
        return std::string(http::name_of(request.method)) + " " +
               (log ? request.path : request.target());
    }

    std::span<const Route> routes_;
    std::map<std::string, Response> kept_;
};

// Split lets one client live with another server from then on: a fork, or a rollback, as the
// operator prepared it.
class Split final : public Watching {
public:
    explicit Split(Upstream second) : second_(std::move(second)) {}

private:
    Result<Response> lie(Route, const Request& request, const Upstream&) override {
        lied();
        return second_(request);
    }

    Upstream second_;
};

// LoseAnswers does what is asked, and says nothing, for every third request that writes.
class LoseAnswers final : public Watching {
    Result<Response> lie(Route, const Request& request, const Upstream& server) override {
        auto answer = server(request);
        if (request.method != http::Method::post || ++writes_ % kLoseEvery != 0) return answer;
        lied();
        Response busy;
        busy.status = 502;
        return busy;
    }

    unsigned writes_ = 0;
};

// PretendToStore acknowledges what it has not done.
class PretendToStore final : public Watching {
    Result<Response> lie(Route route, const Request& request, const Upstream& server) override {
        if (route != Route::append_link) return server(request);
        const auto sent = decode<api::AppendLink>(request.body);
        lied();
        api::Head head;
        if (sent) head.hash = sha256(sent->link.view());
        Response answer;
        answer.headers.set(http::kContentType, std::string(http::kCbor));
        answer.body = encode(head);
        return answer;
    }
};

constexpr std::array kLogRoutes{Route::entries, Route::checkpoint, Route::tile};
constexpr std::array kChainRoutes{Route::links, Route::rosters, Route::spaces};
constexpr std::array kSignInRoutes{Route::sign_in};

constexpr std::array kStrategies{
    StrategyInfo{"honest", "passes everything on", "works"},
    StrategyInfo{"flip-objects", "changes a bit of every object", "exit status 9, no file written"},
    StrategyInfo{"withhold-objects", "says that objects are not there",
                 "an error, no file written"},
    StrategyInfo{"forge-links", "changes the newest link of every chain", "exit status 9"},
    StrategyInfo{"forge-entries", "changes the newest entry of the directory", "exit status 9"},
    StrategyInfo{"swap-keys", "gives keys of its own for those of people", "exit status 9"},
    StrategyInfo{"wrong-boxes", "changes the boxes with keys of epochs", "exit status 9"},
    StrategyInfo{"hide-spaces", "shows an empty list of spaces", "exit status 9"},
    StrategyInfo{"stale-chain", "shows the chains as they were at first",
                 "exit status 9 once it was newer"},
    StrategyInfo{"stale-log", "shows the directory as it was at first",
                 "exit status 9 once it was newer"},
    StrategyInfo{"stale-kit", "gives the kit as it was", "refuses a kit that was replaced"},
    StrategyInfo{"split", "sends the client to the server of --second",
                 "exit status 9: another history"},
    StrategyInfo{"lose-answers", "does what is asked, and loses every third answer",
                 "nothing lost, nothing twice"},
    StrategyInfo{"pretend-to-store", "acknowledges changes and throws them away",
                 "does not believe it; the change stays in the journal"},
    StrategyInfo{"withhold-drops", "keeps the oldest drop back",
                 "says that one is missing when a later one is filed"},
};

constexpr std::array<std::pair<std::string_view, Changing::Change>, 8> kChanges{{
    {"flip-objects", flip_objects},
    {"withhold-objects", withhold_objects},
    {"forge-links", forge_links},
    {"forge-entries", forge_entries},
    {"swap-keys", swap_keys},
    {"wrong-boxes", wrong_boxes},
    {"hide-spaces", hide_spaces},
    {"withhold-drops", withhold_drops},
}};

}  // namespace

std::span<const StrategyInfo> strategies() { return kStrategies; }

std::unique_ptr<Strategy> make_strategy(std::string_view name, Upstream second) {
    for (const auto& [known, change] : kChanges)
        if (known == name) return std::make_unique<Changing>(change);
    if (name == "honest") return std::make_unique<Honest>();
    if (name == "stale-chain") return std::make_unique<Earlier>(kChainRoutes);
    if (name == "stale-log") return std::make_unique<Earlier>(kLogRoutes);
    if (name == "stale-kit") return std::make_unique<Earlier>(kSignInRoutes);
    if (name == "split" && second) return std::make_unique<Split>(std::move(second));
    if (name == "lose-answers") return std::make_unique<LoseAnswers>();
    if (name == "pretend-to-store") return std::make_unique<PretendToStore>();
    return nullptr;
}

}  // namespace obhut::audit
