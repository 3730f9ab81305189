// Machine: what the program finds around it. main.cpp has the real one; tests bring their own.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client/ports/keyring.h"
#include "client/ports/local_store.h"
#include "client/ports/transport.h"
#include "client/ports/waiter.h"
#include "core/base/clock.h"
#include "core/base/entropy.h"
#include "core/base/executor.h"
#include "core/base/secret.h"

namespace obhut::cli {

// Person is whoever sits at the terminal, if anybody does.
class Person {
public:
    virtual ~Person() = default;
    virtual bool is_there() = 0;
    // Errors: no_terminal, input_ended.
    virtual Result<SecretBytes> ask_secret(std::string_view prompt) = 0;
    virtual Result<std::string> ask(std::string_view prompt) = 0;
};

class Machine {
public:
    virtual ~Machine() = default;
    virtual Clock& clock() = 0;
    virtual Entropy& entropy() = 0;
    // executor starts its threads when it is first asked for.
    virtual Executor& executor() = 0;
    virtual client::Waiter& waiter() = 0;
    virtual Person& person() = 0;
    // keyring is nullptr where there is none.
    virtual client::Keyring* keyring() = 0;
    // open_store opens the profile in a folder; nothing if there is none and `create` is not set.
    virtual Result<std::unique_ptr<client::LocalStore>> open_store(const std::string& folder,
                                                                   bool create) = 0;
    virtual Result<std::unique_ptr<client::Transport>> connect(const std::string& host) = 0;
    // interrupted tells that Ctrl-C was pressed.
    virtual bool interrupted() = 0;
};

}  // namespace obhut::cli
