#include "server/storage/audit_sums.h"

#include <array>
#include <map>

#include "server/storage/errors.h"
#include "server/storage/object_life.h"
#include "server/storage/segment_format.h"

namespace obhut::storage {
namespace {

constexpr std::uint64_t kTellEvery = 100'000;  // objects

// What disagrees, as the detail of index_corrupt.
enum class Sum : std::uint8_t { segments, spaces, owners, devices, side_tables, chains, log };

std::unexpected<Error> contradiction(Sum sum) {
    return fail(errors::index_corrupt, static_cast<std::int32_t>(sum));
}

// Each statement gives a row for something that is not as it should be. They go through one table
// and look up in another.
struct Contradiction {
    Sum sum;
    const char* sql;
};
constexpr Contradiction kContradictions[] = {
    {Sum::owners,
     "SELECT o.owner FROM owners o LEFT JOIN (SELECT owner, sum(live) AS live, sum(trash) AS trash "
     "FROM spaces GROUP BY owner) s ON s.owner = o.owner "
     "WHERE o.live <> coalesce(s.live, 0) OR o.trash <> coalesce(s.trash, 0)"},
    // stages: 1 pinned, 3 dying, 4 trash. That there are as many rows as objects of the stage is
    // compared besides, so each object has its own.
    {Sum::side_tables,
     "SELECT 1 FROM pins p LEFT JOIN objects o ON o.space = p.space AND o.id = p.id "
     "WHERE o.id IS NULL OR o.life & 15 <> 1 OR o.ended <> p.until LIMIT 1"},
    {Sum::side_tables,
     "SELECT 1 FROM dying d LEFT JOIN objects o ON o.space = d.space AND o.id = d.id "
     "WHERE o.id IS NULL OR o.life & 15 <> 3 OR o.ended <> d.ended LIMIT 1"},
    {Sum::side_tables,
     "SELECT 1 FROM trash t LEFT JOIN objects o ON o.space = t.space AND o.id = t.id "
     "WHERE o.id IS NULL OR o.life & 15 <> 4 OR o.ended <> t.until LIMIT 1"},
    {Sum::chains,
     "SELECT s.number FROM spaces s WHERE s.links <> (SELECT count(*) FROM links WHERE key BETWEEN "
     "s.number << 40 AND ((s.number + 1) << 40) - 1)"},
    {Sum::log,
     "SELECT 1 WHERE (SELECT count(*) FROM log) <> (SELECT coalesce(max(position) + 1, 0) FROM "
     "log)"},
};

// What the objects come to.
struct Counted {
    struct Bytes {
        std::uint64_t live = 0;
        std::uint64_t trash = 0;
    };
    std::map<std::int64_t, std::uint64_t> segments;  // live bytes by number
    std::map<std::int64_t, Bytes> spaces;            // by number
    std::array<std::uint64_t, 16> stages{};
    std::uint64_t objects = 0;
};

Result<Counted> count_objects(Database& database, const AuditWatch& watch) {
    Counted counted;
    Query row = TRY(database.query("SELECT space, segment, length, life FROM objects"));
    while (TRY(row.step())) {
        const auto length = static_cast<std::uint32_t>(row.number(2));
        const auto stage = static_cast<LifeStage>(row.number(3) & 15);
        counted.segments[row.integer(1)] += record_size(length);
        Counted::Bytes& space = counted.spaces[row.integer(0)];
        if (stage == LifeStage::counted || stage == LifeStage::dying) space.live += length;
        if (stage == LifeStage::trash) space.trash += length;
        ++counted.stages[row.number(3) & 15];
        ++counted.objects;
        if (watch && counted.objects % kTellEvery == 0)
            watch({AuditProgress::Phase::sums, counted.objects, 0});
    }
    return counted;
}

// Each segment and space is struck from what was counted; what is left has no row.
Result<> compare_segments(Database& database, Counted& counted) {
    Query row = TRY(database.query("SELECT number, live FROM segments"));
    while (TRY(row.step())) {
        const auto found = counted.segments.extract(row.integer(0));
        if (row.number(1) != (found ? found.mapped() : 0)) return contradiction(Sum::segments);
    }
    return counted.segments.empty() ? Result<>() : contradiction(Sum::segments);
}

Result<> compare_spaces(Database& database, Counted& counted) {
    Query row = TRY(database.query("SELECT number, live, trash FROM spaces"));
    while (TRY(row.step())) {
        const auto found = counted.spaces.extract(row.integer(0));
        const Counted::Bytes bytes = found ? found.mapped() : Counted::Bytes{};
        if (row.number(1) != bytes.live || row.number(2) != bytes.trash)
            return contradiction(Sum::spaces);
    }
    return counted.spaces.empty() ? Result<>() : contradiction(Sum::spaces);
}

Result<> compare_side_tables(Database& database, const Counted& counted) {
    struct Side {
        LifeStage stage;
        const char* sql;
    };
    for (const Side& side : {Side{LifeStage::pinned, "SELECT count(*) FROM pins"},
                             Side{LifeStage::dying, "SELECT count(*) FROM dying"},
                             Side{LifeStage::trash, "SELECT count(*) FROM trash"}}) {
        Query row = TRY(database.query(side.sql));
        if (!TRY(row.step()) ||
            row.number(0) != counted.stages[static_cast<std::size_t>(side.stage)])
            return contradiction(Sum::side_tables);
    }
    return {};
}

Result<> compare_devices(Database& database) {
    std::map<DeviceId, std::uint64_t> pinned;
    {
        Query row =
            TRY(database.query("SELECT p.device, o.length FROM pins p CROSS JOIN objects o "
                               "ON o.space = p.space AND o.id = p.id"));
        while (TRY(row.step())) pinned[TRY(row.fixed<DeviceId>(0))] += row.number(1);
    }
    Query row = TRY(database.query("SELECT device, bytes FROM uploads"));
    while (TRY(row.step())) {
        const auto found = pinned.extract(TRY(row.fixed<DeviceId>(0)));
        if (row.number(1) != (found ? found.mapped() : 0)) return contradiction(Sum::devices);
    }
    return pinned.empty() ? Result<>() : contradiction(Sum::devices);
}

}  // namespace

Result<std::uint64_t> check_sums(Database& database, const AuditWatch& watch) {
    Counted counted = TRY(count_objects(database, watch));
    TRY(compare_segments(database, counted));
    TRY(compare_spaces(database, counted));
    TRY(compare_side_tables(database, counted));
    for (const Contradiction& contradicted : kContradictions) {
        Query row = TRY(database.query(contradicted.sql));
        if (TRY(row.step())) return contradiction(contradicted.sum);
    }
    TRY(compare_devices(database));
    return counted.objects;
}

}  // namespace obhut::storage
