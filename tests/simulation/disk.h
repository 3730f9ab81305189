// Disk: what a device's profile stands on, with everything that can go wrong with one.
//
// A Disk is a MemoryDisk that remembers which of its newest transactions were relaxed, so that a
// power loss can take them back, and a SimulatedStore is one program's handle on it. Fault model:
// * the program dies at any commit, just before or just after it took effect; from then on every
//   call of it fails, which is the same to the outside as no call at all;
// * a power loss takes back some of the newest relaxed transactions, whole ones, the newest first;
//   never one that was committed with Durability::full, nor anything older than that;
// * the disk is full: commits fail and leave nothing; reading goes on.
// One thread.
#pragma once

#include <functional>
#include <vector>

#include "client/ports/memory_store.h"
#include "tests/support/entropy.h"

namespace obhut::simulation {

enum class CommitFate : std::uint8_t { kept, full, dies_before, dies_after };

struct Disk {
    // What a relaxed transaction replaced: enough to take it back.
    struct Row {
        client::Table table;
        Bytes key;
        std::optional<Bytes> before;
    };
    using Undo = std::vector<Row>;

    client::MemoryDisk data;
    std::vector<Undo> relaxed;  // since the last full commit, oldest first

    // copy is what a backup program or somebody who clones the machine gets.
    Disk copy() const;
    // lose_power takes back a random number of the relaxed transactions.
    void lose_power(test::TestEntropy& dice);
};

class SimulatedStore final : public client::LocalStore {
public:
    // `fate` is asked at each commit; after it said that the program dies every call fails.
    SimulatedStore(Disk& disk, std::function<CommitFate()> fate)
        : disk_(disk), store_(disk.data), fate_(std::move(fate)) {}

    Result<std::unique_ptr<client::StoreReader>> read() override;
    Result<std::unique_ptr<client::StoreWriter>> write(client::Durability durability) override;

    bool dead() const { return dead_; }
    void die() { dead_ = true; }

private:
    class Writer;
    Disk& disk_;
    client::MemoryStore store_;
    std::function<CommitFate()> fate_;
    bool dead_ = false;
};

}  // namespace obhut::simulation
