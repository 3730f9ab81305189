// Server-sent events (WHATWG HTML §9.2): what GET /v1/events answers. Encoder for the server,
// parser for clients.
//
// The subset: fields `event` and `data` (one line each), comments, LF line ends; other fields are
// skipped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"

namespace obhut::http {

inline constexpr std::size_t kMaxEventBytes = 64U << 10;
inline constexpr std::string_view kEventStream = "text/event-stream";
inline constexpr std::string_view kEventComment = ":\n\n";  // keeps an idle stream alive

// encode_event writes one event. Name and data contain no line ends.
std::string encode_event(std::string_view name, std::string_view data);

// EventParser takes a stream apart, however it is cut into pieces.
class EventParser {
public:
    struct Event {
        std::string name;
        std::string data;
    };
    // feed takes more bytes. Errors: http_malformed (a line over kMaxEventBytes); the stream is of
    // no use then.
    Result<> feed(std::string_view bytes);
    // next gives the next whole event, if there is one.
    bool next(Event& event);

private:
    void line(std::string_view text);

    std::string pending_;  // bytes after the last line end
    Event current_;
    std::vector<Event> ready_;
    std::size_t given_ = 0;
};

}  // namespace obhut::http
