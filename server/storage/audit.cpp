#include "server/storage/audit.h"

#include <algorithm>

#include "core/crypto/hash.h"
#include "server/storage/audit_sums.h"

namespace obhut::storage {
namespace {

constexpr std::size_t kRowsAtOnce = 1'000'000;  // 56 MB
constexpr std::uint64_t kReadAtOnce = 1U << 20;
constexpr std::uint64_t kMaxGap = 64U << 10;  // read over, so that it is one call

Result<> check_pages(Database& database) {
    Query row = TRY(database.query("PRAGMA integrity_check(1)"));
    if (!TRY(row.step()) || row.text(0) != "ok") return fail(errors::index_corrupt);
    return {};
}

// Objects looks at what the index names, a million rows at a time. Neighbours in the index are of
// one space; in segments that were compacted they are neighbours too.
class Objects {
public:
    Objects(Segments& segments, AuditDepth depth, std::uint64_t all, const AuditWatch& watch)
        : segments_(segments), depth_(depth), all_(all), watch_(watch) {}

    Result<AuditReport> check(Database& database) {
        rows_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(all_, kRowsAtOnce)));
        Query row =
            TRY(database.query("SELECT s.id, o.id, o.segment, o.offset, o.length FROM spaces s "
                               "CROSS JOIN objects o ON o.space = s.number"));
        while (TRY(row.step())) {
            const auto space = TRY(row.fixed<SpaceId>(0));
            if (spaces_.empty() || spaces_.back() != space) spaces_.push_back(space);
            rows_.push_back({TRY(row.fixed<ObjectId>(1)), row.number(2), row.number(3),
                             static_cast<std::uint32_t>(row.number(4)),
                             static_cast<std::uint32_t>(spaces_.size() - 1)});
            ++report_.objects;
            report_.bytes += row.number(4);
            if (rows_.size() == kRowsAtOnce) check_rows();
        }
        check_rows();
        return report_;
    }

private:
    struct Row {
        ObjectId id;
        std::uint64_t segment = 0;
        std::uint64_t offset = 0;
        std::uint32_t length = 0;
        std::uint32_t space = 0;  // index into spaces_
        std::uint64_t end() const { return offset + record_size(length); }
    };

    void check_rows() {
        std::ranges::sort(rows_, {},
                          [](const Row& row) { return std::pair(row.segment, row.offset); });
        for (std::size_t begin = 0; begin < rows_.size() && depth_ != AuditDepth::index;) {
            std::size_t end = begin + 1;
            while (end < rows_.size() && is_near(rows_[begin], rows_[end - 1], rows_[end])) ++end;
            check_run(std::span(rows_).subspan(begin, end - begin));
            begin = end;
        }
        rows_.clear();
        spaces_.clear();
        if (watch_) watch_({AuditProgress::Phase::objects, report_.objects, all_});
    }

    static bool is_near(const Row& first, const Row& before, const Row& row) {
        return row.segment == first.segment && row.offset >= before.end() &&
               row.offset - before.end() <= kMaxGap && row.end() - first.offset <= kReadAtOnce;
    }

    // One that cannot be read does not speak for its neighbours.
    void check_run(std::span<const Row> run) {
        std::vector<Bytes> bytes(run.size());
        std::vector<RecordPlace> places;
        for (std::size_t i = 0; i < run.size(); ++i) {
            bytes[i].resize(run[i].length);
            places.push_back(
                {{spaces_[run[i].space], run[i].id, run[i].offset, run[i].length}, bytes[i]});
        }
        const auto file = segments_.open(run.front().segment);
        const auto read = file ? read_records(**file, places) : std::unexpected(file.error());
        for (std::size_t i = 0; i < run.size(); ++i) {
            const SegmentEntry& entry = places[i].entry;
            const auto alone =
                read ? Result<Bytes>(Bytes()) : segments_.read(run[i].segment, entry);
            const bool whole = alone && is_whole(entry, read ? bytes[i] : *alone);
            if (!whole) ++report_.damaged;
            if (watch_ && ++told_ % 10'000 == 0)
                watch_({AuditProgress::Phase::objects, told_, all_});
        }
    }

    bool is_whole(const SegmentEntry& entry, ByteView bytes) const {
        return depth_ == AuditDepth::records || equal(sha256(bytes).view(), entry.id.view());
    }

    Segments& segments_;
    AuditDepth depth_;
    std::uint64_t all_;
    const AuditWatch& watch_;
    std::vector<Row> rows_;
    std::vector<SpaceId> spaces_;
    std::uint64_t told_ = 0;
    AuditReport report_;
};

}  // namespace

Result<AuditReport> audit(const SqliteOptions& options, FileSystem& files, AuditDepth depth,
                          const AuditWatch& watch) {
    const std::string directory = options.directory + "/segments";
    const auto still = TRY(files.share(Segments::backup_lock(directory)));
    Database database = TRY(open_reader(options.directory + "/index.db", options.vfs));
    TRY(database.script("BEGIN"));  // all of it of one moment
    if (watch) watch({});
    TRY(check_pages(database));
    const std::uint64_t all = TRY(check_sums(database, watch));
    Segments segments(files, directory);
    return Objects(segments, depth, all, watch).check(database);
}

}  // namespace obhut::storage
