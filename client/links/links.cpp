#include "client/links/links.h"

#include "client/engine.h"
#include "client/links/edit_links.h"
#include "client/session.h"
#include "client/spaces/space_info.h"
#include "client/spaces/space_parts.h"

namespace obhut::client {
namespace {

// The link ids are random; the page of a tree's range that is read at once.
constexpr std::size_t kPage = 1000;
constexpr std::size_t kEditsPerCommit = 256;

using Visit = std::function<Result<>(const LinkPlace&, LinkEntry)>;

// What becomes of entries that are no links, which any editor can write: who looks at the links is
// told; duties pass over them, or nobody would ever do his (SR-41).
enum class Malformed : std::uint8_t { refuse, pass_over };

// Visits every link of a state.
Result<> each_link(const tree::Tree& tree, Malformed malformed, const Visit& visit) {
    tree::KeyRange range = tree::KeyRange::prefix(as_bytes(kLinksPrefix));
    for (;;) {
        const std::vector<tree::Entry> page = TRY(tree.range(range, kPage));
        for (const tree::Entry& entry : page) {
            const auto place = parse_link_key(entry.key);
            auto link = place ? parse_link_entry(TRY(tree.read_value(entry.value)))
                              : Result<LinkEntry>(fail(errors::link_malformed));
            if (link)
                TRY(visit(*place, std::move(*link)));
            else if (malformed == Malformed::refuse)
                return std::unexpected(link.error());
        }
        if (page.size() < kPage) return {};
        range.from = page.back().key;
        range.from.push_back(0);
    }
}

Result<bool> has_links(const tree::Tree& tree) {
    const auto range = tree::KeyRange::prefix(as_bytes(kLinksPrefix));
    return !TRY(tree.range(range, 1)).empty();
}

class MakeLink final : public Change {
public:
    MakeLink(Space::Parts& space, const LinkWish& wish, const LinkPlanner& planner,
             const LinkId& id, LinkMaking& making, KemSecretKey upload_key)
        : space_(space),
          wish_(wish),
          planner_(planner),
          id_(id),
          making_(making),
          upload_key_(std::move(upload_key)) {}

    Result<Plan> plan(const Snapshot& base) override {
        if (wish_.kind == LinkKind::folder) TRY(demand_room(base.tree));
        LinkPlan wanted = TRY(planner_(base));
        making_.bytes = std::move(wanted.bytes);
        making_.mode = wanted.mode;
        making_.modified_ns = wanted.modified_ns;
        target = wanted.target;
        name = wanted.name;
        LinkEdit edit;
        edit.target = wanted.target;
        edit.id = id_;
        edit.entry = entry_of(wanted);
        edit.files = std::move(wanted.files);
        edit.making = &making_;
        Plan plan;
        plan.summary.add(Verb::linked, wanted.name);
        plan.links.push_back(std::move(edit));
        return plan;
    }

    FileId target;
    std::string name;

private:
    LinkEntry entry_of(LinkPlan& wanted) {
        Session& session = space_.session;
        LinkEntry entry;
        entry.kind = wish_.kind;
        entry.name = wanted.name.substr(0, kMaxLinkText);
        entry.from = wish_.from.substr(0, kMaxLinkText);
        entry.organisation = wish_.organisation.substr(0, kMaxLinkText);
        entry.user = session.user();
        entry.device = session.device();
        entry.made = session.remote.now();
        entry.epoch = space_.chain.chain().last_epoch();
        entry.password = wish_.password.has_value();
        entry.expires = wish_.expires;
        entry.limit = wish_.limit;
        entry.content = std::move(wanted.content);
        if (entry.kind == LinkKind::folder) entry.tree.emplace();
        if (entry.kind == LinkKind::upload) entry.upload_key = upload_key_.clone();
        if (!entry.keys_in_tree()) return entry;
        entry.read_key = making_.read_key.clone();
        entry.commitment = making_.commitment;
        return entry;
    }

