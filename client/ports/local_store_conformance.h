// The conformance suite of LocalStore: what every adapter has to do. Called from a TEST of each
// adapter.
#pragma once

#include <functional>
#include <memory>

#include "client/ports/local_store.h"

namespace obhut::client {

// open gives another store object on the same data each time, as another program would have; the
// data is empty at first.
void check_local_store(const std::function<std::unique_ptr<LocalStore>()>& open);

}  // namespace obhut::client
