#include "cli/commands/copy_across.h"

#include "apps/files/upload.h"
#include "cli/errors.h"
#include "core/content/reader.h"

namespace obhut::cli {

namespace {

// A file of one space, read as the source of another.
class SpaceSource final : public content::ByteSource {
public:
    SpaceSource(client::Space& space, const content::Content& content, Bytes inline_bytes)
        : size_(content.size),
          reader_(space.place(), space.content(), content, std::move(inline_bytes)) {}

    std::uint64_t size() override { return size_; }
    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
        return reader_.read(offset, out);
    }

private:
    std::uint64_t size_;
    content::FileReader reader_;
};

class Report final : public files::UploadObserver {
public:
    Report(Context& context, std::string where) : context_(context), where_(std::move(where)) {}

    void read_bytes(std::uint64_t) override {}
    Result<> stored(std::span<const Stored> puts) override {
        for (const Stored& put : puts) {
            JsonObject object;
            object.text("from", names[put.tag].first).text("to", where_ + names[put.tag].second);
            context_.output().object(object);
        }
        return {};
    }
    void skipped(std::uint64_t tag, Error error) override {
        context_.output().problem({names[tag].first, error, {}});
        worst = error;
    }

    std::map<std::uint64_t, std::pair<std::string, std::string>> names;
    std::optional<Error> worst;

private:
    Context& context_;
    std::string where_;
};

struct Copy {
    client::Space& from;
    const files::Files& files;
    files::Upload& upload;
    Report& report;
    const SpacePath& source;
};

Result<> copy_one(Copy& copy, const files::Found& found, const std::string& path,
                  const std::string& folder, const std::string& name) {
    const files::Entry& entry = found.entry;
    const std::uint64_t tag = copy.report.names.size() + 1;
    copy.report.names[tag] = {copy.source.space + ":" + path,
                              (folder == "/" ? "" : folder) + "/" + name};
    if (entry.target)
        return copy.upload.put_symlink(tag, folder, name, *entry.target, entry.attributes);
    if (!entry.content) return {};
    SpaceSource source(copy.from, *entry.content,
                       entry.content->is_inline() ? TRY(copy.files.small_content(entry)) : Bytes());
    files::UploadFile file;
    file.tag = tag;
    file.folder = folder;
    file.name = name;
    file.attributes = entry.attributes;
    return copy.upload.put(source, std::move(file));
}

Result<> copy_all(Copy& copy, const files::Found& found, const Destination& place) {
    const std::string top = (place.folder == "/" ? "" : place.folder) + "/" + place.name;
    if (!found.entry.is_folder())
        return copy_one(copy, found, copy.source.path, place.folder, place.name);
    TRY(copy.upload.make_folder(top, found.entry.attributes));
    return copy.files.walk(
        found.entry.id, [&](const std::string& path, const files::Found& below) -> Result<bool> {
            const std::string relative = path.starts_with('/') ? path : "/" + path;
            if (below.entry.is_folder()) {
                TRY(copy.upload.make_folder(top + relative, below.entry.attributes));
                return true;
            }
            const std::string to = top + relative;
            TRY(copy_one(copy, below, copy.source.path + relative, to.substr(0, to.rfind('/')),
                         below.name));
            return true;
        });
}

}  // namespace

Outcome<> copy_across(Context& context, const SpacePath& source, const SpacePath& target,
                      bool several) {
    client::Space* from = TRY_OUTCOME(context.space(source.space));
    client::Space* to = TRY_OUTCOME(context.space(target.space));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const auto from_view = ATTEMPT(source.space, files::SpaceView::newest(*from));
    const auto to_view = ATTEMPT(target.space, files::SpaceView::newest(*to));
    const files::Found found = ATTEMPT(source.text(), from_view.files().lookup(source.path));
    const Destination place =
        TRY_OUTCOME(destination_of(to_view.files(), target, source.name(), several));
    Report report(context, target.space + ":");
    const files::UploadPorts ports{context.machine().executor(), context.clock()};
    files::Upload upload(*to, author_of(context, *engine), ports, report,
                         place.folder + "/" + place.name);
    Copy copy{*from, from_view.files(), upload, report, source};
    ATTEMPT(source.text(), copy_all(copy, found, place));
    ATTEMPT(target.text(), upload.finish());
    if (report.worst) return fail_about(source.text(), errors::partly_done);
    return {};
}

}  // namespace obhut::cli
