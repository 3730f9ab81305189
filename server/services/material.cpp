#include "server/services/material.h"

#include <map>
#include <set>

#include "protocols/api/errors.h"

namespace obhut::services {

namespace {

using namespace directory;  // NOLINT: this file is about its entries
using GenerationName = std::pair<PrincipalId, std::uint32_t>;

std::vector<HolderBox> holder_boxes(const std::vector<api::GenerationBox>& boxes) {
    std::vector<HolderBox> result;
    result.reserve(boxes.size());
    for (const api::GenerationBox& box : boxes) result.push_back({box.recipient, box.box});
    return result;
}

bool boxes_match(const std::vector<api::GenerationBox>& boxes, const Hash& root) {
    return check_boxes(holder_boxes(boxes), root).has_value();
}

storage::Recipient stored(const api::RecipientId& recipient) {
    return storage::Recipient::from(recipient.view());
}

// Checker goes from entry to entry; each handler says whether the entry's material is right.
class Checker {
public:
    Checker(const api::Append& request, storage::Store& store, const Sender& sender,
            storage::WriteBatch& batch)
        : request_(request), store_(store), sender_(sender), now_(sender.now), batch_(batch) {}

    Result<> run() {
        TRY(index());
        for (std::size_t i = 0; i < request_.entries.size(); ++i) {
            const Body body = TRY(body_of(request_.entries[i].view()));
            const auto judge = [this](const auto& record) { return check(record); };
            if (!TRY(std::visit(judge, body.any)))
                return fail(errors::material_wrong, static_cast<std::int32_t>(i));
        }
        const bool all_used =
            used_keys_.size() == keys_.size() && used_generations_ == request_.generations.size() &&
            used_openings_ == request_.openings.size() && kit_used_ == request_.kit.has_value();
        if (!all_used) return fail(errors::material_wrong, -1);
        return {};
    }

private:
    static Result<Body> body_of(ByteView leaf) {
        const auto outer = decode<SignedEntry>(leaf);
        if (!outer) return fail(errors::entry_refused, outer.error().code.number);
        auto entry = decode<Entry>(outer->payload);
        if (!entry) return fail(errors::entry_refused, entry.error().code.number);
        return std::move(entry->body);
    }

    Result<> index() {
        bool repeated = false;
        for (const KemPublicKey& key : request_.keys)
            repeated |= !keys_.emplace(kem_key_hash(key), &key).second;
        for (const api::GenerationMaterial& material : request_.generations)
            repeated |=
                !generations_
                     .emplace(GenerationName(material.principal, material.number), &material)
                     .second;
        for (const api::Opening& opening : request_.openings)
            repeated |= !openings_.emplace(opening.user, &opening).second;
        if (repeated) return fail(errors::material_wrong, -1);
        return {};
    }

    // ---- one handler for each kind that names something

    template <class Record>
    Result<bool> check(const Record&) {
        return true;
    }

    Result<bool> check(const RootPolicy& policy) {
        for (const Officer& officer : policy.officers)
            if (!TRY(key_is_there(officer.kem))) return false;
        return true;
    }

    Result<bool> check(const UserInvited& invited) {
        const auto place = openings_.find(invited.user);
        if (place == openings_.end()) return false;
        const api::Opening& opening = *place->second;
        if (opening.salt.size() != 16 || opening.email.empty()) return false;
        if (email_hash(opening.salt, opening.email) != invited.email_hash) return false;
        batch_.add(storage::PutOpening{{opening.user, lower_case(opening.email), opening.salt}});
        ++used_openings_;
        return true;
    }

    Result<bool> check(const UserEnrolled& enrolled) {
        return TRY(key_is_there(enrolled.device.kem)) &&
               TRY(kit_matches(enrolled.user, enrolled.kit)) &&
               TRY(generation_matches(principal(enrolled.user), enrolled.generation));
    }

