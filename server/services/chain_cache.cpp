#include "server/services/chain_cache.h"

#include "core/space/directory_adapter.h"
#include "protocols/api/errors.h"
#include "server/services/errors.h"
#include "server/services/storing.h"

namespace obhut::services {

namespace {

constexpr std::size_t kLoadBytes = 1U << 20;

// The directory without what came after a link was accepted.
class AcceptedView final : public space::DirectoryView {
public:
    explicit AcceptedView(const directory::State& state) : now_(state) {}

    space::Position size() const override { return now_.size(); }
    const directory::DeviceRecord* device(const DeviceId& id) const override {
        return now_.device(id);
    }
    bool user_active(const UserId& user, space::Position size) const override {
        return now_.user_active(user, size);
    }
    bool group_has(const GroupId& group, const UserId& user, space::Position size) const override {
        return now_.group_has(group, user, size);
    }
    bool group_active(const GroupId& group, space::Position size) const override {
        return now_.group_active(group, size);
    }
    std::optional<space::PrincipalKey> newest_key(const PrincipalId& id,
                                                  space::Position size) const override {
        return now_.newest_key(id, size);
    }
    std::optional<space::Staleness> staleness(const PrincipalId& id, std::uint32_t generation,
                                              space::Position size) const override {
        return now_.staleness(id, generation, size);
    }
    bool raised(const SpaceId& space, const UserId& user, const Hash& roster,
                space::Position size) const override {
        return now_.raised(space, user, roster, size);
    }
    std::optional<space::Position> closed(const SpaceId& space,
                                          space::Position size) const override {
        return now_.closed(space, size);
    }
    std::optional<space::Position> device_ended(const DeviceId&, space::Position) const override {
        return std::nullopt;
    }
    std::optional<space::Position> removed_from_group(const GroupId&, const UserId&,
                                                      space::Position) const override {
        return std::nullopt;
    }
    std::optional<Hash> heads_root(space::Position event) const override {
        return now_.heads_root(event);
    }

private:
    space::DirectoryAdapter now_;
};

}  // namespace

Result<ChainCache::Held> ChainCache::hold(const SpaceId& space) {
    Held held(slot_of(space));
    if (!held.chain()) {
        held.chain() = TRY(load(space));
        used(space, *held);
    }
    return held;
}

std::shared_ptr<ChainCache::Slot> ChainCache::slot_of(const SpaceId& space) {
    const std::scoped_lock lock(mutex_);
    const auto known = entries_.find(space);
    if (known != entries_.end()) {
        by_use_.splice(by_use_.begin(), by_use_, known->second.place);
        return known->second.slot;
    }
    by_use_.push_front(space);
    const auto slot = std::make_shared<Slot>();
    entries_.emplace(space, Entry{slot, by_use_.begin()});
    ++members_;
    shrink();
    return slot;
}

void ChainCache::used(const SpaceId& space, const space::Chain& chain) {
    const auto& roster = chain.standing().roster;
    const std::size_t members = 1 + (roster ? roster->members.size() : 0);
    const std::scoped_lock lock(mutex_);
    const auto known = entries_.find(space);
    if (known == entries_.end()) return;
    members_ += members - known->second.members;
    known->second.members = members;
    shrink();
}

// A slot that somebody holds lives on until he is done; if it is asked for meanwhile it must be the
// same one.
void ChainCache::shrink() {
    auto place = by_use_.end();
    while ((members_ > kMaxMembers || entries_.size() > kMaxChains) && place != by_use_.begin()) {
        --place;
        const auto entry = entries_.find(*place);
        if (entry->second.slot.use_count() > 1) continue;
        members_ -= entry->second.members;
        entries_.erase(entry);
        place = by_use_.erase(place);
    }
}

Result<space::Chain> ChainCache::load(const SpaceId& id) {
    const auto head = store_.space(id);
    if (!head) return std::unexpected(read_error(head.error(), errors::space_unknown));
    std::vector<storage::StoredLink> rosters;
    storage::Sequence from = 0;
    while (true) {
        auto more = TRY(store_.links(id, from, kLoadBytes, storage::LinkFilter::rosters));
        if (more.empty()) break;
        from = more.back().sequence + 1;
        for (storage::StoredLink& link : more) rosters.push_back(std::move(link));
    }
    if (rosters.empty() || rosters[0].sequence != 0) return fail(errors::chain_damaged);
    return directory_.read([&](const directory::State& state) -> Result<space::Chain> {
        const AcceptedView view(state);
        const space::Judging judging{view, notary_, false};
        space::Chain chain = TRY(space::Chain::begin(id, state.org(), rosters[0].bytes));
        const auto take = [&](storage::Sequence sequence) -> Result<> {
            if (sequence <= chain.head().sequence) return {};
            const auto links = TRY(store_.links(id, sequence, 1, storage::LinkFilter::all));
            if (links.empty() || links[0].sequence != sequence) return fail(errors::chain_damaged);
            if (!chain.append_sparse(links[0].bytes, judging)) return fail(errors::chain_damaged);
            return {};
        };
        for (std::size_t i = 1; i < rosters.size(); ++i) {
            TRY(take(rosters[i].sequence - 1));
            if (!chain.append_sparse(rosters[i].bytes, judging)) return fail(errors::chain_damaged);
        }
        TRY(take(head->head.sequence));
        if (chain.head().hash != head->head.hash) return fail(errors::chain_damaged);
        return chain;
    });
}

}  // namespace obhut::services
