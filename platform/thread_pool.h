// Executor on a fixed number of threads. One queue in the order of start(); wait() runs the
// task itself if none took it, and others while it waits.
//
// Contract: core/base/executor.h. Several threads may use one pool, each with tasks of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "core/base/executor.h"

namespace obhut::platform {

class ThreadPool final : public Executor {
public:
    // `threads` beside the caller's; 0 = one less than the machine has processors, at most
    // kMaxThreads.
    static constexpr unsigned kMaxThreads = 16;
    explicit ThreadPool(unsigned threads = 0);
    ~ThreadPool() override;  // every started task must have been waited for
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    void start(Task& task) override;
    void wait(Task& task) override;
    unsigned width() const override { return static_cast<unsigned>(threads_.size()) + 1; }

private:
    void work();
    void run(Task& task, std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    std::condition_variable queued_;
    std::condition_variable finished_;
    std::deque<Task*> queue_;            // started, not taken
    std::unordered_set<Task*> running_;  // taken, not done
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace obhut::platform
