// The pieces of a man page, as man(7) source. Pure; any thread. Text is UTF-8 and is escaped unless
// it is called markup.
#pragma once

#include <string>
#include <string_view>

namespace obhut::roff {

// escaped protects backslashes, hyphens that must stay hyphens, and dots that begin a line.
std::string escaped(std::string_view text);
std::string bold(std::string_view text);
std::string italic(std::string_view text);

// title begins a page: "obhut", 1, "obhut 0.1.0", "Obhut Manual".
std::string title(std::string_view name, int chapter, std::string_view program,
                  std::string_view manual);
std::string section(std::string_view heading);
// item is a paragraph under a tag of markup.
std::string item(std::string_view tag_markup, std::string_view text);
// example is what it shows, and its lines as they are typed.
std::string example(std::string_view what, std::string_view lines);

}  // namespace obhut::roff
