// Port: the source of all randomness. Passed in, never global, so that tests and the simulation can
// replay.
//
// fill never fails: an adapter that cannot deliver ends the program. Bytes are uniform and
// unpredictable; adapters are safe to call from several threads.
#pragma once

#include "core/base/bytes.h"
#include "core/base/id.h"

namespace obhut {

class Entropy {
public:
    virtual ~Entropy() = default;
    virtual void fill(MutableByteView out) = 0;

    template <class FixedId>
    FixedId id() {
        FixedId value;
        fill(value.bytes);
        return value;
    }
};

}  // namespace obhut
