#include "client/drops/transfer.h"

#include "client/errors.h"
#include "protocols/api/drops.h"

namespace obhut::client {

Result<> Transfer::put(const ObjectId& id, Bytes object) {
    if (taken_.size() == api::kMaxDropObjects) return fail(errors::letter_too_large);
    if (!building_.fits(object.size())) TRY(flush());
    building_.add(id, std::move(object));
    taken_.push_back(id);
    return {};
}

Result<> Transfer::flush() {
    if (building_.empty()) return {};
    TRY(send_(building_.body()));
    building_ = Batch();
    return {};
}

Result<std::vector<std::optional<Bytes>>> Transfer::fetch(std::span<const ObjectId> ids) {
    std::vector<std::optional<Bytes>> found;
    while (found.size() < ids.size()) {
        const ObjectId& next = ids[found.size()];
        // What is taken and not sent yet is here: the pages of a long file are read again.
        if (const Bytes* waiting = building_.find(next)) {
            found.emplace_back(*waiting);
            continue;
        }
        for (Bytes& object : TRY(fetch_(ids.subspan(found.size())))) {
            if (object.empty())
                found.emplace_back();
            else
                found.emplace_back(std::move(object));
        }
    }
    return found;
}

}  // namespace obhut::client
