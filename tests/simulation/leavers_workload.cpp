// People are disabled and enabled again or stay so, managers leave, and a space goes on all the
// same: in the end somebody raises a reader, if nobody else is left.
//
// The space is dora's; anna is the administrator and no member. step: somebody is disabled or
// enabled, given another role, leaves; a reader asks to be raised; somebody writes or reads. check:
// what was acknowledged is there for every member; somebody may write, or can be raised.
#include <algorithm>
#include <set>

#include "client/session.h"
#include "client/spaces/charge.h"
#include "core/directory/errors.h"
#include "tests/simulation/writes.h"

namespace obhut::simulation {
namespace {

using client::Role;

constexpr std::size_t kMaker = 3;

class LeaversWorkload final : public Workload {
public:
    void setup(Simulation& simulation) override;
    void step(Simulation& simulation, Device& device) override;
    void settle(Simulation& simulation, Device& device) override;
    void check(Simulation& simulation) override;

private:
    void disable(Simulation& simulation, Device& device);
    void give_role(Simulation& simulation, Device& device);
    void leave(Simulation& simulation, Device& device);
    bool raise(Simulation& simulation, Device& device);
    void set_out(Simulation& simulation, std::size_t person, bool out);
    void end_for_good(Simulation& simulation, std::size_t person);
    bool is_disabled(Device& device, const UserId& user);
    bool is_keyless(Device& device) const;
    std::optional<Role> role_in(Simulation& simulation, Device& device);

