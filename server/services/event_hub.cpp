#include "server/services/event_hub.h"

#include <algorithm>

#include "protocols/api/errors.h"

namespace obhut::services {

Subscription::~Subscription() {
    const std::scoped_lock lock(hub_.mutex_);
    hub_.unindex(*this);
    hub_.all_.erase(this);
}

std::string Subscription::take() {
    const std::scoped_lock lock(hub_.mutex_);
    std::string text;
    if (ended_) return text;
    for (const auto& [what, number] : waiting_)
        text += api::encode_hint({what.first, what.second, number});
    if (current_) text += api::encode_hint({api::HintKind::current, {}, 0});
    waiting_.clear();
    current_ = false;
    return text;
}

void Subscription::on_wake(std::function<void()> wake) {
    bool waiting = false;
    {
        const std::scoped_lock lock(hub_.mutex_);
        wake_ = wake;
        waiting = !waiting_.empty() || current_ || ended_;
    }
    if (waiting && wake) wake();
}

bool Subscription::ended() const {
    const std::scoped_lock lock(hub_.mutex_);
    return ended_;
}

Result<std::unique_ptr<Subscription>> EventHub::subscribe(const UserId& user,
                                                          const DeviceId& device,
                                                          std::vector<PrincipalId> principals) {
    const std::scoped_lock lock(mutex_);
    if (all_.size() >= kMaxSubscriptions) return fail(errors::server_busy);
    std::unique_ptr<Subscription> subscription(new Subscription(*this, user, device));
    all_.insert(subscription.get());
    index(*subscription, std::move(principals));
    return subscription;
}

void EventHub::prime(Subscription& subscription, const std::vector<api::Hint>& hints) {
    std::function<void()> wake;
    {
        const std::scoped_lock lock(mutex_);
        Wakes ignored;
        for (const api::Hint& hint : hints) add(subscription, hint, ignored);
        subscription.current_ = true;
        wake = subscription.wake_;
    }
    if (wake) wake();
}

void EventHub::publish(const api::Hint& hint, const std::vector<PrincipalId>& principals) {
    Wakes wakes;
    {
        const std::scoped_lock lock(mutex_);
        for (const PrincipalId& principal : principals) {
            const auto listeners = by_principal_.find(principal);
            if (listeners == by_principal_.end()) continue;
            for (Subscription* subscription : listeners->second) add(*subscription, hint, wakes);
        }
    }
    for (const auto& wake : wakes) wake();
}

void EventHub::publish_to_all(const api::Hint& hint) {
    Wakes wakes;
    {
        const std::scoped_lock lock(mutex_);
        for (Subscription* subscription : all_) add(*subscription, hint, wakes);
    }
    for (const auto& wake : wakes) wake();
}

void EventHub::refresh(const Resolver& resolver) {
    Wakes wakes;
    {
        const std::scoped_lock lock(mutex_);
        for (Subscription* subscription : all_) {
            auto principals = resolver(subscription->user_, subscription->device_);
            if (principals && *principals == subscription->principals_) continue;
            unindex(*subscription);
            if (principals) {
                index(*subscription, std::move(*principals));
            } else {
                subscription->ended_ = true;
                if (subscription->wake_) wakes.push_back(subscription->wake_);
            }
        }
    }
    for (const auto& wake : wakes) wake();
}

std::size_t EventHub::subscriptions() const {
    const std::scoped_lock lock(mutex_);
    return all_.size();
}

void EventHub::add(Subscription& subscription, const api::Hint& hint, Wakes& wakes) {
    const bool was_empty = subscription.waiting_.empty() && !subscription.current_;
    std::uint64_t& number = subscription.waiting_[{hint.kind, hint.space}];
    number = std::max(number, hint.number);
    if (was_empty && subscription.wake_) wakes.push_back(subscription.wake_);
}

void EventHub::index(Subscription& subscription, std::vector<PrincipalId> principals) {
    subscription.principals_ = std::move(principals);
    for (const PrincipalId& principal : subscription.principals_)
        by_principal_[principal].insert(&subscription);
}

void EventHub::unindex(Subscription& subscription) {
    for (const PrincipalId& principal : subscription.principals_) {
        const auto place = by_principal_.find(principal);
        if (place == by_principal_.end()) continue;
        place->second.erase(&subscription);
        if (place->second.empty()) by_principal_.erase(place);
    }
    subscription.principals_.clear();
}

}  // namespace obhut::services
