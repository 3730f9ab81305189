// obhutd(8): every option is in it, in both languages, and it is a page that man can show.
#include "server/front/manual.h"

#include <cstdlib>
#include <fstream>
#include <set>

#include "core/base/check.h"
#include "platform/roff.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test.h"

namespace obhut::front {
namespace {

constexpr Language kLanguages[] = {Language::english, Language::german};

void has(const std::string& page, const std::string& text) {
    if (page.find(text) == page.npos)
        obhut::test::report_failure(__FILE__, __LINE__, "not in the page: " + text);
}

TEST(every_option_has_words_and_every_words_an_option) {
    std::set<std::string_view> texts;
    for (const OptionText& text : kOptionTexts) {
        EXPECT(texts.insert(text.name).second);
        EXPECT((*text.value.english == 0) == (*text.value.german == 0));
        EXPECT(*text.help.english != 0 && *text.help.german != 0);
    }
    const std::vector<OptionRow> rows = option_rows();
    EXPECT_EQ(rows.size(), texts.size());
    for (const OptionRow& row : rows) EXPECT(texts.contains(row.name));
}

TEST(the_page_has_every_option_and_variable_in_both_languages) {
    for (const Language language : kLanguages) {
        const std::string page = man_page(language);
        for (const OptionRow& row : option_rows()) {
            has(page, ".TP\n" + roff::bold("--" + row.name));
            has(page, "\n" + roff::escaped(option_text(row.name).help.in(language)) + ".");
            if (!row.environment.empty()) has(page, ".TP\n" + roff::bold(row.environment) + "\n");
        }
    }
    const std::string page = man_page(Language::english);
    has(page, "Environment: OBHUTD_DATA.");
    has(page, "Default: 127.0.0.1:8080.");
}

TEST(the_page_says_how_obhutd_ends_and_where_its_files_are) {
    for (const Language language : kLanguages) {
        const std::string page = man_page(language);
        EXPECT(page.starts_with(".TH OBHUTD 8 "));
        for (int status = 0; status <= 6; ++status)
            has(page, ".TP\n\\fB" + std::to_string(status) + "\\fR\n");
        for (const char* word : {"SIGTERM, SIGINT", "SIGHUP", "/index.db", "/segments/"})
            has(page, roff::bold(word));
    }
    has(man_page(Language::german), ".SH RÜCKGABEWERT\n");
}

TEST(groff_finds_nothing_wrong_with_the_page) {
    if (std::system("command -v groff >/dev/null 2>&1") != 0) SKIP("groff is not installed");
    const obhut::test::TemporaryFolder folder;
    for (const Language language : kLanguages) {
        std::ofstream(folder / "page") << man_page(language);
        const std::string check =
            "! groff -man -Kutf8 -Tutf8 -ww -z '" + (folder / "page") + "' 2>&1 | grep .";
        EXPECT_EQ(std::system(check.c_str()), 0);
    }
}

}  // namespace
}  // namespace obhut::front