    Space::Parts& space_;
    const LinkWish& wish_;
    const LinkPlanner& planner_;
    LinkId id_;
    LinkMaking& making_;
    KemSecretKey upload_key_;
};

Result<> edit_all(Space& space, std::span<const LinkPlace> places, EditLinks::What what) {
    while (!places.empty()) {
        const auto now = places.first(std::min(places.size(), kEditsPerCommit));
        places = places.subspan(now.size());
        EditLinks change(now, what, space.parts().chain.chain().last_epoch());
        TRY(space.commit(change));
    }
    return {};
}

// Who could read the space in some epoch and may have taken the keys of its links along.
class Leavers {
public:
    explicit Leavers(Space::Parts& space) : space_(space) {}

    // since tells whether somebody who could read in `epoch` or later is gone, or lost a device to
    // a thief.
    Result<bool> since(std::uint64_t epoch) {
        const space::Chain& chain = space_.chain.chain();
        const std::uint64_t newest = chain.last_epoch();
        if (first_checked_ == 0) first_checked_ = newest + 1;
        // Each epoch is looked at once, whatever the number of links.
        while (first_checked_ > epoch && first_checked_ > 1) {
            --first_checked_;
            if (TRY(leaves(first_checked_))) newest_left_ = std::max(newest_left_, first_checked_);
        }
        return newest_left_ >= epoch && newest_left_ > 0;
    }

private:
    Result<bool> leaves(std::uint64_t epoch) {
        const space::Chain& chain = space_.chain.chain();
        const auto& now = chain.trusted().roster;
        if (!now) return false;
        const auto roster = space_.chain.roster(epoch);
        // An epoch that was skipped or set aside: nobody could be given its links.
        if (!roster && roster.error().kind() != Kind::retry) return false;
        if (!roster) return std::unexpected(roster.error());
        const Session& session = space_.session;
        for (const space::Member& member : roster->members) {
            if (!member.boxed) continue;
            const bool there = std::ranges::any_of(now->members, [&](const space::Member& other) {
                return other.principal == member.principal;
            });
            const auto stale = session.directory.view().staleness(
                member.principal, member.generation, session.directory.size());
            if (!there || (stale && stale->at_once)) return true;
        }
        return false;
    }

