// Pages of vectors of our own formats, one for each page of docs/protocol that has some.
//
// Each function makes its page anew, always the same bytes. docs/protocol/vectors/ holds what they
// make; formats_test.cpp compares, tests/vectors/read_formats.mjs reads them without any of our
// code. After a change of a format: OBHUT_WRITE_VECTORS=1 build/dev/bin/obhut_formats_test.
#pragma once

#include "tests/vectors/office.h"

namespace obhut::test {

Page encoding_page();
Page object_page();
Page tree_page();
Page content_page();
Page directory_page();
Page space_page();
Page kit_page();
Page links_page();
Page drops_page();
Page http_page();

struct NamedPage {
    std::string_view name;
    Page (*make)();
};
inline constexpr auto kPages = std::to_array<NamedPage>({
    {"encoding", encoding_page},
    {"object", object_page},
    {"tree", tree_page},
    {"content", content_page},
    {"directory", directory_page},
    {"space", space_page},
    {"kit", kit_page},
    {"links", links_page},
    {"drops", drops_page},
    {"http", http_page},
});

}  // namespace obhut::test
