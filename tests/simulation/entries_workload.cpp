// People write, read, share and unshare one space; the model knows what must come of it.
//
// setup: anna makes the space and shares it, each with a role by the dice. step: an intent of one
// to a few touches; reading what is new, or what was; a change of the roster; settling what the
// journal has. check: the history folds to what every device has, saw and was told.
#include <algorithm>

#include "client/spaces/space_parts.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "tests/simulation/model.h"
#include "tests/simulation/simulation.h"

namespace obhut::simulation {
namespace {

using client::Role;
using client::Space;

constexpr std::size_t kAllLines = 1'000'000;
constexpr Millis kServerRetains = 20 * kHour;  // all roots, with a margin

// What somebody may be told who is no member, or no longer, or has another role than before.
#define OBHUT_NO_MEMBER                                                         \
    errors::space_unknown, errors::space_not_found, errors::space_not_readable, \
        errors::not_editor, errors::not_manager, errors::no_epoch_key, errors::not_a_writer

class EntriesWorkload final : public Workload {
public:
    void setup(Simulation& simulation) override;
    void step(Simulation& simulation, Device& device) override;
    void settle(Simulation& simulation, Device& device) override;
    void check(Simulation& simulation) override;

private:
    struct Sample {
        std::uint64_t sequence;
        Entries entries;
    };

    void write(Simulation& simulation, Device& device, Space& space);
    void read(Simulation& simulation, Device& device, Space& space);
    void read_old(Simulation& simulation, Device& device, Space& space);
    void change_roster(Simulation& simulation, Device& device, Space& space);
    void settle_some(Simulation& simulation, Device& device, Space& space);
    std::vector<Touch> invent(Simulation& simulation, const std::string& token);
    void see(Simulation& simulation, Device& device, Space& space, const client::Snapshot& snapshot,
             const std::string& key, std::optional<std::string> value);
    Result<Entries> all_of(const tree::Tree& tree);
    std::optional<History> history(Simulation& simulation,
                                   const std::set<std::uint64_t>& sample_at);
    void check_device(Simulation& simulation, Device& device, const History& history);
    void check_kept(Simulation& simulation, const History& history);
    void judge_restores(Simulation& simulation);
    bool same_history(Simulation& simulation, Space& space, const Seen& seen);

