// Directory: this device's verified copy of the organisation's log, kept in the local store.
//
// Everything else that is believed about people, devices and keys comes from here. Catching up asks
// the server for what is new and accepts it only if it continues what is known.
#pragma once

#include "client/directory/retrace.h"
#include "client/errors.h"
#include "client/journal/alarms.h"
#include "client/ports/local_store.h"
#include "client/remote/remote.h"
#include "client/restore/kept.h"
#include "core/directory/log.h"
#include "core/space/directory_adapter.h"

namespace obhut::client {

class Directory final : public space::NoteJudge {
public:
    // All outlive this.
    Directory(LocalStore& store, Remote& remote, Clock& clock, Alarms& alarms, Kept& kept);

    // begin starts an empty copy under a pinned root, with the notes that invitation, kit or link
    // brought, and the snapshot that their maker vouches for: catching up begins there, if the
    // server has it. Nothing is asked or stored yet.
    Result<> begin(const directory::PinnedRoot& pinned, std::span<const std::string> notes,
                   const std::optional<directory::Snapshot>& vouched = {});
    // load reads the copy of the store. Errors: no_profile (there is none), profile_damaged.
    Result<> load();

    // save writes to the store what is new in the copy. If another program has written more
    // meanwhile, that is taken over. Errors: log_forked (the other one was shown another log), and
    // those of the store.
    Result<> save();

    // catch_up fetches and verifies what is new; true if something was. One round trip at least.
    // Errors: those of directory::Log, of Kind::corrupt when the server misbehaves;
    // snapshot_untrue.
    Result<bool> catch_up();
    // heard is catch_up, unless the note that the server shows as its newest is the one known here:
    // then nothing is asked.
    Result<bool> heard(const std::optional<std::string>& newest);
    // refresh is catch_up, unless it has been done in this many milliseconds.
    Result<> refresh(Millis not_older_than);

    // reset gives up, by the root, what a restored server lacks, and follows it there. Errors:
    // nothing_lost, log_reset_unproven, and those of the server.
    Result<> reset(const SigningKey& root, const std::string& reason);

    // append sends entries with their material and catches up, so that they are verified to stand
    // in the log. Errors: log_moved (sign again), entry_refused, …; see Remote::append.
    Result<> append(const api::Append& request);
    // keep_request keeps what was appended another way: a restored server may need it again.
    void keep_request(const api::Append& request);

    // verified: every entry was, here; else this copy began at a snapshot and stands on somebody's
    // word. retrace verifies some more of the entries before it; true if there were any. Errors:
    // those of Retrace, with an alarm.
    bool verified() const { return !begun_; }
    bool untrue() const { return begun_ && begun_->untrue; }
    Result<bool> retrace();
    // vouch is the newest snapshot, for a newcomer who trusts this device; absent if there is none
    // or not everything was verified here.
    std::optional<directory::Snapshot> vouch() const;

    const directory::State& state() const { return log_->state(); }
    const space::DirectoryView& view() const { return *view_; }
    directory::Position size() const { return log_->size(); }
    Hash root() const { return log_->frontier().root(); }
    const std::string& note() const { return log_->note(); }
    const directory::Checkpoint& checkpoint() const { return log_->checkpoint(); }
    const std::optional<directory::ForkEvidence>& evidence() const { return log_->evidence(); }

    // judge: whether a note that a link carries is of this log; catches up when it is newer.
    Result<space::Checkpoint> judge(ByteView note) override;

private:
    static constexpr int kMaxPages = 100'000;  // of entries in one catching up: some 10^9 entries

    Result<directory::Checkpoint> judge_old(std::string_view note);
    Result<> begin_at_snapshot();
    void alarm(Error error, ByteView evidence);
    Result<bool> fetch_new();
    enum class Stored : std::uint8_t { as_kept, behind, ahead, other };
    Result<Stored> compare(const std::optional<Bytes>& summary);
    Result<> restored(const std::string& note);
    Result<> follow_reset();
    Result<directory::Log> fetch_theirs();
    void judge_newest();
    void bring_heads();

    LocalStore& store_;
    Remote& remote_;
    Clock& clock_;
    Alarms& alarms_;
    Kept& kept_;
    std::optional<directory::Log> log_;
    std::optional<space::DirectoryAdapter> view_;
    // What begin() was given, until the first catching up.
    struct Offered {
        directory::PinnedRoot pinned;
        std::vector<std::string> notes;
        directory::Snapshot vouched;
    };
    std::optional<Offered> offered_;
    bool beginning_ = false;  // a profile is about to be made, which empties the store
    std::vector<std::pair<Error, Bytes>> early_alarms_;  // raised until then: to be raised again
    std::optional<Begun> begun_;
    std::optional<Retrace> retrace_;
    std::string kept_note_;  // of what was last read from the store or written to it
    Bytes judged_note_;      // the newest one judged, and the verdict: chains repeat notes
    std::optional<space::Checkpoint> judged_;
    Millis caught_up_ = 0;
    std::uint64_t brought_to_ = 0;  // the incarnation that has the lists of heads kept here
};

}  // namespace obhut::client
