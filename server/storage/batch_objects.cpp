// The operations of a batch on objects, and how a batch is written out.
#include "core/base/check.h"
#include "server/storage/batch_writer.h"

namespace obhut::storage {

SegmentStaged::SegmentStaged(Segments& segments, Place place, SegmentEntry entry)
    : segments_(segments), place_(place), entry_(entry) {
    segments_.hold(place_.segment);
}

SegmentStaged::~SegmentStaged() { segments_.release(place_.segment); }

Result<BatchWriter::ObjectEntry*> BatchWriter::touch(const SpaceEntry& space, const ObjectId& id) {
    Objects& objects = objects_[space.after.number];
    if (const auto found = objects.find(id); found != objects.end()) return &found->second;
    const ObjectRow row = TRY(load_object(database_, space.after.number, id, true));
    return &objects.emplace(id, ObjectEntry{row, row, nullptr}).first->second;
}

Result<> BatchWriter::operator()(PutObjects& op) {
    const SpaceEntry* space = TRY(find_open(op.space));
    for (NewObject& object : op.objects) {
        ObjectEntry* entry = TRY(touch(*space, object.id));
        if (entry->after.life.stage == LifeStage::absent) entry->fresh = &object;
        const std::size_t length = object.staged ? object.staged->length() : object.bytes.size();
        put(entry->after.life, op.pin, static_cast<std::uint32_t>(length));
    }
    return {};
}

Result<> BatchWriter::operator()(RenewPins& op) {
    const SpaceEntry* space = TRY(find_open(op.space));
    for (const ObjectId& id : op.objects)
        if (!renew(TRY(touch(*space, id))->after.life, op.pin)) outcome_.missing.push_back(id);
    return {};
}

Result<> BatchWriter::operator()(ReleasePins& op) {
    const SpaceEntry* space = TRY(find_open(op.space));
    for (const ObjectId& id : op.objects)
        release(TRY(touch(*space, id))->after.life, op.device, op.now);
    return {};
}

Result<> BatchWriter::claim(const SpaceEntry& space, const ApplyLists& op) {
    const auto apply = [&](const std::vector<ObjectId>& ids, auto rule) -> Result<> {
        for (const ObjectId& id : ids) TRY(rule(TRY(touch(space, id))->after.life, op.sequence));
        return {};
    };
    TRY(apply(op.lists.created, create_node));
    TRY(apply(op.lists.raised, raise_content));
    TRY(apply(op.lists.superseded, supersede_node));
    return apply(op.lists.lowered, lower_content);
}

Result<> BatchWriter::operator()(ApplyLists& op) {
    const SpaceEntry* space = TRY(find_open(op.space));
    for (const auto* wanted : {&op.lists.created, &op.lists.raised})
        for (const ObjectId& id : *wanted)
            if (TRY(touch(*space, id))->after.life.stage == LifeStage::absent)
                outcome_.missing.push_back(id);
    if (!outcome_.missing.empty()) return fail(errors::objects_missing);
    TRY(claim(*space, op));
    return database_.run("INSERT OR REPLACE INTO lists VALUES (?, ?)",
                         link_key(space->after.number, op.sequence), op.encoded);
}

// ---- writing out

Result<> BatchWriter::write_fresh(const SpaceId& space, const ObjectId& id, ObjectEntry& entry) {
    NewObject& object = *entry.fresh;
    if (object.staged) {
        const auto& staged = dynamic_cast<const SegmentStaged&>(*object.staged);
        CHECK(staged.entry().space == space && staged.entry().id == id);
        entry.after.place = staged.place();
    } else {
        entry.after.place = {segment_.number(), TRY(segment_.append(space, id, object.bytes))};
    }
    return {};
}

Result<> BatchWriter::write_objects(const SpaceEntry& space, Objects& objects) {
    for (auto& [id, entry] : objects) {
        const ObjectLife& before = entry.before.life;
        const ObjectLife& after = entry.after.life;
        if (before == after) continue;
        if (before.stage == LifeStage::absent) {
            TRY(write_fresh(space.after.info.space, id, entry));
            live_[entry.after.place.segment] +=
                static_cast<std::int64_t>(record_size(after.length));
        }
        TRY(store_object(database_, space.after.number, id, entry.before, entry.after));
        device_changes_[before.device] -= static_cast<std::int64_t>(charge_of(before).pinned);
        device_changes_[after.device] += static_cast<std::int64_t>(charge_of(after).pinned);
    }
    return {};
}

Result<> BatchWriter::finish() {
    for (auto& [id, space] : spaces_) {
        space.after.usage = usage_now(space);
        if (const auto objects = objects_.find(space.after.number); objects != objects_.end())
            TRY(write_objects(space, objects->second));
        const Owner& old_owner = space.before.info.owner;
        const Owner& new_owner = space.after.info.owner;
        if (old_owner == new_owner) {
            TRY(charge_owner(database_, new_owner, space.before.usage, space.after.usage));
        } else {
            TRY(charge_owner(database_, old_owner, space.before.usage, {}));
            TRY(charge_owner(database_, new_owner, {}, space.after.usage));
        }
        TRY(update_space(database_, space.after));
    }
    for (const auto& [device, change] : device_changes_)
        TRY(charge_device(database_, device, change));
    return {};
}

}  // namespace obhut::storage
