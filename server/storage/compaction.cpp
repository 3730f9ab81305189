#include "server/storage/compaction.h"

#include <algorithm>

#include "core/crypto/hash.h"

namespace obhut::storage {
namespace {

constexpr std::size_t kMovesPerJob = 1000;

}  // namespace

bool Compaction::Source::is_dirty() const {
    const std::uint64_t used = kSegmentHeaderSize + live;
    return length > used && (length - used) * 4 >= length;
}

Result<bool> Compaction::step(std::uint64_t& freed) {
    const auto alone = segments_.files().lock(Segments::backup_lock(segments_.directory()));
    if (!alone && alone.error().is(errors::data_in_use)) return false;
    if (!alone) return std::unexpected(alone.error());
    bool done = TRY(remove_empty(freed));
    done |= TRY(gather());
    done |= TRY(clean());
    if (done) TRY(remove_empty(freed));
    return done;
}

// ---- choosing

Result<std::vector<Compaction::Source>> Compaction::sealed_segments() {
    Readers::Reader reader = TRY(readers_.borrow());
    Query row = TRY((*reader).query(
        "SELECT number, kind, length, live FROM segments WHERE state = ? ORDER BY number",
        static_cast<int>(SegmentState::sealed)));
    std::vector<Source> found;
    while (TRY(row.step()))
        found.push_back({row.number(0), static_cast<SegmentKind>(row.integer(1)), row.number(2),
                         row.number(3)});
    return found;
}

// remove_empty removes the sealed segments without live bytes. Holds are looked at before the sums
// are read: an object that was staged there has been put by now, or is held still.
Result<bool> Compaction::remove_empty(std::uint64_t& freed) {
    std::set<std::uint64_t> free;
    for (const Source& source : TRY(sealed_segments()))
        if (source.live == 0 && !segments_.is_held(source.number)) free.insert(source.number);
    if (free.empty()) return false;
    std::vector<std::uint64_t> removed;
    for (const Source& source : TRY(sealed_segments())) {
        if (source.live != 0 || !free.contains(source.number)) continue;
        TRY(segments_.remove(source.number));
        removed.push_back(source.number);
        sums_.erase(source.number);
        freed += source.length;
    }
    TRY(segments_.files().sync_directory(segments_.directory()));
    TRY(committer_.run([&removed](Database& database, LiveChanges&) -> Result<> {
        for (const std::uint64_t number : removed)
            TRY(database.run("DELETE FROM segments WHERE number = ?", number));
        return {};
    }));
    return !removed.empty();
}

Result<const Compaction::SpaceSums*> Compaction::sums_of(std::uint64_t number) {
    if (const auto found = sums_.find(number); found != sums_.end()) return &found->second;
    const std::shared_ptr<File> file = TRY(segments_.open(number));
    SpaceSums sums;
    for (const SegmentEntry& entry : TRY(scan_segment(*file, number, UINT64_MAX)).entries)
        sums[entry.space] += record_size(entry.length);
    return &sums_.emplace(number, std::move(sums)).first->second;
}

Result<std::vector<Compaction::Source>> Compaction::loose_segments() {
    std::vector<Source> all = TRY(sealed_segments());
    std::erase_if(all, [this](const Source& source) {
        const bool settled = source.kind == SegmentKind::space && !source.is_dirty();
        return settled || source.live == 0 || damaged_.contains(source.number);
    });
    return all;
}

Result<Compaction::SpaceSums> Compaction::total_sums(const std::vector<Source>& sources) {
    SpaceSums total;
    for (const Source& source : sources)
        for (const auto& [space, bytes] : *TRY(sums_of(source.number))) total[space] += bytes;
    return total;
}

Result<> Compaction::live_records(std::uint64_t source, const std::optional<SpaceId>& space,
                                  Moves& moves) {
    const std::shared_ptr<File> file = TRY(segments_.open(source));
    const Scan scan = TRY(scan_segment(*file, source, UINT64_MAX));
    Readers::Reader reader = TRY(readers_.borrow());
    std::map<SpaceId, std::int64_t> numbers;
    for (const SegmentEntry& entry : scan.entries) {
        if (space && entry.space != *space) continue;
        auto number = numbers.find(entry.space);
        if (number == numbers.end())
            number =
                numbers.emplace(entry.space, TRY(load_space(*reader, entry.space)).number).first;
        const ObjectRow row = TRY(load_object(*reader, number->second, entry.id, false));
        const bool here = row.place.segment == source && row.place.offset == entry.offset;
        if (row.life.stage != LifeStage::absent && here)
            moves.push_back({number->second, entry, source, 0});
    }
    return {};
}

// gather fills one segment with the space that has most in loose ones. The sums are those of the
// lists of ids, dead records included: less than a quarter in most segments, hence the margin of
// is_enough. What was looked at is struck from the sums, so that a space which is mostly dead is
// not looked at again and again.
Result<bool> Compaction::gather() {
    const std::vector<Source> loose = TRY(loose_segments());
    const SpaceSums total = TRY(total_sums(loose));
    const auto most =
        std::ranges::max_element(total, {}, [](const auto& sum) { return sum.second; });
    if (most == total.end() || !is_enough(most->second)) return false;
    const SpaceId space = most->first;
    Moves moves;
    std::uint64_t bytes = 0;
    for (const Source& source : loose) {
        SpaceSums& sums = sums_.at(source.number);
        if (!sums.contains(space)) continue;
        const std::size_t before = moves.size();
        TRY(live_records(source.number, space, moves));
        for (std::size_t i = before; i < moves.size(); ++i)
            bytes += record_size(moves[i].entry.length);
        sums.erase(space);
        if (bytes >= limits_.segment_bytes) break;
    }
    TRY(copy(SegmentKind::space, moves));
    return !moves.empty();
}

// clean leaves alone what will be gathered.
Result<bool> Compaction::clean() {
    const std::vector<Source> loose = TRY(loose_segments());
    const SpaceSums total = TRY(total_sums(loose));
    Moves moves;
    std::size_t sources = 0;
    for (const Source& source : loose) {
        const auto waits = [&](const auto& sum) { return is_enough(total.at(sum.first)); };
        if (!source.is_dirty() || std::ranges::any_of(sums_.at(source.number), waits)) continue;
        TRY(live_records(source.number, {}, moves));
        if (++sources == limits_.sources) break;
    }
    TRY(copy(SegmentKind::mixed, moves));
    return !moves.empty();
}

// ---- copying

Result<> Compaction::copy(SegmentKind kind, Moves& moves) {
    std::size_t from = 0;
    while (from < moves.size()) {
        const std::uint64_t number = committer_.take_segment_number();
        TRY(committer_.run([&](Database& database, LiveChanges&) {
            return database.run("INSERT INTO segments VALUES (?, ?, ?, 0, 0)", number,
                                static_cast<int>(kind), static_cast<int>(SegmentState::writing));
        }));
        auto writer = SegmentWriter::create(segments_.files(), segments_.directory(), number, kind);
        Result<std::size_t> end =
            writer ? copy_some(*writer, moves, from) : std::unexpected(writer.error());
        if (!end) {
            TRY(discard(number));
            return std::unexpected(end.error());
        }
        for (std::size_t at = from; at < *end; at += kMovesPerJob)
            TRY(move_rows(*writer, moves, at, std::min(*end, at + kMovesPerJob)));
        from = *end;
    }
    return {};
}

// copy_some fills one output and makes it complete and durable; returns the first record that is
// not in it.
Result<std::size_t> Compaction::copy_some(SegmentWriter& writer, Moves& moves, std::size_t from) {
    std::size_t at = from;
    for (; at < moves.size() && (at == from || writer.size() < limits_.segment_bytes); ++at) {
        Move& move = moves[at];
        const auto bytes = segments_.read(move.source, move.entry);
        if (!bytes || !equal(sha256(*bytes).view(), move.entry.id.view())) {
            damaged_.insert(move.source);
            return bytes ? fail(errors::segment_corrupt) : std::unexpected(bytes.error());
        }
        move.new_offset = TRY(writer.append(move.entry.space, move.entry.id, *bytes));
    }
    TRY(writer.finish());
    return at;
}

Result<> Compaction::discard(std::uint64_t number) {
    TRY(segments_.remove(number));
    TRY(segments_.files().sync_directory(segments_.directory()));
    return committer_.run([number](Database& database, LiveChanges&) {
        return database.run("DELETE FROM segments WHERE number = ?", number);
    });
}

Result<> Compaction::move_rows(const SegmentWriter& output, const Moves& moves, std::size_t from,
                               std::size_t to) {
    return committer_.run([&](Database& database, LiveChanges& live) -> Result<> {
        TRY(database.run("UPDATE segments SET state = ?, length = ? WHERE number = ?",
                         static_cast<int>(SegmentState::sealed), output.size(), output.number()));
        for (std::size_t at = from; at < to; ++at) {
            const Move& move = moves[at];
            TRY(
                database.run("UPDATE objects SET segment = ?, offset = ? "
                             "WHERE space = ? AND id = ? AND segment = ? AND offset = ?",
                             output.number(), move.new_offset, move.space, move.entry.id,
                             move.source, move.entry.offset));
            if (database.changes() == 0) continue;  // removed, or put anew, since it was copied
            const auto size = static_cast<std::int64_t>(record_size(move.entry.length));
            live[move.source] -= size;
            live[output.number()] += size;
        }
        return {};
    });
}

}  // namespace obhut::storage
