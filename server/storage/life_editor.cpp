#include "server/storage/life_editor.h"

namespace obhut::storage {

Result<> LifeEditor::store(std::int64_t space, const ObjectId& id, const ObjectRow& before,
                           const ObjectRow& after) {
    TRY(store_object(database_, space, id, before, after));
    const Charge old_charge = charge_of(before.life);
    const Charge new_charge = charge_of(after.life);
    Usage& change = changes_[space];
    change.live += new_charge.live - old_charge.live;
    change.trash += new_charge.trash - old_charge.trash;
    device_changes_[before.life.device] -= static_cast<std::int64_t>(old_charge.pinned);
    device_changes_[after.life.device] += static_cast<std::int64_t>(new_charge.pinned);
    if (after.life.stage == LifeStage::absent)
        live_[before.place.segment] -= static_cast<std::int64_t>(record_size(before.life.length));
    return {};
}

Result<> LifeEditor::finish() {
    for (const auto& [number, change] : changes_) {
        SpaceRow row = TRY(load_space(database_, number));
        if (row.number == 0) return fail(errors::index_corrupt);
        const Usage before = row.usage;
        row.usage.live += change.live;
        row.usage.trash += change.trash;
        TRY(charge_owner(database_, row.info.owner, before, row.usage));
        TRY(update_space(database_, row));
    }
    for (const auto& [device, change] : device_changes_)
        TRY(charge_device(database_, device, change));
    return {};
}

}  // namespace obhut::storage
