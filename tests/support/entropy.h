// TestEntropy: a reproducible stream for tests, from a 64-bit seed. Not random in any sense that
// protects.
#pragma once

#include "core/base/entropy.h"

namespace obhut::test {

class TestEntropy final : public Entropy {
public:
    explicit TestEntropy(std::uint64_t seed = 1) : state_(seed) {}

    void fill(MutableByteView out) override {
        for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next() >> 24);
    }

    // next is SplitMix64: one step of a uniform 64-bit sequence.
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31);
    }

    // below is uniform enough in [0, bound).
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

private:
    std::uint64_t state_;
};

}  // namespace obhut::test
