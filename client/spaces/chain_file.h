// ChainFile: the verified chain of one space in the local store, and its links.
//
//     spaces  "c/" space            the chain's state           links  space ‖ sequence(8)   links
//             "h/" space            its head, for a quick look
//             "r/" space epoch(8)   sequence of the roster entry that made the epoch
//
// Several programs write it; the longer chain wins, and two of the same length must be equal.
#pragma once

#include <map>

#include "client/errors.h"
#include "client/ports/local_store.h"
#include "core/space/chain.h"

namespace obhut::client {

// A verified link on its way into the file.
struct NewLink {
    space::Sequence sequence = 0;
    std::optional<space::EpochNumber> epoch;  // that it begins
    Bytes bytes;
};

class ChainFile {
public:
    ChainFile(LocalStore& store, const SpaceId& space) : store_(store), space_(space) {}

    // head is that of the stored chain. load is the chain; both absent if there is none.
    Result<std::optional<space::Head>> head();
    Result<std::optional<space::Chain>> load();
    // save stores a chain and links that were verified as parts of it; `also` may write more in the
    // same transaction. Errors: chain_forked (another program holds a chain that contradicts it).
    using Also = std::function<Result<>(StoreWriter&)>;
    Result<> save(const space::Chain& chain, std::span<const NewLink> links, const Also& also = {});

    // replace stores another chain in place of the one that a restored server has lost.
    Result<> replace(const space::Chain& chain, std::span<const NewLink> links, const Also& also);

    // link is the bytes of a stored link; the genesis has sequence 0.
    Result<std::optional<Bytes>> link(space::Sequence sequence);
    // roster_of is where an epoch began.
    Result<std::optional<space::Sequence>> roster_of(space::EpochNumber epoch);

private:
    LocalStore& store_;
    SpaceId space_;
};

// stored_heads gives the heads of all stored chains.
Result<std::map<SpaceId, space::Head>> stored_heads(LocalStore& store);

}  // namespace obhut::client
