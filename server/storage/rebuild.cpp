#include "server/storage/rebuild.h"

#include <set>

#include "core/crypto/hash.h"
#include "server/storage/life_editor.h"

namespace obhut::storage {
namespace {

// Everything that is a sum of other rows.
constexpr const char* kSums = R"(
UPDATE segments SET live = coalesce((SELECT sum(length + 64) FROM objects WHERE segment = segments.number), 0);
UPDATE spaces SET
    live = coalesce((SELECT sum(length) FROM objects WHERE space = number AND life & 15 IN (2, 3)), 0),
    trash = coalesce((SELECT sum(length) FROM objects WHERE space = number AND life & 15 = 4), 0);
DELETE FROM owners;
INSERT INTO owners SELECT owner, sum(live), sum(trash) FROM spaces GROUP BY owner;
DELETE FROM uploads;
INSERT INTO uploads SELECT p.device, sum(o.length) FROM pins p
    JOIN objects o ON o.space = p.space AND o.id = p.id GROUP BY p.device;
)";

class Rebuild {
public:
    Rebuild(Database& database, Segments& segments, Millis now)
        : database_(database), segments_(segments), now_(now) {}

    Result<RebuildReport> run() {
        // marks what is found; a place of an object counts once it has been seen
        TRY(
            database_.script("CREATE TEMP TABLE seen (space INTEGER, id BLOB, PRIMARY KEY (space, "
                             "id)) WITHOUT ROWID"));
        for (const std::string& name : TRY(segments_.files().list(segments_.directory())))
            if (const auto number = Segments::parse_name(name)) TRY(read_segment(*number));
        TRY(remove_lost());
        TRY(remove_segments());
        TRY(database_.script("DROP TABLE seen"));
        TRY(database_.script(kSums));
        return report_;
    }

private:
    Result<> read_segment(std::uint64_t number) {
        const std::shared_ptr<File> file = TRY(segments_.open(number));
        const auto scan = scan_segment(*file, number, UINT64_MAX);
        if (!scan && scan.error().is(errors::segment_corrupt)) return set_aside(number);
        if (!scan) return std::unexpected(scan.error());
        found_.insert(number);
        ++report_.segments;
        TRY(
            database_.run("INSERT INTO segments VALUES (?1, ?2, ?3, ?4, 0) "
                          "ON CONFLICT (number) DO UPDATE SET kind = ?2, state = ?3, length = ?4",
                          number, static_cast<int>(scan->kind),
                          static_cast<int>(SegmentState::sealed), scan->end));
        for (const SegmentEntry& entry : scan->entries) TRY(enter(number, *file, entry));
        return {};
    }

    // set_aside gives a file without a header of ours a name that is not a segment's.
    Result<> set_aside(std::uint64_t number) {
        const std::string path = segments_.path(number);
        TRY(segments_.files().rename(path, path + ".broken"));
        return segments_.files().sync_directory(segments_.directory());
    }

    Result<> enter(std::uint64_t segment, File& file, const SegmentEntry& entry) {
        const auto bytes = read_record(file, entry);
        if (!bytes || !equal(sha256(*bytes).view(), entry.id.view())) {
            ++report_.damaged;
            return {};
        }
        const std::int64_t space = TRY(space_number(entry.space));
        const ObjectRow row = TRY(load_object(database_, space, entry.id, false));
        const bool known = row.life.stage != LifeStage::absent;
        const bool here = known && row.place.segment == segment && row.place.offset == entry.offset;
        TRY(database_.run("INSERT OR IGNORE INTO seen VALUES (?, ?)", space, entry.id));
        const bool is_first = database_.changes() == 1;
        if (here) {
            ++report_.known;
        } else if (!known) {
            ++report_.restored;
            ObjectRow restored{.place = {segment, entry.offset}, .life = {}};
            put(restored.life, Pin{{}, now_ + kTrashTime}, entry.length);
            TRY(store_object(database_, space, entry.id, {}, restored));
        } else if (is_first && !TRY(is_whole(row.place, entry))) {
            ++report_.moved;
            TRY(database_.run(
                "UPDATE objects SET segment = ?, offset = ?, length = ? WHERE space = ? AND id = ?",
                segment, entry.offset, entry.length, space, entry.id));
        }
        return {};
    }

    // is_whole tells whether the place that the database names holds the object.
    Result<bool> is_whole(const Place& place, SegmentEntry entry) {
        entry.offset = place.offset;
        const auto bytes = segments_.read(place.segment, entry);
        return bytes && equal(sha256(*bytes).view(), entry.id.view());
    }

    Result<std::int64_t> space_number(const SpaceId& id) {
        SpaceRow row = TRY(load_space(database_, id));
        if (row.number != 0) return row.number;
        row.info.space = id;
        TRY(insert_space(database_, row));
        return row.number;
    }

    Result<> remove_lost() {
        std::vector<std::pair<std::int64_t, ObjectId>> lost;
        {
            Query row = TRY(
                database_.query("SELECT o.space, o.id FROM objects o WHERE NOT EXISTS "
                                "(SELECT 1 FROM seen s WHERE s.space = o.space AND s.id = o.id)"));
            while (TRY(row.step())) lost.emplace_back(row.integer(0), TRY(row.fixed<ObjectId>(1)));
        }
        for (const auto& [space, id] : lost) {
            const ObjectRow row = TRY(load_object(database_, space, id, true));
            TRY(store_object(database_, space, id, row, {}));
        }
        report_.lost = lost.size();
        return {};
    }

    Result<> remove_segments() {
        std::vector<std::uint64_t> gone;
        {
            Query row = TRY(database_.query("SELECT number FROM segments"));
            while (TRY(row.step()))
                if (!found_.contains(row.number(0))) gone.push_back(row.number(0));
        }
        for (const std::uint64_t number : gone)
            TRY(database_.run("DELETE FROM segments WHERE number = ?", number));
        return {};
    }

    Database& database_;
    Segments& segments_;
    Millis now_;
    std::set<std::uint64_t> found_;
    RebuildReport report_;
};

}  // namespace

Result<RebuildReport> rebuild_index(const SqliteOptions& options, FileSystem& files, Millis now) {
    const std::unique_ptr<FileLock> lock = TRY(files.lock(options.directory + "/lock"));
    Database database = TRY(open_writer(options.directory + "/index.db", options.vfs));
    TRY(files.sync_directory(options.directory));
    Segments segments(files, options.directory + "/segments");
    TRY(database.script("BEGIN IMMEDIATE"));
    const RebuildReport report = TRY(Rebuild(database, segments, now).run());
    TRY(database.script("COMMIT"));
    return report;
}

}  // namespace obhut::storage
