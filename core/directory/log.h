// Log: a client's verified copy of the directory.
//
// It takes entries and signed notes from a server that it does not trust, and keeps what follows
// from them. What it has accepted once it never takes back: every later note must be of a log that
// begins with the one it knows. Two notes that contradict each other are kept as evidence.
// Source: docs/protocol/directory.md §6. Threads: one at a time.
//
//     what the server shows              then
//     more entries, consistent           accepted; the state moves on
//     the same or an older size          nothing new / refused (never back)
//     another root at a known size       refused, fork, evidence
//     new incarnation, less than ours    log_restored: offer it what it lacks, then catch up again
//     new incarnation, another history   log_restored; only a root's reset leads there:
//     follow_reset
#pragma once

#include <deque>

#include "core/directory/note.h"
#include "core/directory/state.h"

namespace obhut::directory {

// What an invitation, a kit or a link answer pins.
struct PinnedRoot {
    OrgId org;
    Hash fingerprint;  // root_fingerprint

    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.fingerprint);
    }
};

// Two signed notes that one honest server could not both have signed.
struct ForkEvidence {
    std::string ours;
    std::string theirs;

    static void fields(auto& self, auto& field) {
        field(1, self.ours, kMaxNoteBytes);
        field(2, self.theirs, kMaxNoteBytes);
    }
};

// An entry that is more than a day ahead of our clock: what a person is shown.
struct TimeAlarm {
    Millis entry_time = 0;
    Millis own_time = 0;
    std::optional<KeyId> signer;
};

// LogRows is a change of a store of rows.
struct LogRows {
    bool all = false;  // everything that is there goes first
    Bytes erase_from;  // keys from here
    Bytes erase_to;    // to before this one
    std::vector<Row> put;
};

class Log {
public:
    static constexpr Millis kMaxAhead = kDay;
    static constexpr std::size_t kKeptRoots = 4096;
    // So far a newcomer may be behind: 100,000 people have 150 MB of entries.
    static constexpr std::size_t kMaxPendingBytes = std::size_t{1} << 30;
    static constexpr std::size_t kMaxPins = 64;

    explicit Log(const PinnedRoot& pinned);
    // from_snapshot begins with the state of a snapshot that somebody trusted has vouched for, and
    // the tree there; add() goes on from there. Errors: snapshot_mismatch.
    static Result<Log> from_snapshot(const PinnedRoot& pinned, const Snapshot& vouched,
                                     Frontier tree, State state);
    ~Log();
    Log(Log&&) noexcept;
    Log& operator=(Log&&) noexcept;

    // pin demands that the log contains this note's tree: a checkpoint from an invitation, a kit or
    // another device, which are trusted for it. It is judged when the log has grown that far.
    // Errors: bad_note, and those of judge_note.
    Result<> pin(std::string_view note);

    // add takes entries from position `from` on and the newest note, which may lie further. True:
    // the log has reached the note; false: more is needed first, what came is kept aside. On an
    // error nothing has changed but evidence() and time_alarm(), and what was kept aside is
    // dropped. Errors: bad_note, note_wrong_log, note_unsigned, log_gap, log_mismatch, log_forked,
    // log_went_back, log_ahead_of_clock, log_wrong_root, checkpoint_time, log_restored, too_large,
    // and of kind upgrade.
    Result<bool> add(Position from, std::span<const Bytes> entries, std::string_view note,
                     Millis own_time);
    // next is the position from which add() wants entries.
    Position next() const { return size() + pending_.size(); }

    // follow_reset replaces everything by a new history from its first entry on, if that holds a
    // reset by the root which gives up what we know beyond its restored head. Errors: as add,
    // log_reset_unproven.
    Result<> follow_reset(std::span<const Bytes> entries, std::string_view note, Millis own_time);

    // judge_note tells whether a note that somebody carries (in a commit, an entry) is of this log.
    // Without a proof notes of the last 4,096 sizes can be judged. Errors: bad_note,
    // note_wrong_log, note_unsigned, note_too_new, note_unproven, note_given_up, log_forked (then
    // there is evidence).
    Result<Checkpoint> judge_note(std::string_view note);
    // The same with a consistency proof from the note's size to ours. Errors: also
    // bad_consistency_proof.
    Result<Checkpoint> judge_note(std::string_view note, const Proof& proof);

    // common_head is the largest size at which both logs are known to have the same root.
    std::optional<TreeHead> common_head(const Log& other) const;

    const PinnedRoot& pinned() const { return pinned_; }
    const State& state() const { return state_; }
    Position size() const { return frontier_.size(); }
    const Checkpoint& checkpoint() const { return checkpoint_; }  // of note()
    const std::string& note() const { return note_; }  // the newest accepted; empty before
    const Frontier& frontier() const { return frontier_; }
    const std::optional<ForkEvidence>& evidence() const { return evidence_; }
    const std::optional<TimeAlarm>& time_alarm() const { return time_alarm_; }
    // take_false_snapshot gives, once, the newest signed entry among those accepted that names a
    // state which never was. It counts for nothing, but says something of its signer.
    std::optional<Bytes> take_false_snapshot() { return std::exchange(false_snapshot_, {}); }

    // rows is what a store that holds what was last kept, or (all) something else, has to change so
    // that it holds all of this; rows_kept says that it has. from_rows reads everything back, in
    // the order of keys. Nobody else writes that store. Errors: state_malformed.
    LogRows rows(bool all = false) const;
    void rows_kept();
    static Result<Log> from_rows(std::span<const Row> rows);
    // summary_note is the note in the row of that key: how far the copy is, without reading it.
    static Bytes summary_key();
    static Result<std::string> summary_note(ByteView row);

    // encode / decode: the copy in one piece, as older profiles have it. O(everything).
    Bytes encode() const;
    static Result<Log> decode(ByteView bytes);

private:
    struct Stored;
    struct Advance;

    Result<bool> take(const Checkpoint& shown, std::string_view note, Millis own_time);
    Result<> same_size_or_older(const Checkpoint& shown, std::string_view note);
    Result<Advance> compute(const Checkpoint& shown, std::string_view note, Millis own_time);
    Result<> check_entry_note(const Entry& entry, const Advance& advance, Position at,
                              std::uint64_t incarnation);
    Result<> act(const Checkpoint& shown, std::string_view note, const Advance& advance);
    Result<> check_whole(const Checkpoint& shown, std::string_view note);
    Result<> check_pins(const Checkpoint& shown, std::string_view note, const Advance& advance);
    std::optional<Hash> root_known(Position size) const;
    void keep_evidence(std::string_view theirs);
    Result<> check_read();

    PinnedRoot pinned_;
    State state_;
    Frontier frontier_;
    std::deque<Hash> roots_;  // of the newest sizes, the last one ours
    Checkpoint checkpoint_;
    std::string note_;
    std::vector<std::string> pins_;
    std::vector<Bytes> pending_;
    std::size_t pending_bytes_ = 0;
    std::optional<ForkEvidence> evidence_;
    std::optional<TimeAlarm> time_alarm_;
    std::optional<Bytes> false_snapshot_;
    std::optional<Position> kept_;  // the size that the rows of the store have; absent: none
    std::string judged_note_;       // the last that judge_note accepted
    Checkpoint judged_;
};

}  // namespace obhut::directory
