#include "server/storage/simulated_files.h"

#include <algorithm>
#include <cerrno>

#include "core/base/check.h"
#include "server/storage/errors.h"

namespace obhut::storage {
namespace {

constexpr std::size_t kSector = 512;

}  // namespace

// ---- handles

class SimulatedFiles::Handle final : public File {
public:
    Handle(SimulatedFiles& disk, NodePtr node) : disk_(disk), node_(std::move(node)) {}

    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
        const std::scoped_lock lock(disk_.mutex_);
        if (disk_.stopped_) return fail(errors::storage_io, EIO);
        const Bytes& content = node_->now;
        if (offset >= content.size()) return 0;
        const std::size_t count = std::min<std::size_t>(out.size(), content.size() - offset);
        std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
        return count;
    }
    Result<> write(std::uint64_t offset, ByteView bytes) override {
        const std::scoped_lock lock(disk_.mutex_);
        return disk_.write(*node_, offset, bytes);
    }
    Result<> truncate(std::uint64_t size) override {
        const std::scoped_lock lock(disk_.mutex_);
        return disk_.truncate(*node_, size);
    }
    Result<> sync() override {
        const std::scoped_lock lock(disk_.mutex_);
        return disk_.sync(*node_);
    }
    Result<std::uint64_t> size() override {
        const std::scoped_lock lock(disk_.mutex_);
        if (disk_.stopped_) return fail(errors::storage_io, EIO);
        return node_->now.size();
    }

private:
    SimulatedFiles& disk_;
    NodePtr node_;
};

