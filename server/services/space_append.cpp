// Appending to chains: from a request to one batch of the store.
#include <algorithm>
#include <array>
#include <iterator>

#include "core/base/verify.h"
#include "core/space/directory_adapter.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "server/services/space_service.h"
#include "server/services/storing.h"

namespace obhut::services {

// What one request adds: the chain as it will be, and the batch that makes it so.
struct SpaceService::Growth {
    const Caller& caller;
    SpaceId space;
    space::Chain chain;
    storage::WriteBatch batch;
    std::vector<space::Appended> links = {};
    bool first = false;      // a space is being made
    bool again = false;      // brings back what a restore has lost
    bool grows = false;      // brings content that the space does not have yet
    bool has_nodes = false;  // changes its tree: that takes a little room, also to tidy up
};

namespace {

// Beyond a quota, for changes of the tree that bring no content; at least this much.
constexpr std::uint64_t kReserve = 64ULL << 20;

storage::Owner owner_of(const space::RosterEntry& roster) {
    return roster.owner ? principal(*roster.owner) : storage::Owner{};
}

storage::Lists counted_by(const space::Lists& lists) {
    return {lists.nodes_created, lists.nodes_superseded, lists.content_raised,
            lists.content_lowered};
}

void append_all(std::vector<ObjectId>& ids, const std::vector<ObjectId>& more) {
    ids.insert(ids.end(), more.begin(), more.end());
}

// cancel takes what stands on both sorted lists off both, as often as it does.
void cancel(std::vector<ObjectId>& one, std::vector<ObjectId>& other) {
    std::vector<ObjectId> rest_of_one;
    std::vector<ObjectId> rest_of_other;
    std::ranges::set_difference(one, other, std::back_inserter(rest_of_one));
    std::ranges::set_difference(other, one, std::back_inserter(rest_of_other));
    one = std::move(rest_of_one);
    other = std::move(rest_of_other);
}

storage::LinkKind stored_kind(space::LinkKind kind) {
    // Marks are among what a newcomer has to verify, as roster entries are.
    return kind == space::LinkKind::commit ? storage::LinkKind::commit : storage::LinkKind::roster;
}

storage::EpochMaterial stored_material(const space::RosterEntry& roster,
                                       const space::EpochMaterial& material) {
    storage::EpochMaterial stored;
    stored.epoch = static_cast<storage::Epoch>(roster.epoch);
    stored.history_link = material.history;
    std::vector<PrincipalId> everybody;
    for (const space::EpochBox& box : material.boxes) everybody.push_back(box.principal);
    for (const space::ProvenBox& proven : space::prove_boxes(material, everybody))
        stored.boxes.push_back({static_cast<std::uint32_t>(proven.proof.index),
                                proven.box.principal,
                                encode(proven),
                                {}});
    return stored;
}

}  // namespace

api::Head SpaceService::head_of(const space::Chain& chain) const {
    return {chain.head().sequence, chain.head().hash, chain.last_epoch(), notary_.incarnation()};
}

Outcome<api::Head> SpaceService::create(const api::NewSpace& request, const Caller& caller) {
    const SpaceId id = space::space_id(request.genesis.view());
    const OrgId org = TRY(directory_.organisation());
    auto begun = space::Chain::begin(id, org, request.genesis.view());
    if (!begun) return std::unexpected(Error(errors::link_refused, begun.error().code.number));

    ChainCache::Held held = chains_.hold_new(id);
    const auto there = store_.space(id);
    if (!there && !there.error().is(errors::not_stored))
        return std::unexpected(public_error(there.error()));
    if (there) {
        if (!TRY(has_link(id, 1, space::link_hash(request.roster.view()))))
            return std::unexpected(Error(errors::link_refused, errors::already_stored.number));
        TRY(demand_member(id, caller));
        return api::Head{there->head.sequence, there->head.hash, there->head.epoch,
                         notary_.incarnation()};
    }
    Growth growth{caller, id, std::move(*begun), {}};
    growth.first = true;
    growth.again = request.again.value_or(false);
    growth.batch.add(storage::CreateSpace{id, storage::Owner{}});
    growth.batch.add(storage::AppendLink{id, 0, storage::LinkKind::genesis,
                                         growth.chain.head().hash, 0, clock_.now(),
                                         request.genesis.bytes});
    TRY(add_objects(growth, request.objects));
    if (auto done = take_link(growth, request.roster.view()); !done)
        return std::unexpected(done.error());
    const space::RosterEntry* roster = growth.links.back().link.roster();
    if (roster == nullptr) return std::unexpected(Error(errors::link_refused));
    TRY(may_charge(growth, roster->owner));
    TRY(add_roster(growth, *roster, &request.epoch));
    if (request.commit) {
        if (auto done = take_link(growth, request.commit->view()); !done)
            return std::unexpected(done.error());
        const space::Commit* commit = growth.links.back().link.commit();
        if (commit == nullptr) return std::unexpected(Error(errors::link_refused));
        TRY(add_commit(growth, *commit, request.lists));
    }
    if (auto done = store_growth(growth); !done) return std::unexpected(done.error());
    held.chain() = std::move(growth.chain);
    chains_.used(id, *held);
    publish(*held);
    return head_of(*held);
}

Outcome<api::Head> SpaceService::append(const SpaceId& id, const api::AppendLink& request,
                                        const Caller& caller) {
    TRY(demand_member(id, caller));
    ChainCache::Held held = TRY(chains_.hold(id));
    const auto parsed = space::parse_link(request.link.view());
    if (!parsed) return std::unexpected(Error(errors::link_refused, parsed.error().code.number));
    if (parsed->header().sequence != held->head().sequence + 1)
        return answer_to_late(request.link.view(), *held);

    Growth growth{caller, id, *held, {}};
    growth.again = request.again.value_or(false);
    TRY(add_objects(growth, request.objects));
    auto taken = take_link(growth, request.link.view());
    if (!taken && taken.error().error.is(errors::chain_moved)) taken.error().head = head_of(*held);
    if (!taken) return std::unexpected(taken.error());
    const space::ParsedLink& link = growth.links.back().link;
    if (const space::RosterEntry* roster = link.roster()) {
        const auto& before = held->standing().roster;
        if (!before || before->owner != roster->owner) TRY(may_charge(growth, roster->owner));
        TRY(add_roster(growth, *roster, request.epoch ? &*request.epoch : nullptr));
        TRY(take_back_lists(growth, held->standing(), *roster));
    }
    if (const space::Commit* commit = link.commit())
        TRY(add_commit(growth, *commit, request.lists));
    if (request.links) {
        VERIFY("SR-39/link-changes-by-commit", link.commit() != nullptr, errors::link_wrong);
        TRY(links_.add(growth.batch, id, caller, *request.links));
    }
    const space::Mark* mark = link.mark();
    if (mark != nullptr && mark->kind == space::MarkKind::closed)
        growth.batch.add(storage::CloseSpace{id, clock_.now()});

    auto stored = store_growth(growth);
    if (!stored) {
        // Not known to be stored or not: look again before the next link.
        chains_.forget(held);
        if (stored.error().error.is(errors::chain_moved)) {
            const auto head = store_.space(id);
            if (head)
                stored.error().head = api::Head{head->head.sequence, head->head.hash,
                                                head->head.epoch, notary_.incarnation()};
        }
        return std::unexpected(stored.error());
    }
    held.chain() = std::move(growth.chain);
    chains_.used(id, *held);
    publish(*held);
    return head_of(*held);
}

// A link that does not stand on the head: one that we have already is a repeated request.
Outcome<api::Head> SpaceService::answer_to_late(ByteView link, const space::Chain& chain) {
    const auto parsed = space::parse_link(link);
    if (parsed && TRY(has_link(chain.id(), parsed->header().sequence, parsed->hash)))
        return head_of(chain);
    Refused refused{Error(errors::chain_moved)};
    refused.head = head_of(chain);
    return std::unexpected(refused);
}

Result<bool> SpaceService::has_link(const SpaceId& space, std::uint64_t sequence,
                                    const Hash& hash) {
    const auto found = store_.links(space, sequence, 1, storage::LinkFilter::all);
    if (!found) return fail(errors::server_failed);
    return !found->empty() && (*found)[0].sequence == sequence && (*found)[0].hash == hash;
}

// Judges a link on top of the growing chain and adds it to the batch.
Outcome<> SpaceService::take_link(Growth& growth, ByteView link) {
    const auto parsed = space::parse_link(link);
    if (!parsed) return std::unexpected(Error(errors::link_refused, parsed.error().code.number));
    const space::Mark* mark = parsed->mark();
    const bool goes_on = mark != nullptr && (mark->kind == space::MarkKind::resumed ||
                                             mark->kind == space::MarkKind::reset);
    const std::uint64_t incarnation = parsed->header().incarnation;
    const bool waits = !growth.first && growth.chain.incarnation() != notary_.incarnation();
    // What a restore has lost is brought back as it was, until somebody goes on.
    const bool fits = incarnation == growth.chain.incarnation() ||
                      (goes_on && incarnation > growth.chain.incarnation());
    const bool back =
        growth.again && incarnation < notary_.incarnation() && (waits ? fits : growth.first);
    if (waits && !goes_on && !back) return std::unexpected(Error(errors::space_read_only));
    VERIFY("SR-44/link-of-this-incarnation", back || incarnation == notary_.incarnation(),
           errors::link_refused);
    auto appended = directory_.read([&](const directory::State& state) {
        const space::DirectoryAdapter view(state);
        return growth.chain.append(link, {view, notary_, true});
    });
    if (!appended) {
        const bool moved = appended.error().is(errors::head_moved);
        return std::unexpected(moved ? Error(errors::chain_moved)
                                     : Error(errors::link_refused, appended.error().code.number));
    }
    growth.batch.add(storage::AppendLink{growth.space, appended->link.header().sequence,
                                         stored_kind(appended->link.kind()), appended->link.hash,
                                         static_cast<storage::Epoch>(growth.chain.last_epoch()),
                                         clock_.now(), to_bytes(link)});
    growth.links.push_back(std::move(*appended));
    return {};
}

// Whose quota a space counts for is no question of the chain's validity, but nobody charges others:
// everybody takes a space on themselves; administrators give it to anybody, or to the organisation.
Result<> SpaceService::may_charge(const Growth& growth, const std::optional<UserId>& owner) {
    // A group's home is the organisation's, whoever makes it.
    if (growth.again || owner == growth.caller.user || growth.chain.genesis().group) return {};
    const bool is_admin = directory_.read(
        [&](const directory::State& state) { return state.is_admin(growth.caller.user); });
    return is_admin ? Result<>() : fail(errors::link_refused);
}

Result<> SpaceService::add_roster(Growth& growth, const space::RosterEntry& roster,
                                  const space::EpochMaterial* material) {
    if (material == nullptr) return fail(errors::material_wrong);
    const auto matches = space::check_material(roster, *material);
    if (!matches) return fail(errors::material_wrong, matches.error().code.number);
    if (roster.epoch > std::numeric_limits<storage::Epoch>::max())
        return fail(errors::link_refused);
    std::vector<PrincipalId> members;
    for (const space::Member& member : roster.members) members.push_back(member.principal);
    growth.batch.add(storage::SetMembers{growth.space, std::move(members)});
    growth.batch.add(storage::SetOwner{growth.space, owner_of(roster)});
    growth.batch.add(storage::PutEpoch{growth.space, stored_material(roster, *material)});
    return {};
}

// An entry that sets epochs aside goes back to the tree before their commits: what these counted is
// taken back.
Result<> SpaceService::take_back_lists(Growth& growth, const space::Standing& before,
                                       const space::RosterEntry& roster) {
    const auto first = std::ranges::find_if(before.epochs, [&](const space::EpochInfo& epoch) {
        return epoch.number > roster.stands_on;
    });
    if (!roster.skip || first == before.epochs.end()) return {};
    space::Lists back;
    for (storage::Sequence at = roster.header.sequence - 1; at > first->link.sequence; --at) {
        const auto encoded = store_.lists(growth.space, at);
        // A mark; or so old that no state which is kept needs it.
        if (!encoded && encoded.error().is(errors::not_stored)) continue;
        if (!encoded) return std::unexpected(public_error(encoded.error()));
        if (encoded->empty()) continue;
        const space::Lists lists = TRY(decode<space::Lists>(*encoded));
        append_all(back.nodes_created, lists.nodes_superseded);
        append_all(back.nodes_superseded, lists.nodes_created);
        append_all(back.content_raised, lists.content_lowered);
        append_all(back.content_lowered, lists.content_raised);
    }
    space::sort_lists(back);
    cancel(back.nodes_created, back.nodes_superseded);
    cancel(back.content_raised, back.content_lowered);
    // Kept as the entry's own lists: another one may set this entry aside too.
    const bool fits =
        std::ranges::all_of(std::array{back.nodes_created.size(), back.nodes_superseded.size(),
                                       back.content_raised.size(), back.content_lowered.size()},
                            [](std::size_t size) { return size <= space::kMaxListed; });
    growth.batch.add(storage::ApplyLists{growth.space, roster.header.sequence, counted_by(back),
                                         fits ? encode(back) : Bytes()});
    return {};
}

Result<> SpaceService::add_commit(Growth& growth, const space::Commit& commit,
                                  const std::optional<space::Lists>& lists) {
    if (!lists) return fail(errors::lists_wrong);
    const auto match = space::check_lists(*lists, commit.lists);
    if (!match) return fail(errors::lists_wrong, match.error().code.number);
    const bool makes_root =
        std::binary_search(lists->nodes_created.begin(), lists->nodes_created.end(), commit.root);
    if (!makes_root) {
        const auto states = store_.object_states(growth.space, {commit.root});
        if (!states) return std::unexpected(public_error(states.error()));
        const bool there = (*states)[0] == storage::ObjectState::live;
        VERIFY("SR-42/root-is-there", there, errors::lists_wrong);
    }
    growth.batch.add(storage::ApplyLists{growth.space, commit.header.sequence, counted_by(*lists),
                                         encode(*lists)});
    growth.grows = growth.grows || TRY(brings_content(growth, lists->content_raised));
    growth.has_nodes = growth.has_nodes || !lists->nodes_created.empty();
    return {};
}

Result<> SpaceService::add_objects(Growth& growth, const std::vector<api::ObjectBlob>& objects) {
    if (objects.empty()) return {};
    storage::PutObjects put{growth.space, {growth.caller.device, clock_.now() + kPinTime}, {}};
    for (const api::ObjectBlob& object : objects) {
        if (object.bytes.size() < kObjectOverhead || object.bytes.size() > kMaxObjectBytes)
            return fail(errors::http_malformed);
        put.objects.push_back({object_id(object.view()), object.bytes, nullptr});
    }
    growth.batch.add(std::move(put));
    return {};
}

// What a space may take: the server's limit, or its managers', whichever is less; 0: no limit. One
// of no bytes at all is one byte.
std::uint64_t SpaceService::space_quota(const Settings& limits, const space::Chain& chain) {
    const auto& roster = chain.standing().roster;
    const std::uint64_t own =
        roster && roster->limit ? std::max<std::uint64_t>(1, *roster->limit) : std::uint64_t{0};
    if (own == 0 || limits.space_quota == 0) return std::max(own, limits.space_quota);
    return std::min(own, limits.space_quota);
}

// What the next commit may bring; nothing if there is no limit.
Result<std::optional<std::uint64_t>> SpaceService::room(const SpaceId& space) {
    const Settings limits = settings();
    ChainCache::Held chain = TRY(chains_.hold(space));
    std::optional<std::uint64_t> room;
    const auto leave = [&](std::uint64_t limit, const Result<storage::Usage>& usage) -> Result<> {
        if (!usage) return std::unexpected(public_error(usage.error()));
        const std::uint64_t left = limit - std::min(limit, usage->total());
        room = std::min(room.value_or(left), left);
        return {};
    };
    if (const std::uint64_t quota = space_quota(limits, *chain); quota > 0)
        TRY(leave(quota, store_.space_usage(space)));
    const auto& roster = chain->standing().roster;
    if (limits.user_quota > 0 && roster && roster->owner)
        TRY(leave(limits.user_quota, store_.owner_usage(owner_of(*roster))));
    return room;
}

void SpaceService::add_limits(Growth& growth) {
    const Settings limits = settings();
    const auto& roster = growth.chain.standing().roster;
    if (limits.upload_quota > 0)
        growth.batch.add(storage::LimitUploads{growth.caller.device, limits.upload_quota});
    if (!growth.grows && !growth.has_nodes) return;
    const auto limit = [&](std::uint64_t quota) {
        return growth.grows ? quota : quota + std::max(quota / 20, kReserve);
    };
    if (const std::uint64_t quota = space_quota(limits, growth.chain); quota > 0)
        growth.batch.add(storage::LimitSpace{growth.space, limit(quota)});
    if (limits.user_quota > 0 && roster && roster->owner)
        growth.batch.add(storage::LimitOwner{owner_of(*roster), limit(limits.user_quota)});
}

// Whether a commit raises what the space does not hold already. Moving, removing, restoring and
// thinning do not, and have a reserve when the quota is used up.
Result<bool> SpaceService::brings_content(const Growth& growth,
                                          const std::vector<ObjectId>& raised) {
    const Settings limits = settings();
    const bool limited = space_quota(limits, growth.chain) > 0 || limits.user_quota > 0;
    if (raised.empty() || !limited) return !raised.empty();
    const auto states = store_.object_states(growth.space, raised);
    if (!states) return true;  // a space that is being made
    return std::ranges::any_of(
        *states, [](storage::ObjectState state) { return state != storage::ObjectState::live; });
}

Outcome<> SpaceService::store_growth(Growth& growth) {
    add_limits(growth);
    storage::Outcome outcome = storage::commit_now(store_, std::move(growth.batch));
    if (outcome.result) return {};
    const Error error = outcome.result.error();
    if (error.is(errors::objects_missing)) {
        Refused refused{Error(errors::upload_missing)};
        if (outcome.missing.size() > api::kMaxListItems) outcome.missing.resize(api::kMaxListItems);
        refused.missing = api::ObjectsMissing{std::move(outcome.missing)};
        return std::unexpected(refused);
    }
    if (error.is(errors::not_referenced) || error.is(errors::referenced_twice))
        return std::unexpected(Error(errors::lists_wrong, error.code.number));
    if (error.is(errors::sequence_moved)) return std::unexpected(Error(errors::chain_moved));
    return std::unexpected(public_error(error));
}

std::vector<PrincipalId> SpaceService::members(const SpaceId& space) {
    std::vector<PrincipalId> members;
    auto chain = chains_.hold(space);
    if (!chain) return members;
    if (const auto& roster = (*chain)->standing().roster)
        for (const space::Member& member : roster->members) members.push_back(member.principal);
    return members;
}

void SpaceService::publish(const space::Chain& chain) {
    std::vector<PrincipalId> members;
    if (const auto& roster = chain.standing().roster)
        for (const space::Member& member : roster->members) members.push_back(member.principal);
    hub_.publish({api::HintKind::space, chain.id(), chain.head().sequence}, members);
}

}  // namespace obhut::services
