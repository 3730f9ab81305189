#include "client/links/link.h"

#include "client/errors.h"

namespace obhut::client {

namespace {
constexpr std::size_t kTargetEnd = 2 + FileId::kSize;
}

LinkEntry LinkEntry::clone() const {
    LinkEntry copy;
    copy.kind = kind;
    copy.name = name;
    copy.from = from;
    copy.organisation = organisation;
    copy.user = user;
    copy.device = device;
    copy.made = made;
    copy.epoch = epoch;
    copy.password = password;
    copy.expires = expires;
    copy.limit = limit;
    if (content) copy.content = content->clone();
    if (read_key) copy.read_key = read_key->clone();
    copy.commitment = commitment;
    if (tree) copy.tree = tree->clone();
    if (upload_key) copy.upload_key = upload_key->clone();
    return copy;
}

Bytes target_prefix(const FileId& target) {
    Bytes key = to_bytes(kLinksPrefix);
    append(key, target.view());
    key.push_back('/');
    return key;
}

Bytes link_key(const FileId& target, const LinkId& id) {
    Bytes key = target_prefix(target);
    append(key, id.view());
    return key;
}

Bytes link_end_key(const LinkId& id) {
    Bytes key = to_bytes(kLinkEndPrefix);
    append(key, id.view());
    return key;
}

std::optional<LinkPlace> parse_link_key(ByteView key) {
    const bool fits = key.size() == kTargetEnd + 1 + LinkId::kSize &&
                      as_text(key).starts_with(kLinksPrefix) && key[kTargetEnd] == '/';
    if (!fits) return std::nullopt;
    return LinkPlace{FileId::from(key.subspan(2, FileId::kSize)),
                     LinkId::from(key.subspan(kTargetEnd + 1))};
}

Result<LinkEntry> parse_link_entry(ByteView value) {
    LinkEntry entry = TRY(decode<LinkEntry>(value));
    const bool has_keys = entry.read_key && entry.commitment;
    const bool fits = entry.content.has_value() == (entry.kind == LinkKind::file) &&
                      has_keys == entry.keys_in_tree() &&
                      entry.tree.has_value() == (entry.kind == LinkKind::folder) &&
                      entry.upload_key.has_value() == (entry.kind == LinkKind::upload);
    if (!fits) return fail(errors::link_malformed);
    return entry;
}

}  // namespace obhut::client
