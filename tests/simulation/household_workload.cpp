// What programs do beside the work itself: duties, lists of people, devices and spaces, names.
//
// check: every device lists the same people and its own spaces without trouble; names that were
// wished are written down.
#include <algorithm>
#include <set>

#include "client/errors.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "tests/simulation/simulation.h"

namespace obhut::simulation {
namespace {

class HouseholdWorkload final : public Workload {
public:
    void setup(Simulation&) override {}
    void step(Simulation& simulation, Device& device) override;
    void settle(Simulation& simulation, Device& device) override;
    void check(Simulation& simulation) override;

private:
    void list_spaces(Simulation& simulation, Device& device, unsigned faults);
    void set_name(Simulation& simulation, Device& device, unsigned faults);
    void set_alias(Simulation& simulation, Device& device, unsigned faults);

    std::uint64_t names_ = 0;
    std::map<UserId, std::set<std::string>> given_;  // that may be a person's name
};

void HouseholdWorkload::step(Simulation& simulation, Device& device) {
    const unsigned faults = device.faults;
    switch (simulation.dice().below(6)) {
    case 0: simulation.judge(device, "catches up", faults, device.engine().catch_up()); return;
    case 1: simulation.judge(device, "lists people", faults, device.engine().people()); return;
    case 2: return list_spaces(simulation, device, faults);
    case 3: return set_name(simulation, device, faults);
    case 4: return set_alias(simulation, device, faults);
    default: break;
    }
    const auto report = device.engine().run_duties();
    if (!simulation.judge(device, "does its duties", faults, report) || !report->first_error)
        return;
    const Result<> first = std::unexpected(*report->first_error);
    simulation.judge(device, "does its duties", faults, first,
                     {errors::duty_waiting, errors::space_not_readable});
}

void HouseholdWorkload::list_spaces(Simulation& simulation, Device& device, unsigned faults) {
    const auto spaces = device.engine().spaces();
    if (!simulation.judge(device, "lists spaces", faults, spaces)) return;
    for (const auto& view : *spaces) {
        if (!view.trouble) continue;
        const Result<> trouble = std::unexpected(*view.trouble);
        // Who was taken out between the list and this look is told that there is no such space.
        simulation.judge(device, "sees a space in trouble", faults, trouble,
                         {errors::space_unknown});
    }
}

void HouseholdWorkload::set_name(Simulation& simulation, Device& device, unsigned faults) {
    const auto& users = simulation.town().users;
    const UserId user = users[simulation.dice().below(users.size())];
    // Who is no administrator has himself named by one.
    if (device.person() != 0 && user != users[device.person()]) return;
    const std::string name = "Name " + std::to_string(++names_);
    given_[user].insert(name);
    const Result<> done = device.engine().set_name(user, name);
    simulation.judge(device, "names somebody", faults, done);
}

void HouseholdWorkload::set_alias(Simulation& simulation, Device& device, unsigned faults) {
    const auto spaces = device.engine().spaces();
    if (!simulation.judge(device, "lists spaces", faults, spaces) || spaces->empty()) return;
    if (!device.running()) return;  // died of it
    const auto& view = (*spaces)[simulation.dice().below(spaces->size())];
    const unsigned before = device.faults;
    const Result<> done = device.engine().set_alias(view.id, "mine");
    simulation.judge(device, "gives an alias", before, done,
                     {errors::space_unknown, errors::space_not_found});
}

void HouseholdWorkload::settle(Simulation& simulation, Device& device) {
    const auto report = device.engine().run_duties();
    if (!simulation.must(device, "does its duties", report) || !report->first_error) return;
    const Result<> first = std::unexpected(*report->first_error);
    // Whose group has lost somebody waits for a box until others have done their duty too.
    simulation.judge(device, "does its duties", device.faults, first,
                     {errors::duty_waiting, errors::space_not_readable});
}

void HouseholdWorkload::check(Simulation& simulation) {
    for (auto& device : simulation.devices()) {
        const auto report = device->engine().run_duties();
        if (!simulation.must(*device, "does its duties", report) || !report->first_error) continue;
        const Result<> first = std::unexpected(*report->first_error);
        simulation.must(*device, "has done its duties", first);
    }
    std::optional<std::vector<std::string>> first;
    for (auto& device : simulation.devices()) {
        const auto people = device->engine().people();
        if (!simulation.must(*device, "lists people", people)) continue;
        std::vector<std::string> labels;
        for (const auto& person : *people) {
            labels.push_back(person.id.hex() + " " + person.name + " " + person.email);
            if (!person.name.empty() && given_.contains(person.id) &&
                !given_[person.id].contains(person.name) && person.name.starts_with("Name "))
                simulation.complain("a name that nobody gave: " + person.name);
            // What a restored server has lost nobody sends again; a revoked device is not believed.
            if (!person.wished.empty() && !simulation.some_end() && !simulation.restored_since(0))
                simulation.complain("a name that nobody wrote down: " + person.wished);
        }
        std::ranges::sort(labels);
        if (first && *first != labels) simulation.complain(device->name() + " lists other people");
        first = labels;
        const auto spaces = device->engine().spaces();
        if (!simulation.must(*device, "lists spaces", spaces)) continue;
        for (const auto& view : *spaces)
            if (view.trouble)
                simulation.complain(device->name() + " sees a space in trouble: E-0" +
                                    std::to_string(view.trouble->code.number));
    }
}

}  // namespace

std::unique_ptr<Workload> make_household_workload() {
    return std::make_unique<HouseholdWorkload>();
}

}  // namespace obhut::simulation
