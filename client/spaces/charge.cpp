#include "client/spaces/charge.h"

#include <algorithm>

#include "client/directory/people.h"
#include "client/engine.h"
#include "client/spaces/rosters.h"

namespace obhut::client {

std::optional<UserId> owner_of(Space& space) {
    const auto& roster = space.parts().chain.chain().trusted().roster;
    return roster ? roster->owner : std::nullopt;
}

Result<> set_owner(Space& space, const std::optional<UserId>& owner) {
    return Rosters(space.parts()).own(owner);
}

std::optional<std::uint64_t> limit_of(Space& space) {
    const auto& roster = space.parts().chain.chain().trusted().roster;
    return roster ? roster->limit : std::nullopt;
}

Result<> set_limit(Space& space, const std::optional<std::uint64_t>& bytes) {
    return Rosters(space.parts()).limit(bytes);
}

Result<std::uint64_t> usage_of(Space& space) {
    const api::Quota quota = TRY(space.parts().session.remote.quota());
    for (const api::SpaceUsage& usage : quota.spaces)
        if (usage.space == space.id()) return usage.bytes;
    return fail(errors::space_not_found);
}

std::string Raising::text() const {
    return std::string(kRaisingPrefix) + space.hex() + user.hex() + roster.hex();
}

Result<Raising> Raising::parse(std::string_view text) {
    if (!text.starts_with(kRaisingPrefix)) return fail(errors::raising_malformed);
    const auto bytes = from_hex(text.substr(kRaisingPrefix.size()));
    if (!bytes || bytes->size() != SpaceId::kSize + UserId::kSize + Hash::kSize)
        return fail(errors::raising_malformed);
    const ByteView all(*bytes);
    return Raising{SpaceId::from(all.first(SpaceId::kSize)),
                   UserId::from(all.subspan(SpaceId::kSize, UserId::kSize)),
                   Hash::from(all.subspan(SpaceId::kSize + UserId::kSize))};
}

Result<Raising> raising_of(Space& space, const UserId& user) {
    Space::Parts& parts = space.parts();
    TRY(parts.session.ready());
    TRY(parts.session.directory.catch_up());
    TRY(parts.chain.refresh());
    const space::Chain& chain = parts.chain.chain();
    const space::DirectoryView& view = parts.session.directory.view();
    const auto members = chain.recomputed_members(view, parts.session.directory.size());
    if (std::ranges::any_of(members,
                            [](const space::Member& one) { return one.role >= Role::editor; }))
        return fail(errors::somebody_may_write);
    if (chain.role_of(view, user, parts.session.directory.size()) != Role::reader)
        return fail(errors::member_unchanged);
    return Raising{space.id(), user, chain.trusted().epochs.back().link.hash};
}

Result<> raise_reader(Engine& engine, const Raising& raising) {
    Session& session = engine.session();
    TRY(session.ready());
    TRY(session.directory.catch_up());
    if (!session.is_administrator()) return fail(errors::not_administrator);
    if (session.directory.state().user(raising.user) == nullptr)
        return fail(errors::person_unknown);
    return append_entry(session,
                        directory::ReaderRaised{raising.space, raising.user, raising.roster});
}

}  // namespace obhut::client
