#include "server/storage/rows.h"

#include "server/storage/errors.h"

namespace obhut::storage {
namespace {

constexpr int kKindShift = 4;
constexpr std::int64_t kStageMask = 15;

std::int64_t encode_life(const ObjectLife& life) {
    return static_cast<std::int64_t>(life.stage) | static_cast<std::int64_t>(life.kind)
                                                       << kKindShift;
}

Result<> decode_life(std::int64_t value, ObjectLife& life) {
    const std::int64_t stage = value & kStageMask;
    const std::int64_t kind = value >> kKindShift;
    if (stage < 1 || stage > 4 || kind < 0 || kind > 2) return fail(errors::index_corrupt);
    life.stage = static_cast<LifeStage>(stage);
    life.kind = static_cast<ObjectKind>(kind);
    return {};
}

// Columns of a space in the order of read_space.
#define OBHUT_SPACE_COLUMNS "number, id, owner, links, hash, epoch, closed, live, trash, thin_at"

Result<SpaceRow> read_space(Query& query) {
    SpaceRow row;
    if (!TRY(query.step())) return row;
    row.number = query.integer(0);
    row.info.space = TRY(query.fixed<SpaceId>(1));
    row.info.owner = TRY(query.fixed<Owner>(2));
    row.links = query.number(3);
    row.info.head.sequence = row.links == 0 ? 0 : row.links - 1;
    row.info.head.hash = TRY(query.fixed<Hash>(4));
    row.info.head.epoch = static_cast<Epoch>(query.number(5));
    row.info.closed = query.optional_number(6);
    row.usage = {query.number(7), query.number(8)};
    row.thin_at = query.optional_number(9);
    return row;
}

// What the side tables hold about an object in a stage that has an end.
Result<> insert_side(Database& database, std::int64_t space, const ObjectId& id,
                     const ObjectLife& life) {
    switch (life.stage) {
    case LifeStage::pinned:
        return database.run("INSERT INTO pins VALUES (?, ?, ?, ?)", life.ended, space, id,
                            life.device);
    case LifeStage::dying:
        return database.run("INSERT INTO dying VALUES (?, ?, ?)", space, life.ended, id);
    case LifeStage::trash:
        return database.run("INSERT INTO trash VALUES (?, ?, ?)", life.ended, space, id);
    case LifeStage::absent:
    case LifeStage::counted: break;
    }
    return {};
}

Result<> delete_side(Database& database, std::int64_t space, const ObjectId& id,
                     const ObjectLife& life) {
    switch (life.stage) {
    case LifeStage::pinned:
        return database.run("DELETE FROM pins WHERE until = ? AND space = ? AND id = ?", life.ended,
                            space, id);
    case LifeStage::dying:
        return database.run("DELETE FROM dying WHERE space = ? AND ended = ? AND id = ?", space,
                            life.ended, id);
    case LifeStage::trash:
        return database.run("DELETE FROM trash WHERE until = ? AND space = ? AND id = ?",
                            life.ended, space, id);
    case LifeStage::absent:
    case LifeStage::counted: break;
    }
    return {};
}

bool same_side(const ObjectLife& a, const ObjectLife& b) {
    return a.stage == b.stage && a.ended == b.ended && a.device == b.device;
}

}  // namespace

Result<SpaceRow> load_space(Database& database, const SpaceId& id) {
    Query query =
        TRY(database.query("SELECT " OBHUT_SPACE_COLUMNS " FROM spaces WHERE id = ?", id));
    return read_space(query);
}

Result<SpaceRow> load_space(Database& database, std::int64_t number) {
    Query query =
        TRY(database.query("SELECT " OBHUT_SPACE_COLUMNS " FROM spaces WHERE number = ?", number));
    return read_space(query);
}

Result<SpaceRow> find_space(Database& database, const SpaceId& id) {
    const SpaceRow row = TRY(load_space(database, id));
    if (row.links == 0) return fail(errors::not_stored);
    return row;
}

Result<> insert_space(Database& database, SpaceRow& row) {
    Query query =
        TRY(database.query("INSERT INTO spaces (id, owner, links, hash, epoch, live, trash) VALUES "
                           "(?, ?, 0, ?, 0, 0, 0) "
                           "RETURNING number",
                           row.info.space, row.info.owner, row.info.head.hash));
    if (!TRY(query.step())) return fail(errors::database_failed);
    row.number = query.integer(0);
    TRY(query.step());
    return {};
}

Result<> update_space(Database& database, const SpaceRow& row) {
    const SpaceHead& info = row.info;
    return database.run(
        "UPDATE spaces SET owner = ?, links = ?, hash = ?, epoch = ?, closed = ?, live = ?, trash "
        "= ?, "
        "thin_at = ? WHERE number = ?",
        info.owner, row.links, info.head.hash, info.head.epoch, info.closed, row.usage.live,
        row.usage.trash, row.thin_at, row.number);
}

Result<> charge_owner(Database& database, const Owner& owner, const Usage& before,
                      const Usage& after) {
    if (before == after) return {};
    const auto live = static_cast<std::int64_t>(after.live - before.live);
    const auto trash = static_cast<std::int64_t>(after.trash - before.trash);
    return database.run(
        "INSERT INTO owners VALUES (?1, ?2, ?3) "
        "ON CONFLICT (owner) DO UPDATE SET live = live + ?2, trash = trash + ?3",
        owner, live, trash);
}

Result<ObjectRow> load_object(Database& database, std::int64_t space, const ObjectId& id,
                              bool with_device) {
    Query query =
        TRY(database.query("SELECT segment, offset, length, life, count, born, ended FROM objects "
                           "WHERE space = ? AND id = ?",
                           space, id));
    ObjectRow row;
    if (!TRY(query.step())) return row;
    row.place = {query.number(0), query.number(1)};
    row.life.length = static_cast<std::uint32_t>(query.number(2));
    TRY(decode_life(query.integer(3), row.life));
    row.life.count = query.number(4);
    row.life.born = query.number(5);
    row.life.ended = query.number(6);
    if (row.life.stage != LifeStage::pinned || !with_device) return row;
    Query pin =
        TRY(database.query("SELECT device FROM pins WHERE until = ? AND space = ? AND id = ?",
                           row.life.ended, space, id));
    if (!TRY(pin.step())) return fail(errors::index_corrupt);
    row.life.device = TRY(pin.fixed<DeviceId>(0));
    return row;
}

Result<> store_object(Database& database, std::int64_t space, const ObjectId& id,
                      const ObjectRow& before, const ObjectRow& after) {
    if (before.life == after.life) return {};
    if (!same_side(before.life, after.life)) {
        TRY(delete_side(database, space, id, before.life));
        TRY(insert_side(database, space, id, after.life));
    }
    const ObjectLife& life = after.life;
    if (life.stage == LifeStage::absent)
        return database.run("DELETE FROM objects WHERE space = ? AND id = ?", space, id);
    if (before.life.stage == LifeStage::absent)
        return database.run("INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", space, id,
                            after.place.segment, after.place.offset, life.length, encode_life(life),
                            life.count, life.born, life.ended);
    return database.run(
        "UPDATE objects SET life = ?, count = ?, born = ?, ended = ? WHERE space = ? AND id = ?",
        encode_life(life), life.count, life.born, life.ended, space, id);
}

Result<> charge_device(Database& database, const DeviceId& device, std::int64_t change) {
    if (change == 0) return {};
    return database.run(
        "INSERT INTO uploads VALUES (?1, ?2) ON CONFLICT (device) DO UPDATE SET bytes = bytes + ?2",
        device, change);
}

}  // namespace obhut::storage
