// The chains of spaces, verified, in memory: those used last, rebuilt from the store when needed.
//
// A rebuilt chain takes the roster entries, the links before them and the newest link, and trusts
// the directory as it was when they were accepted: what the server took once it does not hold back
// after a restart. One appender at a time per space (Held). Thread-safe.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "core/space/chain.h"
#include "server/services/directory_service.h"

namespace obhut::services {

class ChainCache {
public:
    // In all chains: a member takes some 100 bytes.
    static constexpr std::size_t kMaxMembers = 200000;
    static constexpr std::size_t kMaxChains = 4000;

    ChainCache(storage::Store& store, DirectoryService& directory, Notary& notary)
        : store_(store), directory_(directory), notary_(notary) {}

    struct Slot {
        std::mutex mutex;                   // held while appending
        std::optional<space::Chain> chain;  // under the mutex; absent until it was needed
    };

    // Held is a chain for its one appender.
    class Held {
    public:
        explicit Held(std::shared_ptr<Slot> slot) : slot_(std::move(slot)), lock_(slot_->mutex) {}
        std::optional<space::Chain>& chain() { return slot_->chain; }
        space::Chain& operator*() { return *slot_->chain; }
        space::Chain* operator->() { return &*slot_->chain; }

    private:
        std::shared_ptr<Slot> slot_;
        std::unique_lock<std::mutex> lock_;
    };

    // hold waits for the chain and loads it if need be. Errors: space_unknown; chain_damaged; those
    // of the store.
    Result<Held> hold(const SpaceId& space);
    // hold_new waits for the place of a chain that may not exist yet.
    Held hold_new(const SpaceId& space) { return Held(slot_of(space)); }
    // used tells how heavy the chain has become, after loading or appending.
    void used(const SpaceId& space, const space::Chain& chain);
    // forget drops a chain that may be ahead of the store.
    void forget(Held& held) { held.chain().reset(); }

private:
    struct Entry {
        std::shared_ptr<Slot> slot;
        std::list<SpaceId>::iterator place;
        std::size_t members = 1;
    };
    std::shared_ptr<Slot> slot_of(const SpaceId& space);
    Result<space::Chain> load(const SpaceId& space);
    void shrink();

    storage::Store& store_;
    DirectoryService& directory_;
    Notary& notary_;
    std::mutex mutex_;           // of everything below
    std::list<SpaceId> by_use_;  // the last used in front
    std::unordered_map<SpaceId, Entry, FixedHash> entries_;
    std::size_t members_ = 0;
};

}  // namespace obhut::services
