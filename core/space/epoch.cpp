#include "core/space/epoch.h"

#include "core/base/verify.h"
#include "core/crypto/kdf.h"

namespace obhut::space {
namespace {

KdfInfo epoch_info(Label label, const SpacePlace& place, EpochNumber epoch) {
    return KdfInfo(label).add(place.org.view()).add(place.space.view()).add_uint(epoch);
}

// space ‖ epoch ‖ principal ‖ generation: a box opens for this epoch and this member only.
Bytes box_context(const SpacePlace& place, EpochNumber epoch, const PrincipalId& principal,
                  std::uint32_t generation) {
    Bytes context = to_bytes(place.space.view());
    append_be64(context, epoch);
    append(context, principal.view());
    append_be32(context, generation);
    return context;
}

ObjectKey history_key(const SpacePlace& place, EpochNumber epoch, const EpochKey& key) {
    return ObjectKey(
        derive<32>(key.expose(), epoch_info(labels::epoch_history_link, place, epoch)));
}

// The box for a member, or nothing if no good key can be had for it.
std::optional<EpochBox> seal_for(const SpacePlace& place, EpochNumber epoch, const EpochKey& key,
                                 const Member& member, KemKeySource& keys, Entropy& entropy) {
    const auto kem = keys.find(member);
    if (!kem || kem_key_hash(*kem) != member.key) return std::nullopt;
    const Bytes context = box_context(place, epoch, member.principal, member.generation);
    Result<Bytes> box =
        seal_box(*kem, labels::box_epoch_key, place.org, context, key.expose(), entropy);
    if (!box) return std::nullopt;
    return EpochBox{member.principal, member.generation, std::move(*box)};
}

}  // namespace

Hash epoch_commitment(const SpacePlace& place, EpochNumber epoch, const EpochKey& key) {
    Hash commitment;
    hkdf_expand(key.expose(), epoch_info(labels::epoch_commitment, place, epoch), commitment.bytes);
    return commitment;
}

SealedEpoch seal_epoch(const SpacePlace& place, EpochNumber epoch, std::vector<Member>& members,
                       const EpochKey* previous, KemKeySource& keys, Entropy& entropy) {
    SealedEpoch sealed;
    sealed.key = EpochKey::generate(entropy);
    sealed.commitment = epoch_commitment(place, epoch, sealed.key);
    if (previous != nullptr)
        sealed.material.history =
            seal_with(in_space(place.org, place.space), ObjectType::history_link,
                      history_key(place, epoch, sealed.key), previous->expose());
    for (Member& member : members) {
        if (!member.boxed) continue;
        auto box = seal_for(place, epoch, sealed.key, member, keys, entropy);
        member.boxed = box.has_value();
        if (box) sealed.material.boxes.push_back(std::move(*box));
    }
    return sealed;
}

Result<EpochKey> open_epoch(const SpacePlace& place, const RosterEntry& entry, const ProvenBox& box,
                            const KemSecretKey& key) {
    TRY(check_box(entry, box));
    const Bytes context = box_context(place, entry.epoch, box.box.principal, box.box.generation);
    const SecretBytes opened =
        TRY(open_box(key, labels::box_epoch_key, place.org, context, box.box.box));
    if (opened.size() != EpochKey::kSize) return fail(errors::wrong_epoch_key);
    EpochKey epoch_key(opened.expose());
    VERIFY("SR-25/epoch-commitment",
           epoch_commitment(place, entry.epoch, epoch_key) == entry.key_commitment,
           errors::wrong_epoch_key);
    return epoch_key;
}

Result<EpochKey> open_history(const SpacePlace& place, const RosterEntry& entry,
                              const EpochKey& key, ByteView history, const RosterEntry& before) {
    const bool bound =
        entry.history && sha256(history) == *entry.history && before.epoch == entry.stands_on;
    if (!bound) return fail(errors::history_broken);
    Result<Bytes> opened = open_with(in_space(place.org, place.space), ObjectType::history_link,
                                     history_key(place, entry.epoch, key), history);
    if (!opened || opened->size() != EpochKey::kSize) return fail(errors::history_broken);
    EpochKey earlier(*opened);
    wipe(*opened);
    VERIFY("SR-25/history-commitment",
           epoch_commitment(place, before.epoch, earlier) == before.key_commitment,
           errors::history_broken);
    return earlier;
}

void EpochKeys::add(EpochNumber epoch, EpochKey key) {
    keys_.insert_or_assign(epoch, std::move(key));
}

const EpochKey* EpochKeys::find(EpochNumber epoch) const {
    const auto found = keys_.find(epoch);
    return found == keys_.end() ? nullptr : &found->second;
}

Result<> EpochKeys::accept(const SpacePlace& place, const RosterEntry& entry, const ProvenBox& box,
                           const KemSecretKey& key, const Bytes* history,
                           const RosterEntry* before) {
    EpochKey opened = TRY(open_epoch(place, entry, box, key));
    if (before != nullptr) {
        if (history == nullptr) return fail(errors::history_broken);
        EpochKey earlier = TRY(open_history(place, entry, opened, *history, *before));
        add(before->epoch, std::move(earlier));
    }
    add(entry.epoch, std::move(opened));
    return {};
}

Result<> EpochKeys::walk_back(const SpacePlace& place, const RosterEntry& entry, ByteView history,
                              const RosterEntry& before) {
    const EpochKey* key = find(entry.epoch);
    if (key == nullptr) return fail(errors::no_epoch_key);
    add(before.epoch, TRY(open_history(place, entry, *key, history, before)));
    return {};
}

}  // namespace obhut::space
