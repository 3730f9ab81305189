// Unfinished: uploads under a new name that have begun and not ended, so that the same command goes
// on with it, instead of putting a second copy into the folder that the first one has made.
#pragma once

#include "client/ports/local_store.h"
#include "core/base/id.h"

namespace obhut::cli {

class Unfinished {
public:
    // Of a source (absolute path) and a target in a space, as it was typed.
    Unfinished(client::LocalStore& store, const SpaceId& space, const std::string& source,
               const std::string& target);

    Result<bool> begun();
    Result<> begin();
    Result<> end();

private:
    client::LocalStore& store_;
    Bytes key_;
};

}  // namespace obhut::cli
