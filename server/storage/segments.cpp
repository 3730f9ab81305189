#include "server/storage/segments.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "core/base/check.h"
#include "server/storage/errors.h"

namespace obhut::storage {
namespace {

constexpr std::size_t kBufferSize = 1U << 20;
constexpr std::size_t kNameDigits = 10;
constexpr std::uint64_t kMaxGaps = 256U << 10;  // read over in one call, so that it is one

}  // namespace

// ---- SegmentWriter

Result<SegmentWriter> SegmentWriter::create(FileSystem& files, const std::string& directory,
                                            std::uint64_t number, SegmentKind kind) {
    auto file = TRY(files.open(Segments::segment_path(directory, number), OpenMode::create));
    SegmentWriter writer(std::move(file), number);
    TRY(writer.write(encode_segment_header(number, kind)));
    TRY(writer.sync());
    TRY(files.sync_directory(directory));
    return writer;
}

Result<> SegmentWriter::write(ByteView bytes) {
    size_ += bytes.size();
    dirty_ = true;
    if (buffer_.size() + bytes.size() <= kBufferSize) {
        obhut::append(buffer_, bytes);
        return {};
    }
    // what does not fit goes straight to the file: big objects are not copied
    const std::uint64_t offset = flushed_ + buffer_.size();
    TRY(flush());
    TRY(file_->write(offset, bytes));
    flushed_ = offset + bytes.size();
    return {};
}

Result<std::uint64_t> SegmentWriter::append(const SpaceId& space, const ObjectId& id,
                                            ByteView bytes) {
    const std::uint64_t offset = size_;
    const RecordHeader header{space, id, static_cast<std::uint32_t>(bytes.size())};
    Bytes head;
    append_record_header(head, header);
    TRY(write(head));
    TRY(write(bytes));
    entries_.push_back({space, id, offset, header.length});
    return offset;
}

Result<> SegmentWriter::flush() {
    if (buffer_.empty()) return {};
    TRY(file_->write(flushed_, buffer_));
    flushed_ += buffer_.size();
    buffer_.clear();
    return {};
}

Result<> SegmentWriter::sync() {
    TRY(flush());
    if (!dirty_) return {};
    TRY(file_->sync());
    dirty_ = false;
    return {};
}

Result<> SegmentWriter::finish() {
    const std::uint64_t end = size_;
    TRY(write(encode_footer(entries_, end)));
    TRY(sync());
    size_ = end;
    entries_.clear();
    entries_.shrink_to_fit();
    return {};
}

void SegmentWriter::rewind(const Mark& mark) {
    CHECK(mark.size <= size_);
    buffer_.clear();
    if (flushed_ > mark.size) {
        // only a courtesy to a full disk
        [[maybe_unused]] const Result<> ignored = file_->truncate(mark.size);
        dirty_ = true;
    }
    flushed_ = mark.size;
    size_ = mark.size;
    entries_.resize(mark.entries);
}

// ---- Segments

std::string Segments::segment_path(const std::string& directory, std::uint64_t number) {
    std::string digits = std::to_string(number);
    if (digits.size() < kNameDigits) digits.insert(0, kNameDigits - digits.size(), '0');
    return directory + "/" + digits;
}

std::optional<std::uint64_t> Segments::parse_name(const std::string& name) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size() || name.size() < kNameDigits)
        return {};
    return number;
}

Result<std::shared_ptr<File>> Segments::open(std::uint64_t number) {
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = open_.find(number); found != open_.end()) {
            found->second.used = ++uses_;
            return found->second.file;
        }
    }
    std::shared_ptr<File> file = TRY(files_.open(path(number), OpenMode::read));
    const std::scoped_lock lock(mutex_);
    if (open_.size() >= kMaxOpen)
        open_.erase(std::ranges::min_element(open_, {},
                                             [](const auto& entry) { return entry.second.used; }));
    open_.insert_or_assign(number, Open{file, ++uses_});
    return file;
}

Result<Bytes> Segments::read(std::uint64_t number, const SegmentEntry& entry) {
    const std::shared_ptr<File> file = TRY(open(number));
    return read_record(*file, entry);
}

Result<> Segments::read_all(const std::vector<Located>& records, MutableByteView out) {
    std::vector<std::size_t> order(records.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) {
        return std::pair(records[i].segment, records[i].entry.offset);
    });
    const auto place_of = [&](std::size_t i) {
        return out.subspan(records[i].to, records[i].entry.length);
    };
    std::vector<RecordPlace> run;
    std::vector<std::pair<std::size_t, std::size_t>> again;  // of what is wanted twice
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        const std::uint64_t segment = records[order[begin]].segment;
        std::uint64_t run_end = records[order[begin]].entry.offset;
        std::uint64_t gaps = 0;
        run.clear();
        for (; end < order.size() && records[order[end]].segment == segment; ++end) {
            const SegmentEntry& entry = records[order[end]].entry;
            if (!run.empty() && entry.offset == run.back().entry.offset) {
                again.emplace_back(order[end - 1], order[end]);
                continue;
            }
            if (entry.offset > run_end) gaps += entry.offset - run_end;
            if (gaps > kMaxGaps) break;
            run.push_back({entry, place_of(order[end])});
            run_end = entry.offset + record_size(entry.length);
        }
        const std::shared_ptr<File> file = TRY(open(segment));
        TRY(read_records(*file, run));
    }
    for (const auto& [from, to] : again) std::ranges::copy(place_of(from), place_of(to).begin());
    return {};
}

Result<> Segments::remove(std::uint64_t number) {
    {
        const std::scoped_lock lock(mutex_);
        open_.erase(number);
    }
    const Result<> removed = files_.remove(path(number));
    if (!removed && !removed.error().is(errors::not_stored)) return removed;
    return {};
}

void Segments::hold(std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    ++holds_[number];
}

void Segments::release(std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    const auto found = holds_.find(number);
    CHECK(found != holds_.end());
    if (--found->second == 0) holds_.erase(found);
}

bool Segments::is_held(std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    return holds_.contains(number);
}

}  // namespace obhut::storage
