// A thin wrapper of SQLite's C interface: Result instead of codes, handles that free themselves.
//
//     Query row = TRY(database.query("SELECT hash FROM spaces WHERE id = ?", id.view()));
//     if (TRY(row.step())) use(row.bytes(0));
//
// Statements are prepared once per connection and kept by the address of their text, so pass string
// literals only. Threads: a Database belongs to one thread at a time, its queries too.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/id.h"

struct sqlite3;
struct sqlite3_stmt;

namespace obhut::storage {

// sqlite_error turns a code into ours: disk_full, store_stopped (a sync failed), storage_io,
// index_corrupt, database_failed. `system_error` is the errno behind it, if any.
Error sqlite_error(int code, int system_error);

// Query is a statement with its parameters, being stepped through. It is reset when it goes out of
// scope; the same text cannot be queried again before.
class Query {
public:
    Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    Query& operator=(Query&&) = delete;
    ~Query();

    // step goes to the next row; false at the end.
    Result<bool> step();

    std::int64_t integer(int column) const;
    std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    bool is_null(int column) const;
    // view is valid until the next step.
    ByteView view(int column) const;
    Bytes bytes(int column) const { return to_bytes(view(column)); }
    std::string text(int column) const { return std::string(as_text(view(column))); }
    std::optional<Bytes> optional_bytes(int column) const;
    std::optional<std::uint64_t> optional_number(int column) const;
    // fixed reads an id; index_corrupt if it has another size.
    template <class Fixed>
    Result<Fixed> fixed(int column) const {
        const ByteView bytes = view(column);
        if (bytes.size() != Fixed::kSize) return std::unexpected(damaged());
        return Fixed::from(bytes);
    }

private:
    friend class Database;
    explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
    static Error damaged();

    void bind(int index, std::nullptr_t);
    void bind(int index, std::int64_t value);
    void bind(int index, std::unsigned_integral auto value) {
        bind(index, static_cast<std::int64_t>(value));
    }
    void bind(int index, std::signed_integral auto value) {
        bind(index, static_cast<std::int64_t>(value));
    }
    void bind(int index, ByteView value);
    void bind(int index, const Bytes& value) { bind(index, ByteView(value)); }
    void bind(int index, std::string_view value);
    template <class Tag, std::size_t N>
    void bind(int index, const FixedBytes<Tag, N>& value) {
        bind(index, value.view());
    }
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        if (value)
            bind(index, *value);
        else
            bind(index, nullptr);
    }

    sqlite3_stmt* statement_;
};

class Database {
public:
    enum class Mode : std::uint8_t { read, create };

    // open opens a database file, made if need be in the mode `create`. `vfs` names another adapter
    // than the system's.
    static Result<Database> open(const std::string& path, Mode mode, const char* vfs);

    Database(Database&& other) noexcept;
    Database& operator=(Database&&) = delete;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    // query binds the parameters, which must outlive the query: numbers, views, and names of what
    // owns bytes.
    template <class... Parameters>
    Result<Query> query(const char* sql, Parameters&&... parameters) {
        static_assert((kBindable<Parameters> && ...),
                      "a temporary would be gone before the first step");
        Query query(TRY(prepare(sql)));
        int index = 0;
        (query.bind(++index, parameters), ...);
        return query;
    }
    // run executes a statement that gives no rows.
    template <class... Parameters>
    Result<> run(const char* sql, const Parameters&... parameters) {
        Query statement = TRY(query(sql, parameters...));
        TRY(statement.step());
        return {};
    }
    // script executes several statements, without parameters and unprepared.
    Result<> script(const std::string& sql);

    // changes is how many rows the last statement changed.
    std::int64_t changes() const;
    // in_transaction tells whether one is open; after some errors SQLite has rolled it back by
    // itself.
    bool in_transaction() const;
    // checkpoint brings the log into the database as far as readers allow. Returns the frames that
    // remain to be done.
    Result<int> checkpoint();
    // wal_frames is the length of the log after the last commit of this connection.
    int wal_frames() const { return *wal_frames_; }

private:
    template <class T>
    static constexpr bool kBindable = std::is_lvalue_reference_v<T> || std::is_arithmetic_v<T> ||
                                      std::same_as<std::remove_cv_t<T>, ByteView> ||
                                      std::same_as<std::remove_cv_t<T>, std::string_view>;

    explicit Database(sqlite3* handle);
    Result<sqlite3_stmt*> prepare(const char* sql);
    Error error(int code) const;

    sqlite3* handle_;
    std::unique_ptr<int> wal_frames_;  // where the hook writes; its address must not move
    std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

}  // namespace obhut::storage
