#include "platform/sqlite_store.h"

#include <array>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "core/base/check.h"

namespace obhut::platform {

using client::Durability;
using client::kTables;
using client::Table;

namespace {

constexpr int kApplicationId = 0x4F624855;  // "ObHU"
constexpr int kSchema = 1;

Error error_of(int code) {
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Error(errors::local_store_busy, code);
    case SQLITE_FULL: return Error(errors::store_full, code);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Error(errors::store_damaged, code);
    default: return Error(errors::store_failed, code);
    }
}

Result<> check(int code) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return {};
    return std::unexpected(error_of(code));
}

class Statement {
public:
    Statement() = default;
    Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Statement& operator=(Statement&&) = delete;
    ~Statement() { sqlite3_finalize(statement_); }

    Result<> prepare(sqlite3* database, const std::string& sql) {
        return check(sqlite3_prepare_v3(database, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                                        &statement_, nullptr));
    }
    bool ready() const { return statement_ != nullptr; }
    // Views stay valid until the statement is reset.
    void bind(int index, ByteView bytes) {
        // A null pointer would bind NULL; an empty key or value is an empty blob.
        static const std::uint8_t kNothing = 0;
        sqlite3_bind_blob64(statement_, index, bytes.empty() ? &kNothing : bytes.data(),
                            bytes.size(), SQLITE_STATIC);
    }
    int step() { return sqlite3_step(statement_); }
    ByteView column(int index) const {
        const void* data = sqlite3_column_blob(statement_, index);
        const int size = sqlite3_column_bytes(statement_, index);
        return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
    }
    void reset() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

private:
    sqlite3_stmt* statement_ = nullptr;
};

// Resetting at the end of a scope lets go of what the statement holds.
class Running {
public:
    explicit Running(Statement& statement) : statement_(statement) {}
    ~Running() { statement_.reset(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    Statement* operator->() { return &statement_; }

private:
    Statement& statement_;
};

enum class Query : std::uint8_t { get, scan, scan_to, put, erase, erase_from, erase_range };
constexpr std::size_t kQueries = 7;

std::string sql_of(Query query, int table) {
    const std::string name = "t" + std::to_string(table);
    switch (query) {
    case Query::get: return "SELECT v FROM " + name + " WHERE k = ?1";
    case Query::scan: return "SELECT k, v FROM " + name + " WHERE k >= ?1 ORDER BY k";
    case Query::scan_to: return "SELECT k, v FROM " + name + " WHERE k >= ?1 AND k < ?2 ORDER BY k";
    case Query::put:
        return "INSERT INTO " + name + " VALUES(?1, ?2) ON CONFLICT(k) DO UPDATE SET v = ?2";
    case Query::erase: return "DELETE FROM " + name + " WHERE k = ?1";
    case Query::erase_from: return "DELETE FROM " + name + " WHERE k >= ?1";
    case Query::erase_range: return "DELETE FROM " + name + " WHERE k >= ?1 AND k < ?2";
    }
    return {};
}

}  // namespace

struct SqliteStore::Parts {
    sqlite3* database = nullptr;
    std::array<std::array<Statement, kQueries>, kTables + 1> statements;
    bool in_transaction = false;
    std::optional<Durability> durability;  // that the connection is set to

    ~Parts() {
        for (auto& table : statements)
            for (auto& statement : table) Statement gone(std::move(statement));
        sqlite3_close(database);
    }

    Result<> run(const std::string& sql) {
        return check(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr));
    }

    Result<int> number(const std::string& pragma) {
        Statement statement;
        TRY(statement.prepare(database, pragma));
        const int code = statement.step();
        if (code != SQLITE_ROW) return std::unexpected(error_of(code));
        const std::string text(as_text(statement.column(0)));
        return std::atoi(text.c_str());
    }

    Result<Statement*> statement(Query query, Table table) {
        Statement& found =
            statements[static_cast<std::size_t>(table)][static_cast<std::size_t>(query)];
        if (!found.ready()) TRY(found.prepare(database, sql_of(query, static_cast<int>(table))));
        return &found;
    }

    Result<> set_durability(Durability wanted) {
        if (durability == wanted) return {};
        TRY(run(wanted == Durability::full ? "PRAGMA synchronous=FULL"
                                           : "PRAGMA synchronous=NORMAL"));
        durability = wanted;
        return {};
    }

    Result<> set_up() {
        TRY(run("PRAGMA journal_mode=WAL"));
        TRY(run("PRAGMA wal_autocheckpoint=2000"));
        TRY(run("PRAGMA cache_size=-8000"));
        // The first program makes the tables; others wait for it.
        TRY(run("BEGIN IMMEDIATE"));
        const Result<> made = make_tables();
        if (!made) {
            (void)run("ROLLBACK");
            return made;
        }
        return run("COMMIT");
    }

