#include "cli/local/put.h"

#include "apps/files/errors.h"
#include "cli/commands/common.h"
#include "cli/errors.h"
#include "cli/local/serious.h"
#include "cli/local/source.h"
#include "platform/desktop/process.h"

namespace obhut::cli {

namespace {

constexpr Text kSending{"Sending", "Senden"};
constexpr unsigned kMaxDepth = 256;  // folders below each other that are walked
constexpr std::uint64_t kJournalFrom =
    content::kSmallChunk;  // files of more than one chunk are worth resuming

std::string join(const std::string& folder, const std::string& name) {
    return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

// The exact state of a source: another time, size or inode is another journal.
Bytes journal_key(const platform::FileStatus& status) {
    Bytes key;
    for (const std::uint64_t part :
         {status.device, status.inode, status.size, static_cast<std::uint64_t>(status.modified),
          static_cast<std::uint64_t>(status.changed)})
        append_be64(key, part);
    append_be32(key, content::chunk_size_for(status.size));
    return key;
}

}  // namespace

// A local folder on the way, with what the space has in its place.
struct Put::Walked {
    platform::Folder folder;
    std::string local_path;
    std::string remote;
    SeenFolder seen;
    std::map<std::string, files::Entry> there;
    std::vector<platform::DirectoryEntry> entries;
    std::size_t next = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
};

Put::Put(Context& context, client::Engine& engine, client::Space& space, std::string where,
         const PutOptions& options)
    : context_(context),
      engine_(engine),
      space_(space),
      where_(std::move(where)),
      options_(options),
      progress_(context.output(), context.clock(), kSending) {}

Put::~Put() = default;

files::Upload& Put::upload() {
    if (!upload_) {
        const files::UploadPorts ports{context_.machine().executor(), context_.clock()};
        upload_ = std::make_unique<files::Upload>(space_, author_of(context_, engine_), ports,
                                                  *this, top_);
    }
    return *upload_;
}

void Put::count(const std::string& source) {
    const platform::SplitPath parts = platform::split_path(source);
    const auto parent = platform::Folder::open(parts.folder);
    if (!parent) return;
    if (parts.name != ".") {
        const auto status = parent->status(parts.name);
        if (!status) return;
        if (status->type != platform::FileType::folder) {
            progress_.amounts().total_items += 1;
            progress_.amounts().total_bytes +=
                status->type == platform::FileType::file ? status->size : 0;
            return;
        }
        if (const auto folder = parent->open_folder(parts.name)) count_folder(*folder, 0);
        return;
    }
    count_folder(*parent, 0);
}

void Put::count_folder(const platform::Folder& folder, unsigned depth) {
    const auto entries = folder.list();
    if (!entries || depth > kMaxDepth || context_.machine().interrupted()) return;
    for (const auto& entry : *entries) {
        progress_.amounts().total_items += 1;
        if (entry.type == platform::FileType::file) {
            if (const auto status = folder.status(entry.name))
                progress_.amounts().total_bytes += status->size;
        } else if (entry.type == platform::FileType::folder) {
            if (const auto below = folder.open_folder(entry.name)) count_folder(*below, depth + 1);
        }
    }
}

Outcome<> Put::run(const std::string& source, const std::string& folder, const std::string& name) {
    if (top_.empty()) top_ = join(folder, name);
    const platform::SplitPath parts = platform::split_path(source);
    const auto parent = platform::Folder::open(parts.folder);
    if (!parent) return fail_about(source, parent.error());
    if (parts.name == ".") {
        auto top = platform::Folder::open(source);
        if (!top) return fail_about(source, top.error());
        return walk(std::move(*top), platform::absolute_path(source),
                    name.empty() ? folder : join(folder, name));
    }
    return put_entry(*parent, platform::absolute_path(parts.folder), parts.name, folder, name);
}

Outcome<> Put::put_entry(const platform::Folder& parent, const std::string& parent_path,
                         const std::string& name, const std::string& folder,
                         const std::string& to_name) {
    const auto status = parent.status(name);
    if (!status) return fail_about(join(parent_path, name), status.error());
    if (!is_utf8(as_bytes(to_name)))
        return skip(join(parent_path, name), Error(errors::name_not_utf8));
    if (const auto allowed = files::check_name(to_name); !allowed)
        return fail_about(where_ + join(folder, to_name), allowed.error());
    if (status->type == platform::FileType::folder) {
        auto top = parent.open_folder(name);
        if (!top) return fail_about(join(parent_path, name), top.error());
        return walk(std::move(*top), join(parent_path, name), join(folder, to_name));
    }
    auto handle = platform::Folder::open(parent_path);
    if (!handle) return fail_about(parent_path, handle.error());
    const Walked where =
        ATTEMPT(parent_path, enter(std::move(*handle), parent_path, folder, &to_name));
    if (status->type == platform::FileType::link) return put_link(parent, name, where, to_name);
    return put_file(parent, name, where, to_name);
}

// Reads what the space has in a folder, and what was seen of it here.
Result<Put::Walked> Put::enter(platform::Folder folder, const std::string& local_path,
                               const std::string& remote, const std::string* only) {
    constexpr std::size_t kPage = 1000;
    const platform::FileStatus status = TRY(folder.status());
    Walked walked{std::move(folder),
                  local_path,
                  remote,
                  TRY(SeenFolder::load(context_.store(), space_.id(), local_path)),
                  {},
                  {},
                  0,
                  status.device,
                  status.inode};
    const files::SpaceView view = TRY(files::SpaceView::newest(space_));
    const auto id = view.files().folder(remote);
    if (!id) return walked;
    if (only != nullptr) {
        auto entry = TRY(view.files().find(*id, *only));
        if (entry) walked.there.emplace(*only, std::move(*entry));
        return walked;
    }
    for (std::string after;;) {
        auto page = TRY(view.files().list(*id, after, kPage));
        if (page.empty()) break;
        after = page.back().name;
        for (files::Found& found : page) walked.there.emplace(found.name, std::move(found.entry));
        if (page.size() < kPage) break;
    }
    return walked;
}

Outcome<> Put::walk(platform::Folder top, const std::string& local_path,
                    const std::string& remote) {
    std::vector<Walked> stack;
    stack.push_back(ATTEMPT(local_path, enter(std::move(top), local_path, remote)));
    TRY_OUTCOME(walk_folder(stack));
    while (!stack.empty()) {
        TRY_OUTCOME(context_.check_interrupt());
        progress_.tick();
        Walked& current = stack.back();
        if (current.next >= current.entries.size()) {
            stack.pop_back();
            continue;
        }
        const platform::DirectoryEntry entry = current.entries[current.next++];
        progress_.amounts().items += 1;
        if (!is_utf8(as_bytes(entry.name))) {
            TRY_OUTCOME(skip(join(current.local_path, entry.name), Error(errors::name_not_utf8)));
        } else if (entry.type == platform::FileType::folder) {
            TRY_OUTCOME(open_below(stack, entry.name));
        } else if (entry.type == platform::FileType::link) {
            TRY_OUTCOME(put_link(current.folder, entry.name, current, entry.name));
        } else if (entry.type == platform::FileType::file) {
            TRY_OUTCOME(put_file(current.folder, entry.name, current, entry.name));
        } else {
            TRY_OUTCOME(skip(join(current.local_path, entry.name), Error(errors::unusual_file)));
        }
    }
    return {};
}

// Begins with the folder on top of the stack: lists it, and has it made in the space.
Outcome<> Put::walk_folder(std::vector<Walked>& stack) {
    Walked& current = stack.back();
    auto entries = current.folder.list();
    if (!entries) {
        const std::string path = current.local_path;
        stack.pop_back();
        return skip(path, entries.error());
    }
    current.entries = std::move(*entries);
    const auto status = current.folder.status();
    if (current.remote == "/" || !status) return {};
    auto extended = current.folder.attributes();
    const auto attributes = attributes_of(
        *status, extended ? std::move(*extended) : std::vector<platform::Attribute>());
    ATTEMPT(where_ + current.remote, upload().make_folder(current.remote, attributes));
    totals_.folders += 1;
    return {};
}

Outcome<> Put::open_below(std::vector<Walked>& stack, const std::string& name) {
    const Walked& current = stack.back();
    const std::string path = join(current.local_path, name);
    auto folder = current.folder.open_folder(name);
    if (!folder) return skip(path, folder.error());
    const auto status = folder->status();
    if (!status) return skip(path, status.error());
    const bool loops = std::ranges::any_of(stack, [&](const Walked& above) {
        return above.device == status->device && above.inode == status->inode;
    });
    if (loops || stack.size() >= kMaxDepth) return skip(path, Error(errors::folder_loop));
    stack.push_back(ATTEMPT(path, enter(std::move(*folder), path, join(current.remote, name))));
    return walk_folder(stack);
}

Outcome<> Put::put_file(const platform::Folder& folder, const std::string& name,
                        const Walked& where, const std::string& to_name) {
    const auto found = where.there.find(to_name);
    const files::Entry* there =
        found != where.there.end() && found->second.content ? &found->second : nullptr;
    if (there != nullptr && !options_.force) {
        const auto status = folder.status(name);
        if (status && where.seen.is_unchanged(name, *status, *there)) {
            totals_.unchanged += 1;
            progress_.amounts().bytes += status->size;
            return {};
        }
    }
    return read_file(folder, name, where, to_name, there);
}

Outcome<> Put::read_file(const platform::Folder& folder, const std::string& name,
                         const Walked& where, const std::string& to_name,
                         const files::Entry* there) {
    const std::string local = join(where.local_path, name);
    auto file = folder.open_file(name);
    if (!file) return skip(local, file.error());
    const auto status = file->status();
    if (!status) return skip(local, status.error());
    auto extended = file->attributes();
    FileSource source(std::move(*file), *status, &context_.machine());
    files::UploadFile upload_file;
    upload_file.tag = next_tag_++;
    upload_file.folder = where.remote;
    upload_file.name = to_name;
    upload_file.attributes = attributes_of(
        *status, extended ? std::move(*extended) : std::vector<platform::Attribute>());
    upload_file.earlier = there;
    if (status->size > kJournalFrom) upload_file.journal_key = journal_key(*status);
    upload_file.origin = local;
    upload_file.unchanged = [&] { return source.unchanged(); };
    Sent sent{join(where.remote, to_name), std::nullopt, status->size};
    if (is_settled(*status, context_.clock().now()))
        sent.seen = SeenNote{where.seen.key(name), *status};
    sent_.emplace(upload_file.tag, std::move(sent));
    ATTEMPT(local, upload().put(source, std::move(upload_file)));
    return context_.check_interrupt();
}

Outcome<> Put::put_link(const platform::Folder& folder, const std::string& name,
                        const Walked& where, const std::string& to_name) {
    const std::string local = join(where.local_path, name);
    const auto status = folder.status(name);
    if (!status) return skip(local, status.error());
    const auto target = folder.read_link(name);
    if (!target) return skip(local, target.error());
    const auto found = where.there.find(to_name);
    const bool same = found != where.there.end() && found->second.target &&
                      as_text(*found->second.target) == *target &&
                      found->second.attributes.modified_ns == status->modified;
    if (same) {
        totals_.unchanged += 1;
        return {};
    }
    const std::uint64_t tag = next_tag_++;
    sent_.emplace(tag, Sent{join(where.remote, to_name), std::nullopt, 0});
    files::Attributes attributes;
    attributes.modified_ns = status->modified;
    ATTEMPT(local, upload().put_symlink(tag, where.remote, to_name, to_bytes(*target), attributes));
    totals_.links += 1;
    return {};
}

Outcome<> Put::finish() {
    if (!upload_) return {};
    ATTEMPT(where_ + top_, upload_->finish());
    totals_.sent = upload_->fresh_bytes();
    return {};
}

Outcome<> Put::skip(const std::string& path, Error error) {
    if (concerns_all(error)) return fail_about(path, error);
    context_.output().problem({path, error, {}});
    totals_.skipped += 1;
    if (!totals_.worst || error.kind() == Kind::corrupt) totals_.worst = error;
    return {};
}

void Put::read_bytes(std::uint64_t bytes) {
    totals_.bytes += bytes;
    progress_.amounts().bytes += bytes;
    progress_.tick();
}

Result<> Put::stored(std::span<const Stored> puts) {
    std::vector<std::pair<SeenNote, const files::Entry*>> notes;
    for (const Stored& put : puts) {
        const auto found = sent_.find(put.tag);
        if (found == sent_.end()) continue;
        totals_.files += put.entry.kind == files::FileKind::file ? 1 : 0;
        JsonObject object;
        object.text("type", kind_word(put.entry.kind)).text("path", where_ + found->second.path);
        context_.output().object(
            object.number("size", found->second.size).text("id", put.entry.id.hex()));
        if (found->second.seen) notes.emplace_back(*found->second.seen, &put.entry);
        sent_.erase(found);
    }
    return remember(context_.store(), notes);
}

void Put::skipped(std::uint64_t tag, Error error) {
    const auto found = sent_.find(tag);
    if (error.is(errors::interrupted)) return;  // concerns all, and ends all
    const std::string path = found == sent_.end() ? where_ : where_ + found->second.path;
    context_.output().problem({path, error, {}});
    totals_.skipped += 1;
    if (!totals_.worst || error.kind() == Kind::corrupt) totals_.worst = error;
    if (found != sent_.end()) sent_.erase(found);
}

}  // namespace obhut::cli