    Result<bool> check(const UserDisabled& body) { return keep_heads(body.heads); }
    Result<bool> check(const DeviceRevoked& body) { return keep_heads(body.heads); }
    Result<bool> check(const RemovedFromGroup& body) { return keep_heads(body.heads); }

    Result<bool> check(const DeviceAdded& added) {
        if (!TRY(key_is_there(added.device.kem))) return false;
        if (!added.box) return true;
        const auto* material = take_generation(principal(added.user), added.generation);
        if (material == nullptr || material->boxes.size() != 1 || material->key_link) return false;
        const api::GenerationBox& box = material->boxes[0];
        if (box.recipient != holder(device_id(added.device)) || sha256(box.box) != *added.box)
            return false;
        put_added(*material);
        return material->buckets.empty();
    }

    Result<bool> check(const KitResealed& resealed) {
        return kit_blobs_match(resealed.user, resealed.password_blob, resealed.recovery_blob);
    }
    Result<bool> check(const KitNotice& notice) { return key_is_there(notice.kit.keys.kem); }
    Result<bool> check(const KitReplaced& replaced) {
        TRY(keep_heads(replaced.heads));
        return kit_matches(replaced.user, replaced.kit);
    }

    Result<bool> check(const UserKeyRotated& rotated) {
        return generation_matches(principal(rotated.user), rotated.generation);
    }

    Result<bool> check(const GroupCreated& created) {
        return group_generation_matches(created.group, created.generation);
    }

    Result<bool> check(const GroupChanged& changed) {
        TRY(keep_heads(changed.heads));
        if (changed.generation &&
            !TRY(group_generation_matches(changed.group, *changed.generation)))
            return false;
        if (!changed.added_boxes) return true;
        const auto* material = take_added(principal(changed.group));
        if (material == nullptr || !boxes_match(material->boxes, *changed.added_boxes))
            return false;
        put_added(*material);
        return material->buckets.empty();
    }

    Result<bool> check(const ServiceKey& service) {
        return service.keys ? key_is_there(service.keys->kem) : Result<bool>(true);
    }

    // ---- parts

    Result<bool> key_is_there(const KemKeyHash& hash) {
        const auto given = keys_.find(hash);
        if (given == keys_.end()) {
            const auto stored_keys = TRY(store_.kem_keys({hash}));
            return !stored_keys.empty();
        }
        if (used_keys_.insert(hash).second) batch_.add(storage::PutKemKey{hash, *given->second});
        return true;
    }

    // A list of heads that the server gave is kept for good once an entry carries its root. Another
    // root is the signer's business: nothing will be proven by it.
    Result<bool> keep_heads(const Hash& root) {
        if (root.is_zero()) return true;
        const auto kept = TRY(find_record(store_, storage::Area::server, heads_key(root), now_));
        if (kept && kept->expires)
            batch_.add(storage::PutRecord{
                storage::Area::server, heads_key(root), kept->value, {}, {}, now_});
        return true;
    }

    Result<bool> kit_matches(const UserId& user, const KitStatement& kit) {
        return TRY(key_is_there(kit.keys.kem)) &&
               kit_blobs_match(user, kit.password_blob, kit.recovery_blob);
    }

    bool kit_blobs_match(const UserId& user, const Hash& password_blob, const Hash& recovery_blob) {
        const auto& kit = request_.kit;
        if (!kit || kit_used_ || kit->user != user) return false;
        if (sha256(kit->password_blob) != password_blob ||
            sha256(kit->recovery_blob) != recovery_blob)
            return false;
        batch_.add(storage::PutKit{stored_kit(*kit)});
        kit_used_ = true;
        return true;
    }

