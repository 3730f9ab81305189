// Devices come and go, people come into a group and leave it, and all of them write into a space.
//
// step: a device is linked, revoked by another or signs out; the group's manager or an
// administrator takes people in or out; somebody writes a key of their own, or reads. check: every
// acknowledged write is there, whatever became of the device that made it, and nothing else is; who
// is in the group reads all, and who is not reads nothing new; what was revoked is revoked.
#include <algorithm>
#include <set>

#include "client/directory/people.h"
#include "client/groups/groups.h"
#include "client/session.h"
#include "core/directory/errors.h"
#include "protocols/api/errors.h"
#include "tests/simulation/simulation.h"
#include "tests/simulation/writes.h"

namespace obhut::simulation {
namespace {

using client::Role;

constexpr std::size_t kMaxLinked = 3;  // devices that were linked, at once
constexpr std::size_t kManager = 1;    // of the group: bernd

class PeopleWorkload final : public Workload {
public:
    void setup(Simulation& simulation) override;
    void step(Simulation& simulation, Device& device) override;
    void settle(Simulation& simulation, Device& device) override;
    void check(Simulation& simulation) override;

private:
    void change_group(Simulation& simulation, Device& device);
    void link(Simulation& simulation, Device& device);
    void revoke(Simulation& simulation, Device& device);
    void sign_out(Simulation& simulation, Device& device);
    Result<> join(Simulation& simulation, Device& device, Device& added, bool& answered);
    bool revoke_now(Simulation& simulation, Device& device, const DeviceId& whom, unsigned faults);
    std::set<DeviceId> family(Simulation& simulation, const DeviceId& of);
    void check_device(Simulation& simulation, Device& device);
    const directory::State& state(Device& device) {
        return device.engine().session().directory.state();
    }

