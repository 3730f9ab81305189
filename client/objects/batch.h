// Batch: objects on their way to the server in one request.
//
//     body = length(4) ‖ BatchHead {[id, length]…} ‖ objects          docs/protocol/http.md
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/id.h"
#include "protocols/api/messages.h"

namespace obhut::client {

class Batch {
public:
    // fits tells whether one more object of that size keeps the body within the limits.
    bool fits(std::size_t size) const;
    void add(const ObjectId& id, Bytes object);
    bool empty() const { return objects_.empty(); }
    // find: null if the batch does not hold it. O(1).
    const Bytes* find(const ObjectId& id) const;
    // body is what is sent; one copy of all.
    Bytes body() const;
    std::size_t count() const { return objects_.size(); }
    void clear();

private:
    std::vector<std::pair<ObjectId, Bytes>> objects_;
    std::unordered_map<ObjectId, std::size_t, FixedHash> places_;
    std::size_t bytes_ = 0;
};

}  // namespace obhut::client
