// Draft: a tree with changes that are not written yet, read as if they were.
//
// Operations on files are made on a draft one after the other; in the end it is one batch, so one
// commit holds them all or none. Memory: the changed keys.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "core/tree/apply.h"

namespace obhut::files {

// Reading is what a draft stands on: keys in ascending order. Adapters: TreeReading; a map, in
// tests.
class Reading {
public:
    virtual ~Reading() = default;
    virtual Result<std::optional<Bytes>> get(ByteView key) const = 0;
    // each visits the keys that begin with `prefix` and are ≥ from (which may be empty), ascending,
    // until the visitor returns false. Views are valid during the call.
    using Visitor = std::function<Result<bool>(ByteView key, ByteView value)>;
    virtual Result<> each(ByteView prefix, ByteView from, const Visitor& visit) const = 0;
};

// TreeReading reads a tree, which outlives it.
class TreeReading final : public Reading {
public:
    explicit TreeReading(const tree::Tree& tree) : tree_(tree) {}
    Result<std::optional<Bytes>> get(ByteView key) const override { return tree_.get(key); }
    Result<> each(ByteView prefix, ByteView from, const Visitor& visit) const override;

private:
    const tree::Tree& tree_;
};

class Draft final : public Reading {
public:
    // `base` outlives the draft.
    explicit Draft(const Reading& base) : base_(base) {}

    Result<std::optional<Bytes>> get(ByteView key) const override;
    Result<> each(ByteView prefix, ByteView from, const Visitor& visit) const override;

    void put(ByteView key, Bytes value) { changes_[to_bytes(key)] = std::move(value); }
    void erase(ByteView key) { changes_[to_bytes(key)] = std::nullopt; }

    bool empty() const { return changes_.empty(); }
    std::size_t size() const { return changes_.size(); }
    // batch is what the tree is to be given; the draft stays as it is.
    tree::Batch batch() const;
    using Changes = std::map<Bytes, std::optional<Bytes>>;
    const Changes& changes() const { return changes_; }

private:
    const Reading& base_;
    Changes changes_;
};

}  // namespace obhut::files
