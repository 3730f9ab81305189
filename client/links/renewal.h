// LinkRenewal: what an app brings so that links to folders follow every commit.
//
// The committer asks it with the trees before and after each change; what it answers goes into the
// same commit and the same request. It decides from its arguments alone, since it is asked again on
// every newer state; it may read through the trees and must not keep them.
#pragma once

#include "client/links/link.h"
#include "core/tree/tree.h"

namespace obhut::client {

class LinkRenewal {
public:
    virtual ~LinkRenewal() = default;
    virtual Result<std::vector<LinkEdit>> renew(const tree::Tree& before, const tree::Tree& after,
                                                const std::vector<tree::Change>& changes) = 0;
};

}  // namespace obhut::client
