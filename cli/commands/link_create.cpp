// obhut link create SPACE:/PATH [--password-file FILE] [--expires TIME] [--limit N] [--upload]
#include <charconv>

#include "apps/files/links.h"
#include "cli/commands/all.h"
#include "cli/commands/visiting.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpacePathWord, .value = Value::space_path}};
constexpr Option kOptions[]{
    {.name = "password-file",
     .value = Value::file,
     .value_name = kFileWord,
     .help = {"the link opens only with the password in this file",
              "der Link öffnet nur mit dem Passwort in dieser Datei"}},
    {.name = "expires",
     .value = Value::text,
     .value_name = kTimeWord,
     .help = {"until then (2026-12-31, 12h, 7d)", "bis dahin (2026-12-31, 12h, 7d)"}},
    {.name = "limit",
     .value = Value::text,
     .value_name = {"N", "N"},
     .help = {"may be opened so many times", "darf so oft geöffnet werden"}},
    {.name = "upload",
     .help = {"for putting files into the folder, not for reading",
              "um Dateien in den Ordner zu legen, nicht zum Lesen"}},
};
constexpr Text kOnce{"The link is shown only now. Who has it needs no account.",
                     "Der Link wird nur jetzt gezeigt. Wer ihn hat, braucht kein Konto."};
constexpr Text kFollows{"It always shows the folder as it is; “obhut link list” shows your links.",
                        "Er zeigt den Ordner immer, wie er ist; „obhut link list“ zeigt Links."};
constexpr Text kEnds{"The expiry has to lie in the future.",
                     "Das Ende muss in der Zukunft liegen."};

Outcome<Millis> expiry(Context& context, const std::string& text) {
    const Millis now = context.clock().now();
    Millis time = TRY_OUTCOME(time_argument(context, text));
    // A span is read as one back from now; here it goes forward.
    const char last = text.empty() ? '0' : text.back();
    if (time < now && (last < '0' || last > '9')) time = now + (now - time);
    if (time <= now) return fail_about(text, errors::value_malformed_here, context.say(kEnds));
    return time;
}

Outcome<std::uint32_t> limit(const std::string& text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0)
        return fail_about(text, errors::value_malformed_here);
    return number;
}

// What visitors read of who made the link.
Outcome<> introduce(client::Engine& engine, client::LinkWish& wish) {
    const auto self = engine.find_person(engine.status().user.hex());
    wish.from = self ? self->label() : engine.status().email;
    const auto book = engine.address_book();
    if (!book) return {};
    const auto state = (*book)->snapshot();
    if (!state) return {};
    const auto value = (*state)->tree.get(client::organisation_key());
    if (!value || !*value) return {};
    const auto entry = decode<client::OrganisationEntry>(**value);
    if (entry) wish.organisation = entry->name;
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& what = arguments.text(0);
    const OpenSpace place = TRY_OUTCOME(open_path(context, what));
    const files::Found found = ATTEMPT(what, place.view.files().lookup(place.path.path));
    client::LinkWish wish;
    wish.kind = arguments.flag("upload")  ? client::LinkKind::upload
                : found.entry.is_folder() ? client::LinkKind::folder
                                          : client::LinkKind::file;
    if (const auto file = arguments.value("password-file"))
        wish.password = TRY_OUTCOME(link_password(*file));
    if (const auto text = arguments.value("expires"))
        wish.expires = TRY_OUTCOME(expiry(context, *text));
    if (const auto text = arguments.value("limit")) wish.limit = TRY_OUTCOME(limit(*text));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    TRY_OUTCOME(introduce(*engine, wish));
    const client::MadeLink made = ATTEMPT(
        what, client::make_link(*place.space, wish, files::link_to(place.path.path, wish.kind)));
    const std::string url = made.url.text();
    JsonObject object;
    object.text("url", url).text("id", made.url.id.hex()).text("kind", link_word(wish.kind));
    object.text("path", what).flag("password", made.url.password);
    object.time("expires", wish.expires.value_or(0));
    if (wish.limit) object.number("limit", *wish.limit);
    context.output().object(object);
    context.output().line(url);
    context.output().hint(context.say(wish.kind == client::LinkKind::folder ? kFollows : kOnce));
    return {};
}

}  // namespace

const Command kLinkCreate{
    .name = "link create",
    .group = Group::files,
    .summary = {"make a link for people without an account",
                "einen Link für Leute ohne Konto anlegen"},
    .description =
        {"To a file: as it is now. To a folder: as it will be, always. The secret stands behind "
         "the # and never reaches the server. Expiry, limit and “link revoke” are kept by the "
         "server.",
         "Auf eine Datei: wie sie jetzt ist. Auf einen Ordner: wie er jeweils ist. Das Geheimnis "
         "steht hinter dem # und erreicht den Server nie. Ende, Anzahl und „link revoke“ hält der "
         "Server ein."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut link create Akten:/plan.pdf --expires 7d", {"one week", "eine Woche"}},
                  {"obhut link create Akten:/eingang --upload",
                   {"others put files there", "andere legen Dateien hinein"}}}},
    .run = run,
};

}  // namespace obhut::cli
