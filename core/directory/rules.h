// Rules of the directory: what makes an entry valid at its place, and what a valid one does.
// Internal to this folder.
//
// One Rules object judges one entry. Every rule checks everything before it changes anything, so
// that an invalid entry changes nothing. The table of who signs what stands in
// docs/protocol/directory.md §4; the functions that apply it are by_root … by_own. Files: rules.cpp
// (form, signatures), rules_org.cpp, rules_user.cpp, rules_device.cpp, rules_kit.cpp,
// rules_group.cpp, rules_keys.cpp (generations and staleness).
#pragma once

#include "core/base/verify.h"
#include "core/directory/state_data.h"

namespace obhut::directory {

// Judging a snapshot costs a pass over the state: once in so many entries at most.
inline constexpr Position kSnapshotDistance = 256;
inline constexpr Millis kUndoDisable = 30 * kDay;
inline constexpr Millis kKitNoticeFull = 7 * kDay;
inline constexpr Millis kKitNoticeWeb = 14 * kDay;

// is_manager as in State; here because the rules ask it too.
bool is_manager(const State::Data& data, const GroupRecord& group, const UserId& user);

class Rules {
public:
    // judge decodes a leaf, judges it and lets it act. Errors: of kind upgrade, see State::apply.
    static Result<Verdict> judge(State::Data& data, ByteView leaf);

private:
    // Signer is who made one of the signatures.
    struct Signer {
        bool root = false;
        bool invitation = false;
        std::optional<DeviceKeys> newcomer;    // the first device of the user being enrolled
        const DeviceRecord* device = nullptr;  // a registered device or kit

        static Signer of_root() { return {true, false, std::nullopt, nullptr}; }
        static Signer of_invitation() { return {false, true, std::nullopt, nullptr}; }
        static Signer of_newcomer(const DeviceKeys& keys) { return {false, false, keys, nullptr}; }
        static Signer of_device(const DeviceRecord& record) {
            return {false, false, std::nullopt, &record};
        }
    };
    struct Candidate {
        SigningPublicKey key;
        Signer signer;
    };

    Rules(State::Data& data, const SignedEntry& signed_entry, const Entry& entry,
          const Hash& leaf_hash)
        : data_(data),
          signed_(signed_entry),
          entry_(entry),
          leaf_hash_(leaf_hash),
          at_(data.whole.size) {}

    Result<> run();
    Result<> check_place();
    Result<> check_signatures();
    std::optional<Candidate> candidate(const KeyId& signer) const;

    // Who may sign. Each looks at the first signature unless it says otherwise.
    Result<> by_root() const;
    Result<> by_admin(
        std::size_t index = 0) const;  // a full device or the kit of an active administrator
    Result<> by_full_or_kit(const UserId& user) const;
    Result<> by_own(const UserId& user) const;  // any device that counts, the kit included
    const DeviceRecord& signer() const { return *signers_[0].device; }

    // One rule for each kind of entry.
    Result<> rule(const RootStatement& body);
    Result<> rule(const AdminGranted& body);
    Result<> rule(const AdminRevoked& body);
    Result<> rule(const RootPolicy& body);
    Result<> rule(const DirectoryReset& body);
    Result<> rule(const UserInvited& body);
    Result<> rule(const InvitationWithdrawn& body);
    Result<> rule(const UserDisabled& body);
    Result<> rule(const UserEnabled& body);
    Result<> rule(const UserEnrolled& body);
    Result<> rule(const DeviceAdded& body);
    Result<> rule(const DeviceRevoked& body);
    Result<> rule(const DeviceRetired& body);
    Result<> rule(const KitResealed& body);
    Result<> rule(const KitNotice& body);
    Result<> rule(const KitNoticeCancelled& body);
    Result<> rule(const KitConfirmed& body);
    Result<> rule(const KitReplaced& body);
    Result<> rule(const UserKeyRotated& body);
    Result<> rule(const Pulse& body);
    Result<> rule(const GroupCreated& body);
    Result<> rule(const GroupChanged& body);
    Result<> rule(const RemovedFromGroup& body);
    Result<> rule(const ServiceKey& body);
    Result<> rule(const GeneralPolicy& body);
    Result<> rule(const Snapshot& body);
    Result<> rule(const ReaderRaised& body);
    Result<> rule(const ChainClosed& body);

    // Questions.
    Result<const UserRecord*> user_in(const UserId& id, UserStatus status) const;
    Result<const GroupRecord*> living_group(const GroupId& id) const;
    const DeviceRecord* device(const DeviceId& id) const;
    Result<> check_keys(const DeviceKeys& keys) const;
    Result<> check_kit(const KitStatement& kit) const;
    Result<> check_generation(const UserRecord* user, const UserGeneration& generation) const;
    Result<> check_boxes(const std::vector<DeviceId>& active,
                         const UserGeneration& generation) const;
    std::vector<DeviceId> active_devices(const UserRecord& user) const;  // sorted
    std::set<DeviceId> taken_with(const UserRecord& user, const DeviceRevoked& body) const;
    Result<bool> check_replacement(const UserRecord& user, const KitReplaced& body) const;

    // A group as an entry is about to make it.
    struct GroupPlan {
        std::vector<GroupMember> added;
        std::vector<UserId> removed;
        std::vector<BucketRecord> buckets;  // as they will be
        std::size_t members = 0;            // how many there will be
        Hash heads;
    };
    Result<GroupPlan> plan(const GroupRecord& group, const std::vector<GroupMember>& added,
                           const std::vector<UserId>& removed) const;
    bool in_plan(const GroupRecord& group, const GroupPlan& plan, const UserId& user) const;
    Result<> check_group_generation(const GroupRecord& group, GroupPlan& plan,
                                    const GroupGeneration& next) const;
    Result<> check_buckets(GroupPlan& plan, const GroupGeneration& next) const;
    Result<> check_group_authority(const GroupRecord& group, const GroupChanged& body) const;
    Result<> check_managers(const GroupRecord& group, const GroupPlan& plan,
                            const GroupChanged& body) const;
    bool user_is_stale(const UserId& user) const;

    // Effects. None of them fails.
    void add_device(const UserId& user, const DeviceKeys& keys, DeviceKind kind,
                    std::optional<DeviceId> added_by);
    void end_device(const DeviceId& id, EndReason reason, const Hash& heads);
    void record_heads(const Hash& heads);
    void set_kit(UserRecord& user, const KitStatement& kit, std::optional<DeviceId> installed_by);
    void mark_stale(std::vector<Generation>& generations, bool at_once);
    void make_user_stale(const UserId& id, bool at_once);
    void start_generation(const UserId& id, const UserGeneration& generation);
    void change_members(GroupRecord& group, const GroupPlan& plan, bool boxed);
    void start_group_generation(GroupRecord& group, const GroupGeneration& next);

    State::Data& data_;
    const SignedEntry& signed_;
    const Entry& entry_;
    const Hash& leaf_hash_;
    const Position at_;
    std::vector<Signer> signers_;
};

}  // namespace obhut::directory
