// Adapter of the files of a store for tests: a disk in memory that loses what was not synced.
//
// Fault model. A crash keeps of the writes since a file's last sync any subset, in any order, each
// whole or cut at a sector of 512 bytes; of the names made, removed or renamed since the last sync
// of their directory any subset. A sync that fails leaves everything as it is for readers and
// undecided for a crash. A disk that is full takes a part of a write. Nothing else breaks: what was
// synced stays as it was.
//
// Threads: any; one lock for everything.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>

#include "server/storage/file_system.h"

namespace obhut::storage {

class SimulatedFiles final : public FileSystem {
public:
    explicit SimulatedFiles(std::uint64_t seed) : random_(seed) {}

    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
    Result<> remove(const std::string& path) override;
    Result<> rename(const std::string& from, const std::string& to) override;
    Result<bool> exists(const std::string& path) override;
    Result<> make_directory(const std::string& path) override;
    Result<> sync_directory(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& path) override;
    Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;
    Result<std::unique_ptr<FileLock>> share(const std::string& path) override;

    // ---- faults

    // stop_after lets the machine stop at the operation after `count` more that change something:
    // that one is cut short, all later ones fail until restart().
    void stop_after(std::uint64_t count);
    bool has_stopped();
    // restart is the machine after the crash; nobody may have files open.
    void restart();
    // set_capacity limits the bytes of all files together.
    void set_capacity(std::uint64_t bytes);
    // fail_syncs lets every sync fail from now on.
    void fail_syncs(bool fail);
    // operations counts those that changed something.
    std::uint64_t operations();
    std::uint64_t used();

private:
    // Change is a write or, without bytes, a truncation.
    struct Change {
        std::uint64_t offset = 0;
        std::optional<Bytes> bytes;
    };
    struct Node {
        Bytes now;
        Bytes durable;
        std::vector<Change> pending;  // between the two
    };
    using NodePtr = std::shared_ptr<Node>;
    // NameChange gives a path a file, or takes it away.
    struct NameChange {
        std::vector<std::pair<std::string, NodePtr>> entries;  // several: a rename, which is atomic
    };
    class Handle;
    class Lock;
    class Share;

    // begin counts an operation; storage_io if the machine has stopped before it, and `last` if it
    // stops with it.
    Result<> begin(bool& last);
    Result<> write(Node& node, std::uint64_t offset, ByteView bytes);
    Result<> truncate(Node& node, std::uint64_t size);
    Result<> sync(Node& node);
    Result<> change_names(NameChange change);
    std::uint64_t used_now() const;
    static void apply(Bytes& content, const Change& change);
    static std::string parent_of(const std::string& path);

    std::mutex mutex_;
    std::mt19937_64 random_;
    std::map<std::string, NodePtr> names_;
    std::map<std::string, NodePtr> durable_names_;
    std::map<std::string, std::vector<NameChange>> pending_names_;  // by directory
    std::set<std::string> directories_;
    std::set<std::string> locked_;
    std::multiset<std::string> shared_;
    std::uint64_t operations_ = 0;
    std::uint64_t stop_at_ = UINT64_MAX;
    std::uint64_t capacity_ = UINT64_MAX;
    bool stopped_ = false;
    bool fail_syncs_ = false;
};

}  // namespace obhut::storage
