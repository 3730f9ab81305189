// Entropy from the kernel: getrandom(2). Safe from any thread.
#pragma once

#include "core/base/entropy.h"

namespace obhut::platform {

class SystemEntropy final : public Entropy {
public:
    void fill(MutableByteView out) override;
};

}  // namespace obhut::platform
