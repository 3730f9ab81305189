// The terminal a program runs in: what it can show, and questions to the person at it.
//
// Questions go to /dev/tty, so that they work with redirected streams, and only if there is a
// person: a program whose standard input and error are no terminal never asks
// (errors::no_terminal). Used by one thread.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/secret.h"

namespace obhut::platform {

enum class Stream : std::uint8_t { input = 0, output = 1, error = 2 };

bool is_terminal(Stream stream);

// terminal_width is the number of columns of the terminal at `stream`; 80 when it does not say.
std::size_t terminal_width(Stream stream);

// write_all writes to a standard stream. Errors: stream_closed when nobody reads it any more, those
// of the file behind it.
Result<> write_all(Stream stream, std::string_view text);

// ask_secret shows `prompt` and reads a line without echo; ask_line with echo. The line end is not
// part of it. Errors: no_terminal, input_ended.
Result<SecretBytes> ask_secret(std::string_view prompt);
Result<std::string> ask_line(std::string_view prompt);

// on_interrupt arranges that Ctrl-C (and SIGTERM) call `handler` once, from the signal handler: it
// may only set a lock-free flag. A second Ctrl-C ends the process. Closed pipes become errors of
// write_all instead of a silent end.
void on_interrupt(void (*handler)());

}  // namespace obhut::platform
