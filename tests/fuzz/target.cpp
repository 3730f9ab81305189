#include "tests/fuzz/target.h"

#include <cstdio>
#include <cstdlib>

namespace obhut::fuzz {

namespace {
std::vector<Target>& registry() {
    static std::vector<Target> all;
    return all;
}
}  // namespace

bool register_target(const char* name, void (*run)(ByteView), Bytes (*example)()) {
    registry().push_back({name, run, example});
    return true;
}

const std::vector<Target>& targets() { return registry(); }

void demand(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzzing: %s: this does not hold\n", what);
    std::abort();
}

}  // namespace obhut::fuzz
