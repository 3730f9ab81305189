// EditLinks: ends or keeps some links of a space, those that are still there.
#pragma once

#include <span>

#include "client/links/link.h"
#include "client/spaces/change.h"

namespace obhut::client {

class EditLinks final : public Change {
public:
    enum class What : std::uint8_t { end, keep };
    // `places` outlive the change; `epoch` is that in which they are kept.
    EditLinks(std::span<const LinkPlace> places, What what, std::uint64_t epoch = 0)
        : places_(places), what_(what), epoch_(epoch) {}

    Result<Plan> plan(const Snapshot& base) override;

private:
    std::span<const LinkPlace> places_;
    What what_;
    std::uint64_t epoch_;
};

}  // namespace obhut::client