    SpaceModel model_;
    std::map<std::string, Vow> vows_;                      // by token
    std::map<std::pair<std::uint64_t, Hash>, bool> same_;  // of links, as same_history found out
    std::uint64_t next_token_ = 1;
    bool sharing_ = false;                  // the roster changes
    bool large_ = false;                    // some values are over what fits into a leaf
    std::map<std::uint64_t, Millis> when_;  // about when a sequence was reached
    struct Last {
        unsigned lapses = 0;
        std::uint64_t mark = 0;
        std::uint64_t sequence = 0;
    };
    std::map<const Device*, Last> last_;  // what each saw last
};

void EntriesWorkload::setup(Simulation& simulation) {
    test::TestEntropy& dice = simulation.dice();
    sharing_ = dice.below(2) == 0;
    large_ = dice.below(2) == 0;
    Device& anna = *simulation.devices()[0];
    const auto made = anna.engine().create_space("Akten");
    if (!simulation.must(anna, "makes a space", made)) return;
    model_.id = *made;
    model_.name = "Akten";
    const Town& town = simulation.town();
    for (std::size_t person = 1; person < town.people(); ++person) {
        if (dice.below(5) == 0) continue;
        const Role role = static_cast<Role>(1 + dice.below(3));
        simulation.must(anna, "shares",
                        anna.engine().share(model_.id, town.principal_of(person), role));
    }
}

void EntriesWorkload::step(Simulation& simulation, Device& device) {
    const unsigned faults = device.faults;
    const auto space = device.engine().space(model_.id);
    if (!simulation.judge(device, "opens Akten", faults, space, {OBHUT_NO_MEMBER})) return;
    switch (simulation.dice().below(12)) {
    case 0: return read_old(simulation, device, **space);
    case 1: return settle_some(simulation, device, **space);
    case 2: return change_roster(simulation, device, **space);
    case 3:
    case 4:
    case 5: return read(simulation, device, **space);
    default: return write(simulation, device, **space);
    }
}

std::vector<Touch> EntriesWorkload::invent(Simulation& simulation, const std::string& token) {
    test::TestEntropy& dice = simulation.dice();
    if (dice.below(12) == 0)
        return {{TouchKind::bulk, "b/", token, 20 + dice.below(dice.below(4) == 0 ? 400 : 60)}};
    std::map<std::string, Touch> touches;
    const std::uint64_t count = dice.below(3) == 0 ? 1 + dice.below(6) : 1;
    for (std::uint64_t i = 0; i < count; ++i) {
        Touch touch{TouchKind::put, "r/" + std::to_string(dice.below(5)), token, dice.below(120)};
        const std::uint64_t kind = dice.below(10);
        if (kind < 3) touch = {TouchKind::append, "y/" + std::to_string(dice.below(2)), token, 0};
        if (kind == 3) touch.kind = TouchKind::erase;
        if (kind == 4) touch = {TouchKind::erase, bulk_key("b/", dice.below(60)), token, 0};
        if (kind == 5 && large_) touch.size = 2000 + dice.below(6000);
        touches.insert_or_assign(touch.key, touch);
    }
    std::vector<Touch> list;
    for (auto& [key, touch] : touches) list.push_back(std::move(touch));
    return list;
}

void EntriesWorkload::write(Simulation& simulation, Device& device, Space& space) {
    const std::string token = "t" + std::to_string(next_token_++);
    const std::vector<Touch> touches = invent(simulation, token);
    IntentRecord& record = model_.intents[token];
    record.person = device.person();
    record.device = device.engine().status().device;
    record.device_name = device.name();
    record.erases = std::ranges::all_of(
        touches, [](const Touch& touch) { return touch.kind == TouchKind::erase; });
    const std::size_t waiting = device.engine().status().waiting;
    const unsigned replaced = space.parts().chain.replaced();
    const unsigned faults = device.faults;
    Intent intent(touches);
    const auto committed = space.commit(intent);
    std::string what = "writes";
    for (const Touch& touch : touches) what += " [" + touch.text() + "]";
    simulation.judge(device, what, faults, committed, {OBHUT_NO_MEMBER});
    record.times_back = device.times_back;
    const Vow vow = simulation.vow(device, faults);
    record.mark = vow.mark;
    if (committed && !committed->made) {
        model_.intents.erase(token);  // it was a change of nothing
    } else if (committed) {
        record.told = Told::acknowledged;
        record.sequence = committed->sequence;
        vows_[token] = vow;
        when_.emplace(committed->sequence, simulation.town().clock.now());
    } else if (committed.error().is(errors::not_editor)) {
        record.told = Told::refused;
    } else if (device.running() && device.engine().status().waiting > waiting &&
               space.parts().chain.replaced() == replaced) {
        // Where another chain was followed meanwhile, it may be older work that waits.
        record.told = Told::kept;
        simulation.trace("  kept in the journal");
    }
}

void EntriesWorkload::see(Simulation& simulation, Device& device, Space& space,
                          const client::Snapshot& snapshot, const std::string& key,
                          std::optional<std::string> value) {
    const PrincipalId who = device.town().principal_of(device.person());
    Seen seen{snapshot.sequence, key, std::move(value), who, {}, simulation.mark()};
    if (snapshot.sequence > 0)
        if (const auto link = space.parts().chain.link(snapshot.sequence)) seen.link = link->hash;
    model_.seen.push_back(std::move(seen));
}

void EntriesWorkload::read(Simulation& simulation, Device& device, Space& space) {
    const unsigned faults = device.faults;
    // A program that cannot reach the server shows what it knows.
    simulation.judge(device, "refreshes", faults, space.refresh(), {OBHUT_NO_MEMBER});
    const auto snapshot = space.snapshot();
    if (!simulation.judge(device, "looks", faults, snapshot, {OBHUT_NO_MEMBER})) return;
    Last& last = last_[&device];
    if (last.lapses == device.lapses() && !simulation.restored_since(last.mark) &&
        (*snapshot)->sequence < last.sequence)
        simulation.complain(device.name() + " went back from " + std::to_string(last.sequence) +
                            " to " + std::to_string((*snapshot)->sequence));
    last = {device.lapses(), simulation.mark(), (*snapshot)->sequence};
    for (int i = 0; i < 3; ++i) {
        const std::string key = (simulation.dice().below(3) == 0 ? "y/" : "r/") +
                                std::to_string(simulation.dice().below(5));
        const auto value = (*snapshot)->tree.get(as_bytes(key));
        if (!simulation.judge(device, "reads " + key, faults, value, {OBHUT_NO_MEMBER})) return;
        see(simulation, device, space, **snapshot, key,
            *value ? std::optional<std::string>(as_text(**value)) : std::nullopt);
    }
}

void EntriesWorkload::read_old(Simulation& simulation, Device& device, Space& space) {
    const std::uint64_t head = space.sequence();
    const std::uint64_t at = head - simulation.dice().below(std::min<std::uint64_t>(head, 10) + 1);
    const auto when = when_.lower_bound(at);
    if (when == when_.end() || when->second + kServerRetains < simulation.town().clock.now())
        return;
    const unsigned faults = device.faults;
    const auto snapshot = space.snapshot_at(at);
    if (!simulation.judge(device, "looks back to " + std::to_string(at), faults, snapshot,
                          {OBHUT_NO_MEMBER}))
        return;
    if (snapshot->sequence > at) simulation.complain("snapshot_at gave a later state");
    const auto value = snapshot->tree.get(as_bytes("r/1"));
    if (simulation.judge(device, "reads what was", faults, value, {OBHUT_NO_MEMBER}))
        see(simulation, device, space, *snapshot, "r/1",
            *value ? std::optional<std::string>(as_text(**value)) : std::nullopt);
}

void EntriesWorkload::change_roster(Simulation& simulation, Device& device, Space& space) {
    if (!sharing_) return;
    test::TestEntropy& dice = simulation.dice();
    const Town& town = simulation.town();
    const std::size_t whom = 1 + dice.below(town.people() - 1);  // anna stays a manager
    std::optional<Role> role;
    if (dice.below(3) != 0) role = static_cast<Role>(1 + dice.below(3));
    RosterRecord record{
        device.engine().status().device, town.principal_of(whom), role, space.sequence(), 0, 0};
    const unsigned faults = device.faults;
    const Result<> changed = role ? device.engine().share(model_.id, record.principal, *role)
                                  : device.engine().unshare(model_.id, record.principal);
    const bool done =
        simulation.judge(device,
                         "makes person " + std::to_string(whom) + " " +
                             (role ? std::to_string(int(*role)) : "leave"),
                         faults, changed, {OBHUT_NO_MEMBER, errors::member_unchanged});
    if (!done) return;
    record.until = space.sequence();
    record.mark = simulation.mark();
    model_.rosters.push_back(record);
}

void EntriesWorkload::settle_some(Simulation& simulation, Device& device, Space& space) {
    const unsigned faults = device.faults;
    simulation.judge(device, "settles", faults, space.settle(resolve), {OBHUT_NO_MEMBER});
}

// ---- the end

// same_history tells whether what was seen is of the history that counts in the end.
bool EntriesWorkload::same_history(Simulation& simulation, Space& space, const Seen& seen) {
    const auto known = same_.find({seen.sequence, seen.link});
    if (known != same_.end()) return known->second;
    const auto holds = space.parts().chain.holds(seen.sequence, seen.link);
    const bool same = holds && *holds;
    if (!same && !simulation.restored_since(0))
        simulation.complain("somebody saw another history, at sequence " +
                            std::to_string(seen.sequence));
    return same_[{seen.sequence, seen.link}] = same;
}

// judge_restores tells the model what restores of the server may have done: what was exposed by one
// may stand elsewhere in the history, or be gone if its device has forgotten it.
void EntriesWorkload::judge_restores(Simulation& simulation) {
    Device& anna = *simulation.devices()[0];
    const auto space = anna.engine().space(model_.id);
    if (!simulation.must(anna, "opens Akten", space)) return;
    std::erase_if(model_.seen, [&](const Seen& seen) {
        return !seen.link.is_zero() && !same_history(simulation, **space, seen);
    });
    std::erase_if(model_.rosters,
                  [&](const RosterRecord& record) { return simulation.exposed(record.mark); });
    for (auto& [token, intent] : model_.intents) {
        const auto vow = vows_.find(token);
        intent.moved = vow != vows_.end() ? simulation.exposed(vow->second.mark)
                                          : simulation.restored_since(intent.mark);
        intent.forgotten = vow != vows_.end() ? simulation.forgotten(vow->second) : intent.moved;
    }
}

std::optional<History> EntriesWorkload::history(Simulation& simulation,
                                                const std::set<std::uint64_t>& sample_at) {
    Device& anna = *simulation.devices()[0];
    const auto space = anna.engine().space(model_.id);
    if (!simulation.must(anna, "opens Akten", space)) return std::nullopt;
    if (!simulation.must(anna, "refreshes", (*space)->refresh())) return std::nullopt;
    const auto lines = anna.engine().log(model_.id, 0, kAllLines);
    if (!simulation.must(anna, "reads the history", lines)) return std::nullopt;
    std::vector<std::string> complaints;
    History folded = fold(model_, *lines, sample_at, complaints);
    for (const std::string& complaint : complaints) simulation.complain(complaint);
    return folded;
}

void EntriesWorkload::settle(Simulation& simulation, Device& device) {
    Device& anna = *simulation.devices()[0];
    const auto members = anna.engine().members(model_.id);
    if (!simulation.must(anna, "lists members", members)) return;
    const PrincipalId self = simulation.town().principal_of(device.person());
    const auto member = std::ranges::find(*members, self, &client::MemberView::principal);
    if (member == members->end()) return;
    const auto space = device.engine().space(model_.id);
    if (!simulation.must(device, "opens Akten", space)) return;
    simulation.must(device, "refreshes", (*space)->refresh());
    if (member->role < Role::editor) return;
    const auto left = (*space)->settle(resolve);
    if (simulation.must(device, "settles", left) && *left != 0)
        simulation.complain(device.name() + " cannot settle " + std::to_string(*left) + " commits");
}

Result<Entries> EntriesWorkload::all_of(const tree::Tree& tree) {
    Entries entries;
    for (const tree::Entry& entry : TRY(tree.range(tree::KeyRange::all(), SIZE_MAX))) {
        if (as_text(entry.key).starts_with("a/")) continue;  // the space itself
        entries[std::string(as_text(entry.key))] = as_text(TRY(tree.read_value(entry.value)));
    }
    return entries;
}

void EntriesWorkload::check_device(Simulation& simulation, Device& device, const History& history) {
    const PrincipalId self = simulation.town().principal_of(device.person());
    const auto space = device.engine().space(model_.id);
    if (!history.roster.contains(self)) return;
    if (!simulation.must(device, "opens Akten", space)) return;
    simulation.must(device, "refreshes", (*space)->refresh());
    const auto snapshot = (*space)->snapshot();
    if (!simulation.must(device, "looks", snapshot)) return;
    const auto entries = all_of((*snapshot)->tree);
    if (!simulation.must(device, "reads all", entries)) return;
    if (*entries != history.entries)
        simulation.complain(device.name() + " has " + std::to_string(entries->size()) +
                            " entries, another state than the history's " +
                            std::to_string(history.entries.size()));
    for (const auto& [sequence, sample] : history.samples) {
        const auto old = (*space)->snapshot_at(sequence);
        if (!simulation.must(device, "looks back to " + std::to_string(sequence), old)) continue;
        const auto there = all_of(old->tree);
        if (simulation.must(device, "reads what was", there) && *there != sample)
            simulation.complain(device.name() + " reads another past than there was at " +
                                std::to_string(sequence));
    }
}

// What was kept in a journal must have happened or still be there, if its author may still write.
void EntriesWorkload::check_kept(Simulation& simulation, const History& history) {
    std::map<Device*, std::vector<std::string>> missing;
    for (const auto& [token, intent] : model_.intents) {
        const bool waits =
            intent.told == Told::kept || (intent.told == Told::acknowledged && intent.moved);
        if (!waits || intent.erases || history.tokens.contains(token)) continue;
        if (intent.forgotten) continue;
        const auto role = history.roster.find(simulation.town().principal_of(intent.person));
        if (role == history.roster.end() || role->second < Role::editor) continue;
        const auto device = std::ranges::find_if(
            simulation.devices(), [&](const auto& d) { return d->name() == intent.device_name; });
        if (device != simulation.devices().end() && (*device)->times_back == intent.times_back)
            missing[device->get()].push_back(token);
    }
    // What contradicts the others' work waits in the journal, whole, until a person decides.
    for (const auto& [device, tokens] : missing)
        if (tokens.size() > device->engine().status().waiting)
            for (const std::string& token : tokens)
                simulation.complain(token + " was kept in a journal and is lost");
}

void EntriesWorkload::check(Simulation& simulation) {
    std::set<std::uint64_t> sample_at;
    for (const auto& [sequence, when] : when_)
        if (when + kServerRetains > simulation.town().clock.now() && simulation.chance(60))
            sample_at.insert(sequence);
    judge_restores(simulation);
    const auto folded = history(simulation, sample_at);
    if (!folded) return;
    check_kept(simulation, *folded);
    for (auto& device : simulation.devices()) check_device(simulation, *device, *folded);
    Device& anna = *simulation.devices()[0];
    simulation.verify(anna, model_.id);
}

}  // namespace

std::unique_ptr<Workload> make_entries_workload() { return std::make_unique<EntriesWorkload>(); }

}  // namespace obhut::simulation
