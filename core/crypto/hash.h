// SHA-256 (FIPS 180-4).
#pragma once

#include <memory>

#include "core/base/bytes.h"
#include "core/base/id.h"
#include "core/crypto/labels.h"

namespace obhut {

// Sha256 hashes what update() was given; finish() may be called once.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(ByteView bytes);
    Hash finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

Hash sha256(ByteView bytes);

// labelled_hash is SHA-256(label ‖ 0x00 ‖ parts…): the form of every identifier and fingerprint.
// Parts have fixed sizes or come with their length; the caller sees to it.
Hash labelled_hash(Label label, std::initializer_list<ByteView> parts);

}  // namespace obhut
