// What somebody sees who opens a link's URL in a browser: what it is, and how to open it.
//
// One page for every link, there or not: it says nothing about any, asks the store for nothing,
// runs no script and loads nothing, so that the secret behind the # goes nowhere.
// docs/protocol/links.md.
#pragma once

#include "protocols/http/message.h"

namespace obhut::front {

// link_page answers GET of a path that is a link's; none for other paths.
std::optional<http::Response> link_page(std::string_view path);

}  // namespace obhut::front
