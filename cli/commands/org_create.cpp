// obhut org create NAME --server URL --email ADDRESS [--kit FILE] [--root-kit FILE]
#include "cli/commands/all.h"
#include "cli/commands/kit_files.h"

namespace obhut::cli {

namespace {

constexpr int kMaxRootKits = 1000;
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

// The file for the root kit: the one named, or a free name in the current folder.
Outcome<std::string> reserve_root_kit(const std::optional<std::string>& named) {
    if (named) {
        TRY_OUTCOME(reserve_file(*named));
        return *named;
    }
    std::string name = "obhut-root-kit.txt";
    for (int i = 2;; ++i) {
        const auto reserved = reserve_file(name);
        if (reserved) return name;
        if (!reserved.error().error.is(errors::file_there) || i > kMaxRootKits)
            return std::unexpected(reserved.error());
        name = "obhut-root-kit-" + std::to_string(i) + ".txt";
    }
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    const std::string host =
        ATTEMPT(*arguments.value("server"), client::check_host(*arguments.value("server")));
    const auto kit_file = arguments.value("kit");

    client::NewOrganisation request;
    request.host = host;
    request.name = name;
    request.email = *arguments.value("email");
    request.token = arguments.value("token");
    request.password = TRY_OUTCOME(context.new_password());
    request.protection = context.protection(request.password);

    client::Engine* engine = TRY_OUTCOME(context.fresh_engine(host));
    if (engine->status().exists)
        return fail_about(context.settings().profile, errors::profile_exists);
    // Both kits exist only in memory afterwards: that they can be written is made sure of before.
    const std::string root_file = TRY_OUTCOME(reserve_root_kit(arguments.value("root-kit")));
    if (kit_file) TRY_OUTCOME(reserve_file(*kit_file));

    const client::Created created = ATTEMPT(name, engine->create_organisation(request));
    TRY_OUTCOME(
        replace_file(context, root_file, created.root_kit.file_text(context.machine().entropy())));
    if (kit_file) {
        const std::string content =
            TRY_OUTCOME(kit_content(context, *kit_file, created.kit, request.email));
        TRY_OUTCOME(replace_file(context, *kit_file, content));
        ATTEMPT(*kit_file, engine->confirm_kit());
    }

    const client::Status status = engine->status();
    JsonObject object;
    object.text("organisation", name)
        .text("id", status.org.hex())
        .text("server", host)
        .text("email", request.email);
    object.text("user", status.user.hex()).text("device", status.device.hex());
    object.text("root_fingerprint", client::write_fingerprint(status.root_fingerprint))
        .text("root_kit", root_file);
    if (kit_file) object.text("kit", *kit_file);
    context.output().object(object);
    context.output().summary(context.say(kDone, {printable(name)}));
    // Without --root-kit nobody has said where it is: that must be told, terminal or not.
    if (!arguments.flag("root-kit"))
        context.output().line(context.say(kRootKitAt, {root_file}));
    else
        context.output().hint(context.say(kRootKitAt, {root_file}));
    context.output().hint(kit_file ? context.say(kKitAt, {*kit_file}) : context.say(kKitLater));
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
    .examples =
        {{{"obhut org create Rathaus --server http://localhost:8080 --email anna@example.org",
           {"on this computer", "auf diesem Rechner"}},
          {"obhut org create Rathaus --server https://obhut.example.org --email anna@example.org "
           "--token abcd",
           {"elsewhere", "anderswo"}}}},
    .run = run,
};

}  // namespace obhut::cli
