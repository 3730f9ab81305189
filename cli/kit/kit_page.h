// The emergency kit as a page to print: HTML with the QR code as inline SVG, or PDF. One A4 page
// each.
//
// What is on it is a secret; the page says so. HTML needs nothing from anywhere (no scripts, fonts
// or pictures to fetch). The PDF uses the fonts that every PDF reader has, so it holds the
// characters of Western Europe; others show as "?".
#pragma once

#include <string>
#include <vector>

#include "cli/messages/text.h"
#include "core/base/error.h"

namespace obhut::cli {

// KitPage is what the page says; the caller fills it from the kit.
struct KitPage {
    std::string email;
    std::string date;
    struct Line {
        std::string name;
        std::string value;  // typed by hand one day: groups, in a fixed-width font
    };
    std::vector<Line> lines;
    std::string qr_payload;
};

// Errors: qr_too_large.
Result<std::string> kit_html(const KitPage& page, Language language);
Result<std::string> kit_pdf(const KitPage& page, Language language);

// The texts of the page.
struct KitTexts {
    Text title;
    Text explanation;
    Text advice;
    Text scan;
};
const KitTexts& kit_texts();

}  // namespace obhut::cli