    Result<> make_tables() {
        const int application = TRY(number("PRAGMA application_id"));
        const int schema = TRY(number("PRAGMA user_version"));
        if (application == kApplicationId && schema > kSchema) return fail(errors::profile_newer);
        if (application != 0 && application != kApplicationId) return fail(errors::store_damaged);
        if (schema == kSchema) return {};
        for (int table = 1; table <= kTables; ++table)
            TRY(run("CREATE TABLE IF NOT EXISTS t" + std::to_string(table) +
                    "(k BLOB PRIMARY KEY NOT NULL, v BLOB NOT NULL)"));
        TRY(run("PRAGMA application_id=" + std::to_string(kApplicationId)));
        return run("PRAGMA user_version=" + std::to_string(kSchema));
    }
};

namespace {

class Transaction final : public client::StoreWriter {
public:
    Transaction(SqliteStore::Parts& parts, bool writing) : parts_(parts), writing_(writing) {}
    ~Transaction() override {
        if (over_) return;
        (void)parts_.run("ROLLBACK");
        parts_.in_transaction = false;
    }

    Result<std::optional<Bytes>> get(Table table, ByteView key) override {
        Running query(*TRY(parts_.statement(Query::get, table)));
        query->bind(1, key);
        const int code = query->step();
        if (code == SQLITE_DONE) return std::optional<Bytes>();
        TRY(check(code));
        return std::optional<Bytes>(to_bytes(query->column(0)));
    }

    Result<> scan(Table table, ByteView from, ByteView to, const Visitor& visit) override {
        Running query(*TRY(parts_.statement(to.empty() ? Query::scan : Query::scan_to, table)));
        query->bind(1, from);
        if (!to.empty()) query->bind(2, to);
        for (;;) {
            const int code = query->step();
            if (code == SQLITE_DONE) return {};
            TRY(check(code));
            if (!visit(query->column(0), query->column(1))) return {};
        }
    }

    Result<> put(Table table, ByteView key, ByteView value) override {
        CHECK(writing_ && !key.empty() && key.size() <= client::kMaxStoreKey &&
              value.size() <= client::kMaxStoreValue);
        Running query(*TRY(parts_.statement(Query::put, table)));
        query->bind(1, key);
        query->bind(2, value);
        return check(query->step());
    }

    Result<> erase(Table table, ByteView key) override {
        CHECK(writing_);
        Running query(*TRY(parts_.statement(Query::erase, table)));
        query->bind(1, key);
        return check(query->step());
    }

    Result<> erase_range(Table table, ByteView from, ByteView to) override {
        CHECK(writing_);
        Running query(
            *TRY(parts_.statement(to.empty() ? Query::erase_from : Query::erase_range, table)));
        query->bind(1, from);
        if (!to.empty()) query->bind(2, to);
        return check(query->step());
    }

    Result<> commit() override {
        CHECK(writing_ && !over_);
        TRY(parts_.run("COMMIT"));
        over_ = true;
        parts_.in_transaction = false;
        return {};
    }

private:
    SqliteStore::Parts& parts_;
    bool writing_;
    bool over_ = false;
};

// SQLite makes its files with the mode of the database, so that one is made first, for its owner
// alone.
Result<> make_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return fail(errors::store_failed, errno);
    ::close(file);
    return {};
}

}  // namespace

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, int wait_ms) {
    TRY(make_private(path));
    auto parts = std::make_unique<Parts>();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    TRY(check(sqlite3_open_v2(path.c_str(), &parts->database, flags, nullptr)));
    sqlite3_busy_timeout(parts->database, wait_ms);
    TRY(parts->set_up());
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

Result<std::unique_ptr<client::StoreReader>> SqliteStore::read() {
    CHECK(!parts_->in_transaction);
    TRY(parts_->run("BEGIN"));
    parts_->in_transaction = true;
    auto transaction = std::make_unique<Transaction>(*parts_, false);
    // A deferred transaction begins with its first read; make that now, so that all reads see this
    // moment.
    TRY(transaction->get(Table::profile, as_bytes("-")));
    return transaction;
}

Result<std::unique_ptr<client::StoreWriter>> SqliteStore::write(Durability durability) {
    CHECK(!parts_->in_transaction);
    TRY(parts_->set_durability(durability));
    TRY(parts_->run("BEGIN IMMEDIATE"));
    parts_->in_transaction = true;
    return std::make_unique<Transaction>(*parts_, true);
}

}  // namespace obhut::platform
