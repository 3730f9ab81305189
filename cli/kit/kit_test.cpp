#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <unistd.h>

#include "cli/errors.h"
#include "cli/kit/kit_page.h"
#include "cli/kit/pdf.h"
#include "cli/kit/qr.h"
#include "tests/support/test.h"

namespace obhut::cli {
namespace {

KitPage example() {
    KitPage page;
    page.email = "jörg.müller@example.org";
    page.date = "2024-03-09";
    page.lines = {
        {"Server", "https://obhut.rathaus.example"},
        {"Kontogeheimnis", "obhut-account-aaaa-bbbb-cccc-dddd-eeee-ffff-gggg"},
        {"Wiederherstellung",
         "obhut-recovery-aaaa-bbbb-cccc-dddd-eeee-ffff-gggg-hhhh-iiii-jjjj-kkkk-llll-mmmm-nnnn"}};
    page.qr_payload = "obhut-kit-" + std::string(180, 'x');
    return page;
}

bool installed(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

// What zbarimg reads from a grid drawn as a picture.
std::string decoded(const QrCode& code) {
    constexpr int kScale = 4;
    const int side = (code.size() + 2 * kQrMargin) * kScale;
    const std::string path = "/tmp/obhut-qr-" + std::to_string(::getpid()) + ".pgm";
    std::ofstream picture(path, std::ios::binary);
    picture << "P5\n" << side << " " << side << "\n255\n";
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const int row = y / kScale - kQrMargin;
            const int column = x / kScale - kQrMargin;
            const bool inside =
                row >= 0 && column >= 0 && row < code.size() && column < code.size();
            picture.put(inside && code.dark(row, column) ? 0 : static_cast<char>(255));
        }
    }
    picture.close();
    std::string text;
    if (FILE* pipe = ::popen(("zbarimg --raw -q " + path + " 2>/dev/null").c_str(), "r")) {
        for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
        ::pclose(pipe);
    }
    std::remove(path.c_str());
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

TEST(the_code_is_read_by_a_scanner) {
    if (!installed("zbarimg")) SKIP("zbarimg is not installed (package zbar-tools)");
    const std::string payload = example().qr_payload;
    const auto code = QrCode::make(payload);
    REQUIRE_OK(code);
    EXPECT_EQ(decoded(*code), payload);
}

TEST(a_code_has_its_finder_patterns) {
    const auto code = QrCode::make("obhut");
    REQUIRE_OK(code);
    REQUIRE(code->size() >= 21);
    const int last = code->size() - 1;
    for (const auto& [row, column] : {std::pair{0, 0}, {0, last - 6}, {last - 6, 0}}) {
        for (int i = 0; i < 7; ++i) {
            EXPECT(code->dark(row, column + i));
            EXPECT(code->dark(row + i, column));
        }
        EXPECT(!code->dark(row + 1, column + 1));
        EXPECT(code->dark(row + 3, column + 3));
    }
}

TEST(too_much_text_is_an_error) {
    EXPECT_ERROR(QrCode::make(std::string(4000, 'x')), errors::qr_too_large);
}

TEST(html_holds_everything_and_fetches_nothing) {
    KitPage page = example();
    page.email = "<script>alert(1)</script>&\"";
    const auto html = kit_html(page, Language::german);
    REQUIRE_OK(html);
    EXPECT(html->find("Wer dieses Blatt und Ihr Passwort hat, kommt an Ihre Daten. Wir nicht.") !=
           html->npos);
    for (const KitPage::Line& line : page.lines) EXPECT(html->find(line.value) != html->npos);
    EXPECT(html->find("<script") == html->npos);
    EXPECT(html->find("&lt;script&gt;") != html->npos);
    EXPECT(html->find("<svg") != html->npos);
    for (const char* outside : {"src=", "href=", "url(", "@import"})
        EXPECT(html->find(outside) == html->npos);
}

TEST(pdf_has_a_right_table_of_objects) {
    const auto pdf = kit_pdf(example(), Language::english);
    REQUIRE_OK(pdf);
    EXPECT(pdf->starts_with("%PDF-1.4\n"));
    const std::size_t start = std::stoul(pdf->substr(pdf->find("startxref\n") + 10));
    REQUIRE(pdf->substr(start, 7) == "xref\n0 ");
    std::size_t entry = pdf->find('\n', start + 5) + 1 + 20;
    for (int number = 1; number <= 8; ++number, entry += 20) {
        const std::size_t offset = std::stoul(pdf->substr(entry, 10));
        EXPECT_EQ(pdf->substr(offset, 7), std::to_string(number) + " 0 obj");
    }
}

TEST(pdf_text_is_readable) {
    if (!installed("pdftotext")) SKIP("pdftotext is not installed (package poppler-utils)");
    const auto pdf = kit_pdf(example(), Language::german);
    REQUIRE_OK(pdf);
    const std::string path = "/tmp/obhut-kit-" + std::to_string(::getpid()) + ".pdf";
    std::ofstream(path, std::ios::binary) << *pdf;
    std::string text;
    if (FILE* pipe = ::popen(("pdftotext -layout " + path + " - 2>&1").c_str(), "r")) {
        for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
        EXPECT_EQ(::pclose(pipe), 0);
    }
    std::remove(path.c_str());
    EXPECT(text.find("Notfallblatt für Obhut") != text.npos);
    EXPECT(text.find("jörg.müller@example.org") != text.npos);
    EXPECT(text.find(example().lines[1].value) != text.npos);
    EXPECT(text.find("kommt an Ihre Daten") != text.npos);
}

TEST(text_of_the_pdf_is_converted) {
    EXPECT_EQ(to_windows_1252("Straße"),
              "Stra\xDF"
              "e");
    EXPECT_EQ(to_windows_1252("„€“"), "\x84\x80\x93");
    EXPECT_EQ(to_windows_1252("Łódź"),
              "?\xF3"
              "d?");
    EXPECT_EQ(to_windows_1252("\xFF"), "?");
}

}  // namespace
}  // namespace obhut::cli
