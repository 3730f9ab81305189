// main of every test program that needs no other.
#include <cstdio>
#include <cstring>

#include "tests/support/test.h"

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments[0] == "--list") {
        for (const auto& test : obhut::test::cases()) std::printf("%s\n", test.name);
        return 0;
    }
    return obhut::test::run_cases(arguments) == 0 ? 0 : 1;
}
