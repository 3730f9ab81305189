#include "client/duties/duties.h"

#include "client/directory/people.h"
#include "client/directory/rotation.h"
#include "client/directory/snapshots.h"
#include "client/drops/inbox.h"
#include "client/enrolment/heads.h"
#include "client/enrolment/kit_change.h"
#include "client/groups/groups.h"
#include "client/links/links.h"
#include "client/names/names.h"
#include "client/spaces/committer.h"
#include "client/spaces/restored.h"
#include "client/spaces/rosters.h"
#include "core/tree/merge.h"

namespace obhut::client {
namespace {

constexpr Millis kPulse = kDay;
constexpr Millis kHeadsAge = kDay;

// WriteHeads writes what this device has seen to `n/<device>` of the home tree.
class WriteHeads final : public Change {
public:
    WriteHeads(Session& session, std::vector<space::SpaceHead> seen)
        : session_(session), seen_(std::move(seen)) {}

    Result<Plan> plan(const Snapshot& base) override {
        Plan plan;
        const Bytes key = heads_key(session_.device());
        const Millis now = session_.remote.now();
        if (const auto value = TRY(base.tree.get(key))) {
            const auto known = decode<SeenHeads>(*value);
            if (known && known->time <= now && now - known->time < kHeadsAge &&
                !TRY(has_gone_over(known->heads)))
                return plan;
        }
        SeenHeads entry{now, {}};
        for (const space::SpaceHead& head : seen_)
            entry.heads.push_back({head.space, head.head, TRY(incarnation_of(head.space))});
        plan.batch.put(key, encode(entry));
        return plan;
    }

private:
    // Whether this device has gone over, after a restore, to a chain that lacks what it had seen.
    // A copy of its profile that has not must not say so again.
    Result<bool> has_gone_over(const std::vector<SeenHead>& known) const {
        for (const SeenHead& then : known) {
            const auto now =
                std::ranges::lower_bound(seen_, then.space, {}, &space::SpaceHead::space);
            if (now == seen_.end() || now->space != then.space || now->head == then.head) continue;
            if (now->head.sequence > then.head.sequence) {
                const auto link =
                    TRY(ChainFile(session_.store, then.space).link(then.head.sequence));
                if (!link || space::link_hash(*link) == then.head.hash) continue;
            }
            if (TRY(incarnation_of(then.space)) > then.incarnation) return true;
        }
        return false;
    }

    Result<std::uint64_t> incarnation_of(const SpaceId& space) const {
        const auto chain = TRY(ChainFile(session_.store, space).load());
        return chain ? chain->incarnation() : 0;
    }

    Session& session_;
    std::vector<space::SpaceHead> seen_;  // ascending by space
};

class Duties {
public:
    Duties(Session& session, Shelf& shelf) : session_(session), shelf_(shelf) {}

    Result<DutyReport> run() {
        TRY(session_.ready());
        TRY(session_.directory.catch_up());
        TRY(session_.remote.may_write());
        pulse();
        directory();
        settle_kit();
        if (rotation_due(session_)) note(rotate_user_key(session_));
        groups();
        lost_spaces();
        spaces();
        heads();
        inbox();
        return report_;
    }

private:
    void note(const Result<>& outcome) {
        if (outcome) {
            ++report_.done;
            return;
        }
        // Somebody else's device has to run first: that is a state of this one, no failure.
        const Error& error = outcome.error();
        if (error.is(errors::key_renewal_waits) || error.is(errors::space_not_readable)) return;
        ++report_.failed;
        if (!report_.first_error) report_.first_error = outcome.error();
    }

    void pulse() {
        const Millis newest = session_.directory.state().last_time();
        if (session_.remote.now() < newest + kPulse) return;
        note(append_entry(session_, directory::Pulse{session_.user()}));
    }

    void directory() {
        for (const auto& outcome : {add_snapshot(session_), session_.directory.retrace()}) {
            if (!outcome)
                note(std::unexpected(outcome.error()));
            else if (*outcome)
                note({});
        }
    }

    void settle_kit() {
        const auto settled = client::settle_kit(session_);
        if (!settled)
            note(std::unexpected(settled.error()));
        else if (*settled)
            note({});
    }

    void groups() {
        const auto healed = heal_groups(session_);
        if (!healed) return note(std::unexpected(healed.error()));
        report_.done += *healed;
    }

    // Spaces that this device has made and a restored server does not know.
    void lost_spaces() {
        const auto pruned = session_.kept.prune(session_.directory.state().last_time());
        if (!pruned) note(pruned);
        const auto heads = stored_heads(session_.store);
        if (!heads) return note(std::unexpected(heads.error()));
        for (const auto& [id, head] : *heads) {
            const auto chain = ChainFile(session_.store, id).load();
            if (!chain || !*chain || !waits_since_restore(session_, **chain)) continue;
            const auto made_here = session_.kept.link_at(id, 0);
            if (!made_here || !*made_here) continue;
            const auto space = shelf_.open(id);
            if (space) (void)(*space)->refresh();  // what is missing still is a state of the space
        }
    }

