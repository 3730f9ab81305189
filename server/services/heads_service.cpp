#include "server/services/heads_service.h"

#include <algorithm>

#include "core/base/verify.h"
#include "protocols/api/errors.h"
#include "server/services/storing.h"

namespace obhut::services {

bool HeadsService::may_ask(const api::HeadsWanted& wanted, const Caller& caller) {
    return directory_.read([&](const directory::State& state) {
        if (state.is_admin(caller.user)) return true;
        const auto own = [&](const PrincipalId& id) {
            if (kind_of(id) == PrincipalKind::user) return user_of(id) == caller.user;
            const directory::GroupRecord* group = state.group(group_of(id));
            return group != nullptr &&
                   (group->has(caller.user) || state.is_manager(*group, caller.user));
        };
        return std::all_of(wanted.principals.begin(), wanted.principals.end(), own);
    });
}

Result<api::Heads> HeadsService::heads(const api::HeadsWanted& wanted, const Caller& caller) {
    VERIFY("SR-33/heads-of-own", may_ask(wanted, caller), errors::not_there);
    const auto found = store_.spaces_of(wanted.principals);
    if (!found) return std::unexpected(public_error(found.error()));
    api::Heads answer;
    for (const storage::SpaceHead& space : *found)
        answer.heads.push_back({space.space, {space.head.sequence, space.head.hash}});
    std::sort(answer.heads.begin(), answer.heads.end(),
              [](const auto& a, const auto& b) { return a.space < b.space; });
    if (answer.heads.empty()) return answer;
    const Hash root = TRY(space::heads_root(answer.heads));
    const Millis now = clock_.now();
    const auto kept = TRY(find_record(store_, storage::Area::server, heads_key(root), now));
    // A list that an entry carries already stays for good, also if one does so meanwhile.
    if (kept && !kept->expires) return answer;
    const storage::Version known = kept ? kept->version : storage::Version{0};
    storage::WriteBatch batch;
    batch.add(storage::PutRecord{storage::Area::server, heads_key(root), encode(answer),
                                 now + kUnusedFor, known, now});
    TRY(commit(store_, std::move(batch)));
    return answer;
}

Result<api::ProvenHead> HeadsService::proof(const api::HeadWanted& wanted, bool sees_space) {
    VERIFY("SR-09/proof-for-member", sees_space, errors::not_there);
    const auto kept = store_.record(storage::Area::server, heads_key(wanted.root), clock_.now());
    if (!kept) return std::unexpected(read_error(kept.error(), errors::not_there));
    const auto list = decode<api::Heads>(kept->value);
    if (!list) return fail(errors::server_failed);
    const auto at = std::lower_bound(
        list->heads.begin(), list->heads.end(), wanted.space,
        [](const space::SpaceHead& head, const SpaceId& space) { return head.space < space; });
    if (at == list->heads.end() || at->space != wanted.space) return fail(errors::not_there);
    const auto index = static_cast<std::size_t>(at - list->heads.begin());
    return api::ProvenHead{*at, space::prove_head(list->heads, index)};
}

// The list is what its root says: whoever signed the entry answers for it, not who brings it.
Result<> HeadsService::bring(const api::Heads& list) {
    const auto root = space::heads_root(list.heads);
    if (!root || list.heads.empty()) return fail(errors::not_there);
    const bool carried =
        directory_.read([&](const directory::State& state) { return state.carries_heads(*root); });
    VERIFY("SR-33/heads-of-an-entry", carried, errors::not_there);
    const Millis now = clock_.now();
    const auto kept = TRY(find_record(store_, storage::Area::server, heads_key(*root), now));
    if (kept && !kept->expires) return {};
    const storage::Version known = kept ? kept->version : storage::Version{0};
    storage::WriteBatch batch;
    batch.add(
        storage::PutRecord{storage::Area::server, heads_key(*root), encode(list), {}, known, now});
    return commit(store_, std::move(batch));
}

}  // namespace obhut::services
