#include "core/content/reader.h"

#include "core/base/verify.h"
#include "core/content/errors.h"

namespace obhut::content {

namespace {

constexpr std::size_t kBatchBytes = 4U << 20;  // of plaintext, fetched in one call
constexpr std::size_t kQueueFiles = 256;       // whose manifests are fetched together
constexpr std::size_t kZeroBlock = 4096;       // what is made a hole in a sparse file

std::size_t size_of_slot(const Content& content, std::uint64_t slot) {
    const std::uint64_t chunk_size = content.manifest->chunk_size;
    return static_cast<std::size_t>(std::min(chunk_size, content.size - slot * chunk_size));
}

bool is_zero_block(ByteView bytes) {
    return bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

// Writes a chunk of a file that was sparse: aligned blocks of zeros become holes.
Result<> write_sparse(ByteSink& sink, std::uint64_t offset, ByteView bytes) {
    std::size_t from = 0;
    while (from < bytes.size()) {
        const auto block = [&](std::size_t at) {
            return bytes.subspan(at, std::min(kZeroBlock, bytes.size() - at));
        };
        const bool zero = is_zero_block(block(from));
        std::size_t to = from;
        while (to < bytes.size() && is_zero_block(block(to)) == zero) to += block(to).size();
        if (zero)
            TRY(sink.hole(offset + from, to - from));
        else
            TRY(sink.write(offset + from, bytes.subspan(from, to - from)));
        from = to;
    }
    return {};
}

Result<> check_inline(const Content& content, ByteView bytes) {
    if (bytes.empty() && content.size > 0) return fail(errors::inline_bytes_missing);
    VERIFY("SR-07/inline-content", sha256(bytes) == content.hash && bytes.size() == content.size,
           errors::content_wrong_hash);
    return {};
}

Result<> check_root(const Hash& found, const Content& content) {
    VERIFY("SR-06/file-hash", found == content.hash, errors::file_wrong_hash);
    return {};
}

}  // namespace

struct Reader::File {
    Content content;
    Bytes inline_bytes;
    ByteSink* sink = nullptr;
    Done done;
    std::optional<ManifestCursor> cursor;
    Result<> outcome;  // the first error
};

// A step of a file, delivered in order.
struct Reader::Piece {
    File* file = nullptr;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::optional<Chunk> chunk;   // else a hole, or bytes that are there already
    std::optional<Bytes> object;  // fetched
    Bytes bytes;                  // that are there already
    Result<ByteView> plain = ByteView{};
    bool is_end = false;
};

// Opens neighbouring pieces, one behind the other in memory that is used again and again.
class Reader::Opener : public Task {
public:
    void run() override {
        std::size_t room = 0;
        for (const auto& piece : pieces) room += room_of(*piece);
        if (room_.size() < room) room_ = Bytes(room);
        MutableByteView rest(room_);
        for (const auto& piece : pieces) {
            if (!piece->chunk) continue;
            if (!piece->object) {
                piece->plain = fail(errors::content_missing);
                continue;
            }
            const MutableByteView own = rest.first(room_of(*piece));
            rest = rest.subspan(own.size());
            piece->plain =
                coder_.open(*place, *piece->chunk, static_cast<std::size_t>(piece->length),
                            *piece->object, own, ids);
            piece->object.reset();
        }
    }

    const ObjectPlace* place = nullptr;
    Ids ids = Ids::in_doubt;
    std::vector<std::unique_ptr<Piece>> pieces;

private:
    static std::size_t room_of(const Piece& piece) {
        if (!piece.object) return 0;
        return ChunkCoder::room_for(static_cast<std::size_t>(piece.length), *piece.object);
    }

