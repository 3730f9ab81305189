// Get: files and folders of a space on their way to this computer.
//
// Each file appears whole or not at all, with its mode, time, extended attributes and holes. Names
// come from other members and are never trusted to stay in their folder; links are written as links
// and never followed. What fails alone is reported and left out, the rest goes on. Used by the
// engine's thread.
#pragma once

#include <memory>

#include "apps/files/space_files.h"
#include "cli/context.h"
#include "cli/output/progress.h"
#include "core/content/reader.h"
#include "platform/desktop/local_files.h"

namespace obhut::cli {

struct GetOptions {
    bool keep = false;  // leave files alone that are there already
    bool hash =
        false;  // tell the SHA-256 of every file, also of those whose entry does not have it
};

struct GetTotals {
    std::uint64_t files = 0;
    std::uint64_t folders = 0;
    std::uint64_t links = 0;
    std::uint64_t kept = 0;
    std::uint64_t skipped = 0;
    std::uint64_t bytes = 0;
    std::optional<Error> worst;
};

class Get {
public:
    // All outlive this. `where` is SPACE:, for messages.
    Get(Context& context, client::Space& space, const files::Files& files, std::string where,
        const GetOptions& options);
    // The same for what a link shows.
    Get(Context& context, const ObjectPlace& place, content::ContentSource& source,
        const files::Files& files, std::string where, const GetOptions& options);
    ~Get();
    Get(const Get&) = delete;
    Get& operator=(const Get&) = delete;

    // count looks ahead for the progress bar.
    Outcome<> count(const files::Found& found);
    // run brings `found` (at `path` in the space) to `name` in a folder of this computer. A name of
    // "." is the folder itself: then what `found` contains goes into it.
    Outcome<> run(const files::Found& found, const std::string& path, const std::string& folder,
                  const std::string& name);
    // finish writes what is under way and sets the times of folders.
    Outcome<> finish();
    const GetTotals& totals() const { return totals_; }

    // Brought is a file, link or folder that is here now.
    struct Brought {
        const std::string& path;  // in the space
        const files::Entry& entry;
        std::optional<Hash> sha256 = {};  // of a file's bytes, with GetOptions::hash
    };
    // on_item is told of each. For manifests.
    using OnItem = std::function<Outcome<>(const Brought& item)>;
    void on_item(OnItem told) { on_item_ = std::move(told); }

private:
    class FileSink;
    using FolderHandle = std::shared_ptr<platform::Folder>;
    struct Wanted {
        files::Entry entry;
        std::string path;
        std::string name;
        FolderHandle folder;
    };
    // Place is a local folder, and the way to it from the one the person named (names joined by
    // "/"; empty: that one).
    struct Place {
        FolderHandle folder;
        std::string way;
    };
    // Reopened by its way in the end: thousands of handles cannot stay open.
    struct FolderDone {
        FolderHandle base;
        std::string way;
        files::Attributes attributes;
    };

    Outcome<> bring_folder(const FileId& id, const std::string& path, const Place& place,
                           unsigned depth);
    Outcome<> make_folder(const files::Found& found, const std::string& path, const Place& parent,
                          const std::string& name, unsigned depth);
    Outcome<> bring_one(files::Entry entry, const std::string& path, const FolderHandle& folder,
                        const std::string& name);
    Outcome<> read_wanted();
    Outcome<std::vector<Bytes>> inline_bytes();
    Outcome<> skip(const std::string& path, Error error);
    Outcome<> completed(const Wanted& wanted, Result<> outcome, std::optional<Hash> sha256);
    Outcome<> tell(const Brought& item) { return on_item_ ? on_item_(item) : Outcome<>(); }
    void set_folder_attributes();

    Context& context_;
    const files::Files& files_;
    std::string where_;
    GetOptions options_;
    GetTotals totals_;
    ProgressLine progress_;
    content::Reader reader_;
    std::vector<Wanted> wanted_;
    std::size_t handles_ = 0;  // folders that wanted files keep open
    FolderHandle base_;
    std::vector<FolderDone> folders_done_;
    std::optional<Failure> failure_;  // that ended reading
    OnItem on_item_;
};

}  // namespace obhut::cli
