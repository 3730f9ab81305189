// Tables of text, aligned by terminal columns, and the few styles there are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/messages/text.h"

namespace obhut::cli {

enum class Style : std::uint8_t { plain, strong, faint, good, attention, danger, folder, link };

// styled wraps a text in the terminal's codes for a style; plain without colours.
std::string styled(std::string_view text, Style style, bool colours);

enum class Align : std::uint8_t { left, right };

struct Column {
    Text title;
    Align align = Align::left;
};

struct Cell {
    std::string text;
    Style style = Style::plain;

    Cell(std::string t, Style s = Style::plain) : text(std::move(t)), style(s) {}
    Cell(std::string_view t, Style s = Style::plain) : text(t), style(s) {}
    Cell(const char* t, Style s = Style::plain) : text(t), style(s) {}
};

class Table {
public:
    explicit Table(std::vector<Column> columns, bool with_titles = true)
        : columns_(std::move(columns)), with_titles_(with_titles) {}

    // row takes one cell for each column. Cells are made printable here: they hold other people's
    // names.
    void row(std::vector<Cell> cells);
    bool empty() const { return rows_.empty(); }

    // render gives the lines, each with its line end; nothing for a table without rows. The last
    // column is not padded.
    std::string render(Language language, bool colours) const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
    bool with_titles_;
};

}  // namespace obhut::cli
