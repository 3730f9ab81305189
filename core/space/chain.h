// The one chain of a space: a state machine that takes links in order and refuses every one that is
// not valid.
//
//     TRY(Chain::begin(id, org, genesis_bytes))          link 0
//     TRY(chain.append(bytes, judging))                  roster entry, commit or mark, on the head
//     TRY(chain.append_sparse(bytes, judging))           a newcomer: roster entries and marks, then
//     the newest commit
//
// Everything that can be checked without keys is checked; the server runs the same code. append
// changes nothing when it fails. A chain is a value: copy it to try something. Not thread-safe.
// Format and rules: docs/protocol/space.md §§2–6.
//
// Held links (signing with the past): a link whose signer lost its authority by a later entry of
// the directory is taken with `held`, and counts for nothing until an active device settles it or a
// proof shows that it is old enough. Then `trusted()` differs from `standing()`; show trusted(),
// and build on the chain only a mark that settles.
#pragma once

#include "core/space/heads.h"
#include "core/space/link.h"
#include "core/space/lists.h"
#include "core/space/roster.h"

namespace obhut::space {

inline constexpr std::size_t kEpochsKept = 8;   // so far back may an epoch skip
inline constexpr std::size_t kMaxHeld = 4096;   // links that wait to be settled
inline constexpr std::size_t kMaxResets = 256;  // remembered

// CommitInfo is what a chain remembers of a commit.
struct CommitInfo {
    Sequence sequence = 0;
    Hash hash;
    EpochNumber epoch = 0;
    ObjectId root;
    DeviceId device;
    Millis time = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.sequence);
        field(2, self.hash);
        field(3, self.epoch);
        field(4, self.root);
        field(5, self.device);
        field(6, self.time);
    }
};

// EpochInfo is what a chain remembers of one of the newest epochs.
struct EpochInfo {
    EpochNumber number = 0;
    Head link;
    DeviceId signer;
    Hash key_commitment;
    std::optional<CommitInfo> last;  // the newest commit in this epoch or before it
    bool last_known = true;          // false if commits were left out (append_sparse)

    static void fields(auto& self, auto& field) {
        field(1, self.number);
        field(2, self.link);
        field(3, self.signer);
        field(4, self.key_commitment);
        field(5, self.last);
        field(6, self.last_known);
    }
};

// Standing is what counts at a point of the chain.
struct Standing {
    std::optional<RosterEntry> roster;  // absent only right after the genesis
    std::vector<EpochInfo> epochs;      // the newest last, without those skipped or reverted
    std::vector<UserId> left;           // members who signed `left` since the roster entry
    bool closed = false;  // by a manager's mark; an administrator's stands in the directory

    // The newest commit that counts: the root to show. Absent before the first, or unknown after a
    // gap.
    const CommitInfo* commit() const;
    // Whether commit() is known.
    bool commit_known() const { return epochs.empty() || epochs.back().last_known; }

    static void fields(auto& self, auto& field) {
        field(1, self.roster);
        field(2, self.epochs, kEpochsKept);
        field(3, self.left, kMaxMembers);
        field(4, self.closed);
    }
};

// Reset is one that the chain went through.
struct Reset {
    std::uint64_t incarnation = 0;
    Head lost;
    Head restored;  // where the incarnation began
    DeviceId device;
    ResetReason reason = ResetReason::unknown;

    static void fields(auto& self, auto& field) {
        field(1, self.incarnation);
        field(2, self.lost);
        field(3, self.restored);
        field(4, self.device);
        field(5, self.reason);
    }
};

// Restored is where the server's incarnation began, and who let the chain go on first.
struct Restored {
    Head head;
    DeviceId device;

    static void fields(auto& self, auto& field) {
        field(1, self.head);
        field(2, self.device);
    }
};

// Held is the tail of the chain that does not count yet.
struct Held {
    Position event = 0;            // newest entry of the directory that puts a held link in doubt
    DeviceId device;               // signer of the first held link: the one to name
    Role settler = Role::editor;   // what a device must be in `trusted` to settle
    std::vector<Head> links;       // all of the tail
    std::vector<Position> events;  // of each link; 0 for one that only stands on a held one
    Standing trusted;

    static void fields(auto& self, auto& field) {
        field(1, self.event);
        field(2, self.device);
        field(3, self.settler);
        field(4, self.links, kMaxHeld);
        field(5, self.events, kMaxHeld);
        field(6, self.trusted);
    }
};

// Judging is what a link is judged with.
struct Judging {
    const DirectoryView& directory;
    NoteJudge& notes;
    bool refuse_past = false;  // servers: refuse at once what a client would hold
};

// Appended is a valid link.
struct Appended {
    ParsedLink link;
    Checkpoint checkpoint;
    bool held = false;
};

class Chain {
public:
    // begin makes the chain of a genesis. Errors: decoding, bad_genesis, wrong_space (id or
    // organisation differ).
    static Result<Chain> begin(const SpaceId& id, const OrgId& org, ByteView genesis);

    // append takes the next link. Errors: head_moved (it does not stand on the head), and
    // everything in errors.h.
    Result<Appended> append(ByteView link, const Judging& judging);
    // append_sparse takes a later link; only commits may be left out between. Roster entries and
    // marks all have to come.
    Result<Appended> append_sparse(ByteView link, const Judging& judging);

