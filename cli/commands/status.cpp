// obhut status
#include "cli/agent/agent.h"
#include "cli/commands/all.h"
#include "cli/commands/status_texts.h"

namespace obhut::cli {

namespace {

constexpr Text kPerson{"Person", "Person"};
constexpr Text kServer{"Server", "Server"};
constexpr Text kProfile{"Profile", "Profil"};
constexpr Text kOrganisation{"Organisation", "Organisation"};
constexpr Text kFingerprint{"Fingerprint", "Fingerabdruck"};
constexpr Text kDevice{"Device", "Gerät"};
constexpr Text kSealed{"Sealed by", "Versiegelt durch"};
constexpr Text kDirectory{"Directory", "Verzeichnis"};
constexpr Text kKit{"Emergency kit", "Notfallblatt"};
constexpr Text kWaiting{"Waiting", "Wartet"};
constexpr Text kQuota{"Storage", "Speicher"};
constexpr Text kConnection{"Connection", "Verbindung"};
constexpr Text kByKeyring{"the keyring", "den Schlüsselbund"};
constexpr Text kByPassphrase{"your password", "Ihr Passwort"};
constexpr Text kEntries{"{0} entries, newest {1}", "{0} Einträge, neuester {1}"};
constexpr Text kKept{"confirmed", "bestätigt"};
constexpr Text kNotKept{"not confirmed: run “obhut kit FILE”",
                        "nicht bestätigt: „obhut kit DATEI“"};
constexpr Counted kChanges{{"{0} change not sent yet", "{0} Änderung noch nicht gesendet"},
                           {"{0} changes not sent yet", "{0} Änderungen noch nicht gesendet"}};
constexpr Text kNothing{"nothing", "nichts"};
constexpr Text kUsed{"{0} of {1}", "{0} von {1}"};
constexpr Text kFine{"reached, verified", "erreicht, geprüft"};
constexpr Text kLocked{"locked: “obhut unlock” shows more", "gesperrt: „obhut unlock“ zeigt mehr"};
constexpr Text kAdministrator{"{0} (administrator)", "{0} (Administration)"};
constexpr Text kAlarm{"alarm {0} of {1}: {2} ({3})", "Alarm {0} vom {1}: {2} ({3})"};
constexpr Text kAlarmInSpace{"alarm {0} of {1}, space {4}: {2} ({3})",
                             "Alarm {0} vom {1}, Bereich {4}: {2} ({3})"};
constexpr Text kAlarmAdvice{
    "{0} Nothing was overwritten, and the evidence is kept. When it is cleared up: “obhut status "
    "--dismiss {1}”.",
    "{0} Nichts wurde überschrieben, und die Belege sind aufgehoben. Wenn es geklärt ist: „obhut "
    "status --dismiss {1}“."};
constexpr Text kNoAlarm{"“obhut status” shows the numbers of the alarms.",
                        "„obhut status“ zeigt die Nummern der Alarme."};
constexpr Option kOptions[]{
    {.name = "dismiss",
     .value = Value::text,
     .value_name = {"N", "N"},
     .help = {"take away an alarm that is cleared up, with its evidence",
              "einen geklärten Alarm mit seinen Belegen wegnehmen"}},
};

// Unlocks if that needs no question; a status is told without it too.
bool unlock_quietly(Context& context, const client::Status& status) {
    const bool silent = context.settings().passphrase_file ||
                        status.protection == client::ProtectionKind::keyring ||
                        agent_key(context.settings().profile).has_value();
    return silent && context.unlocked().has_value();
}

JsonObject object_of(const client::Status& status, const std::string& profile) {
    JsonObject object;
    object.text("profile", profile)
        .text("server", status.host)
        .text("email", status.email)
        .text("organisation", status.org.hex());
    object.text("user", status.user.hex())
        .text("device", status.device.hex())
        .flag("administrator", status.administrator);
    object.text("root_fingerprint", client::write_fingerprint(status.root_fingerprint))
        .flag("locked", status.locked);
    object.flag("kit_confirmed", status.kit_confirmed)
        .text("protection",
              status.protection == client::ProtectionKind::keyring ? "keyring" : "passphrase");
    object.number("directory_size", status.directory_size)
        .time("directory_time", status.directory_time);
    return object.number("waiting", status.waiting).number("alarms", status.alarms);
}

class Lines {
public:
    Lines(Context& context) : context_(context), table_({{kPerson}, {kPerson}}, false) {}
    void add(const Text& name, std::string value, Style style = Style::plain) {
        table_.row({{context_.say(name), Style::faint}, {std::move(value), style}});
    }
    void show() { context_.output().table(table_); }

private:
    Context& context_;
    Table table_;
};

void add_local(Context& context, Lines& lines, const client::Status& status,
               const std::string& organisation) {
    lines.add(kProfile, context.settings().profile);
    lines.add(kServer, status.host);
    lines.add(kPerson,
              status.administrator ? context.say(kAdministrator, {status.email}) : status.email);
    if (!organisation.empty()) lines.add(kOrganisation, printable(organisation));
    lines.add(kFingerprint, client::write_fingerprint(status.root_fingerprint));
    lines.add(kDevice, short_id(status.device));
    lines.add(kSealed,
              context.say(status.protection == client::ProtectionKind::keyring ? kByKeyring
                                                                               : kByPassphrase));
    lines.add(kDirectory,
              context.say(kEntries, {format_count(status.directory_size, context.language()),
                                     format_time(status.directory_time)}));
    lines.add(kKit, context.say(status.kit_confirmed ? kKept : kNotKept),
              status.kit_confirmed ? Style::plain : Style::attention);
    lines.add(kWaiting,
              status.waiting == 0 ? context.say(kNothing)
                                  : say(kChanges, context.language(), status.waiting),
              status.waiting == 0 ? Style::plain : Style::attention);
}

// Everything this person should know of, each with what to do.
void show_conditions(Context& context, client::Engine& engine) {
    for (const client::Condition& condition : engine.conditions()) {
        const ConditionText& text = text_of(condition.kind);
        const std::string name = printable(condition.name.empty() ? condition.id : condition.name);
        const std::string device = condition.device ? short_id(*condition.device) : std::string();
        const std::string time = condition.time == 0 ? std::string() : format_time(condition.time);
        const std::string id = condition.id.substr(0, kShortestId);
        const std::string error = condition.error ? error_number(*condition.error) : std::string();
        JsonObject object;
        object.text("condition", text.word);
        if (!condition.id.empty()) object.text("id", condition.id).text("name", condition.name);
        if (condition.device) object.text("device", condition.device->hex());
        if (condition.time != 0) object.time("ready", condition.time);
        if (condition.error) object.text("error", error);
        if (!condition.file.empty())
            object.text("file", condition.file).text("target", condition.target);
        if (!condition.link.empty())
            object.text("link", condition.link).text("target", condition.target);
        if (condition.limit != 0)
            object.number("used", condition.used).number("limit", condition.limit);
        context.output().object(object.flag("own", condition.own));
        const std::string file = printable(condition.file);
        const std::string target = printable(condition.target);
        const std::string used = format_size(condition.used, context.language());
        const std::string limit = format_size(condition.limit, context.language());
        const std::string link = condition.link.substr(0, kShortestId);
        context.output().warning(context.say(
            text.what, {name, device, time, id, error, file, target, used, limit, link}));
        context.output().hint(context.say(
            text.to_do, {name, device, time, id, error, file, target, used, limit, link}));
    }
}

// What no honest server does, or what somebody signed who may not: each with its evidence.
Outcome<> show_alarms(Context& context, client::Engine& engine) {
    for (const client::Alarm& alarm : ATTEMPT("status", engine.alarms())) {
        const std::string number = error_number(alarm.error);
        const std::string which = std::to_string(alarm.number);
        const std::string space = alarm.space ? short_id(*alarm.space) : std::string();
        const ErrorText& text = error_text(alarm.error);
        JsonObject evidence;
        evidence.number("alarm", alarm.number).time("time", alarm.time).text("error", number);
        if (alarm.space) evidence.text("space", alarm.space->hex());
        evidence.text("evidence", to_base64(alarm.evidence))
            .text("other_evidence", to_base64(alarm.other_evidence));
        context.output().object(evidence);
        context.output().warning(
            context.say(alarm.space ? kAlarmInSpace : kAlarm,
                        {which, format_time(alarm.time), context.say(text.why), number, space}));
        context.output().hint(context.say(kAlarmAdvice, {context.say(text.meaning), which}));
    }
    return {};
}

Outcome<> dismiss(client::Engine& engine, const std::string& given, Context& context) {
    for (const client::Alarm& alarm : ATTEMPT("status", engine.alarms()))
        if (std::to_string(alarm.number) == given) {
            ATTEMPT("status", engine.dismiss_alarm(alarm.number));
            return {};
        }
    return fail_about("--dismiss " + given, errors::value_malformed_here, context.say(kNoAlarm));
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.engine());
    if (const auto given = arguments.value("dismiss"))
        TRY_OUTCOME(dismiss(*engine, *given, context));
    client::Status status = engine->status();
    const bool open = unlock_quietly(context, status);
    Result<> reached;
    std::optional<client::QuotaView> quota;
    std::string organisation;
    if (open) {
        reached = engine->catch_up();
        if (reached)
            if (const auto known = engine->quota()) quota = *known;
        // What this device has already seen of it, it shows without the server too.
        if (const auto name = engine->organisation_name()) organisation = *name;
        status = engine->status();
    }
    JsonObject object = object_of(status, context.settings().profile);
    Lines lines(context);
    if (!organisation.empty()) object.text("organisation_name", organisation);
    add_local(context, lines, status, organisation);
    if (quota) {
        object.number("quota_used", quota->used).number("quota_limit", quota->limit);
        const std::string used = format_size(quota->used, context.language());
        lines.add(kQuota,
                  quota->limit == 0
                      ? used
                      : context.say(kUsed, {used, format_size(quota->limit, context.language())}));
    }
    if (open) object.flag("reachable", reached.has_value());
    if (open && !reached) object.text("error", error_number(reached.error()));
    lines.add(kConnection,
              !open     ? context.say(kLocked)
              : reached ? context.say(kFine)
                        : context.say(error_text(reached.error()).why),
              !open     ? Style::faint
              : reached ? Style::good
                        : Style::danger);
    context.output().object(object);
    lines.show();
    show_conditions(context, *engine);
    if (!open) return {};
    TRY_OUTCOME(show_alarms(context, *engine));
    if (!reached && reached.error().kind() == Kind::corrupt)
        return fail_about("status", reached.error());
    return {};
}

}  // namespace

const Command kStatus{
    .name = "status",
    .group = Group::profile,
    .summary = {"show the profile, the connection and what waits",
                "Profil, Verbindung und Wartendes anzeigen"},
    .description = {"What this computer knows; if that needs no password, what the server says "
                    "too. Alarms come with their evidence.",
                    "Was dieser Rechner weiß; wenn das ohne Passwort geht, auch, was der Server "
                    "sagt. Alarme kommen mit ihren Belegen."},
    .arguments = {},
    .options = kOptions,
    .examples = {{{"obhut status", {"at a glance", "auf einen Blick"}},
                  {"obhut status --json", {"for scripts", "für Skripte"}}}},
    .run = run,
};

}  // namespace obhut::cli
