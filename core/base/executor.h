// Port: runs tasks, perhaps several at once. The only way the core uses more than one processor.
//
// The core has no threads of its own: what it wants done in parallel it puts into Tasks, which
// share nothing, and it waits for them. Everything a task wrote is visible after wait(). Inline in
// WebAssembly, a pool natively.
#pragma once

namespace obhut {

// Task is one piece of work. run() is called once per start(), must not fail, and keeps its outcome
// in the task.
class Task {
public:
    virtual ~Task() = default;
    virtual void run() = 0;
};

// Executor: one thread calls it at a time; tasks run on any thread and do not call it.
class Executor {
public:
    virtual ~Executor() = default;
    // start queues the task, or runs it before returning. The task must live until wait() has
    // returned; it may be started again after that. Never fails, never blocks for long.
    virtual void start(Task& task) = 0;
    // wait returns when a started task has run; if no thread has taken it yet, the caller's thread
    // runs it, and it may run other started tasks before.
    virtual void wait(Task& task) = 0;
    // width is how many tasks make progress at once, at least 1, the caller's thread included.
    virtual unsigned width() const = 0;
};

// InlineExecutor runs each task in start().
class InlineExecutor final : public Executor {
public:
    void start(Task& task) override { task.run(); }
    void wait(Task&) override {}
    unsigned width() const override { return 1; }
};

}  // namespace obhut
