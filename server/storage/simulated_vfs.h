// An SQLite VFS on the FileSystem port, so that the whole store can run on simulated files. For
// tests: locks and shared memory are those of one process. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/storage/file_system.h"

struct sqlite3_vfs;

namespace obhut::storage {

class SimulatedVfs {
public:
    // The VFS is registered under `name` for as long as it lives; both arguments must live as long.
    SimulatedVfs(FileSystem& files, const char* name);
    ~SimulatedVfs();
    SimulatedVfs(const SimulatedVfs&) = delete;
    SimulatedVfs& operator=(const SimulatedVfs&) = delete;

    // What the connections to one file share: the lock of the database and the index of its log.
    struct Shared {
        int readers = 0;               // SHARED and above
        const void* writer = nullptr;  // RESERVED and above
        bool exclusive = false;        // PENDING and above
        std::vector<std::unique_ptr<std::uint8_t[]>> regions;
        int shm_users = 0;
        int shm_readers[8] = {};          // shared locks of each slot
        const void* shm_writers[8] = {};  // exclusive locks
    };

    FileSystem& files() { return files_; }
    std::mutex& mutex() { return mutex_; }
    std::shared_ptr<Shared> shared(const std::string& path);

private:
    FileSystem& files_;
    std::mutex mutex_;
    std::map<std::string, std::weak_ptr<Shared>> shared_;
    std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace obhut::storage
