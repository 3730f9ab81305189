// Links by URL on the command line: opened without a profile.
#pragma once

#include "cli/context.h"
#include "client/links/visitor.h"

namespace obhut::cli {

// OpenVisit is an opened link and what it needs.
struct OpenVisit {
    std::unique_ptr<client::Transport> transport;
    std::unique_ptr<client::Visitor> visitor;
};
// open_visit opens a link. The password comes from `password_file`, or is asked for. Failures:
// those of Visitor::open; no_terminal.
Outcome<OpenVisit> open_visit(Context& context, const std::string& url,
                              const std::optional<std::string>& password_file);

// The option that says where a link's password is.
inline constexpr Text kLinkPasswordHelp{"read the link's password from a file",
                                        "das Passwort des Links aus einer Datei lesen"};

// link_password reads the first line of a file. Failures: password_empty.
Outcome<SecretBytes> link_password(const std::string& file);

// shown_url is a URL without its secret, for messages.
std::string shown_url(const std::string& url);

}  // namespace obhut::cli
