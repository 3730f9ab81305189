#include "tests/simulation/writes.h"

#include <algorithm>

#include "client/spaces/space_parts.h"

namespace obhut::simulation {
namespace {

// One key that was never there before.
class Write final : public client::Change {
public:
    explicit Write(std::string key) : key_(std::move(key)) {}
    Result<client::Plan> plan(const client::Snapshot&) override {
        client::Plan plan;
        plan.batch.put(as_bytes(key_), as_bytes(value_of(key_, 100)));
        plan.summary.add(client::Verb::changed, key_);
        return plan;
    }

private:
    std::string key_;
};

}  // namespace

client::Space* Writes::open(Simulation& simulation, Device& device) {
    const unsigned faults = device.faults;
    const auto space = device.engine().space(space_);
    const bool opened = simulation.judge(device, "opens " + name_, faults, space, {OBHUT_OUTSIDE});
    return opened ? *space : nullptr;
}

bool Writes::write(Simulation& simulation, Device& device) {
    client::Space* space = open(simulation, device);
    if (space == nullptr) return false;
    const std::string key = prefix_ + std::to_string(records_.size());
    Record& record = records_[key];
    const unsigned faults = device.faults;
    Write change(key);
    const auto committed = space->commit(change);
    simulation.judge(device, "writes " + key, faults, committed, {OBHUT_OUTSIDE});
    if (committed) {
        record.told = Told::acknowledged;
        record.vow = simulation.vow(device, faults);
    } else if (committed.error().is(errors::not_editor)) {
        record.told = Told::refused;
    }
    return committed.has_value();
}

Result<Writes::Values> Writes::all_of(client::Space& space) {
    const client::Snapshot* snapshot = TRY(space.snapshot());
    Values all;
    for (const tree::Entry& entry :
         TRY(snapshot->tree.range(tree::KeyRange::prefix(as_bytes(prefix_)), SIZE_MAX)))
        all[std::string(as_text(entry.key))] = as_text(TRY(snapshot->tree.read_value(entry.value)));
    return all;
}

void Writes::read(Simulation& simulation, Device& device) {
    client::Space* space = open(simulation, device);
    if (space == nullptr) return;
    const unsigned faults = device.faults;
    simulation.judge(device, "refreshes", faults, space->refresh(), {OBHUT_OUTSIDE});
    const auto all = all_of(*space);
    if (!simulation.judge(device, "reads", faults, all, {OBHUT_OUTSIDE})) return;
    for (const auto& [key, value] : *all)
        if (!records_.contains(key) || value != value_of(key, 100))
            simulation.complain(device.name() + " reads what nobody wrote: " + key);
}

// cannot_bring: who was taken out in what a restore has lost brings back nothing of before.
bool Writes::cannot_bring(Simulation& simulation, client::Space& space, const Vow& vow) {
    if (!simulation.exposed(vow.mark)) return false;
    const auto& all = simulation.town().devices;
    const auto device =
        std::ranges::find_if(all, [&](const auto& other) { return other->name() == vow.device; });
    if (device == all.end()) return true;
    const client::Session& session = space.parts().session;
    const UserId& author = simulation.town().users[(*device)->person()];
    const auto role = space.parts().chain.chain().role_of(session.directory.view(), author,
                                                          session.directory.size());
    return role.value_or(client::Role::reader) < client::Role::editor;
}

void Writes::expect_all(Simulation& simulation, Device& device) {
    client::Space* space = open(simulation, device);
    if (space == nullptr) return simulation.complain(device.name() + " cannot open " + name_);
    simulation.must(device, "refreshes", space->refresh());
    const auto all = all_of(*space);
    if (!simulation.must(device, "reads", all)) return;
    for (const auto& [key, record] : records_) {
        const bool lost = record.vow && (simulation.excused(*record.vow) ||
                                         cannot_bring(simulation, *space, *record.vow));
        if (record.told == Told::acknowledged && !all->contains(key) && !lost)
            simulation.complain(device.name() + " misses " + key + ", which was acknowledged");
        if (record.told == Told::refused && all->contains(key))
            simulation.complain(device.name() + " has " + key + ", which was refused");
    }
}

}  // namespace obhut::simulation
