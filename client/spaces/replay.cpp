#include "client/spaces/replay.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "client/links/links.h"
#include "client/links/renewal.h"
#include "client/restore/seal_again.h"
#include "core/base/verify.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

void put(tree::Batch& batch, const tree::Change& change) {
    if (change.after)
        batch.put(change.key, change.after->clone());
    else
        batch.erase(change.key);
}

// A link that somebody has ended is not made again by who did not know of it.
Result<> not_ended(bool ended) {
    VERIFY("SR-39/ended-stays-ended", !ended, errors::link_closed);
    return {};
}

// Whoever could read in the part that was lost may know a link's keys, whatever the epochs that
// came instead are called.
Result<> not_after(std::uint64_t epoch, std::uint64_t common) {
    VERIFY("SR-39/lost-epochs-count-as-known", epoch <= common, errors::link_closed);
    return {};
}

LostLink lost_link(const LinkPlace& place, const LinkEntry& link, std::uint32_t why = 0) {
    return {place.id, place.target, link.name, link.made, why};
}

}  // namespace

Result<Plan> Replay::plan(const Snapshot& base) {
    makings_.clear();
    made_.clear();
    empty_.clear();
    left_.clear();
    Plan plan;
    plan.summary = TRY(decode<Summary>(entry_.summary));
    plan.again = entry_.again.value_or(false);
    for (const tree::Change& change : *entry_.changes) {
        if (const auto place = parse_link_key(change.key))
            TRY(link(change, *place, base, plan));
        else if (as_text(change.key).starts_with(kLinkEndPrefix))
            TRY(link_end(change, base, plan));
        else
            TRY(key(change, base, plan));
    }
    if (entry_.origins)
        for (const Origin& origin : *entry_.origins)
            if (!gone_.contains(origin.top())) plan.origins.push_back(origin.clone());
    return plan;
}

Result<> Replay::key(const tree::Change& change, const Snapshot& base, Plan& plan) {
    if (change.after && names(*change.after, gone_)) return {};
    const auto here = TRY(base.tree.lookup(change.key));
    if (here == change.after) return {};
    if (here == change.before)
        put(plan.batch, change);
    else
        TRY(resolve_(tree::Conflict{change, here}, plan.batch));
    return {};
}

// Who says it first is as good.
Result<> Replay::link_end(const tree::Change& change, const Snapshot& base, Plan& plan) {
    if (change.after && !TRY(base.tree.lookup(change.key))) put(plan.batch, change);
    return {};
}

Result<> Replay::link(const tree::Change& change, const LinkPlace& place, const Snapshot& base,
                      Plan& plan) {
    const auto here = TRY(base.tree.get(change.key));
    if (!change.after) return end(place, here.has_value(), base, plan);
    // What is no link is nobody's.
    auto link = parse_link_entry(TRY(base.tree.read_value(*change.after)));
    if (!link) return {};
    if (change.before) {
        auto now = here ? parse_link_entry(*here) : Result<LinkEntry>(fail(errors::link_malformed));
        return now ? keep(place, *link, std::move(*now), plan) : Result<>();
    }
    // The URL of one whose making was in doubt has been shown to nobody.
    if (here || !plan.again) return {};
    const bool ended = ended_.contains(place.id) || TRY(has_ended(place.id, base));
    return not_ended(ended) ? make(place, std::move(*link), base, plan) : Result<>();
}

Result<> Replay::end(const LinkPlace& place, bool here, const Snapshot& base, Plan& plan) {
    if (!here) {
        // Who made it may not have been here yet, and is told so.
        if (!TRY(was_lost()) || TRY(has_ended(place.id, base))) return {};
        const LinkEnd end{space_.session.user(), space_.session.remote.now()};
        plan.batch.put(link_end_key(place.id), ByteView(encode(end)));
    }
    plan.links.push_back({place.target, place.id, {}, {}, nullptr});
    return {};
}

Result<bool> Replay::has_ended(const LinkId& id, const Snapshot& base) const {
    return TRY(base.tree.lookup(link_end_key(id))).has_value();
}

Result<> Replay::make(const LinkPlace& place, LinkEntry link, const Snapshot& base, Plan& plan) {
    const auto request = TRY(decode<api::AppendLink>(entry_.body));
    const std::vector<api::LinkChange> none;
    const auto& sent = request.links ? *request.links : none;
    const auto was = std::ranges::find(sent, place.id, &api::LinkChange::id);
    if (was == sent.end() || !was->terms || !was->record) {
        leave(place, link, errors::link_malformed);
        return {};
    }
    if (link.kind == LinkKind::file && names(tree::Value::of(encode(link)), gone_)) {
        leave(place, link, errors::content_lost);
        return {};
    }
    link.epoch = TRY(since(link.epoch));
    LinkMaking& making = makings_.emplace_back();
    making.terms = *was->terms;
    // Nobody has the key of a file's record any more but who has the URL.
    if (link.kind == LinkKind::file) making.sealed = *was->record;
    LinkEdit edit;
    edit.target = place.target;
    edit.id = place.id;
    edit.entry = std::move(link);
    edit.making = &making;
    if (!TRY(fill(edit, making, base))) return {};
    made_.push_back(lost_link(place, *edit.entry));
    plan.links.push_back(std::move(edit));
    return {};
}

