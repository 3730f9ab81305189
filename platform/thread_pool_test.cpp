#include "platform/thread_pool.h"

#include <atomic>

#include "tests/support/test.h"

namespace obhut::platform {
namespace {

struct Add final : Task {
    std::atomic<int>* sum = nullptr;
    int value = 0;
    void run() override { sum->fetch_add(value); }
};

void check_runs_all(unsigned threads) {
    std::atomic<int> sum = 0;
    std::vector<Add> tasks(200);
    ThreadPool pool(threads);
    EXPECT_EQ(pool.width(), threads + 1);
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 200; ++i) {
            tasks[static_cast<std::size_t>(i)].sum = &sum;
            tasks[static_cast<std::size_t>(i)].value = i;
            pool.start(tasks[static_cast<std::size_t>(i)]);
        }
        for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) pool.wait(*task);
    }
    EXPECT_EQ(sum.load(), 3 * 199 * 200 / 2);
}

TEST(pool_runs_every_task_once_per_start) {
    check_runs_all(1);
    check_runs_all(4);
}

// Gate runs until it is opened.
struct Gate final : Task {
    std::atomic<bool> open = false;
    void run() override { open.wait(false); }
};

TEST(who_waits_works_meanwhile) {
    ThreadPool pool(1);
    Gate gate;
    struct Opens final : Task {
        Gate* gate = nullptr;
        void run() override {
            gate->open = true;
            gate->open.notify_all();
        }
    } opens;
    opens.gate = &gate;
    pool.start(gate);  // holds the only thread
    pool.start(opens);
    pool.wait(gate);  // would never end if nobody ran the other
    pool.wait(opens);
    EXPECT(gate.open);
}

TEST(several_callers_share_a_pool) {
    ThreadPool pool(2);
    std::atomic<int> sum = 0;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller)
        callers.emplace_back([&] {
            for (int i = 0; i < 100; ++i) {
                Add task;
                task.sum = &sum;
                task.value = 1;
                pool.start(task);
                pool.wait(task);
            }
        });
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(sum.load(), 400);
}

}  // namespace
}  // namespace obhut::platform
