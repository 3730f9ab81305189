#include "server/storage/backup.h"

#include <algorithm>

#include "server/storage/schema.h"
#include "server/storage/segments.h"

namespace obhut::storage {
namespace {

constexpr std::size_t kPiece = 4U << 20;
constexpr const char* kIndex = "/index.db";
constexpr const char* kNewIndex = "/index.db.new";
constexpr const char* kSegments = "/segments";
constexpr const char* kPart = ".part";

Result<> make_directory(FileSystem& files, const std::string& path) {
    if (TRY(files.exists(path))) return {};
    TRY(files.make_directory(path));
    const std::size_t slash = path.find_last_of('/');
    return files.sync_directory(slash == std::string::npos ? "."
                                : slash == 0               ? "/"
                                                           : path.substr(0, slash));
}

Result<> remove_if_there(FileSystem& files, const std::string& path) {
    const Result<> removed = files.remove(path);
    if (!removed && !removed.error().is(errors::not_stored)) return removed;
    return {};
}

// A segment as a database names it.
struct Listed {
    std::uint64_t number = 0;
    SegmentState state = SegmentState::open;
    std::uint64_t length = 0;
};

// The segments of a database that is not in use.
Result<std::vector<Listed>> listed_in(const std::string& index, const char* vfs) {
    Database database = TRY(open_reader(index, vfs));
    Query row =
        TRY(database.query("SELECT number, state, length FROM segments WHERE state <> 3 "
                           "ORDER BY number"));  // 3: being written, nothing refers to it
    std::vector<Listed> listed;
    while (TRY(row.step()))
        listed.push_back({row.number(0), static_cast<SegmentState>(row.number(1)), row.number(2)});
    return listed;
}

// Copies the first `size` bytes; the copy appears whole and durable, or not at all. The directory
// is synced by the caller.
Result<> copy_file(FileSystem& files, File& from, std::uint64_t size, const std::string& to) {
    const std::string part = to + kPart;
    TRY(remove_if_there(files, part));
    const auto copy = TRY(files.open(part, OpenMode::create));
    Bytes piece(static_cast<std::size_t>(std::min<std::uint64_t>(size, kPiece)));
    for (std::uint64_t done = 0; done < size;) {
        const MutableByteView out = MutableByteView(piece).first(
            static_cast<std::size_t>(std::min<std::uint64_t>(size - done, kPiece)));
        if (TRY(from.read(done, out)) != out.size()) return fail(errors::segment_lost);
        TRY(copy->write(done, out));
        done += out.size();
    }
    TRY(copy->sync());
    return files.rename(part, to);
}

// One backup on its way.
class Backup {
public:
    Backup(const SqliteOptions& options, FileSystem& files, const std::string& target,
           const BackupWatch& watch)
        : options_(options), files_(files), target_(target), watch_(watch) {}

    Result<BackupReport> run() {
        const auto still = TRY(files_.share(Segments::backup_lock(options_.directory + kSegments)));
        tell(0);
        TRY(copy_index());
        const Result<> copied = copy_segments();
        if (!copied) return std::unexpected(lost_or(copied.error()));
        TRY(files_.rename(target_ + kNewIndex, target_ + kIndex));
        TRY(files_.sync_directory(target_));
        TRY(remove_others());
        return report_;
    }

private:
    static Error lost_or(Error error) {
        return error.is(errors::not_stored) ? Error(errors::segment_lost) : error;
    }

    // A copy of the database at one moment, without a log of its own.
    Result<> copy_index() {
        const std::string copy = target_ + kNewIndex;
        TRY(remove_if_there(files_, copy));
        TRY(remove_if_there(files_, copy + "-journal"));
        {
            Database database = TRY(open_reader(options_.directory + kIndex, options_.vfs));
            TRY(database.script("PRAGMA query_only = OFF"));
            Query into = TRY(database.query("VACUUM INTO ?", std::string_view(copy)));
            TRY(into.step());
        }
        const auto file = TRY(files_.open(copy, OpenMode::write));
        TRY(file->sync());
        report_.bytes += TRY(file->size());
        listed_ = TRY(listed_in(copy, options_.vfs));
        return {};
    }

    void tell(std::uint64_t done) const {
        if (watch_) watch_({done, listed_.size(), report_.bytes});
    }

