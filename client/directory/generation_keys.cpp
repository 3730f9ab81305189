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

Result<KemSecretKey> checked(ByteView secret, const directory::Generation& expected) {
    if (secret.size() != KemSecretKey::kSize) return fail(errors::secret_mismatch);
    KemSecretKey key(secret);
    VERIFY("SR-01/generation-key", kem_key_hash(kem_public_key(key)) == expected.key,
           errors::secret_mismatch);
    return key;
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
    std::sort(holders.begin(), holders.end(),
              [](const Holder& a, const Holder& b) { return a.id < b.id; });
    std::vector<directory::HolderBox> boxes;
    for (const Holder& holder : holders) {
        auto box = seal_to_holder(org, principal, number, made.secret, holder, entropy);
        if (!box) {
            made.without_box.push_back(holder.id);
            continue;
        }
        boxes.push_back({holder.id, *box});
        made.material.boxes.push_back({api::RecipientId::from(holder.id.view()), std::move(*box)});
    }
    made.boxes = directory::boxes_root(boxes);
    return made;
}

Result<KemSecretKey> open_generation(const OrgId& org, const PrincipalId& principal,
                                     const directory::Generation& expected,
                                     const directory::HolderId& holder, const KemSecretKey& key,
                                     ByteView box) {
    const SecretBytes secret =
        TRY(open_box(key, box_label(principal), org,
                     directory::box_context(principal, expected.number, holder), box));
    return checked(secret.expose(), expected);
}

Result<KemSecretKey> open_key_link(const OrgId& org, const PrincipalId& principal,
                                   const directory::Generation& newer, const KemSecretKey& secret,
                                   const directory::Generation& expected, ByteView link) {
    if (sha256(link) != newer.link) return fail(errors::object_tampered);
    const SecretBytes before(TRY(open_with(link_place(org), ObjectType::key_link,
                                           link_key(org, principal, newer.number, secret), link)));
    return checked(before.expose(), expected);
}

}  // namespace obhut::client
