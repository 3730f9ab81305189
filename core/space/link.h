// Links parsed: from bytes to one of the three payloads, and what identifies them.
#pragma once

#include <variant>

#include "core/space/records.h"

namespace obhut::space {

using Payload = std::variant<RosterEntry, Commit, Mark>;

// ParsedLink is well-formed and nothing more.
struct ParsedLink {
    SignedLink signed_link;
    Payload payload;
    Hash hash;  // of the link's bytes

    const LinkHeader& header() const;
    LinkKind kind() const { return signed_link.kind; }
    const RosterEntry* roster() const { return std::get_if<RosterEntry>(&payload); }
    const Commit* commit() const { return std::get_if<Commit>(&payload); }
    const Mark* mark() const { return std::get_if<Mark>(&payload); }
};

// parse_link reads a signed link of at most kMaxLinkBytes. Errors: those of decoding, too_large.
Result<ParsedLink> parse_link(ByteView link);

// link_hash is SHA-256 of a link's bytes (of the genesis too): how the next link and clients name
// it.
Hash link_hash(ByteView link);

// sign_label is the label under which a link of that kind is signed.
Label sign_label(LinkKind kind);

// space_id is the first half of the hash of a genesis.
SpaceId space_id(ByteView genesis);

// home_genesis gives the bytes of the genesis of a user's home space: everybody can make them,
// nobody can choose them.
Bytes home_genesis(const OrgId& org, const UserId& user);
// group_genesis is that of a group's home, the mailbox of its inbox.
Bytes group_genesis(const OrgId& org, const GroupId& group);

// parse_genesis checks that it is a home (only user) or shared (creator and random). Errors:
// decoding, bad_genesis.
Result<Genesis> parse_genesis(ByteView genesis);

}  // namespace obhut::space
