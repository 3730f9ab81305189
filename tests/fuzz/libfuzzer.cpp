// The program under libFuzzer: OBHUT_FUZZ_TARGET names the target.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/fuzz/target.h"

namespace {

const obhut::fuzz::Target& chosen() {
    const char* name = std::getenv("OBHUT_FUZZ_TARGET");
    for (const auto& target : obhut::fuzz::targets())
        if (name != nullptr && std::strcmp(name, target.name) == 0) return target;
    for (const auto& target : obhut::fuzz::targets()) std::fprintf(stderr, "%s\n", target.name);
    std::exit(64);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const obhut::fuzz::Target& target = chosen();
    target.run({data, size});
    return 0;
}
