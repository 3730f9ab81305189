// Hints from those who change something to those who listen. Nothing is stored: a hint that nobody
// takes is forgotten.
//
// A subscription listens for principals (a user and his groups). What waits in it is merged: of
// each space the newest number, so it cannot grow beyond the number of its spaces. Thread-safe;
// `wake` is called without a lock held, from the thread that published, and must be short.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/directory/principal.h"
#include "protocols/api/events.h"

namespace obhut::services {

class EventHub;

class Subscription {
public:
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    // take gives what waits, as text of the event stream; empty if nothing does.
    std::string take();
    // on_wake sets who is told that something waits; called at once if something does already.
    void on_wake(std::function<void()> wake);
    const UserId& user() const { return user_; }
    // ended: the device may not listen any more; take() gives nothing.
    bool ended() const;

private:
    friend class EventHub;
    Subscription(EventHub& hub, const UserId& user, const DeviceId& device)
        : hub_(hub), user_(user), device_(device) {}

    EventHub& hub_;
    const UserId user_;
    const DeviceId device_;
    std::vector<PrincipalId> principals_;  // the hub's lock
    std::map<std::pair<api::HintKind, SpaceId>, std::uint64_t> waiting_;
    bool current_ = false;  // the hint `current` waits, after the others
    bool ended_ = false;
    std::function<void()> wake_;
};

class EventHub {
public:
    static constexpr std::size_t kMaxSubscriptions = 20000;

    // subscribe begins to listen. Errors: server_busy (kMaxSubscriptions).
    Result<std::unique_ptr<Subscription>> subscribe(const UserId& user, const DeviceId& device,
                                                    std::vector<PrincipalId> principals);
    // prime puts hints into one subscription, then `current`.
    void prime(Subscription& subscription, const std::vector<api::Hint>& hints);

    // publish tells every subscription that listens for one of `principals`.
    void publish(const api::Hint& hint, const std::vector<PrincipalId>& principals);
    // publish_to_all tells everybody.
    void publish_to_all(const api::Hint& hint);

    // What the directory says of a listener: for whom he listens; nothing if he may not any more.
    using Resolver =
        std::function<std::optional<std::vector<PrincipalId>>(const UserId&, const DeviceId&)>;
    // refresh asks anew for every subscription. O(subscriptions).
    void refresh(const Resolver& resolver);

    std::size_t subscriptions() const;

private:
    friend class Subscription;
    using Wakes = std::vector<std::function<void()>>;
    void add(Subscription& subscription, const api::Hint& hint, Wakes& wakes);
    void index(Subscription& subscription, std::vector<PrincipalId> principals);
    void unindex(Subscription& subscription);

    mutable std::mutex mutex_;
    std::set<Subscription*> all_;
    std::unordered_map<PrincipalId, std::set<Subscription*>, FixedHash> by_principal_;
};

}  // namespace obhut::services
