#include "cli/output/table.h"

#include <algorithm>

#include "cli/output/format.h"
#include "core/base/check.h"

namespace obhut::cli {

namespace {

std::string_view code_of(Style style) {
    switch (style) {
    case Style::plain: return "";
    case Style::strong: return "\x1b[1m";
    case Style::faint: return "\x1b[2m";
    case Style::good: return "\x1b[32m";
    case Style::attention: return "\x1b[33m";
    case Style::danger: return "\x1b[31m";
    case Style::folder: return "\x1b[1;34m";
    case Style::link: return "\x1b[36m";
    }
    return "";
}

}  // namespace

std::string styled(std::string_view text, Style style, bool colours) {
    if (!colours || style == Style::plain) return std::string(text);
    return std::string(code_of(style)) + std::string(text) + "\x1b[0m";
}

void Table::row(std::vector<Cell> cells) {
    CHECK(cells.size() == columns_.size());
    for (Cell& cell : cells) cell.text = printable(cell.text);
    rows_.push_back(std::move(cells));
}

std::string Table::render(Language language, bool colours) const {
    if (rows_.empty()) return {};
    std::vector<std::vector<Cell>> lines;
    if (with_titles_) {
        std::vector<Cell> titles;
        for (const Column& column : columns_)
            titles.emplace_back(column.title.in(language), Style::strong);
        lines.push_back(std::move(titles));
    }
    lines.insert(lines.end(), rows_.begin(), rows_.end());
    std::vector<std::size_t> widths(columns_.size(), 0);
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], display_width(line[i].text));
    std::string out;
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            const bool last = i + 1 == line.size();
            const std::string text = columns_[i].align == Align::right
                                         ? pad_left(line[i].text, widths[i])
                                     : last ? line[i].text
                                            : pad_right(line[i].text, widths[i]);
            out += styled(text, line[i].style, colours);
            out += last ? "\n" : "  ";
        }
    }
    return out;
}

}  // namespace obhut::cli
