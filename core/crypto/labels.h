// The registry of labels. Every KDF, MAC and signature names one; no symmetric key is used under
// two.
//
// Labels are unique and none is the beginning of another, checked when this header is compiled. A
// label's purpose is in its name: obhut/v1/<area>/<object>/<purpose>. Format:
// docs/protocol/encoding.md §4.
#pragma once

#include <array>
#include <string_view>

namespace obhut {

struct Label {
    std::string_view text;
};

namespace labels {

#define OBHUT_LABELS(X)                                        \
    /* signatures (core/crypto/sign.h) */                      \
    X(sign_entry, "obhut/v1/directory/entry/sign")             \
    X(sign_genesis, "obhut/v1/space/genesis/sign")             \
    X(sign_roster, "obhut/v1/space/roster/sign")               \
    X(sign_commit, "obhut/v1/space/commit/sign")               \
    X(sign_resume, "obhut/v1/space/resume/sign")               \
    X(sign_mark, "obhut/v1/space/mark/sign")                   \
    X(sign_drop, "obhut/v1/inbox/drop/sign")                   \
    X(sign_inbox_key, "obhut/v1/inbox/key/sign")               \
    X(sign_lease, "obhut/v1/lease/record/sign")                \
    X(sign_link, "obhut/v1/link/record/sign")                  \
    X(sign_linking_answer, "obhut/v1/linking/answer/sign")     \
    /* identifiers and fingerprints */                         \
    X(id_org, "obhut/v1/directory/organisation/id")            \
    X(id_key, "obhut/v1/crypto/public-key/id")                 \
    X(id_kem_key, "obhut/v1/crypto/kem-key/id")                \
    X(id_device, "obhut/v1/directory/device/id")               \
    X(id_home, "obhut/v1/space/home/genesis")                  \
    X(hash_email, "obhut/v1/directory/email/hash")             \
    X(root_fingerprint, "obhut/v1/directory/root/fingerprint") \
    X(content_root, "obhut/v1/content/file/root")              \
    /* sealed objects */                                       \
    X(object_in_space, "obhut/v1/object/space/key")            \
    X(object_in_kit, "obhut/v1/object/kit/key")                \
    X(object_in_drop, "obhut/v1/object/drop/key")              \
    X(object_in_link, "obhut/v1/object/link/key")              \
    X(object_in_profile, "obhut/v1/object/profile/key")        \
    X(object_in_linking, "obhut/v1/object/linking/key")        \
    X(object_in_generation, "obhut/v1/object/generation/key")  \
    /* boxes: what is sealed to a public key */                \
    X(box_epoch_key, "obhut/v1/box/epoch-key/key")             \
    X(box_user_key, "obhut/v1/box/user-key/key")               \
    X(box_group_key, "obhut/v1/box/group-key/key")             \
    X(box_bucket_key, "obhut/v1/box/bucket-key/key")           \
    X(box_drop, "obhut/v1/box/drop/key")                       \
    X(box_linking, "obhut/v1/box/linking/key")                 \
    /* epochs */                                               \
    X(epoch_commitment, "obhut/v1/epoch/key/commitment")       \
    X(epoch_history_link, "obhut/v1/epoch/history-link/key")   \
    X(epoch_root_key, "obhut/v1/epoch/commit/root-key")        \
    X(epoch_summary, "obhut/v1/epoch/commit/summary")          \
    X(epoch_lease, "obhut/v1/epoch/lease/key")                 \
    X(generation_link, "obhut/v1/generation/previous/key")     \
    /* password, kit, invitation, profile */                   \
    X(kit_salt, "obhut/v1/kit/argon2id/salt")                  \
    X(kit_password_auth, "obhut/v1/kit/password/auth")         \
    X(kit_password_wrap, "obhut/v1/kit/password/wrap")         \
    X(kit_recovery_auth, "obhut/v1/kit/recovery/auth")         \
    X(kit_recovery_wrap, "obhut/v1/kit/recovery/wrap")         \
    X(kit_blob, "obhut/v1/kit/blob/key")                       \
    X(kit_seed_kem, "obhut/v1/kit/seed/kem")                   \
    X(kit_seed_sign, "obhut/v1/kit/seed/sign")                 \
    X(kit_seed_request, "obhut/v1/kit/seed/request")           \
    X(root_kit_wrap, "obhut/v1/root-kit/recovery/wrap")        \
    X(invitation_sign, "obhut/v1/invitation/secret/sign")      \
    X(profile_passphrase, "obhut/v1/profile/passphrase/wrap")  \
    X(profile_keyring, "obhut/v1/profile/keyring/wrap")        \
    X(profile_record, "obhut/v1/profile/record/key")           \
    X(profile_row, "obhut/v1/profile/row/key")                 \
    X(linking_secret, "obhut/v1/linking/secret/key")           \
    /* links by URL */                                         \
    X(link_read, "obhut/v1/link/secret/read")                  \
    X(link_auth, "obhut/v1/link/secret/auth")                  \
    X(link_commitment, "obhut/v1/link/secret/commitment")      \
    X(link_password, "obhut/v1/link/password/salt")

#define OBHUT_LABEL(name, text) inline constexpr Label name{text};
OBHUT_LABELS(OBHUT_LABEL)
#undef OBHUT_LABEL

#define OBHUT_LABEL(name, text) Label{text},
inline constexpr auto kAll = std::to_array<Label>({OBHUT_LABELS(OBHUT_LABEL)});
#undef OBHUT_LABEL

consteval bool prefix_free() {
    for (std::size_t i = 0; i < kAll.size(); ++i)
        for (std::size_t j = 0; j < kAll.size(); ++j)
            if (i != j && kAll[j].text.starts_with(kAll[i].text)) return false;
    return true;
}
static_assert(prefix_free(), "a label is the beginning of another");

}  // namespace labels
}  // namespace obhut
