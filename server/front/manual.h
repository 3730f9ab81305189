// The man page obhutd(8), from the table of options. Pure.
#pragma once

#include <string>
#include <vector>

#include "server/front/option_texts.h"

namespace obhut::front {

// OptionRow is what the parser knows of an option; its words are in option_texts.h.
struct OptionRow {
    std::string name;           // without the dashes
    std::string default_value;  // empty if there is none
    std::string environment;    // variable that sets it; empty if there is none
};

// option_rows are all options that --help shows, as the parser has them.
std::vector<OptionRow> option_rows();

// man_page is the page as man(7) source.
std::string man_page(Language language);

}  // namespace obhut::front
