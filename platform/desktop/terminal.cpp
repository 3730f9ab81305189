#include "platform/desktop/terminal.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "platform/desktop/descriptor.h"
#include "platform/desktop/errno_error.h"
#include "platform/desktop/errors.h"

namespace obhut::platform {

namespace {

constexpr std::size_t kMaxLine = 4096;

// The state to restore when a signal ends the program in the middle of a hidden answer.
int hidden_terminal = -1;
termios visible_state{};
void (*interrupt_handler)() = nullptr;

void handle_signal(int signal) {
    if (hidden_terminal >= 0) {
        tcsetattr(hidden_terminal, TCSANOW, &visible_state);
        std::signal(signal, SIG_DFL);
        raise(signal);
        return;
    }
    std::signal(signal, SIG_DFL);
    if (interrupt_handler != nullptr) interrupt_handler();
}

// Hidden turns echo off while it lives.
class Hidden {
public:
    explicit Hidden(int terminal) {
        if (tcgetattr(terminal, &visible_state) != 0) return;
        termios state = visible_state;
        state.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        state.c_lflag |= ECHONL;
        if (tcsetattr(terminal, TCSAFLUSH, &state) == 0) hidden_terminal = terminal;
    }
    Hidden(const Hidden&) = delete;
    Hidden& operator=(const Hidden&) = delete;
    ~Hidden() {
        if (hidden_terminal >= 0) tcsetattr(hidden_terminal, TCSAFLUSH, &visible_state);
        hidden_terminal = -1;
    }
};

Result<Descriptor> open_terminal() {
    if (!is_terminal(Stream::input) && !is_terminal(Stream::error))
        return fail(errors::no_terminal);
    Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!terminal) return fail(errors::no_terminal, errno);
    return terminal;
}

Result<> prompt_on(int terminal, std::string_view prompt) {
    if (::write(terminal, prompt.data(), prompt.size()) < 0)
        return fail(errors::no_terminal, errno);
    return {};
}

// Reads a line into `line`; the terminal's line discipline hands over whole lines.
Result<std::size_t> read_line(int terminal, MutableByteView line) {
    ssize_t got = 0;
    do got = ::read(terminal, line.data(), line.size());
    while (got < 0 && errno == EINTR);
    if (got <= 0) return fail(errors::input_ended);
    std::size_t length = static_cast<std::size_t>(got);
    if (line[length - 1] == '\n') --length;
    return length;
}

}  // namespace

bool is_terminal(Stream stream) { return isatty(static_cast<int>(stream)) == 1; }

std::size_t terminal_width(Stream stream) {
    winsize size{};
    if (ioctl(static_cast<int>(stream), TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
    return size.ws_col;
}

Result<> write_all(Stream stream, std::string_view text) {
    while (!text.empty()) {
        const ssize_t wrote = ::write(static_cast<int>(stream), text.data(), text.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0 && errno == EPIPE) return fail(errors::stream_closed);
        if (wrote <= 0) return fail_errno();
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return {};
}

Result<SecretBytes> ask_secret(std::string_view prompt) {
    const Descriptor terminal = TRY(open_terminal());
    TRY(prompt_on(terminal.number(), prompt));
    const Hidden hidden(terminal.number());
    Secret<kMaxLine> line;
    const std::size_t length = TRY(read_line(terminal.number(), line.expose_mutable()));
    return SecretBytes(line.expose().first(length));
}

Result<std::string> ask_line(std::string_view prompt) {
    const Descriptor terminal = TRY(open_terminal());
    TRY(prompt_on(terminal.number(), prompt));
    std::array<std::uint8_t, kMaxLine> line{};
    const std::size_t length = TRY(read_line(terminal.number(), line));
    return std::string(as_text(ByteView(line).first(length)));
}

void on_interrupt(void (*handler)()) {
    interrupt_handler = handler;
    struct sigaction action{};
    action.sa_handler = handle_signal;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace obhut::platform
