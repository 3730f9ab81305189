// The operations of a batch on spaces, and their rows in memory.
#include <algorithm>

#include "server/storage/batch_writer.h"

namespace obhut::storage {

Result<BatchWriter::SpaceEntry*> BatchWriter::find(const SpaceId& id) {
    if (const auto found = spaces_.find(id); found != spaces_.end()) return &found->second;
    const SpaceRow row = TRY(find_space(database_, id));
    return &spaces_.emplace(id, SpaceEntry{row, row}).first->second;
}

Result<BatchWriter::SpaceEntry*> BatchWriter::find_open(const SpaceId& id) {
    SpaceEntry* space = TRY(find(id));
    if (space->after.info.closed) return fail(errors::chain_ended);
    return space;
}

Result<> BatchWriter::operator()(CreateSpace& op) {
    SpaceRow row = TRY(load_space(database_, op.space));
    if (row.links > 0 || spaces_.contains(op.space)) return fail(errors::already_stored);
    row.info.space = op.space;
    if (row.number == 0) {
        row.info.owner = op.owner;
        TRY(insert_space(database_, row));
    }
    SpaceEntry& entry = spaces_.emplace(op.space, SpaceEntry{row, row}).first->second;
    entry.after.info.owner = op.owner;
    return {};
}

Result<> BatchWriter::operator()(AppendLink& op) {
    SpaceEntry* space = TRY(find_open(op.space));
    SpaceRow& row = space->after;
    if (op.sequence != row.links) return fail(errors::sequence_moved);
    if (op.sequence >> kSequenceBits != 0) return fail(errors::over_store_limit);
    const std::int64_t key = link_key(row.number, op.sequence);
    TRY(database_.run("INSERT INTO links VALUES (?, ?, ?, ?, ?)", key, static_cast<int>(op.kind),
                      op.hash, op.time, op.bytes));
    TRY(database_.run("INSERT INTO roots VALUES (?, ?)", key, op.time));
    row.links = op.sequence + 1;
    row.info.head = Head{op.sequence, op.hash, op.epoch};
    if (!row.thin_at) row.thin_at = op.time + kRetainAll;
    return {};
}

Result<> BatchWriter::operator()(SetMembers& op) {
    const std::int64_t space = TRY(find(op.space))->after.number;
    TRY(database_.run("DELETE FROM members WHERE space = ?", space));
    for (const PrincipalId& member : op.members)
        TRY(database_.run("INSERT OR IGNORE INTO members VALUES (?, ?)", member, space));
    return {};
}

Result<> BatchWriter::operator()(SetOwner& op) {
    TRY(find(op.space))->after.info.owner = op.owner;
    return {};
}

Result<> BatchWriter::operator()(PutEpoch& op) {
    const std::int64_t space = TRY(find(op.space))->after.number;
    EpochMaterial& material = op.material;
    TRY(database_.run("INSERT OR IGNORE INTO epochs VALUES (?, ?, ?)", space, material.epoch,
                      material.history_link));
    if (database_.changes() == 0) return fail(errors::already_stored);
    std::ranges::sort(material.boxes, {}, &EpochBox::index);
    for (std::size_t i = 0; i < material.boxes.size(); ++i) {
        const EpochBox& box = material.boxes[i];
        Bytes proof;
        for (const Hash& hash : box.proof) append(proof, hash.view());
        TRY(database_.run("INSERT INTO epoch_boxes VALUES (?, ?, ?, ?, ?, ?, ?)", space,
                          material.epoch, i, box.index, box.principal, box.box, proof));
    }
    return {};
}

Result<> BatchWriter::operator()(CloseSpace& op) {
    TRY(find_open(op.space))->after.info.closed = op.time;
    return {};
}

// ---- limits

Usage BatchWriter::usage_now(const SpaceEntry& space) const {
    Usage usage = space.before.usage;
    const auto objects = objects_.find(space.before.number);
    if (objects == objects_.end()) return usage;
    for (const auto& [id, entry] : objects->second) {
        const Charge before = charge_of(entry.before.life);
        const Charge after = charge_of(entry.after.life);
        usage.live += after.live - before.live;
        usage.trash += after.trash - before.trash;
    }
    return usage;
}

Result<> BatchWriter::operator()(LimitSpace& op) {
    const SpaceEntry* space = TRY(find(op.space));
    if (usage_now(*space).total() > op.bytes) return fail(errors::quota_exceeded);
    return {};
}

Result<> BatchWriter::operator()(LimitOwner& op) {
    Query row = TRY(database_.query("SELECT live + trash FROM owners WHERE owner = ?", op.owner));
    std::uint64_t used = TRY(row.step()) ? row.number(0) : 0;
    for (const auto& [id, space] : spaces_) {
        if (space.after.info.owner == op.owner) used += usage_now(space).total();
        if (space.before.info.owner == op.owner) used -= space.before.usage.total();
    }
    if (used > op.bytes) return fail(errors::quota_exceeded);
    return {};
}

Result<> BatchWriter::operator()(LimitUploads& op) {
    Query row = TRY(database_.query("SELECT bytes FROM uploads WHERE device = ?", op.device));
    std::uint64_t used = TRY(row.step()) ? row.number(0) : 0;
    for (const auto& [space, objects] : objects_)
        for (const auto& [id, entry] : objects) {
            if (entry.after.life.device == op.device) used += charge_of(entry.after.life).pinned;
            if (entry.before.life.device == op.device) used -= charge_of(entry.before.life).pinned;
        }
    if (used > op.bytes) return fail(errors::quota_exceeded);
    return {};
}

}  // namespace obhut::storage
