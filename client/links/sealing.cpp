#include "client/links/sealing.h"

#include "client/links/link_keys.h"
#include "core/crypto/box.h"

namespace obhut::client {
namespace {

LinkRecord record_of(const Space::Parts& space, const LinkEdit& edit) {
    const LinkEntry& entry = *edit.entry;
    LinkRecord record;
    record.org = space.session.org();
    record.space = space.id;
    record.link = edit.id;
    record.kind = entry.kind;
    record.name = entry.name;
    record.from = entry.from;
    record.organisation = entry.organisation;
    record.target = edit.target;
    if (entry.content) record.content = entry.content->clone();
    if (entry.tree) record.tree = entry.tree->clone();
    if (entry.upload_key) record.upload_key = kem_public_key(*entry.upload_key);
    record.expires = entry.expires;
    if (edit.making == nullptr) return record;
    record.bytes = edit.making->bytes;
    record.mode = edit.making->mode;
    record.modified_ns = edit.making->modified_ns;
    return record;
}

// The nodes of a link's tree end with the link.
Result<> give_up_tree(Space::Parts& space, const tree::Tree& base, const LinkEdit& edit) {
    const auto value = TRY(base.get(link_key(edit.target, edit.id)));
    if (!value) return {};
    const auto entry = parse_link_entry(*value);
    if (!entry || !entry->tree) return {};
    const tree::Tree shown(space.nodes, entry->tree->root.clone());
    return shown.each_node(
        [&](const ObjectId& id, unsigned) { return space.batch.superseded(id); });
}

}  // namespace

Result<std::vector<api::LinkChange>> seal_links(Space::Parts& space, const tree::Tree& base,
                                                std::vector<LinkEdit>& edits, tree::Batch& batch) {
    Entropy& entropy = space.session.entropy;
    std::vector<api::LinkChange> changes;
    for (LinkEdit& edit : edits) {
        const Bytes key = link_key(edit.target, edit.id);
        if (!edit.entry) {
            TRY(give_up_tree(space, base, edit));
            batch.erase(key);
            changes.push_back({edit.id, {}, {}});
            continue;
        }
        LinkEntry& entry = *edit.entry;
        if (entry.tree) {
            const tree::Tree shown(space.nodes, entry.tree->root.clone());
            entry.tree->root =
                TRY(tree::apply(shown, std::move(edit.files), entropy, space.batch)).root;
        }
        batch.put(key, ByteView(encode(entry)));
        if (edit.making != nullptr && edit.making->sealed) {
            changes.push_back({edit.id, edit.making->terms, edit.making->sealed});
            continue;
        }
        const LinkReadKey& read = edit.making ? edit.making->read_key : *entry.read_key;
        const Hash& commitment = edit.making ? edit.making->commitment : *entry.commitment;
        api::LinkChange change;
        change.id = edit.id;
        if (edit.making != nullptr) change.terms = edit.making->terms;
        change.record = seal_link(read, commitment, record_of(space, edit), entropy);
        changes.push_back(std::move(change));
    }
    return changes;
}

}  // namespace obhut::client
