#include "client/directory/retrace.h"

#include "core/base/verify.h"
#include "core/directory/errors.h"

namespace obhut::client {
namespace {

// Above the rows of directory::Log. One row says what the copy began with; those of the progress
// are the tree, and the records of the state behind the same byte.
constexpr std::uint8_t kBegun = 0x20;
constexpr std::uint8_t kProgress = 0x21;

Bytes progress_key(ByteView row = {}) {
    Bytes key{kProgress};
    append(key, row);
    return key;
}

Result<> erase_progress(StoreWriter& writer) {
    return writer.erase_range(Table::directory, progress_key(), Bytes{kProgress + 1});
}

Result<directory::Frontier> decode_tree(ByteView value) {
    auto tree = decode<directory::Frontier>(value);
    if (!tree || !tree->consistent()) return fail(errors::profile_damaged);
    return tree;
}

}  // namespace

Bytes Retrace::first_key() { return {kBegun}; }

Result<std::optional<Begun>> Retrace::load(StoreReader& reader) {
    const auto row = TRY(reader.get(Table::directory, Bytes{kBegun}));
    if (!row) return std::optional<Begun>();
    const auto begun = decode<Begun>(*row);
    if (!begun) return fail(errors::profile_damaged);
    return std::optional(*begun);
}

Result<> Retrace::put(StoreWriter& writer, const Begun& begun) {
    return writer.put(Table::directory, Bytes{kBegun}, encode(begun));
}

Result<bool> Retrace::step() {
    if (!state_) TRY(load_progress());
    const Result<> verified = verify_page();
    if (!verified) {
        state_.reset();
        return std::unexpected(verified.error());
    }
    return keep(whole() ? compare() : Result<>());
}

Result<> Retrace::load_progress() {
    const auto reader = TRY(store_.read());
    std::vector<directory::Row> rows;
    TRY(reader->scan(Table::directory, progress_key(), Bytes{kProgress + 1},
                     [&](ByteView key, ByteView value) {
                         rows.push_back({to_bytes(key.subspan(1)), to_bytes(value)});
                         return true;
                     }));
    directory::State state;
    tree_ = {};
    state.track();
    if (!rows.empty()) {
        tree_ = TRY(decode_tree(rows[0].value));
        for (std::size_t i = 1; i < rows.size(); ++i) {
            if (!state.take_row(rows[i].key, rows[i].value)) return fail(errors::profile_damaged);
        }
        if (!state.finish_rows() || state.size() != tree_.size())
            return fail(errors::profile_damaged);
    }
    kept_ = tree_.size();
    state_ = std::move(state);
    return {};
}

Result<> Retrace::verify_page() {
    const api::Entries page = TRY(remote_.entries(tree_.size()));
    if (page.from != tree_.size() || page.entries.empty()) return fail(errors::answer_malformed);
    state_->begin();
    Result<> result;
    for (const api::EntryBlob& entry : page.entries) {
        if (whole() || !result) break;
        const auto verdict = state_->apply(entry.bytes);
        if (!verdict) result = std::unexpected(verdict.error());
        tree_.append(directory::leaf_hash(entry.bytes));
    }
    state_->commit();
    return result;
}

Result<> Retrace::compare() const {
    VERIFY("SR-29/past-leads-to-snapshot", tree_.root() == vouched_.log_root, errors::log_mismatch);
    VERIFY("SR-02/snapshot-was-true",
           state_->map() == (directory::StateMap{vouched_.map_root, vouched_.records}),
           errors::snapshot_untrue);
    return {};
}

// Kept is the progress, or what came of it.
Result<bool> Retrace::keep(const Result<>& compared) {
    const bool over = whole();
    const auto writer = TRY(store_.write(Durability::relaxed));
    const auto begun = TRY(load(*writer));
    if (!begun) return true;  // another program has done it
    if (begun->untrue) return fail(errors::snapshot_untrue);
    const auto stored = TRY(writer->get(Table::directory, progress_key()));
    const directory::Position stored_size = stored ? TRY(decode_tree(*stored)).size() : 0;
    if (!over && stored_size != kept_) {
        state_.reset();
        return false;
    }
    if (over) {
        state_.reset();
        TRY(erase_progress(*writer));
        if (compared) TRY(writer->erase(Table::directory, Bytes{kBegun}));
        if (!compared && compared.error().is(errors::snapshot_untrue))
            TRY(put(*writer, {vouched_, true}));
        TRY(writer->commit());
        return compared ? Result<bool>(true) : std::unexpected(compared.error());
    }
    TRY(writer->put(Table::directory, progress_key(), encode(tree_)));
    for (const directory::Row& row : state_->changed_rows())
        TRY(writer->put(Table::directory, progress_key(row.key), row.value));
    TRY(writer->commit());
    kept_ = tree_.size();
    state_->forget_changes();
    return false;
}

}  // namespace obhut::client
