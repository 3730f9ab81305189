#include "core/content/writer.h"

#include "core/content/errors.h"
#include "core/content/reuse.h"

namespace obhut::content {

namespace {

constexpr std::size_t kSmallJob = 256 * 1024;  // bytes of plaintext from which a job is a large one

bool all_zero(ByteView bytes) {
    return bytes.empty() ||
           (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

// Reads exactly out.size() bytes.
Result<> read_fully(ByteSource& file, std::uint64_t offset, MutableByteView out) {
    while (!out.empty()) {
        const std::size_t count = TRY(file.read(offset, out));
        if (count == 0 || count > out.size()) return fail(errors::source_changed);
        offset += count;
        out = out.subspan(count);
    }
    return {};
}

std::size_t size_of_slot(std::uint64_t size, std::uint32_t chunk_size, std::uint64_t slot) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(chunk_size, size - slot * chunk_size));
}

// How many whole slots from `slot` on are holes; 0 if this one may hold data.
Result<std::uint64_t> hole_slots(ByteSource& file, std::uint64_t size, std::uint32_t chunk_size,
                                 std::uint64_t slot) {
    if (!file.sparse()) return 0;
    const std::uint64_t data = TRY(file.next_data(slot * chunk_size));
    return data >= size ? slots_of(size, chunk_size) - slot : data / chunk_size - slot;
}

}  // namespace

// A file on its way through the pipeline.
struct Writer::File {
    std::uint64_t size = 0;
    std::uint32_t chunk_size = 0;  // 0: not cut into chunks
    std::uint64_t slots_left = 0;
    bool sparse = false;
    std::optional<Content> earlier;
    std::unique_ptr<ReuseIndex> reuse;
    std::unique_ptr<ManifestWriter> manifest;
    std::uint64_t fresh = 0;
    ChunkLog* log = nullptr;
    Done done;
};

// One chunk, or a whole small file, or a run of holes that keeps its place in the order.
class Writer::Job : public Task {
public:
    void run() override {
        const ByteView content = ByteView(plain).first(size);
        found.reset();
        hole = file->chunk_size != 0 && all_zero(content);
        if (hole) return;
        hash = sha256(content);
        if (file->size <= kInlineLimit || is_kept()) return;
        sealed = coder.seal(*place, Padding{file->chunk_size}, hash, plain, size, *entropy);
    }

    bool is_kept() {
        if (file->chunk_size != 0) {
            found = file->reuse->find(hash, slot);
            return found.has_value();
        }
        kept_lone = file->earlier && file->earlier->single && file->earlier->size == size &&
                    file->earlier->hash == hash;
        return kept_lone;
    }

