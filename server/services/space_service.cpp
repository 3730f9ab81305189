#include "server/services/space_service.h"

#include <algorithm>

#include "core/base/verify.h"
#include "core/space/directory_adapter.h"
#include "protocols/api/errors.h"

namespace obhut::services {

namespace {

api::Head head_of(const storage::Head& head, std::uint64_t incarnation) {
    return {head.sequence, head.hash, head.epoch, incarnation};
}

}  // namespace

void SpaceService::apply(const Settings& settings) {
    const std::scoped_lock lock(settings_mutex_);
    settings_ = settings;
}

Settings SpaceService::settings() const {
    const std::scoped_lock lock(settings_mutex_);
    return settings_;
}

Result<> SpaceService::demand_member(const SpaceId& space, const Caller& caller) {
    const auto member = store_.is_member(space, caller.principals);
    if (!member) return std::unexpected(read_error(member.error(), errors::space_unknown));
    VERIFY("SR-09/reader-is-member", *member, errors::space_unknown);
    return {};
}

Result<storage::Head> SpaceService::visible(const SpaceId& space, const Caller& caller) {
    const auto member = store_.is_member(space, caller.principals);
    if (!member) return std::unexpected(read_error(member.error(), errors::space_unknown));
    const auto now = store_.space(space);
    if (!now) return std::unexpected(read_error(now.error(), errors::space_unknown));
    if (*member) return now->head;
    const auto lists_him = [&](const space::RosterEntry& roster) {
        return std::ranges::any_of(roster.members, [&](const space::Member& member) {
            return std::ranges::find(caller.principals, member.principal) !=
                   caller.principals.end();
        });
    };
    std::optional<storage::Head> out;
    bool was_in = false;
    for (std::uint64_t from = 0;;) {
        const auto page = store_.links(space, from, api::kPageBytes, storage::LinkFilter::rosters);
        if (!page) return std::unexpected(read_error(page.error(), errors::space_unknown));
        for (const storage::StoredLink& link : *page) {
            const auto parsed = space::parse_link(link.bytes);
            const space::RosterEntry* roster = parsed ? parsed->roster() : nullptr;
            from = link.sequence + 1;
            if (roster == nullptr) continue;
            const bool is_in = lists_him(*roster);
            if (was_in && !is_in)
                out = storage::Head{link.sequence, link.hash,
                                    static_cast<storage::Epoch>(roster->epoch)};
            was_in = is_in;
        }
        if (page->empty()) break;
    }
    VERIFY("SR-09/reader-was-member", out.has_value(), errors::space_unknown);
    return *out;
}

Result<> SpaceService::demand_writer(const SpaceId& space, const Caller& caller) {
    TRY(demand_member(space, caller));
    ChainCache::Held chain = TRY(chains_.hold(space));
    const auto role = directory_.read([&](const directory::State& state) {
        return chain->role_of(space::DirectoryAdapter(state), caller.user, state.size());
    });
    VERIFY("SR-09/uploader-writes", role >= space::Role::editor, errors::not_a_writer);
    return {};
}

Result<api::Spaces> SpaceService::spaces(const Caller& caller) {
    const auto found = store_.spaces_of(caller.principals);
    if (!found) return std::unexpected(public_error(found.error()));
    api::Spaces answer;
    for (const storage::SpaceHead& space : *found) {
        if (space.closed || answer.spaces.size() == api::kMaxSpaces) continue;
        answer.spaces.push_back(
            {space.space, services::head_of(space.head, notary_.incarnation()), {}});
    }
    return answer;
}

Result<api::Links> SpaceService::links(const SpaceId& space, std::uint64_t from,
                                       const Caller& caller) {
    const storage::Head head = TRY(visible(space, caller));
    auto found = store_.links(space, from, api::kPageBytes, storage::LinkFilter::all);
    if (!found) return std::unexpected(read_error(found.error(), errors::space_unknown));
    if (found->size() > api::kMaxLinksPerAnswer) found->resize(api::kMaxLinksPerAnswer);
    std::erase_if(*found,
                  [&](const storage::StoredLink& link) { return link.sequence > head.sequence; });
    api::Links answer;
    answer.from = from;
    answer.head = services::head_of(head, notary_.incarnation());
    for (storage::StoredLink& link : *found) answer.links.emplace_back(std::move(link.bytes));
    return answer;
}

Result<api::Rosters> SpaceService::rosters(const SpaceId& space, std::uint64_t from,
                                           const Caller& caller) {
    TRY(demand_member(space, caller));
    const auto head = store_.space(space);
    if (!head) return std::unexpected(read_error(head.error(), errors::space_unknown));
    auto found = store_.links(space, from, api::kPageBytes, storage::LinkFilter::rosters);
    if (!found) return std::unexpected(read_error(found.error(), errors::space_unknown));
    if (found->size() > api::kMaxLinksPerAnswer) found->resize(api::kMaxLinksPerAnswer);
    api::Rosters answer;
    answer.head = services::head_of(head->head, notary_.incarnation());
    std::uint64_t next = from;
    for (storage::StoredLink& link : *found) {
        next = link.sequence + 1;
        answer.links.emplace_back(std::move(link.bytes));
    }
    const auto rest = store_.links(space, next, 1, storage::LinkFilter::rosters);
    if (!rest) return std::unexpected(public_error(rest.error()));
    answer.more = !rest->empty();
    if (answer.more || next > head->head.sequence) return answer;
    auto newest = store_.links(space, head->head.sequence, 1, storage::LinkFilter::all);
    if (!newest || newest->empty()) return fail(errors::server_failed);
    answer.links.emplace_back(std::move((*newest)[0].bytes));
    return answer;
}

Result<Bytes> SpaceService::lists(const SpaceId& space, std::uint64_t sequence,
                                  const Caller& caller) {
    TRY(demand_member(space, caller));
    auto found = store_.lists(space, sequence);
    if (!found) return std::unexpected(read_error(found.error(), errors::not_there));
    return found;
}

Result<api::EpochAnswer> SpaceService::epoch(const SpaceId& space, std::uint64_t number,
                                             const Caller& caller) {
    TRY(demand_member(space, caller));
    if (number > std::numeric_limits<storage::Epoch>::max()) return fail(errors::not_there);
    auto found = store_.epoch(space, static_cast<storage::Epoch>(number), caller.principals);
    if (!found) return std::unexpected(read_error(found.error(), errors::not_there));
    api::EpochAnswer answer;
    answer.history = std::move(found->history_link);
    for (const storage::EpochBox& box : found->boxes) {
        auto proven = decode<space::ProvenBox>(box.box);
        if (!proven) return fail(errors::server_failed);
        answer.boxes.push_back(std::move(*proven));
    }
    return answer;
}

Result<api::Quota> SpaceService::quota(const Caller& caller) {
    const storage::Owner owner = principal(caller.user);
    const auto owned = store_.owner_usage(owner);
    const auto found = store_.spaces_of(caller.principals);
    if (!owned || !found) return fail(errors::server_failed);
    api::Quota answer;
    answer.limit = settings().user_quota;
    answer.used = owned->total();
    for (const storage::SpaceHead& space : *found) {
        const auto usage = store_.space_usage(space.space);
        if (!usage) return fail(errors::server_failed);
        if (answer.spaces.size() < api::kMaxSpaces)
            answer.spaces.push_back({space.space, usage->total()});
    }
    return answer;
}

Result<std::vector<api::Hint>> SpaceService::hints(const Caller& caller) {
    std::vector<api::Hint> result;
    const api::Spaces mine = TRY(spaces(caller));
    for (const api::SpaceInfo& space : mine.spaces)
        result.push_back({api::HintKind::space, space.space, space.head.sequence});
    const auto size = directory_.read([](const directory::State& state) { return state.size(); });
    result.push_back({api::HintKind::directory, {}, size});
    return result;
}

}  // namespace obhut::services
