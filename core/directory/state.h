// State of the directory: what follows from the valid entries of the log, in order.
//
// The state holds no key that opens anything; the server keeps the same one. Rules:
// docs/protocol/directory.md §4; they are written in rules_*.cpp. Threads: a value, used by one
// thread at a time; const functions by several.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/directory/entries.h"
#include "core/directory/errors.h"
#include "core/directory/principal.h"
#include "core/directory/state_records.h"

namespace obhut::directory {

// Row is one record of a copy that is kept row by row.
struct Row {
    Bytes key;
    Bytes value;
};

// StateMap is the Merkle tree over all records of a state; what a Snapshot names.
struct StateMap {
    Hash root;
    std::uint64_t records = 0;

    friend bool operator==(const StateMap&, const StateMap&) = default;
};

// Verdict on one entry. An invalid one takes its place in the log and changes nothing.
struct Verdict {
    std::optional<Error> invalid;
    std::optional<EntryKind> kind;  // absent if the entry does not decode
    std::optional<Subject> subject;

    bool valid() const { return !invalid; }
};

class Rules;

class State {
public:
    State();
    ~State();
    State(State&&) noexcept;
    State& operator=(State&&) noexcept;
    State clone() const;  // O(everything)

    // apply judges the next entry of the log and, if it is valid, lets it act. Two signature checks
    // at most; O(log n) of people and devices, plus the groups of the user concerned. Errors: of
    // kind upgrade only (a kind, field or suite that this version does not know, signed by somebody
    // who counts): nothing has changed, not even the size, and the log cannot be followed any
    // further.
    Result<Verdict> apply(ByteView leaf);

    // apply_all applies entries one after the other, all or none: for who appends. Errors: what
    // makes the first invalid entry invalid; then nothing has changed.
    Result<> apply_all(std::span<const Bytes> leaves);

    // ---- the log
    const OrgId& org() const;              // zero before the first entry
    const Hash& root_fingerprint() const;  // of the first root; zero before the first entry
    Position size() const;                 // entries, the invalid ones included
    Millis last_time() const;              // of the last valid entry
    std::uint64_t valid_entries() const;
    // newest_about is what the next entry about that subject names; zero if there is none.
    Hash newest_about(const Subject& subject) const;

    // ---- the organisation
    // Every root statement there was; the last one counts.
    const std::vector<RootRecord>& roots() const;
    const NotePublicKey& log_key() const;
    // log_key_at is the key that signs a note of that size; zero before the first entry.
    NotePublicKey log_key_at(Position size) const;
    const Policy& policy() const;
    std::uint32_t min_client() const { return policy().general.min_client; }
    const std::vector<ResetRecord>& resets() const;
    const std::optional<Snapshot>& newest_snapshot() const;

    // ---- who there is; null if nobody
    const DeviceRecord* device(const DeviceId& id) const;
    const DeviceRecord* device(const KeyId& signer) const;  // by the id of its signing key
    const UserRecord* user(const UserId& id) const;
    const GroupRecord* group(const GroupId& id) const;
    const ServiceRecord* service(const ServiceId& id) const;
    const SpaceRecord* space(const SpaceId& id) const;
    // user_by_email: the one not withdrawn who has this hash; hashes are salted, so the opening
    // comes first.
    const UserRecord* user_by_email(const Hash& email_hash) const;
    const std::optional<GroupId>& everyone() const;  // the group *all*

    const std::map<UserId, UserRecord>& users() const;
    const std::map<DeviceId, DeviceRecord>& devices() const;
    const std::map<GroupId, GroupRecord>& groups() const;
    const std::map<ServiceId, ServiceRecord>& services() const;
    const std::map<SpaceId, SpaceRecord>& spaces() const;

    // ---- questions
    bool device_active_at(const DeviceId& id, Position size) const;
    bool device_active(const DeviceId& id) const { return device_active_at(id, size()); }
    bool is_admin(const UserId& id) const;  // active and granted
    // is_manager: of *all* the administrators; of another group those listed and active, or any
    // active member if none is.
    bool is_manager(const GroupRecord& group, const UserId& id) const;
    const Generation* newest_generation(const PrincipalId& id) const;
    const Generation* generation_at(const PrincipalId& id, Position size) const;
    const Generation* generation(const PrincipalId& id, std::uint32_t number) const;
    // heads_root is what the entry at that position says about heads (signing with the past);
    // absent if it does not.
    std::optional<Hash> heads_root(Position event) const;
    // carries_heads: whether any entry says this. O(entries that say something).
    bool carries_heads(const Hash& root) const;

    // ---- storage
    // encode gives everything as one record; decode reads it back. O(everything). What is stored is
    // trusted: it must come from a place that nobody else writes. Errors: state_malformed.
    Bytes encode() const;
    static Result<State> decode(ByteView bytes);
    // Row by row: each record is a row table(1) ‖ id, or position for heads; tables as in the map
    // of a snapshot. track notes from here on which records change between begin() and commit();
    // changed_rows gives those, and forget_changes starts anew. take_row and finish_rows read all
    // rows back, in the order of their keys. Errors: state_malformed.
    void track();
    std::vector<Row> rows() const;
    std::vector<Row> changed_rows() const;
    void forget_changes();
    Result<> take_row(ByteView key, ByteView value);
    Result<> finish_rows();

    // try_out lets entries act, shows what follows, and takes everything back: O(what they change).
    // By one thread at a time, though nothing is different afterwards. Errors: as apply_all.
    Result<> try_out(std::span<const Bytes> leaves,
                     const std::function<void(const State&)>& look = {}) const;

    // each_leaf visits all records in the order of their keys, as the leaves of the map; it stops
    // at the visitor's first error. map hashes them. O(everything).
    Result<> each_leaf(const std::function<Result<>(ByteView leaf)>& visit) const;
    StateMap map() const;
    // take_leaf and finish_rows make a state from all leaves, in their order. Errors:
    // state_malformed.
    Result<> take_leaf(ByteView leaf);

    // begin keeps a journal from here on; commit forgets it, rollback goes back to begin(). Not
    // nested.
    void begin();
    void commit();
    void rollback();

    struct Data;

private:
    friend class Rules;
    std::unique_ptr<Data> data_;
};

}  // namespace obhut::directory
