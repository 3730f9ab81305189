#include "cli/commands/visiting.h"

#include "cli/errors.h"
#include "client/errors.h"
#include "platform/desktop/errors.h"
#include "platform/desktop/process.h"

namespace obhut::cli {

namespace {
constexpr Text kPrompt{"Password of the link: ", "Passwort des Links: "};
}

Outcome<SecretBytes> link_password(const std::string& file) {
    auto read = ATTEMPT(file, platform::read_secret_file(file));
    if (read.secret.size() == 0) return fail_about(file, errors::password_empty);
    return std::move(read.secret);
}

std::string shown_url(const std::string& url) { return url.substr(0, url.find('#')); }

Outcome<OpenVisit> open_visit(Context& context, const std::string& url,
                              const std::optional<std::string>& password_file) {
    const std::string shown = shown_url(url);
    const client::LinkUrl link = ATTEMPT(shown, client::LinkUrl::parse(url));
    Machine& machine = context.machine();
    std::optional<SecretBytes> password;
    if (link.password) {
        if (password_file)
            password = TRY_OUTCOME(link_password(*password_file));
        else if (!machine.person().is_there())
            return fail_about("--password-file", errors::no_terminal);
        else
            password = ATTEMPT(shown, machine.person().ask_secret(kPrompt.in(context.language())));
    }
    OpenVisit visit;
    visit.transport = ATTEMPT(shown, machine.connect(link.host));
    std::optional<ByteView> given;
    if (password) given = password->expose();
    visit.visitor = ATTEMPT(shown, client::Visitor::open({*visit.transport, machine.clock(),
                                                          machine.entropy(), &machine.waiter()},
                                                         link, given));
    return visit;
}

}  // namespace obhut::cli
