#include "server/storage/object_life.h"

#include <algorithm>

#include "core/base/check.h"
#include "server/storage/store.h"

namespace obhut::storage {
namespace {

Result<> add_reference(ObjectLife& life, ObjectKind kind, Sequence sequence) {
    if (life.stage == LifeStage::absent) return fail(errors::objects_missing);
    if (life.stage == LifeStage::counted) {
        if (kind == ObjectKind::node || life.kind != kind) return fail(errors::referenced_twice);
        ++life.count;
        return {};
    }
    if (life.stage != LifeStage::dying) life.born = sequence;
    life.stage = LifeStage::counted;
    life.kind = kind;
    life.count = 1;
    life.ended = 0;
    life.device = {};
    return {};
}

Result<> take_reference(ObjectLife& life, ObjectKind kind, Sequence sequence) {
    if (life.stage != LifeStage::counted || life.kind != kind) return fail(errors::not_referenced);
    if (--life.count > 0) return {};
    life.stage = LifeStage::dying;
    life.ended = sequence;
    return {};
}

}  // namespace

ObjectState state_of(const ObjectLife& life) {
    switch (life.stage) {
    case LifeStage::absent: return ObjectState::absent;
    case LifeStage::pinned: return ObjectState::pinned;
    case LifeStage::counted:
    case LifeStage::dying: return ObjectState::live;
    case LifeStage::trash: return ObjectState::trash;
    }
    return ObjectState::absent;
}

Charge charge_of(const ObjectLife& life) {
    Charge charge;
    switch (state_of(life)) {
    case ObjectState::absent: break;
    case ObjectState::pinned: charge.pinned = life.length; break;
    case ObjectState::live: charge.live = life.length; break;
    case ObjectState::trash: charge.trash = life.length; break;
    }
    return charge;
}

void put(ObjectLife& life, const Pin& pin, std::uint32_t length) {
    if (life.stage == LifeStage::absent)
        life = ObjectLife{
            .stage = LifeStage::pinned, .length = length, .ended = pin.until, .device = pin.device};
    else
        renew(life, pin);
}

bool renew(ObjectLife& life, const Pin& pin) {
    switch (life.stage) {
    case LifeStage::absent: return false;
    case LifeStage::counted:
    case LifeStage::dying: return true;
    case LifeStage::pinned: life.ended = std::max(life.ended, pin.until); return true;
    case LifeStage::trash:
        life.stage = LifeStage::pinned;
        life.ended = pin.until;
        life.device = pin.device;
        return true;
    }
    return false;
}

void release(ObjectLife& life, const DeviceId& device, Millis now) {
    if (life.stage == LifeStage::pinned && life.device == device)
        life.ended = std::min(life.ended, now);
}

void expire_pin(ObjectLife& life, Millis now) {
    CHECK(life.stage == LifeStage::pinned);
    if (life.kind == ObjectKind::unclaimed)
        life = {};
    else
        to_trash(life, now);
}

void to_trash(ObjectLife& life, Millis now) {
    life.stage = LifeStage::trash;
    life.count = 0;
    life.born = 0;
    life.ended = now + kTrashTime;
    life.device = {};
}

Result<> create_node(ObjectLife& life, Sequence sequence) {
    return add_reference(life, ObjectKind::node, sequence);
}
Result<> raise_content(ObjectLife& life, Sequence sequence) {
    return add_reference(life, ObjectKind::content, sequence);
}
Result<> supersede_node(ObjectLife& life, Sequence sequence) {
    return take_reference(life, ObjectKind::node, sequence);
}
Result<> lower_content(ObjectLife& life, Sequence sequence) {
    return take_reference(life, ObjectKind::content, sequence);
}

bool Retained::has(Sequence sequence) const {
    return sequence >= window || std::ranges::binary_search(older, sequence);
}

Retained retained_roots(const std::vector<Root>& roots, Millis now) {
    CHECK(!roots.empty());
    const Millis all_since = now > kRetainAll ? now - kRetainAll : 0;
    const Millis daily_since = now > kRetainDaily ? now - kRetainDaily : 0;
    Retained retained;
    retained.window = roots.back().sequence;
    Millis begin = 0;
    for (std::size_t i = 0; i + 1 < roots.size(); ++i) {
        begin = std::max(begin, roots[i].time);
        const Millis end =
            std::max(begin, roots[i + 1].time);  // from then on another was the newest
        if (end >= all_since) {
            retained.window = roots[i].sequence;
            break;
        }
        // the last midnight at which it was the newest
        const Millis midnight = end - end % kDay;
        if (midnight > begin && midnight >= daily_since)
            retained.older.push_back(roots[i].sequence);
    }
    return retained;
}

bool is_needed(const ObjectLife& dying, const Retained& retained) {
    CHECK(dying.stage == LifeStage::dying);
    if (dying.ended > retained.window) return true;
    const auto first = std::ranges::lower_bound(retained.older, dying.born);
    return first != retained.older.end() && *first < dying.ended;
}

}  // namespace obhut::storage
