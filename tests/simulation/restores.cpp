// The server comes back from an older backup, honestly or not.
//
// Honestly: under a new incarnation. Devices give back what they have; what nobody has is given up
// by a manager of the space, or by the root for the directory. So a thing may be gone only if it is
// newer than the backup and the device that made it has forgotten it (Vow). Dishonestly: under the
// same incarnation. Then everybody who has seen more has an alarm, and nobody else.
#include <algorithm>

#include "client/directory/changes.h"
#include "client/errors.h"
#include "client/session.h"
#include "client/spaces/chain_file.h"
#include "core/directory/errors.h"
#include "protocols/api/errors.h"
#include "tests/simulation/simulation.h"

namespace obhut::simulation {
namespace {

constexpr std::size_t kMaxBackups = 4;
constexpr std::size_t kMaxRestores = 2;
constexpr unsigned kBackups = 120;       // of steps, in thousandths
constexpr unsigned kGivingRounds = 100;  // each brings back what one device has in a row
constexpr unsigned kResetRounds = 6;
constexpr Millis kKept = 29 * kDay;  // by devices, with a margin

std::string show(const Error& error) { return "E-0" + std::to_string(error.code.number); }

}  // namespace

bool Simulation::exposed(std::uint64_t first, std::uint64_t last) const {
    return std::ranges::any_of(restores_, [&](const Restore& restore) {
        return restore.from < last && first < restore.at;
    });
}

bool Simulation::restored_since(std::uint64_t mark) const {
    return !restores_.empty() && restores_.back().at > mark;
}

Vow Simulation::vow(Device& device, unsigned faults) {
    return {device.name(), device.lapses(), device.faults == faults && !device.full, mark(),
            town_.clock.now()};
}

bool Simulation::forgotten(const Vow& vow) const {
    if (!exposed(vow.mark)) return false;
    if (!vow.kept || vow.time + kKept < town_.clock.now()) return true;
    const auto device = std::ranges::find_if(
        town_.devices, [&](const auto& other) { return other->name() == vow.device; });
    return device == town_.devices.end() || (*device)->lapses() != vow.lapses;
}

bool Simulation::excused(const Vow& vow) const {
    if (!exposed(vow.mark)) return false;
    return forgotten(vow) || std::ranges::any_of(town_.devices, [&](const auto& device) {
               return device->name() == vow.device && device->engine().status().waiting > 0;
           });
}

void Simulation::enabled(std::size_t person, std::uint64_t first) {
    auto entries = town_.server.store().log_entries(first, SIZE_MAX);
    if (entries) enablings_[person] = {first, std::move(*entries)};
}

// does_not_know tells that the server lacks the entry by which a device's person was enabled again:
// it is restored, and refuses him until somebody who knows brings the entry back.
bool Simulation::does_not_know(const Device& device) const {
    const auto known = enablings_.find(device.person());
    if (restores_.empty() || known == enablings_.end()) return false;
    const Enabling& enabling = known->second;
    const auto stored = town_.server.store().log_entries(enabling.first, SIZE_MAX);
    return stored &&
           (stored->size() < enabling.entries.size() ||
            !std::equal(enabling.entries.begin(), enabling.entries.end(), stored->begin()));
}

void Simulation::restore_older() {
    if (chance(kBackups)) {
        if (server_backups_.size() == kMaxBackups)
            server_backups_.erase(server_backups_.begin() +
                                  static_cast<std::ptrdiff_t>(dice_.below(kMaxBackups)));
        server_backups_.push_back({mark(), town_.clock.now(), town_.server.back_up()});
        trace("[backup of the server]");
    }
    const unsigned rate = restores_.empty() ? rates_.older : rates_.again;
    if (server_backups_.empty() || restores_.size() == kMaxRestores || !chance(rate)) return;
    const Backup& backup = server_backups_[dice_.below(server_backups_.size())];
    trace("[server restored as it was " +
          std::to_string((town_.clock.now() - backup.time) / kSecond) + " s ago]");
    town_.server.put(backup.store->copy());
    town_.server.come_back();
    restores_.push_back({backup.mark, mark()});
    restored_ = true;
    ++outcome_.faults;
    if (rates_.again != 0) send_away();
}

// send_away lets somebody be away from before the first restore to after the second.
void Simulation::send_away() {
    if (away_ != nullptr) {
        trace("[" + away_->name() + " is back]");
        away_ = nullptr;
    } else if (restores_.size() == 1 && chance(600)) {
        away_ = devices()[dice_.below(devices().size())].get();
        trace("[" + away_->name() + " is away]");
        if (away_->started()) away_->stop(false, dice_);
    }
}

// ---- all is well again: what is missing is brought back, or given up

// stored is a measure of how much the server has.
std::uint64_t Simulation::stored() {
    std::set<SpaceId> known;
    for (auto& device : devices())
        if (const auto heads = client::stored_heads(device->engine().session().store))
            for (const auto& [id, head] : *heads) known.insert(id);
    std::uint64_t sum = town_.server.store().log_size().value_or(0);
    for (const SpaceId& id : known)
        if (const auto head = town_.server.store().space(id)) sum += head->head.sequence + 1;
    return sum;
}

// behind tells whether a device knows of something that the server lacks.
bool Simulation::behind(Device& device) {
    if (!device.engine().catch_up()) return true;
    return std::ranges::any_of(device.engine().conditions(), [](const auto& condition) {
        return condition.kind == client::ConditionKind::space_behind;
    });
}

void Simulation::give_back() {
    for (unsigned round = 0; round < kGivingRounds; ++round) {
        const std::uint64_t before = stored();
        bool all = true;
        for (auto& device : devices()) {
            town_.clock.advance(kSecond);
            const auto duties = device->engine().run_duties();
            trace(device->name() + " gives back" + (duties ? "" : ": " + show(duties.error())));
            all = !behind(*device) && all;
        }
        if (all || (round > 0 && stored() == before)) return;
    }
    complain("giving back does not end");
}

void Simulation::reset_directory() {
    for (auto& device : devices()) {
        const Result<> known = device->engine().catch_up();
        if (known || !(known.error().is(errors::log_behind) || known.error().is(errors::log_apart)))
            continue;
        const Result<> reset = device->engine().reset_directory(*town_.root_kit, "gone");
        judge(*device, "resets the directory", device->faults, reset, {errors::nothing_lost});
        town_.clock.advance(kSecond);
    }
}

// reset_space lets somebody who manages a space give up what the server lacks of it: first who
// knows of it, else whoever it is.
void Simulation::reset_space(Device& knows, const SpaceId& space) {
    std::vector<Device*> all{&knows};
    for (auto& device : devices())
        if (device.get() != &knows) all.push_back(device.get());
    for (Device* device : all) {
        const Result<> reset =
            device->engine().reset_space(space, space::ResetReason::backup_too_old);
        const bool done =
            judge(*device, "resets " + space.hex().substr(0, 8), device->faults, reset,
                  {errors::not_manager, errors::nothing_lost, errors::space_unknown,
                   errors::space_not_found, errors::restored_behind, errors::restored_apart,
                   errors::space_not_readable});
        if (done) return;
    }
}

// reset_spaces gives up in each space that is behind what nobody has; true if there was one.
bool Simulation::reset_spaces() {
    std::map<SpaceId, Device*> behind;
    for (auto& device : devices()) {
        for (const client::Condition& condition : device->engine().conditions()) {
            if (condition.kind != client::ConditionKind::space_behind) continue;
            const auto space = device->engine().find_space(condition.id);
            if (must(*device, "finds what is behind", space)) behind.emplace(*space, device.get());
        }
    }
    for (const auto& [space, device] : behind) reset_space(*device, space);
    return !behind.empty();
}

void Simulation::recover() {
    if (restores_.empty()) return;
    trace("giving back");
    give_back();
    reset_directory();
    give_back();
    for (unsigned round = 0; round < kResetRounds && reset_spaces(); ++round) give_back();
}

// ---- dishonestly

// knows_more tells whether a device has seen something that the server does not have.
bool Simulation::knows_more(Device& device) {
    storage::MemoryStore& store = town_.server.store();
    client::Session& session = device.engine().session();
    if (session.directory.size() > store.log_size().value_or(0)) return true;
    if (session.directory.checkpoint().incarnation > store.server_state()->incarnation) return true;
    const auto heads = client::stored_heads(session.store);
    if (!must(device, "lists heads", heads)) return false;
    const auto self = client::of_user(session, session.user());
    return std::ranges::any_of(*heads, [&](const auto& known) {
        const auto head = store.space(known.first);
        // Of a space that is not shown it cannot be told whether one was taken out of it.
        return head && store.is_member(known.first, self).value_or(false) &&
               head->head.sequence < known.second.sequence;
    });
}

void Simulation::roll_back() {
    const Backup& backup = server_backups_[dice_.below(server_backups_.size())];
    trace("[server rolled back by " + std::to_string((town_.clock.now() - backup.time) / kSecond) +
          " s]");
    std::map<Device*, std::size_t> alarms;
    for (auto& device : devices()) alarms[device.get()] = device->engine().alarms()->size();
    auto honest = town_.server.put(backup.store->copy());
    for (auto& device : devices()) {
        const bool more = knows_more(*device);
        (void)device->engine().catch_up();
        if (const auto heads = client::stored_heads(device->engine().session().store))
            for (const auto& [id, head] : *heads)
                if (const auto space = device->engine().space(id)) (void)(*space)->refresh();
        const bool alarmed = device->engine().alarms()->size() > alarms[device.get()];
        if (alarmed != more)
            complain(device->name() + (more ? " has no alarm about a server that went back"
                                            : " has an alarm without a reason"));
    }
    town_.server.put(std::move(honest));
    for (auto& device : devices()) {
        must(*device, "catches up with the honest server", device->engine().catch_up());
        must(*device, "lists spaces", device->engine().spaces());
    }
}

}  // namespace obhut::simulation