    ChunkCoder coder_;
    Bytes room_;
};

Reader::Reader(const ObjectPlace& place, ContentSource& source, Executor& executor, Ids ids)
    : place_(place), source_(source), executor_(executor), ids_(ids) {}

Reader::~Reader() {
    for (auto& batch : opening_)
        for (auto& opener : batch->openers) executor_.wait(*opener);
}

Result<> Reader::read(const Content& content, ByteView inline_bytes, ByteSink& sink, Done done) {
    auto file = std::make_unique<File>();
    file->content = content.clone();
    file->inline_bytes = content.bytes ? *content.bytes : to_bytes(inline_bytes);
    file->sink = &sink;
    file->done = std::move(done);
    file->outcome = check_content(content);
    queued_bytes_ += content.size;
    queue_.push_back(std::move(file));
    if (queue_.size() >= kQueueFiles || queued_bytes_ >= kBatchBytes) return pump();
    return {};
}

Result<> Reader::flush() {
    TRY(pump());
    if (!planned_.pieces.empty()) TRY(close_batch());
    while (!fetching_.empty()) TRY(fetch_oldest());
    while (!opening_.empty()) TRY(deliver_oldest());
    return {};
}

Result<> Reader::pump() {
    TRY(load_manifests());
    std::vector<std::unique_ptr<File>> queued = std::move(queue_);
    queue_.clear();
    queued_bytes_ = 0;
    std::vector<File*> files;
    for (auto& file : queued) files.push_back(files_.emplace_back(std::move(file)).get());
    for (File* file : files) TRY(plan(*file));
    return {};
}

// Fetches the top pages of all manifests in the queue in one call.
Result<> Reader::load_manifests() {
    std::vector<ObjectId> ids;
    std::vector<File*> files;
    for (const auto& file : queue_) {
        if (!file->outcome || !file->content.manifest) continue;
        file->cursor.emplace(place_, source_, *file->content.manifest);
        ids.push_back(file->content.manifest->reference.id);
        files.push_back(file.get());
    }
    if (ids.empty()) return {};
    const auto objects = TRY(source_.fetch(ids));
    if (objects.size() != ids.size()) return fail(errors::content_missing);
    for (std::size_t i = 0; i < files.size(); ++i)
        files[i]->outcome =
            objects[i] ? files[i]->cursor->preload(*objects[i]) : fail(errors::content_missing);
    return {};
}

Result<> Reader::plan(File& file) {
    const Content& content = file.content;
    if (file.outcome && content.manifest) {
        const Result<> planned = plan_chunks(file);
        if (!planned && planned.error().kind() == Kind::retry) return planned;
        if (file.outcome) file.outcome = planned;
    } else if (file.outcome && content.single) {
        auto piece = std::make_unique<Piece>();
        piece->file = &file;
        piece->length = content.size;
        piece->chunk = content.chunk();
        TRY(add(std::move(piece)));
    } else if (file.outcome) {
        file.outcome = check_inline(content, file.inline_bytes);
        auto piece = std::make_unique<Piece>();
        piece->file = &file;
        piece->length = content.size;
        piece->bytes = std::move(file.inline_bytes);
        piece->plain = ByteView(piece->bytes);
        TRY(add(std::move(piece)));
    }
    auto end = std::make_unique<Piece>();
    end->file = &file;
    end->is_end = true;
    return add(std::move(end));
}

Result<> Reader::plan_chunks(File& file) {
    ManifestCursor& cursor = *file.cursor;
    const std::uint32_t chunk_size = cursor.chunk_size();
    RootHasher root(file.content.size, chunk_size);
    for (std::uint64_t slot = 0; slot < cursor.slots() && file.outcome;) {
        const Slots at = TRY(cursor.at(slot));
        auto piece = std::make_unique<Piece>();
        piece->file = &file;
        piece->offset = slot * chunk_size;
        if (at.chunk != nullptr) {
            root.chunk(at.chunk->hash);
            piece->chunk = at.chunk->clone();
            piece->length = size_of_slot(file.content, slot);
        } else {
            root.holes(at.count);
            piece->length = std::min(at.count * chunk_size, file.content.size - piece->offset);
        }
        slot += at.count;
        TRY(add(std::move(piece)));
    }
    return check_root(root.finish(), file.content);
}

Result<> Reader::add(std::unique_ptr<Piece> piece) {
    if (piece->chunk) {
        planned_.bytes += static_cast<std::size_t>(piece->length);
        planned_.ids.push_back(piece->chunk->reference.id);
    }
    planned_.pieces.push_back(std::move(piece));
    if (planned_.bytes >= kBatchBytes || planned_.ids.size() >= kMaxFetch ||
        planned_.pieces.size() >= 4 * kMaxFetch)
        return close_batch();
    return {};
}

// Has the planned batch on its way; goes on with older ones if they are too many then.
Result<> Reader::close_batch() {
    if (fetching_.size() >= kMaxAhead) TRY(fetch_oldest());
    if (!planned_.ids.empty()) source_.prefetch(planned_.ids);
    fetching_.push_back(std::exchange(planned_, {}));
    return {};
}

// Has the oldest batch opened when it has come; delivers an older one if too many are being opened
// then.
Result<> Reader::fetch_oldest() {
    auto batch = std::make_unique<Batch>(std::move(fetching_.front()));
    fetching_.pop_front();
    if (!batch->ids.empty()) {
        auto objects = TRY(source_.fetch(batch->ids));
        if (objects.size() != batch->ids.size()) return fail(errors::content_missing);
        std::size_t next = 0;
        for (const auto& piece : batch->pieces)
            if (piece->chunk) piece->object = std::move(objects[next++]);
    }
    opening_.push_back(std::move(batch));
    start_opening(*opening_.back());
    return opening_.size() > executor_.width() ? deliver_oldest() : Result<>();
}

// Splits a batch among twice as many tasks as run at once, by bytes.
void Reader::start_opening(Batch& batch) {
    const std::size_t share = batch.bytes / (2 * executor_.width()) + 1;
    std::size_t bytes = 0;
    for (auto& piece : batch.pieces) {
        if (batch.openers.empty() || bytes >= share) {
            batch.openers.push_back(idle_.empty() ? std::make_unique<Opener>()
                                                  : std::move(idle_.back()));
            if (!idle_.empty()) idle_.pop_back();
            batch.openers.back()->place = &place_;
            batch.openers.back()->ids = ids_;
            bytes = 0;
        }
        if (piece->chunk) bytes += static_cast<std::size_t>(piece->length);
        batch.openers.back()->pieces.push_back(std::move(piece));
    }
    batch.pieces.clear();
    for (auto& opener : batch.openers) executor_.start(*opener);
}

Result<> Reader::deliver_oldest() {
    const std::unique_ptr<Batch> batch = std::move(opening_.front());
    opening_.pop_front();
    Result<> outcome;
    for (auto& opener : batch->openers) {
        executor_.wait(*opener);
        for (auto& piece : opener->pieces)
            if (outcome) outcome = deliver(*piece);
        opener->pieces.clear();
        idle_.push_back(std::move(opener));
    }
    return outcome;
}

Result<> Reader::deliver(Piece& piece) {
    File& file = *piece.file;
    if (piece.is_end) {
        CHECK(&file == files_.front().get());
        const std::unique_ptr<File> ended = std::move(files_.front());
        files_.pop_front();
        if (file.outcome) file.outcome = file.sink->finish(file.content.size);
        return file.done(file.outcome);
    }
    if (!file.outcome) return {};
    if (!piece.plain)
        file.outcome = std::unexpected(piece.plain.error());
    else if (!piece.chunk && piece.plain->empty())
        file.outcome = piece.length == 0 ? Result<>{} : file.sink->hole(piece.offset, piece.length);
    else if (file.content.manifest && file.content.manifest->sparse)
        file.outcome = write_sparse(*file.sink, piece.offset, *piece.plain);
    else
        file.outcome = file.sink->write(piece.offset, *piece.plain);
    return {};
}

FileReader::FileReader(const ObjectPlace& place, ContentSource& source, const Content& content,
                       Bytes inline_bytes)
    : place_(place),
      source_(source),
      content_(content.clone()),
      chunk_size_(content.manifest ? content.manifest->chunk_size : kLargeChunk),
      inline_bytes_(content.bytes ? *content.bytes : std::move(inline_bytes)) {}

Result<std::size_t> FileReader::read(std::uint64_t offset, MutableByteView out) {
    TRY(check_content(content_));
    if (offset >= content_.size) return std::size_t{0};
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), content_.size - offset));
    std::size_t done = 0;
    while (done < wanted) {
        const std::uint64_t at = offset + done;
        const std::uint64_t slot = at / chunk_size_;
        const std::size_t within = static_cast<std::size_t>(at % chunk_size_);
        TRY(hold(slot));
        const std::uint64_t slot_end =
            std::min<std::uint64_t>(content_.size, (slot + 1) * chunk_size_);
        const std::size_t count = std::min(wanted - done, static_cast<std::size_t>(slot_end - at));
        if (bytes_.empty())
            std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(done), count, std::uint8_t{0});
        else
            std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(within), count,
                        out.begin() + static_cast<std::ptrdiff_t>(done));
        done += count;
    }
    return done;
}

// Makes bytes_ the content of a slot; empty for a hole.
Result<> FileReader::hold(std::uint64_t slot) {
    if (held_ == slot) return {};
    held_.reset();
    if (content_.is_inline()) {
        TRY(check_inline(content_, inline_bytes_));
        bytes_ = std::move(inline_bytes_);
    } else if (content_.single) {
        TRY(hold_chunk(content_.chunk(), static_cast<std::size_t>(content_.size)));
    } else {
        if (!cursor_) cursor_.emplace(place_, source_, *content_.manifest);
        const Slots at = TRY(cursor_->at(slot));
        bytes_.clear();
        if (at.chunk != nullptr) TRY(hold_chunk(*at.chunk, size_of_slot(content_, slot)));
    }
    held_ = slot;
    return {};
}

Result<> FileReader::hold_chunk(const Chunk& chunk, std::size_t size) {
    const Bytes object = TRY(fetch_one(source_, chunk.reference.id));
    bytes_.resize(ChunkCoder::room_for(size, object));
    TRY(coder_.open(place_, chunk, size, object, bytes_));
    bytes_.resize(size);
    return {};
}

}  // namespace obhut::content
