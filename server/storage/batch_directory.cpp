// The operations of a batch on the server's state, the log, its materials and the records.
#include "server/storage/batch_writer.h"

namespace obhut::storage {

Result<std::uint64_t> BatchWriter::next_count(const char* name) {
    Query row =
        TRY(database_.query("INSERT INTO counters VALUES (?, 1) "
                            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                            std::string_view(name)));
    if (!TRY(row.step())) return fail(errors::database_failed);
    const std::uint64_t value = row.number(0);
    TRY(row.step());
    return value;
}

// ---- the server itself

Result<> BatchWriter::operator()(CreateServer& op) {
    TRY(database_.run("INSERT OR IGNORE INTO server VALUES (1, ?, ?, ?, ?)", op.state.incarnation,
                      op.state.log_name, op.state.log_seed.expose(), op.state.org));
    if (database_.changes() == 0) return fail(errors::already_stored);
    return {};
}

Result<> BatchWriter::operator()(SetOrganisation& op) {
    TRY(database_.run("UPDATE server SET org = ? WHERE org IS NULL", op.org));
    if (database_.changes() == 1) return {};
    Query row = TRY(database_.query("SELECT 1 FROM server"));
    return TRY(row.step()) ? fail(errors::already_stored) : fail(errors::not_stored);
}

Result<> BatchWriter::operator()(SetIncarnation& op) {
    Query row = TRY(database_.query("SELECT incarnation FROM server"));
    if (!TRY(row.step())) return fail(errors::not_stored);
    if (row.number(0) != op.expected || op.next <= op.expected) return fail(errors::version_moved);
    return database_.run("UPDATE server SET incarnation = ?", op.next);
}

// ---- the log

Result<> BatchWriter::operator()(AppendLog& op) {
    {
        Query row = TRY(database_.query("SELECT coalesce(max(position) + 1, 0) FROM log"));
        TRY(row.step());
        if (row.number(0) != op.expected_size) return fail(errors::sequence_moved);
    }
    std::uint64_t position = op.expected_size;
    for (const Bytes& leaf : op.leaves)
        TRY(database_.run("INSERT INTO log VALUES (?, ?)", position++, leaf));
    return {};
}

Result<> BatchWriter::operator()(PutTile& op) {
    return database_.run(
        "INSERT INTO tiles VALUES (?1, ?2, ?3) ON CONFLICT (level, number) DO UPDATE SET hashes = "
        "?3 "
        "WHERE length(hashes) < length(?3)",
        op.level, op.index, op.hashes);
}

Result<> BatchWriter::operator()(PutNote& op) {
    return database_.run("INSERT OR REPLACE INTO note VALUES (1, ?)", op.note);
}

// ---- materials

Result<> BatchWriter::operator()(PutKemKey& op) {
    return database_.run("INSERT OR IGNORE INTO kem_keys VALUES (?, ?)", op.hash, op.key);
}

Result<> BatchWriter::operator()(PutGeneration& op) {
    const Generation& generation = op.generation;
    TRY(database_.run("INSERT OR IGNORE INTO generations VALUES (?, ?, ?)", generation.principal,
                      generation.number, generation.key_link));
    if (database_.changes() == 0) return fail(errors::already_stored);
    std::int64_t place = 0;
    for (const GenerationBox& box : generation.boxes)
        TRY(database_.run("INSERT INTO generation_boxes VALUES (?, ?, ?, ?, ?)",
                          generation.principal, generation.number, place++, box.recipient,
                          box.box));
    return {};
}

Result<> BatchWriter::operator()(PutKit& op) {
    const Kit& kit = op.kit;
    return database_.run("INSERT OR REPLACE INTO kits VALUES (?, ?, ?, ?, ?)", kit.user,
                         kit.password_auth_hash, kit.password_blob, kit.recovery_auth_hash,
                         kit.recovery_blob);
}

Result<> BatchWriter::operator()(PutOpening& op) {
    const std::uint64_t order = TRY(next_count("opening"));
    return database_.run("INSERT OR REPLACE INTO openings VALUES (?, ?, ?, ?)", op.opening.user,
                         as_bytes(op.opening.email), op.opening.salt, order);
}

Result<> BatchWriter::operator()(EraseOpening& op) {
    return database_.run("DELETE FROM openings WHERE user = ?", op.user);
}

// ---- records

Result<> BatchWriter::expect_version(Area area, const Bytes& key, std::optional<Version> expected,
                                     Millis now) {
    if (!expected) return {};
    Query row =
        TRY(database_.query("SELECT version, expires FROM records WHERE area = ? AND key = ?",
                            static_cast<int>(area), key));
    Version version = 0;
    if (TRY(row.step())) {
        const auto expires = row.optional_number(1);
        if (!expires || *expires > now) version = row.number(0);
    }
    if (version != *expected) return fail(errors::version_moved);
    return {};
}

Result<> BatchWriter::operator()(PutRecord& op) {
    TRY(expect_version(op.area, op.key, op.expected, op.now));
    const Version version = TRY(next_count("version"));
    return database_.run("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)",
                         static_cast<int>(op.area), op.key, op.value, version, op.expires);
}

Result<> BatchWriter::operator()(RemoveRecord& op) {
    TRY(expect_version(op.area, op.key, op.expected, op.now));
    return database_.run("DELETE FROM records WHERE area = ? AND key = ?",
                         static_cast<int>(op.area), op.key);
}

}  // namespace obhut::storage
