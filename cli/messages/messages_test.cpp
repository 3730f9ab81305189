#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "cli/messages/error_texts.h"
#include "tests/support/test.h"

namespace obhut::cli {
namespace {

// The codes that the errors.h files of the tree define: number → name.
std::map<unsigned, std::string> codes_of_the_tree() {
    namespace fs = std::filesystem;
    std::map<unsigned, std::string> codes;
    const fs::path root = OBHUT_SOURCE_DIR;
    for (const char* area : {"core", "protocols", "client", "apps", "platform", "server", "cli"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / area)) {
            if (entry.path().filename() != "errors.h") continue;
            std::stringstream text;
            text << std::ifstream(entry.path()).rdbuf();
            const std::string content = text.str();
            static constexpr std::string_view kBegin = "inline constexpr Code ";
            for (std::size_t at = content.find(kBegin); at != content.npos;
                 at = content.find(kBegin, at + 1)) {
                const std::size_t name = at + kBegin.size();
                const std::size_t brace = content.find('{', name);
                codes[static_cast<unsigned>(std::stoul(content.substr(brace + 1)))] =
                    content.substr(name, brace - name);
            }
        }
    }
    return codes;
}

TEST(every_code_of_the_tree_has_a_text) {
    const auto codes = codes_of_the_tree();
    REQUIRE(codes.size() > 200);
    for (const auto& [number, name] : codes)
        if (find_error_text(static_cast<std::uint16_t>(number)) == nullptr)
            test::report_failure(__FILE__, __LINE__,
                                 "no text for " + std::to_string(number) + " " + name);
}

TEST(every_text_belongs_to_a_code) {
    const auto codes = codes_of_the_tree();
    for (const auto& area : all_error_texts())
        for (const ErrorText& text : area)
            if (!codes.contains(text.number))
                test::report_failure(__FILE__, __LINE__,
                                     "text of no code: " + std::to_string(text.number));
}

TEST(texts_are_ordered_and_unique) {
    unsigned last = 0;
    for (const auto& area : all_error_texts()) {
        for (const ErrorText& text : area) {
            EXPECT(text.number > last);
            last = text.number;
        }
    }
}

TEST(both_languages_say_something_of_their_own) {
    for (const auto& area : all_error_texts()) {
        for (const ErrorText& text : area) {
            for (const Text* part : {&text.why, &text.meaning, &text.advice}) {
                const auto english = part->in(Language::english);
                const auto german = part->in(Language::german);
                EXPECT(english != german);
                EXPECT(is_utf8(as_bytes(german)));
            }
            // The reason stands in the middle of a line; meaning and advice are sentences.
            EXPECT(!text.why.in(Language::english).ends_with('.'));
            EXPECT(!text.why.in(Language::german).ends_with('.'));
            EXPECT(text.meaning.in(Language::german).ends_with('.'));
            EXPECT(text.advice.in(Language::german).ends_with('.'));
            EXPECT(text.advice.in(Language::english).ends_with('.'));
        }
    }
}

TEST(numbers_are_written_and_read) {
    EXPECT_EQ(error_number(Error(Code{123, Kind::usage})), "E-0123");
    EXPECT_EQ(parse_error_number("E-0123"), 123);
    EXPECT_EQ(parse_error_number("e0123"), 123);
    EXPECT_EQ(parse_error_number("853"), 853);
    EXPECT_EQ(parse_error_number("E-"), 0);
    EXPECT_EQ(parse_error_number("E-12x"), 0);
    EXPECT_EQ(parse_error_number("99999"), 0);
}

TEST(an_unknown_number_has_a_text_too) {
    EXPECT(find_error_text(9999) == nullptr);
    EXPECT(!error_text(Error(Code{9999, Kind::upgrade})).why.in(Language::german).empty());
}

TEST(the_locale_chooses_the_language) {
    const auto german = [](const char* all, const char* messages, const char* lang) {
        return language_of(all, messages, lang) == Language::german;
    };
    EXPECT(german(nullptr, nullptr, "de_DE.UTF-8"));
    EXPECT(german("de_AT", "en_US", "en_US"));
    EXPECT(german("", "de", "en_US"));
    EXPECT(german(nullptr, nullptr, "de_DE@euro"));
    EXPECT(!german("C", "de_DE", "de_DE"));
    EXPECT(!german(nullptr, nullptr, nullptr));
    EXPECT(!german(nullptr, nullptr, "den_XX"));
    EXPECT(!german(nullptr, "en_GB.UTF-8", "de_DE"));
}

TEST(placeholders_are_filled_once) {
    EXPECT_EQ(fill("{1} in {0}", {"a", "{0}"}), "{0} in a");
    const Counted files{{"{0} file", "{0} Datei"}, {"{0} files", "{0} Dateien"}};
    EXPECT_EQ(say(files, Language::german, 1), "1 Datei");
    EXPECT_EQ(say(files, Language::german, 25000), "25.000 Dateien");
    EXPECT_EQ(say(files, Language::english, 0), "0 files");
}

}  // namespace
}  // namespace obhut::cli
