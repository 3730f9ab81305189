// Rules of entries about the organisation as a whole: root, policies, services, snapshots, spaces.
#include "core/directory/rules.h"

namespace obhut::directory {

namespace {

bool contains(const Bytes& numbers, std::uint8_t number) {
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

}  // namespace

Result<> Rules::rule(const RootStatement& body) {
    Whole& whole = data_.whole;
    VERIFY("SR-16/root-key-points",
           is_valid_public_key(body.root.view()) && is_valid_public_key(body.log_key.view()),
           errors::device_bad_key);
    if (whole.roots.empty()) {
        whole.org = organisation_id(body);
        whole.fingerprint = directory::root_fingerprint(body);
    } else if (body.root == whole.roots.back().key) {
        // The same root names another key of the log.
        TRY(by_root());
        if (body.next_root != whole.roots.back().next) return fail(errors::root_not_committed);
    } else {
        VERIFY("SR-02/next-root-committed", key_id(body.root) == whole.roots.back().next,
               errors::root_not_committed);
        // Signed by the new root itself: who stole the old one cannot.
        if (signed_.signatures[0].signer != key_id(body.root)) return fail(errors::signer_not_root);
    }
    whole.roots.push_back({body.root, body.next_root, body.log_key, at_});
    return {};
}

Result<> Rules::rule(const AdminGranted& body) {
    TRY(by_root());
    const auto found = data_.users.find(body.user);
    if (found == data_.users.end()) return fail(errors::user_unknown);
    const UserRecord& user = found->second;
    if (user.status != UserStatus::invited && user.status != UserStatus::active)
        return fail(errors::user_wrong_status);
    if (user.is_admin()) return fail(errors::admin_already);
    data_.edit_user(body.user).admin.push_back({at_, std::nullopt});
    data_.admins.insert(body.user);
    return {};
}

Result<> Rules::rule(const AdminRevoked& body) {
    TRY(by_root());
    const auto found = data_.users.find(body.user);
    if (found == data_.users.end()) return fail(errors::user_unknown);
    if (!found->second.is_admin()) return fail(errors::admin_already);
    data_.edit_user(body.user).admin.back().until = at_;
    data_.admins.erase(body.user);
    return {};
}

Result<> Rules::rule(const RootPolicy& body) {
    VERIFY("SR-18/policy-signed-by-root", signers_[0].root, errors::signer_not_root);
    VERIFY("SR-03/policy-floor",
           !body.suites.empty() && body.suites[0] >= 1 && !body.kdf_classes.empty() &&
               body.kdf_classes[0] >= 1,
           errors::policy_out_of_bounds);
    if (!strictly_ascending(body.suites) || !strictly_ascending(body.kdf_classes) ||
        body.officers_needed > body.officers.size())
        return fail(errors::policy_out_of_bounds);
    // A policy that leaves no suite of ours is for newer programs.
    if (!contains(body.suites, static_cast<std::uint8_t>(Suite::one)))
        return fail(errors::unknown_suite);
    data_.whole.policy.root = body;
    return {};
}

Result<> Rules::rule(const DirectoryReset& body) {
    TRY(by_root());
    const std::uint64_t before =
        data_.whole.resets.empty() ? 0 : data_.whole.resets.back().reset.incarnation;
    if (body.restored.size > body.lost.size || body.restored.size > at_ ||
        body.incarnation <= before)
        return fail(errors::reset_position);
    data_.whole.resets.push_back({body, at_});
    return {};
}

Result<> Rules::rule(const GeneralPolicy& body) {
    TRY(by_admin());
    VERIFY("SR-31/oldest-client-never-lowered",
           body.min_client >= data_.whole.policy.general.min_client, errors::policy_out_of_bounds);
    if (body.archive && !data_.groups.contains(*body.archive)) return fail(errors::group_unknown);
    data_.whole.policy.general = body;
    return {};
}

Result<> Rules::rule(const ServiceKey& body) {
    TRY(by_admin());
    if (!data_.services.contains(body.service) && !body.keys) return fail(errors::service_unknown);
    if (body.not_after < body.not_before) return fail(errors::policy_out_of_bounds);
    if (body.keys) TRY(check_keys(*body.keys));
    ServiceRecord& record = data_.edit_service(body.service);
    record.key = body;
    record.since = at_;
    return {};
}

// Whoever vouches for a snapshot passes on what this rule has judged. The root of the log is not
// known here: a newcomer's note decides about it.
Result<> Rules::rule(const Snapshot& body) {
    TRY(by_admin());
    const Position before = data_.whole.snapshot ? data_.whole.snapshot->size : 0;
    if (body.size != at_ || body.size < before + kSnapshotDistance)
        return fail(errors::snapshot_position);
    const StateMap map = map_of(data_);
    VERIFY("SR-02/snapshot-is-true", map == (StateMap{body.map_root, body.records}),
           errors::snapshot_false);
    data_.whole.snapshot = body;
    return {};
}

Result<> Rules::rule(const ReaderRaised& body) {
    TRY(by_admin());
    TRY(user_in(body.user, UserStatus::active));
    const auto found = data_.spaces.find(body.space);
    if (found != data_.spaces.end() && found->second.closed_at) return fail(errors::space_closed);
    SpaceRecord& record = data_.edit_space(body.space);
    record.id = body.space;
    record.raised.push_back({body.user, at_, body.roster});
    return {};
}

Result<> Rules::rule(const ChainClosed& body) {
    TRY(by_admin());
    const auto found = data_.spaces.find(body.space);
    if (found != data_.spaces.end() && found->second.closed_at) return fail(errors::space_closed);
    SpaceRecord& record = data_.edit_space(body.space);
    record.id = body.space;
    record.closed_at = at_;
    record.closed_head = body.head;
    return {};
}

}  // namespace obhut::directory
