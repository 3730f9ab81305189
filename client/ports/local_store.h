// Port: the store of one profile on this machine: a few tables of ordered keys and values, in
// transactions.
//
// Several programs open the same store at once. Adapters: memory (client/ports/memory_store.h),
// SQLite (platform/sqlite_store.h), failing (client/ports/failing_store.h); one conformance suite
// for all (client/ports/local_store_conformance.h).
//
// Contract of every adapter:
// * Keys are 1 to kMaxStoreKey bytes, ordered bytewise within a table; values at most
// kMaxStoreValue. Tables exist from
//   the start and are empty.
// * read() sees one state of the store for its whole life, whatever others write meanwhile.
// * write() is alone: it waits until no other write transaction is open in any program, then sees
// the newest state.
//   Errors: local_store_busy after 30 s of waiting. A store object has at most one transaction open
//   at a time.
// * commit() makes all of a transaction visible at once, or nothing. Durability::full: when it
// returns the writes survive
//   a crash and power loss, together with everything committed before. Durability::relaxed: they
//   survive the end of the program; a power loss may take the newest of them back, always whole
//   transactions, the newest first.
// * A transaction that is destroyed without commit() has never been.
// * Errors: store_full (no space left), store_failed (detail: the adapter's number), store_damaged.
// After an error the
//   transaction is over; the store keeps what was committed before.
// * Threads: a store and its transactions are used by one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "client/errors.h"
#include "core/base/bytes.h"

namespace obhut::client {

inline constexpr std::size_t kMaxStoreKey = 256;
inline constexpr std::size_t kMaxStoreValue = 16U << 20;

// Table: numbers are stored, so none is ever given another meaning.
enum class Table : std::uint8_t {
    profile = 1,    // the sealed secrets, and what stands beside them
    directory = 2,  // entries, state, newest note
    notes = 3,      // notes seen, by log size
    keys = 4,       // KEM public keys, by hash; verified
    spaces = 5,     // chain states, heads, pins, by space
    links = 6,      // links of chains, by space and sequence
    nodes = 7,      // cache of sealed nodes, by id; may be emptied at any time
    journal = 8,    // commits on their way
    uploads = 9,    // chunk → reference of interrupted uploads
    alarms = 10,    // what the server did wrong
    leases = 11,    // which program does what
    apps = 12,      // programs' own, by a prefix they choose
    rings = 13,     // keys of users, groups and epochs, sealed
    kept = 14,      // what a restored server may have lost
};
inline constexpr std::uint8_t kTables = 14;

enum class Durability : std::uint8_t { relaxed, full };

// Reading half of a transaction.
class StoreReader {
public:
    virtual ~StoreReader() = default;
    virtual Result<std::optional<Bytes>> get(Table table, ByteView key) = 0;
    // scan visits the keys ≥ from and (unless it is empty) < to, ascending, until the visitor
    // returns false. Views are valid during the call; the visitor does not use the transaction.
    using Visitor = std::function<bool(ByteView key, ByteView value)>;
    virtual Result<> scan(Table table, ByteView from, ByteView to, const Visitor& visit) = 0;
};

class StoreWriter : public StoreReader {
public:
    virtual Result<> put(Table table, ByteView key, ByteView value) = 0;
    // erase of what is not there succeeds.
    virtual Result<> erase(Table table, ByteView key) = 0;
    // erase_range erases the keys ≥ from and (unless it is empty) < to.
    virtual Result<> erase_range(Table table, ByteView from, ByteView to) = 0;
    // commit ends the transaction; as durable as write() was asked for.
    virtual Result<> commit() = 0;
};

class LocalStore {
public:
    virtual ~LocalStore() = default;
    virtual Result<std::unique_ptr<StoreReader>> read() = 0;
    virtual Result<std::unique_ptr<StoreWriter>> write(Durability durability) = 0;
};

}  // namespace obhut::client
