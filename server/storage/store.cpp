#include "server/storage/store.h"

#include <condition_variable>
#include <mutex>

namespace obhut::storage {
namespace {

// Slot is where a callback leaves its value for the thread that waits.
template <class T>
class Slot {
public:
    void put(T value) {
        const std::scoped_lock lock(mutex_);
        value_.emplace(std::move(value));
        filled_.notify_one();  // under the lock: the waiter may destroy the slot as soon as it can
                               // see the value
    }
    T take() {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [this] { return value_.has_value(); });
        return std::move(*value_);
    }

private:
    std::mutex mutex_;
    std::condition_variable filled_;
    std::optional<T> value_;
};

}  // namespace

Outcome commit_now(Store& store, WriteBatch batch) {
    Slot<Outcome> slot;
    store.commit(std::move(batch), [&slot](Outcome outcome) { slot.put(std::move(outcome)); });
    return slot.take();
}

Result<std::unique_ptr<Staged>> stage_now(Store& store, SpaceId space, ObjectId id, Bytes bytes) {
    using Answer = Result<std::unique_ptr<Staged>>;
    Slot<Answer> slot;
    store.stage(space, id, std::move(bytes),
                [&slot](Answer answer) { slot.put(std::move(answer)); });
    return slot.take();
}

}  // namespace obhut::storage
