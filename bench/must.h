// must: a benchmark whose work fails ends and says where.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "core/base/error.h"

namespace obhut {

template <class T>
T must(Result<T> result, const char* what) {
    if (!result) {
        std::fprintf(stderr, "%s: E-0%d (%d)\n", what, result.error().code.number,
                     result.error().detail);
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace obhut