    // release frees held links that are proven to be older than what put them in doubt: `head` of
    // this space stands under the root of heads that the directory's entry `event` carries. Errors:
    // bad_head_proof.
    Result<> release(const DirectoryView& view, Position event, const SpaceHead& head,
                     const MerkleProof& proof);

    // release_seen frees held links up to one that this verifier has seen, and that counted, before
    // it knew of what puts them in doubt.
    void release_seen(const Head& head);

    const SpaceId& id() const { return id_; }
    const OrgId& org() const { return genesis_.org; }
    const Genesis& genesis() const { return genesis_; }
    const Hash& genesis_hash() const { return genesis_hash_; }  // what a home tree pins
    const Head& head() const { return head_; }
    std::uint64_t incarnation() const { return incarnation_; }
    // Size of the newest checkpoint in the chain: no later link may name an older one.
    Position checkpoint() const { return checkpoint_; }
    // Hash of the newest roster entry or mark: LinkHeader::roster of the next link.
    const Hash& roster_link() const { return roster_link_; }
    // Number of the newest epoch, counting those skipped or reverted.
    EpochNumber last_epoch() const { return last_epoch_; }
    const std::vector<Reset>& resets() const { return resets_; }

    // Absent as long as the server has not been restored.
    const std::optional<Restored>& restored() const { return restored_; }

    // standing: after the newest link. trusted: before the first held one, else the same.
    const Standing& standing() const { return standing_; }
    const Standing& trusted() const { return held_ ? held_->trusted : standing_; }
    const std::optional<Held>& held() const { return held_; }

    // next_header fills what the chain knows into the header of a new link.
    LinkHeader next_header(const DeviceId& device, Bytes note, Millis time) const;
    // role_of is the role of a user under the trusted roster at a checkpoint.
    std::optional<Role> role_of(const DirectoryView& view, const UserId& user, Position size) const;
    // rotation tells whether the newest epoch has to be replaced.
    Rotation rotation(const DirectoryView& view, const Checkpoint& at) const;
    // recomputed_members is what an editor's next roster entry has to list.
    std::vector<Member> recomputed_members(const DirectoryView& view, Position size) const;

    // store / load: the chain's state as bytes (at most some 200 KiB), for the own store only: it
    // is not signed.
    Bytes store() const;
    static Result<Chain> load(ByteView stored);

private:
    struct Judged;
    Result<Appended> take(ByteView link, const Judging& judging, bool sparse);
    Result<Judged> judge(ByteView link, const Judging& judging, bool sparse) const;
    Result<> judge_position(const ParsedLink& link, bool sparse) const;
    Result<> judge_open(const ParsedLink& link, const DirectoryView& view, Position size) const;
    Result<const directory::DeviceRecord*> judge_signer(const ParsedLink& link,
                                                        const DirectoryView& view,
                                                        Position size) const;
    Result<Role> judge_roster(const RosterEntry& entry, const directory::DeviceRecord& device,
                              const DirectoryView& view, Position size) const;
    Result<> judge_first(const RosterEntry& entry, const directory::DeviceRecord& device) const;
    Result<> judge_epoch(const RosterEntry& entry) const;
    Result<Role> judge_commit(const Commit& commit, const directory::DeviceRecord& device,
                              const DirectoryView& view, const Checkpoint& at) const;
    Result<Role> judge_mark(const Mark& mark, const directory::DeviceRecord& device,
                            const DirectoryView& view, Position size) const;
    Result<> judge_left(const UserId& user, const DirectoryView& view, Position size) const;
    Result<> judge_past(Judged& judged, const Judging& judging) const;
    Result<Role> judge_change(const RosterEntry& entry, const UserId& user,
                              const DirectoryView& view, Position size) const;
    bool closed_in_directory(const DirectoryView& view, Position size) const;
    Membership membership() const;
    Membership membership_of(const Standing& standing) const;
    Membership membership_with(const ParsedLink& link) const;

    void apply(const Judged& judged);
    void apply_roster(const RosterEntry& entry, const Head& link);
    void apply_commit(const Commit& commit, const Head& link);
    void apply_mark(const Mark& mark, const UserId& user);
    Head restored_by(const Mark& mark) const;
    void hold(const Judged& judged);

    friend struct StoredChain;

    SpaceId id_;
    Genesis genesis_;
    Hash genesis_hash_;
    Head head_;
    std::uint64_t incarnation_ = 0;
    std::optional<Restored> restored_;
    Position checkpoint_ = 0;
    Hash roster_link_;
    EpochNumber last_epoch_ = 0;
    Standing standing_;
    std::optional<Held> held_;
    std::vector<Reset> resets_;
};

// check_follows tells whether a client that pinned one chain may go over to another that does not
// contain its head: only by a reset that is newer than the pinned incarnation and was signed by a
// manager of the pinned roster. Where they parted the caller finds out. Errors: not_followed.
Result<> check_follows(const Chain& pinned, const Chain& fresh, const DirectoryView& view);

// check_resumed tells the same of a chain right after somebody let it go on who knew less: only for
// a client that makes again all it has beyond that. Returns the head it had. Errors: not_followed.
Result<Head> check_resumed(const Chain& pinned, const Chain& fresh, const DirectoryView& view);

}  // namespace obhut::space
