// Decoders of core/: encoding, directory, spaces, trees, content.
#include "core/crypto/object.h"
#include "core/crypto/padding.h"
#include "core/directory/entries.h"
#include "core/space/link.h"
#include "core/tree/node.h"
#include "tests/fuzz/target.h"

namespace obhut {

namespace {

Bytes small_cbor() { return *from_hex("a301820102024161036162"); }

Bytes reference() {
    CborWriter writer;
    Reference{ObjectId{}, ObjectKey(Bytes(32, 1)), 4096}.encode_to(writer);
    return writer.take();
}

Bytes signed_commit() {
    space::Commit commit;
    commit.header.note = to_bytes("note");
    commit.sealed_root = Bytes(space::kSealedRootBytes, 1);
    commit.sealed_summary = Bytes(300, 2);
    space::SignedLink link;
    link.kind = space::LinkKind::commit;
    link.payload = encode(commit);
    return encode(link);
}

Bytes signed_roster() {
    space::RosterEntry roster;
    roster.epoch = 1;
    roster.members.resize(2);
    space::SignedLink link;
    link.kind = space::LinkKind::roster;
    link.payload = encode(roster);
    return encode(link);
}

Bytes leaf_node() {
    // [0, [shared, suffix, value]…] is written by the tree; an empty leaf is enough to start from.
    CborWriter writer;
    writer.array(2);
    writer.uint(0);
    writer.array(0);
    Bytes plaintext = writer.take();
    pad(plaintext, 2048);
    return plaintext;
}

}  // namespace

FUZZ_TARGET(cbor, small_cbor()) {
    CborReader reader(input);
    while (reader.remaining() > 0 && reader.skip()) {
    }
}

FUZZ_TARGET(reference, reference()) {
    CborReader reader(input);
    const auto decoded = Reference::decode_from(reader);
    if (!decoded || !reader.finish()) return;
    CborWriter writer;
    decoded->encode_to(writer);
    fuzz::demand(equal(writer.take(), input), "a reference has one encoding");
}

FUZZ_TARGET(object, Bytes(100, 1)) {
    (void)open_with({labels::object_in_space, {}, {}}, ObjectType::node, ObjectKey(Bytes(32, 1)),
                    input);
}

FUZZ_TARGET(directory_entry, small_cbor()) {
    fuzz::check_record<directory::SignedEntry>(input);
    fuzz::check_record<directory::Entry>(input);
}

FUZZ_TARGET(space_commit, signed_commit()) { (void)space::parse_link(input); }
FUZZ_TARGET(space_roster, signed_roster()) { (void)space::parse_link(input); }
FUZZ_TARGET(space_genesis, space::home_genesis(OrgId{}, UserId{})) {
    (void)space::parse_genesis(input);
}

FUZZ_TARGET(tree_node, leaf_node()) { (void)tree::Node::decode(to_bytes(input)); }

}  // namespace obhut
