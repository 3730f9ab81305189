// Inner header of the chain: what judging a link yields. Only chain.cpp and judge.cpp include it.
#pragma once

#include "core/space/chain.h"

namespace obhut::space {

struct Chain::Judged {
    ParsedLink link;
    Checkpoint at;
    const directory::DeviceRecord* device = nullptr;
    Role needed = Role::manager;    // what the signer had to be
    std::optional<Position> event;  // by which the signer lost it later
    bool settles = false;           // ends what is held
};

}  // namespace obhut::space
