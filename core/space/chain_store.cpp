// The state of a chain as bytes, for one's own store.
#include "core/space/chain.h"

namespace obhut::space {

// StoredChain is the record of a chain's state.
struct StoredChain {
    Chain chain;

    static void fields(auto& self, auto& field) {
        auto& state = self.chain;
        field(1, state.id_);
        field(2, state.genesis_);
        field(3, state.genesis_hash_);
        field(4, state.head_);
        field(5, state.incarnation_);
        field(6, state.checkpoint_);
        field(7, state.roster_link_);
        field(8, state.last_epoch_);
        field(9, state.standing_);
        field(10, state.held_);
        field(11, state.resets_, kMaxResets);
        field(12, state.restored_);
    }
};

Bytes Chain::store() const { return encode(StoredChain{*this}); }

Result<Chain> Chain::load(ByteView stored) {
    StoredChain read = TRY(decode<StoredChain>(stored));
    const Chain& chain = read.chain;
    bool whole = chain.standing_.roster.has_value() == !chain.standing_.epochs.empty();
    if (chain.held_) {
        const Held& held = *chain.held_;
        whole = whole && !held.links.empty() && held.links.size() == held.events.size();
        whole = whole && held.trusted.roster.has_value() == !held.trusted.epochs.empty();
    }
    if (!whole) return fail(errors::invalid_value);
    return std::move(read.chain);
}

}  // namespace obhut::space
