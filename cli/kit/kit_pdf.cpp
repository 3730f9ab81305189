#include "cli/kit/kit_page.h"
#include "cli/kit/pdf.h"
#include "cli/kit/qr.h"
#include "cli/output/format.h"

namespace obhut::cli {

namespace {

constexpr double kLeft = 60;
constexpr double kQrSide = 190;
constexpr std::size_t kTextColumns = 88;   // of Helvetica 11 in the page's width, on average
constexpr std::size_t kFixedColumns = 62;  // of Courier 12

// Writes a paragraph broken into lines; where the next one begins.
double paragraph(PdfPage& page, double y, std::string_view text) {
    std::string lines = wrap(text, kTextColumns, 0) + "\n";
    for (std::size_t end = lines.find('\n'); end != lines.npos; end = lines.find('\n')) {
        page.text(kLeft, y, PdfPage::Font::normal, 11, lines.substr(0, end));
        lines.erase(0, end + 1);
        y += 16;
    }
    return y;
}

// Values have no spaces to break at; they are cut after a hyphen.
double value_lines(PdfPage& page, double y, std::string_view value) {
    while (!value.empty()) {
        std::size_t length = std::min(value.size(), kFixedColumns);
        if (length < value.size())
            if (const std::size_t hyphen = value.rfind('-', length - 1);
                hyphen != value.npos && hyphen > 0)
                length = hyphen + 1;
        page.text(kLeft, y, PdfPage::Font::fixed, 12, value.substr(0, length));
        value.remove_prefix(length);
        y += 16;
    }
    return y;
}

void draw(PdfPage& page, const QrCode& code, double x, double y) {
    const double square = kQrSide / (code.size() + 2 * kQrMargin);
    for (int row = 0; row < code.size(); ++row) {
        for (int column = 0; column < code.size(); ++column) {
            if (!code.dark(row, column)) continue;
            int length = 1;
            while (column + length < code.size() && code.dark(row, column + length)) ++length;
            page.rectangle(x + (column + kQrMargin) * square, y + (row + kQrMargin) * square,
                           length * square, square);
            column += length;
        }
    }
}

}  // namespace

Result<std::string> kit_pdf(const KitPage& kit, Language language) {
    const QrCode code = TRY(QrCode::make(kit.qr_payload));
    const KitTexts& texts = kit_texts();
    PdfPage page;
    page.text(kLeft, 80, PdfPage::Font::bold, 20, texts.title.in(language));
    page.text(kLeft, 102, PdfPage::Font::normal, 10, kit.email + " · " + kit.date);
    double y = paragraph(page, 134, texts.explanation.in(language)) + 12;
    for (const KitPage::Line& line : kit.lines) {
        page.text(kLeft, y, PdfPage::Font::normal, 9, line.name);
        y = value_lines(page, y + 15, line.value) + 8;
    }
    draw(page, code, (PdfPage::kWidth - kQrSide) / 2, y);
    y += kQrSide + 12;
    page.text(kLeft, y, PdfPage::Font::normal, 9, texts.scan.in(language));
    paragraph(page, y + 28, texts.advice.in(language));
    return page.finish(texts.title.in(language));
}

}  // namespace obhut::cli
