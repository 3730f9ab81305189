#include "server/services/snapshot_store.h"

#include "protocols/api/errors.h"
#include "server/services/errors.h"

namespace obhut::services {

namespace {

constexpr std::size_t kMaxHeads = 64;

// Head is what stands beside the pages; while they are being written it counts those there are.
struct Head {
    std::uint64_t size = 0;
    directory::Frontier tree;
    std::uint32_t pages = 0;
    bool complete = false;

    static void fields(auto& self, auto& field) {
        field(1, self.size);
        field(2, self.tree);
        field(3, self.pages);
        field(4, self.complete);
    }
};

storage::PutRecord put(Bytes key, Bytes value, Millis now) {
    return {storage::Area::server, std::move(key), std::move(value), {}, {}, now};
}

// Writer sends pages to the store, a few in each batch, after a head that knows them.
class Writer {
public:
    Writer(storage::Store& store, Head head, std::uint32_t pages_per_batch, Millis now)
        : store_(store), head_(std::move(head)), pages_per_batch_(pages_per_batch), now_(now) {}

    Result<> page(Bytes bytes) {
        const Bytes key = snapshot_page_key(head_.size, head_.pages++);
        batch_.add(put(key, std::move(bytes), now_));
        return head_.pages % pages_per_batch_ == 0 ? flush() : Result<>();
    }
    // The pages left, and the head that completes them.
    void finish(storage::WriteBatch& batch) {
        for (storage::Operation& operation : batch_.operations())
            batch.operations().push_back(std::move(operation));
        head_.complete = true;
        batch.add(put(snapshot_head_key(head_.size), encode(head_), now_));
    }

private:
    Result<> flush() {
        batch_.add(put(snapshot_head_key(head_.size), encode(head_), now_));
        return commit(store_, std::exchange(batch_, {}));
    }

    storage::Store& store_;
    Head head_;
    std::uint32_t pages_per_batch_;
    Millis now_;
    storage::WriteBatch batch_;
};

}  // namespace

Result<> SnapshotStore::write(const directory::State& state, const directory::Frontier& tree,
                              storage::WriteBatch& batch, std::uint32_t pages_per_batch) {
    TRY(remove_others(batch));
    Writer writer(store_, {state.size(), tree}, pages_per_batch, clock_.now());
    TRY(directory::write_snapshot(state, [&](Bytes page) { return writer.page(std::move(page)); }));
    writer.finish(batch);
    return {};
}

// All but the newest complete ones go, so that with the new one there are kKept.
Result<> SnapshotStore::remove_others(storage::WriteBatch& batch) {
    const Millis now = clock_.now();
    auto rows = store_.records(storage::Area::server, snapshot_head_prefix(), {}, kMaxHeads, now);
    if (!rows) return std::unexpected(public_error(rows.error()));
    std::size_t kept = 0;
    for (auto row = rows->rbegin(); row != rows->rend(); ++row) {
        const auto head = decode<Head>(row->value);
        if (!head) return fail(errors::server_failed);
        if (head->complete && ++kept < kKept) continue;
        for (std::uint32_t page = 0; page < head->pages; ++page)
            batch.add(storage::RemoveRecord{
                storage::Area::server, snapshot_page_key(head->size, page), {}, now});
        batch.add(storage::RemoveRecord{storage::Area::server, row->key, {}, now});
    }
    return {};
}

Result<api::SnapshotPage> SnapshotStore::page(std::uint64_t size, std::uint64_t number) {
    const Millis now = clock_.now();
    const auto row = store_.record(storage::Area::server, snapshot_head_key(size), now);
    if (!row) return std::unexpected(read_error(row.error(), errors::not_there));
    const auto head = decode<Head>(row->value);
    if (!head) return fail(errors::server_failed);
    if (!head->complete || number >= head->pages) return fail(errors::not_there);
    auto page = store_.record(storage::Area::server,
                              snapshot_page_key(size, static_cast<std::uint32_t>(number)), now);
    if (!page) return std::unexpected(read_error(page.error(), errors::not_there));
    return api::SnapshotPage{head->tree, head->pages, std::move(page->value)};
}

}  // namespace obhut::services
