// Rows of spaces and objects, as the SQLite adapter loads and stores them. A function uses the
// connection it is given; threads as for that.
#pragma once

#include "server/storage/object_life.h"
#include "server/storage/schema.h"

namespace obhut::storage {

struct SpaceRow {
    std::int64_t number = 0;  // 0: not in the table
    SpaceHead info;
    std::uint64_t links =
        0;  // length of the chain; 0 if only segments have told of the space (rebuild.h)
    Usage usage;
    std::optional<Millis> thin_at;  // when retained roots are to be looked at next
};

// load_space gives a row with number 0 if there is none.
Result<SpaceRow> load_space(Database& database, const SpaceId& id);
Result<SpaceRow> load_space(Database& database, std::int64_t number);
// find_space is load_space for chains that have begun; not_stored otherwise.
Result<SpaceRow> find_space(Database& database, const SpaceId& id);
// insert_space stores a new row and sets its number; update_space stores one that is there.
Result<> insert_space(Database& database, SpaceRow& row);
Result<> update_space(Database& database, const SpaceRow& row);
// charge_owner changes what an owner is charged.
Result<> charge_owner(Database& database, const Owner& owner, const Usage& before,
                      const Usage& after);

// Place is where an object's record begins.
struct Place {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
};

struct ObjectRow {
    Place place;
    ObjectLife life;  // absent: no row
};

// load_object gives the device of a pin only if asked for it, since that is a second look-up.
Result<ObjectRow> load_object(Database& database, std::int64_t space, const ObjectId& id,
                              bool with_device);
// store_object writes the difference, in the table of objects and those of pins, dying and trash.
Result<> store_object(Database& database, std::int64_t space, const ObjectId& id,
                      const ObjectRow& before, const ObjectRow& after);
// charge_device changes the pinned bytes of a device.
Result<> charge_device(Database& database, const DeviceId& device, std::int64_t change);

}  // namespace obhut::storage
