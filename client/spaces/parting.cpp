#include "client/spaces/parting.h"

#include <algorithm>

#include "core/space/link.h"

namespace obhut::client {
namespace {

// Known is what is known of a chain: the hash of each link that is there or followed by one that
// is, and the links that began an incarnation.
class Known {
public:
    Result<> add(ByteView bytes) {
        const space::ParsedLink link = TRY(space::parse_link(bytes));
        const space::LinkHeader& header = link.header();
        hashes_[header.sequence - 1] = header.previous;
        hashes_[header.sequence] = link.hash;
        if (header.incarnation > incarnation_ && header.sequence > 1)
            begins_.push_back(header.sequence);
        incarnation_ = header.incarnation;
        return {};
    }
    bool has(space::Sequence sequence, const Hash& hash) const {
        const auto known = hashes_.find(sequence);
        return known != hashes_.end() && known->second == hash;
    }
    std::optional<Hash> at(space::Sequence sequence) const {
        const auto known = hashes_.find(sequence);
        return known == hashes_.end() ? std::nullopt : std::optional(known->second);
    }
    // The first beginning of an incarnation that the other does not have.
    std::optional<space::Sequence> first_unknown_to(const Known& other) const {
        for (const space::Sequence sequence : begins_)
            if (!other.has(sequence, hashes_.at(sequence))) return sequence;
        return std::nullopt;
    }

private:
    std::map<space::Sequence, Hash> hashes_;
    std::vector<space::Sequence> begins_;  // ascending
    std::uint64_t incarnation_ = 0;
};

}  // namespace

Result<Parting> find_parting(ChainFile& ours, const space::Head& head,
                             std::span<const NewLink> theirs) {
    Known known;
    for (space::Sequence at = 1; at <= head.sequence; ++at)
        if (const auto link = TRY(ours.link(at))) TRY(known.add(*link));
    Known shown;
    for (const NewLink& link : theirs)
        if (link.sequence > 0) TRY(shown.add(link.bytes));
    Parting parting;
    parting.theirs = shown.first_unknown_to(known);
    const auto own = known.first_unknown_to(shown);
    if (!parting.theirs && !own) return fail(errors::restored_apart);
    const space::Sequence behind =
        std::min(parting.theirs.value_or(UINT64_MAX), own.value_or(UINT64_MAX));
    const auto common = known.at(behind - 1);
    if (!common || !shown.has(behind - 1, *common)) return fail(errors::restored_apart);
    parting.common = {behind - 1, *common};
    return parting;
}

Result<bool> nothing_but(ChainFile& ours, const space::Head& head, const space::Head& common,
                         std::span<const space::Sequence> commits) {
    for (space::Sequence at = common.sequence + 1; at <= head.sequence; ++at) {
        if (std::ranges::find(commits, at) != commits.end()) continue;
        const auto bytes = TRY(ours.link(at));
        if (!bytes) return false;
        const space::ParsedLink link = TRY(space::parse_link(*bytes));
        if (link.mark() == nullptr || link.mark()->kind != space::MarkKind::resumed) return false;
    }
    return true;
}

}  // namespace obhut::client
