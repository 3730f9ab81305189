// Memory for large bodies: what is in memory at once has a limit, and who comes later waits in
// line.
//
// Thread-safe. A wait ends by itself after a while; the request is then answered "server busy".
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "server/front/asio.h"

namespace obhut::front {

class BodyBudget {
public:
    explicit BodyBudget(std::size_t bytes) : free_(bytes), total_(bytes) {}

    // Lease gives its bytes back when it goes out of scope.
    class Lease {
    public:
        Lease() = default;
        Lease(BodyBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}
        Lease(Lease&& other) noexcept
            : budget_(std::exchange(other.budget_, nullptr)),
              bytes_(std::exchange(other.bytes_, 0)) {}
        Lease& operator=(Lease&& other) noexcept {
            std::swap(budget_, other.budget_);
            std::swap(bytes_, other.bytes_);
            return *this;
        }
        ~Lease() { shrink_to(0); }
        // shrink_to gives back what is not needed after all.
        void shrink_to(std::size_t bytes) {
            if (budget_ == nullptr || bytes >= bytes_) return;
            budget_->release(bytes_ - bytes);
            bytes_ = bytes;
        }

    private:
        BodyBudget* budget_ = nullptr;
        std::size_t bytes_ = 0;
    };

    // acquire waits until `bytes` (at most the whole budget) are free; nothing if that takes longer
    // than `patience`.
    asio::awaitable<std::optional<Lease>> acquire(std::size_t bytes, std::chrono::seconds patience);

    std::size_t in_use() const;

private:
    struct Waiter {
        std::size_t bytes = 0;
        bool granted = false;
        std::function<void()> wake;
    };
    void release(std::size_t bytes);

    mutable std::mutex mutex_;
    std::size_t free_;
    const std::size_t total_;
    std::deque<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace obhut::front
