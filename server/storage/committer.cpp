#include "server/storage/committer.h"

#include "core/base/check.h"
#include "server/storage/errors.h"
#include "server/storage/limits.h"

namespace obhut::storage {
namespace {

constexpr std::size_t kRequestOverhead = 256;

// ends_round tells errors of the store itself from refusals of one request.
bool ends_round(const Error& error) {
    return error.kind() == Kind::local || error.kind() == Kind::corrupt;
}

}  // namespace

Committer::Committer(Database database, Segments& segments, std::uint64_t next_segment,
                     const CommitterLimits& limits)
    : segments_(segments),
      limits_(limits),
      database_(std::move(database)),
      next_segment_(next_segment) {
    thread_ = std::thread([this] { loop(); });
}

Committer::~Committer() {
    {
        const std::scoped_lock lock(mutex_);
        closing_ = true;
    }
    arrived_.notify_one();
    thread_.join();
}

// ---- requests

void Committer::commit(WriteBatch batch, std::size_t bytes, Store::Done done) {
    take({BatchRequest{std::move(batch), std::move(done), {}}, bytes + kRequestOverhead});
}

void Committer::stage(SpaceId space, ObjectId id, Bytes bytes, Store::StageDone done) {
    const std::size_t size = bytes.size() + kRequestOverhead;
    take({StageRequest{space, id, std::move(bytes), std::move(done), nullptr}, size});
}

Result<> Committer::run(Job job) {
    std::mutex mutex;
    std::condition_variable finished;
    std::optional<Result<>> result;
    const auto done = [&](Result<> value) {
        const std::scoped_lock lock(mutex);
        result = value;
        finished.notify_one();
    };
    take({JobRequest{std::move(job), done, {}}, kRequestOverhead});
    std::unique_lock lock(mutex);
    finished.wait(lock, [&] { return result.has_value(); });
    return *result;
}

void Committer::take(Request request) {
    std::optional<Error> refusal;
    if (stopped_) {
        refusal = Error(errors::store_stopped);
    } else {
        const std::scoped_lock lock(mutex_);
        // a lone request is always taken, and upkeep never competes with itself
        const bool full = queued_bytes_ + request.bytes > limits_.queue_bytes && !queue_.empty();
        if (full && !std::holds_alternative<JobRequest>(request.what)) {
            refusal = Error(errors::store_busy);
            ++statistics_.refused;
        } else {
            queued_bytes_ += request.bytes;
            queue_.push_back(std::move(request));
        }
    }
    if (!refusal) return arrived_.notify_one();
    Round alone;
    refuse(request, *refusal);
    alone.push_back(std::move(request));
    answer(alone);
}

Result<> Committer::healthy() const {
    if (stopped_) return fail(errors::store_stopped);
    return {};
}

void Committer::statistics(StoreStatistics& out) {
    const std::scoped_lock lock(mutex_);
    out.batches = statistics_.batches;
    out.refused = statistics_.refused;
    out.groups = statistics_.groups;
    out.queued = queue_.size();
}

// ---- the thread

void Committer::loop() {
    for (;;) {
        Round round = collect();
        if (round.empty()) break;
        write(round);
        answer(round);
        round.clear();
        // after the answers: nobody waits for it
        if (!stopped_ && database_.wal_frames() > limits_.checkpoint_frames) {
            const auto left = database_.checkpoint();
            if (!left && !left.error().is(errors::disk_full)) stopped_ = true;
        }
    }
    // best effort: a segment without a footer is read record by record at the next start
    if (segment_ && !stopped_) [[maybe_unused]]
        const Result<> ignored = seal_segment();
}

Committer::Round Committer::collect() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    Round round;
    std::size_t bytes = 0;
    while (!queue_.empty() && round.size() < limits_.round_requests) {
        bytes += queue_.front().bytes;
        if (!round.empty() && bytes > limits_.round_bytes) break;
        queued_bytes_ -= queue_.front().bytes;
        round.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return round;
}

void Committer::write(Round& round) {
    if (stopped_) return give_up(round, Error(errors::store_stopped));
    failed_for_good_ = false;
    std::optional<SegmentWriter::Mark> mark;
    Result<> written;
    if (!segment_ || segment_->size() >= limits_.segment_bytes) written = roll_segment();
    if (written) {
        mark = segment_->mark();
        written = write_all(round);
    }
    if (written) return;
    const Error error = written.error();
    if (database_.in_transaction()) {
        const Result<> undone = database_.script("ROLLBACK");
        if (!undone) failed_for_good_ = true;
    }
    if (mark && mark->size < segment_->size()) segment_->rewind(*mark);
    if (failed_for_good_ || error.is(errors::store_stopped) || error.is(errors::index_corrupt))
        stopped_ = true;
    give_up(round, error);
}

Result<> Committer::write_all(Round& round) {
    bool only_staging = true;
    for (const Request& request : round)
        only_staging &= std::holds_alternative<StageRequest>(request.what);
    LiveChanges live;
    if (!only_staging) TRY(database_.script("BEGIN IMMEDIATE"));
    for (Request& request : round) TRY(apply(request, live));
    if (only_staging) return segment_->flush();

    TRY(segment_->flush());
    if (const Result<> synced = segment_->sync(); !synced) {
        failed_for_good_ = true;  // what the disk has now is anybody's guess
        return synced;
    }
    TRY(store_segments(live));
    const Result<> committed = database_.script("COMMIT");
    // without room nothing of the transaction counts; after anything else it might after all
    if (!committed && !committed.error().is(errors::disk_full)) failed_for_good_ = true;
    return committed;
}

Result<> Committer::apply(Request& request, LiveChanges& live) {
    if (auto* batch = std::get_if<BatchRequest>(&request.what)) return apply_batch(*batch, live);
    if (auto* stage = std::get_if<StageRequest>(&request.what)) return apply_stage(*stage);
    return apply_job(std::get<JobRequest>(request.what), live);
}

// in_savepoint does the work of one request; its refusal is not an error of the round.
Result<> Committer::in_savepoint(const std::function<Result<>()>& work, Result<>& refused) {
    TRY(database_.run("SAVEPOINT request"));
    refused = work();
    if (!refused) {
        if (ends_round(refused.error())) return refused;
        TRY(database_.run("ROLLBACK TO request"));
    }
    return database_.run("RELEASE request");
}

Result<> Committer::apply_batch(BatchRequest& request, LiveChanges& live) {
    Outcome& outcome = request.outcome;
    const auto work = [&]() -> Result<> {
        BatchWriter writer(database_, *segment_, live, outcome);
        std::vector<Operation>& operations = request.batch.operations();
        for (std::size_t i = 0; i < operations.size(); ++i) {
            outcome.failed_operation = i;
            TRY(std::visit(writer, operations[i]));
        }
        outcome.failed_operation = 0;
        return writer.finish();
    };
    return in_savepoint(work, outcome.result);
}

Result<> Committer::apply_job(JobRequest& request, LiveChanges& live) {
    LiveChanges changes;
    TRY(in_savepoint([&] { return request.job(database_, changes); }, request.result));
    if (request.result)
        for (const auto& [segment, change] : changes) live[segment] += change;
    return {};
}

Result<> Committer::apply_stage(StageRequest& request) {
    const std::uint64_t offset = TRY(segment_->append(request.space, request.id, request.bytes));
    const auto length = static_cast<std::uint32_t>(request.bytes.size());
    const SegmentEntry entry{request.space, request.id, offset, length};
    request.answer =
        std::make_unique<SegmentStaged>(segments_, Place{segment_->number(), offset}, entry);
    return {};
}

Result<> Committer::store_segments(const LiveChanges& live) {
    TRY(database_.run("UPDATE segments SET length = ? WHERE number = ? AND length <> ?1",
                      segment_->size(), segment_->number()));
    for (const auto& [segment, change] : live)
        if (change != 0)
            TRY(database_.run("UPDATE segments SET live = live + ? WHERE number = ?", change,
                              segment));
    return {};
}

// roll_segment begins a new write-ahead segment and closes the one before. The row comes first: a
// file without a row would look as if the database were an older copy.
Result<> Committer::roll_segment() {
    const std::uint64_t number = take_segment_number();
    const auto kind = static_cast<int>(SegmentKind::mixed);
    const auto open = static_cast<int>(SegmentState::open);
    TRY(database_.run("INSERT INTO segments VALUES (?, ?, ?, 0, 0)", number, kind, open));
    SegmentWriter next = TRY(SegmentWriter::create(segments_.files(), segments_.directory(), number,
                                                   SegmentKind::mixed));
    if (segment_) TRY(seal_segment());
    segment_.emplace(std::move(next));
    return {};
}

Result<> Committer::seal_segment() {
    const std::uint64_t length = segment_->size();
    const Result<> finished = segment_->finish();
    if (!finished && !finished.error().is(errors::disk_full)) {
        failed_for_good_ = true;
        return finished;
    }
    return database_.run("UPDATE segments SET state = ?, length = ? WHERE number = ?",
                         static_cast<int>(SegmentState::sealed), length, segment_->number());
}

// ---- answers

void Committer::refuse(Request& request, Error error) {
    if (auto* batch = std::get_if<BatchRequest>(&request.what)) {
        batch->outcome = refused(error);
    } else if (auto* stage = std::get_if<StageRequest>(&request.what)) {
        stage->answer = std::unexpected(error);
    } else {
        std::get<JobRequest>(request.what).result = std::unexpected(error);
    }
}

void Committer::give_up(Round& round, Error error) {
    for (Request& request : round) refuse(request, error);
}

void Committer::answer(Round& round) {
    std::size_t good = 0;
    std::size_t bad = 0;
    for (const Request& request : round) {
        if (const auto* batch = std::get_if<BatchRequest>(&request.what))
            ++(batch->outcome.result ? good : bad);
    }
    {
        const std::scoped_lock lock(mutex_);
        statistics_.batches += good;
        statistics_.refused += bad;
        ++statistics_.groups;
    }
    for (Request& request : round) {
        if (auto* batch = std::get_if<BatchRequest>(&request.what)) {
            batch->batch = {};  // staged objects are released before the caller goes on
            batch->done(std::move(batch->outcome));
        } else if (auto* stage = std::get_if<StageRequest>(&request.what)) {
            stage->done(std::move(stage->answer));
        } else {
            auto& job = std::get<JobRequest>(request.what);
            job.done(job.result);
        }
    }
}

}  // namespace obhut::storage
