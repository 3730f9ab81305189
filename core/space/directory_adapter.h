// DirectoryView answered from directory::State. The state must outlive the adapter.
#pragma once

#include "core/space/directory_view.h"

namespace obhut::space {

class DirectoryAdapter final : public DirectoryView {
public:
    explicit DirectoryAdapter(const directory::State& state) : state_(state) {}

    Position size() const override;
    const directory::DeviceRecord* device(const DeviceId& id) const override;
    bool user_active(const UserId& user, Position size) const override;
    bool group_has(const GroupId& group, const UserId& user, Position size) const override;
    bool group_active(const GroupId& group, Position size) const override;
    std::optional<PrincipalKey> newest_key(const PrincipalId& id, Position size) const override;
    std::optional<Staleness> staleness(const PrincipalId& id, std::uint32_t generation,
                                       Position size) const override;
    bool raised(const SpaceId& space, const UserId& user, const Hash& roster,
                Position size) const override;
    std::optional<Position> closed(const SpaceId& space, Position size) const override;
    std::optional<Position> device_ended(const DeviceId& id, Position size) const override;
    std::optional<Position> removed_from_group(const GroupId& group, const UserId& user,
                                               Position size) const override;
    std::optional<Hash> heads_root(Position event) const override;

private:
    const directory::State& state_;
};

}  // namespace obhut::space
