#include "tests/simulation/disk.h"

#include <set>

namespace obhut::simulation {

using client::Durability;
using client::StoreReader;
using client::StoreWriter;
using client::Table;

Disk Disk::copy() const {
    Disk other;
    other.data = data.snapshot();
    return other;
}

void Disk::lose_power(test::TestEntropy& dice) {
    for (std::uint64_t lost = dice.below(relaxed.size() + 1); lost > 0; --lost) {
        Undo undo = std::move(relaxed.back());
        relaxed.pop_back();
        for (Row& row : undo) {
            auto& rows = data.tables[static_cast<std::size_t>(row.table)];
            if (rows.use_count() > 1) rows = std::make_shared<client::MemoryDisk::Rows>(*rows);
            if (row.before)
                (*rows)[row.key] = std::move(*row.before);
            else
                rows->erase(row.key);
        }
    }
}

// Writer passes everything on and notes what each key was before.
class SimulatedStore::Writer final : public StoreWriter {
public:
    Writer(SimulatedStore& store, std::unique_ptr<StoreWriter> inner, Durability durability)
        : store_(store), inner_(std::move(inner)), durability_(durability) {}

    Result<std::optional<Bytes>> get(Table table, ByteView key) override {
        return inner_->get(table, key);
    }
    Result<> scan(Table table, ByteView from, ByteView to, const Visitor& visit) override {
        return inner_->scan(table, from, to, visit);
    }
    Result<> put(Table table, ByteView key, ByteView value) override {
        TRY(note(table, key));
        return inner_->put(table, key, value);
    }
    Result<> erase(Table table, ByteView key) override {
        TRY(note(table, key));
        return inner_->erase(table, key);
    }
    Result<> erase_range(Table table, ByteView from, ByteView to) override {
        std::vector<Bytes> keys;
        TRY(inner_->scan(table, from, to, [&](ByteView key, ByteView) {
            keys.push_back(to_bytes(key));
            return true;
        }));
        for (const Bytes& key : keys) TRY(note(table, key));
        return inner_->erase_range(table, from, to);
    }

    Result<> commit() override {
        if (store_.dead_) return fail(errors::store_failed);
        const CommitFate fate = store_.fate_();
        if (fate == CommitFate::full) return fail(errors::store_full);
        if (fate == CommitFate::dies_before || fate == CommitFate::dies_after) store_.dead_ = true;
        if (fate != CommitFate::dies_before) {
            TRY(inner_->commit());
            if (durability_ == Durability::full)
                store_.disk_.relaxed.clear();
            else
                store_.disk_.relaxed.push_back(std::move(undo_));
        }
        if (store_.dead_) return fail(errors::store_failed);
        return {};
    }

private:
    Result<> note(Table table, ByteView key) {
        if (!noted_.emplace(table, to_bytes(key)).second) return {};
        undo_.push_back({table, to_bytes(key), TRY(inner_->get(table, key))});
        return {};
    }

    SimulatedStore& store_;
    std::unique_ptr<StoreWriter> inner_;
    Durability durability_;
    Disk::Undo undo_;
    std::set<std::pair<Table, Bytes>> noted_;
};

Result<std::unique_ptr<StoreReader>> SimulatedStore::read() {
    if (dead_) return fail(errors::store_failed);
    return store_.read();
}

Result<std::unique_ptr<StoreWriter>> SimulatedStore::write(Durability durability) {
    if (dead_) return fail(errors::store_failed);
    std::unique_ptr<StoreWriter> inner = TRY(store_.write(durability));
    return std::make_unique<Writer>(*this, std::move(inner), durability);
}

}  // namespace obhut::simulation
