#include "server/front/body_budget.h"

#include <algorithm>

namespace obhut::front {

asio::awaitable<std::optional<BodyBudget::Lease>> BodyBudget::acquire(
    std::size_t bytes, std::chrono::seconds patience) {
    bytes = std::min(bytes, total_);
    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor, patience);
    const auto waiter = std::make_shared<Waiter>();
    {
        const std::scoped_lock lock(mutex_);
        if (waiting_.empty() && free_ >= bytes) {
            free_ -= bytes;
            co_return Lease(*this, bytes);
        }
        waiter->bytes = bytes;
        // Runs after this coroutine has begun to wait: both are on its executor.
        waiter->wake = [timer, executor] { asio::post(executor, [timer] { timer->cancel(); }); };
        waiting_.push_back(waiter);
    }
    co_await timer->async_wait(kTuple);
    const std::scoped_lock lock(mutex_);
    if (waiter->granted) co_return Lease(*this, bytes);
    std::erase(waiting_, waiter);
    co_return std::nullopt;
}

void BodyBudget::release(std::size_t bytes) {
    std::vector<std::function<void()>> wakes;
    {
        const std::scoped_lock lock(mutex_);
        free_ += bytes;
        while (!waiting_.empty() && free_ >= waiting_.front()->bytes) {
            free_ -= waiting_.front()->bytes;
            waiting_.front()->granted = true;
            wakes.push_back(std::move(waiting_.front()->wake));
            waiting_.pop_front();
        }
    }
    for (const auto& wake : wakes) wake();
}

std::size_t BodyBudget::in_use() const {
    const std::scoped_lock lock(mutex_);
    return total_ - free_;
}

}  // namespace obhut::front
