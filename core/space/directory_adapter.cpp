#include "core/space/directory_adapter.h"

#include <algorithm>

namespace obhut::space {

using directory::EndReason;
using directory::Generation;
using directory::GroupRecord;

Position DirectoryAdapter::size() const { return state_.size(); }

const directory::DeviceRecord* DirectoryAdapter::device(const DeviceId& id) const {
    return state_.device(id);
}

bool DirectoryAdapter::user_active(const UserId& user, Position size) const {
    const directory::UserRecord* record = state_.user(user);
    return record != nullptr && record->active_at(size);
}

bool DirectoryAdapter::group_has(const GroupId& group, const UserId& user, Position size) const {
    const GroupRecord* record = state_.group(group);
    return record != nullptr && record->has_at(user, size);
}

bool DirectoryAdapter::group_active(const GroupId& group, Position size) const {
    const GroupRecord* record = state_.group(group);
    if (record == nullptr || (record->deleted_at && *record->deleted_at < size)) return false;
    const auto counts = [&](const UserId& user) {
        return record->has_at(user, size) && user_active(user, size);
    };
    if (std::any_of(record->members.begin(), record->members.end(), counts)) return true;
    return std::any_of(record->past.begin(), record->past.end(),
                       [&](const GroupRecord::Past& past) { return counts(past.user); });
}

std::optional<PrincipalKey> DirectoryAdapter::newest_key(const PrincipalId& id,
                                                         Position size) const {
    const Generation* generation = state_.generation_at(id, size);
    if (generation == nullptr) return std::nullopt;
    return PrincipalKey{generation->number, generation->key, generation->stale_at(size)};
}

std::optional<Staleness> DirectoryAdapter::staleness(const PrincipalId& id, std::uint32_t number,
                                                     Position size) const {
    const Generation* generation = state_.generation(id, number);
    if (generation == nullptr || !generation->stale_at(size)) return std::nullopt;
    return Staleness{generation->stale_time, generation->stale_at_once_at(size)};
}

bool DirectoryAdapter::raised(const SpaceId& space, const UserId& user, const Hash& roster,
                              Position size) const {
    const directory::SpaceRecord* record = state_.space(space);
    if (record == nullptr) return false;
    return std::any_of(record->raised.begin(), record->raised.end(), [&](const auto& raised) {
        return raised.user == user && raised.roster == roster && raised.at < size;
    });
}

std::optional<Position> DirectoryAdapter::closed(const SpaceId& space, Position size) const {
    const directory::SpaceRecord* record = state_.space(space);
    if (record == nullptr || !record->closed_at || *record->closed_at >= size) return std::nullopt;
    return record->closed_at;
}

std::optional<Position> DirectoryAdapter::device_ended(const DeviceId& id, Position size) const {
    const directory::DeviceRecord* record = state_.device(id);
    if (record == nullptr) return std::nullopt;
    std::optional<Position> first;
    for (const auto& pause : record->pauses)
        if (pause.from >= size && pause.reason != EndReason::retired)
            first = std::min(first.value_or(pause.from), pause.from);
    return first;
}

std::optional<Position> DirectoryAdapter::removed_from_group(const GroupId& group,
                                                             const UserId& user,
                                                             Position size) const {
    const GroupRecord* record = state_.group(group);
    if (record == nullptr) return std::nullopt;
    std::optional<Position> first;
    if (record->deleted_at && *record->deleted_at >= size) first = record->deleted_at;
    for (const auto& past : record->past)
        if (past.user == user && past.until >= size)
            first = std::min(first.value_or(past.until), past.until);
    return first;
}

std::optional<Hash> DirectoryAdapter::heads_root(Position event) const {
    return state_.heads_root(event);
}

}  // namespace obhut::space
