#include "server/storage/audit.h"

#include "core/crypto/hash.h"

namespace obhut::storage {
namespace {

// Each statement gives a row for something that is not as it should be.
constexpr const char* kContradictions[] = {
    // segments: live bytes
    "SELECT s.number FROM segments s LEFT JOIN "
    "(SELECT segment, sum(length + 64) AS live FROM objects GROUP BY segment) o ON o.segment = "
    "s.number "
    "WHERE s.live <> coalesce(o.live, 0)",
    "SELECT segment FROM objects WHERE segment NOT IN (SELECT number FROM segments) LIMIT 1",
    // spaces: live and trash bytes (stages: 1 pinned, 2 counted, 3 dying, 4 trash)
    "SELECT s.number FROM spaces s LEFT JOIN (SELECT space, "
    "sum(CASE WHEN life & 15 IN (2, 3) THEN length ELSE 0 END) AS live, "
    "sum(CASE WHEN life & 15 = 4 THEN length ELSE 0 END) AS trash FROM objects GROUP BY space) o "
    "ON o.space = s.number WHERE s.live <> coalesce(o.live, 0) OR s.trash <> coalesce(o.trash, 0)",
    "SELECT space FROM objects WHERE space NOT IN (SELECT number FROM spaces) LIMIT 1",
    // owners and devices
    "SELECT o.owner FROM owners o LEFT JOIN (SELECT owner, sum(live) AS live, sum(trash) AS trash "
    "FROM spaces GROUP BY owner) s ON s.owner = o.owner "
    "WHERE o.live <> coalesce(s.live, 0) OR o.trash <> coalesce(s.trash, 0)",
    "SELECT u.device FROM uploads u LEFT JOIN (SELECT p.device, sum(o.length) AS bytes FROM pins p "
    "JOIN objects o ON o.space = p.space AND o.id = p.id GROUP BY p.device) p ON p.device = "
    "u.device "
    "WHERE u.bytes <> coalesce(p.bytes, 0)",
    // side tables
    "SELECT id FROM objects o WHERE life & 15 = 1 AND NOT EXISTS "
    "(SELECT 1 FROM pins p WHERE p.until = o.ended AND p.space = o.space AND p.id = o.id)",
    "SELECT id FROM objects o WHERE life & 15 = 3 AND NOT EXISTS "
    "(SELECT 1 FROM dying d WHERE d.space = o.space AND d.ended = o.ended AND d.id = o.id)",
    "SELECT id FROM objects o WHERE life & 15 = 4 AND NOT EXISTS "
    "(SELECT 1 FROM trash t WHERE t.until = o.ended AND t.space = o.space AND t.id = o.id)",
    "SELECT 1 WHERE (SELECT count(*) FROM pins) + (SELECT count(*) FROM dying) + (SELECT count(*) "
    "FROM trash) <> "
    "(SELECT count(*) FROM objects WHERE life & 15 IN (1, 3, 4))",
    // chains
    "SELECT s.number FROM spaces s WHERE s.links <> "
    "(SELECT count(*) FROM links WHERE key BETWEEN s.number << 40 AND ((s.number + 1) << 40) - 1)",
    "SELECT 1 WHERE (SELECT count(*) FROM log) <> (SELECT coalesce(max(position) + 1, 0) FROM log)",
};

Result<> check_pages(Database& database) {
    Query row = TRY(database.query("PRAGMA integrity_check(1)"));
    if (!TRY(row.step()) || row.text(0) != "ok") return fail(errors::index_corrupt);
    return {};
}

Result<> check_sums(Database& database) {
    std::int32_t number = 0;
    for (const char* sql : kContradictions) {
        Query row = TRY(database.query(sql));
        if (TRY(row.step())) return fail(errors::index_corrupt, number);
        ++number;
    }
    return {};
}

Result<> check_objects(Database& database, Segments& segments, AuditDepth depth,
                       AuditReport& report) {
    Query row =
        TRY(database.query("SELECT s.id, o.id, o.segment, o.offset, o.length FROM objects o "
                           "JOIN spaces s ON s.number = o.space ORDER BY o.segment, o.offset"));
    while (TRY(row.step())) {
        const SegmentEntry entry{TRY(row.fixed<SpaceId>(0)), TRY(row.fixed<ObjectId>(1)),
                                 row.number(3), static_cast<std::uint32_t>(row.number(4))};
        ++report.objects;
        report.bytes += entry.length;
        if (depth == AuditDepth::index) continue;
        const auto bytes = segments.read(row.number(2), entry);
        const bool whole = bytes && (depth == AuditDepth::records ||
                                     equal(sha256(*bytes).view(), entry.id.view()));
        if (!whole) ++report.damaged;
    }
    return {};
}

}  // namespace

Result<AuditReport> audit(const SqliteOptions& options, FileSystem& files, AuditDepth depth) {
    const std::string directory = options.directory + "/segments";
    const auto still = TRY(files.share(Segments::backup_lock(directory)));
    Database database = TRY(open_reader(options.directory + "/index.db", options.vfs));
    TRY(database.script("BEGIN"));  // all of it of one moment
    TRY(check_pages(database));
    TRY(check_sums(database));
    Segments segments(files, directory);
    AuditReport report;
    TRY(check_objects(database, segments, depth, report));
    return report;
}

}  // namespace obhut::storage
