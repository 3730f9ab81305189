// The engine's spaces.
#include <algorithm>

#include "client/duties/due.h"
#include "client/engine_parts.h"
#include "client/spaces/committer.h"
#include "client/spaces/rosters.h"
#include "client/spaces/space_info.h"
#include "client/spaces/space_parts.h"

namespace obhut::client {
namespace {

// SetPolicy changes how long a space keeps things, and nothing else of it.
class SetPolicy final : public Change {
public:
    explicit SetPolicy(const SpacePolicy& policy) : policy_(policy) {}

    Result<Plan> plan(const Snapshot& base) override {
        SpaceInfo info{"", std::string(kFilesKind), {}};
        const auto before = TRY(base.tree.get(space_info_key()));
        if (before) info = TRY(decode<SpaceInfo>(*before));
        info.keep = KeepPolicy{policy_.all_versions, policy_.daily_versions, policy_.trash,
                               policy_.monthly_versions};
        if (policy_.keep_links || info.links)
            info.links = policy_.keep_links ? LinksOnRemoval::keep : LinksOnRemoval::close;
        Plan plan;
        plan.summary.add(Verb::changed, "");
        const Bytes after = encode(info);
        if (!before || !equal(*before, after)) plan.batch.put(space_info_key(), after);
        return plan;
    }

private:
    SpacePolicy policy_;
};

}  // namespace

Result<SpaceId> Engine::create_space(const std::string& name) { return parts_->shelf.create(name); }

Result<std::vector<SpaceView>> Engine::spaces() { return parts_->shelf.list(); }

const std::vector<SpaceView>* Engine::listed() const { return parts_->shelf.listed(); }

bool Engine::is_current(const SpaceId& space) const {
    return listed() != nullptr && std::ranges::any_of(*listed(), [&](const SpaceView& view) {
               return view.id == space && !view.trouble;
           });
}

Result<SpaceId> Engine::find_space(std::string_view name) {
    constexpr std::string_view kGroupPrefix = "group:";
    if (!name.starts_with(kGroupPrefix)) return parts_->shelf.find(name);
    const GroupView group = TRY(find_group(name.substr(kGroupPrefix.size())));
    return TRY(group_home(group.id))->id();
}

const std::vector<SpaceView>& Engine::candidates() const { return parts_->shelf.candidates(); }

Result<Space*> Engine::space(const SpaceId& id) { return parts_->shelf.open(id); }

Result<Space*> Engine::home() { return parts_->shelf.home(); }

Result<Space*> Engine::address_book() { return parts_->shelf.address_book(); }

Result<std::vector<MemberView>> Engine::members(const SpaceId& space) {
    Space* opened = TRY(this->space(space));
    TRY(catch_up());
    TRY(opened->refresh());
    const Labels labels = TRY(parts_->labels());
    return members_of(parts_->session, opened->parts().chain.chain(), labels);
}

Result<> Engine::share(const SpaceId& space, const PrincipalId& with, Role role) {
    return Rosters(TRY(this->space(space))->parts()).set(with, role);
}

Result<> Engine::unshare(const SpaceId& space, const PrincipalId& with) {
    return Rosters(TRY(this->space(space))->parts()).remove(with);
}

Result<> Engine::leave(const SpaceId& space) {
    return Rosters(TRY(this->space(space))->parts()).leave();
}

Result<> Engine::rename_space(const SpaceId& space, const std::string& name) {
    return parts_->shelf.rename(space, name);
}

Result<> Engine::set_alias(const SpaceId& space, const std::string& alias) {
    return parts_->shelf.set_alias(space, alias);
}

Result<std::vector<LogLine>> Engine::log(const SpaceId& space, std::uint64_t before,
                                         std::size_t limit) {
    Space* opened = TRY(this->space(space));
    TRY(catch_up());
    TRY(opened->refresh());
    const Labels labels = TRY(parts_->labels());
    return log_of(opened->parts(), labels, before, limit);
}

Result<VerifyReport> Engine::verify(const SpaceId& space, ContentChecker* content,
                                    Progress* progress) {
    TRY(catch_up());
    return verify_space(*TRY(this->space(space)), content, progress);
}

Result<> Engine::close_space(const SpaceId& space) {
    return Rosters(TRY(this->space(space))->parts()).close();
}

Result<> Engine::settle_space(const SpaceId& space, bool confirm) {
    return Rosters(TRY(this->space(space))->parts()).settle(confirm);
}

Result<> Engine::reset_space(const SpaceId& space, space::ResetReason reason) {
    Space::Parts& parts = TRY(this->space(space))->parts();
    TRY(Rosters(parts).reset(reason));
    TRY(Committer(parts).settle(tree::refuse_conflicts));
    return {};
}

Result<SpacePolicy> Engine::space_policy(const SpaceId& space) {
    const Snapshot* snapshot = TRY(TRY(this->space(space))->snapshot());
    SpaceInfo info;
    if (const auto value = TRY(snapshot->tree.get(space_info_key())))
        info = TRY(decode<SpaceInfo>(*value));
    const KeepPolicy keep = info.keep.value_or(KeepPolicy{});
    return SpacePolicy{keep.all_versions, keep.daily_versions, keep.trash,
                       info.links == LinksOnRemoval::keep, keep.monthly_versions};
}

Result<> Engine::set_space_policy(const SpaceId& space, const SpacePolicy& policy) {
    SetPolicy change(policy);
    TRY(TRY(this->space(space))->commit(change));
    return forget_duties(parts_->session);  // links may have to end
}

}  // namespace obhut::client
