// main of every test program that needs no other.
//
//     NAME_test [FILTER…]       runs the tests whose names contain a filter
//     NAME_test --list          names them
//     NAME_test --kill-checks [FILE]   check-killing: see tests/support/killing.h
#include <cstdio>

#include "tests/support/killing.h"
#include "tests/support/test.h"

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments[0] == "--list") {
        for (const auto& test : obhut::test::cases()) std::printf("%s\n", test.name);
        return 0;
    }
    if (!arguments.empty() && arguments[0] == "--kill-checks")
        return obhut::test::kill_checks(arguments.size() > 1 ? arguments[1] : "");
    return obhut::test::run_cases(arguments) == 0 ? 0 : 1;
}
