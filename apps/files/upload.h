// Upload: many files on their way into a space, in few commits.
//
//     put() ─▶ content::Writer ─▶ space's uploader        (sealed on all processors, sent in
//     batches)
//                    └▶ ready ─▶ commit of up to kFilesPerCommit files
//
// What a commit holds is acknowledged as a whole: after an interruption whole commits are there,
// and what was sealed and sent before it is reused from the journal (files of several chunks).
// Memory: the writer's, the uploader's, and the entries of one commit. Used by the thread of the
// space's engine.
#pragma once

#include <map>

#include "apps/files/space_files.h"
#include "core/content/writer.h"

namespace obhut::files {

inline constexpr std::size_t kFilesPerCommit = 4096;
inline constexpr std::uint64_t kBytesPerCommit = 4ULL
                                                 << 30;  // so that a long upload is safe in steps

// UploadObserver is told what happened; calls come in the order of the puts.
class UploadObserver {
public:
    virtual ~UploadObserver() = default;
    // read_bytes: so many more bytes of files were read and sealed, or found unchanged.
    virtual void read_bytes(std::uint64_t bytes) = 0;
    // stored: the commit that holds these puts is acknowledged; tag by tag the entry as it is now.
    struct Stored {
        std::uint64_t tag;
        Entry entry;
    };
    virtual Result<> stored(std::span<const Stored> puts) = 0;
    // skipped: a file did not go in, for a reason that concerns only it.
    virtual void skipped(std::uint64_t tag, Error error) = 0;
};

// UploadFile is one file to put.
struct UploadFile {
    std::uint64_t tag = 0;  // the caller's number for it
    std::string folder;     // path in the space; missing folders are made
    std::string name;
    Attributes attributes;
    const Entry* earlier =
        nullptr;  // what is there under the name now; for reuse of unchanged chunks; for the call
    Bytes journal_key;  // names the source's exact state, ≤ 64 bytes; empty: not to be resumed
    // Absolute path on this machine, to find the bytes again should a server lose them; or empty.
    std::string origin = {};
    // unchanged is asked after reading: false when the source changed meanwhile, so that no mixture
    // is kept.
    std::function<bool()> unchanged;
};

struct UploadPorts {
    Executor& executor;
    Clock& clock;  // commits carry its time
};

class Upload {
public:
    // All outlive this. `top` names the upload in the commit's summary.
    Upload(client::Space& space, const Author& author, const UploadPorts& ports,
           UploadObserver& observer, std::string top);
    ~Upload();
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    // put reads a file now and has it in a commit later. Errors end the upload: those of the
    // transport, of the commit, of the observer. What concerns one file alone goes to skipped().
    Result<> put(content::ByteSource& source, UploadFile file);
    // make_folder has a folder made (or its attributes set) in the next commit.
    Result<> make_folder(std::string path, Attributes attributes);
    Result<> put_symlink(std::uint64_t tag, std::string folder, std::string name, Bytes target,
                         Attributes attributes);

    // finish commits what is left.
    Result<> finish();
    std::uint64_t fresh_bytes() const { return fresh_bytes_; }  // of sealed objects
    std::uint64_t commits() const { return commits_; }

private:
    // One thing for the next commit.
    struct Ready {
        enum class What : std::uint8_t { file, folder, symlink } what = What::file;
        std::uint64_t tag = 0;
        std::string folder;
        std::string name;
        Attributes attributes;
        content::Content content;
        Bytes bytes;  // inline content, or the symlink's target
        Bytes journal_key;
        std::string origin;
    };
    class Pending;
    Result<content::Earlier> earlier_of(const UploadFile& file,
                                        std::vector<content::Chunk>& resumed);
    Result<> take(const std::shared_ptr<Pending>& pending, content::Written written);
    Result<> commit_when_enough();
    Result<> commit();
    Result<> forget_journal();
    std::vector<client::Origin> origins() const;
    struct Plan;
    Result<> apply(Editor& editor, client::Summary& summary, Plan& plan);
    Result<bool> apply_one(Editor& editor, const FileId& folder, const Ready& ready);

    client::Space& space_;
    Author author_;
    Clock& clock_;
    UploadObserver& observer_;
    std::string top_;
    content::Writer writer_;
    std::vector<Ready> ready_;
    std::uint64_t ready_bytes_ = 0;
    std::uint64_t fresh_bytes_ = 0;
    std::uint64_t commits_ = 0;
};

}  // namespace obhut::files
