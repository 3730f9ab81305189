// The machine that the program really runs on.
#pragma once

#include "cli/machine.h"
#include "platform/desktop/secret_keyring.h"
#include "platform/system_clock.h"
#include "platform/system_entropy.h"
#include "platform/thread_pool.h"

namespace obhut::cli {

class TerminalPerson final : public Person {
public:
    bool is_there() override;
    Result<SecretBytes> ask_secret(std::string_view prompt) override;
    Result<std::string> ask(std::string_view prompt) override;
};

class SleepWaiter final : public client::Waiter {
public:
    void wait(Millis time) override;
};

class RealMachine final : public Machine {
public:
    // Ctrl-C is caught from here on.
    RealMachine();

    Clock& clock() override { return clock_; }
    Entropy& entropy() override { return entropy_; }
    Executor& executor() override;
    client::Waiter& waiter() override { return waiter_; }
    Person& person() override { return person_; }
    client::Keyring* keyring() override;
    Result<std::unique_ptr<client::LocalStore>> open_store(const std::string& folder,
                                                           bool create) override;
    Result<std::unique_ptr<client::Transport>> connect(const std::string& host) override;
    bool interrupted() override;

private:
    platform::SystemClock clock_;
    platform::SystemEntropy entropy_;
    SleepWaiter waiter_;
    TerminalPerson person_;
    std::unique_ptr<platform::ThreadPool> pool_;
    std::unique_ptr<platform::SecretKeyring> keyring_;
};

}  // namespace obhut::cli
