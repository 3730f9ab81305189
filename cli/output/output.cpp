#include "cli/output/output.h"

#include "cli/messages/error_texts.h"
#include "cli/output/format.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kBuffer = 64 << 10;
constexpr std::string_view kClearLine = "\r\x1b[K";

}  // namespace

void Output::line(std::string_view text) {
    if (settings_.json) return;
    raw(text);
    raw("\n");
}

void Output::table(const Table& table) {
    if (settings_.json) return;
    raw(table.render(settings_.language, settings_.colours && settings_.out_is_terminal));
}

void Output::listing(const Table& table, const Text& if_empty) {
    if (table.empty()) return hint(if_empty.in(settings_.language));
    this->table(table);
}

void Output::object(const JsonObject& object) {
    if (settings_.json) raw(object.line() + "\n");
}

bool Output::raw(std::string_view bytes) {
    if (trouble_) return false;
    buffer_ += bytes;
    if (buffer_.size() >= kBuffer) flush();
    return !trouble_;
}

void Output::summary(std::string_view text) {
    if (settings_.json || settings_.quiet || !settings_.out_is_terminal) return;
    clear_transient();
    line(text);
}

void Output::hint(std::string_view text) {
    if (person_watches()) to_error(std::string(text) + "\n");
}

void Output::warning(std::string_view text) {
    const bool colours = settings_.colours && settings_.error_is_terminal;
    to_error("obhut: " + styled(text, Style::attention, colours) + "\n");
}

void Output::problem(const Failure& failure) {
    const bool colours = settings_.colours && settings_.error_is_terminal;
    const ErrorText& text = error_text(failure.error);
    std::string message = "obhut: ";
    if (!failure.what.empty()) message += printable(failure.what) + ": ";
    message += styled(text.why.in(settings_.language), Style::danger, colours);
    message += " (" + error_number(failure.error) + ")\n";
    const std::string_view advice = text.advice.in(settings_.language);
    message += "       " + (failure.advice.empty() ? std::string(advice) : failure.advice) + "\n";
    to_error(message);
}

void Output::transient(std::string_view text) {
    if (!person_watches()) return;
    if (text.empty()) return clear_transient();
    flush();
    (void)error_.write(std::string(kClearLine) + std::string(text));
    transient_shown_ = true;
}

void Output::flush() {
    if (buffer_.empty() || trouble_) return;
    if (settings_.out_is_terminal) clear_transient();
    if (const auto written = out_.write(buffer_); !written) trouble_ = written.error();
    buffer_.clear();
}

void Output::to_error(std::string_view text) {
    clear_transient();
    flush();
    (void)error_.write(text);
}

void Output::clear_transient() {
    if (!transient_shown_) return;
    transient_shown_ = false;
    (void)error_.write(kClearLine);
}

}  // namespace obhut::cli
