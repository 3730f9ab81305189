// Hints: what the event stream carries. Format: docs/protocol/http.md §6.
//
//     event: space      data: <space id> <sequence of the head>
//     event: directory  data: <size of the log>
//     event: drops      data: <number of drops waiting>
//     event: lease      data: <space id> <number of the change>
//     event: current    data:                  the numbers of everything were sent; what follows is
//     new
//
// A hint says that something is worth asking for; it proves nothing and may repeat or go missing.
#pragma once

#include <string>

#include "core/base/id.h"

namespace obhut::api {

enum class HintKind : std::uint8_t { space, directory, drops, lease, current };

struct Hint {
    HintKind kind = HintKind::current;
    SpaceId space;             // of space and lease
    std::uint64_t number = 0;  // as above
    friend bool operator==(const Hint&, const Hint&) = default;
};

std::string_view name_of(HintKind kind);
// encode_hint writes the event with its name and empty line.
std::string encode_hint(const Hint& hint);
// parse_hint reads name and data of one event. Errors: http_not_found (a kind of a later version:
// pass over it), http_malformed.
Result<Hint> parse_hint(std::string_view name, std::string_view data);

}  // namespace obhut::api
