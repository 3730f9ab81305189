// CHECK(condition) ends the program on a programmer's error. It is always on and never used on
// input.
#pragma once

namespace obhut {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define CHECK(condition)                                           \
    do {                                                           \
        if (!(condition)) [[unlikely]]                             \
            ::obhut::check_failed(#condition, __FILE__, __LINE__); \
    } while (false)
