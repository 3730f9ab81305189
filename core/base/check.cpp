#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace obhut {

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "obhut: internal error: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace obhut
