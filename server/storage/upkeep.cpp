#include "server/storage/upkeep.h"

namespace obhut::storage {
namespace {

constexpr std::size_t kJobRows = 1000;  // objects changed between two requests
constexpr std::size_t kSpaces = 50;     // spaces looked at by one call
constexpr Millis kThinEvery = kHour;    // how often a space's roots are looked at

Result<std::vector<Root>> load_roots(Database& database, std::int64_t space) {
    Query row =
        TRY(database.query("SELECT key, time FROM roots WHERE key BETWEEN ? AND ? ORDER BY key",
                           link_key(space, 0), link_key(space + 1, 0) - 1));
    std::vector<Root> roots;
    while (TRY(row.step())) roots.push_back({sequence_of(row.integer(0)), row.number(1)});
    return roots;
}

Result<> forget_roots(Database& database, std::int64_t space, const std::vector<Root>& roots,
                      const Retained& retained) {
    for (const Root& root : roots) {
        if (retained.has(root.sequence)) continue;
        TRY(database.run("DELETE FROM roots WHERE key = ?", link_key(space, root.sequence)));
        TRY(database.run("DELETE FROM lists WHERE key = ?", link_key(space, root.sequence)));
    }
    return {};
}

}  // namespace

Result<TendReport> Upkeep::tend(Millis now) {
    const std::scoped_lock lock(mutex_);
    TendReport report;
    TRY(expire_records(now, report));
    TRY(remove_spaces(now, report));
    TRY(thin_spaces(now, report));
    TRY(expire_pins(now, report));
    TRY(scrub(now, report));
    report.more |= TRY(compaction_.step(report.bytes_freed));
    return report;
}

Result<> Upkeep::expire_records(Millis now, TendReport& report) {
    std::int64_t removed = 0;
    TRY(committer_.run([&](Database& database, LiveChanges&) -> Result<> {
        TRY(database.run(
            "DELETE FROM records WHERE rowid IN "
            "(SELECT rowid FROM records WHERE expires IS NOT NULL AND expires <= ? LIMIT ?)",
            now, kJobRows));
        removed = database.changes();
        return {};
    }));
    report.expired_records += static_cast<std::uint64_t>(removed);
    report.more |= static_cast<std::size_t>(removed) == kJobRows;
    return {};
}

Result<std::vector<std::int64_t>> Upkeep::due_spaces(const char* sql, Millis time) {
    Readers::Reader reader = TRY(readers_.borrow());
    Query row = TRY((*reader).query(sql, time, kSpaces));
    std::vector<std::int64_t> numbers;
    while (TRY(row.step())) numbers.push_back(row.integer(0));
    return numbers;
}

// ---- closed spaces

// remove_some removes a part of what a space has; false when nothing is left.
Result<bool> Upkeep::remove_some(std::int64_t space) {
    bool more = true;
    TRY(committer_.run([&](Database& database, LiveChanges& live) -> Result<> {
        std::vector<ObjectId> ids;
        {
            Query row = TRY(
                database.query("SELECT id FROM objects WHERE space = ? LIMIT ?", space, kJobRows));
            while (TRY(row.step())) ids.push_back(TRY(row.fixed<ObjectId>(0)));
        }
        if (!ids.empty()) {
            LifeEditor editor(database, live);
            for (const ObjectId& id : ids)
                TRY(editor.edit(space, id, [](ObjectLife& life) { life = {}; }));
            return editor.finish();
        }
        const std::int64_t first = link_key(space, 0);
        const std::int64_t last = link_key(space + 1, 0) - 1;
        TRY(database.run("DELETE FROM roots WHERE key BETWEEN ? AND ?", first, last));
        TRY(database.run("DELETE FROM lists WHERE key BETWEEN ? AND ?", first, last));
        TRY(
            database.run("DELETE FROM links WHERE key IN (SELECT key FROM links WHERE key BETWEEN "
                         "? AND ? LIMIT ?)",
                         first, last, kJobRows));
        if (static_cast<std::size_t>(database.changes()) == kJobRows) return {};
        TRY(database.run("DELETE FROM epoch_boxes WHERE space = ?", space));
        TRY(database.run("DELETE FROM epochs WHERE space = ?", space));
        TRY(database.run("DELETE FROM members WHERE space = ?", space));
        TRY(database.run("DELETE FROM spaces WHERE number = ?", space));
        more = false;
        return {};
    }));
    return more;
}

Result<> Upkeep::remove_spaces(Millis now, TendReport& report) {
    if (now < kTrashTime) return {};
    const auto due =
        TRY(due_spaces("SELECT number FROM spaces WHERE closed IS NOT NULL AND closed <= ? LIMIT ?",
                       now - kTrashTime));
    for (const std::int64_t space : due)
        while (TRY(remove_some(space))) continue;
    report.more |= due.size() == kSpaces;
    return {};
}

// ---- retained roots

Result<> Upkeep::thin_spaces(Millis now, TendReport& report) {
    const auto due =
        TRY(due_spaces("SELECT number FROM spaces WHERE thin_at IS NOT NULL AND thin_at <= ? ORDER "
                       "BY thin_at LIMIT ?",
                       now));
    for (const std::int64_t space : due) TRY(thin(space, now, report));
    report.more |= due.size() == kSpaces;
    return {};
}

Result<> Upkeep::thin(std::int64_t space, Millis now, TendReport& report) {
    Cursor cursor;
    for (bool done = false; !done;) {
        TRY(committer_.run([&](Database& database, LiveChanges& live) -> Result<> {
            const std::vector<Root> roots = TRY(load_roots(database, space));
            if (roots.empty()) return fail(errors::index_corrupt);
            const Retained retained = retained_roots(roots, now);
            TRY(forget_roots(database, space, roots, retained));
            std::vector<Cursor> dying;
            {
                Query row =
                    TRY(database.query("SELECT ended, id FROM dying WHERE space = ?1 AND ended <= "
                                       "?2 AND (ended, id) > (?3, ?4) "
                                       "ORDER BY ended, id LIMIT ?5",
                                       space, retained.window, cursor.ended, cursor.id, kJobRows));
                while (TRY(row.step()))
                    dying.push_back({row.number(0), TRY(row.fixed<ObjectId>(1))});
            }
            LifeEditor editor(database, live);
            for (const Cursor& object : dying)
                TRY(editor.edit(space, object.id, [&](ObjectLife& life) {
                    if (is_needed(life, retained)) return;
                    to_trash(life, now);
                    ++report.trashed;
                }));
            TRY(editor.finish());
            done = dying.size() < kJobRows;
            if (!done) cursor = dying.back();
            // with one root and nothing dying there is nothing to come until the next link
            return database.run(
                "UPDATE spaces SET thin_at = CASE WHEN ?2 OR EXISTS (SELECT 1 FROM dying WHERE "
                "space = ?1) "
                "THEN ?3 END WHERE number = ?1",
                space, retained.window != roots.back().sequence || !retained.older.empty(),
                now + kThinEvery);
        }));
    }
    return {};
}

// ---- pins and trash

Result<> Upkeep::expire_pins(Millis now, TendReport& report) {
    std::size_t count = 0;
    TRY(committer_.run([&](Database& database, LiveChanges& live) -> Result<> {
        std::vector<Due> due;
        {
            Query row = TRY(database.query("SELECT space, id FROM pins WHERE until <= ? LIMIT ?",
                                           now, kJobRows));
            while (TRY(row.step())) due.push_back({row.integer(0), TRY(row.fixed<ObjectId>(1))});
        }
        LifeEditor editor(database, live);
        for (const Due& object : due)
            TRY(editor.edit(object.space, object.id,
                            [&](ObjectLife& life) { expire_pin(life, now); }));
        count = due.size();
        return editor.finish();
    }));
    report.expired_pins += count;
    report.more |= count == kJobRows;
    return {};
}

Result<> Upkeep::scrub(Millis now, TendReport& report) {
    std::size_t count = 0;
    TRY(committer_.run([&](Database& database, LiveChanges& live) -> Result<> {
        std::vector<Due> due;
        {
            Query row = TRY(database.query("SELECT space, id FROM trash WHERE until <= ? LIMIT ?",
                                           now, kJobRows));
            while (TRY(row.step())) due.push_back({row.integer(0), TRY(row.fixed<ObjectId>(1))});
        }
        LifeEditor editor(database, live);
        for (const Due& object : due)
            TRY(editor.edit(object.space, object.id, [](ObjectLife& life) { life = {}; }));
        count = due.size();
        return editor.finish();
    }));
    report.scrubbed += count;
    report.more |= count == kJobRows;
    return {};
}

}  // namespace obhut::storage
