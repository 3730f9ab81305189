// Judging links: every rule of docs/protocol/space.md §§2, 3, 5 and 6 in the order in which it is
// asked.
#include "core/base/verify.h"
#include "core/space/chain_state.h"
#include "core/space/errors.h"
#include "core/space/renewal.h"

namespace obhut::space {
namespace {

bool same_but_boxes(const std::vector<Member>& a, const std::vector<Member>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Member& x, const Member& y) {
        return x.principal == y.principal && x.role == y.role && x.generation == y.generation &&
               x.key == y.key;
    });
}

bool is_kind(const Mark* mark, MarkKind kind) { return mark != nullptr && mark->kind == kind; }

bool settles_held(const Mark* mark) {
    return mark != nullptr &&
           (mark->kind == MarkKind::confirmed || mark->kind == MarkKind::reverted);
}

}  // namespace

Result<Chain::Judged> Chain::judge(ByteView bytes, const Judging& judging, bool sparse) const {
    Judged judged;
    judged.link = TRY(parse_link(bytes));
    const ParsedLink& link = judged.link;
    const DirectoryView& view = judging.directory;
    TRY(judge_position(link, sparse));
    judged.at = TRY(judging.notes.judge(link.header().note));
    if (judged.at.size > view.size()) return fail(errors::checkpoint_ahead);
    VERIFY("SR-29/checkpoint-back", judged.at.size >= checkpoint_, errors::checkpoint_back);
    TRY(judge_open(link, view, judged.at.size));
    judged.device = TRY(judge_signer(link, view, judged.at.size));
    if (const RosterEntry* entry = link.roster())
        judged.needed = TRY(judge_roster(*entry, *judged.device, view, judged.at.size));
    if (const Commit* commit = link.commit())
        judged.needed = TRY(judge_commit(*commit, *judged.device, view, judged.at));
    if (const Mark* mark = link.mark())
        judged.needed = TRY(judge_mark(*mark, *judged.device, view, judged.at.size));
    TRY(judge_past(judged, judging));
    return judged;
}

Result<> Chain::judge_position(const ParsedLink& link, bool sparse) const {
    const LinkHeader& header = link.header();
    VERIFY("SR-09/link-space", header.space == id_, errors::wrong_space);
    const bool follows = header.sequence == head_.sequence + 1;
    const bool later = sparse && header.sequence > head_.sequence;
    VERIFY("SR-29/sequence", follows || later, errors::head_moved);
    VERIFY("SR-29/previous", !follows || header.previous == head_.hash, errors::head_moved);
    VERIFY("SR-29/roster-link", header.roster == roster_link_, errors::wrong_roster);
    if (!standing_.roster) {
        if (link.roster() == nullptr || !follows) return fail(errors::wrong_roster);
        return {};
    }
    const bool resumes = is_kind(link.mark(), MarkKind::resumed);
    const bool resets = is_kind(link.mark(), MarkKind::reset);
    // Somebody who knew nothing newer may have resumed before what was lost is given up.
    const bool same = header.incarnation == incarnation_ && !resumes && (!resets || restored_);
    const bool next = header.incarnation > incarnation_ && (resumes || resets);
    const bool fits = same || next;
    VERIFY("SR-44/incarnation", fits, errors::wrong_incarnation);
    return {};
}

Result<> Chain::judge_open(const ParsedLink& link, const DirectoryView& view, Position size) const {
    // A `closed` signed with the past must not keep the others from reverting it.
    const bool may_settle = held_ && settles_held(link.mark());
    VERIFY("SR-09/chain-open", !standing_.closed || may_settle, errors::chain_closed);
    VERIFY("SR-09/chain-open-in-directory", !closed_in_directory(view, size), errors::chain_closed);
    return {};
}

bool Chain::closed_in_directory(const DirectoryView& view, Position size) const {
    const std::optional<Position> closed = view.closed(id_, size);
    if (!closed || !standing_.roster) return false;
    const auto& members = standing_.roster->members;
    return std::none_of(members.begin(), members.end(), [&](const Member& member) {
        return is_active(view, member.principal, *closed + 1);
    });
}

Result<const directory::DeviceRecord*> Chain::judge_signer(const ParsedLink& link,
                                                           const DirectoryView& view,
                                                           Position size) const {
    const directory::DeviceRecord* device = view.device(link.header().device);
    if (device == nullptr) return fail(errors::unknown_device);
    VERIFY("SR-27/device-active", device->active_at(size) && view.user_active(device->user, size),
           errors::device_not_active);
    VERIFY("SR-27/no-kit", device->kind != directory::DeviceKind::kit, errors::device_not_active);
    const SignedLink& outer = link.signed_link;
    VERIFY("SR-27/link-signer", outer.signer == key_id(device->signing), errors::wrong_signer);
    const bool signature_holds = verify_signature(device->signing, sign_label(outer.kind),
                                                  genesis_.org, outer.payload, outer.signature)
                                     .has_value();
    VERIFY("SR-09/link-signature", signature_holds, errors::bad_signature);
    return device;
}

