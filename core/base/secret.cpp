#include "core/base/secret.h"

namespace obhut {

void wipe(MutableByteView memory) {
    if (memory.empty()) return;
    std::memset(memory.data(), 0, memory.size());
    // The compiler must assume that this statement reads the memory, so the memset stays.
    __asm__ __volatile__("" : : "r"(memory.data()) : "memory");
}

}  // namespace obhut
