#include "cli/kit/kit_page.h"
#include "cli/kit/qr.h"

namespace obhut::cli {

namespace {

constexpr KitTexts kTexts{
    {"Emergency kit for Obhut", "Notfallblatt für Obhut"},
    {"Who has this sheet and your password gets at your data. We do not. Without this sheet a "
     "forgotten password means "
     "that your data is lost.",
     "Wer dieses Blatt und Ihr Passwort hat, kommt an Ihre Daten. Wir nicht. Ohne dieses Blatt "
     "bedeutet ein vergessenes "
     "Passwort, dass Ihre Daten verloren sind."},
    {"Print it, keep it like a passport, and delete the file. You need it to sign in on a new "
     "device and when you have "
     "forgotten your password.",
     "Drucken Sie es aus, verwahren Sie es wie einen Ausweis, und löschen Sie die Datei. Sie "
     "brauchen es, um sich auf "
     "einem neuen Gerät anzumelden und wenn Sie Ihr Passwort vergessen haben."},
    {"The code holds the same as the lines.", "Der Code enthält dasselbe wie die Zeilen."},
};

constexpr std::string_view kStyle =
    "@page{size:A4;margin:20mm}body{font:11pt/1.5 'Liberation "
    "Sans',Arial,sans-serif;color:#111;max-width:170mm;"
    "margin:0 auto;padding:8mm 0}h1{font-size:20pt;margin:0 0 2mm}.who{color:#444;margin:0 0 6mm}"
    ".box{border:1pt solid #111;border-radius:2mm;padding:5mm;margin:6mm "
    "0}dt{font-size:9pt;color:#444;margin-top:3mm}"
    "dd{margin:0;font:12pt/1.6 'Liberation Mono','Courier New',monospace;overflow-wrap:anywhere}"
    "svg{width:60mm;height:60mm;display:block;margin:4mm "
    "auto}.scan{text-align:center;font-size:9pt;color:#444}";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

// One path of horizontal bars: small, and sharp at every size.
std::string svg(const QrCode& code) {
    const std::string side = std::to_string(code.size() + 2 * kQrMargin);
    std::string path;
    for (int row = 0; row < code.size(); ++row) {
        for (int column = 0; column < code.size(); ++column) {
            if (!code.dark(row, column)) continue;
            int length = 1;
            while (column + length < code.size() && code.dark(row, column + length)) ++length;
            path += "M" + std::to_string(column + kQrMargin) + " " +
                    std::to_string(row + kQrMargin) + "h" + std::to_string(length) + "v1h-" +
                    std::to_string(length) + "z";
            column += length;
        }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
           "\" shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR\"><rect width=\"" +
           side + "\" height=\"" + side + "\" fill=\"#fff\"/><path d=\"" + path +
           "\" fill=\"#000\"/></svg>\n";
}

}  // namespace

const KitTexts& kit_texts() { return kTexts; }

Result<std::string> kit_html(const KitPage& page, Language language) {
    const QrCode code = TRY(QrCode::make(page.qr_payload));
    const std::string title(kTexts.title.in(language));
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"" + std::string(language == Language::german ? "de" : "en") +
        "\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + title +
        "</title>\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta "
        "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n<style>" +
        std::string(kStyle) + "</style>\n</head>\n<body>\n";
    // For programs that read the page: it holds what the code holds.
    out.insert(out.find("<style>"),
               "<meta name=\"obhut-kit\" content=\"" + escaped(page.qr_payload) + "\">\n");
    out += "<h1>" + title + "</h1>\n<p class=\"who\">" + escaped(page.email) + " · " +
           escaped(page.date) + "</p>\n";
    out += "<p>" + std::string(kTexts.explanation.in(language)) + "</p>\n";
    out += "<div class=\"box\">\n<dl>\n";
    for (const KitPage::Line& line : page.lines)
        out += "<dt>" + escaped(line.name) + "</dt><dd>" + escaped(line.value) + "</dd>\n";
    out += "</dl>\n" + svg(code) + "<p class=\"scan\">" + std::string(kTexts.scan.in(language)) +
           "</p>\n</div>\n";
    out += "<p>" + std::string(kTexts.advice.in(language)) + "</p>\n</body>\n</html>\n";
    return out;
}

}  // namespace obhut::cli
