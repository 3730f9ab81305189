#include "client/spaces/space_keys.h"

#include "core/space/errors.h"

namespace obhut::client {

using space::EpochNumber;
using space::RosterEntry;

Bytes SpaceKeys::row_key(const Hash& commitment) const {
    Bytes key = to_bytes("e/");
    append(key, space_.view());
    append(key, commitment.view());
    return key;
}

// What the chain says that the key of an epoch commits to.
Result<Hash> SpaceKeys::commitment_of(EpochNumber epoch) const {
    for (const space::EpochInfo& info : chain_.chain().trusted().epochs)
        if (info.number == epoch) return info.key_commitment;
    return TRY(chain_.roster(epoch)).key_commitment;
}

bool SpaceKeys::recall(EpochNumber epoch) {
    // Another chain has other keys under the same numbers.
    if (replaced_ != chain_.replaced()) ring_ = {};
    replaced_ = chain_.replaced();
    if (ring_.find(epoch) != nullptr) return true;
    const auto commitment = commitment_of(epoch);
    const auto reader = session_.store.read();
    if (!commitment || !reader) return false;
    const Bytes name = row_key(*commitment);
    const auto row = (*reader)->get(Table::rings, name);
    if (!row || !*row) return false;
    const auto plain = open_row(session_.profile.key(), Table::rings, name, **row);
    if (!plain || plain->size() != EpochKey::kSize) return false;
    ring_.add(epoch, EpochKey(plain->expose()));
    return true;
}

Result<> SpaceKeys::keep(EpochNumber epoch, const EpochKey& key) {
    const Bytes name = row_key(space::epoch_commitment(place(), epoch, key));
    const Bytes row =
        seal_row(session_.profile.key(), Table::rings, name, key.expose(), session_.entropy);
    const auto writer = TRY(session_.store.write(Durability::relaxed));
    TRY(writer->put(Table::rings, name, row));
    return writer->commit();
}

Result<const EpochKey*> SpaceKeys::key(EpochNumber epoch) {
    if (!recall(epoch)) {
        const auto opened = open(epoch);
        if (!opened && !opened.error().is(errors::space_not_readable))
            return std::unexpected(opened.error());
        if (!opened) TRY(walk_back(epoch));
    }
    return ring_.find(epoch);
}

Result<> SpaceKeys::newest() {
    const space::Standing& standing = chain_.chain().trusted();
    if (standing.epochs.empty() && chain_.chain().held()) return fail(errors::chain_held);
    if (standing.epochs.empty()) return fail(errors::space_not_readable);
    TRY(key(standing.epochs.back().number));
    return {};
}

std::optional<space::SkipReason> SpaceKeys::broken() {
    const auto opened = newest();
    if (opened || !opened.error().is(errors::epoch_broken)) return std::nullopt;
    return static_cast<space::SkipReason>(opened.error().detail);
}

bool SpaceKeys::is_ours(const PrincipalId& principal) const {
    if (kind_of(principal) == PrincipalKind::user) return user_of(principal) == session_.user();
    const directory::GroupRecord* group = session_.directory.state().group(group_of(principal));
    return group != nullptr && group->has(session_.user());
}

namespace {

// What the entry binds (boxes by their root, the history link by its hash) is its signer's fault;
// everything else is the server's.
Error blame(const RosterEntry& entry, const space::ProvenBox& box,
            const std::optional<Bytes>& history, const Error& error) {
    using space::SkipReason;
    const bool is_history = error.is(errors::history_broken);
    const bool bound = is_history ? history && entry.history && sha256(*history) == *entry.history
                                  : space::check_box(entry, box).has_value();
    if (!bound) return error;
    return Error(errors::epoch_broken,
                 static_cast<std::int32_t>(is_history ? SkipReason::history_broken
                                                      : SkipReason::box_broken));
}

}  // namespace

// open takes the key of an epoch out of the box that the server keeps for us.
Result<> SpaceKeys::open(EpochNumber epoch) {
    const RosterEntry entry = TRY(chain_.roster(epoch));
    std::optional<RosterEntry> before;
    if (entry.stands_on > 0) {
        auto found = chain_.roster(entry.stands_on);
        if (found) before = std::move(*found);
    }
    const auto answer = session_.remote.epoch(space_, epoch);
    if (!answer && answer.error().kind() == Kind::missing) return fail(errors::space_not_readable);
    if (!answer) return std::unexpected(answer.error());
    // A box that is not ours as far as we know: the server knows of a group that took us in.
    for (const space::ProvenBox& box : answer->boxes)
        if (!is_ours(box.box.principal)) TRY(session_.directory.catch_up());
    const Bytes* history = answer->history ? &*answer->history : nullptr;
    std::optional<Error> trouble;
    for (const space::ProvenBox& box : answer->boxes) {
        if (!is_ours(box.box.principal)) continue;
        const auto secret = session_.rings.secret(box.box.principal, box.box.generation);
        const Result<> accepted = secret ? ring_.accept(place(), entry, box, **secret, history,
                                                        before ? &*before : nullptr)
                                         : std::unexpected(secret.error());
        if (accepted) return keep(epoch, *ring_.find(epoch));
        // Who waits for a key has no trouble, he cannot read yet.
        if (trouble || accepted.error().is(errors::key_renewal_waits)) continue;
        trouble = secret ? blame(entry, box, answer->history, accepted.error()) : accepted.error();
    }
    if (trouble && trouble->is(errors::epoch_broken))
        session_.alarms.raise(*trouble, space_, entry.header.device.view());
    if (trouble) return std::unexpected(*trouble);
    return fail(errors::space_not_readable);
}

// walk_back comes to an older key through the history links of the newer epochs.
Result<> SpaceKeys::walk_back(EpochNumber epoch) {
    EpochNumber newer = chain_.chain().trusted().epochs.back().number;
    if (epoch >= newer) return fail(errors::space_not_readable);
    while (newer > epoch) {
        if (!recall(newer)) TRY(open(newer));
        const RosterEntry entry = TRY(chain_.roster(newer));
        const EpochNumber older = entry.stands_on;
        if (older == 0 || older < epoch) return fail(errors::space_not_readable);
        if (!recall(older)) {
            const RosterEntry before = TRY(chain_.roster(older));
            const auto answer = TRY(session_.remote.epoch(space_, newer));
            if (!answer.history) return fail(errors::answer_malformed);
            TRY(ring_.walk_back(place(), entry, *answer.history, before));
            TRY(keep(older, *ring_.find(older)));
        }
        newer = older;
    }
    return {};
}

}  // namespace obhut::client
