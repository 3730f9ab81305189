#include "cli/commands/sending.h"

#include "cli/commands/common.h"
#include "cli/commands/visiting.h"
#include "cli/errors.h"
#include "cli/local/source.h"
#include "platform/desktop/local_files.h"

namespace obhut::cli {

namespace {

constexpr Text kFiled{"filed what was put by a link: {0}", "durch einen Link Abgelegtes: {0}"};

Outcome<> add_file(files::LetterWriter& writer, const std::string& path) {
    const platform::SplitPath parts = platform::split_path(path);
    const auto folder = ATTEMPT(path, platform::Folder::open(parts.folder));
    platform::InputFile file = ATTEMPT(path, folder.open_file(parts.name));
    const platform::FileStatus status = ATTEMPT(path, file.status());
    FileSource source(std::move(file), status);
    files::Attributes attributes;
    attributes.mode = status.mode;
    attributes.modified_ns = status.modified;
    ATTEMPT(path, writer.add(source, parts.name, attributes));
    return {};
}

}  // namespace

Outcome<files::LetterWriter::Written> write_letter(Context& context, const OrgId& org,
                                                   client::Transfer& transfer,
                                                   const std::vector<std::string>& names) {
    Machine& machine = context.machine();
    files::LetterWriter writer(org, transfer, machine.entropy(), machine.executor());
    for (const std::string& name : names) {
        TRY_OUTCOME(context.check_interrupt());
        TRY_OUTCOME(add_file(writer, name));
    }
    return ATTEMPT("", writer.finish());
}

Outcome<std::size_t> put_by_link(Context& context, const std::string& url,
                                 const std::optional<std::string>& password_file,
                                 const std::vector<std::string>& names) {
    const OpenVisit visit = TRY_OUTCOME(open_visit(context, url, password_file));
    const std::string shown = shown_url(url);
    if (visit.visitor->record().kind != client::LinkKind::upload)
        return fail_about(shown, errors::link_of_other_kind);
    const auto transfer = client::transfer_by_link(*visit.visitor);
    auto written =
        TRY_OUTCOME(write_letter(context, visit.visitor->record().org, *transfer, names));
    const std::size_t count = written.files.size();
    ATTEMPT(shown,
            client::send_by_link(*visit.visitor, context.machine().entropy(), context.clock(),
                                 std::move(written.files), std::move(written.objects)));
    return count;
}

void file_what_came(Context& context, client::Engine& engine) {
    if (engine.listed() == nullptr) return;
    const std::vector<client::SpaceView> views = *engine.listed();
    for (const client::SpaceView& view : views) {
        if (view.trouble || !view.readable || view.role < client::Role::editor) continue;
        if (!view.drops) continue;
        const auto space = engine.space(view.id);
        if (!space) continue;
        const files::Author author = author_of(context, engine);
        const auto filed =
            files::file_uploads(engine, **space, {context.machine().executor(), author});
        if (!filed) continue;
        for (const std::string& path : *filed)
            context.output().hint(context.say(kFiled, {printable(view.name + ":" + path)}));
    }
}

}  // namespace obhut::cli
