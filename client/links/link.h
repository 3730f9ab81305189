// Links that anybody with the URL can open: what a space's tree keeps of them, and what a visitor
// is shown.
//
//     l/<target id>/<link id> → LinkEntry        in the space: for its people
//     record at the server    → LinkRecord       sealed under the link's secret: for visitors
//
// A link to a file shows one version; the tree keeps no key of it. A link to a folder shows a small
// tree, which every commit that changes the folder renews; a link for uploads has a key pair. Of
// these the tree keeps the keys, so that any editor's device can renew or file. Format:
// docs/protocol/links.md.
#pragma once

#include "core/content/content.h"
#include "core/crypto/kem_public.h"
#include "core/space/records.h"
#include "core/tree/apply.h"
#include "core/tree/tree_top.h"
#include "protocols/api/links.h"

namespace obhut::client {

using api::LinkId;
using api::LinkKind;

inline constexpr std::size_t kMaxLinkText = 255;  // names of things, people, organisations

// LinkEntry is the value at `l/<target id>/<link id>`.
struct LinkEntry {
    LinkKind kind = LinkKind::file;
    std::string name;          // of what it is for
    std::string from;          // who made it, as visitors read it
    std::string organisation;  // likewise
    UserId user;
    DeviceId device;
    Millis made = 0;
    // epoch in which it was made, or kept by a person who was asked: whoever could read since then
    // may know its keys.
    std::uint64_t epoch = 0;
    bool password = false;
    std::optional<Millis> expires;
    std::optional<std::uint32_t> limit;
    std::optional<content::Content> content;  // of a file: the version that is shown
    std::optional<LinkReadKey> read_key;      // of folders and uploads
    std::optional<Hash> commitment;           // beside it
    std::optional<tree::TreeTop> tree;        // of a folder: what is shown
    std::optional<KemSecretKey> upload_key;   // of uploads

    LinkEntry clone() const;
    // keys_in_tree: whoever reads the space can open what the link will show, or what comes by it.
    bool keys_in_tree() const { return kind != LinkKind::file; }

    static void fields(auto& self, auto& field) {
        field(1, self.kind);
        field(2, self.name, kMaxLinkText);
        field(3, self.from, kMaxLinkText);
        field(4, self.organisation, kMaxLinkText);
        field(5, self.user);
        field(6, self.device);
        field(7, self.made);
        field(8, self.epoch);
        field(9, self.password);
        field(10, self.expires);
        field(11, self.limit);
        field(12, self.content);
        field(13, self.read_key);
        field(14, self.commitment);
        field(15, self.tree);
        field(16, self.upload_key);
    }
};

// LinkRecord is what the secret opens. Whoever made it could read the space; that is all a visitor
// knows of its maker.
struct LinkRecord {
    OrgId org;
    SpaceId space;
    LinkId link;
    LinkKind kind = LinkKind::file;
    std::string name;
    std::string from;
    std::string organisation;
    FileId target;
    std::optional<content::Content> content;  // of a file
    std::optional<Bytes> bytes;               // of a small one
    std::optional<std::uint32_t> mode;        // permission bits
    std::optional<std::int64_t> modified_ns;
    std::optional<tree::TreeTop> tree;       // of a folder: keys as in the space (keys.md)
    std::optional<KemPublicKey> upload_key;  // of uploads: drops are sealed to it
    std::optional<Millis> expires;           // as its maker set it; the server keeps it

    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.space);
        field(3, self.link);
        field(4, self.kind);
        field(5, self.name, kMaxLinkText);
        field(6, self.from, kMaxLinkText);
        field(7, self.organisation, kMaxLinkText);
        field(8, self.target);
        field(9, self.content);
        field(10, self.bytes, content::kInlineLimit);
        field(11, self.mode);
        field(12, self.modified_ns);
        field(13, self.tree);
        field(14, self.upload_key);
        field(15, self.expires);
    }
};

// LinkMaking is what only the maker of a link has: its terms, the keys that a file's link leaves
// nowhere, and what its record says besides the entry.
struct LinkMaking {
    api::LinkTerms terms;
    LinkReadKey read_key;
    Hash commitment;
    std::optional<Bytes> bytes;
    std::optional<std::uint32_t> mode;
    std::optional<std::int64_t> modified_ns;
    std::optional<Bytes> sealed;  // the record as it was, of a file's link that is made again
};

// LinkEdit is one link that a commit makes, renews or ends.
struct LinkEdit {
    FileId target;
    LinkId id;
    std::optional<LinkEntry> entry;      // absent: it ends
    tree::Batch files;                   // changes of the tree that a folder's link shows
    const LinkMaking* making = nullptr;  // when it is made; outlives the commit
};

inline constexpr std::string_view kLinksPrefix = "l/";
// link_key is `l/<target id>/<link id>`; target_prefix begins those of one target.
Bytes target_prefix(const FileId& target);
Bytes link_key(const FileId& target, const LinkId& id);
// parse_link_key: empty for other keys.
struct LinkPlace {
    FileId target;
    LinkId id;
};
std::optional<LinkPlace> parse_link_key(ByteView key);

// A link that was ended in what a restored server has lost, and is not here: `e/<link id>` says so
// to whoever has made it, that it is not made again.
struct LinkEnd {
    UserId user;  // who says so
    Millis time = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.time);
    }
};
inline constexpr std::string_view kLinkEndPrefix = "e/";
Bytes link_end_key(const LinkId& id);

// parse_link_entry decodes and checks an entry. Errors: those of decode, link_malformed.
Result<LinkEntry> parse_link_entry(ByteView value);

}  // namespace obhut::client
