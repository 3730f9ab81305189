#include "core/space/chain.h"

#include "core/base/verify.h"
#include "core/crypto/hash.h"
#include "core/space/chain_state.h"
#include "core/space/errors.h"

namespace obhut::space {

const CommitInfo* Standing::commit() const {
    if (epochs.empty() || !epochs.back().last) return nullptr;
    return &*epochs.back().last;
}

Result<Chain> Chain::begin(const SpaceId& id, const OrgId& org, ByteView genesis) {
    Chain chain;
    chain.genesis_ = TRY(parse_genesis(genesis));
    VERIFY("SR-43/genesis-id", space_id(genesis) == id, errors::wrong_space);
    VERIFY("SR-27/genesis-org", chain.genesis_.org == org, errors::wrong_space);
    chain.id_ = id;
    chain.genesis_hash_ = link_hash(genesis);
    chain.head_ = {0, chain.genesis_hash_};
    chain.roster_link_ = chain.genesis_hash_;
    return chain;
}

Result<Appended> Chain::append(ByteView link, const Judging& judging) {
    return take(link, judging, false);
}

Result<Appended> Chain::append_sparse(ByteView link, const Judging& judging) {
    return take(link, judging, true);
}

Result<Appended> Chain::take(ByteView link, const Judging& judging, bool sparse) {
    Judged judged = TRY(judge(link, judging, sparse));
    apply(judged);
    return Appended{std::move(judged.link), judged.at, held_.has_value()};
}

Membership Chain::membership() const {
    CHECK(standing_.roster);
    return membership_of(standing_);
}

Membership Chain::membership_of(const Standing& standing) const {
    return {id_, standing.roster->members, standing.left, standing.epochs.back().link.hash};
}

Membership Chain::membership_with(const ParsedLink& link) const {
    if (standing_.roster) return membership();
    return {id_, link.roster()->members, standing_.left, {}};
}

void Chain::apply(const Judged& judged) {
    const LinkHeader& header = judged.link.header();
    const Head link{header.sequence, judged.link.hash};
    const Mark* mark = judged.link.mark();
    if (judged.settles) {
        if (mark != nullptr && mark->kind == MarkKind::reverted)
            standing_ = std::move(held_->trusted);
        held_.reset();
    }
    if (judged.event || held_) hold(judged);
    if (header.sequence != head_.sequence + 1 && !standing_.epochs.empty())
        standing_.epochs.back().last_known = false;
    if (const RosterEntry* entry = judged.link.roster()) apply_roster(*entry, link);
    if (const Commit* commit = judged.link.commit()) apply_commit(*commit, link);
    if (mark != nullptr) apply_mark(*mark, judged.device->user);
    if (judged.link.commit() == nullptr) roster_link_ = link.hash;
    head_ = link;
    incarnation_ = header.incarnation;
    checkpoint_ = judged.at.size;
}

void Chain::apply_roster(const RosterEntry& entry, const Head& link) {
    EpochInfo epoch{entry.epoch,          link,         entry.header.device,
                    entry.key_commitment, std::nullopt, true};
    auto& epochs = standing_.epochs;
    while (!epochs.empty() && epochs.back().number != entry.stands_on) epochs.pop_back();
    if (!epochs.empty()) {
        epoch.last = epochs.back().last;
        epoch.last_known = epochs.back().last_known;
    }
    if (epochs.size() == kEpochsKept) epochs.erase(epochs.begin());
    epochs.push_back(std::move(epoch));
    standing_.roster = entry;
    standing_.left.clear();
    last_epoch_ = entry.epoch;
}

void Chain::apply_commit(const Commit& commit, const Head& link) {
    EpochInfo& epoch = standing_.epochs.back();
    epoch.last = CommitInfo{link.sequence,        link.hash,         commit.epoch, commit.root,
                            commit.header.device, commit.header.time};
    epoch.last_known = true;
}

void Chain::apply_mark(const Mark& mark, const UserId& user) {
    if (mark.kind == MarkKind::left) standing_.left.push_back(user);
    if (mark.kind == MarkKind::closed) standing_.closed = true;
    if (mark.kind != MarkKind::resumed && mark.kind != MarkKind::reset) return;
    const Head restored = restored_by(mark);
    if (mark.header.incarnation > incarnation_) restored_ = Restored{restored, mark.header.device};
    if (mark.kind != MarkKind::reset) return;
    if (resets_.size() == kMaxResets) resets_.erase(resets_.begin());
    resets_.push_back(
        {mark.header.incarnation, *mark.lost, restored, mark.header.device, *mark.reason});
}

// The head that the server had when its incarnation began.
Head Chain::restored_by(const Mark& mark) const {
    const bool goes_on = mark.header.incarnation == incarnation_ && restored_;
    return goes_on ? restored_->head : Head{mark.header.sequence - 1, mark.header.previous};
}

void Chain::hold(const Judged& judged) {
    if (!held_) {
        held_.emplace();
        held_->device = judged.device->id;
        held_->trusted = standing_;
    }
    if (judged.event) {
        held_->event = std::max(held_->event, *judged.event);
        held_->settler = std::max({held_->settler, judged.needed, Role::editor});
    }
    held_->links.push_back({judged.link.header().sequence, judged.link.hash});
    held_->events.push_back(judged.event.value_or(0));
}

Result<> Chain::release(const DirectoryView& view, Position event, const SpaceHead& head,
                        const MerkleProof& proof) {
    const std::optional<Hash> root = view.heads_root(event);
    VERIFY("SR-33/head-proof", root && head.space == id_ && head_holds(*root, head, proof),
           errors::bad_head_proof);
    if (!held_) return {};
    const auto found = std::find(held_->links.begin(), held_->links.end(), head.head);
    if (found == held_->links.end()) return fail(errors::bad_head_proof);
    // What stood before `event` stood before every later one too.
    const auto upto = held_->events.begin() + (found - held_->links.begin()) + 1;
    std::for_each(held_->events.begin(), upto, [&](Position& at) { at = at >= event ? 0 : at; });
    held_->event = *std::max_element(held_->events.begin(), held_->events.end());
    if (held_->event == 0) held_.reset();
    return {};
}

void Chain::release_seen(const Head& head) {
    if (!held_) return;
    const auto found = std::find(held_->links.begin(), held_->links.end(), head);
    if (found == held_->links.end()) return;
    const auto upto = held_->events.begin() + (found - held_->links.begin()) + 1;
    std::fill(held_->events.begin(), upto, 0);
    held_->event = *std::max_element(held_->events.begin(), held_->events.end());
    if (held_->event == 0) held_.reset();
}

LinkHeader Chain::next_header(const DeviceId& device, Bytes note, Millis time) const {
    return {id_,          head_.sequence + 1, head_.hash, incarnation_,
            roster_link_, std::move(note),    device,     time};
}

std::optional<Role> Chain::role_of(const DirectoryView& view, const UserId& user,
                                   Position size) const {
    // Of a home that is held from its first link on nobody but its owner can decide; whose it is,
    // the genesis says.
    const bool is_home = genesis_.home || genesis_.group;
    const Standing& counts = is_home && !trusted().roster ? standing_ : trusted();
    if (!counts.roster) return std::nullopt;
    return space::role_of(view, membership_of(counts), user, size);
}

Rotation Chain::rotation(const DirectoryView& view, const Checkpoint& at) const {
    if (!standing_.roster) return Rotation::none;
    const Rotation duty = rotation_duty(view, standing_.roster->members, at);
    return standing_.left.empty() ? duty : Rotation::due;
}

std::vector<Member> Chain::recomputed_members(const DirectoryView& view, Position size) const {
    if (!standing_.roster) return {};
    return space::recomputed_members(view, membership(), size);
}

namespace {

Result<> same_genesis(const Chain& pinned, const Chain& fresh) {
    VERIFY("SR-43/pinned-genesis", pinned.genesis_hash() == fresh.genesis_hash(),
           errors::not_followed);
    return {};
}

// Whether a device counts and its user manages the space as far as the pinned chain knows.
bool manages(const Chain& pinned, const DeviceId& id, const DirectoryView& view) {
    const directory::DeviceRecord* device = view.device(id);
    return device != nullptr && device->active_at(view.size()) &&
           pinned.role_of(view, device->user, view.size()) == Role::manager;
}

}  // namespace

Result<Head> check_resumed(const Chain& pinned, const Chain& fresh, const DirectoryView& view) {
    TRY(same_genesis(pinned, fresh));
    const auto& restored = fresh.restored();
    const bool later = restored && fresh.incarnation() > pinned.incarnation();
    if (!later) return fail(errors::not_followed);
    VERIFY("SR-44/resumed-by-known-manager", manages(pinned, restored->device, view),
           errors::not_followed);
    return restored->head;
}

Result<> check_follows(const Chain& pinned, const Chain& fresh, const DirectoryView& view) {
    TRY(same_genesis(pinned, fresh));
    // A manager who was removed in the part that was lost may not bring the old list back.
    bool later = false;
    bool by_manager = false;
    for (const Reset& reset : fresh.resets()) {
        if (reset.incarnation <= pinned.incarnation()) continue;
        later = true;
        by_manager = by_manager || manages(pinned, reset.device, view);
    }
    VERIFY("SR-44/reset-only", later, errors::not_followed);
    VERIFY("SR-44/reset-by-known-manager", by_manager || !later, errors::not_followed);
    return {};
}

}  // namespace obhut::space