    void spaces() {
        const auto views = shelf_.list();
        if (!views) return note(std::unexpected(views.error()));
        for (const SpaceView& view : *views) {
            if (const auto again = end_links_again(session_, view.id); !again)
                note(std::unexpected(again.error()));
            const bool broken = view.trouble && view.trouble->is(errors::epoch_broken);
            if ((view.trouble && !broken) || !view.readable) continue;
            const auto space = shelf_.open(view.id);
            if (!space) continue;
            if (view.role >= Role::editor)
                one_space(**space);
            else
                for_writers(**space);
        }
        const auto made = make_group_homes(session_, shelf_, *views);
        if (!made) return note(std::unexpected(made.error()));
        report_.done += *made;
        const auto writers = keep_writers(session_, shelf_);
        if (!writers) return note(std::unexpected(writers.error()));
        report_.done += *writers;
    }

    void one_space(Space& space) {
        rotate_and_settle(space);
        const auto closed = close_known_links(space);
        if (!closed)
            note(std::unexpected(closed.error()));
        else if (*closed > 0)
            note({});
    }

    // What a reader does where nobody who may write can: those get their boxes. After a restore a
    // manager has to let the space go on first.
    void for_writers(Space& space) {
        const space::Chain& chain = space.parts().chain.chain();
        if (chain.held() || space.parts().keys.broken()) return;
        if (waits_since_restore(session_, chain)) return;
        if (helps_writers(space.parts())) note(Rosters(space.parts()).renew());
    }

    void rotate_and_settle(Space& space) {
        const directory::Checkpoint& newest = session_.directory.checkpoint();
        const space::Chain& chain = space.parts().chain.chain();
        // After a restore of the server, whoever manages the space and knows nothing newer lets it
        // go on.
        if (newest.incarnation > chain.incarnation() && space.role() == Role::manager)
            note(Rosters(space.parts()).resume());
        if (waits_since_restore(session_, chain)) return;  // until somebody who manages it is here
        if (chain.held()) return;                          // first somebody decides
        if (chain.rotation(session_.directory.view(), {newest.size, newest.time}) !=
                space::Rotation::none ||
            was_raised(space) || space.parts().keys.broken())
            note(Rosters(space.parts()).rotate());
        const auto waiting = session_.journal.any(space.id());
        if (!waiting || !*waiting) return;
        const auto left = space.settle(tree::refuse_conflicts);
        note(left ? Result<>() : std::unexpected(left.error()));
    }

    // An administrator made this reader the manager: the next roster entry says so.
    bool was_raised(Space& space) const {
        const auto& roster = space.parts().chain.chain().trusted().roster;
        return space.role() == Role::manager && roster &&
               std::ranges::none_of(roster->members, [](const space::Member& member) {
                   return member.role >= Role::editor;
               });
    }

    void inbox() {
        if (!shelf_.home()) return;
        const auto tended = tend_inboxes(session_, shelf_);
        if (!tended) return note(std::unexpected(tended.error()));
        report_.done += tended->done;
        const auto sent = send_names(session_, shelf_);
        if (!sent) return note(std::unexpected(sent.error()));
        const auto taken = tended->own_waits ? take_names(session_, shelf_) : std::size_t{0};
        if (!taken) return note(std::unexpected(taken.error()));
        report_.done += *sent + *taken;
    }

    void heads() {
        const auto home = shelf_.home();
        auto seen = heads_seen(session_);
        if (!home || !seen) return;
        if (seen->size() > kMaxHeadsKept) seen->resize(kMaxHeadsKept);
        WriteHeads change(session_, std::move(*seen));
        const auto written = (*home)->commit(change);
        if (!written)
            note(std::unexpected(written.error()));
        else if (written->made)
            note({});
    }

    Session& session_;
    Shelf& shelf_;
    DutyReport report_;
};

}  // namespace

Result<DutyReport> run_duties(Session& session, Shelf& shelf) {
    return Duties(session, shelf).run();
}

Result<> read_heads(Session& session, Shelf& shelf) {
    Space* home = TRY(shelf.home());
    const Snapshot* snapshot = TRY(home->snapshot());
    std::vector<tree::Entry> entries = TRY(snapshot->tree.range(
        tree::KeyRange::prefix(as_bytes("n/")), directory::kMaxDevicesPerUser));
    for (const tree::Entry& entry : entries) {
        if (entry.key.size() != 2 + DeviceId::kSize) continue;
        // Only devices that count are believed; what a thief wrote goes with his device.
        const DeviceId device = DeviceId::from(ByteView(entry.key).subspan(2));
        if (device == session.device() || !session.directory.state().device_active(device))
            continue;
        const auto seen = decode<SeenHeads>(TRY(snapshot->tree.read_value(entry.value)));
        if (seen) TRY(expect_heads(session, device, *seen));
    }
    return {};
}

}  // namespace obhut::client
