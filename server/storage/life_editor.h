// LifeEditor changes the lives of stored objects outside of requests: upkeep. It keeps the sums of
// spaces, owners, devices and segments right. Threads: the one that writes, inside a job.
#pragma once

#include "server/storage/batch_writer.h"

namespace obhut::storage {

class LifeEditor {
public:
    LifeEditor(Database& database, LiveChanges& live) : database_(database), live_(live) {}

    // edit applies `rule` to a stored object; what becomes absent is removed. Errors: index_corrupt
    // if there is none.
    template <class Rule>
    Result<> edit(std::int64_t space, const ObjectId& id, Rule rule) {
        const ObjectRow before = TRY(load_object(database_, space, id, true));
        if (before.life.stage == LifeStage::absent) return fail(errors::index_corrupt);
        ObjectRow after = before;
        rule(after.life);
        return store(space, id, before, after);
    }
    // finish writes the sums.
    Result<> finish();

private:
    Result<> store(std::int64_t space, const ObjectId& id, const ObjectRow& before,
                   const ObjectRow& after);

    Database& database_;
    LiveChanges& live_;
    std::map<std::int64_t, Usage> changes_;  // by number of the space, modulo 2^64
    std::map<DeviceId, std::int64_t> device_changes_;
};

}  // namespace obhut::storage
