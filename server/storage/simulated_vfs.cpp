#include "server/storage/simulated_vfs.h"

#include <cstring>
#include <new>

#include <sqlite3.h>

#include "core/base/check.h"
#include "server/storage/errors.h"

namespace obhut::storage {
namespace {

using Shared = SimulatedVfs::Shared;

// What SQLite allocates for each open file.
struct OpenFile {
    sqlite3_file base;  // must be first
    struct State {
        SimulatedVfs* vfs;
        std::unique_ptr<File> file;
        std::shared_ptr<Shared> shared;
        std::string path;
        bool name_is_new;  // and its directory not synced
        int level = SQLITE_LOCK_NONE;
        bool has_shm = false;
        unsigned shm_shared = 0;  // bits of the slots this connection holds
        unsigned shm_exclusive = 0;
    };
    State* state;
};

OpenFile::State& state_of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file)->state; }
SimulatedVfs& vfs_of(sqlite3_vfs* vfs) { return *static_cast<SimulatedVfs*>(vfs->pAppData); }
std::string parent_of(const std::string& path) { return path.substr(0, path.find_last_of('/')); }

int code_of(const Error& error, int otherwise) {
    return error.is(errors::disk_full) ? SQLITE_FULL : otherwise;
}

// ---- a file

int vfs_close(sqlite3_file* file) {
    auto* open = reinterpret_cast<OpenFile*>(file);
    delete open->state;
    open->state = nullptr;
    return SQLITE_OK;
}

int vfs_read(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
    const auto size = static_cast<std::size_t>(amount);
    auto* bytes = static_cast<std::uint8_t*>(out);
    const auto count = state_of(file).file->read(static_cast<std::uint64_t>(offset), {bytes, size});
    if (!count) return SQLITE_IOERR_READ;
    if (*count == size) return SQLITE_OK;
    std::memset(bytes + *count, 0, size - *count);
    return SQLITE_IOERR_SHORT_READ;
}

int vfs_write(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) {
    const ByteView bytes(static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(amount));
    const auto written = state_of(file).file->write(static_cast<std::uint64_t>(offset), bytes);
    return written ? SQLITE_OK : code_of(written.error(), SQLITE_IOERR_WRITE);
}

int vfs_truncate(sqlite3_file* file, sqlite3_int64 size) {
    return state_of(file).file->truncate(static_cast<std::uint64_t>(size)) ? SQLITE_OK
                                                                           : SQLITE_IOERR_TRUNCATE;
}

// As SQLite's own: the first sync of a new file also makes its name durable.
int vfs_sync(sqlite3_file* file, int) {
    OpenFile::State& state = state_of(file);
    if (!state.file->sync()) return SQLITE_IOERR_FSYNC;
    if (!state.name_is_new) return SQLITE_OK;
    if (!state.vfs->files().sync_directory(parent_of(state.path))) return SQLITE_IOERR_DIR_FSYNC;
    state.name_is_new = false;
    return SQLITE_OK;
}

int vfs_size(sqlite3_file* file, sqlite3_int64* out) {
    const auto size = state_of(file).file->size();
    if (!size) return SQLITE_IOERR_FSTAT;
    *out = static_cast<sqlite3_int64>(*size);
    return SQLITE_OK;
}

// ---- the lock of the database, as described at sqlite3_io_methods

int vfs_lock(sqlite3_file* file, int level) {
    OpenFile::State& state = state_of(file);
    const std::scoped_lock lock(state.vfs->mutex());
    Shared& shared = *state.shared;
    if (level <= state.level) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED) {
        if (shared.exclusive) return SQLITE_BUSY;
        ++shared.readers;
        state.level = level;
        return SQLITE_OK;
    }
    if (shared.writer != nullptr && shared.writer != &state) return SQLITE_BUSY;
    shared.writer = &state;
    if (level == SQLITE_LOCK_RESERVED) {
        state.level = level;
        return SQLITE_OK;
    }
    shared.exclusive = true;
    if (shared.readers > 1) {
        state.level = SQLITE_LOCK_PENDING;
        return SQLITE_BUSY;
    }
    state.level = level;
    return SQLITE_OK;
}

int vfs_unlock(sqlite3_file* file, int level) {
    OpenFile::State& state = state_of(file);
    const std::scoped_lock lock(state.vfs->mutex());
    if (level >= state.level) return SQLITE_OK;
    Shared& shared = *state.shared;
    if (state.level >= SQLITE_LOCK_RESERVED) {
        shared.writer = nullptr;
        shared.exclusive = false;
    }
    if (level == SQLITE_LOCK_NONE) --shared.readers;
    state.level = level;
    return SQLITE_OK;
}

int vfs_check_reserved(sqlite3_file* file, int* out) {
    OpenFile::State& state = state_of(file);
    const std::scoped_lock lock(state.vfs->mutex());
    *out = state.shared->writer != nullptr ? 1 : 0;
    return SQLITE_OK;
}

int vfs_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int vfs_sector_size(sqlite3_file*) { return 512; }
int vfs_characteristics(sqlite3_file*) { return 0; }  // nothing is promised

// ---- the index of the log, in memory

int vfs_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    OpenFile::State& state = state_of(file);
    const std::scoped_lock lock(state.vfs->mutex());
    Shared& shared = *state.shared;
    if (!state.has_shm) {
        state.has_shm = true;
        ++shared.shm_users;
    }
    const auto wanted = static_cast<std::size_t>(region);
    *out = nullptr;
    if (wanted >= shared.regions.size() && extend == 0) return SQLITE_OK;
    while (wanted >= shared.regions.size())
        shared.regions.push_back(std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(size)));
    *out = shared.regions[wanted].get();
    return SQLITE_OK;
}

