// ChainSync: the chain of one space, kept equal to the server's as far as that can be believed.
//
// Every link is verified by core/space before it counts; a head that was seen is never given up
// (SR-29). A newcomer takes the roster entries and the newest commit, everybody else what is new.
#pragma once

#include "client/enrolment/heads.h"
#include "client/session.h"
#include "client/spaces/chain_file.h"

namespace obhut::client {

class ChainSync {
public:
    ChainSync(Session& session, const SpaceId& space)
        : session_(session), space_(space), file_(session.store, space) {}

    // open loads the chain from the store, or takes it from the server. `pinned` is the genesis
    // hash that the home tree holds, if it does. Errors: genesis_mismatch, space_unknown, those of
    // the chain.
    Result<> open(const std::optional<Hash>& pinned = std::nullopt);
    // begin takes a chain that this device has just made, acknowledged by the server.
    Result<> begin(space::Chain chain, std::span<const NewLink> links);

    // refresh fetches what is new; true if something was. Errors: chain_went_back, chain_forked,
    // those of the chain; space_unknown (over, and for all others); Kind::retry.
    Result<bool> refresh();
    // server_chain is what a restored server has, verified; only to reset it. Errors: nothing_lost
    // (it has all that is known here, and was not restored since anybody gave something up).
    Result<space::Chain> server_chain();
    // accept takes a link that the server has acknowledged; `chain` is this one with the link.
    Result<> accept(space::Chain chain, const NewLink& link, const ChainFile::Also& also);

    const space::Chain& chain() const { return *chain_; }
    // replaced counts how often another chain took this one's place: what was derived is void.
    unsigned replaced() const { return replaced_; }
    bool opened() const { return chain_.has_value(); }
    // over: others took this user out, and what came after is not theirs to see.
    bool over() const;

    // link gives any link of the chain, from the store or (older commits of a newcomer) from the
    // server. Errors: object_withheld, chain_forked (not a link of this chain).
    Result<space::ParsedLink> link(space::Sequence sequence);
    // link_bytes and genesis give the same as it was signed.
    Result<Bytes> link_bytes(space::Sequence sequence);
    Result<Bytes> genesis();
    // roster gives the roster entry that began an epoch. Errors: as link; no_epoch_key.
    Result<space::RosterEntry> roster(space::EpochNumber epoch);
    // epoch_at gives the newest epoch that had begun with the link of that place.
    Result<space::EpochNumber> epoch_at(space::Sequence sequence);
    // holds tells whether a link of that hash is in the chain at that place; refresh() first.
    Result<bool> holds(space::Sequence sequence, const Hash& hash);

    space::Judging judging() { return {session_.directory.view(), session_.directory}; }

private:
    // watched raises an alarm for what no honest server does.
    Result<> watched(Result<> outcome);
    Result<> open_once(const std::optional<Hash>& pinned);
    Result<> take_new();
    Result<> adopt_stored();
    Result<> check_expected();
    // lacks_expected gives what a device of this user has seen and the chain does not contain.
    Result<std::optional<SeenHead>> lacks_expected();
    // A chain as the server has it, with the links it was verified by.
    struct Whole {
        space::Chain chain;
        std::vector<NewLink> links;
    };
    Result<Whole> whole(const std::optional<Hash>& pinned);
    Result<Whole> in_full(const Hash& pinned);
    // After a restore of the server from an older backup: lost brings what it lacks, follow goes
    // over to what a manager has reset it to and puts this device's own work behind that into the
    // journal.
    Result<bool> lost(const space::Chain& chain, const api::Head& server);
    Result<> follow();
    Result<std::vector<JournalCommit>> work_to_do_again(const Whole& fresh);
    Result<space::Chain> until(const Whole& fresh, space::Sequence last);
    Result<std::vector<JournalCommit>> own_behind(space::Sequence restored);
    // work_set_aside is what this device did in epochs that one of these links sets aside.
    Result<std::vector<JournalCommit>> work_set_aside(std::span<const NewLink> taken);
    Result<> take_sparse(space::Chain& chain, std::vector<NewLink>& taken,
                         std::span<const Bytes> links);
    Result<> take_rest(space::Chain& chain, std::vector<NewLink>& taken);
    Result<bool> take_page(space::Chain& chain, std::vector<NewLink>& taken);
    // free_held asks for proofs that held links are older than what put them in doubt. What stays
    // held is an alarm that names the device (SR-33): tell_held.
    Result<> free_held(space::Chain& chain);
    Result<> free_seen(space::Chain& chain);
    void tell_held(const space::Chain& chain);
    Result<std::vector<Bytes>> all_rosters();
    Result<> fetch_older(space::Sequence sequence);

    Session& session_;
    SpaceId space_;
    ChainFile file_;
    std::optional<space::Chain> chain_;
    unsigned replaced_ = 0;
};

// new_link describes a verified link for the file.
NewLink new_link(const space::ParsedLink& link, Bytes bytes);

}  // namespace obhut::client