    Space::Parts& space_;
    std::uint64_t first_checked_ = 0;  // epochs from here on were looked at; 0: none
    std::uint64_t newest_left_ = 0;    // the newest of them that somebody gone could read
};

Result<bool> policy_keeps(const tree::Tree& tree) {
    const auto value = TRY(tree.get(space_info_key()));
    if (!value) return false;
    const SpaceInfo info = TRY(decode<SpaceInfo>(*value));
    return info.links == LinksOnRemoval::keep;
}

}  // namespace

Result<> demand_room(const tree::Tree& tree) {
    const auto range = tree::KeyRange::prefix(as_bytes(kLinksPrefix));
    if (TRY(tree.count(range)) < kMaxFolderLinks) return {};
    std::size_t count = 0;
    TRY(each_link(tree, Malformed::pass_over, [&](const LinkPlace&, LinkEntry entry) -> Result<> {
        if (entry.kind == LinkKind::folder) ++count;
        return {};
    }));
    return count < kMaxFolderLinks ? Result<>() : fail(errors::too_many_links);
}

Result<MadeLink> make_link(Space& space, const LinkWish& wish, const LinkPlanner& planner) {
    Session& session = space.parts().session;
    TRY(session.ready());
    MadeLink made;
    made.url.host = session.profile.record().host;
    made.url.id = session.entropy.id<LinkId>();
    session.entropy.fill(made.url.secret.expose_mutable());
    made.url.password = wish.password.has_value();
    std::optional<ByteView> password;
    if (wish.password) password = wish.password->expose();
    LinkKeys keys = TRY(link_keys(made.url.secret, made.url.id, password));
    LinkMaking making;
    making.terms = {wish.kind, sha256(keys.auth.expose()), wish.expires, wish.limit};
    making.read_key = std::move(keys.read);
    making.commitment = keys.commitment;
    MakeLink change(space.parts(), wish, planner, made.url.id, making,
                    KemSecretKey::generate(session.entropy));
    TRY(space.commit(change));
    made.target = change.target;
    made.name = change.name;
    return made;
}

Result<std::vector<LinkView>> list_links(Space& space) {
    TRY(space.refresh());
    const Snapshot* snapshot = TRY(space.snapshot());
    std::map<LinkId, std::uint32_t> states;
    Remote& remote = space.parts().session.remote;
    for (LinkId after;;) {
        const api::LinkStates page = TRY(remote.links_of(space.id(), after));
        for (const api::LinkState& state : page.links) states.emplace(state.id, state.openings);
        if (!page.more || page.links.empty()) break;
        after = page.links.back().id;
    }
    std::vector<LinkView> links;
    TRY(each_link(snapshot->tree, Malformed::refuse,
                  [&](const LinkPlace& place, LinkEntry entry) -> Result<> {
                      const auto state = states.find(place.id);
                      const bool open = state != states.end();
                      links.push_back({place, std::move(entry), open, open ? state->second : 0});
                      return {};
                  }));
    return links;
}

Result<> end_link(Space& space, const LinkPlace& place) {
    Session& session = space.parts().session;
    TRY(session.ready());
    const bool writes = space.role() >= Role::editor;
    // Of one that a restore has lost its maker is told by the tree. That there was a restore may
    // turn out only when the chain goes on.
    for (bool done = !writes; !done;) {
        const bool restored = space.parts().chain.chain().restored().has_value();
        EditLinks change = restored ? EditLinks({&place, 1}, {session.user(), session.remote.now()})
                                    : EditLinks({&place, 1}, EditLinks::What::end);
        const Committed committed = TRY(space.commit(change));
        done = committed.made || restored || !space.parts().chain.chain().restored();
    }
    TRY(session.remote.end_link(space.id(), place.id));
    if (!writes)
        session.kept.note_ended(space.id(), place.id, session.directory.checkpoint().incarnation);
    return {};
}

Result<> end_lost_link(Space& space, const LinkId& id) {
    TRY(space.parts().session.ready());
    if (!space.parts().chain.chain().restored()) return fail(errors::link_closed);
    if (space.role() < Role::editor) return fail(errors::not_editor);
    return end_link(space, {FileId{}, id});
}

Result<std::size_t> end_links_again(Session& session, const SpaceId& space) {
    const std::uint64_t now = session.directory.checkpoint().incarnation;
    const std::vector<LinkId> ended = TRY(session.kept.ended_before(space, now));
    for (const LinkId& link : ended) TRY(session.remote.end_link(space, link));
    return ended.size();
}

void renew_links_with(Engine& engine, LinkRenewal& renewal) {
    engine.session().link_renewal = &renewal;
}

Result<std::size_t> close_known_links(Space& space) {
    const Snapshot* snapshot = TRY(space.snapshot());
    if (space.role() < Role::editor || !TRY(has_links(snapshot->tree))) return 0;
    if (TRY(policy_keeps(snapshot->tree))) return 0;
    Leavers leavers(space.parts());
    std::vector<LinkPlace> known;
    TRY(each_link(snapshot->tree, Malformed::pass_over,
                  [&](const LinkPlace& place, LinkEntry entry) -> Result<> {
                      if (entry.keys_in_tree() && TRY(leavers.since(entry.epoch)))
                          known.push_back(place);
                      return {};
                  }));
    TRY(edit_all(space, known, EditLinks::What::end));
    return known.size();
}

Result<std::size_t> known_links(Space& space) {
    const Snapshot* snapshot = TRY(space.snapshot());
    std::size_t count = 0;
    TRY(each_link(snapshot->tree, Malformed::pass_over,
                  [&](const LinkPlace&, LinkEntry entry) -> Result<> {
                      if (entry.keys_in_tree()) ++count;
                      return {};
                  }));
    return count;
}

Result<> keep_links(Space& space) {
    const Snapshot* snapshot = TRY(space.snapshot());
    std::vector<LinkPlace> places;
    const std::uint64_t epoch = space.parts().chain.chain().last_epoch();
    TRY(each_link(snapshot->tree, Malformed::pass_over,
                  [&](const LinkPlace& place, LinkEntry entry) -> Result<> {
                      if (entry.keys_in_tree() && entry.epoch < epoch) places.push_back(place);
                      return {};
                  }));
    return edit_all(space, places, EditLinks::What::keep);
}

}  // namespace obhut::client