// fill sets what is made anew for links with keys in the tree; false if that cannot be now.
Result<bool> Replay::fill(LinkEdit& edit, LinkMaking& making, const Snapshot& base) {
    LinkEntry& link = *edit.entry;
    if (!link.keys_in_tree()) return true;
    making.read_key = link.read_key->clone();
    making.commitment = *link.commitment;
    if (link.kind != LinkKind::folder) return true;
    LinkRenewal* const renewal = space_.session.link_renewal;
    const LinkPlace place{edit.target, edit.id};
    const auto room = demand_room(base.tree);
    if (!room && room.error().kind() != Kind::refused) return std::unexpected(room.error());
    if (!room || renewal == nullptr) {
        leave(place, link, errors::too_many_links);
        return false;
    }
    auto shown = TRY(renewal->shown(base.tree, edit.target));
    if (!shown) empty_.push_back(lost_link(place, link));
    if (shown) edit.files = std::move(*shown);
    link.tree.emplace();
    return true;
}

// keep says again that a link stays though others may know it. Renewals come by themselves.
Result<> Replay::keep(const LinkPlace& place, const LinkEntry& link, LinkEntry here, Plan& plan) {
    const std::uint64_t epoch = TRY(since(link.epoch));
    if (!link.keys_in_tree() || !here.keys_in_tree() || here.epoch >= epoch) return {};
    LinkEdit edit;
    edit.target = place.target;
    edit.id = place.id;
    here.epoch = epoch;
    edit.entry = std::move(here);
    plan.links.push_back(std::move(edit));
    return {};
}

// since gives the epoch from which on others may know the keys of a link that had `epoch` there.
Result<std::uint64_t> Replay::since(std::uint64_t epoch) {
    const std::uint64_t common = TRY(common_epoch());
    return not_after(epoch, common) ? epoch : common;
}

// common_epoch gives the newest epoch that the chain has in common with the one in which the commit
// stood.
Result<std::uint64_t> Replay::common_epoch() {
    const space::Chain& chain = space_.chain.chain();
    // In epochs that were set aside: behind the one that was stood on.
    if (entry_.hash.is_zero()) {
        const space::ParsedLink link = TRY(space_.chain.link(entry_.sequence));
        if (const space::RosterEntry* roster = link.roster()) return roster->stands_on;
    }
    const std::uint64_t incarnation = TRY(this->incarnation());
    if (incarnation >= chain.incarnation()) return chain.last_epoch();
    space::Sequence until = chain.head().sequence;
    if (chain.restored()) until = std::min(until, chain.restored()->head.sequence);
    for (const space::Reset& reset : chain.resets())
        if (reset.incarnation > incarnation) until = std::min(until, reset.restored.sequence);
    return space_.chain.epoch_at(until);
}

// incarnation is that of the server in which the commit was signed.
Result<std::uint64_t> Replay::incarnation() const {
    const auto request = TRY(decode<api::AppendLink>(entry_.body));
    return TRY(space::parse_link(request.link.view())).header().incarnation;
}

// was_lost: it happened, or may have, and a restored server does not have it.
Result<bool> Replay::was_lost() const {
    if (entry_.again.value_or(false)) return true;
    return TRY(incarnation()) < space_.chain.chain().incarnation();
}

void Replay::leave(const LinkPlace& place, const LinkEntry& link, const Code& why) {
    left_.push_back(lost_link(place, link, why.number));
}

Result<> sort_as_made(std::vector<JournalCommit>& entries) {
    std::map<OperationId, space::Sequence> places;
    for (const JournalCommit& entry : entries) {
        const auto request = TRY(decode<api::AppendLink>(entry.body));
        places[entry.operation] = TRY(space::parse_link(request.link.view())).header().sequence;
    }
    std::ranges::sort(entries, {}, [&](const JournalCommit& entry) {
        return std::tuple(places.at(entry.operation), entry.operation);
    });
    return {};
}

void links_ended_by(const JournalCommit& entry, std::set<LinkId>& ended) {
    if (!entry.changes) return;
    for (const tree::Change& change : *entry.changes) {
        const auto place = parse_link_key(change.key);
        if (place && !change.after) ended.insert(place->id);
        if (as_text(change.key).starts_with(kLinkEndPrefix) && change.after)
            if (const ByteView id = ByteView(change.key).subspan(kLinkEndPrefix.size());
                id.size() == LinkId::kSize)
                ended.insert(LinkId::from(id));
    }
}

}  // namespace obhut::client
