// EditLinks: ends or keeps some links of a space, those that are still there.
#pragma once

#include <span>

#include "client/links/link.h"
#include "client/spaces/change.h"

namespace obhut::client {

class EditLinks final : public Change {
public:
    // forget: end, also one that a restored server has lost and somebody may bring again.
    enum class What : std::uint8_t { end, forget, keep };
    // `places` outlive the change; `epoch` is that in which they are kept.
    EditLinks(std::span<const LinkPlace> places, What what, std::uint64_t epoch = 0)
        : places_(places), what_(what), epoch_(epoch) {}
    // forget ends them so, and says who did it.
    EditLinks(std::span<const LinkPlace> places, const LinkEnd& forget)
        : places_(places), what_(What::forget), end_(forget) {}

    Result<Plan> plan(const Snapshot& base) override;

private:
    std::span<const LinkPlace> places_;
    What what_;
    std::uint64_t epoch_ = 0;
    LinkEnd end_;
};

}  // namespace obhut::client
