#include "cli/output/output.h"

#include <cstdlib>
#include <ctime>

#include "cli/output/format.h"
#include "cli/output/progress.h"
#include "platform/desktop/errors.h"
#include "tests/support/test.h"

namespace obhut::cli {
namespace {

class Captured final : public TextSink {
public:
    Result<> write(std::string_view text) override {
        if (trouble) return std::unexpected(*trouble);
        text_ += text;
        return {};
    }
    std::string take() { return std::exchange(text_, {}); }
    std::optional<Error> trouble;

private:
    std::string text_;
};

class HandClock final : public Clock {
public:
    Millis now() override { return time; }
    Millis time = 1'700'000'000'000;
};

struct Streams {
    Captured out;
    Captured error;
};

OutputSettings on_terminal(Language language = Language::english) {
    OutputSettings settings;
    settings.language = language;
    settings.out_is_terminal = settings.error_is_terminal = settings.colours = true;
    return settings;
}

TEST(sizes_have_three_digits) {
    const auto check = [](std::uint64_t bytes, std::string_view expected) {
        EXPECT_EQ(format_size(bytes, Language::english), expected);
    };
    check(0, "0 B");
    check(999, "999 B");
    check(1000, "1.00 kB");
    check(1234, "1.23 kB");
    check(99'940, "99.9 kB");
    check(999'499, "999 kB");
    check(999'500, "1.00 MB");
    check(1ULL << 30, "1.07 GB");
    check(~0ULL, "18.4 EB");
    EXPECT_EQ(format_size(1500, Language::german), "1,50 kB");
}

TEST(sizes_are_read_as_people_write_them) {
    const auto read = [](std::string_view text) { return parse_size(text).value_or(99); };
    EXPECT_EQ(read("0"), 0U);
    EXPECT_EQ(read("812 B"), 812U);
    EXPECT_EQ(read("20GB"), 20'000'000'000U);
    EXPECT_EQ(read("20 gb"), 20'000'000'000U);
    EXPECT_EQ(read("5kB"), 5000U);
    EXPECT_EQ(read("9TB"), 9'000'000'000'000U);
    for (const char* wrong : {"", "GB", "-1", "1.5GB", "20 GBs", "20  GB", "99999999999TB", "0x1"})
        EXPECT(!parse_size(wrong));
}

TEST(counts_are_grouped) {
    EXPECT_EQ(format_count(0, Language::english), "0");
    EXPECT_EQ(format_count(999, Language::english), "999");
    EXPECT_EQ(format_count(25000, Language::english), "25,000");
    EXPECT_EQ(format_count(1234567, Language::german), "1.234.567");
}

TEST(durations_have_two_units) {
    EXPECT_EQ(format_duration(850, Language::english), "850 ms");
    EXPECT_EQ(format_duration(4200, Language::german), "4,2 s");
    EXPECT_EQ(format_duration(59'900, Language::english), "59 s");
    EXPECT_EQ(format_duration(185'000, Language::english), "3 min 05 s");
    EXPECT_EQ(format_duration(2 * kHour + 10 * kMinute, Language::english), "2 h 10 min");
    EXPECT_EQ(format_duration(3 * kDay + 5 * kHour, Language::english), "3 d 5 h");
}

TEST(times_are_read_as_people_write_them) {
    ::setenv("TZ", "Europe/Berlin", 1);
    ::tzset();
    constexpr Millis kNow = 1'700'000'000'000;
    const auto check = [](std::string_view text, Millis expected) {
        Millis time = 0;
        EXPECT(parse_time(text, kNow, time));
        EXPECT_EQ(time, expected);
    };
    check("2024-03-09 14:05", 1'709'989'500'000);
    check("2024-03-09T13:05:00Z", 1'709'989'500'000);
    check("2024-03-09T13:05:00.000Z", 1'709'989'500'000);
    check("2024-03-09", 1'710'025'199'999);
    check("2h", kNow - 2 * kHour);
    check("3d", kNow - 3 * kDay);
    Millis time = 0;
    for (const char* wrong :
         {"", "gestern", "2024-13-01", "2024-02-30", "2024-03-09 25:00", "2024-3-9", "5y", "-3d"})
        EXPECT(!parse_time(wrong, kNow, time));
    EXPECT_EQ(format_time(1'709'989'500'000), "2024-03-09 14:05");
    EXPECT_EQ(format_time_exact(1'709'989'500'007), "2024-03-09T13:05:00.007Z");
    // A file's own time may be older than Unix.
    EXPECT_EQ(format_time(-1), "1970-01-01 00:59");
    EXPECT_EQ(format_time_exact(-1), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(format_time_exact(-2'082'844'800'000), "1904-01-01T00:00:00.000Z");
}

TEST(names_cannot_drive_the_terminal) {
    EXPECT_EQ(printable("Brief.odt"), "Brief.odt");
    EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1B[2Jb");
    EXPECT_EQ(printable("a\nb\x7f"), "a\\x0Ab\\x7F");
    EXPECT_EQ(printable("gnp\u202Eexe"), "gnp\\u{202E}exe");
    EXPECT_EQ(printable("\xff\xfe"), "\\xFF\\xFE");
    EXPECT_EQ(printable("Übersicht 📄"), "Übersicht 📄");
}

TEST(width_is_counted_in_columns) {
    EXPECT_EQ(display_width("Müller"), 6U);
    EXPECT_EQ(display_width("Mu\u0308ller"), 6U);
    EXPECT_EQ(display_width("文書"), 4U);
    EXPECT_EQ(fit("Haushaltsplanentwurf 2024.odt", 15), "Haushal…024.odt");
    EXPECT_EQ(wrap("one two three four", 9, 2), "one two\n  three\n  four");
}

TEST(tables_are_aligned_and_safe) {
    Table table({{{"Name", "Name"}}, {{"Size", "Größe"}, Align::right}, {{"Who", "Wer"}}});
    EXPECT_EQ(table.render(Language::german, false), "");
    table.row({"Akten", "12", "Jörg\x1b[31m"});
    table.row({"文書", "1.234", "Anna"});
    EXPECT_EQ(table.render(Language::german, false),
              "Name   Größe  Wer\nAkten     12  Jörg\\x1B[31m\n文書   1.234  Anna\n");
}

TEST(json_is_one_object_a_line) {
    JsonObject object;
    object.text("name", "a\"b\\\n\x01 ü")
        .number("size", ~0ULL)
        .flag("new", true)
        .time("time", 0)
        .null("note");
    object.texts("list", {"x", "y"}).integer("offset", -5);
    EXPECT_EQ(object.line(),
              "{\"name\":\"a\\\"b\\\\\\u000a\\u0001 "
              "ü\",\"size\":18446744073709551615,\"new\":true,\"time\":null,"
              "\"note\":null,\"list\":[\"x\",\"y\"],\"offset\":-5}");
    EXPECT_EQ(json_string("a\xff"), "\"a\xEF\xBF\xBD\"");
}

TEST(json_mode_writes_objects_only) {
    Streams streams;
    OutputSettings settings;
    settings.json = true;
    Output output(streams.out, streams.error, settings);
    output.line("for people");
    output.summary("done");
    output.hint("next");
    output.object(JsonObject().text("name", "Akten"));
    output.flush();
    EXPECT_EQ(streams.out.take(), "{\"name\":\"Akten\"}\n");
    EXPECT_EQ(streams.error.take(), "");
}

TEST(without_a_terminal_only_results_and_problems) {
    Streams streams;
    Output output(streams.out, streams.error, {});
    output.summary("25 files");
    output.hint("print the kit");
    output.transient("50 %");
    output.line("brief.odt");
    output.problem({"put brief.odt", Error(Code{853, Kind::local}), {}});
    output.flush();
    EXPECT_EQ(streams.out.take(), "brief.odt\n");
    EXPECT_EQ(streams.error.take(),
              "obhut: put brief.odt: not enough space on this disk (E-0853)\n"
              "       Make room on the disk and run the command again.\n");
}

TEST(problems_are_told_in_german_too) {
    Streams streams;
    OutputSettings settings;
    settings.language = Language::german;
    Output output(streams.out, streams.error, settings);
    output.problem({"Akten:/brief.odt", Error(Code{551, Kind::missing}), {}});
    EXPECT_EQ(streams.error.take(),
              "obhut: Akten:/brief.odt: keine solche Datei und kein solcher Ordner (E-0551)\n"
              "       „obhut ls BEREICH:/ORDNER“ zeigt, was da ist.\n");
}

TEST(a_closed_pipe_is_noticed) {
    Streams streams;
    Output output(streams.out, streams.error, {});
    streams.out.trouble = Error(errors::stream_closed);
    output.line("x");
    output.flush();
    EXPECT(output.trouble() && output.trouble()->is(errors::stream_closed));
    EXPECT(!output.raw("more"));
}

TEST(progress_drops_what_does_not_fit) {
    const Text label{"Sending", "Senden"};
    const Amounts amounts{1234, 25000, 210'000'000, 500'000'000};
    EXPECT_EQ(progress_line(label, amounts, 35'200'000, 100, Language::german),
              "Senden  42 %  noch 8,0 s  35,2 MB/s  210 MB von 500 MB  1.234 von 25.000");
    EXPECT_EQ(progress_line(label, amounts, 35'200'000, 40, Language::english),
              "Sending  42 %  8.0 s left  35.2 MB/s");
    EXPECT_EQ(progress_line(label, {}, 0, 80, Language::english), "Sending");
}

TEST(progress_waits_a_second_and_shows_the_recent_rate) {
    Streams streams;
    HandClock clock;
    Output output(streams.out, streams.error, on_terminal());
    {
        ProgressLine progress(output, clock, {"Sending", "Senden"});
        progress.amounts().total_bytes = 100'000'000;
        for (int i = 0; i < 9; ++i) {
            clock.time += 100;
            progress.amounts().bytes += 1'000'000;
            progress.tick();
        }
        EXPECT_EQ(streams.error.take(), "");
        for (int i = 0; i < 2; ++i) {
            clock.time += 100;
            progress.amounts().bytes += 1'000'000;
            progress.tick();
        }
        EXPECT(streams.error.take().ends_with(
            "Sending  11 %  8.0 s left  10.0 MB/s  11.0 MB of 100 MB"));
        progress.tick();
        EXPECT_EQ(streams.error.take(), "");
    }
    EXPECT_EQ(streams.error.take(), "\r\x1b[K");
}

TEST(progress_is_removed_before_anything_else_is_written) {
    Streams streams;
    Output output(streams.out, streams.error, on_terminal());
    output.transient("50 %");
    output.warning("careful");
    EXPECT_EQ(streams.error.take(), "\r\x1b[K50 %\r\x1b[Kobhut: \x1b[33mcareful\x1b[0m\n");
}

}  // namespace
}  // namespace obhut::cli
