// Ports of the tree: where sealed nodes come from and go to; and WriteBatch, which is both around a
// commit.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "core/crypto/object.h"

namespace obhut::tree {

// NodeStore gives sealed nodes and value objects. One thread calls it; it may block. What it gives
// is not trusted: every object is checked against the reference that named it. Repeating a call is
// harmless.
class NodeStore {
public:
    virtual ~NodeStore() = default;
    // load gives the object's bytes. Errors: node_missing, or the transport's.
    virtual Result<Bytes> load(const ObjectId& id) = 0;
    // prefetch says that these will probably be loaded next; a store behind a network gets them in
    // one request. It may do nothing, and has no errors: load will meet them.
    virtual void prefetch(std::span<const ObjectId> /*ids*/) {}
};

// NodeSink takes what a change of a tree makes. After an error the change is given up; what was
// taken is garbage.
class NodeSink {
public:
    virtual ~NodeSink() = default;
    // created takes a new node.
    virtual Result<> created(SealedObject node) = 0;
    // superseded names a node that the new tree no longer has; once each.
    virtual Result<> superseded(const ObjectId& id) = 0;
    // value takes an object for a value over kMaxInline: content, whose count the commit raises.
    virtual Result<> value(SealedObject object) = 0;
};

// WriteBatch gathers the nodes of one commit, over any number of changes made one upon the other: a
// node that is made and superseded before the commit leaves no trace. It is also the store through
// which the new tree is read before it is uploaded: make the Nodes over it. Memory: the objects it
// holds.
class WriteBatch : public NodeStore, public NodeSink {
public:
    explicit WriteBatch(NodeStore& below) : below_(below) {}

    Result<Bytes> load(const ObjectId& id) override;
    void prefetch(std::span<const ObjectId> ids) override;
    Result<> created(SealedObject node) override;
    Result<> superseded(const ObjectId& id) override;
    Result<> value(SealedObject object) override;

    struct Objects {
        std::vector<std::pair<ObjectId, Bytes>>
            nodes;  // to upload, sorted by id: the commit's list of created nodes
        std::vector<ObjectId> superseded;                // sorted
        std::vector<std::pair<ObjectId, Bytes>> values;  // to upload, sorted by id
    };
    // objects shows what the commit lists and uploads; the batch keeps it.
    Objects copy() const;
    // take is copy() that leaves the batch empty, for the next commit.
    Objects take();
    void clear();
    bool empty() const { return nodes_.empty() && superseded_.empty() && values_.empty(); }
    std::size_t bytes() const { return bytes_; }

private:
    NodeStore& below_;
    std::unordered_map<ObjectId, Bytes, FixedHash> nodes_;
    std::unordered_map<ObjectId, Bytes, FixedHash> values_;
    std::vector<ObjectId> superseded_;
    std::size_t bytes_ = 0;
};

}  // namespace obhut::tree