    // Set before the start.
    const ObjectPlace* place = nullptr;
    Entropy* entropy = nullptr;
    File* file = nullptr;
    std::uint64_t slot = 0;
    std::uint64_t count = 1;
    Bytes plain;
    std::size_t size = 0;
    bool started = false;
    // Set by run().
    bool hole = false;
    bool kept_lone = false;
    Hash hash;
    std::optional<ReuseIndex::Found> found;
    SealedChunk sealed;

private:
    ChunkCoder coder;
};

Writer::Writer(const ObjectPlace& place, Entropy& entropy, Executor& executor, ContentSink& sink,
               ContentSource& pages)
    : place_(place), entropy_(entropy), executor_(executor), sink_(sink), pages_(pages) {}

Writer::~Writer() {
    // Tasks refer to their jobs.
    for (auto& job : running_)
        if (job->started) executor_.wait(*job);
}

Result<> Writer::write(ByteSource& file, const Earlier& earlier, ChunkLog* log, Done done) {
    File* state = files_.emplace_back(std::make_unique<File>()).get();
    state->size = file.size();
    state->log = log;
    state->done = std::move(done);
    state->sparse = file.sparse();
    if (state->size > kMaxFileSize) return fail(errors::file_too_large);
    if (earlier.version != nullptr) state->earlier = earlier.version->clone();
    const std::uint32_t chunk_size = chunk_size_for(state->size);
    if (state->size > chunk_size) {
        state->chunk_size = chunk_size;
        state->reuse = TRY(ReuseIndex::create(place_, pages_, earlier, chunk_size));
        return write_chunks(file, *state);
    }
    auto job = TRY(free_job(static_cast<std::size_t>(state->size)));
    TRY(read_fully(file, 0, MutableByteView(job->plain).first(job->size)));
    job->file = state;
    start(std::move(job));
    return {};
}

Result<> Writer::write_chunks(ByteSource& file, File& state) {
    const std::uint64_t slots = slots_of(state.size, state.chunk_size);
    state.slots_left = slots;
    state.manifest = std::make_unique<ManifestWriter>(place_, entropy_, sink_, state.size,
                                                      state.chunk_size, &state.reuse->pages());
    std::uint64_t slot = 0;
    while (slot < slots) {
        const std::uint64_t holes = TRY(hole_slots(file, state.size, state.chunk_size, slot));
        if (holes > 0) {
            TRY(add_holes(state, slot, holes));
            slot += holes;
        } else {
            TRY(read_chunk(file, state, slot));
            ++slot;
        }
    }
    return {};
}

Result<> Writer::read_chunk(ByteSource& file, File& state, std::uint64_t slot) {
    auto job = TRY(free_job(size_of_slot(state.size, state.chunk_size, slot)));
    TRY(read_fully(file, slot * state.chunk_size, MutableByteView(job->plain).first(job->size)));
    job->file = &state;
    job->slot = slot;
    start(std::move(job));
    return {};
}

Result<> Writer::add_holes(File& state, std::uint64_t slot, std::uint64_t slots) {
    auto job = TRY(free_job(0));
    job->file = &state;
    job->slot = slot;
    job->hole = true;
    job->count = slots;
    running_.push_back(std::move(job));
    return {};
}

Result<std::unique_ptr<Writer::Job>> Writer::free_job(std::size_t bytes) {
    const std::size_t max_bytes = (std::size_t{executor_.width()} + 1) * kLargeChunk;
    const std::size_t max_jobs = (std::size_t{executor_.width()} + 1) * 8;
    while (!running_.empty() &&
           (running_.size() >= max_jobs || bytes_in_flight_ + bytes > max_bytes))
        TRY(retire_front());
    auto& idle = bytes > kSmallJob ? idle_large_ : idle_small_;
    auto job = idle.empty() ? std::make_unique<Job>() : std::move(idle.back());
    if (!idle.empty()) idle.pop_back();
    job->place = &place_;
    job->entropy = &entropy_;
    job->size = bytes;
    job->count = 1;
    job->slot = 0;
    job->hole = false;
    if (job->plain.size() < bytes) job->plain.resize(bytes);
    return job;
}

void Writer::start(std::unique_ptr<Job> job) {
    bytes_in_flight_ += job->size;
    running_.push_back(std::move(job));
    running_.back()->started = true;
    executor_.start(*running_.back());
}

Result<> Writer::flush() {
    while (!running_.empty()) TRY(retire_front());
    files_.clear();
    return {};
}

Result<> Writer::retire_front() {
    std::unique_ptr<Job> job = std::move(running_.front());
    running_.pop_front();
    if (job->started) executor_.wait(*job);
    bytes_in_flight_ -= job->size;
    // Files before this one have no job left.
    while (files_.front().get() != job->file) files_.pop_front();
    broken_ = true;
    TRY(job->file->chunk_size == 0 ? retire_lone(*job) : retire_chunk(*job));
    broken_ = false;
    job->started = false;
    auto& idle = job->size > kSmallJob ? idle_large_ : idle_small_;
    idle.push_back(std::move(job));
    return {};
}

Result<> Writer::retire_lone(Job& job) {
    File& file = *job.file;
    Written written;
    written.content.size = file.size;
    written.content.hash = job.hash;
    const Chunk* chunk = nullptr;
    if (file.size <= kInlineLimit) {
        written.inline_bytes = to_bytes(ByteView(job.plain).first(job.size));
    } else if (job.kept_lone) {
        written.content.single = file.earlier->single->clone();
    } else {
        written.fresh = job.sealed.object.size();
        chunk = &job.sealed.chunk;
        TRY(sink_.put(chunk->reference.id, std::move(job.sealed.object)));
        written.content.single = LoneChunk{chunk->reference.clone(), chunk->coding, chunk->stored};
    }
    if (file.log != nullptr) TRY(file.log->written(file.size, chunk, chunk != nullptr));
    return file.done(std::move(written));
}

Result<> Writer::retire_chunk(Job& job) {
    File& file = *job.file;
    if (job.hole) {
        TRY(file.manifest->holes(job.count));
        const std::uint64_t from = job.slot * file.chunk_size;
        const std::uint64_t end = std::min(file.size, (job.slot + job.count) * file.chunk_size);
        if (file.log != nullptr) TRY(file.log->written(end - from, nullptr, false));
    } else {
        Chunk chunk = job.found ? TRY(file.reuse->take(*job.found)) : std::move(job.sealed.chunk);
        if (!job.found) {
            file.fresh += job.sealed.object.size();
            TRY(sink_.put(chunk.reference.id, std::move(job.sealed.object)));
        }
        if (file.log != nullptr) TRY(file.log->written(job.size, &chunk, !job.found));
        TRY(file.manifest->chunk(std::move(chunk)));
    }
    file.slots_left -= job.count;
    if (file.slots_left > 0) return {};
    Written written;
    written.content = TRY(file.manifest->finish());
    written.content.manifest->sparse = file.sparse;
    written.fresh = file.fresh;
    return file.done(std::move(written));
}

Result<Hash> fingerprint(ByteSource& file, std::uint32_t chunk_size) {
    const std::uint64_t size = file.size();
    if (size > kMaxFileSize) return fail(errors::file_too_large);
    if (chunk_size == 0) chunk_size = chunk_size_for(size);
    Bytes buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size, chunk_size)));
    if (size <= chunk_size) {
        TRY(read_fully(file, 0, buffer));
        return sha256(buffer);
    }
    RootHasher root(size, chunk_size);
    const std::uint64_t slots = slots_of(size, chunk_size);
    for (std::uint64_t slot = 0; slot < slots;) {
        const std::uint64_t holes = TRY(hole_slots(file, size, chunk_size, slot));
        root.holes(holes);
        slot += holes;
        if (holes > 0) continue;
        const MutableByteView chunk =
            MutableByteView(buffer).first(size_of_slot(size, chunk_size, slot));
        TRY(read_fully(file, slot * chunk_size, chunk));
        if (all_zero(chunk))
            root.holes(1);
        else
            root.chunk(sha256(chunk));
        ++slot;
    }
    return root.finish();
}

}  // namespace obhut::content
