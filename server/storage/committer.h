// Committer: the one thread that writes. What waits is written in rounds: one append to the
// write-ahead segment, one sync, one transaction, then the answers.
//
//     collect ──▶ BEGIN ──▶ each request in a savepoint ──▶ append, sync segment ──▶ COMMIT
//     (synced) ──▶ answer
//                                  │ refused: rolled back alone       │ no room: the round is
//                                  refused, all later ones ▼                                  ▼ are
//                                  tried; a failed sync: no more writes
//
// Invariant: a row refers to bytes in a segment only if these were synced before the row's
// transaction was committed. Threads: all public methods from any; callbacks run on the committer's
// thread. Source: docs/storage.md §5.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

#include "server/storage/batch_writer.h"

namespace obhut::storage {

struct CommitterLimits {
    std::uint64_t segment_bytes = 128U << 20;  // a write-ahead segment is closed when it is larger
    std::size_t queue_bytes = 64U << 20;       // waiting requests; more are refused with store_busy
    std::size_t round_bytes = 24U << 20;       // taken into one round
    std::size_t round_requests = 1024;
    int checkpoint_frames = 8'000;  // length of the database's log, in pages of 4 KiB
};

class Committer {
public:
    // A job is upkeep that takes part in a round as a batch does: its own savepoint, and its
    // changes of live bytes.
    using Job = std::function<Result<>(Database&, LiveChanges&)>;

    // The segment `next_segment` and those after it do not exist yet.
    Committer(Database database, Segments& segments, std::uint64_t next_segment,
              const CommitterLimits& limits);
    // The destructor writes what is queued, then closes the segment.
    ~Committer();
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    void commit(WriteBatch batch, std::size_t bytes, Store::Done done);
    void stage(SpaceId space, ObjectId id, Bytes bytes, Store::StageDone done);
    // run does a job and waits for it. Not from a callback.
    Result<> run(Job job);
    // take_segment_number gives a number nobody else uses.
    std::uint64_t take_segment_number() { return next_segment_++; }

    Result<> healthy() const;
    // statistics fills batches, refused, groups and queued.
    void statistics(StoreStatistics& out);

private:
    struct BatchRequest {
        WriteBatch batch;
        Store::Done done;
        Outcome outcome;
    };
    struct StageRequest {
        SpaceId space;
        ObjectId id;
        Bytes bytes;
        Store::StageDone done;
        Result<std::unique_ptr<Staged>> answer;
    };
    struct JobRequest {
        Job job;
        std::move_only_function<void(Result<>)> done;
        Result<> result;
    };
    struct Request {
        std::variant<BatchRequest, StageRequest, JobRequest> what;
        std::size_t bytes = 0;
    };
    using Round = std::vector<Request>;

    void take(Request request);
    void loop();
    Round collect();
    void write(Round& round);
    Result<> write_all(Round& round);
    Result<> apply(Request& request, LiveChanges& live);
    Result<> apply_batch(BatchRequest& request, LiveChanges& live);
    Result<> apply_job(JobRequest& request, LiveChanges& live);
    Result<> apply_stage(StageRequest& request);
    Result<> in_savepoint(const std::function<Result<>()>& work, Result<>& refused);
    Result<> store_segments(const LiveChanges& live);
    Result<> roll_segment();
    Result<> seal_segment();
    void give_up(Round& round, Error error);
    void answer(Round& round);
    static void refuse(Request& request, Error error);

    Segments& segments_;
    CommitterLimits limits_;
    Database database_;
    std::optional<SegmentWriter> segment_;
    std::atomic<std::uint64_t> next_segment_;
    std::atomic<bool> stopped_ = false;
    bool failed_for_good_ = false;  // found in this round

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Request> queue_;
    std::size_t queued_bytes_ = 0;
    bool closing_ = false;
    StoreStatistics statistics_;

    std::thread thread_;  // last: it uses all of the above
};

}  // namespace obhut::storage