    SpaceId id_;
    Writes writes_{"Kasse", "k/"};
    bool for_good_ = false;           // who is disabled in the end stays so
    std::set<std::size_t> disabled_;  // persons, or maybe
};

void LeaversWorkload::setup(Simulation& simulation) {
    test::TestEntropy& dice = simulation.dice();
    for_good_ = dice.below(3) == 0;
    Device& dora = *simulation.devices()[kMaker];
    const auto made = dora.engine().create_space("Kasse");
    if (!simulation.must(dora, "makes a space", made)) return;
    id_ = *made;
    writes_.begin(id_);
    const bool readers_only = dice.below(2) == 0;
    for (std::size_t person = 1; person < kMaker; ++person) {
        const Role role = readers_only ? Role::reader : static_cast<Role>(1 + dice.below(3));
        simulation.must(dora, "shares",
                        dora.engine().share(id_, simulation.town().principal_of(person), role));
    }
}

void LeaversWorkload::step(Simulation& simulation, Device& device) {
    test::TestEntropy& dice = simulation.dice();
    if (device.person() == 0) return disable(simulation, device);
    switch (dice.below(12)) {
    case 0: return give_role(simulation, device);
    case 1:
        return dice.below(3) == 0 ? leave(simulation, device) : writes_.read(simulation, device);
    case 2: raise(simulation, device); return;
    case 3:
    case 4:
    case 5: return writes_.read(simulation, device);
    default: writes_.write(simulation, device); return;
    }
}

void LeaversWorkload::set_out(Simulation& simulation, std::size_t person, bool out) {
    for (auto& device : simulation.devices())
        if (device->person() == person) device->out = out;
}

bool LeaversWorkload::is_disabled(Device& device, const UserId& user) {
    const auto* record = device.engine().session().directory.state().user(user);
    return record != nullptr && record->status == client::UserStatus::disabled;
}

// disable ends a person's devices, or undoes it; nobody knows for how long, so not where weeks
// pass.
void LeaversWorkload::disable(Simulation& simulation, Device& device) {
    const Town& town = simulation.town();
    if (simulation.rates().weeks != 0 || simulation.dice().below(3) != 0) return;
    const std::size_t whom = 1 + simulation.dice().below(town.people() - 1);
    const UserId user = town.users[whom];
    const unsigned faults = device.faults;
    if (disabled_.contains(whom)) {
        const std::uint64_t known = simulation.town().server.store().log_size().value_or(0);
        const Result<> enabled = device.engine().enable(user);
        simulation.judge(device, "enables person " + std::to_string(whom), faults, enabled,
                         {errors::user_wrong_status});
        if (!enabled || is_disabled(device, user)) return;
        disabled_.erase(whom);
        set_out(simulation, whom, false);
        simulation.enabled(whom, known);
        return;
    }
    // From the moment it is tried on it may have happened.
    disabled_.insert(whom);
    set_out(simulation, whom, true);
    simulation.somebody_ends();
    const Result<> disabled = device.engine().disable(user);
    if (simulation.judge(device, "disables person " + std::to_string(whom), faults, disabled,
                         {errors::user_wrong_status}) &&
        !is_disabled(device, user))
        simulation.complain("somebody who was disabled is not");
}

void LeaversWorkload::give_role(Simulation& simulation, Device& device) {
    const Town& town = simulation.town();
    const std::size_t whom = 1 + simulation.dice().below(town.people() - 1);
    const Role role = static_cast<Role>(1 + simulation.dice().below(3));
    const unsigned faults = device.faults;
    const Result<> done = device.engine().share(id_, town.principal_of(whom), role);
    simulation.judge(device,
                     "makes person " + std::to_string(whom) + " " + std::to_string(int(role)),
                     faults, done,
                     {OBHUT_OUTSIDE, errors::not_manager, errors::member_unchanged,
                      errors::last_manager, errors::no_key_yet});
}

void LeaversWorkload::leave(Simulation& simulation, Device& device) {
    const unsigned faults = device.faults;
    const Result<> left = device.engine().leave(id_);
    simulation.judge(device, "leaves Kasse", faults, left,
                     {OBHUT_OUTSIDE, errors::last_manager, errors::member_unchanged});
}

// raise: a reader shows a code, and anna logs it. True if she did.
bool LeaversWorkload::raise(Simulation& simulation, Device& device) {
    unsigned faults = device.faults;
    const auto space = device.engine().space(id_);
    if (!simulation.judge(device, "opens Kasse", faults, space, {OBHUT_OUTSIDE})) return false;
    const auto raising = client::raising_of(**space, simulation.town().users[device.person()]);
    if (!simulation.judge(device, "asks to be raised", faults, raising,
                          {OBHUT_OUTSIDE, errors::somebody_may_write, errors::member_unchanged}))
        return false;
    Device& anna = *simulation.devices()[0];
    if (!simulation.awake(anna)) return false;
    faults = anna.faults;
    return simulation.judge(anna, "raises a reader", faults,
                            client::raise_reader(anna.engine(), *raising));
}

// ---- the end

void LeaversWorkload::end_for_good(Simulation& simulation, std::size_t person) {
    for (auto& device : simulation.devices())
        if (device->person() == person) device->ended = true;
}

void LeaversWorkload::settle(Simulation& simulation, Device& device) {
    if (device.person() != 0) return;
    for (const std::size_t person : std::exchange(disabled_, {})) {
        const UserId user = simulation.town().users[person];
        const bool there = is_disabled(device, user);
        if (there && for_good_) {
            end_for_good(simulation, person);
        } else {
            if (there) simulation.must(device, "enables", device.engine().enable(user));
            set_out(simulation, person, false);
            // What only this person has can be brought back from now on, or given up.
            if (there) simulation.recover();
        }
    }
}

// role_in is that of a device's person, as it sees it; none if it is no member.
std::optional<Role> LeaversWorkload::role_in(Simulation& simulation, Device& device) {
    const auto spaces = device.engine().spaces();
    if (!simulation.must(device, "lists spaces", spaces)) return std::nullopt;
    const auto view = std::ranges::find(*spaces, id_, &client::SpaceView::id);
    return view == spaces->end() ? std::nullopt : std::optional(view->role);
}

bool LeaversWorkload::is_keyless(Device& device) const {
    const auto conditions = device.engine().conditions();
    return std::ranges::any_of(conditions, [&](const client::Condition& condition) {
        return condition.kind == client::ConditionKind::space_keyless && condition.id == id_.hex();
    });
}

void LeaversWorkload::check(Simulation& simulation) {
    Device* writer = nullptr;
    Device* reader = nullptr;
    for (auto& device : simulation.devices()) {
        const auto role = role_in(simulation, *device);
        if (role) (*role >= Role::editor ? writer : reader) = device.get();
    }
    if (writer == nullptr && reader == nullptr) return;  // all have left
    if (writer == nullptr) {
        if (!raise(simulation, *reader))
            return simulation.complain("a space of readers cannot be raised");
        simulation.must(*reader, "does its duties", reader->engine().run_duties());
        writer = reader;
    }
    // Who had the newest key was disabled for good: docs/decisions/0023-readers-give-boxes-back.md.
    if (is_keyless(*writer)) return;
    if (!writes_.write(simulation, *writer))
        simulation.complain("nobody can write in Kasse any more");
    for (auto& device : simulation.devices())
        if (role_in(simulation, *device)) writes_.expect_all(simulation, *device);
    simulation.verify(*writer, id_);
}

}  // namespace

std::unique_ptr<Workload> make_leavers_workload() { return std::make_unique<LeaversWorkload>(); }

}  // namespace obhut::simulation
