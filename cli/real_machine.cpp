#include "cli/real_machine.h"

#include <atomic>

#include "cli/help.h"
#include "platform/curl_transport.h"
#include "platform/desktop/process.h"
#include "platform/desktop/terminal.h"
#include "platform/sqlite_store.h"

namespace obhut::cli {

namespace {

constexpr const char* kStoreFile = "/profile.db";
// An engine that waits for the server must notice Ctrl-C too; the second one ends the process.
std::atomic<bool> interrupt_seen{false};
static_assert(std::atomic<bool>::is_always_lock_free);

}  // namespace

bool TerminalPerson::is_there() {
    return platform::is_terminal(platform::Stream::input) &&
           platform::is_terminal(platform::Stream::error);
}

Result<SecretBytes> TerminalPerson::ask_secret(std::string_view prompt) {
    return platform::ask_secret(prompt);
}

Result<std::string> TerminalPerson::ask(std::string_view prompt) {
    return platform::ask_line(prompt);
}

void SleepWaiter::wait(Millis time) { platform::pause(time); }

RealMachine::RealMachine() {
    platform::on_interrupt([] { interrupt_seen.store(true, std::memory_order_relaxed); });
}

Executor& RealMachine::executor() {
    if (!pool_) pool_ = std::make_unique<platform::ThreadPool>();
    return *pool_;
}

client::Keyring* RealMachine::keyring() {
    if (!keyring_ && platform::SecretKeyring::available())
        keyring_ = std::make_unique<platform::SecretKeyring>();
    return keyring_.get();
}

Result<std::unique_ptr<client::LocalStore>> RealMachine::open_store(const std::string& folder,
                                                                    bool create) {
    const std::string file = folder + kStoreFile;
    if (create)
        TRY(platform::make_private_folders(folder));
    else if (!platform::exists(file))
        return std::unique_ptr<client::LocalStore>();
    return std::unique_ptr<client::LocalStore>(TRY(platform::SqliteStore::open(file)));
}

Result<std::unique_ptr<client::Transport>> RealMachine::connect(const std::string& host) {
    platform::CurlOptions options;
    options.user_agent = "obhut/" + std::string(kVersion);
    // As OpenSSL's own programs and curl do; for an authority that the system does not know.
    options.ca_file = platform::environment("SSL_CERT_FILE").value_or("");
    return std::unique_ptr<client::Transport>(TRY(platform::CurlTransport::create(host, options)));
}

bool RealMachine::interrupted() { return interrupt_seen.load(std::memory_order_relaxed); }

}  // namespace obhut::cli
