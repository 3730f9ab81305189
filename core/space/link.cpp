#include "core/space/link.h"

#include "core/crypto/hash.h"
#include "core/space/errors.h"

namespace obhut::space {

const LinkHeader& ParsedLink::header() const {
    return std::visit([](const auto& payload) -> const LinkHeader& { return payload.header; },
                      payload);
}

Result<ParsedLink> parse_link(ByteView link) {
    if (link.size() > kMaxLinkBytes) return fail(errors::too_large);
    ParsedLink parsed;
    parsed.signed_link = TRY(decode<SignedLink>(link));
    const ByteView payload = parsed.signed_link.payload;
    switch (parsed.signed_link.kind) {
    case LinkKind::roster: parsed.payload = TRY(decode<RosterEntry>(payload)); break;
    case LinkKind::commit: parsed.payload = TRY(decode<Commit>(payload)); break;
    case LinkKind::mark: parsed.payload = TRY(decode<Mark>(payload)); break;
    }
    parsed.hash = link_hash(link);
    return parsed;
}

Hash link_hash(ByteView link) { return sha256(link); }

Label sign_label(LinkKind kind) {
    switch (kind) {
    case LinkKind::roster: return labels::sign_roster;
    case LinkKind::commit: return labels::sign_commit;
    case LinkKind::mark: return labels::sign_mark;
    }
    CHECK(false);
}

SpaceId space_id(ByteView genesis) { return SpaceId::truncated(sha256(genesis).view()); }

Bytes home_genesis(const OrgId& org, const UserId& user) {
    Genesis genesis;
    genesis.org = org;
    genesis.home = user;
    return encode(genesis);
}

Bytes group_genesis(const OrgId& org, const GroupId& group) {
    Genesis genesis;
    genesis.org = org;
    genesis.group = group;
    return encode(genesis);
}

Result<Genesis> parse_genesis(ByteView bytes) {
    Genesis genesis = TRY(decode<Genesis>(bytes));
    const bool home = genesis.home && !genesis.group && !genesis.creator && !genesis.random;
    const bool group = genesis.group && !genesis.home && !genesis.creator && !genesis.random;
    const bool shared = !genesis.home && !genesis.group && genesis.creator && genesis.random;
    if (!home && !group && !shared) return fail(errors::bad_genesis);
    return genesis;
}

}  // namespace obhut::space
