// Port: waits. Natively a sleep, in the simulation virtual time, in a browser's worker
// Atomics.wait.
#pragma once

#include "core/base/clock.h"

namespace obhut::client {

class Waiter {
public:
    virtual ~Waiter() = default;
    // wait returns after about that time, or earlier when the program is to end.
    virtual void wait(Millis time) = 0;
};

// ImpatientWaiter does not wait: for tests.
class ImpatientWaiter final : public Waiter {
public:
    void wait(Millis) override {}
};

}  // namespace obhut::client