    template <class Generation>
    Result<bool> generation_matches(const PrincipalId& principal, const Generation& generation) {
        const auto* material = take_generation(principal, generation.number);
        if (material == nullptr || !TRY(key_is_there(generation.key))) return false;
        if (material->key_link.has_value() == generation.link.is_zero()) return false;
        if (material->key_link && sha256(*material->key_link) != generation.link) return false;
        if (!boxes_match(material->boxes, generation.boxes)) return false;
        storage::Generation kept{principal, generation.number, material->key_link, {}};
        for (const api::GenerationBox& box : material->boxes)
            kept.boxes.push_back({stored(box.recipient), box.box});
        batch_.add(storage::PutGeneration{std::move(kept)});
        return true;
    }

    Result<bool> group_generation_matches(const GroupId& group, const GroupGeneration& generation) {
        const auto place = generations_.find({principal(group), generation.number});
        if (place == generations_.end()) return false;
        const auto& buckets = place->second->buckets;
        if (!TRY(generation_matches(principal(group), generation))) return false;
        auto along = buckets.begin();
        for (const BucketKey& named : generation.buckets) {
            const bool is_here = along != buckets.end() && along->index == named.index;
            const auto boxes =
                is_here ? std::optional(along++->boxes) : TRY(deposited(group, named));
            if (!boxes || !boxes_match(*boxes, named.boxes)) return false;
            if (!TRY(key_is_there(named.key))) return false;
            for (const api::GenerationBox& box : *boxes)
                put_box(bucket_box_key(named.key, box.recipient), box.box);
        }
        return along == buckets.end();
    }

    // What this device sent ahead for a bucket; it is not needed any more.
    Result<std::optional<std::vector<api::GenerationBox>>> deposited(const GroupId& group,
                                                                     const BucketKey& named) {
        std::optional<std::vector<api::GenerationBox>> boxes;
        if (!sender_.device) return boxes;
        const Bytes key = deposit_key(*sender_.device, group, named.index);
        const auto kept = TRY(find_record(store_, storage::Area::server, key, now_));
        if (!kept) return boxes;
        auto deposit = decode<api::DepositedBucket>(kept->value);
        if (!deposit || deposit->key != named.key) return boxes;
        batch_.add(storage::RemoveRecord{storage::Area::server, key, {}, now_});
        boxes = std::move(deposit->bucket.boxes);
        return boxes;
    }

    const api::GenerationMaterial* take_generation(const PrincipalId& principal,
                                                   std::uint32_t number) {
        const auto place = generations_.find({principal, number});
        if (place == generations_.end() || !taken_.insert(place->first).second) return nullptr;
        ++used_generations_;
        return place->second;
    }

    // The one of this principal that no entry has used yet: which number it is for, the state
    // knows.
    const api::GenerationMaterial* take_added(const PrincipalId& principal) {
        for (const auto& [name, material] : generations_)
            if (name.first == principal && !taken_.contains(name))
                return take_generation(principal, name.second);
        return nullptr;
    }

    void put_added(const api::GenerationMaterial& material) {
        for (const api::GenerationBox& box : material.boxes)
            put_box(added_box_key(material.principal, material.number, box.recipient), box.box);
    }

    void put_box(Bytes key, const Bytes& box) {
        batch_.add(storage::PutRecord{storage::Area::server, std::move(key), box, {}, {}, now_});
    }

    const api::Append& request_;
    storage::Store& store_;
    const Sender sender_;
    const Millis now_;
    storage::WriteBatch& batch_;
    std::map<KemKeyHash, const KemPublicKey*> keys_;
    std::map<GenerationName, const api::GenerationMaterial*> generations_;
    std::map<UserId, const api::Opening*> openings_;
    std::set<KemKeyHash> used_keys_;
    std::set<GenerationName> taken_;
    std::size_t used_generations_ = 0;
    std::size_t used_openings_ = 0;
    bool kit_used_ = false;
};

}  // namespace

Result<> check_material(const api::Append& request, storage::Store& store, const Sender& sender,
                        storage::WriteBatch& batch) {
    return Checker(request, store, sender, batch).run();
}

}  // namespace obhut::services
