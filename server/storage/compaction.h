// Compaction: gives back the room of removed objects and brings the objects of a space together,
// without any key.
//
// Two kinds of work: *gathering* copies the records of one space out of mixed segments (and dirty
// ones) into a segment of its own, once there are enough of them; *cleaning* copies what is live in
// dirty segments, those of which a quarter is dead, into mixed ones. New segments are complete and
// synced before rows are moved to them; a row moves only if it still points to the copied record. A
// source goes when nothing live is left in it. A crash at any point leaves each row pointing to a
// whole record, and at most files that the next start removes.
//
//     row "writing" ──▶ file, synced ──▶ rows moved, "sealed" ──▶ empty source: file removed ──▶
//     its row
//
// Threads: one caller at a time, beside everything else. Source: docs/storage.md §6.
#pragma once

#include <optional>
#include <set>

#include "server/storage/committer.h"
#include "server/storage/readers.h"

namespace obhut::storage {

struct CompactionLimits {
    std::uint64_t segment_bytes = 128U << 20;  // where an output ends
    std::uint64_t space_bytes = 64U << 20;     // least for a segment of one space
    std::size_t sources = 8;                   // cleaned in one step
};

class Compaction {
public:
    Compaction(Committer& committer, Readers& readers, Segments& segments,
               const CompactionLimits& limits)
        : committer_(committer), readers_(readers), segments_(segments), limits_(limits) {}

    // step does a bounded piece: gathers up to one segment and cleans up to `sources`. Adds the
    // bytes of removed files to `freed` and returns whether it did anything: nothing while a backup
    // is made, or a check (Segments::backup_lock). Errors:
    // segment_corrupt (a damaged record was met; that segment is left alone from now on),
    // disk_full, those of the committer.
    Result<bool> step(std::uint64_t& freed);

private:
    struct Source {
        std::uint64_t number = 0;
        SegmentKind kind = SegmentKind::mixed;
        std::uint64_t length = 0;
        std::uint64_t live = 0;
        bool is_dirty() const;
    };
    struct Move {
        std::int64_t space = 0;  // its number
        SegmentEntry entry;      // with the offset in the source
        std::uint64_t source = 0;
        std::uint64_t new_offset = 0;
    };
    using Moves = std::vector<Move>;
    using SpaceSums = std::map<SpaceId, std::uint64_t>;

    Result<std::vector<Source>> sealed_segments();
    Result<bool> remove_empty(std::uint64_t& freed);
    Result<const SpaceSums*> sums_of(std::uint64_t number);
    Result<std::vector<Source>> loose_segments();
    Result<SpaceSums> total_sums(const std::vector<Source>& sources);
    bool is_enough(std::uint64_t bytes) const {
        return bytes >= limits_.space_bytes + limits_.space_bytes / 3;
    }
    Result<bool> gather();
    Result<bool> clean();
    // live_records adds what is live in a segment, of one space or of all, to `moves`.
    Result<> live_records(std::uint64_t source, const std::optional<SpaceId>& space, Moves& moves);
    Result<> copy(SegmentKind kind, Moves& moves);
    Result<std::size_t> copy_some(SegmentWriter& writer, Moves& moves, std::size_t from);
    Result<> discard(std::uint64_t number);
    Result<> move_rows(const SegmentWriter& output, const Moves& moves, std::size_t from,
                       std::size_t to);

    Committer& committer_;
    Readers& readers_;
    Segments& segments_;
    CompactionLimits limits_;
    std::map<std::uint64_t, SpaceSums> sums_;  // of mixed segments, as their lists of ids say
    std::set<std::uint64_t> damaged_;
};

}  // namespace obhut::storage
