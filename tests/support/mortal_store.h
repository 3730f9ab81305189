// MortalStore: the store of a program that is killed at a commit, just before it counts or just
// after. From then on every call fails: to the outside that is the same as no call at all. What
// was committed stays on the disk. One thread.
#pragma once

#include "client/errors.h"
#include "client/ports/memory_store.h"

namespace obhut::test {

class MortalStore final : public client::LocalStore {
public:
    explicit MortalStore(client::MemoryDisk& disk) : store_(disk) {}

    // die_at lets the program die at the commit after `commits` more; `counts`: just after it.
    void die_at(unsigned commits, bool counts) {
        left_ = commits;
        counts_ = counts;
    }
    void spare() { left_.reset(); }
    // fill lets nothing more be written, as on a full disk, until it is emptied.
    void fill(bool full = true) { full_ = full; }
    bool dead() const { return dead_; }

    Result<std::unique_ptr<client::StoreReader>> read() override {
        if (dead_) return fail(errors::store_failed);
        return store_.read();
    }
    Result<std::unique_ptr<client::StoreWriter>> write(client::Durability durability) override {
        if (dead_) return fail(errors::store_failed);
        return std::make_unique<Writer>(*this, TRY(store_.write(durability)));
    }

private:
    class Writer final : public client::StoreWriter {
    public:
        Writer(MortalStore& store, std::unique_ptr<client::StoreWriter> inner)
            : store_(store), inner_(std::move(inner)) {}

        Result<std::optional<Bytes>> get(client::Table table, ByteView key) override {
            return inner_->get(table, key);
        }
        Result<> scan(client::Table table, ByteView from, ByteView to,
                      const Visitor& visit) override {
            return inner_->scan(table, from, to, visit);
        }
        Result<> put(client::Table table, ByteView key, ByteView value) override {
            return inner_->put(table, key, value);
        }
        Result<> erase(client::Table table, ByteView key) override {
            return inner_->erase(table, key);
        }
        Result<> erase_range(client::Table table, ByteView from, ByteView to) override {
            return inner_->erase_range(table, from, to);
        }
        Result<> commit() override {
            if (store_.dead_) return fail(errors::store_failed);
            if (store_.full_) return fail(errors::store_full);
            if (!store_.left_ || (*store_.left_)-- > 0) return inner_->commit();
            store_.dead_ = true;
            if (store_.counts_) TRY(inner_->commit());
            return fail(errors::store_failed);
        }

    private:
        MortalStore& store_;
        std::unique_ptr<client::StoreWriter> inner_;
    };

    client::MemoryStore store_;
    std::optional<unsigned> left_;
    bool counts_ = false;
    bool dead_ = false;
    bool full_ = false;
};

}  // namespace obhut::test
