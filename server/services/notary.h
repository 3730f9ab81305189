// The server's signed notes: makes the newest checkpoint, and judges notes that links and entries
// carry.
//
// A note is one of ours if the log's key signed it, for no more entries than there are and no later
// incarnation. Before the organisation exists there is none. Thread-safe.
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
    std::string newest() const;

    // judge: Errors: note_wrong_log, note_unsigned, bad_note; note_ahead of kind retry cannot come
    // from an honest client.
    Result<space::Checkpoint> judge(ByteView note) override;

private:
    const NoteKey key_;
    const std::uint64_t incarnation_;
    mutable std::mutex mutex_;
    std::string origin_;
    std::string newest_;
    directory::Position size_ = 0;
    std::unordered_map<std::string, space::Checkpoint> judged_;
};

}  // namespace obhut::services
