// A town whose server has a backup, and loses what came later.
#pragma once

#include "tests/hostile/fork.h"

namespace obhut::test {

// A town with a backup of its server. restore() puts it in place of what the server had since, as
// an administrator would: under a new incarnation.
struct BackedUpTown : ForkedTown {
    explicit BackedUpTown() {
        EXPECT_OK(anna.engine().catch_up());
        EXPECT_OK(bernd.engine().catch_up());
        split();
    }
    void restore(std::uint64_t from = 1) { restore_with(shadow.store().copy(), from + 6); }
    // restore_with puts any backup in its place.
    void restore_with(std::unique_ptr<storage::MemoryStore> backup, std::uint64_t incarnation) {
        storage::WriteBatch batch;
        batch.add(storage::SetIncarnation{backup->server_state()->incarnation, incarnation});
        EXPECT_OK(storage::commit_now(*backup, std::move(batch)).result);
        shadow.put(std::move(backup));
        anna.wire().connect(shadow);
        bernd.wire().connect(shadow);
    }
    // Devices that other things than the server made wait for the grace after a restore.
    void pass_grace() { world.clock().advance(11 * kMinute); }
};

}  // namespace obhut::test
