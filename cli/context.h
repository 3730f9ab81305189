// Context: what a command works with. It opens the profile and the engine when a command first
// needs them.
#pragma once

#include <memory>

#include "apps/files/links.h"
#include "cli/command.h"
#include "cli/local/origins.h"
#include "cli/machine.h"
#include "client/engine.h"

namespace obhut::cli {

struct Settings {
    std::string profile;                         // the folder, resolved
    std::optional<std::string> passphrase_file;  // --passphrase-file
    bool yes = false;                            // --yes
};

// SpacePath is SPACE:/folder/file.
struct SpacePath {
    std::string space;
    std::string path;     // "/" or "/a/b", without a slash at the end
    bool folder = false;  // was written with a slash at the end

    std::string text() const { return space + ":" + path; }
    // name is the last part; empty for "/".
    std::string name() const;
};

class Context {
public:
    Context(Output& output, Machine& machine, Settings settings);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    Output& output() { return output_; }
    Machine& machine() { return machine_; }
    Clock& clock() { return machine_.clock(); }
    Language language() const { return output_.language(); }
    const Settings& settings() const { return settings_; }

    // engine opens the profile, locked. Failures: no_profile, profile_unfinished.
    Outcome<client::Engine*> engine();
    // fresh_engine makes an engine for a profile that is to be made, at a server.
    Outcome<client::Engine*> fresh_engine(const std::string& host);
    // unlocked opens and unlocks: by --passphrase-file, the agent, the keyring, or asking.
    Outcome<client::Engine*> unlocked();
    // opened is the engine if a command has unlocked it; else nullptr.
    client::Engine* opened() { return unlocked_ ? engine_.get() : nullptr; }
    client::LocalStore& store() { return *store_; }

    // new_password takes the passphrase file's content, or asks twice. password asks for one that
    // exists.
    Outcome<SecretBytes> new_password();
    Outcome<SecretBytes> password(const Text& prompt);
    // protection is how a new profile is to be sealed: by the passphrase where a file gives it or
    // there is no keyring.
    client::Protection protection(const SecretBytes& password);

    // consent asks whether to go on with something that is not easily undone. Failures:
    // needs_confirmation, declined.
    Outcome<> consent(const Text& question, std::initializer_list<std::string_view> values);
    // ask reads an answer. Failures: no_terminal.
    Outcome<std::string> ask(const Text& prompt);

    // space opens a space by name, verified and up to date. Failures name the candidates of an
    // ambiguous one.
    Outcome<client::Space*> space(const std::string& name);
    // space_path reads SPACE:/path. Failures: path_malformed.
    Outcome<SpacePath> space_path(const std::string& text);

    // check_interrupt ends a loop when Ctrl-C was pressed. Failures: interrupted.
    Outcome<> check_interrupt();

    std::string say(const Text& text, std::initializer_list<std::string_view> values = {}) const {
        return cli::say(text, language(), values);
    }

private:
    Outcome<> open_engine(const std::optional<std::string>& host);
    Outcome<> unlock();
    Outcome<> unlock_by_asking();
    Outcome<SecretBytes> passphrase_from_file();

    Output& output_;
    Machine& machine_;
    Settings settings_;
    std::unique_ptr<client::LocalStore> store_;
    std::unique_ptr<client::Transport> transport_;
    files::FolderLinks link_renewal_;
    LocalOrigins origins_;
    std::unique_ptr<client::Engine> engine_;
    bool unlocked_ = false;
};

// is_space_path tells a path in a space from a local one: something, a colon, and a slash or
// nothing.
bool is_space_path(std::string_view text);

}  // namespace obhut::cli
