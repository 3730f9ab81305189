#include "core/directory/snapshot.h"

#include <zstd.h>

#include "core/base/verify.h"

namespace obhut::directory {

namespace {

// Most of a state is hashes and keys; level 3 finds what there is to be found.
constexpr int kLevel = 3;
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kMaxLeafBytes = std::size_t{1} << 28;

Bytes compress(ByteView plain) {
    Bytes page(ZSTD_compressBound(plain.size()));
    const std::size_t size =
        ZSTD_compress(page.data(), page.size(), plain.data(), plain.size(), kLevel);
    CHECK(ZSTD_isError(size) == 0);
    page.resize(size);
    return page;
}

// append_page adds what a page holds to the stream.
Result<> append_page(Bytes& stream, ByteView page) {
    const std::size_t before = stream.size();
    stream.resize(before + kSnapshotPageBytes);
    const std::size_t size =
        ZSTD_decompress(stream.data() + before, kSnapshotPageBytes, page.data(), page.size());
    if (ZSTD_isError(size) != 0) return fail(errors::snapshot_malformed);
    stream.resize(before + size);
    return {};
}

}  // namespace

Result<> write_snapshot(const State& state, const std::function<Result<>(Bytes page)>& take) {
    Bytes stream;
    TRY(state.each_leaf([&](ByteView leaf) -> Result<> {
        append_be32(stream, static_cast<std::uint32_t>(leaf.size()));
        append(stream, leaf);
        std::size_t done = 0;
        for (; stream.size() - done >= kSnapshotPageBytes; done += kSnapshotPageBytes)
            TRY(take(compress(ByteView(stream).subspan(done, kSnapshotPageBytes))));
        if (done > 0) stream.erase(stream.begin(), stream.begin() + static_cast<long>(done));
        return {};
    }));
    return stream.empty() ? Result<>() : take(compress(stream));
}

Result<> SnapshotReader::take(ByteView page) {
    TRY(append_page(rest_, page));
    return take_leaves();
}

Result<> SnapshotReader::take_leaves() {
    ByteView rest = rest_;
    while (rest.size() >= kLengthBytes) {
        const std::size_t length = read_be32(rest.first(kLengthBytes));
        if (length > kMaxLeafBytes) return fail(errors::snapshot_malformed);
        if (rest.size() - kLengthBytes < length) break;
        const ByteView leaf = rest.subspan(kLengthBytes, length);
        if (++taken_ > vouched_.records) return fail(errors::snapshot_malformed);
        map_.append(leaf_hash(leaf));
        if (!state_.take_leaf(leaf)) return fail(errors::snapshot_malformed);
        rest = rest.subspan(kLengthBytes + length);
    }
    rest_ = to_bytes(rest);
    return {};
}

Result<State> SnapshotReader::finish() {
    if (!rest_.empty()) return fail(errors::snapshot_malformed);
    VERIFY("SR-02/snapshot-map", map_.root() == vouched_.map_root, errors::snapshot_mismatch);
    if (state_.size() != vouched_.size || !state_.finish_rows())
        return fail(errors::snapshot_malformed);
    return std::move(state_);
}

}  // namespace obhut::directory
