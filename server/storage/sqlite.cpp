#include "server/storage/sqlite.h"

#include <cerrno>

#include <sqlite3.h>

#include "server/storage/errors.h"

namespace obhut::storage {

Error sqlite_error(int code, int system_error) {
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
        return Error(errors::store_stopped, code);
    switch (code & 0xFF) {
    case SQLITE_FULL: return Error(errors::disk_full, code);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Error(errors::index_corrupt, code);
    case SQLITE_IOERR:
        if (system_error == ENOSPC || system_error == EDQUOT) return Error(errors::disk_full, code);
        return Error(errors::storage_io, code);
    default: return Error(errors::database_failed, code);
    }
}

// ---- Query

Query::~Query() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Error Query::damaged() { return Error(errors::index_corrupt); }

Result<bool> Query::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    sqlite3* handle = sqlite3_db_handle(statement_);
    return std::unexpected(
        sqlite_error(sqlite3_extended_errcode(handle), sqlite3_system_errno(handle)));
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

bool Query::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

ByteView Query::view(int column) const {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<Bytes> Query::optional_bytes(int column) const {
    if (is_null(column)) return {};
    return bytes(column);
}

std::optional<std::uint64_t> Query::optional_number(int column) const {
    if (is_null(column)) return {};
    return number(column);
}

// Binding fails only for an index that the text does not have, or a value over SQLite's limit of
// 10^9 bytes.
void Query::bind(int index, std::nullptr_t) {
    CHECK(sqlite3_bind_null(statement_, index) == SQLITE_OK);
}
void Query::bind(int index, std::int64_t value) {
    CHECK(sqlite3_bind_int64(statement_, index, value) == SQLITE_OK);
}
void Query::bind(int index, ByteView value) {
    // an empty view may have no address, which SQLite would take for NULL
    const void* data = value.empty() ? "" : static_cast<const void*>(value.data());
    CHECK(sqlite3_bind_blob64(statement_, index, data, value.size(), SQLITE_STATIC) == SQLITE_OK);
}
void Query::bind(int index, std::string_view value) {
    const char* data = value.empty() ? "" : value.data();
    CHECK(sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8) ==
          SQLITE_OK);
}

// ---- Database

Database::Database(sqlite3* handle) : handle_(handle), wal_frames_(std::make_unique<int>(0)) {
    const auto hook = [](void* counter, sqlite3*, const char*, int frames) {
        *static_cast<int*>(counter) = frames;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_, hook, wal_frames_.get());  // also ends automatic checkpoints
}

Database::Database(Database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      wal_frames_(std::move(other.wal_frames_)),
      statements_(std::move(other.statements_)) {}

Database::~Database() {
    if (handle_ == nullptr) return;
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
}

Result<Database> Database::open(const std::string& path, Mode mode, const char* vfs) {
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |=
        mode == Mode::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, vfs);
    if (code != SQLITE_OK) {
        const int system_error = handle == nullptr ? 0 : sqlite3_system_errno(handle);
        sqlite3_close(handle);
        return std::unexpected(sqlite_error(code, system_error));
    }
    Database database(handle);
    if (mode == Mode::read) TRY(database.script("PRAGMA query_only = ON"));
    return database;
}

Error Database::error(int code) const { return sqlite_error(code, sqlite3_system_errno(handle_)); }

Result<sqlite3_stmt*> Database::prepare(const char* sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) {
        CHECK(sqlite3_stmt_busy(found->second) == 0);
        return found->second;
    }
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return std::unexpected(error(code));
    statements_.emplace(sql, statement);
    return statement;
}

Result<> Database::script(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return std::unexpected(error(sqlite3_extended_errcode(handle_)));
    return {};
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Result<int> Database::checkpoint() {
    int frames = 0;
    int done = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &frames, &done);
    if (code != SQLITE_OK && code != SQLITE_BUSY) return std::unexpected(error(code));
    return frames - done;
}

}  // namespace obhut::storage
