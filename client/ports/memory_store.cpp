#include "client/ports/memory_store.h"

#include "core/base/check.h"

namespace obhut::client {
namespace {

using Rows = MemoryDisk::Rows;
using Tables = std::array<std::shared_ptr<Rows>, kTables + 1>;
using Overlay = std::map<Bytes, std::optional<Bytes>>;  // absent value: erased

std::size_t index_of(Table table) { return static_cast<std::size_t>(table); }

// A reader shares the tables as they are; a writer keeps its changes beside them until it commits.
class MemoryTransaction final : public StoreWriter {
public:
    MemoryTransaction(MemoryDisk& disk, std::shared_ptr<bool> open, bool writing,
                      Durability durability)
        : disk_(disk), open_(std::move(open)), writing_(writing), durability_(durability) {
        if (!writing) held_ = disk.tables;
    }

    ~MemoryTransaction() override {
        if (writing_) disk_.writing = false;
        if (!committed_) *open_ = false;
    }

    Result<std::optional<Bytes>> get(Table table, ByteView key) override {
        const Bytes owned = to_bytes(key);
        const Overlay& changes = changes_[index_of(table)];
        if (const auto changed = changes.find(owned); changed != changes.end())
            return changed->second;
        const auto found = rows(table).find(owned);
        if (found == rows(table).end()) return std::optional<Bytes>();
        return std::optional<Bytes>(found->second);
    }

    Result<> scan(Table table, ByteView from, ByteView to, const Visitor& visit) override {
        const Bytes start = to_bytes(from);
        const Bytes stop = to_bytes(to);
        const auto below = [&](const Bytes& key) { return stop.empty() || key < stop; };
        const Overlay& changes = changes_[index_of(table)];
        auto row = rows(table).lower_bound(start);
        auto change = changes.lower_bound(start);
        for (;;) {
            const bool has_row = row != rows(table).end() && below(row->first);
            const bool has_change = change != changes.end() && below(change->first);
            if (!has_row && !has_change) return {};
            if (has_row && (!has_change || row->first < change->first)) {
                if (!visit(row->first, row->second)) return {};
                ++row;
                continue;
            }
            if (has_row && row->first == change->first) ++row;
            if (change->second && !visit(change->first, *change->second)) return {};
            ++change;
        }
    }

    Result<> put(Table table, ByteView key, ByteView value) override {
        CHECK(writing_ && !key.empty() && key.size() <= kMaxStoreKey &&
              value.size() <= kMaxStoreValue);
        changes_[index_of(table)][to_bytes(key)] = to_bytes(value);
        return {};
    }

    Result<> erase(Table table, ByteView key) override {
        CHECK(writing_);
        changes_[index_of(table)][to_bytes(key)] = std::nullopt;
        return {};
    }

    Result<> erase_range(Table table, ByteView from, ByteView to) override {
        CHECK(writing_);
        std::vector<Bytes> keys;
        TRY(scan(table, from, to, [&](ByteView key, ByteView) {
            keys.push_back(to_bytes(key));
            return true;
        }));
        for (Bytes& key : keys) changes_[index_of(table)][std::move(key)] = std::nullopt;
        return {};
    }

    Result<> commit() override {
        CHECK(writing_);
        for (std::size_t table = 0; table < changes_.size(); ++table) apply(table);
        ++disk_.commits;
        if (durability_ == Durability::full) ++disk_.syncs;
        disk_.writing = false;
        writing_ = false;
        committed_ = true;
        *open_ = false;
        return {};
    }

private:
    const Rows& rows(Table table) const {
        return writing_ ? *disk_.tables[index_of(table)] : *held_[index_of(table)];
    }

    void apply(std::size_t table) {
        if (changes_[table].empty()) return;
        auto& shared = disk_.tables[table];
        if (shared.use_count() > 1)
            shared = std::make_shared<Rows>(*shared);  // readers keep the old state
        for (auto& [key, value] : changes_[table]) {
            if (value)
                (*shared)[key] = std::move(*value);
            else
                shared->erase(key);
        }
        changes_[table].clear();
    }

    MemoryDisk& disk_;
    Tables held_;
    std::array<Overlay, kTables + 1> changes_;
    std::shared_ptr<bool> open_;  // of the store: one at a time
    bool writing_;
    bool committed_ = false;
    Durability durability_;
};

}  // namespace

MemoryDisk::MemoryDisk() {
    for (auto& table : tables) table = std::make_shared<Rows>();
}

MemoryDisk MemoryDisk::snapshot() const {
    MemoryDisk copy;
    copy.tables = tables;  // writers copy before they change
    return copy;
}

Result<std::unique_ptr<StoreReader>> MemoryStore::read() {
    CHECK(!*open_);
    *open_ = true;
    return std::make_unique<MemoryTransaction>(disk_, open_, false, Durability::relaxed);
}

Result<std::unique_ptr<StoreWriter>> MemoryStore::write(Durability durability) {
    if (disk_.writing) return fail(errors::local_store_busy);
    CHECK(!*open_);
    disk_.writing = true;
    *open_ = true;
    return std::make_unique<MemoryTransaction>(disk_, open_, true, durability);
}

}  // namespace obhut::client
