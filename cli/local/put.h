// Put: local files and folders on their way into a space.
//
// Folders are walked by handle, in the order of their names; files that were seen before are not
// read; what cannot be read, has an impossible name or changes meanwhile is reported and left out,
// and the rest goes on. Symbolic links are put as links, never followed (but one named on the
// command line with a slash at its end is). Used by the engine's thread.
#pragma once

#include <unordered_map>

#include "apps/files/upload.h"
#include "cli/context.h"
#include "cli/local/seen.h"
#include "cli/output/progress.h"

namespace obhut::cli {

struct PutOptions {
    bool force = false;  // read also what seems unchanged
};

struct PutTotals {
    std::uint64_t files = 0;  // read and put
    std::uint64_t folders = 0;
    std::uint64_t links = 0;
    std::uint64_t unchanged = 0;  // not read, or read and found the same
    std::uint64_t skipped = 0;    // reported
    std::uint64_t bytes = 0;      // read
    std::uint64_t sent = 0;       // sealed and sent
    std::optional<Error> worst;   // of the skipped
};

class Put final : public files::UploadObserver {
public:
    // All outlive this. `where` is SPACE:, for messages.
    Put(Context& context, client::Engine& engine, client::Space& space, std::string where,
        const PutOptions& options);
    ~Put() override;

    // count looks ahead for the progress bar: amounts of a source. Only names and sizes are read.
    void count(const std::string& source);
    // run puts one source (a path as typed) to `folder`/`name` in the space.
    Outcome<> run(const std::string& source, const std::string& folder, const std::string& name);
    // finish commits what is left.
    Outcome<> finish();
    const PutTotals& totals() const { return totals_; }

private:
    struct Walked;
    struct Sent {
        std::string path;  // in the space, for messages
        std::optional<SeenNote> seen;
        std::uint64_t size = 0;
    };

    Outcome<> put_entry(const platform::Folder& parent, const std::string& parent_path,
                        const std::string& name, const std::string& folder,
                        const std::string& to_name);
    Outcome<> walk(platform::Folder top, const std::string& local_path, const std::string& remote);
    Outcome<> walk_folder(std::vector<Walked>& stack);
    Outcome<> open_below(std::vector<Walked>& stack, const std::string& name);
    // enter reads all of the space's folder, or only one name of it.
    Result<Walked> enter(platform::Folder folder, const std::string& local_path,
                         const std::string& remote, const std::string* only = nullptr);
    Outcome<> put_file(const platform::Folder& folder, const std::string& name, const Walked& where,
                       const std::string& to_name);
    Outcome<> read_file(const platform::Folder& folder, const std::string& name,
                        const Walked& where, const std::string& to_name, const files::Entry* there);
    Outcome<> put_link(const platform::Folder& folder, const std::string& name, const Walked& where,
                       const std::string& to_name);
    void count_folder(const platform::Folder& folder, unsigned depth);
    // skip reports one thing and counts it; an error that concerns everything comes back.
    Outcome<> skip(const std::string& path, Error error);
    files::Upload& upload();

    void read_bytes(std::uint64_t bytes) override;
    Result<> stored(std::span<const Stored> puts) override;
    void skipped(std::uint64_t tag, Error error) override;

    Context& context_;
    client::Engine& engine_;
    client::Space& space_;
    std::string where_;
    PutOptions options_;
    PutTotals totals_;
    ProgressLine progress_;
    std::string top_;
    std::unique_ptr<files::Upload> upload_;
    std::unordered_map<std::uint64_t, Sent> sent_;
    std::uint64_t next_tag_ = 1;
};

}  // namespace obhut::cli
