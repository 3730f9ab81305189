#include "cli/context.h"

#include "cli/agent/agent.h"
#include "cli/errors.h"
#include "cli/output/format.h"
#include "client/spaces/space.h"
#include "core/tree/merge.h"
#include "platform/desktop/errors.h"
#include "platform/desktop/process.h"

namespace obhut::cli {

namespace {

constexpr int kPasswordTries = 3;
constexpr Text kPassphrase{"Password: ", "Passwort: "};
constexpr Text kWrongPassphrase{"that was not it; once more", "das war es nicht; noch einmal"};
constexpr Text kNewPassword{"New password: ", "Neues Passwort: "};
constexpr Text kAgain{"The same again: ", "Noch einmal: "};
constexpr Text kYesNo{"{0} [y/N] ", "{0} [j/N] "};
constexpr Text kCandidates{"It could be: {0}.", "Es könnte sein: {0}."};
constexpr Text kOpenFile{"the passphrase file can be read by other users of this computer",
                         "die Passwortdatei ist für andere auf diesem Rechner lesbar"};
constexpr Text kOwnWaits{
    "changes of yours in “{0}” are not in it yet; they wait on this device: “obhut status”",
    "Ihre Änderungen in „{0}“ sind noch nicht darin; sie warten auf diesem Gerät: „obhut status“"};
constexpr Text kPathForm{
    "Paths in spaces are written SPACE:/folder/file, for example Akten:/brief.odt.",
    "Pfade in Bereichen lauten BEREICH:/ordner/datei, zum Beispiel Akten:/brief.odt."};

}  // namespace

std::string SpacePath::name() const { return path.substr(path.rfind('/') + 1); }

namespace {

// Where the name of the space ends: "Akten:/a" at its colon, "group:Bau:/a" at the second one.
std::size_t end_of_space(std::string_view text) {
    constexpr std::string_view kGroupPrefix = "group:";
    const bool group = text.starts_with(kGroupPrefix) && text.size() > kGroupPrefix.size() &&
                       text[kGroupPrefix.size()] != '/';
    return text.find(':', group ? kGroupPrefix.size() : 0);
}

// bring_own brings this device's own changes in that wait, for example since a restored server lost
// them, before anything is said of the space: nobody is to believe that they are gone.
void bring_own(Context& context, client::Space& space, const std::string& name) {
    const auto left = space.settle(tree::refuse_conflicts);
    if (!left || *left > 0) context.output().warning(context.say(kOwnWaits, {printable(name)}));
}

}  // namespace

bool is_space_path(std::string_view text) {
    const std::size_t colon = end_of_space(text);
    if (colon == text.npos || colon == 0 || text.substr(0, colon).find('/') != text.npos)
        return false;
    return colon + 1 == text.size() || text[colon + 1] == '/';
}

Context::Context(Output& output, Machine& machine, Settings settings)
    : output_(output), machine_(machine), settings_(std::move(settings)) {}

Context::~Context() = default;

Outcome<> Context::open_engine(const std::optional<std::string>& host) {
    if (!store_)
        store_ =
            ATTEMPT(settings_.profile, machine_.open_store(settings_.profile, host.has_value()));
    if (!store_) return fail_about(settings_.profile, errors::no_profile);
    const auto kept = ATTEMPT(settings_.profile, client::Engine::peek_host(*store_));
    if (!kept && !host) return fail_about(settings_.profile, errors::no_profile);
    const std::string server = kept ? *kept : *host;
    transport_ = ATTEMPT(server, machine_.connect(server));
    const client::Ports ports{*transport_,         *store_,
                              machine_.clock(),    machine_.entropy(),
                              machine_.executor(), machine_.keyring(),
                              &machine_.waiter(),  &origins_};
    engine_ = ATTEMPT(settings_.profile, client::Engine::open(ports));
    client::renew_links_with(*engine_, link_renewal_);
    return {};
}

Outcome<client::Engine*> Context::engine() {
    if (!engine_) TRY_OUTCOME(open_engine(std::nullopt));
    if (!engine_->status().exists) return fail_about(settings_.profile, errors::profile_unfinished);
    return engine_.get();
}

Outcome<client::Engine*> Context::fresh_engine(const std::string& host) {
    if (!engine_) TRY_OUTCOME(open_engine(host));
    return engine_.get();
}

Outcome<client::Engine*> Context::unlocked() {
    TRY_OUTCOME(engine());
    if (!unlocked_) TRY_OUTCOME(unlock());
    unlocked_ = true;
    return engine_.get();
}

Outcome<> Context::unlock() {
    const client::Status status = engine_->status();
    if (!status.locked) return {};
    if (settings_.passphrase_file) {
        const SecretBytes passphrase = TRY_OUTCOME(passphrase_from_file());
        ATTEMPT(settings_.profile, engine_->unlock(passphrase.expose()));
        return {};
    }
    if (const auto key = agent_key(settings_.profile))
        if (engine_->unlock_with(*key)) return {};
    if (status.protection == client::ProtectionKind::keyring) {
        ATTEMPT(settings_.profile, engine_->unlock_by_keyring());
        return {};
    }
    return unlock_by_asking();
}

Outcome<> Context::unlock_by_asking() {
    if (!machine_.person().is_there())
        return fail_about(settings_.profile, errors::passphrase_needed);
    Result<> opened;
    for (int i = 0; i < kPasswordTries; ++i) {
        const SecretBytes passphrase =
            ATTEMPT(settings_.profile, machine_.person().ask_secret(kPassphrase.in(language())));
        opened = engine_->unlock(passphrase.expose());
        if (opened || !opened.error().is(errors::passphrase_wrong)) break;
        if (i + 1 < kPasswordTries) output_.warning(say(kWrongPassphrase));
    }
    ATTEMPT(settings_.profile, opened);
    return {};
}

Outcome<SecretBytes> Context::passphrase_from_file() {
    auto file =
        ATTEMPT(*settings_.passphrase_file, platform::read_secret_file(*settings_.passphrase_file));
    if (file.open_to_others && output_.person_watches()) output_.warning(say(kOpenFile));
    if (file.secret.size() == 0)
        return fail_about(*settings_.passphrase_file, errors::password_empty);
    return std::move(file.secret);
}

Outcome<SecretBytes> Context::new_password() {
    if (settings_.passphrase_file) return passphrase_from_file();
    if (!machine_.person().is_there()) return fail_about("--passphrase-file", errors::no_terminal);
    SecretBytes first = ATTEMPT("", machine_.person().ask_secret(kNewPassword.in(language())));
    if (first.size() == 0) return fail_about("", errors::password_empty);
    const SecretBytes second = ATTEMPT("", machine_.person().ask_secret(kAgain.in(language())));
    if (!equal(first.expose(), second.expose())) return fail_about("", errors::passphrases_differ);
    return first;
}

Outcome<SecretBytes> Context::password(const Text& prompt) {
    if (settings_.passphrase_file) return passphrase_from_file();
    if (!machine_.person().is_there()) return fail_about("--passphrase-file", errors::no_terminal);
    return ATTEMPT("", machine_.person().ask_secret(prompt.in(language())));
}

client::Protection Context::protection(const SecretBytes& password) {
    const bool keyring = !settings_.passphrase_file && machine_.keyring() != nullptr;
    return keyring ? client::Protection::by_keyring()
                   : client::Protection::by_passphrase(password.expose());
}

Outcome<> Context::consent(const Text& question, std::initializer_list<std::string_view> values) {
    if (settings_.yes) return {};
    const std::string asked = say(question, values);
    if (!machine_.person().is_there()) return fail_about(asked, errors::needs_confirmation);
    const std::string answer = ATTEMPT(asked, machine_.person().ask(say(kYesNo, {asked})));
    const bool agreed = answer == "y" || answer == "yes" || answer == "j" || answer == "ja";
    if (!agreed) return fail_about(asked, errors::declined);
    return {};
}

Outcome<std::string> Context::ask(const Text& prompt) {
    return ATTEMPT(prompt.in(language()), machine_.person().ask(prompt.in(language())));
}

Outcome<client::Space*> Context::space(const std::string& name) {
    client::Engine* engine = TRY_OUTCOME(unlocked());
    const auto id = engine->find_space(name);
    if (!id && id.error().is(errors::space_ambiguous)) {
        std::string list;
        for (const auto& candidate : engine->candidates())
            list += (list.empty() ? "" : ", ") + candidate.name + " " + candidate.id.hex();
        return std::unexpected(Failure{name, id.error(), say(kCandidates, {list})});
    }
    const SpaceId found = ATTEMPT(name, id);
    client::Space* space = ATTEMPT(name, engine->space(found));
    if (!engine->is_current(found)) ATTEMPT(name, space->refresh());
    bring_own(*this, *space, name);
    return space;
}

Outcome<SpacePath> Context::space_path(const std::string& text) {
    if (!is_space_path(text)) return fail_about(text, errors::path_malformed, say(kPathForm));
    const std::size_t colon = end_of_space(text);
    SpacePath result{text.substr(0, colon), {}, text.ends_with('/') || text.ends_with(':')};
    for (std::size_t at = colon + 1; at < text.size();) {
        const std::size_t end = std::min(text.find('/', at), text.size());
        if (end > at) result.path += "/" + text.substr(at, end - at);
        at = end + 1;
    }
    if (result.path.empty()) result.path = "/";
    return result;
}

Outcome<> Context::check_interrupt() {
    if (machine_.interrupted()) return fail_about("", errors::interrupted);
    return {};
}

}  // namespace obhut::cli
