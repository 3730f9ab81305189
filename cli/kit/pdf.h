// PdfPage writes a PDF of one A4 page with text and filled rectangles: as much of ISO 32000-1 as a
// kit needs.
//
// Coordinates are points (1/72 inch) from the upper left corner. Fonts are three of the fourteen
// that every reader has, in the Windows-1252 encoding; characters outside it become "?".
#pragma once

#include <string>
#include <string_view>

namespace obhut::cli {

class PdfPage {
public:
    static constexpr double kWidth = 595;
    static constexpr double kHeight = 842;

    enum class Font : char { normal = '1', bold = '2', fixed = '3' };

    void text(double x, double y, Font font, double size, std::string_view utf8);
    void rectangle(double x, double y, double width, double height);

    // finish gives the file.
    std::string finish(std::string_view title) const;

private:
    std::string content_;
};

// to_windows_1252 converts UTF-8; "?" for what is not in it.
std::string to_windows_1252(std::string_view utf8);

}  // namespace obhut::cli
