// Opening, writing, and the objects of the SQLite adapter.
#include "server/storage/sqlite_store.h"

#include "server/storage/limits.h"
#include "server/storage/recover.h"
#include "server/storage/upkeep.h"

namespace obhut::storage {
namespace {

// How often a look-up is repeated because compaction moved an object between index and segment.
constexpr int kMaxMoves = 8;

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<> make_durable_directory(FileSystem& files, const std::string& path) {
    if (TRY(files.exists(path))) return {};
    TRY(files.make_directory(path));
    return files.sync_directory(parent_of(path));
}

}  // namespace

SqliteStore::SqliteStore(const SqliteOptions& options, FileSystem& files,
                         std::unique_ptr<FileLock> lock)
    : lock_(std::move(lock)), segments_(files, options.directory + "/segments") {}

SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::create(const SqliteOptions& options,
                                                         FileSystem& files) {
    TRY(make_durable_directory(files, options.directory));
    auto lock = TRY(files.lock(options.directory + "/lock"));
    TRY(make_durable_directory(files, options.directory + "/segments"));
    std::unique_ptr<SqliteStore> store(new SqliteStore(options, files, std::move(lock)));
    const std::string path = options.directory + "/index.db";
    Database writer = TRY(open_writer(path, options.vfs));
    TRY(files.sync_directory(options.directory));
    const std::uint64_t next_segment = TRY(recover(writer, store->segments_));
    store->readers_ = TRY(Readers::create(path, options.vfs, options.readers));
    store->committer_ = std::make_unique<Committer>(std::move(writer), store->segments_,
                                                    next_segment, options.limits);
    store->upkeep_ =
        std::make_unique<Upkeep>(*store->committer_, *store->readers_, store->segments_,
                                 CompactionLimits{.segment_bytes = options.limits.segment_bytes,
                                                  .space_bytes = options.space_segment_bytes});
    return store;
}

// ---- writing

void SqliteStore::commit(WriteBatch batch, Done done) {
    const auto bytes = check_batch(batch);
    if (!bytes) return done(refused(bytes.error(), static_cast<std::size_t>(bytes.error().detail)));
    committer_->commit(std::move(batch), *bytes, std::move(done));
}

void SqliteStore::stage(SpaceId space, ObjectId id, Bytes bytes, StageDone done) {
    if (bytes.size() > kMaxObjectBytes) return done(fail(errors::over_store_limit));
    committer_->stage(space, id, std::move(bytes), std::move(done));
}

Result<TendReport> SqliteStore::tend(Millis now) { return upkeep_->tend(now); }

Result<> SqliteStore::healthy() { return committer_->healthy(); }

StoreStatistics SqliteStore::statistics() {
    StoreStatistics statistics;
    committer_->statistics(statistics);
    const auto fill = [&]() -> Result<> {
        Readers::Reader reader = TRY(readers_->borrow());
        Query row =
            TRY((*reader).query("SELECT count(*), total(length), total(live) FROM segments"));
        TRY(row.step());
        statistics.segments = row.number(0);
        statistics.segment_bytes = row.number(1);
        statistics.live_bytes = row.number(2);
        return {};
    };
    [[maybe_unused]] const Result<> ignored = fill();  // without an answer they stay zero
    return statistics;
}

// ---- objects

Result<std::vector<ObjectState>> SqliteStore::object_states(SpaceId space,
                                                            const std::vector<ObjectId>& ids) {
    Readers::Reader reader = TRY(readers_->borrow());
    const SpaceRow row = TRY(find_space(*reader, space));
    std::vector<ObjectState> states;
    states.reserve(ids.size());
    for (const ObjectId& id : ids)
        states.push_back(state_of(TRY(load_object(*reader, row.number, id, false)).life));
    return states;
}

Result<LoadedObjects> SqliteStore::load_once(const SpaceId& space, const std::vector<ObjectId>& ids,
                                             std::size_t max_bytes, std::size_t gap) {
    LoadedObjects loaded;
    std::vector<Segments::Located> present;
    std::size_t size = 0;  // with the gaps
    {
        Readers::Reader reader = TRY(readers_->borrow());
        const SpaceRow row = TRY(find_space(*reader, space));
        std::size_t bytes = 0;
        for (const ObjectId& id : ids) {
            const ObjectRow object = TRY(load_object(*reader, row.number, id, false));
            bytes += object.life.length;
            if (!loaded.items.empty() && bytes > max_bytes) break;
            size += gap;
            LoadedObject next{state_of(object.life), size, 0};
            if (next.state != ObjectState::absent) {
                next.length = object.life.length;
                present.push_back({object.place.segment,
                                   {space, id, object.place.offset, object.life.length},
                                   size});
            }
            size += next.length;
            loaded.items.push_back(next);
        }
    }
    loaded.bytes.resize(size);
    TRY(segments_.read_all(present, loaded.bytes));
    return loaded;
}

Result<LoadedObjects> SqliteStore::load_objects(SpaceId space, const std::vector<ObjectId>& ids,
                                                std::size_t max_bytes, std::size_t gap) {
    TRY(object_states(space, {}));  // so that not_stored below can only be about a segment
    for (int attempt = 0;; ++attempt) {
        auto loaded = load_once(space, ids, max_bytes, gap);
        if (loaded || !loaded.error().is(errors::not_stored)) return loaded;
        if (attempt == kMaxMoves) return fail(errors::segment_lost);
    }
}

}  // namespace obhut::storage
