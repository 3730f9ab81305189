// NodeCache: the sealed nodes of one space, from the local store or else from the server.
//
// The store keeps what came once, so that listing a folder again asks nobody. Bytes are compared
// with their id before they are kept; opening them is the tree's. What is not needed any more is
// forgotten when its successor is committed, and everything when the cache grows over its limit.
#pragma once

#include <functional>
#include <unordered_map>

#include "client/objects/exchange.h"
#include "client/ports/local_store.h"
#include "core/tree/store.h"

namespace obhut::client {

class NodeCache final : public tree::NodeStore {
public:
    static constexpr std::size_t kMaxUnsaved = 256;  // objects kept in memory before they are saved
    static constexpr std::uint64_t kMaxBytes = 512U << 20;  // of one space, in the store

    // Both outlive this.
    NodeCache(LocalStore& store, ObjectExchange& exchange, const SpaceId& space)
        : store_(store), exchange_(exchange), space_(space) {}
    ~NodeCache() override { (void)save(); }

    // why_missing tells what it is that the server does not give a node; without it
    // object_withheld.
    void why_missing(std::function<Error()> why) { why_missing_ = std::move(why); }
    // load: errors object_withheld (the server must have it: it is reachable from a signed root),
    // object_wrong_id; those of store and transport.
    Result<Bytes> load(const ObjectId& id) override;
    void prefetch(std::span<const ObjectId> ids) override;

    // add keeps a node of our own making; forget says that nothing names it any more.
    void add(const ObjectId& id, Bytes object);
    void forget(const ObjectId& id);
    // save writes to the store what was added since. Failing to keep a cache is no error.
    Result<> save();

private:
    Bytes row(const ObjectId& id) const;
    Result<> fetch(std::span<const ObjectId> ids);
    Result<std::optional<Bytes>> stored(const ObjectId& id);

    LocalStore& store_;
    ObjectExchange& exchange_;
    std::function<Error()> why_missing_;
    SpaceId space_;
    std::unordered_map<ObjectId, Bytes, FixedHash> unsaved_;
    std::vector<ObjectId> forgotten_;
};

}  // namespace obhut::client
