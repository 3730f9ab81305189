// Reading of the SQLite adapter, objects apart.
#include <algorithm>

#include "server/storage/sqlite_store.h"

namespace obhut::storage {
namespace {

constexpr std::uint64_t kMaxSequence = (std::uint64_t{1} << kSequenceBits) - 1;

// one_row steps to the only row, or fails with not_stored.
Result<> one_row(Query& query) {
    if (!TRY(query.step())) return fail(errors::not_stored);
    return {};
}

// after_prefix is the first key behind all that begin with the prefix; nothing if there is none.
std::optional<Bytes> after_prefix(ByteView prefix) {
    Bytes end = to_bytes(prefix);
    while (!end.empty() && end.back() == 0xFF) end.pop_back();
    if (end.empty()) return {};
    ++end.back();
    return end;
}

Result<std::vector<Hash>> split_proof(ByteView proof) {
    if (proof.size() % Hash::kSize != 0) return fail(errors::index_corrupt);
    std::vector<Hash> hashes;
    for (std::size_t at = 0; at < proof.size(); at += Hash::kSize)
        hashes.push_back(Hash::from(proof.subspan(at, Hash::kSize)));
    return hashes;
}

Result<EpochBox> read_box(const Query& row) {
    EpochBox box;
    box.index = static_cast<std::uint32_t>(row.number(0));
    box.principal = TRY(row.fixed<PrincipalId>(1));
    box.box = row.bytes(2);
    box.proof = TRY(split_proof(row.view(3)));
    return box;
}

}  // namespace

// ---- the server and the log

Result<ServerState> SqliteStore::server_state() {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row = TRY((*reader).query("SELECT incarnation, log_name, log_seed, org FROM server"));
    TRY(one_row(row));
    ServerState state;
    state.incarnation = row.number(0);
    state.log_name = row.text(1);
    if (row.view(2).size() != 32) return fail(errors::index_corrupt);
    state.log_seed = Secret<32>(row.view(2));
    if (!row.is_null(3)) state.org = TRY(row.fixed<OrgId>(3));
    return state;
}

Result<std::uint64_t> SqliteStore::log_size() {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row = TRY((*reader).query("SELECT coalesce(max(position) + 1, 0) FROM log"));
    TRY(one_row(row));
    return row.number(0);
}

Result<std::vector<Bytes>> SqliteStore::log_entries(std::uint64_t from, std::size_t max_bytes) {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row =
        TRY((*reader).query("SELECT leaf FROM log WHERE position >= ? ORDER BY position", from));
    std::vector<Bytes> entries;
    std::size_t bytes = 0;
    while (TRY(row.step())) {
        bytes += row.view(0).size();
        if (!entries.empty() && bytes > max_bytes) break;
        entries.push_back(row.bytes(0));
    }
    return entries;
}

Result<Bytes> SqliteStore::tile(std::uint32_t level, std::uint64_t index) {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row = TRY(
        (*reader).query("SELECT hashes FROM tiles WHERE level = ? AND number = ?", level, index));
    TRY(one_row(row));
    return row.bytes(0);
}

Result<std::string> SqliteStore::note() {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row = TRY((*reader).query("SELECT text FROM note"));
    TRY(one_row(row));
    return row.text(0);
}

// ---- materials

Result<std::vector<KemPublicKey>> SqliteStore::kem_keys(const std::vector<KemKeyHash>& hashes) {
    Readers::Reader reader = TRY(readers_->borrow());
    std::vector<KemPublicKey> keys;
    for (const KemKeyHash& hash : hashes) {
        Query row = TRY((*reader).query("SELECT key FROM kem_keys WHERE hash = ?", hash));
        if (TRY(row.step())) keys.push_back(TRY(row.fixed<KemPublicKey>(0)));
    }
    return keys;
}

Result<Generation> SqliteStore::generation(PrincipalId principal, std::uint32_t number,
                                           const std::vector<Recipient>& recipients) {
    Readers::Reader reader = TRY(readers_->borrow());
    Generation found{.principal = principal, .number = number, .key_link = {}, .boxes = {}};
    {
        Query row = TRY(
            (*reader).query("SELECT key_link FROM generations WHERE principal = ? AND number = ?",
                            principal, number));
        TRY(one_row(row));
        found.key_link = row.optional_bytes(0);
    }
    std::vector<std::pair<std::int64_t, GenerationBox>> boxes;
    const auto collect = [&](Query& row) -> Result<> {
        while (TRY(row.step()))
            boxes.emplace_back(row.integer(0),
                               GenerationBox{TRY(row.fixed<Recipient>(1)), row.bytes(2)});
        return {};
    };
    if (recipients.empty()) {
        Query row = TRY((*reader).query(
            "SELECT place, recipient, box FROM generation_boxes WHERE principal = ? AND number = ?",
            principal, number));
        TRY(collect(row));
    }
    for (const Recipient& recipient : recipients) {
        Query row =
            TRY((*reader).query("SELECT place, recipient, box FROM generation_boxes "
                                "WHERE principal = ? AND number = ? AND recipient = ?",
                                principal, number, recipient));
        TRY(collect(row));
    }
    std::ranges::sort(boxes, {}, [](const auto& box) { return box.first; });
    for (auto& [place, box] : boxes) found.boxes.push_back(std::move(box));
    return found;
}

Result<Kit> SqliteStore::kit(UserId user) {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row =
        TRY((*reader).query("SELECT password_auth_hash, password_blob, recovery_auth_hash, "
                            "recovery_blob FROM kits WHERE user = ?",
                            user));
    TRY(one_row(row));
    return Kit{user, TRY(row.fixed<Hash>(0)), row.bytes(1), TRY(row.fixed<Hash>(2)), row.bytes(3)};
}

Result<std::vector<UserId>> SqliteStore::users_by_email(std::string_view email) {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row = TRY((*reader).query(
        "SELECT user FROM openings WHERE email = ? ORDER BY stored DESC", as_bytes(email)));
    std::vector<UserId> users;
    while (TRY(row.step())) users.push_back(TRY(row.fixed<UserId>(0)));
    return users;
}

Result<std::vector<Opening>> SqliteStore::openings(UserId from, std::size_t limit) {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row = TRY((*reader).query(
        "SELECT user, email, salt FROM openings WHERE user >= ? ORDER BY user LIMIT ?", from,
        limit));
    std::vector<Opening> page;
    while (TRY(row.step())) page.push_back({TRY(row.fixed<UserId>(0)), row.text(1), row.bytes(2)});
    return page;
}

// ---- records

Result<Record> SqliteStore::record(Area area, ByteView key, Millis now) {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row = TRY(
        (*reader).query("SELECT value, version, expires FROM records WHERE area = ? AND key = ? "
                        "AND (expires IS NULL OR expires > ?)",
                        static_cast<int>(area), key, now));
    TRY(one_row(row));
    return Record{to_bytes(key), row.bytes(0), row.number(1), row.optional_number(2)};
}

Result<std::vector<Record>> SqliteStore::records(Area area, ByteView prefix, ByteView after,
                                                 std::size_t limit, Millis now) {
    Readers::Reader reader = TRY(readers_->borrow());
    const std::optional<Bytes> end = after_prefix(prefix);
    Query row = TRY((*reader).query(
        "SELECT key, value, version, expires FROM records WHERE area = ?1 AND key >= ?2 AND key > "
        "?3 "
        "AND (?4 IS NULL OR key < ?4) AND (expires IS NULL OR expires > ?5) ORDER BY key LIMIT ?6",
        static_cast<int>(area), prefix, after, end, now, limit));
    std::vector<Record> page;
    while (TRY(row.step()))
        page.push_back({row.bytes(0), row.bytes(1), row.number(2), row.optional_number(3)});
    return page;
}

// ---- spaces

Result<SpaceHead> SqliteStore::space(SpaceId space) {
    Readers::Reader reader = TRY(readers_->borrow());
    return TRY(find_space(*reader, space)).info;
}

Result<std::vector<SpaceHead>> SqliteStore::spaces_of(const std::vector<PrincipalId>& principals) {
    Readers::Reader reader = TRY(readers_->borrow());
    std::vector<std::int64_t> numbers;
    for (const PrincipalId& principal : principals) {
        Query row =
            TRY((*reader).query("SELECT space FROM members WHERE principal = ?", principal));
        while (TRY(row.step())) numbers.push_back(row.integer(0));
    }
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::vector<SpaceHead> found;
    for (const std::int64_t number : numbers)
        found.push_back(TRY(load_space(*reader, number)).info);
    std::ranges::sort(found, {}, &SpaceHead::space);
    return found;
}

Result<bool> SqliteStore::is_member(SpaceId space, const std::vector<PrincipalId>& principals) {
    Readers::Reader reader = TRY(readers_->borrow());
    const std::int64_t number = TRY(find_space(*reader, space)).number;
    for (const PrincipalId& principal : principals) {
        Query row = TRY((*reader).query("SELECT 1 FROM members WHERE principal = ? AND space = ?",
                                        principal, number));
        if (TRY(row.step())) return true;
    }
    return false;
}

Result<std::vector<StoredLink>> SqliteStore::links(SpaceId space, Sequence from,
                                                   std::size_t max_bytes, LinkFilter filter) {
    Readers::Reader reader = TRY(readers_->borrow());
    const std::int64_t number = TRY(find_space(*reader, space)).number;
    std::vector<StoredLink> page;
    if (from > kMaxSequence) return page;
    const std::int64_t first = link_key(number, from);
    const std::int64_t last = link_key(number, kMaxSequence);
    Query row = TRY(
        filter == LinkFilter::all
            ? (*reader).query("SELECT key, kind, hash, time, bytes FROM links "
                              "WHERE key BETWEEN ? AND ? ORDER BY key",
                              first, last)
            : (*reader).query("SELECT key, kind, hash, time, bytes FROM links INDEXED BY rosters "
                              "WHERE key BETWEEN ? AND ? AND kind <> 3 ORDER BY key",
                              first, last));
    std::size_t bytes = 0;
    while (TRY(row.step())) {
        bytes += row.view(4).size();
        if (!page.empty() && bytes > max_bytes) break;
        page.push_back({sequence_of(row.integer(0)), static_cast<LinkKind>(row.integer(1)),
                        TRY(row.fixed<Hash>(2)), row.number(3), row.bytes(4)});
    }
    return page;
}

Result<Bytes> SqliteStore::lists(SpaceId space, Sequence sequence) {
    Readers::Reader reader = TRY(readers_->borrow());
    const std::int64_t number = TRY(find_space(*reader, space)).number;
    if (sequence > kMaxSequence) return fail(errors::not_stored);
    Query row =
        TRY((*reader).query("SELECT encoded FROM lists WHERE key = ?", link_key(number, sequence)));
    TRY(one_row(row));
    return row.bytes(0);
}

Result<EpochMaterial> SqliteStore::epoch(SpaceId space, Epoch epoch,
                                         const std::vector<PrincipalId>& principals) {
    Readers::Reader reader = TRY(readers_->borrow());
    const std::int64_t number = TRY(find_space(*reader, space)).number;
    EpochMaterial found{.epoch = epoch, .history_link = {}, .boxes = {}};
    {
        Query row = TRY((*reader).query(
            "SELECT history_link FROM epochs WHERE space = ? AND epoch = ?", number, epoch));
        TRY(one_row(row));
        found.history_link = row.optional_bytes(0);
    }
    if (principals.empty()) {
        Query row = TRY((*reader).query(
            "SELECT leaf, principal, box, proof FROM epoch_boxes WHERE space = ? AND epoch = ?",
            number, epoch));
        while (TRY(row.step())) found.boxes.push_back(TRY(read_box(row)));
    }
    for (const PrincipalId& principal : principals) {
        Query row =
            TRY((*reader).query("SELECT leaf, principal, box, proof FROM epoch_boxes "
                                "WHERE space = ? AND epoch = ? AND principal = ?",
                                number, epoch, principal));
        while (TRY(row.step())) found.boxes.push_back(TRY(read_box(row)));
    }
    std::ranges::sort(found.boxes, {}, &EpochBox::index);
    return found;
}

// ---- usage

Result<Usage> SqliteStore::space_usage(SpaceId space) {
    Readers::Reader reader = TRY(readers_->borrow());
    return TRY(find_space(*reader, space)).usage;
}

Result<Usage> SqliteStore::owner_usage(Owner owner) {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row = TRY((*reader).query("SELECT live, trash FROM owners WHERE owner = ?", owner));
    if (!TRY(row.step())) return Usage{};
    return Usage{row.number(0), row.number(1)};
}

Result<std::uint64_t> SqliteStore::upload_usage(DeviceId device) {
    Readers::Reader reader = TRY(readers_->borrow());
    Query row = TRY((*reader).query("SELECT bytes FROM uploads WHERE device = ?", device));
    if (!TRY(row.step())) return 0;
    return row.number(0);
}

}  // namespace obhut::storage