Result<Role> Chain::judge_roster(const RosterEntry& entry, const directory::DeviceRecord& device,
                                 const DirectoryView& view, Position size) const {
    TRY(judge_epoch(entry));
    TRY(check_members(view, entry.members, size));
    if (genesis_.home) {
        const bool alone = entry.members.size() == 1 &&
                           entry.members[0].principal == principal(*genesis_.home) &&
                           entry.members[0].role == Role::manager;
        VERIFY("SR-43/home-members", alone, errors::bad_roster);
    }
    if (genesis_.group) {
        const bool alone = entry.members.size() == 1 && !entry.owner &&
                           entry.members[0].principal == principal(*genesis_.group) &&
                           entry.members[0].role == Role::manager;
        VERIFY("SR-43/group-home-members", alone, errors::bad_roster);
    }
    if (!standing_.roster) {
        TRY(judge_first(entry, device));
        const std::vector<UserId> nobody;
        const auto role = space::role_of(view, {id_, entry.members, nobody, {}}, device.user, size);
        VERIFY("SR-17/creator-manages", role == Role::manager, errors::no_manager_left);
    } else {
        const Role needed = TRY(judge_change(entry, device.user, view, size));
        if (needed < Role::manager) return needed;
    }
    const std::vector<UserId> nobody;
    VERIFY("SR-17/manager-kept", has_active_manager(view, {id_, entry.members, nobody, {}}, size),
           errors::no_manager_left);
    return Role::manager;
}

// What the signer has to be for this change, and is: an editor if the change decides nothing; then
// also a reader, where nobody else is left who could make it.
Result<Role> Chain::judge_change(const RosterEntry& entry, const UserId& user,
                                 const DirectoryView& view, Position size) const {
    const auto role = space::role_of(view, membership(), user, size);
    const bool decides_nothing =
        entry.owner == standing_.roster->owner && entry.limit == standing_.roster->limit &&
        same_but_boxes(entry.members, space::recomputed_members(view, membership(), size));
    if (role == Role::reader) {
        const bool left_alone = readers_renew(view, membership(), size);
        VERIFY("SR-17/reader-left-alone", left_alone, errors::role_too_low);
        VERIFY("SR-17/reader-recomputed", decides_nothing, errors::role_too_low);
        VERIFY("SR-41/reader-skips-nothing", !entry.skip, errors::role_too_low);
        return Role::reader;
    }
    VERIFY("SR-17/roster-signer", role >= Role::editor, errors::role_too_low);
    if (decides_nothing) return Role::editor;
    VERIFY("SR-17/editor-recomputed", role == Role::manager, errors::not_recomputed);
    return Role::manager;
}

Result<> Chain::judge_first(const RosterEntry& entry, const directory::DeviceRecord& device) const {
    if (genesis_.home) {
        const bool enrolled = device.user == *genesis_.home && !device.added_by;
        VERIFY("SR-43/home-first-device", enrolled, errors::wrong_signer);
        return {};
    }
    if (genesis_.group) return {};  // any member's device: judge_roster asks for the role
    VERIFY("SR-43/creator", device.id == *genesis_.creator, errors::wrong_signer);
    // Only what the first entry cannot have otherwise: nothing came before.
    if (entry.skip) return fail(errors::bad_roster);
    return {};
}

Result<> Chain::judge_epoch(const RosterEntry& entry) const {
    VERIFY("SR-29/epoch-number", entry.epoch == last_epoch_ + 1, errors::bad_roster);
    if (standing_.epochs.empty()) {
        const bool plain = entry.stands_on == 0 && !entry.history && !entry.skip;
        return plain ? Result<>{} : fail(errors::bad_roster);
    }
    const EpochInfo& newest = standing_.epochs.back();
    const auto base =
        std::find_if(standing_.epochs.begin(), standing_.epochs.end(),
                     [&](const EpochInfo& epoch) { return epoch.number == entry.stands_on; });
    VERIFY("SR-41/stands-on-known", base != standing_.epochs.end(), errors::bad_roster);
    if (!entry.history) return fail(errors::bad_roster);
    const bool skips = entry.stands_on + 1 != entry.epoch;
    if (skips != entry.skip.has_value()) return fail(errors::bad_roster);
    if (!skips) return {};
    // Either it names who signed the epoch that it sets aside, or what lies between was reverted.
    const bool named =
        entry.stands_on < newest.number
            ? entry.skip->reason != SkipReason::reverted && entry.skip->blamed == newest.signer
            : entry.skip->reason == SkipReason::reverted;
    VERIFY("SR-41/skip-names-signer", named, errors::bad_roster);
    return {};
}

