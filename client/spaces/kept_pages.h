// KeptPages: pages of manifests, which the lists of a commit are made from; what a restored server
// has lost of them may be kept here, and is sent again.
#pragma once

#include "client/spaces/space_parts.h"
#include "core/content/ports.h"

namespace obhut::client {

class KeptPages final : public content::ContentSource {
public:
    explicit KeptPages(Space::Parts& space) : space_(space) {}

    Result<std::vector<std::optional<Bytes>>> fetch(std::span<const ObjectId> ids) override {
        auto found = TRY(space_.exchange.fetch(ids));
        space_.lost.clear();
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (found[i]) continue;
            found[i] = TRY(space_.session.kept.object(space_.id, ids[i]));
            if (found[i])
                TRY(space_.exchange.put(ids[i], *found[i]));
            else
                space_.lost.push_back(ids[i]);
        }
        return found;
    }

private:
    Space::Parts& space_;
};

}  // namespace obhut::client
