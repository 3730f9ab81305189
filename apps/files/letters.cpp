#include "apps/files/letters.h"

#include "apps/files/space_files.h"
#include "client/drops/inbox.h"
#include "client/links/links.h"
#include "core/content/reader.h"
#include "core/content/writer.h"

namespace obhut::files {

namespace {

constexpr std::string_view kNameless = "Datei";  // for names that no folder can contain

// One file of a letter, read as the writer of the space wants it.
class LetterSource final : public content::ByteSource {
public:
    LetterSource(const ObjectPlace& place, content::ContentSource& objects,
                 const client::LetterFile& file)
        : reader_(place, objects, file.content, file.bytes ? small(*file.bytes) : Bytes()) {}

    std::uint64_t size() override { return reader_.size(); }
    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
        return reader_.read(offset, out);
    }

private:
    static Bytes small(const Bytes& bytes) { return bytes; }
    content::FileReader reader_;
};

// A file of a letter, sealed for the space.
struct Sealed {
    std::string name;
    NewFile file;
};

Attributes attributes_of(const client::LetterFile& file) {
    Attributes attributes;
    attributes.mode = file.mode;
    attributes.modified_ns = file.modified_ns;
    return attributes;
}

Result<std::vector<Sealed>> seal_for(client::Engine& engine, const client::InboxItem& item,
                                     client::Space& target, const FilingPorts& ports) {
    const auto objects = client::letter_source(engine, item);
    content::Writer writer(target.place(), ports.author.entropy, ports.executor, target.uploader(),
                           target.content());
    std::vector<Sealed> sealed;
    const ObjectPlace place = client::drop_place(item.letter->org);
    for (const client::LetterFile& file : item.letter->files) {
        LetterSource source(place, *objects, file);
        TRY(writer.write(source, {}, nullptr, [&](content::Written written) -> Result<> {
            sealed.push_back({check_name(file.name) ? file.name : std::string(kNameless),
                              {std::move(written.content), std::move(written.inline_bytes),
                               attributes_of(file)}});
            return {};
        }));
        TRY(writer.flush());
    }
    TRY(target.flush());
    return sealed;
}

NewFile copy(const NewFile& file) {
    return {file.content.clone(), file.inline_bytes, file.attributes};
}

}  // namespace

struct LetterWriter::Parts {
    Parts(const OrgId& org, client::Transfer& sink, Entropy& entropy, Executor& executor)
        : transfer(sink), writer(client::drop_place(org), entropy, executor, sink, sink) {}
    client::Transfer& transfer;
    content::Writer writer;
    std::vector<client::LetterFile> files;
};

LetterWriter::LetterWriter(const OrgId& org, client::Transfer& transfer, Entropy& entropy,
                           Executor& executor)
    : parts_(std::make_unique<Parts>(org, transfer, entropy, executor)) {}

LetterWriter::~LetterWriter() = default;

Result<> LetterWriter::add(content::ByteSource& source, std::string name,
                           const Attributes& attributes) {
    const auto mode = attributes.mode;
    const auto modified = attributes.modified_ns;
    TRY(parts_->writer.write(
        source, {}, nullptr,
        [this, name = std::move(name), mode, modified](content::Written written) -> Result<> {
            client::LetterFile file{name, std::move(written.content), {}, mode, modified};
            if (!written.inline_bytes.empty()) file.bytes = std::move(written.inline_bytes);
            parts_->files.push_back(std::move(file));
            return {};
        }));
    return parts_->writer.flush();
}

Result<LetterWriter::Written> LetterWriter::finish() {
    TRY(parts_->writer.flush());
    TRY(parts_->transfer.flush());
    return Written{std::move(parts_->files), parts_->transfer.taken()};
}

Result<std::vector<std::string>> file_into(client::Engine& engine, client::Space& mailbox,
                                           const client::InboxItem& item, client::Space& target,
                                           const std::string& folder, const FilingPorts& ports) {
    std::vector<std::string> paths;
    if (!TRY(client::begin_filing(engine, mailbox, item, target))) return paths;
    const std::vector<Sealed> sealed = TRY(seal_for(engine, item, target, ports));
    const client::LetterPlanner planner =
        [&](const client::Snapshot& base) -> Result<client::Plan> {
        const TreeReading reading(base.tree);
        Draft draft(reading);
        Editor editor(draft, author_at(ports.author, base));
        client::Plan plan;
        paths.clear();
        const FileId into = TRY(editor.make_folders(kRoot, folder));
        const std::string way = TRY(editor.files().path_of(into));
        for (const Sealed& one : sealed) {
            const std::string name = TRY(editor.free_name(into, one.name));
            TRY(editor.put_file(into, name, copy(one.file)));
            paths.push_back((way == "/" ? "" : way) + "/" + name);
        }
        if (!paths.empty())
            plan.summary.add(client::Verb::received, paths.front(), {}, paths.size());
        plan.batch = draft.batch();
        return plan;
    };
    if (!TRY(client::file_letter(engine, mailbox, item, target, planner))) paths.clear();
    return paths;
}

Result<std::vector<std::string>> file_uploads(client::Engine& engine, client::Space& space,
                                              const FilingPorts& ports) {
    std::vector<std::string> paths;
    std::map<client::LinkId, FileId> folders;
    if (space.role() < client::Role::editor) return paths;
    const SpaceView view = TRY(SpaceView::newest(space));
    TRY(view.files().reading().each(
        as_bytes(client::kLinksPrefix), {}, [&](ByteView key, ByteView value) -> Result<bool> {
            const auto place = client::parse_link_key(key);
            const auto entry = client::parse_link_entry(value);
            if (place && entry && entry->kind == client::LinkKind::upload)
                folders.emplace(place->id, place->target);
            return true;
        }));
    if (folders.empty()) return paths;
    const client::InboxView inbox = TRY(client::read_uploads(engine, space));
    for (const client::InboxItem& item : inbox.items) {
        if (!item.letter || !item.letter->link) continue;
        const auto folder = folders.find(*item.letter->link);
        if (folder == folders.end()) continue;
        const SpaceView now = TRY(SpaceView::newest(space));
        // A folder that is gone: the topmost one, so that nothing waits for ever.
        const auto path = now.files().path_of(folder->second);
        for (std::string& filed :
             TRY(file_into(engine, space, item, space, path ? *path : std::string("/"), ports)))
            paths.push_back(std::move(filed));
    }
    return paths;
}

}  // namespace obhut::files
