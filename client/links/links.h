// Links of a space, for its people: made, listed, ended; and what happens to them when somebody
// may not read any more.
//
// Who may write makes links; everybody in the space sees and ends them. What a link is for is the
// app's to say (LinkPlanner). Source: docs/protocol/links.md.
#pragma once

#include <functional>

#include "client/engine_types.h"
#include "client/links/link_keys.h"
#include "client/links/renewal.h"
#include "client/spaces/space.h"

namespace obhut::client {

class Engine;
class Session;

// LinkWish is what a person asks for.
struct LinkWish {
    LinkKind kind = LinkKind::file;
    std::optional<SecretBytes> password;
    std::optional<Millis> expires;       // by the server's clock
    std::optional<std::uint32_t> limit;  // openings
    std::string from;                    // the maker, as visitors read it
    std::string organisation;
};

// LinkPlan is what the app finds at the target, on the newest state.
struct LinkPlan {
    FileId target;
    std::string name;
    std::optional<content::Content> content;  // of a file
    std::optional<Bytes> bytes;               // of a small one
    std::optional<std::uint32_t> mode;
    std::optional<std::int64_t> modified_ns;
    tree::Batch files;  // of a folder: what its tree is to hold
};
using LinkPlanner = std::function<Result<LinkPlan>(const Snapshot& base)>;

struct MadeLink {
    LinkUrl url;
    FileId target;
    std::string name;
};

// make_link makes a link by one commit; its URL is in nobody's hands but the caller's, and is shown
// once. Errors: not_editor, too_many_links, those of the planner and of Space::commit.
Result<MadeLink> make_link(Space& space, const LinkWish& wish, const LinkPlanner& planner);

// demand_room demands that one more link to a folder can follow every change. Errors:
// too_many_links. Cost: O(links) where there are many.
Result<> demand_room(const tree::Tree& tree);

// LinkView is one link of a space.
struct LinkView {
    LinkPlace place;
    LinkEntry entry;
    bool open = true;            // the server has it: not expired, used up or ended there
    std::uint32_t openings = 0;  // as the server says
};
// list_links gives all links, by target and id. Cost: O(links).
Result<std::vector<LinkView>> list_links(Space& space);
// end_link ends a link: in the tree, if this user may write, and at the server in any case.
Result<> end_link(Space& space, const LinkPlace& place);
// end_lost_link ends a link that a restore has lost, before who made it makes it again. Errors:
// link_closed (this space has lost nothing), not_editor, those of Space::commit.
Result<> end_lost_link(Space& space, const LinkId& id);

// end_links_again ends at a restored server the links that this user ended there without being
// allowed to write; as long as devices keep what they did, since who made one may come later. The
// number of links.
Result<std::size_t> end_links_again(Session& session, const SpaceId& space);

// renew_links_with sets who renews links to folders in all commits of an engine; it outlives the
// engine.
void renew_links_with(Engine& engine, LinkRenewal& renewal);

// close_known_links ends the links to folders and for uploads whose keys somebody knows who may not
// read any more: removed, disabled, or a device was stolen. What the space's policy keeps is left.
// The number of links ended. Cheap where there are no links. A duty of every editor's device.
Result<std::size_t> close_known_links(Space& space);
// known_links counts those that everybody who reads the space now knows the keys of.
Result<std::size_t> known_links(Space& space);
// keep_links says that links stay open whoever may have known them, from now on.
Result<> keep_links(Space& space);

}  // namespace obhut::client
