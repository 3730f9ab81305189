#include "client/spaces/chain_sync.h"

#include <algorithm>

#include "client/restore/give_back.h"
#include "client/spaces/parting.h"
#include "client/spaces/restored.h"
#include "core/base/verify.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "protocols/api/heads.h"

namespace obhut::client {
namespace {

constexpr std::size_t kMaxPages = 1'000'000;

// The id of a space is half of its genesis hash; the home tree pins the whole of it.
Result<> check_pin(const space::Chain& chain, const std::optional<Hash>& pinned) {
    VERIFY("SR-43/genesis-pin", !pinned || chain.genesis_hash() == *pinned,
           errors::genesis_mismatch);
    return {};
}

// What is held does not count, and nobody sees it: so somebody has to be told (signing with the
// past).
Result<> nothing_held(const space::Chain& chain) {
    VERIFY("SR-33/held-is-told", !chain.held(), errors::past_signature);
    return {};
}

// Whether a manager has given up a head that was seen, after a restore.
bool given_up(const space::Chain& chain, const space::Head& seen) {
    return std::ranges::any_of(chain.resets(), [&](const space::Reset& reset) {
        return reset.restored.sequence < seen.sequence && seen.sequence <= reset.lost.sequence;
    });
}

// How many of the links, which have the genesis and all roster entries, lie before the first that
// is held: at least the genesis.
std::size_t links_before_held(std::span<const Bytes> links, const space::Chain& chain) {
    const space::Sequence first = chain.held()->links.front().sequence;
    std::size_t before = 1;
    while (before < links.size()) {
        const auto parsed = space::parse_link(links[before]);
        if (!parsed || parsed->header().sequence >= first) break;
        ++before;
    }
    return before;
}

std::vector<Bytes> bytes_of(std::vector<api::LinkBlob>& blobs) {
    std::vector<Bytes> links;
    links.reserve(blobs.size());
    for (api::LinkBlob& blob : blobs) links.push_back(std::move(blob.bytes));
    return links;
}

}  // namespace

NewLink new_link(const space::ParsedLink& link, Bytes bytes) {
    NewLink fresh{link.header().sequence, std::nullopt, std::move(bytes)};
    if (const space::RosterEntry* roster = link.roster()) fresh.epoch = roster->epoch;
    return fresh;
}

Result<> ChainSync::adopt_stored() {
    const auto head = TRY(file_.head());
    if (!head || (chain_ && chain_->head().sequence >= head->sequence)) return {};
    chain_ = TRY(file_.load());
    return {};
}

Result<> ChainSync::watched(Result<> outcome) {
    if (!outcome && outcome.error().kind() == Kind::corrupt)
        (void)session_.alarms.raise(outcome.error(), space_);
    return outcome;
}

Result<> ChainSync::open(const std::optional<Hash>& pinned) { return watched(open_once(pinned)); }

Result<> ChainSync::open_once(const std::optional<Hash>& pinned) {
    TRY(adopt_stored());
    if (!chain_) {
        Whole fresh = TRY(whole(pinned));
        TRY(begin(std::move(fresh.chain), fresh.links));
    }
    TRY(check_pin(*chain_, pinned));
    return check_expected();
}

// What another device of this user has seen of the chain must be in it.
Result<> ChainSync::check_expected() {
    auto lacking = TRY(lacks_expected());
    if (!lacking) return {};
    // A manager may have given it up since this device looked, or the other device may have gone
    // over to what a restored server has.
    TRY(refresh());
    if (session_.read_heads && !chain_->genesis().home) {
        const auto read = session_.read_heads();
        if (!read && read.error().kind() == Kind::retry) return std::unexpected(read.error());
    }
    lacking = TRY(lacks_expected());
    if (!lacking) return {};
    const space::Head& head = lacking->head;
    const auto sequence = static_cast<std::int32_t>(head.sequence);
    // A restored server may lack it, and nobody has let the chain go on: it is to be brought.
    if (chain_->head().sequence < head.sequence && waits_since_restore(session_, *chain_))
        return fail(errors::restored_behind, sequence);
    // It has gone on without: the other device goes over to that, or a manager says so.
    if (chain_->incarnation() > lacking->incarnation) return fail(errors::restored_apart, sequence);
    VERIFY("SR-29/seen-by-other-device", TRY(holds(head.sequence, head.hash)),
           errors::chain_went_back);
    return {};
}

Result<std::optional<SeenHead>> ChainSync::lacks_expected() {
    for (const SeenHead& expected : TRY(expected_heads(session_, space_)))
        if (!given_up(*chain_, expected.head) &&
            !TRY(holds(expected.head.sequence, expected.head.hash)))
            return std::optional(expected);
    return std::optional<SeenHead>();
}

Result<> ChainSync::begin(space::Chain chain, std::span<const NewLink> links) {
    TRY(file_.save(chain, links));
    chain_ = std::move(chain);
    return {};
}

Result<std::vector<Bytes>> ChainSync::all_rosters() {
    std::vector<Bytes> links;
    std::uint64_t from = 0;
    for (std::size_t page = 0; page < kMaxPages; ++page) {
        api::Rosters answer = TRY(session_.remote.rosters(space_, from));
        if (answer.links.empty()) return fail(errors::answer_malformed);
        for (Bytes& link : bytes_of(answer.links)) links.push_back(std::move(link));
        if (!answer.more) return links;
        from = TRY(space::parse_link(links.back())).header().sequence + 1;
    }
    return fail(errors::answer_malformed);
}

void ChainSync::tell_held(const space::Chain& chain) {
    if (const Result<> told = nothing_held(chain); !told)
        session_.alarms.raise(told.error(), space_, chain.held()->device.view());
}

Result<ChainSync::Whole> ChainSync::whole(const std::optional<Hash>& pinned) {
    const std::vector<Bytes> links = TRY(all_rosters());
    space::Chain fresh = TRY(space::Chain::begin(space_, session_.org(), links[0]));
    TRY(check_pin(fresh, pinned));
    // Commits between the newest roster entry and the one before may be needed in full: then the
    // newest roster entries are taken among all links. So may those that a mark reverts.
    std::size_t sparse = links.size();
    for (;;) {
        space::Chain chain = fresh;
        std::vector<NewLink> taken{{0, std::nullopt, links[0]}};
        const auto fits = take_sparse(chain, taken, std::span(links).subspan(1, sparse - 1));
        if (!fits && fits.error().is(errors::bad_mark) && taken.size() > 1) {
            sparse = taken.size();
            continue;
        }
        TRY(fits);
        TRY(take_rest(chain, taken));
        TRY(free_held(chain));
        // A head that is proven to be older than what put it in doubt may be among what was left
        // out.
        const std::size_t in_full = chain.held() ? links_before_held(links, chain) : sparse;
        if (in_full < sparse)
            sparse = in_full;
        else if (!chain.trusted().commit_known() && sparse > 1)
            --sparse;
        else {
            tell_held(chain);
            return Whole{std::move(chain), std::move(taken)};
        }
    }
}

// in_full takes all links one after the other: who was taken out is shown these and no others.
Result<ChainSync::Whole> ChainSync::in_full(const Hash& pinned) {
    const api::Links first = TRY(session_.remote.links(space_, 0));
    if (first.links.empty()) return fail(errors::answer_malformed);
    const Bytes& genesis = first.links[0].bytes;
    space::Chain chain = TRY(space::Chain::begin(space_, session_.org(), genesis));
    TRY(check_pin(chain, pinned));
    std::vector<NewLink> taken{{0, std::nullopt, genesis}};
    TRY(take_rest(chain, taken));
    TRY(free_held(chain));
    tell_held(chain);
    return Whole{std::move(chain), std::move(taken)};
}

Result<> ChainSync::take_sparse(space::Chain& chain, std::vector<NewLink>& taken,
                                std::span<const Bytes> links) {
    for (const Bytes& bytes : links) {
        const space::Appended appended = TRY(chain.append_sparse(bytes, judging()));
        taken.push_back(new_link(appended.link, bytes));
    }
    return {};
}

Result<> ChainSync::take_rest(space::Chain& chain, std::vector<NewLink>& taken) {
    for (std::size_t page = 0; page < kMaxPages; ++page)
        if (!TRY(take_page(chain, taken))) return {};
    return fail(errors::answer_malformed);
}

// take_page takes one answer's links; false when the chain is where the server's is.
Result<bool> ChainSync::take_page(space::Chain& chain, std::vector<NewLink>& taken) {
    const std::uint64_t next = chain.head().sequence + 1;
    auto shown = session_.remote.links(space_, next);
    const bool gone = !shown && shown.error().is(errors::space_unknown);
    // Who did not make it cannot tell a space that was lost from one he was taken out of.
    if (gone && waits_since_restore(session_, chain) && TRY(session_.kept.link_at(space_, 0)))
        return lost(chain, {});
    if (!shown) return std::unexpected(shown.error());
    api::Links answer = std::move(*shown);
    const bool restored = answer.head.incarnation > chain.incarnation();
    if (restored && answer.head.sequence < chain.head().sequence) return lost(chain, answer.head);
    if (restored && answer.head.sequence == chain.head().sequence &&
        answer.head.hash != chain.head().hash)
        return fail(errors::restored_apart);
    VERIFY("SR-29/chain-back", answer.head.sequence >= chain.head().sequence,
           errors::chain_went_back);
    VERIFY("SR-29/chain-same",
           answer.head.sequence != chain.head().sequence || answer.head.hash == chain.head().hash,
           errors::chain_forked);
    if (answer.head.sequence == chain.head().sequence) return false;
    if (answer.links.empty()) return fail(errors::answer_malformed);
    for (Bytes& bytes : bytes_of(answer.links)) {
        auto appended = chain.append(bytes, judging());
        // A valid link that stands on another head than ours: two histories.
        if (!appended && appended.error().is(errors::head_moved))
            return fail(restored && taken.empty() ? errors::restored_apart : errors::chain_forked);
        if (!appended) return std::unexpected(appended.error());
        taken.push_back(new_link(appended->link, std::move(bytes)));
    }
    return answer.head.sequence != chain.head().sequence;
}

Result<bool> ChainSync::refresh() {
    const space::Sequence before = chain_->head().sequence;
    TRY(watched(take_new()));
    return chain_->head().sequence != before;
}

Result<> ChainSync::take_new() {
    TRY(adopt_stored());
    space::Chain chain = *chain_;
    std::vector<NewLink> taken;
    const auto rest = take_rest(chain, taken);
    if (!rest && rest.error().is(errors::restored_apart)) return follow();
    TRY(rest);
    const bool was_held = chain.held().has_value();
    TRY(free_held(chain));
    tell_held(chain);
    if (!taken.empty() || was_held != chain.held().has_value()) {
        const std::vector<JournalCommit> work = TRY(work_set_aside(taken));
        TRY(file_.save(chain, taken, [&](StoreWriter& writer) -> Result<> {
            for (const JournalCommit& commit : work) TRY(session_.journal.write_in(writer, commit));
            return {};
        }));
        chain_ = std::move(chain);
    }
    if (!over()) return {};
    // A group may have taken this user in since: only the newest directory can say that he is out.
    TRY(session_.directory.catch_up());
    return over() ? fail(errors::space_unknown) : Result<>();
}

bool ChainSync::over() const {
    const std::vector<UserId>& left = chain_->trusted().left;
    return !chain_->role_of(session_.directory.view(), session_.user(),
                            session_.directory.size()) &&
           std::ranges::find(left, session_.user()) == left.end();
}

// The server has less than we have, and says that it was restored.
Result<bool> ChainSync::lost(const space::Chain& chain, const api::Head& server) {
    if (server.sequence > 0 && !TRY(holds(server.sequence, server.hash)))
        return fail(errors::restored_apart);
    const space::Sequence from = server.sequence == 0 ? 0 : server.sequence + 1;
    TRY(give_back(session_, space_, from, chain.head().sequence));
    return true;
}

// own_behind is what this device did in this chain behind a head. What it did in another one, which
// was given up before, has been made again since.
Result<std::vector<JournalCommit>> ChainSync::own_behind(space::Sequence restored) {
    std::vector<JournalCommit> own;
    for (JournalCommit& commit : TRY(lost_work(session_, space_, restored)))
        if (TRY(holds(commit.sequence, commit.hash))) own.push_back(std::move(commit));
    return own;
}

// until is a chain as it was when it had got so far.
Result<space::Chain> ChainSync::until(const Whole& fresh, space::Sequence last) {
    space::Chain chain =
        TRY(space::Chain::begin(space_, session_.org(), fresh.links.front().bytes));
    for (const NewLink& link : fresh.links)
        if (link.sequence > 0 && link.sequence <= last)
            TRY(chain.append_sparse(link.bytes, judging()));
    return chain;
}

// What this device has done behind the newest link that both chains have. It goes over to the other
// chain only if a manager gave up the rest, or if there is no rest.
Result<std::vector<JournalCommit>> ChainSync::work_to_do_again(const Whole& fresh) {
    const space::DirectoryView& view = session_.directory.view();
    const space::Head& head = chain_->head();
    const auto parting = find_parting(file_, head, fresh.links);
    if (!parting && !parting.error().is(errors::restored_apart))
        return std::unexpected(parting.error());
    if (space::check_follows(*chain_, fresh.chain, view)) {
        space::Sequence restored = head.sequence;
        for (const space::Reset& reset : fresh.chain.resets())
            if (reset.incarnation > chain_->incarnation())
                restored = std::min(restored, reset.restored.sequence);
        // A reset further on may be of a later restore: then it takes a restore to have parted.
        VERIFY("SR-29/reset-after-parting", parting || restored < head.sequence,
               errors::restored_apart);
        return own_behind(parting ? parting->common.sequence : restored);
    }
    if (!parting || !parting->theirs) return fail(errors::restored_apart);
    const space::Chain parted = TRY(until(fresh, *parting->theirs));
    if (!space::check_resumed(*chain_, parted, view)) return fail(errors::restored_apart);
    std::vector<JournalCommit> work = TRY(own_behind(parting->common.sequence));
    std::vector<space::Sequence> own;
    for (const JournalCommit& commit : work) own.push_back(commit.sequence);
    if (!TRY(nothing_but(file_, head, parting->common, own))) return fail(errors::restored_apart);
    return work;
}

Result<std::vector<JournalCommit>> ChainSync::work_set_aside(std::span<const NewLink> taken) {
    std::vector<JournalCommit> work;
    for (const NewLink& link : taken) {
        if (!link.epoch) continue;
        const space::ParsedLink parsed = TRY(space::parse_link(link.bytes));
        const space::RosterEntry* entry = parsed.roster();
        if (entry == nullptr || !entry->skip || entry->skip->reason == space::SkipReason::reverted)
            continue;
        const auto begin = TRY(file_.roster_of(entry->stands_on));
        for (JournalCommit& commit : TRY(own_behind(begin.value_or(0)))) {
            const auto request = TRY(decode<api::AppendLink>(commit.body));
            const space::ParsedLink made = TRY(space::parse_link(request.link.view()));
            const space::Commit* set_aside = made.commit();
            if (set_aside == nullptr || set_aside->epoch <= entry->stands_on ||
                commit.sequence > link.sequence)
                continue;
            // It stands in the chain and does not count: what is looked for comes later.
            commit.sequence = link.sequence;
            commit.hash = {};
            work.push_back(std::move(commit));
        }
    }
    return work;
}

Result<> ChainSync::follow() {
    auto shown = whole(chain_->genesis_hash());
    if (!shown && shown.error().is(errors::space_unknown)) shown = in_full(chain_->genesis_hash());
    Whole fresh = TRY(std::move(shown));
    const std::vector<JournalCommit> work = TRY(work_to_do_again(fresh));
    TRY(file_.replace(fresh.chain, fresh.links, [&](StoreWriter& writer) -> Result<> {
        for (const JournalCommit& commit : work) TRY(session_.journal.write_in(writer, commit));
        return {};
    }));
    chain_ = std::move(fresh.chain);
    ++replaced_;
    return {};
}

Result<space::Chain> ChainSync::server_chain() {
    const auto refreshed = refresh();
    // Others may know of more than this device, which nobody can go over to without a reset.
    const bool given_up = std::ranges::any_of(chain_->resets(), [&](const space::Reset& reset) {
        return reset.incarnation == chain_->incarnation();
    });
    if (refreshed && (!chain_->restored() || given_up)) return fail(errors::nothing_lost);
    if (refreshed) return *chain_;
    if (!refreshed.error().is(errors::restored_behind) &&
        !refreshed.error().is(errors::restored_apart))
        return std::unexpected(refreshed.error());
    return std::move(TRY(whole(chain_->genesis_hash())).chain);
}

Result<> ChainSync::free_held(space::Chain& chain) {
    TRY(free_seen(chain));
    if (!chain.held()) return {};
    std::vector<space::Position> events = chain.held()->events;
    std::sort(events.begin(), events.end());
    events.erase(std::unique(events.begin(), events.end()), events.end());
    for (const space::Position event : events) {
        const auto root = session_.directory.view().heads_root(event);
        if (event == 0 || !root || root->is_zero() || !chain.held()) continue;
        const auto proven = session_.remote.head_proof(*root, space_);
        if (!proven && proven.error().kind() == Kind::retry) return std::unexpected(proven.error());
        // Without a proof, or with a wrong one, they stay held.
        if (proven)
            (void)chain.release(session_.directory.view(), event, proven->head, proven->proof);
    }
    return {};
}

// free_seen: another chain than ours, after a restore, begins as ours does; what counted here
// counts there.
Result<> ChainSync::free_seen(space::Chain& chain) {
    if (!chain.held() || !chain_) return {};
    const std::vector<space::Head> links = chain.held()->links;
    for (auto link = links.rbegin(); link != links.rend(); ++link) {
        const bool counts =
            !chain_->held() || link->sequence < chain_->held()->links.front().sequence;
        if (!counts || link->sequence > chain_->head().sequence) continue;
        const auto ours = TRY(file_.link(link->sequence));
        if (!ours || space::link_hash(*ours) != link->hash) continue;
        chain.release_seen(*link);
        return {};
    }
    return {};
}

Result<> ChainSync::accept(space::Chain chain, const NewLink& link, const ChainFile::Also& also) {
    TRY(file_.save(chain, {&link, 1}, also));
    chain_ = std::move(chain);
    return {};
}

// Older commits that a newcomer has not taken: they are believed because a link that is in the
// chain names the last of them, that one the one before, and so on.
Result<> ChainSync::fetch_older(space::Sequence sequence) {
    space::Sequence known = sequence + 1;
    while (known <= chain_->head().sequence && !TRY(file_.link(known))) ++known;
    if (known > chain_->head().sequence) return fail(errors::object_withheld);
    std::vector<Bytes> links;
    bool restored = false;  // the server, to less than is known here, or to another history
    for (std::uint64_t from = sequence; from < known;) {
        api::Links answer = TRY(session_.remote.links(space_, from));
        restored = answer.head.incarnation > chain_->incarnation();
        if (answer.links.empty())
            return fail(restored ? errors::restored_behind : errors::object_withheld);
        for (Bytes& link : bytes_of(answer.links)) links.push_back(std::move(link));
        from = sequence + links.size();
    }
    links.resize(static_cast<std::size_t>(known - sequence));
    Hash expected = TRY(space::parse_link(*TRY(file_.link(known)))).header().previous;
    std::vector<NewLink> taken;
    for (std::size_t i = links.size(); i-- > 0;) {
        if (restored && space::link_hash(links[i]) != expected) return fail(errors::restored_apart);
        VERIFY("SR-29/older-link", space::link_hash(links[i]) == expected, errors::chain_forked);
        const space::ParsedLink parsed = TRY(space::parse_link(links[i]));
        expected = parsed.header().previous;
        taken.push_back(new_link(parsed, links[i]));
    }
    return file_.save(*chain_, taken);
}

Result<space::ParsedLink> ChainSync::link(space::Sequence sequence) {
    return space::parse_link(TRY(link_bytes(sequence)));
}

Result<Bytes> ChainSync::genesis() {
    auto bytes = TRY(file_.link(0));
    if (!bytes) return fail(errors::profile_damaged);
    return std::move(*bytes);
}

Result<Bytes> ChainSync::link_bytes(space::Sequence sequence) {
    if (sequence == 0 || sequence > chain_->head().sequence) return fail(errors::space_not_found);
    auto bytes = TRY(file_.link(sequence));
    if (!bytes) {
        TRY(fetch_older(sequence));
        bytes = TRY(file_.link(sequence));
    }
    if (!bytes) return fail(errors::object_withheld);
    return std::move(*bytes);
}

Result<space::RosterEntry> ChainSync::roster(space::EpochNumber epoch) {
    const auto sequence = TRY(file_.roster_of(epoch));
    if (!sequence) return fail(errors::no_epoch_key);
    space::ParsedLink parsed = TRY(link(*sequence));
    space::RosterEntry* entry = std::get_if<space::RosterEntry>(&parsed.payload);
    if (entry == nullptr) return fail(errors::profile_damaged);
    return std::move(*entry);
}

Result<space::EpochNumber> ChainSync::epoch_at(space::Sequence sequence) {
    space::EpochNumber epoch = chain_->last_epoch();
    while (epoch > 1 && TRY(file_.roster_of(epoch)).value_or(UINT64_MAX) > sequence) --epoch;
    return epoch;
}

Result<bool> ChainSync::holds(space::Sequence sequence, const Hash& hash) {
    if (sequence == 0 || sequence > chain_->head().sequence) return false;
    return TRY(link(sequence)).hash == hash;
}

}  // namespace obhut::client
