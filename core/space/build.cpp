#include "core/space/build.h"

namespace obhut::space {
namespace {

LinkHeader header_of(const Chain& chain, const Author& author) {
    LinkHeader header = chain.next_header(author.device, author.note, author.time);
    if (chain.head().sequence == 0) header.incarnation = author.incarnation;
    return header;
}

SpacePlace place_of(const Chain& chain) { return {chain.org(), chain.id()}; }

Bytes build_mark(const Chain& chain, const Author& author, Mark mark) {
    const std::uint64_t incarnation = mark.header.incarnation;
    mark.header = header_of(chain, author);
    if (incarnation != 0) mark.header.incarnation = incarnation;
    return sign_link(chain.org(), LinkKind::mark, encode(mark), author.key);
}

}  // namespace

Bytes new_genesis(const OrgId& org, const DeviceId& creator, Entropy& entropy) {
    Genesis genesis;
    genesis.org = org;
    genesis.creator = creator;
    genesis.random = entropy.id<Hash>();
    return encode(genesis);
}

Bytes sign_link(const OrgId& org, LinkKind kind, Bytes payload, const SigningKey& key) {
    SignedLink link;
    link.kind = kind;
    link.signer = key_id(key.public_key());
    link.signature = sign(key, sign_label(kind), org, payload);
    link.payload = std::move(payload);
    return encode(link);
}

Result<Member> member_of(const DirectoryView& view, const PrincipalId& principal, Role role,
                         Position size) {
    if (!is_active(view, principal, size)) return fail(errors::unknown_principal);
    const auto key = view.newest_key(principal, size);
    if (!key) return fail(errors::unknown_principal);
    return Member{principal, role, key->generation, key->key, !key->stale};
}

Result<BuiltRoster> build_roster(const Chain& chain, const Author& author, NewRoster wanted,
                                 const EpochKeys& keys, KemKeySource& kem_keys, Entropy& entropy) {
    if (wanted.members.size() > kMaxMembers) return fail(errors::bad_roster);
    if (chain.held()) return fail(errors::chain_held);
    RosterEntry entry;
    entry.header = header_of(chain, author);
    entry.epoch = chain.last_epoch() + 1;
    const auto& epochs = chain.standing().epochs;
    const EpochNumber newest = epochs.empty() ? 0 : epochs.back().number;
    entry.stands_on = wanted.skip && wanted.stands_on != 0 ? wanted.stands_on : newest;
    const EpochKey* previous = entry.stands_on == 0 ? nullptr : keys.find(entry.stands_on);
    if (entry.stands_on != 0 && previous == nullptr) return fail(errors::no_epoch_key);
    std::sort(wanted.members.begin(), wanted.members.end(),
              [](const Member& a, const Member& b) { return a.principal < b.principal; });
    SealedEpoch sealed =
        seal_epoch(place_of(chain), entry.epoch, wanted.members, previous, kem_keys, entropy);
    if (sealed.material.boxes.empty()) return fail(errors::bad_roster);
    entry.members = std::move(wanted.members);
    entry.owner = wanted.owner;
    entry.skip = wanted.skip;
    entry.limit = wanted.limit;
    entry.key_commitment = sealed.commitment;
    if (sealed.material.history) entry.history = sha256(*sealed.material.history);
    entry.boxes = boxes_root(sealed.material.boxes);
    Bytes link = sign_link(chain.org(), LinkKind::roster, encode(entry), author.key);
    return BuiltRoster{std::move(link), entry.epoch, std::move(sealed.key),
                       std::move(sealed.material)};
}

Result<BuiltCommit> build_commit(const Chain& chain, const Author& author, const EpochKeys& keys,
                                 const Reference& root, const Summary& summary, const Lists& lists,
                                 Entropy& entropy) {
    if (chain.held()) return fail(errors::chain_held);
    Commit commit;
    commit.header = header_of(chain, author);
    if (chain.standing().epochs.empty()) return fail(errors::no_epoch_key);
    commit.epoch = chain.standing().epochs.back().number;
    const EpochKey* key = keys.find(commit.epoch);
    if (key == nullptr) return fail(errors::no_epoch_key);
    const CommitInfo* parent = chain.standing().commit();
    commit.parent = parent == nullptr ? 0 : parent->sequence;
    SealedCommit sealed = TRY(seal_commit(place_of(chain), *key, root, summary, entropy));
    commit.root = sealed.root;
    commit.salt = sealed.salt;
    commit.sealed_root = std::move(sealed.sealed_root);
    commit.sealed_summary = std::move(sealed.sealed_summary);
    commit.lists = digest_lists(lists);
    BuiltCommit built;
    built.link = sign_link(chain.org(), LinkKind::commit, encode(commit), author.key);
    built.hash = link_hash(built.link);
    return built;
}

Bytes build_left(const Chain& chain, const Author& author) {
    Mark mark;
    mark.kind = MarkKind::left;
    return build_mark(chain, author, std::move(mark));
}

Bytes build_closed(const Chain& chain, const Author& author) {
    Mark mark;
    mark.kind = MarkKind::closed;
    return build_mark(chain, author, std::move(mark));
}

Bytes build_resumed(const Chain& chain, const Author& author, std::uint64_t incarnation) {
    Mark mark;
    mark.kind = MarkKind::resumed;
    mark.header.incarnation = incarnation;
    return build_mark(chain, author, std::move(mark));
}

Bytes build_reset(const Chain& chain, const Author& author, std::uint64_t incarnation,
                  const Head& lost, ResetReason reason) {
    Mark mark;
    mark.kind = MarkKind::reset;
    mark.header.incarnation = incarnation;
    mark.lost = lost;
    mark.reason = reason;
    return build_mark(chain, author, std::move(mark));
}

Bytes build_settled(const Chain& chain, const Author& author, bool confirm) {
    CHECK(chain.held());
    Mark mark;
    mark.kind = confirm ? MarkKind::confirmed : MarkKind::reverted;
    mark.settles = chain.head();
    return build_mark(chain, author, std::move(mark));
}

}  // namespace obhut::space
