#include "server/storage/schema.h"

#include "server/storage/errors.h"

namespace obhut::storage {
namespace {

constexpr std::int64_t kApplicationId = 0x4F424854;  // "OBHT": what makes the file ours

// synchronous=FULL: in WAL mode the log is synced at each commit. secure_delete: what was erased is
// overwritten.
constexpr const char* kWriterSettings = R"(
PRAGMA busy_timeout = 10000;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -32768;
PRAGMA journal_size_limit = 67108864;
PRAGMA trusted_schema = OFF;
)";

constexpr const char* kReaderSettings = R"(
PRAGMA busy_timeout = 10000;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -4096;
PRAGMA trusted_schema = OFF;
)";

constexpr const char* kTables = R"(
CREATE TABLE server (id INTEGER PRIMARY KEY CHECK (id = 1), incarnation INTEGER NOT NULL,
    log_name TEXT NOT NULL, log_seed BLOB NOT NULL, org BLOB);
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE log (position INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
CREATE TABLE tiles (level INTEGER, number INTEGER, hashes BLOB NOT NULL, PRIMARY KEY (level, number));
CREATE TABLE note (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL);

CREATE TABLE kem_keys (hash BLOB PRIMARY KEY, key BLOB NOT NULL);
CREATE TABLE generations (principal BLOB, number INTEGER, key_link BLOB,
    PRIMARY KEY (principal, number)) WITHOUT ROWID;
CREATE TABLE generation_boxes (principal BLOB, number INTEGER, place INTEGER, recipient BLOB NOT NULL,
    box BLOB NOT NULL, PRIMARY KEY (principal, number, place));
CREATE INDEX generation_boxes_by_recipient ON generation_boxes (principal, number, recipient);
CREATE TABLE kits (user BLOB PRIMARY KEY, password_auth_hash BLOB NOT NULL, password_blob BLOB NOT NULL,
    recovery_auth_hash BLOB NOT NULL, recovery_blob BLOB NOT NULL);
CREATE TABLE openings (user BLOB PRIMARY KEY, email BLOB NOT NULL, salt BLOB NOT NULL,
    stored INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX openings_by_email ON openings (email, stored);
CREATE TABLE records (area INTEGER, key BLOB, value BLOB NOT NULL, version INTEGER NOT NULL,
    expires INTEGER, PRIMARY KEY (area, key));
CREATE INDEX records_by_end ON records (expires) WHERE expires IS NOT NULL;

CREATE TABLE spaces (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, owner BLOB NOT NULL,
    links INTEGER NOT NULL, hash BLOB NOT NULL, epoch INTEGER NOT NULL, closed INTEGER,
    live INTEGER NOT NULL, trash INTEGER NOT NULL, thin_at INTEGER);
CREATE INDEX spaces_by_thinning ON spaces (thin_at) WHERE thin_at IS NOT NULL;
CREATE INDEX spaces_by_end ON spaces (closed) WHERE closed IS NOT NULL;
CREATE TABLE owners (owner BLOB PRIMARY KEY, live INTEGER NOT NULL, trash INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE members (principal BLOB, space INTEGER, PRIMARY KEY (principal, space)) WITHOUT ROWID;
CREATE INDEX members_by_space ON members (space);
CREATE TABLE links (key INTEGER PRIMARY KEY, kind INTEGER NOT NULL, hash BLOB NOT NULL,
    time INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE INDEX rosters ON links (key) WHERE kind <> 3;
CREATE TABLE lists (key INTEGER PRIMARY KEY, encoded BLOB NOT NULL);
CREATE TABLE roots (key INTEGER PRIMARY KEY, time INTEGER NOT NULL);
CREATE TABLE epochs (space INTEGER, epoch INTEGER, history_link BLOB,
    PRIMARY KEY (space, epoch)) WITHOUT ROWID;
CREATE TABLE epoch_boxes (space INTEGER, epoch INTEGER, place INTEGER, leaf INTEGER NOT NULL,
    principal BLOB NOT NULL, box BLOB NOT NULL, proof BLOB NOT NULL, PRIMARY KEY (space, epoch, place));
CREATE INDEX epoch_boxes_by_principal ON epoch_boxes (space, epoch, principal);

CREATE TABLE segments (number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, state INTEGER NOT NULL,
    length INTEGER NOT NULL, live INTEGER NOT NULL);
CREATE TABLE objects (space INTEGER, id BLOB, segment INTEGER NOT NULL, offset INTEGER NOT NULL,
    length INTEGER NOT NULL, life INTEGER NOT NULL, count INTEGER NOT NULL, born INTEGER NOT NULL,
    ended INTEGER NOT NULL, PRIMARY KEY (space, id)) WITHOUT ROWID;
CREATE TABLE pins (until INTEGER, space INTEGER, id BLOB, device BLOB NOT NULL,
    PRIMARY KEY (until, space, id)) WITHOUT ROWID;
CREATE TABLE dying (space INTEGER, ended INTEGER, id BLOB, PRIMARY KEY (space, ended, id)) WITHOUT ROWID;
CREATE TABLE trash (until INTEGER, space INTEGER, id BLOB, PRIMARY KEY (until, space, id)) WITHOUT ROWID;
CREATE TABLE uploads (device BLOB PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
)";

Result<std::int64_t> pragma(Database& database, const char* sql) {
    Query row = TRY(database.query(sql));
    if (!TRY(row.step())) return fail(errors::index_corrupt);
    return row.integer(0);
}

Result<> make_tables(Database& database) {
    TRY(database.script("BEGIN IMMEDIATE"));
    TRY(database.script(kTables));
    TRY(database.script("PRAGMA application_id = " + std::to_string(kApplicationId)));
    TRY(database.script("PRAGMA user_version = " + std::to_string(kSchemaVersion)));
    return database.script("COMMIT");
}

// check_schema tells whether the tables are there; an empty database has none yet.
Result<bool> check_schema(Database& database) {
    const std::int64_t application = TRY(pragma(database, "PRAGMA application_id"));
    const std::int64_t version = TRY(pragma(database, "PRAGMA user_version"));
    if (application == kApplicationId && version == kSchemaVersion) return true;
    if (application == kApplicationId && version > kSchemaVersion)
        return fail(errors::data_too_new);
    const std::int64_t tables = TRY(pragma(database, "SELECT count(*) FROM sqlite_schema"));
    if (application != 0 || version != 0 || tables != 0) return fail(errors::index_corrupt);
    return false;
}

}  // namespace

Result<Database> open_writer(const std::string& path, const char* vfs) {
    Database database = TRY(Database::open(path, Database::Mode::create, vfs));
    TRY(database.script(kWriterSettings));
    if (!TRY(check_schema(database))) TRY(make_tables(database));
    return database;
}

Result<Database> open_reader(const std::string& path, const char* vfs) {
    Database database = TRY(Database::open(path, Database::Mode::read, vfs));
    TRY(database.script(kReaderSettings));
    return database;
}

}  // namespace obhut::storage
