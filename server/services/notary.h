// The server's signed notes: makes the newest checkpoint, and judges notes that links and entries
// carry.
//
// A note is one of ours if the log's key signed it, for no more entries than there are and no later
// incarnation. One of an earlier incarnation may be of entries that a restore has lost: its root
// has to be that of our log. Before the organisation exists there is none. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "core/directory/note.h"
#include "core/space/directory_view.h"

namespace obhut::services {

class Notary final : public space::NoteJudge {
public:
    static constexpr std::size_t kMaxCached = 256;

    Notary(NoteKey key, std::uint64_t incarnation)
        : key_(std::move(key)), incarnation_(incarnation) {}

    NotePublicKey public_key() const { return key_.public_key(); }
    std::uint64_t incarnation() const { return incarnation_; }

    // sign makes the note of a tree; it does not become the newest by that.
    std::string sign(const OrgId& org, directory::Position size, const Hash& root,
                     Millis time) const;
    // publish makes a signed note the newest.
    void publish(const OrgId& org, std::string note, directory::Position size);
    // may_have_lost says behind which size restores may have lost entries; nothing is known of what
    // follows. know gives the root of a tree behind it, ascending by size.
    void may_have_lost(directory::Position behind);
    void know(directory::Position size, const Hash& root);
    std::string newest() const;

    // judge: Errors: note_wrong_log, note_unsigned, bad_note, log_gap (not ours, or not any more).
    Result<space::Checkpoint> judge(ByteView note) override;

private:
    bool is_ours(const directory::Checkpoint& note) const;

    const NoteKey key_;
    const std::uint64_t incarnation_;
    mutable std::mutex mutex_;
    std::string origin_;
    std::string newest_;
    directory::Position size_ = 0;
    directory::Position lost_behind_ = 0;
    std::vector<std::pair<directory::Position, Hash>> roots_;
    std::unordered_map<std::string, space::Checkpoint> judged_;
};

}  // namespace obhut::services