class SimulatedFiles::Share final : public FileLock {
public:
    Share(SimulatedFiles& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
    ~Share() override {
        const std::scoped_lock lock(disk_.mutex_);
        disk_.shared_.erase(disk_.shared_.find(path_));
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

private:
    SimulatedFiles& disk_;
    std::string path_;
};

class SimulatedFiles::Lock final : public FileLock {
public:
    Lock(SimulatedFiles& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
    ~Lock() override {
        const std::scoped_lock lock(disk_.mutex_);
        disk_.locked_.erase(path_);
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    SimulatedFiles& disk_;
    std::string path_;
};

// ---- what changes something; the lock is held

Result<> SimulatedFiles::begin(bool& last) {
    if (stopped_) return fail(errors::storage_io, EIO);
    last = operations_++ == stop_at_;
    stopped_ = last;
    return {};
}

void SimulatedFiles::apply(Bytes& content, const Change& change) {
    if (!change.bytes) {
        content.resize(change.offset);
        return;
    }
    const std::size_t end = change.offset + change.bytes->size();
    if (content.size() < end) content.resize(end);
    std::ranges::copy(*change.bytes, content.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

std::uint64_t SimulatedFiles::used_now() const {
    std::uint64_t used = 0;
    for (const auto& [path, node] : names_) used += node->now.size();
    return used;
}

Result<> SimulatedFiles::write(Node& node, std::uint64_t offset, ByteView bytes) {
    bool last = false;
    TRY(begin(last));
    const std::uint64_t used = used_now();
    const std::uint64_t room = node.now.size() + (capacity_ > used ? capacity_ - used : 0);
    const bool full = offset + bytes.size() > room;
    if (full) bytes = bytes.first(room > offset ? room - offset : 0);
    if (last) bytes = bytes.first(random_() % (bytes.size() + 1));
    if (!bytes.empty()) {
        Change change{offset, to_bytes(bytes)};
        apply(node.now, change);
        node.pending.push_back(std::move(change));
    }
    if (full) return fail(errors::disk_full, ENOSPC);
    if (last) return fail(errors::storage_io, EIO);
    return {};
}

Result<> SimulatedFiles::truncate(Node& node, std::uint64_t size) {
    bool last = false;
    TRY(begin(last));
    const Change change{size, {}};
    apply(node.now, change);
    node.pending.push_back(change);
    if (last) return fail(errors::storage_io, EIO);
    return {};
}

Result<> SimulatedFiles::sync(Node& node) {
    bool last = false;
    TRY(begin(last));
    // a crash during a sync: restart() decides about each write
    if (last || fail_syncs_) return fail(errors::storage_io, EIO);
    node.durable = node.now;
    node.pending.clear();
    return {};
}

Result<> SimulatedFiles::change_names(NameChange change) {
    bool last = false;
    TRY(begin(last));
    for (const auto& [path, node] : change.entries) {
        if (node)
            names_[path] = node;
        else
            names_.erase(path);
    }
    pending_names_[parent_of(change.entries.front().first)].push_back(std::move(change));
    if (last) return fail(errors::storage_io, EIO);
    return {};
}

std::string SimulatedFiles::parent_of(const std::string& path) {
    return path.substr(0, path.find_last_of('/'));
}

// ---- the port

Result<std::unique_ptr<File>> SimulatedFiles::open(const std::string& path, OpenMode mode) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return fail(errors::storage_io, EIO);
    const auto found = names_.find(path);
    if (mode != OpenMode::create) {
        if (found == names_.end()) return fail(errors::not_stored, ENOENT);
        return std::make_unique<Handle>(*this, found->second);
    }
    if (found != names_.end()) return fail(errors::storage_io, EEXIST);
    if (!directories_.contains(parent_of(path))) return fail(errors::not_stored, ENOENT);
    auto node = std::make_shared<Node>();
    TRY(change_names({{{path, node}}}));
    return std::make_unique<Handle>(*this, node);
}

Result<> SimulatedFiles::remove(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return fail(errors::storage_io, EIO);
    if (!names_.contains(path)) return fail(errors::not_stored, ENOENT);
    return change_names({{{path, nullptr}}});
}

Result<> SimulatedFiles::rename(const std::string& from, const std::string& to) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return fail(errors::storage_io, EIO);
    CHECK(parent_of(from) == parent_of(to));
    const auto found = names_.find(from);
    if (found == names_.end()) return fail(errors::not_stored, ENOENT);
    return change_names({{{to, found->second}, {from, nullptr}}});
}

Result<bool> SimulatedFiles::exists(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return fail(errors::storage_io, EIO);
    return names_.contains(path) || directories_.contains(path);
}

// Directories are durable at once: stores make two, the first time they are opened.
Result<> SimulatedFiles::make_directory(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return fail(errors::storage_io, EIO);
    directories_.insert(path);
    return {};
}

Result<> SimulatedFiles::sync_directory(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    bool last = false;
    TRY(begin(last));
    if (last || fail_syncs_) return fail(errors::storage_io, EIO);
    for (const NameChange& change : pending_names_[path])
        for (const auto& [name, node] : change.entries) {
            if (node)
                durable_names_[name] = node;
            else
                durable_names_.erase(name);
        }
    pending_names_.erase(path);
    return {};
}

Result<std::vector<std::string>> SimulatedFiles::list(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return fail(errors::storage_io, EIO);
    std::vector<std::string> names;
    for (const auto& [name, node] : names_)
        if (parent_of(name) == path) names.push_back(name.substr(path.size() + 1));
    return names;
}

Result<std::unique_ptr<FileLock>> SimulatedFiles::lock(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return fail(errors::storage_io, EIO);
    if (shared_.contains(path) || !locked_.insert(path).second) return fail(errors::data_in_use);
    return std::make_unique<Lock>(*this, path);
}

Result<std::unique_ptr<FileLock>> SimulatedFiles::share(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return fail(errors::storage_io, EIO);
    if (locked_.contains(path)) return fail(errors::data_in_use);
    shared_.insert(path);
    return std::make_unique<Share>(*this, path);
}

// ---- faults

void SimulatedFiles::stop_after(std::uint64_t count) {
    const std::scoped_lock lock(mutex_);
    stop_at_ = operations_ + count;
}

bool SimulatedFiles::has_stopped() {
    const std::scoped_lock lock(mutex_);
    return stopped_;
}

void SimulatedFiles::restart() {
    const std::scoped_lock lock(mutex_);
    for (auto& [directory, changes] : pending_names_)
        for (const NameChange& change : changes) {
            if (random_() % 2 == 0) continue;
            for (const auto& [name, node] : change.entries) {
                if (node)
                    durable_names_[name] = node;
                else
                    durable_names_.erase(name);
            }
        }
    pending_names_.clear();
    names_ = durable_names_;
    for (auto& [name, node] : names_) {
        std::ranges::shuffle(node->pending, random_);
        for (Change& change : node->pending) {
            if (random_() % 2 == 0) continue;
            // sectors are whole; what lies between a write's start and the next border counts as
            // one
            if (change.bytes && random_() % 4 == 0) {
                const std::size_t sectors = random_() % (change.bytes->size() / kSector + 1);
                const std::size_t whole = std::min(change.bytes->size(), sectors * kSector);
                if (whole == 0) continue;
                change.bytes->resize(whole);
            }
            apply(node->durable, change);
        }
        node->pending.clear();
        node->now = node->durable;
    }
    CHECK(locked_.empty() && shared_.empty());
    stopped_ = false;
    stop_at_ = UINT64_MAX;
}

void SimulatedFiles::set_capacity(std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    capacity_ = bytes;
}

void SimulatedFiles::fail_syncs(bool fail) {
    const std::scoped_lock lock(mutex_);
    fail_syncs_ = fail;
}

std::uint64_t SimulatedFiles::operations() {
    const std::scoped_lock lock(mutex_);
    return operations_;
}

std::uint64_t SimulatedFiles::used() {
    const std::scoped_lock lock(mutex_);
    return used_now();
}

}  // namespace obhut::storage
