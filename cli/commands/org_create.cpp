// obhut org create NAME --server URL --email ADDRESS [--kit FILE] [--root-kit FILE]
#include "cli/commands/all.h"
#include "cli/commands/kit_files.h"
#include "platform/file.h"

namespace obhut::cli {

namespace {

constexpr int kMaxRootKits = 1000;
constexpr std::size_t kMaxRootKitFile = 64 << 10;
constexpr Argument kArguments[]{{.name = {"NAME", "NAME"}}};
constexpr Option kOptions[]{
    {.name = "server",
     .value = Value::text,
     .value_name = {"URL", "URL"},
     .help = {"address of the server, https://HOST", "Adresse des Servers, https://RECHNER"},
     .required = true},
    {.name = "email",
     .value = Value::text,
     .value_name = {"ADDRESS", "ADRESSE"},
     .help = {"your own e-mail address", "Ihre eigene E-Mail-Adresse"},
     .required = true},
    {.name = "kit",
     .value = Value::file,
     .value_name = {"FILE", "DATEI"},
     .help = {"write your emergency kit there (.html, .pdf, .txt)",
              "Ihr Notfallblatt dorthin schreiben (.html, .pdf, .txt)"}},
    {.name = "root-kit",
     .value = Value::file,
     .value_name = {"FILE", "DATEI"},
     .help = {"write the organisation's root kit there (else here)",
              "das Wurzelblatt dorthin schreiben (sonst hierher)"}},
    {.name = "token",
     .value = Value::text,
     .value_name = {"TOKEN", "KENNWORT"},
     .help = {"what obhutd printed when it first started", "was obhutd beim ersten Start ausgab"}},
};

constexpr Text kDone{"The organisation “{0}” is made; you are its administrator.",
                     "Die Organisation „{0}“ ist angelegt; Sie haben die Administration."};
constexpr Text kRootKitAt{
    "Root kit: {0}. It makes and unmakes administrators: keep it offline, in two places.",
    "Wurzelblatt: {0}. Es vergibt und nimmt die Administration: bewahren Sie es offline auf, an "
    "zwei Orten."};
constexpr Text kKitAt{"Emergency kit: {0}. Print it, then delete the file.",
                      "Notfallblatt: {0}. Drucken Sie es aus, und löschen Sie dann die Datei."};
constexpr Text kKitLater{"Your emergency kit is not printed yet: run “obhut kit FILE”.",
                         "Ihr Notfallblatt ist noch nicht gedruckt: „obhut kit DATEI“."};

constexpr Text kNotHere{
    "The root kit was written by the first try; it is not where this one looks. Find it: nobody "
    "can "
    "make it again.",
    "Das Wurzelblatt hat der erste Versuch geschrieben; es ist nicht da, wo dieser sucht. Finden "
    "Sie es: Niemand kann es noch einmal machen."};

// Where the kits go.
struct KitFiles {
    std::optional<std::string> root_named;
    std::optional<std::string> kit;
    std::string root;  // once it is written, or found
    bool kit_made = false;
    // Of a try that did not come to its end; empty ids if there was none.
    OrgId unfinished_org;
    Hash unfinished_root;
};

std::string free_name(int number) {
    return number <= 1 ? "obhut-root-kit.txt" : "obhut-root-kit-" + std::to_string(number) + ".txt";
}

bool is_root_kit_of(const std::string& path, const OrgId& org) {
    const auto text = platform::read_file(path, kMaxRootKitFile);
    if (!text) return false;
    const auto kit = client::RootKit::parse(as_text(*text));
    return kit && kit->org == org;
}

// Reserves a file in which an unfinished try may have left its own. That is kept beside it: its
// request may still arrive.
Outcome<> reserve_again(const std::string& path, bool of_unfinished) {
    const auto reserved = reserve_file(path);
    if (reserved || !of_unfinished) return reserved;
    Bytes old = ATTEMPT(path, platform::read_file(path, kMaxRootKitFile));
    Result<> kept;
    for (int i = 1; i <= kMaxRootKits; ++i) {
        kept = platform::create_file(path + "." + std::to_string(i), old);
        if (kept || !kept.error().is(errors::file_exists)) break;
    }
    wipe(old);
    ATTEMPT(path, kept);
    return {};
}

// The file for the root kit: the one named, or a free name in the current folder.
Outcome<std::string> reserve_root_kit(const KitFiles& files) {
    if (const auto& named = files.root_named) {
        TRY_OUTCOME(reserve_again(*named, is_root_kit_of(*named, files.unfinished_org)));
        return *named;
    }
    for (int i = 1;; ++i) {
        const auto reserved = reserve_file(free_name(i));
        if (reserved) return free_name(i);
        if (!reserved.error().error.is(errors::file_there) || i > kMaxRootKits)
            return std::unexpected(reserved.error());
    }
}

// Both kits are on this disk before there is an organisation they are the keys of.
Outcome<> write_kits(Context& context, const client::Created& made, const std::string& email,
                     KitFiles& files) {
    files.root = TRY_OUTCOME(reserve_root_kit(files));
    const std::string root = made.root_kit->file_text(context.machine().entropy());
    ATTEMPT(files.root, platform::write_file(files.root, as_bytes(root)));
    if (!files.kit) return {};
    const auto there = read_kit(*files.kit);
    TRY_OUTCOME(
        reserve_again(*files.kit, there && there->root_fingerprint == files.unfinished_root));
    files.kit_made = true;
    const std::string kit = TRY_OUTCOME(kit_content(context, *files.kit, made.kit, email));
    ATTEMPT(*files.kit, platform::write_file(*files.kit, as_bytes(kit)));
    return {};
}

// There is no organisation: what was written for it opens nothing.
void remove_kits(const KitFiles& files) {
    if (!files.root.empty()) (void)platform::remove_file(files.root);
    if (files.kit_made) (void)platform::remove_file(*files.kit);
}

// The first try wrote the root kit, and the emergency kit if it was asked for.
Outcome<> find_kits(Context& context, const client::Created& made, const client::Status& status,
                    KitFiles& files) {
    for (int i = 0; files.root.empty() && i <= kMaxRootKits; ++i) {
        const std::string name = !files.root_named ? free_name(i)
                                 : i == 0          ? *files.root_named
                                                   : *files.root_named + "." + std::to_string(i);
        if (is_root_kit_of(name, status.org)) files.root = name;
    }
    if (!files.kit) return {};
    const auto written = read_kit(*files.kit);
    if (written && written->text() == made.kit.text()) return {};
    TRY_OUTCOME(reserve_file(*files.kit));
    return replace_file(context, *files.kit,
                        TRY_OUTCOME(kit_content(context, *files.kit, made.kit, status.email)));
}

void tell(Context& context, const Arguments& arguments, const client::Status& status,
          const KitFiles& files) {
    const std::string& name = arguments.text(0);
    JsonObject object;
    object.text("organisation", name)
        .text("id", status.org.hex())
        .text("server", status.host)
        .text("email", status.email);
    object.text("user", status.user.hex()).text("device", status.device.hex());
    object.text("root_fingerprint", client::write_fingerprint(status.root_fingerprint));
    files.root.empty() ? object.null("root_kit") : object.text("root_kit", files.root);
    if (files.kit) object.text("kit", *files.kit);
    context.output().object(object);
    context.output().summary(context.say(kDone, {printable(name)}));
    // Without --root-kit nobody has said where it is: that must be told, terminal or not.
    if (files.root.empty())
        context.output().warning(context.say(kNotHere));
    else if (!arguments.flag("root-kit"))
        context.output().line(context.say(kRootKitAt, {files.root}));
    else
        context.output().hint(context.say(kRootKitAt, {files.root}));
    context.output().hint(files.kit ? context.say(kKitAt, {*files.kit}) : context.say(kKitLater));
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    client::NewOrganisation request;
    request.host =
        ATTEMPT(*arguments.value("server"), client::check_host(*arguments.value("server")));
    request.name = name;
    request.email = *arguments.value("email");
    request.token = arguments.value("token");
    request.password = TRY_OUTCOME(context.new_password());
    request.protection = context.protection(request.password);

    client::Engine* engine = TRY_OUTCOME(context.fresh_engine(request.host));
    if (engine->status().exists)
        return fail_about(context.settings().profile, errors::profile_exists);
    KitFiles files;
    files.root_named = arguments.value("root-kit");
    files.kit = arguments.value("kit");
    files.unfinished_org = engine->status().org;
    files.unfinished_root = engine->status().root_fingerprint;
    Outcome<> written;
    request.before_sending = [&](const client::Created& made) -> Result<> {
        written = write_kits(context, made, request.email, files);
        return written ? Result<>() : std::unexpected(written.error().error);
    };
    const auto created = engine->create_organisation(request);
    if (!created) {
        const bool refused = created.error().is(errors::organisation_exists) ||
                             created.error().is(errors::token_wrong);
        if (refused || !written) remove_kits(files);
        return written ? fail_about(name, created.error()) : std::move(written);
    }
    if (!created->root_kit) TRY_OUTCOME(find_kits(context, *created, engine->status(), files));
    if (files.kit) ATTEMPT(*files.kit, engine->confirm_kit());
    tell(context, arguments, engine->status(), files);
    return {};
}

}  // namespace

const Command kOrgCreate{
    .name = "org create",
    .group = Group::begin,
    .summary = {"make an organisation on an empty server",
                "eine Organisation auf einem leeren Server anlegen"},
    .description = {"You become its first administrator. The root kit, which makes and unmakes "
                    "administrators, is "
                    "written to a file and never kept in the profile.",
                    "Sie haben danach die Administration. Das Wurzelblatt, das "
                    "Administrationsrechte gibt und nimmt, wird in "
                    "eine Datei geschrieben und nie im Profil aufbewahrt."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut org create Amt --server http://localhost:8080 --email anna@example.org",
                   {"on this computer", "auf diesem Rechner"}},
                  {"obhut org create Rathaus --server https://obhut.example.org \\\n"
                   "--email anna@example.org --token abcd",
                   {"elsewhere", "anderswo"}}}},
    .run = run,
};

}  // namespace obhut::cli
