#include "cli/kit/pdf.h"

#include <array>
#include <cstdio>
#include <vector>

#include "core/base/bytes.h"

namespace obhut::cli {

namespace {

// Windows-1252 0x80 to 0x9F; the rest is Latin-1.
constexpr std::array<char16_t, 32> kUpper{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char single_byte(char32_t c) {
    if ((c >= 0x20 && c < 0x7F) || (c >= 0xA0 && c <= 0xFF)) return static_cast<char>(c);
    for (std::size_t i = 0; i < kUpper.size(); ++i)
        if (kUpper[i] != 0 && kUpper[i] == c) return static_cast<char>(0x80 + i);
    return '?';
}

std::string number(double value) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.2f", value);
    return buffer.data();
}

std::string string_literal(std::string_view utf8) {
    std::string out = "(";
    for (const char c : to_windows_1252(utf8)) {
        if (c == '(' || c == ')' || c == '\\') out += '\\';
        out += c;
    }
    return out + ")";
}

}  // namespace

std::string to_windows_1252(std::string_view utf8) {
    std::string out;
    while (!utf8.empty()) {
        const auto lead = static_cast<unsigned char>(utf8[0]);
        std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (length > utf8.size() || !is_utf8(as_bytes(utf8.substr(0, length)))) {
            out += '?';
            utf8.remove_prefix(1);
            continue;
        }
        char32_t value = length == 1 ? lead : lead & (0x7FU >> length);
        for (std::size_t i = 1; i < length; ++i)
            value = value << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3FU);
        out += single_byte(value);
        utf8.remove_prefix(length);
    }
    return out;
}

void PdfPage::text(double x, double y, Font font, double size, std::string_view utf8) {
    content_ += "BT /F" + std::string(1, static_cast<char>(font)) + " " + number(size) + " Tf " +
                number(x) + " " + number(kHeight - y) + " Td " + string_literal(utf8) + " Tj ET\n";
}

void PdfPage::rectangle(double x, double y, double width, double height) {
    content_ += number(x) + " " + number(kHeight - y - height) + " " + number(width) + " " +
                number(height) + " re f\n";
}

std::string PdfPage::finish(std::string_view title) const {
    const auto font = [](std::string_view name) {
        return "<< /Type /Font /Subtype /Type1 /BaseFont /" + std::string(name) +
               " /Encoding /WinAnsiEncoding >>";
    };
    const std::vector<std::string> objects{
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 " + number(kWidth) + " " + number(kHeight) +
            "] /Resources << /Font << /F1 4 0 R /F2 5 0 R /F3 6 0 R >> >> /Contents 7 0 R >>",
        font("Helvetica"),
        font("Helvetica-Bold"),
        font("Courier-Bold"),
        "<< /Length " + std::to_string(content_.size()) + " >>\nstream\n" + content_ + "endstream",
        "<< /Title " + string_literal(title) + " /Producer (Obhut) >>",
    };
    std::string out = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
    std::string table = "0000000000 65535 f \n";
    for (std::size_t i = 0; i < objects.size(); ++i) {
        std::array<char, 32> entry{};
        std::snprintf(entry.data(), entry.size(), "%010zu 00000 n \n", out.size());
        table += entry.data();
        out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
    }
    const std::size_t start = out.size();
    const std::string size = std::to_string(objects.size() + 1);
    return out + "xref\n0 " + size + "\n" + table + "trailer\n<< /Size " + size +
           " /Root 1 0 R /Info 8 0 R >>\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
}

}  // namespace obhut::cli
