#include "apps/files/upload.h"

#include "apps/files/errors.h"
#include "client/errors.h"
#include "core/content/errors.h"
#include "protocols/api/errors.h"

namespace obhut::files {

// A file between being read and being ready for a commit. It remembers its chunks on the way.
class Upload::Pending final : public content::ChunkLog {
public:
    Pending(client::Space& space, UploadObserver& observer) : space_(space), observer_(observer) {}

    Result<> written(std::uint64_t bytes, const content::Chunk* chunk, bool fresh) override {
        observer_.read_bytes(bytes);
        if (chunk == nullptr || !fresh || ready.journal_key.empty()) return {};
        return space_.remember_chunk(ready.journal_key, *chunk);
    }

    Ready ready;
    bool changed_meanwhile = false;

private:
    client::Space& space_;
    UploadObserver& observer_;
};

// What a plan found out; made anew for every try.
struct Upload::Plan {
    std::map<std::string, Result<FileId>> folders;
    std::vector<UploadObserver::Stored> stored;
    std::vector<std::pair<std::uint64_t, Error>> skipped;
    std::uint64_t added = 0;
    std::uint64_t changed = 0;

    // folder gives the id of a path, making what is missing, once.
    Result<FileId> folder(Editor& editor, const std::string& path) {
        const auto known = folders.find(path);
        if (known != folders.end()) return known->second;
        return folders.emplace(path, editor.make_folders(kRoot, path)).first->second;
    }
};

Upload::Upload(client::Space& space, const Author& author, const UploadPorts& ports,
               UploadObserver& observer, std::string top)
    : space_(space),
      author_(author),
      clock_(ports.clock),
      observer_(observer),
      top_(std::move(top)),
      writer_(space.place(), author.entropy, ports.executor, space.uploader(), space.content()) {}

Upload::~Upload() = default;

Result<content::Earlier> Upload::earlier_of(const UploadFile& file,
                                            std::vector<content::Chunk>& resumed) {
    content::Earlier earlier;
    if (file.earlier != nullptr && file.earlier->content) earlier.version = &*file.earlier->content;
    if (file.journal_key.empty()) return earlier;
    resumed = TRY(space_.recall_chunks(file.journal_key));
    earlier.resumed = resumed;
    return earlier;
}

Result<> Upload::put(content::ByteSource& source, UploadFile file) {
    auto pending = std::make_shared<Pending>(space_, observer_);
    pending->ready.tag = file.tag;
    pending->ready.folder = std::move(file.folder);
    pending->ready.name = std::move(file.name);
    pending->ready.attributes = std::move(file.attributes);
    pending->ready.journal_key = file.journal_key;
    pending->ready.origin = std::move(file.origin);
    std::vector<content::Chunk> resumed;
    const content::Earlier earlier = TRY(earlier_of(file, resumed));
    const Result<> read = writer_.write(
        source, earlier, pending.get(),
        [this, pending](content::Written written) { return take(pending, std::move(written)); });
    if (!read) {
        if (writer_.is_broken()) return read;
        observer_.skipped(file.tag, read.error());
        return {};
    }
    if (file.unchanged && !file.unchanged()) pending->changed_meanwhile = true;
    return commit_when_enough();
}

Result<> Upload::take(const std::shared_ptr<Pending>& pending, content::Written written) {
    Ready& ready = pending->ready;
    if (pending->changed_meanwhile) {
        observer_.skipped(ready.tag, Error(errors::source_changed));
        return ready.journal_key.empty() ? Result<>() : space_.forget_chunks(ready.journal_key);
    }
    fresh_bytes_ += written.fresh;
    ready_bytes_ += written.content.size;
    ready.content = std::move(written.content);
    ready.bytes = std::move(written.inline_bytes);
    ready_.push_back(std::move(ready));
    return {};
}

Result<> Upload::make_folder(std::string path, Attributes attributes) {
    Ready ready;
    ready.what = Ready::What::folder;
    ready.folder = std::move(path);
    ready.attributes = std::move(attributes);
    ready_.push_back(std::move(ready));
    return commit_when_enough();
}

Result<> Upload::put_symlink(std::uint64_t tag, std::string folder, std::string name, Bytes target,
                             Attributes attributes) {
    Ready ready;
    ready.what = Ready::What::symlink;
    ready.tag = tag;
    ready.folder = std::move(folder);
    ready.name = std::move(name);
    ready.bytes = std::move(target);
    ready.attributes = std::move(attributes);
    ready_.push_back(std::move(ready));
    return commit_when_enough();
}

Result<> Upload::finish() {
    TRY(writer_.flush());
    while (!ready_.empty()) TRY(commit());
    return {};
}

Result<> Upload::commit_when_enough() {
    if (ready_.size() < kFilesPerCommit && ready_bytes_ < kBytesPerCommit) return {};
    return commit();
}

Result<> Upload::commit() {
    Plan plan;
    const Edit edit = [&](Editor& editor, client::Summary& summary) {
        plan = Plan();
        return apply(editor, summary, plan);
    };
    author_.now = clock_.now();
    const auto committed = change_files(space_, author_, edit, origins());
    if (!committed) {
        // What the journal calls sent is not there any more: the next try must seal it again.
        const Error error = committed.error();
        if (error.is(errors::upload_missing) || error.is(errors::content_lost))
            TRY(forget_journal());
        return std::unexpected(committed.error());
    }
    commits_ += committed->made ? 1 : 0;
    for (const auto& [tag, error] : plan.skipped) observer_.skipped(tag, error);
    TRY(observer_.stored(plan.stored));
    TRY(forget_journal());
    ready_.clear();
    ready_bytes_ = 0;
    return {};
}

std::vector<client::Origin> Upload::origins() const {
    std::vector<client::Origin> origins;
    for (const Ready& ready : ready_)
        if (!ready.origin.empty() && !ready.content.is_inline())
            origins.push_back({ready.origin,
                               ready.folder + (ready.folder.ends_with('/') ? "" : "/") + ready.name,
                               ready.content.clone()});
    return origins;
}

Result<> Upload::forget_journal() {
    for (const Ready& ready : ready_)
        if (!ready.journal_key.empty()) TRY(space_.forget_chunks(ready.journal_key));
    return {};
}

Result<> Upload::apply(Editor& editor, client::Summary& summary, Plan& plan) {
    for (const Ready& ready : ready_) {
        const auto folder = plan.folder(editor, ready.folder);
        if (!folder) {
            plan.skipped.emplace_back(ready.tag, folder.error());
            continue;
        }
        const auto done = apply_one(editor, *folder, ready);
        if (!done) {
            const Kind kind = done.error().kind();
            // A clash or a bad name concerns this one; everything else ends the commit.
            if (kind != Kind::usage && kind != Kind::missing) return std::unexpected(done.error());
            plan.skipped.emplace_back(ready.tag, done.error());
            continue;
        }
        if (ready.what == Ready::What::folder) continue;
        (*done ? plan.added : plan.changed) += 1;
        plan.stored.push_back({ready.tag, TRY(editor.files().get(*folder, ready.name))});
    }
    if (plan.added > 0) summary.add(client::Verb::added, top_, {}, plan.added);
    if (plan.changed > 0) summary.add(client::Verb::changed, top_, {}, plan.changed);
    return {};
}

// True when nothing had this name before.
Result<bool> Upload::apply_one(Editor& editor, const FileId& folder, const Ready& ready) {
    if (ready.what == Ready::What::folder) {
        // The folder is made by its path; its attributes stand in its own folder's entry.
        const std::size_t slash = ready.folder.rfind('/');
        const std::string parent = ready.folder.substr(0, slash);
        const std::string name = ready.folder.substr(slash + 1);
        if (name.empty()) return false;
        TRY(editor.set_attributes(TRY(editor.make_folders(kRoot, parent)), name, ready.attributes));
        return true;
    }
    TRY(check_name(ready.name));
    const auto existing = TRY(editor.files().find(folder, ready.name));
    if (existing && existing->is_folder()) return fail(errors::is_a_folder);
    if (ready.what == Ready::What::symlink) {
        if (existing && existing->kind != FileKind::symlink) return fail(errors::name_taken);
        TRY(editor.put_symlink(folder, ready.name, ready.bytes, ready.attributes));
        return !existing;
    }
    TRY(editor.put_file(folder, ready.name,
                        NewFile{ready.content.clone(), ready.bytes, ready.attributes}));
    return !existing;
}

}  // namespace obhut::files
