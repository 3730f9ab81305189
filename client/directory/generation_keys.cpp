#include "client/directory/generation_keys.h"

#include <algorithm>

#include "core/base/verify.h"
#include "core/crypto/kdf.h"

namespace obhut::client {
namespace {

Label box_label(const PrincipalId& principal) {
    return kind_of(principal) == PrincipalKind::user ? labels::box_user_key : labels::box_group_key;
}

ObjectPlace link_place(const OrgId& org) { return {labels::object_in_generation, org, SpaceId{}}; }

// A generation's secret seals exactly one thing: the secret before it.
ObjectKey link_key(const OrgId& org, const PrincipalId& principal, std::uint32_t number,
                   const KemSecretKey& secret) {
    return ObjectKey(derive<32>(
        secret.expose(),
        KdfInfo(labels::generation_link).add(org.view()).add(principal.view()).add_uint(number)));
}

Result<KemSecretKey> checked(ByteView secret, const KemKeyHash& expected) {
    if (secret.size() != KemSecretKey::kSize) return fail(errors::secret_mismatch);
    KemSecretKey key(secret);
    VERIFY("SR-01/generation-key", kem_key_hash(kem_public_key(key)) == expected,
           errors::secret_mismatch);
    return key;
}

// The boxes of one secret for several holders.
struct SealedBoxes {
    std::vector<api::GenerationBox> boxes;     // ascending by holder
    std::vector<directory::HolderId> without;  // whose key was malformed; ascending
    Hash root;
};

SealedBoxes seal_to_all(std::vector<Holder>& holders, const auto& seal) {
    std::sort(holders.begin(), holders.end(),
              [](const Holder& a, const Holder& b) { return a.id < b.id; });
    SealedBoxes sealed;
    std::vector<directory::HolderBox> listed;
    for (const Holder& holder : holders) {
        Result<Bytes> box = seal(holder);
        if (!box) {
            sealed.without.push_back(holder.id);
            continue;
        }
        listed.push_back({holder.id, *box});
        sealed.boxes.push_back({api::RecipientId::from(holder.id.view()), std::move(*box)});
    }
    sealed.root = directory::boxes_root(listed);
    return sealed;
}

}  // namespace

Result<Bytes> seal_to_holder(const OrgId& org, const PrincipalId& principal, std::uint32_t number,
                             const KemSecretKey& secret, const Holder& holder, Entropy& entropy) {
    return seal_box(holder.key, box_label(principal), org,
                    directory::box_context(principal, number, holder.id), secret.expose(), entropy);
}

NewGeneration make_generation(const OrgId& org, const PrincipalId& principal, std::uint32_t number,
                              const KemSecretKey* previous, std::vector<Holder> holders,
                              Entropy& entropy) {
    NewGeneration made;
    made.secret = KemSecretKey::generate(entropy);
    made.key = kem_public_key(made.secret);
    made.material.principal = principal;
    made.material.number = number;
    if (previous != nullptr) {
        made.material.key_link =
            seal_with(link_place(org), ObjectType::key_link,
                      link_key(org, principal, number, made.secret), previous->expose());
        made.link = sha256(*made.material.key_link);
    }
    SealedBoxes sealed = seal_to_all(holders, [&](const Holder& holder) {
        return seal_to_holder(org, principal, number, made.secret, holder, entropy);
    });
    made.boxes = sealed.root;
    made.without_box = std::move(sealed.without);
    made.material.boxes = std::move(sealed.boxes);
    return made;
}

NewBucket make_bucket(const OrgId& org, const GroupId& group, std::uint32_t number,
                      std::uint16_t index, std::vector<Holder> members, Entropy& entropy) {
    const KemSecretKey secret = KemSecretKey::generate(entropy);
    NewBucket made;
    made.key = kem_public_key(secret);
    made.material.index = index;
    SealedBoxes sealed = seal_to_all(members, [&](const Holder& member) {
        return seal_box(member.key, labels::box_bucket_key, org,
                        directory::box_context(principal(group), number, member.id),
                        secret.expose(), entropy);
    });
    made.boxes = sealed.root;
    made.without_box = std::move(sealed.without);
    made.material.boxes = std::move(sealed.boxes);
    return made;
}

Result<KemSecretKey> open_bucket(const OrgId& org, const GroupId& group, std::uint32_t number,
                                 const KemKeyHash& expected, const directory::HolderId& member,
                                 const KemSecretKey& key, ByteView box) {
    const SecretBytes secret =
        TRY(open_box(key, labels::box_bucket_key, org,
                     directory::box_context(principal(group), number, member), box));
    return checked(secret.expose(), expected);
}

Result<KemSecretKey> open_generation(const OrgId& org, const PrincipalId& principal,
                                     const directory::Generation& expected,
                                     const directory::HolderId& holder, const KemSecretKey& key,
                                     ByteView box) {
    const SecretBytes secret =
        TRY(open_box(key, box_label(principal), org,
                     directory::box_context(principal, expected.number, holder), box));
    return checked(secret.expose(), expected.key);
}

Result<KemSecretKey> open_key_link(const OrgId& org, const PrincipalId& principal,
                                   const directory::Generation& newer, const KemSecretKey& secret,
                                   const directory::Generation& expected, ByteView link) {
    if (sha256(link) != newer.link) return fail(errors::object_tampered);
    const SecretBytes before(TRY(open_with(link_place(org), ObjectType::key_link,
                                           link_key(org, principal, newer.number, secret), link)));
    return checked(before.expose(), expected.key);
}

}  // namespace obhut::client
