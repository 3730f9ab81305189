#include "server/storage/recover.h"

#include <algorithm>

#include "server/storage/errors.h"

namespace obhut::storage {
namespace {

struct SegmentRow {
    std::uint64_t number = 0;
    SegmentState state = SegmentState::open;
    std::uint64_t length = 0;
    std::int64_t live = 0;
};

Result<std::vector<SegmentRow>> load_rows(Database& database) {
    std::vector<SegmentRow> rows;
    Query query =
        TRY(database.query("SELECT number, state, length, live FROM segments ORDER BY number"));
    while (TRY(query.step())) {
        const std::int64_t state = query.integer(1);
        if (state < 1 || state > 3) return fail(errors::index_corrupt);
        rows.push_back(
            {query.number(0), static_cast<SegmentState>(state), query.number(2), query.integer(3)});
    }
    return rows;
}

// Recovery of one store.
class Recovery {
public:
    Recovery(Database& database, Segments& segments) : database_(database), segments_(segments) {}

    Result<> bring_into_line(const SegmentRow& row) {
        switch (row.state) {
        case SegmentState::writing: return drop(row);
        case SegmentState::sealed: return check_sealed(row);
        case SegmentState::open: return close_open(row);
        }
        return {};
    }

private:
    Result<> drop(const SegmentRow& row) {
        TRY(segments_.remove(row.number));
        TRY(segments_.files().sync_directory(segments_.directory()));
        return database_.run("DELETE FROM segments WHERE number = ?", row.number);
    }

    Result<> check_sealed(const SegmentRow& row) {
        const auto file = segments_.files().open(segments_.path(row.number), OpenMode::read);
        if (!file && file.error().is(errors::not_stored)) {
            // emptied by compaction: the file goes before the row
            return row.live == 0 ? drop(row) : fail(errors::segment_lost);
        }
        if (!file) return std::unexpected(file.error());
        if (TRY((*file)->size()) < row.length) return fail(errors::segment_lost);
        return {};
    }

    Result<> close_open(const SegmentRow& row) {
        auto file = segments_.files().open(segments_.path(row.number), OpenMode::write);
        if (!file && file.error().is(errors::not_stored))
            return nothing_in(row) ? drop(row) : fail(errors::segment_lost);
        if (!file) return std::unexpected(file.error());
        if (TRY((*file)->size()) < row.length) return fail(errors::segment_lost);
        auto scan = scan_segment(**file, row.number, row.length);
        if (!scan) {
            // the crash came before the header was whole
            if (nothing_in(row) && scan.error().is(errors::segment_corrupt)) return drop(row);
            return std::unexpected(scan.error());
        }
        if (scan->end < row.length) return fail(errors::segment_corrupt);
        if (scan->entries.empty()) return drop(row);
        if (!scan->has_footer) TRY(add_footer(**file, *scan));
        return database_.run("UPDATE segments SET state = ?, length = ? WHERE number = ?",
                             static_cast<int>(SegmentState::sealed), scan->end, row.number);
    }

    static bool nothing_in(const SegmentRow& row) { return row.length <= kSegmentHeaderSize; }

    static Result<> add_footer(File& file, const Scan& scan) {
        if (scan.file_size > scan.end) TRY(file.truncate(scan.end));
        const Result<> written = file.write(scan.end, encode_footer(scan.entries, scan.end));
        if (!written) {
            // on a full disk the segment does without
            if (!written.error().is(errors::disk_full)) return written;
            TRY(file.truncate(scan.end));
        }
        return file.sync();
    }

    Database& database_;
    Segments& segments_;
};

}  // namespace

Result<std::uint64_t> recover(Database& database, Segments& segments) {
    const std::vector<SegmentRow> rows = TRY(load_rows(database));
    std::uint64_t next = rows.empty() ? 1 : rows.back().number + 1;
    for (const std::string& name : TRY(segments.files().list(segments.directory()))) {
        const auto number = Segments::parse_name(name);
        if (!number) continue;
        if (!std::ranges::binary_search(rows, *number, {}, &SegmentRow::number))
            return fail(errors::index_behind);
    }
    TRY(database.script("BEGIN IMMEDIATE"));
    Recovery recovery(database, segments);
    for (const SegmentRow& row : rows) TRY(recovery.bring_into_line(row));
    TRY(database.script("COMMIT"));
    return next;
}

}  // namespace obhut::storage
