// What a command writes, and to whom.
//
// Results go to standard output: as lines and tables for people, as JSON lines with --json.
// Everything else goes to standard error: problems always; summaries, hints and progress only if a
// person is there (a terminal) and did not say
// --quiet. Colours only on a terminal, never with NO_COLOR. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/messages/text.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "core/base/error.h"

namespace obhut::cli {

// TextSink takes text. Errors: stream_closed when nobody reads it any more, those of its file.
class TextSink {
public:
    virtual ~TextSink() = default;
    virtual Result<> write(std::string_view text) = 0;
};

struct OutputSettings {
    Language language = Language::english;
    bool json = false;
    bool quiet = false;
    bool out_is_terminal = false;
    bool error_is_terminal = false;
    bool colours = false;  // for the streams that are terminals
    std::size_t width = 80;
};

// Failure is an error with what it was about: a path, a person, a command.
struct Failure {
    std::string what;
    Error error;
    std::string advice;  // in the person's language; empty: the one that goes with the error
};

class Output {
public:
    Output(TextSink& out, TextSink& error, OutputSettings settings)
        : out_(out), error_(error), settings_(settings) {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() { flush(); }

    Language language() const { return settings_.language; }
    const OutputSettings& settings() const { return settings_; }
    // change is for the options that are known only after parsing.
    void change(const OutputSettings& settings) { settings_ = settings; }
    bool json() const { return settings_.json; }
    bool person_watches() const { return settings_.error_is_terminal && !settings_.quiet; }

    // Results. line and table are for people and do nothing with --json; object is the reverse.
    void line(std::string_view text);
    void table(const Table& table);
    // listing is a table that a person reads; of an empty one they are told so.
    void listing(const Table& table, const Text& if_empty);
    void object(const JsonObject& object);
    // raw writes bytes as they are (cat). False when nobody takes them.
    bool raw(std::string_view bytes);

    // summary is the closing line of a command that did something; also on a terminal without
    // --json only.
    void summary(std::string_view text);
    // hint says what to do next.
    void hint(std::string_view text);
    // warning is shown always: something needs attention, though the command goes on.
    void warning(std::string_view text);
    // problem writes `obhut: WHAT: WHY (E-0123)` and a line with what to do.
    void problem(const Failure& failure);

    // transient shows a line that the next one replaces; empty: removes it. Only where a person
    // watches.
    void transient(std::string_view text);

    void flush();
    // trouble is why standard output did not take everything, if it did not.
    const std::optional<Error>& trouble() const { return trouble_; }

private:
    void to_error(std::string_view text);
    void clear_transient();

    TextSink& out_;
    TextSink& error_;
    OutputSettings settings_;
    std::string buffer_;
    bool transient_shown_ = false;
    std::optional<Error> trouble_;
};

}  // namespace obhut::cli