    Result<> copy_segments() {
        std::uint64_t done = 0;
        for (const Listed& segment : listed_) {
            tell(done++);
            const std::string to = Segments::segment_path(target_ + kSegments, segment.number);
            const auto from = TRY(
                files_.open(Segments::segment_path(options_.directory + kSegments, segment.number),
                            OpenMode::read));
            const bool sealed = segment.state == SegmentState::sealed;
            const std::uint64_t size = sealed ? TRY(from->size()) : segment.length;
            if (size < segment.length) return fail(errors::not_stored);
            if (sealed && TRY(is_there(to, size))) continue;
            TRY(copy_file(files_, *from, size, to));
            ++report_.copied;
            report_.bytes += size;
        }
        return files_.sync_directory(target_ + kSegments);
    }

    Result<bool> is_there(const std::string& path, std::uint64_t size) {
        const auto file = files_.open(path, OpenMode::read);
        if (!file && file.error().is(errors::not_stored)) return false;
        if (!file) return std::unexpected(file.error());
        return TRY((*file)->size()) == size;
    }

    Result<> remove_others() {
        const std::string directory = target_ + kSegments;
        for (const std::string& name : TRY(files_.list(directory))) {
            const auto number = Segments::parse_name(name);
            if (number && std::ranges::binary_search(listed_, *number, {}, &Listed::number))
                continue;
            TRY(remove_if_there(files_, directory + "/" + name));
            if (number) ++report_.removed;
        }
        report_.segments = listed_.size();
        return {};
    }

    const SqliteOptions& options_;
    FileSystem& files_;
    const std::string& target_;
    const BackupWatch& watch_;
    std::vector<Listed> listed_;
    BackupReport report_;
};

Result<std::uint64_t> set_incarnation(const std::string& index, const char* vfs, Millis now) {
    Database database = TRY(open_writer(index, vfs));
    TRY(database.run("UPDATE server SET incarnation = max(incarnation + 1, ?)", now / kSecond));
    Query row = TRY(database.query("SELECT incarnation FROM server"));
    if (!TRY(row.step())) return fail(errors::no_backup);
    return row.number(0);
}

}  // namespace

Result<BackupReport> back_up(const SqliteOptions& options, FileSystem& files,
                             const std::string& target, const BackupWatch& watch) {
    TRY(make_directory(files, target));
    const auto lock = TRY(files.lock(target + "/lock"));
    const auto unchecked = TRY(files.lock(Segments::backup_lock(target + kSegments)));
    TRY(make_directory(files, target + kSegments));
    return Backup(options, files, target, watch).run();
}

Result<RestoreReport> restore(const std::string& backup, const SqliteOptions& options,
                              FileSystem& files, Millis now) {
    if (!TRY(files.exists(backup + kIndex))) return fail(errors::no_backup);
    const std::string& data = options.directory;
    TRY(make_directory(files, data));
    const auto lock = TRY(files.lock(data + "/lock"));
    if (TRY(files.exists(data + kIndex))) return fail(errors::not_empty);
    TRY(make_directory(files, data + kSegments));
    RestoreReport report;
    const auto copy = [&](const std::string& name, const std::string& to) -> Result<> {
        const auto from = TRY(files.open(backup + name, OpenMode::read));
        const std::uint64_t size = TRY(from->size());
        report.bytes += size;
        return copy_file(files, *from, size, data + to);
    };
    for (const char* rest : {"", "-wal", "-shm", "-journal"})
        TRY(remove_if_there(files, data + kNewIndex + rest));
    TRY(copy(kIndex, kNewIndex));
    for (const Listed& segment : TRY(listed_in(data + kNewIndex, options.vfs))) {
        const std::string name = Segments::segment_path(kSegments, segment.number);
        const Result<> copied = copy(name, name);
        if (!copied && copied.error().is(errors::not_stored)) return fail(errors::segment_lost);
        TRY(copied);
        ++report.segments;
    }
    TRY(files.sync_directory(data + kSegments));
    report.incarnation = TRY(set_incarnation(data + kNewIndex, options.vfs, now));
    // closed without a checkpoint, the number would stay behind in the log
    if (TRY(files.exists(data + kNewIndex + "-wal"))) return fail(errors::storage_io);
    TRY(files.rename(data + kNewIndex, data + kIndex));
    TRY(files.sync_directory(data));
    return report;
}

Result<std::uint64_t> renew_incarnation(const SqliteOptions& options, FileSystem& files,
                                        Millis now) {
    if (!TRY(files.exists(options.directory + kIndex))) return fail(errors::no_backup);
    const auto lock = TRY(files.lock(options.directory + "/lock"));
    return set_incarnation(options.directory + kIndex, options.vfs, now);
}

}  // namespace obhut::storage
