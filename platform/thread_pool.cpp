#include "platform/thread_pool.h"

#include <algorithm>

#include "core/base/check.h"

namespace obhut::platform {

ThreadPool::ThreadPool(unsigned threads) {
    if (threads == 0) threads = std::max(std::thread::hardware_concurrency(), 2U) - 1;
    threads = std::min(threads, kMaxThreads);
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
    {
        const std::scoped_lock lock(mutex_);
        CHECK(queue_.empty());
        stopping_ = true;
    }
    queued_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::start(Task& task) {
    {
        const std::scoped_lock lock(mutex_);
        queue_.push_back(&task);
    }
    queued_.notify_one();
}

// Who waits works meanwhile: else, with two processors, one of them would stand still.
void ThreadPool::wait(Task& task) {
    std::unique_lock lock(mutex_);
    auto place = std::ranges::find(queue_, &task);
    while (place != queue_.end() || running_.contains(&task)) {
        if (place == queue_.end()) place = queue_.begin();
        if (place == queue_.end()) {
            finished_.wait(lock, [&] { return !running_.contains(&task) || !queue_.empty(); });
        } else {
            Task& next = **place;
            queue_.erase(place);
            run(next, lock);
        }
        place = std::ranges::find(queue_, &task);
    }
}

// run runs a task that was taken from the queue; unlocked meanwhile.
void ThreadPool::run(Task& task, std::unique_lock<std::mutex>& lock) {
    running_.insert(&task);
    lock.unlock();
    task.run();
    lock.lock();
    running_.erase(&task);
    finished_.notify_all();
}

void ThreadPool::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        Task& task = *queue_.front();
        queue_.pop_front();
        run(task, lock);
    }
}

}  // namespace obhut::platform