int vfs_shm_lock(sqlite3_file* file, int first, int count, int flags) {
    OpenFile::State& state = state_of(file);
    const std::scoped_lock lock(state.vfs->mutex());
    Shared& shared = *state.shared;
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (int slot = first; slot < first + count && (flags & SQLITE_SHM_LOCK) != 0; ++slot) {
        const bool other_writer =
            shared.shm_writers[slot] != nullptr && shared.shm_writers[slot] != &state;
        const int own = (state.shm_shared >> slot & 1U) != 0 ? 1 : 0;
        if (other_writer || (exclusive && shared.shm_readers[slot] > own)) return SQLITE_BUSY;
    }
    for (int slot = first; slot < first + count; ++slot) {
        const unsigned bit = 1U << slot;
        unsigned& held = exclusive ? state.shm_exclusive : state.shm_shared;
        const bool locks = (flags & SQLITE_SHM_LOCK) != 0;
        if (((held & bit) != 0) == locks) continue;
        held ^= bit;
        if (exclusive)
            shared.shm_writers[slot] = locks ? &state : nullptr;
        else
            shared.shm_readers[slot] += locks ? 1 : -1;
    }
    return SQLITE_OK;
}

void vfs_shm_barrier(sqlite3_file* file) {
    const std::scoped_lock lock(state_of(file).vfs->mutex());
}

int vfs_shm_unmap(sqlite3_file* file, int) {
    OpenFile::State& state = state_of(file);
    const std::scoped_lock lock(state.vfs->mutex());
    if (!state.has_shm) return SQLITE_OK;
    state.has_shm = false;
    if (--state.shared->shm_users == 0) state.shared->regions.clear();
    return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods = {2,
                                         vfs_close,
                                         vfs_read,
                                         vfs_write,
                                         vfs_truncate,
                                         vfs_sync,
                                         vfs_size,
                                         vfs_lock,
                                         vfs_unlock,
                                         vfs_check_reserved,
                                         vfs_control,
                                         vfs_sector_size,
                                         vfs_characteristics,
                                         vfs_shm_map,
                                         vfs_shm_lock,
                                         vfs_shm_barrier,
                                         vfs_shm_unmap,
                                         nullptr,
                                         nullptr};

// ---- the file system

int vfs_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* open = reinterpret_cast<OpenFile*>(file);
    open->base.pMethods = nullptr;
    if (name == nullptr) return SQLITE_CANTOPEN;  // temporary files are in memory
    SimulatedVfs& owner = vfs_of(vfs);
    const auto exists = owner.files().exists(name);
    if (!exists) return SQLITE_CANTOPEN;
    if (!*exists && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    auto opened = owner.files().open(name, *exists ? OpenMode::write : OpenMode::create);
    if (!opened) return SQLITE_CANTOPEN;
    open->state =
        new OpenFile::State{.vfs = &owner,
                            .file = std::move(*opened),
                            .shared = owner.shared(name),
                            .path = name,
                            .name_is_new = !*exists && (flags & SQLITE_OPEN_MAIN_DB) == 0};
    open->base.pMethods = &kMethods;
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
}

int vfs_delete(sqlite3_vfs* vfs, const char* name, int sync) {
    FileSystem& files = vfs_of(vfs).files();
    const auto removed = files.remove(name);
    if (!removed)
        return removed.error().is(errors::not_stored) ? SQLITE_IOERR_DELETE_NOENT
                                                      : SQLITE_IOERR_DELETE;
    if (sync != 0 && !files.sync_directory(parent_of(name))) return SQLITE_IOERR_DIR_FSYNC;
    return SQLITE_OK;
}

int vfs_access(sqlite3_vfs* vfs, const char* name, int, int* out) {
    const auto exists = vfs_of(vfs).files().exists(name);
    if (!exists) return SQLITE_IOERR_ACCESS;
    *out = *exists ? 1 : 0;
    return SQLITE_OK;
}

int vfs_full_path(sqlite3_vfs*, const char* name, int size, char* out) {
    if (std::strlen(name) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::strcpy(out, name);
    return SQLITE_OK;
}

int vfs_randomness(sqlite3_vfs*, int size, char* out) {
    std::memset(out, 7, static_cast<std::size_t>(size));  // the salt of the log: any number does
    return size;
}

int vfs_sleep(sqlite3_vfs*, int micros) { return micros; }

int vfs_time(sqlite3_vfs*, double* out) {
    *out = 2460000.5;
    return SQLITE_OK;
}

}  // namespace

SimulatedVfs::SimulatedVfs(FileSystem& files, const char* name)
    : files_(files), vfs_(new sqlite3_vfs{}) {
    vfs_->iVersion = 1;
    vfs_->szOsFile = sizeof(OpenFile);
    vfs_->mxPathname = 512;
    vfs_->zName = name;
    vfs_->pAppData = this;
    vfs_->xOpen = vfs_open;
    vfs_->xDelete = vfs_delete;
    vfs_->xAccess = vfs_access;
    vfs_->xFullPathname = vfs_full_path;
    vfs_->xRandomness = vfs_randomness;
    vfs_->xSleep = vfs_sleep;
    vfs_->xCurrentTime = vfs_time;
    CHECK(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

SimulatedVfs::~SimulatedVfs() { sqlite3_vfs_unregister(vfs_.get()); }

std::shared_ptr<SimulatedVfs::Shared> SimulatedVfs::shared(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    std::weak_ptr<Shared>& slot = shared_[path];
    std::shared_ptr<Shared> found = slot.lock();
    if (!found) {
        found = std::make_shared<Shared>();
        slot = found;
    }
    return found;
}

}  // namespace obhut::storage
