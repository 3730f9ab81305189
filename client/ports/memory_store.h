// MemoryStore: the LocalStore of tests and simulations. Several of them may stand on one
// MemoryDisk, as several programs stand on one profile; all in one thread.
#pragma once

#include <array>
#include <map>
#include <memory>

#include "client/ports/local_store.h"

namespace obhut::client {

// MemoryDisk is what outlives a program. Copying it is a snapshot of the profile (a cloned device,
// a restored backup).
struct MemoryDisk {
    using Rows = std::map<Bytes, Bytes>;
    std::array<std::shared_ptr<Rows>, kTables + 1> tables;
    bool writing = false;
    std::uint64_t commits = 0;  // so far, relaxed ones included
    std::uint64_t syncs = 0;    // those with Durability::full

    MemoryDisk();
    MemoryDisk snapshot() const;
};

class MemoryStore final : public LocalStore {
public:
    explicit MemoryStore(MemoryDisk& disk) : disk_(disk) {}
    Result<std::unique_ptr<StoreReader>> read() override;
    // Waiting for another writer would never end in one thread: local_store_busy at once.
    Result<std::unique_ptr<StoreWriter>> write(Durability durability) override;

private:
    MemoryDisk& disk_;
    std::shared_ptr<bool> open_ = std::make_shared<bool>(false);  // a transaction of this store
};

}  // namespace obhut::client
