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

void ThreadPool::wait(Task& task) {
    std::unique_lock lock(mutex_);
    const auto place = std::find(queue_.begin(), queue_.end(), &task);
    if (place != queue_.end()) {
        queue_.erase(place);
        lock.unlock();
        task.run();
        return;
    }
    finished_.wait(lock, [&] { return !running_.contains(&task); });
}

void ThreadPool::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        Task* task = queue_.front();
        queue_.pop_front();
        running_.insert(task);
        lock.unlock();
        task->run();
        lock.lock();
        running_.erase(task);
        finished_.notify_all();
    }
}

}  // namespace obhut::platform
