#include "core/base/error.h"

#include "tests/support/test.h"

namespace obhut {

// The kind may come from a row that another version wrote.
TEST(an_error_is_known_by_its_number) {
    const Error read(Code{698, Kind::corrupt}, 7);
    EXPECT(read.is(Code{698, Kind::missing}));
    EXPECT(!read.is(Code{699, Kind::corrupt}));
    EXPECT(read.kind() == Kind::corrupt);
}

}  // namespace obhut
