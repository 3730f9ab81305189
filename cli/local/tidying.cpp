#include "cli/local/tidying.h"

#include "cli/commands/common.h"

namespace obhut::cli {

namespace {

// Record of one space.
struct Tidied {
    Millis time = 0;
    static void fields(auto& self, auto& field) { field(1, self.time); }
};

Bytes key_of(const SpaceId& space) {
    Bytes key = to_bytes("cli/tidied/");
    append(key, space.view());
    return key;
}

// A clock that was set back does not make it wait for years.
Result<bool> is_due(client::LocalStore& store, const SpaceId& space, Millis now) {
    const auto reader = TRY(store.read());
    const auto value = TRY(reader->get(client::Table::apps, key_of(space)));
    if (!value) return true;
    const auto last = TRY(decode<Tidied>(*value));
    return last.time > now || now - last.time >= kDay;
}

Result<> note(client::LocalStore& store, const SpaceId& space, Millis now) {
    const auto writer = TRY(store.write(client::Durability::relaxed));
    TRY(writer->put(client::Table::apps, key_of(space), encode(Tidied{now})));
    return writer->commit();
}

}  // namespace

void tidy_spaces(Context& context, client::Engine& engine) {
    if (engine.listed() == nullptr) return;
    const std::vector<client::SpaceView> views = *engine.listed();
    const files::Author author = author_of(context, engine);
    for (const client::SpaceView& view : views) {
        if (view.trouble || !view.readable || view.role < client::Role::editor) continue;
        if (view.kind != client::kFilesKind) continue;
        const auto due = is_due(context.store(), view.id, author.now);
        if (!due || !*due) continue;
        const auto space = engine.space(view.id);
        if (space && files::tidy(**space, author)) (void)note(context.store(), view.id, author.now);
    }
}

}  // namespace obhut::cli
