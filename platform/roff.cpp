#include "platform/roff.h"

namespace obhut::roff {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool begins_line = out.empty() || out.back() == '\n';
        if (c == '.' && begins_line) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'')
            out += "\\(aq";
        else
            out += c;
    }
    return out;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }

std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

std::string title(std::string_view name, int chapter, std::string_view program,
                  std::string_view manual) {
    std::string upper;
    for (const char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return ".TH " + upper + " " + std::to_string(chapter) + " \"\" \"" + std::string(program) +
           "\" \"" + std::string(manual) + "\"\n.nh\n";  // no hyphens in names of variables
}

std::string section(std::string_view heading) { return ".SH " + std::string(heading) + "\n"; }

std::string item(std::string_view tag_markup, std::string_view text) {
    return ".TP\n" + std::string(tag_markup) + "\n" + escaped(text) + "\n";
}

std::string example(std::string_view what, std::string_view lines) {
    return ".TP\n" + escaped(what) + "\n.EX\n" + escaped(lines) + "\n.EE\n";
}

}  // namespace obhut::roff
