#include "apps/files/draft.h"

namespace obhut::files {

namespace {

bool starts_with(ByteView key, ByteView prefix) {
    return key.size() >= prefix.size() && equal(key.first(prefix.size()), prefix);
}

}  // namespace

Result<> TreeReading::each(ByteView prefix, ByteView from, const Visitor& visit) const {
    tree::KeyRange range = tree::KeyRange::prefix(prefix);
    if (as_text(from) > as_text(range.from)) range.from = to_bytes(from);
    Result<> outcome;
    TRY(tree_.each(range, [&](ByteView key, const tree::ValueView& value) {
        const auto step = [&]() -> Result<bool> {
            if (value.is_inline()) return visit(key, value.bytes());
            return visit(key, TRY(tree_.read_value(value)));
        };
        const Result<bool> more = step();
        if (!more) outcome = std::unexpected(more.error());
        return more && *more;
    }));
    return outcome;
}

Result<std::optional<Bytes>> Draft::get(ByteView key) const {
    const auto found = changes_.find(to_bytes(key));
    if (found != changes_.end()) return found->second;
    return base_.get(key);
}

Result<> Draft::each(ByteView prefix, ByteView from, const Visitor& visit) const {
    const ByteView start = as_text(from) > as_text(prefix) ? from : prefix;
    auto own = changes_.lower_bound(to_bytes(start));
    bool going = true;
    // Visits the draft's own keys below `key`, or all that are left without one.
    const auto visit_own = [&](std::optional<ByteView> key) -> Result<> {
        for (; going && own != changes_.end() && starts_with(own->first, prefix); ++own) {
            if (key && as_text(own->first) >= as_text(*key)) return {};
            if (own->second) going = TRY(visit(own->first, *own->second));
        }
        return {};
    };
    TRY(base_.each(prefix, start, [&](ByteView key, ByteView value) -> Result<bool> {
        TRY(visit_own(key));
        if (!going) return false;
        if (own != changes_.end() && equal(own->first, key)) {
            if (own->second) going = TRY(visit(key, *own->second));
            ++own;
        } else {
            going = TRY(visit(key, value));
        }
        return going;
    }));
    return visit_own(std::nullopt);
}

tree::Batch Draft::batch() const {
    tree::Batch batch;
    for (const auto& [key, value] : changes_) {
        if (value)
            batch.put(key, ByteView(*value));
        else
            batch.erase(key);
    }
    return batch;
}

}  // namespace obhut::files
