#include "core/space/commit.h"

#include "core/base/verify.h"
#include "core/crypto/kdf.h"
#include "core/crypto/padding.h"

namespace obhut::space {
namespace {

ObjectKey commit_key(Label label, const SpacePlace& place, const EpochKey& key,
                     const CommitSalt& salt) {
    const KdfInfo info =
        KdfInfo(label).add(place.org.view()).add(place.space.view()).add(salt.view());
    return ObjectKey(derive<32>(key.expose(), info));
}

// object key(32) ‖ size(8), held as a secret.
SecretBytes root_plaintext(const Reference& root) {
    Bytes plain;
    plain.reserve(40);  // never moved, so that no copy stays behind
    append(plain, root.key.expose());
    append_be64(plain, root.size);
    return SecretBytes(std::move(plain));
}

}  // namespace

Result<SealedCommit> seal_commit(const SpacePlace& place, const EpochKey& key,
                                 const Reference& root, const Summary& summary, Entropy& entropy) {
    if (summary.what.size() > kMaxWhat) return fail(errors::bad_summary);
    SealedCommit sealed;
    sealed.root = root.id;
    sealed.salt = entropy.id<CommitSalt>();
    const ObjectPlace where = in_space(place.org, place.space);
    sealed.sealed_root = seal_with(where, ObjectType::root_key,
                                   commit_key(labels::epoch_root_key, place, key, sealed.salt),
                                   root_plaintext(root).expose());
    Bytes plain = encode(summary);
    pad(plain, (plain.size() / kSummaryUnit + 1) * kSummaryUnit);
    sealed.sealed_summary =
        seal_with(where, ObjectType::summary,
                  commit_key(labels::epoch_summary, place, key, sealed.salt), plain);
    return sealed;
}

Result<Root> open_root(const SpacePlace& place, const EpochKey& key, const Commit& commit) {
    Bytes opened = TRY(open_with(in_space(place.org, place.space), ObjectType::root_key,
                                 commit_key(labels::epoch_root_key, place, key, commit.salt),
                                 commit.sealed_root));
    const SecretBytes plain(std::move(opened));
    if (plain.size() != 40) return fail(errors::object_tampered);
    const ByteView bytes = plain.expose();
    return Root{{commit.root, ObjectKey(bytes.first(32)), read_be64(bytes.subspan(32))}};
}

Result<Summary> open_summary(const SpacePlace& place, const EpochKey& key, const Commit& commit) {
    const Bytes padded = TRY(open_with(in_space(place.org, place.space), ObjectType::summary,
                                       commit_key(labels::epoch_summary, place, key, commit.salt),
                                       commit.sealed_summary));
    const Result<ByteView> plain = unpadded(padded);
    if (!plain) return fail(errors::bad_summary);
    const Result<Summary> summary = decode<Summary>(*plain);
    if (!summary) return fail(errors::bad_summary);
    return summary;
}

Result<OpenedCommit> open_commit(const SpacePlace& place, const EpochKey& key,
                                 const Commit& commit) {
    Root root = TRY(open_root(place, key, commit));
    return OpenedCommit{std::move(root), TRY(open_summary(place, key, commit))};
}

}  // namespace obhut::space