    SpaceId id_;
    GroupId group_;
    Writes writes_{"Baustelle", "w/"};
    std::vector<std::pair<std::string, DeviceId>> pending_;  // revocations: by whom, whom
    std::set<DeviceId> revoked_;                             // acknowledged
    std::uint64_t linked_ = 0;
};

void PeopleWorkload::setup(Simulation& simulation) {
    Device& anna = *simulation.devices()[0];
    Device& bernd = *simulation.devices()[kManager];
    const Town& town = simulation.town();
    simulation.must(anna, "does its duties", anna.engine().run_duties());
    const auto group = bernd.engine().create_group("Bau", {town.users[2]});
    if (!simulation.must(bernd, "makes a group", group)) return;
    group_ = *group;
    const auto made = anna.engine().create_space("Baustelle");
    if (!simulation.must(anna, "makes a space", made)) return;
    id_ = *made;
    writes_.begin(id_);
    simulation.must(anna, "shares", anna.engine().share(id_, principal(group_), Role::editor));
}

void PeopleWorkload::step(Simulation& simulation, Device& device) {
    switch (simulation.dice().below(12)) {
    case 0: return change_group(simulation, device);
    case 1: return link(simulation, device);
    case 2: return revoke(simulation, device);
    case 3:
        return simulation.chance(300) ? sign_out(simulation, device)
                                      : writes_.read(simulation, device);
    case 4:
    case 5:
    case 6: return writes_.read(simulation, device);
    default: writes_.write(simulation, device); return;
    }
}

// change_group takes clara or dora in or out: bernd as manager, anna as administrator.
void PeopleWorkload::change_group(Simulation& simulation, Device& device) {
    if (device.person() > kManager) return;
    const Town& town = simulation.town();
    const std::size_t whom = 2 + simulation.dice().below(town.people() - 2);
    const UserId user = town.users[whom];
    const unsigned faults = device.faults;
    const bool add = device.person() == kManager && simulation.dice().below(2) == 0;
    const Result<> done = add ? device.engine().add_to_group(group_, {user}, false)
                              : device.engine().remove_from_group(group_, {user});
    simulation.judge(device,
                     (add ? "takes in person " : "takes out person ") + std::to_string(whom),
                     faults, done, {errors::group_unchanged, errors::no_key_yet});
}

// ---- devices

Result<> PeopleWorkload::join(Simulation& simulation, Device& device, Device& added,
                              bool& answered) {
    TRY(added.start());
    client::LinkingRequest request;
    request.host = "http://obhut.test";
    request.protection = client::Protection::by_keyring();
    const client::LinkingCode code = TRY(added.engine().begin_linking(request));
    simulation.trace(added.name() + "  shows its code");
    answered = true;  // or may have
    TRY(device.engine().answer_linking(code));
    simulation.trace(device.name() + "  has answered");
    for (int tried = 0; tried < 3; ++tried)
        if (const auto finished = added.engine().finish_linking(); finished && *finished)
            return added.adopt_key();
    return fail(errors::unreachable);
}

void PeopleWorkload::link(Simulation& simulation, Device& device) {
    if (device.ending) return;
    const auto linked = std::ranges::count_if(
        simulation.devices(), [](const auto& other) { return other->added_by.has_value(); });
    if (static_cast<std::size_t>(linked) >= kMaxLinked) return;
    auto fresh =
        std::make_unique<Device>(simulation.town(), device.name() + "+" + std::to_string(++linked_),
                                 device.person(), simulation.dice().next());
    const unsigned faults = device.faults;
    bool answered = false;
    const Result<> joined = join(simulation, device, *fresh, answered);
    if (!joined && fresh->faults > 0) ++device.faults;
    const bool done = simulation.judge(device, "links " + fresh->name(), faults, joined);
    device.faults = std::max(device.faults, faults);
    if (!done) return simulation.keep(std::move(fresh));
    fresh->added_by = device.id;
    simulation.devices().push_back(std::move(fresh));
}

// family is a device with all that it added, and they.
std::set<DeviceId> PeopleWorkload::family(Simulation& simulation, const DeviceId& of) {
    std::set<DeviceId> all{of};
    for (std::size_t before = 0; before != all.size();) {
        before = all.size();
        for (const auto& device : simulation.devices())
            if (device->added_by && all.contains(*device->added_by)) all.insert(device->id);
    }
    return all;
}

bool PeopleWorkload::revoke_now(Simulation& simulation, Device& device, const DeviceId& whom,
                                unsigned faults) {
    const std::set<DeviceId> all = family(simulation, whom);
    for (auto& other : simulation.devices())
        if (all.contains(other->id)) simulation.ends(*other);
    const auto ended = device.engine().revoke_device(whom);
    std::string names;
    for (const auto& other : simulation.devices())
        if (all.contains(other->id)) names += " " + other->name();
    if (!simulation.judge(device, "revokes" + names, faults, ended)) return false;
    for (const DeviceId& id : all)
        if (state(device).device_active(id))
            simulation.complain(device.name() + " revoked a device that counts still");
    revoked_.insert(all.begin(), all.end());
    for (auto& other : simulation.devices())
        if (all.contains(other->id)) other->ended = true;
    return true;
}

void PeopleWorkload::revoke(Simulation& simulation, Device& device) {
    if (device.ending) return;
    auto& devices = simulation.devices();
    const DeviceId whom = devices[simulation.dice().below(devices.size())]->id;
    const auto victim = std::ranges::find(devices, whom, [](const auto& d) { return d->id; });
    const bool may = (*victim)->person() == device.person() || device.person() == 0;
    const std::set<DeviceId> all = family(simulation, whom);
    // Anna's first device judges at the end; and somebody of the person must be left.
    const auto left = std::ranges::any_of(devices, [&](const auto& other) {
        return other->person() == (*victim)->person() && !all.contains(other->id) && !other->ending;
    });
    if (!may || !left || all.contains(device.id) || all.contains(devices[0]->id)) return;
    if (!revoke_now(simulation, device, whom, device.faults))
        pending_.emplace_back(device.name(), whom);
}

void PeopleWorkload::sign_out(Simulation& simulation, Device& device) {
    if (!device.added_by || device.ending || device.copied) return;
    const unsigned faults = device.faults;
    simulation.ends(device);
    const Result<> retired = device.engine().retire();
    device.ended = true;
    simulation.judge(device, "signs out", faults, retired);
}

// ---- the end

void PeopleWorkload::settle(Simulation& simulation, Device& device) {
    for (auto pending = pending_.begin(); pending != pending_.end();) {
        const bool own = pending->first == device.name() && !device.ending;
        if (!own && device.person() != 0) {
            ++pending;
            continue;
        }
        const DeviceId whom = pending->second;
        if (!state(device).device_active(whom)) {
            // It was carried out, although nobody was told.
            const std::set<DeviceId> all = family(simulation, whom);
            for (auto& other : simulation.devices())
                other->ended = other->ended || all.contains(other->id);
        } else if (!revoke_now(simulation, device, whom, device.faults)) {
            ++pending;
            continue;
        }
        pending = pending_.erase(pending);
    }
}

void PeopleWorkload::check_device(Simulation& simulation, Device& device) {
    Device& anna = *simulation.devices()[0];
    const auto members = anna.engine().members(id_);
    if (!simulation.must(anna, "lists members", members)) return;
    // A group in which nobody was active is out of the space.
    const bool in_space = std::ranges::any_of(*members, [&](const client::MemberView& member) {
        return member.principal == principal(group_);
    });
    const bool member =
        device.person() == 0 ||
        (in_space && state(anna).group(group_)->has(simulation.town().users[device.person()]));
    if (!member) {
        // Nobody outside lists it.
        const auto spaces = device.engine().spaces();
        if (!simulation.must(device, "lists spaces", spaces)) return;
        for (const auto& view : *spaces)
            if (view.id == id_) simulation.complain(device.name() + " lists what is not its own");
        return;
    }
    // Who had the group's key was disabled or has left.
    const bool keyless =
        std::ranges::any_of(device.engine().conditions(), [](const client::Condition& condition) {
            return condition.kind == client::ConditionKind::group_keyless;
        });
    if (device.person() != 0 && keyless) return;
    writes_.expect_all(simulation, device);
}

void PeopleWorkload::check(Simulation& simulation) {
    Device& anna = *simulation.devices()[0];
    for (const DeviceId& id : revoked_)
        if (state(anna).device_active(id)) simulation.complain("a revoked device counts again");
    for (auto& device : simulation.devices()) {
        if (!state(anna).device_active(device->id))
            simulation.complain(device->name() + " does not count any more");
        check_device(simulation, *device);
    }
    simulation.verify(anna, id_);
}

}  // namespace

std::unique_ptr<Workload> make_people_workload() { return std::make_unique<PeopleWorkload>(); }

}  // namespace obhut::simulation
