// Snapshots as they travel: the leaves of a state's map, one after the other, cut into compressed
// pages. Whoever was vouched for a map root takes them in the place of the entries before it.
//
//     stream = (length(4) ‖ leaf)*        page = zstd frame of at most 960 KiB of the stream
//
// Source: docs/protocol/directory.md §6. Threads: values.
#pragma once

#include "core/directory/merkle.h"
#include "core/directory/state.h"

namespace obhut::directory {

inline constexpr std::size_t kSnapshotPageBytes = 960 << 10;  // of the stream; all but the last
inline constexpr std::size_t kMaxSnapshotPages = 1100;        // as much as entries: 1 GiB

// write_snapshot gives the pages of a state, one at a time. Errors: those of `take`.
Result<> write_snapshot(const State& state, const std::function<Result<>(Bytes page)>& take);

// SnapshotReader makes the state again from the pages, in their order. Its memory is that of the
// state. What it has read counts for nothing before finish() has compared it.
class SnapshotReader {
public:
    explicit SnapshotReader(const Snapshot& vouched) : vouched_(vouched) {}

    // Errors: snapshot_malformed; then this reader is over.
    Result<> take(ByteView page);
    // Errors: snapshot_malformed, snapshot_mismatch.
    Result<State> finish();

private:
    Result<> take_leaves();

    Snapshot vouched_;
    Bytes rest_;  // of the stream: a leaf that is not whole yet
    std::uint64_t taken_ = 0;
    Frontier map_;
    State state_;
};

}  // namespace obhut::directory