Result<Role> Chain::judge_commit(const Commit& commit, const directory::DeviceRecord& device,
                                 const DirectoryView& view, const Checkpoint& at) const {
    const std::optional<Role> role = space::role_of(view, membership(), device.user, at.size);
    VERIFY("SR-09/commit-role", role >= Role::editor, errors::role_too_low);
    VERIFY("SR-11/epoch-newest", commit.epoch == standing_.epochs.back().number,
           errors::epoch_not_newest);
    VERIFY("SR-30/rotation-duty", rotation(view, at) != Rotation::due, errors::rotation_due);
    const CommitInfo* newest = standing_.commit();
    // What was left out right before this one may hold its parent (append_sparse).
    const bool gap = commit.header.sequence > head_.sequence + 1;
    const bool on_newest =
        gap || !standing_.commit_known() || commit.parent == (newest ? newest->sequence : 0);
    VERIFY("SR-42/commit-parent", on_newest && commit.parent < commit.header.sequence,
           errors::wrong_parent);
    const std::size_t summary = commit.sealed_summary.size();
    const bool sized = commit.sealed_root.size() == kSealedRootBytes && summary > kObjectOverhead &&
                       (summary - kObjectOverhead) % kSummaryUnit == 0;
    VERIFY("SR-22/commit-sizes", sized, errors::bad_summary);
    return Role::editor;
}

Result<Role> Chain::judge_mark(const Mark& mark, const directory::DeviceRecord& device,
                               const DirectoryView& view, Position size) const {
    const bool is_reset = mark.kind == MarkKind::reset;
    const bool settles = settles_held(&mark);
    if (mark.lost.has_value() != is_reset || mark.reason.has_value() != is_reset)
        return fail(errors::bad_mark);
    if (mark.settles.has_value() != settles) return fail(errors::bad_mark);
    if (is_reset && mark.lost->sequence <= restored_by(mark).sequence)
        return fail(errors::bad_mark);
    if (mark.kind == MarkKind::left) {
        TRY(judge_left(device.user, view, size));
        return Role::reader;
    }
    if (settles) {
        // Who saw the links before the event holds nothing: for him a confirmation says nothing
        // new.
        const Head before{mark.header.sequence - 1, mark.header.previous};  // also after a gap
        const bool newest = *mark.settles == before && (held_ || mark.kind == MarkKind::confirmed);
        VERIFY("SR-33/settles-newest", newest, errors::bad_mark);
        // Where links are held, who may settle is asked of the trusted roster, in judge_past.
        const auto role = space::role_of(view, membership(), device.user, size);
        VERIFY("SR-33/confirmed-by-editor", held_ || role >= Role::editor, errors::role_too_low);
        return Role::editor;
    }
    // There is one home of a group, for ever: a member could take it from all the others.
    const bool stays = mark.kind != MarkKind::closed || !genesis_.group;
    VERIFY("SR-43/group-home-stays", stays, errors::bad_mark);
    const std::optional<Role> role = space::role_of(view, membership(), device.user, size);
    VERIFY("SR-44/mark-by-manager", role == Role::manager, errors::role_too_low);
    return Role::manager;
}

Result<> Chain::judge_left(const UserId& user, const DirectoryView& view, Position size) const {
    const PrincipalId self = principal(user);
    const auto& members = standing_.roster->members;
    const bool listed = std::any_of(members.begin(), members.end(),
                                    [&](const Member& member) { return member.principal == self; });
    const bool again =
        std::find(standing_.left.begin(), standing_.left.end(), user) != standing_.left.end();
    VERIFY("SR-17/leaver-is-member", listed && !again && !genesis_.home, errors::role_too_low);
    std::vector<UserId> left = standing_.left;
    left.push_back(user);
    const bool managed_before = has_active_manager(view, membership(), size);
    const bool managed_after = has_active_manager(view, {id_, members, left, {}}, size);
    VERIFY("SR-17/last-manager-stays", managed_after || !managed_before, errors::no_manager_left);
    return {};
}

Result<> Chain::judge_past(Judged& judged, const Judging& judging) const {
    const DirectoryView& view = judging.directory;
    judged.event = authority_ended(view, membership_with(judged.link), *judged.device,
                                   judged.needed, judged.at.size);
    VERIFY("SR-33/refuse-past", !judged.event || !judging.refuse_past, errors::past_signature);
    if (!held_) return {};
    // Settling takes somebody who knows of the event, still counts, and counted without what is
    // held.
    const Standing& counts = held_->trusted.roster ? held_->trusted : standing_;
    const auto role =
        space::role_of(view, membership_of(counts), judged.device->user, judged.at.size);
    judged.settles = !judged.event && judged.at.size > held_->event && role >= held_->settler;
    VERIFY("SR-33/settler", judged.settles || !settles_held(judged.link.mark()),
           errors::chain_held);
    const bool room = judged.settles || held_->links.size() < kMaxHeld;
    return room ? Result<>{} : fail(errors::chain_held);
}

}  // namespace obhut::space
