#include "tests/simulation/simulation.h"

#include <algorithm>
#include <cstdio>

#include "client/errors.h"
#include "client/journal/journal.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "protocols/api/problem.h"
#include "server/services/settings.h"
#include "server/storage/errors.h"

namespace obhut::simulation {
namespace {

constexpr unsigned kMaxDepth = 2;      // of people acting while others' requests are on their way
constexpr std::size_t kMaxCopies = 2;  // copied devices
constexpr unsigned kCalmRounds = 4;
constexpr std::size_t kMaxComplaints = 20;

std::string show(const Error& error) {
    return "E-0" + std::to_string(error.code.number) + " (" + std::to_string(error.detail) + ")";
}

// Seeds that follow each other are to have nothing in common: by SplitMix64's finisher.
std::uint64_t mixed(std::uint64_t seed) {
    seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9U;
    seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBU;
    return seed ^ (seed >> 31);
}

bool is_append(const http::Request& request) {
    return request.method == http::Method::post && request.path.ends_with("/links");
}

}  // namespace

Rates Rates::draw(test::TestEntropy& dice) {
    Rates rates;
    const auto some = [&](unsigned most) {
        return dice.below(2) == 0 ? 0 : 1 + static_cast<unsigned>(dice.below(most));
    };
    if (dice.below(10) == 0) return rates;  // a fine day
    rates.cut = some(60);
    rates.lost = some(80);
    rates.delayed = some(30);
    rates.twice = some(50);
    rates.interleaved = some(300);
    rates.dies = some(30);
    rates.stop = some(80);
    rates.full = some(40);
    rates.jump = some(40);
    rates.set_back = some(30);
    rates.copied = some(20);
    rates.restart = some(60);
    rates.down = some(40);
    rates.server_fails = some(120);
    rates.pause = some(30);
    rates.weeks = dice.below(3) == 0 ? some(20) : 0;
    rates.restored = dice.below(3) == 0 ? some(30) : 0;
    rates.older = dice.below(3) == 0 ? 1 + static_cast<unsigned>(dice.below(40)) : 0;
    if (rates.older != 0) rates.restored = 0;
    if (rates.older != 0 && dice.below(2) == 0)
        rates.again = 1 + static_cast<unsigned>(dice.below(80));
    return rates;
}

std::string Rates::text() const {
    std::string text;
    const auto add = [&](const char* name, unsigned rate) {
        if (rate != 0) text += std::string(" ") + name + " " + std::to_string(rate);
    };
    add("cut", cut), add("lost", lost), add("delayed", delayed), add("twice", twice);
    add("interleaved", interleaved), add("dies", dies), add("stop", stop), add("full", full);
    add("jump", jump), add("set-back", set_back), add("copied", copied), add("restart", restart);
    add("down", down), add("server-fails", server_fails), add("pause", pause);
    add("weeks", weeks), add("restored", restored), add("older", older);
    add("again", again);
    return text;
}

Simulation::Simulation(Town& town, const Plan& plan)
    : town_(town), plan_(plan), dice_(mixed(plan.seed)) {}

Simulation::~Simulation() { town_.trouble = nullptr; }

Outcome Simulation::run() {
    rates_ = Rates::draw(dice_);
    if (!plan_.older) rates_.older = 0;
    trace("rates:" + rates_.text());
    for (auto& device : devices()) device->entropy = test::TestEntropy(dice_.next());
    choose_workloads();
    town_.trouble = this;
    for (auto& workload : workloads_) workload->setup(*this);
    troubled_ = true;
    const unsigned steps = plan_.steps != 0 ? plan_.steps : 20 + unsigned(dice_.below(60));
    for (; outcome_.steps < steps && outcome_.complaints.empty(); ++outcome_.steps) step();
    troubled_ = false;
    if (outcome_.complaints.empty()) calm_down();
    return std::move(outcome_);
}

void Simulation::choose_workloads() {
    const std::uint64_t which = dice_.below(10);
    if (which < 5) workloads_.push_back(make_entries_workload());
    if (which == 4 || which == 5) workloads_.push_back(make_files_workload());
    if (which == 3 || which == 6) workloads_.push_back(make_post_workload());
    if (which == 7 || which == 9) workloads_.push_back(make_leavers_workload());
    if (which == 1 || which == 8) workloads_.push_back(make_links_workload());
    if (which == 6 || which == 7 || which == 2) workloads_.push_back(make_people_workload());
    workloads_.push_back(make_household_workload());
}

void Simulation::complain(const std::string& what) {
    if (outcome_.complaints.size() >= kMaxComplaints) return;
    trace("COMPLAINT " + what);
    outcome_.complaints.push_back("step " + std::to_string(outcome_.steps) + ": " + what);
}

void Simulation::trace(const std::string& what) {
    if (!plan_.trace) return;
    std::fprintf(stderr, "%4llu %*s%s\n", static_cast<unsigned long long>(outcome_.steps),
                 static_cast<int>(2 * depth_), "", what.c_str());
}

void Simulation::note(ByteView bytes) {
    for (const std::uint8_t byte : bytes.first(std::min<std::size_t>(bytes.size(), 96)))
        outcome_.fingerprint = (outcome_.fingerprint ^ byte) * 0x100000001B3U;
    outcome_.fingerprint = (outcome_.fingerprint ^ bytes.size()) * 0x100000001B3U;
}

void Simulation::judge_error(Device& device, const std::string& what, unsigned faults,
                             const Error* error, std::initializer_list<Code> allowed) {
    trace(device.name() + " " + what + (error == nullptr ? ": done" : ": " + show(*error)));
    if (error == nullptr) return;
    for (const Code code : allowed)
        if (error->is(code)) return;
    const bool hit = device.faults != faults;
    switch (error->kind()) {
    case Kind::retry:
        if (hit) return;
        break;
    case Kind::local:
        if (error->is(errors::clock_off) && device.clock.offset < 0) return;
        if (error->is(errors::store_full) && device.full) return;
        if (hit) return;
        break;
    default: break;
    }
    if (explained(device, *error)) return;
    complain(device.name() + " " + what + ": " + show(*error) +
             (hit ? ", after a fault" : ", without any reason"));
}

void Simulation::verify(Device& device, const SpaceId& space, client::ContentChecker* content) {
    const auto report = device.engine().verify(space, content, nullptr);
    if (!must(device, "verifies", report)) return;
    for (const auto& problem : report->problems)
        complain("verify finds E-0" + std::to_string(problem.error.code.number) + " at " +
                 std::to_string(problem.sequence));
}

// What has a reason in what happened to devices or the server, whenever it was.
bool Simulation::explained(const Device& device, const Error& error) const {
    if ((device.ending || device.out) &&
        (error.kind() == Kind::refused || error.kind() == Kind::missing ||
         error.kind() == Kind::sign_in))
        return true;
    if (some_end_ && (error.is(errors::past_signature) || error.is(errors::chain_held)))
        return true;
    // Who lost a device to a revocation waits for a box of a key that was made meanwhile, until he
    // and then another have done their duties.
    if (troubled_ && some_end_ &&
        (error.is(errors::space_not_readable) || error.is(errors::key_renewal_waits)))
        return true;
    // After a restore who is no member any more cannot tell that from what the backup lacks.
    if (troubled_ && restored_ &&
        (error.is(errors::space_read_only) || error.is(errors::restored_behind)))
        return true;
    // It does not know a device that was added since its backup.
    if (troubled_ && !restores_.empty() && device.added_by && error.kind() == Kind::sign_in)
        return true;
    if (troubled_ && error.kind() == Kind::sign_in && does_not_know(device)) return true;
    // What a restored server lacks is brought back in a while, or given up.
    return troubled_ && !restores_.empty() &&
           (error.is(errors::restored_apart) || error.is(errors::log_behind) ||
            error.is(errors::log_apart) || error.is(errors::log_waits));
}

bool Simulation::make_space(const std::string& name, SpaceId& id) {
    Device& anna = *devices()[0];
    const auto made = anna.engine().create_space(name);
    if (!must(anna, "makes a space", made)) return false;
    id = *made;
    for (std::size_t person = 1; person < town_.people(); ++person)
        if (!must(anna, "shares",
                  anna.engine().share(id, town_.principal_of(person), client::Role::editor)))
            return false;
    return true;
}

void Simulation::ends(Device& device) {
    some_end_ = true;
    for (auto& other : devices())
        if (other->id == device.id) other->ending = true;
}

// ---- what goes wrong

RequestFate Simulation::request(Device& device, const http::Request& request) {
    ++outcome_.requests;
    note(as_bytes(request.target()));
    note(request.body);
    sealings_.note(request);
    if (!troubled_) return RequestFate::carried;
    const auto hit = [&](RequestFate fate, const char* how) {
        ++device.faults;
        ++outcome_.faults;
        trace(device.name() + "  [" + how + "] " + request.path);
        return fate;
    };
    if (town_.server.down) return hit(RequestFate::cut, "down");
    if (chance(rates_.cut)) return hit(RequestFate::cut, "cut");
    if (chance(rates_.lost)) return hit(RequestFate::lost, "lost");
    if (chance(rates_.delayed)) return hit(RequestFate::delayed, "delayed");
    if (chance(rates_.twice))
        return hit(dice_.below(2) == 0 ? RequestFate::twice : RequestFate::second, "twice");
    return RequestFate::carried;
}

CommitFate Simulation::commit(Device& device) {
    if (!troubled_) return CommitFate::kept;
    if (device.full && chance(700)) {
        ++device.faults;
        return CommitFate::full;
    }
    if (!chance(rates_.dies)) return CommitFate::kept;
    ++device.faults;
    ++outcome_.faults;
    trace(device.name() + "  [dies]");
    return dice_.below(2) == 0 ? CommitFate::dies_before : CommitFate::dies_after;
}

void Simulation::on_the_way(Device& device, const http::Request& request) {
    if (!troubled_) return;
    if (chance(rates_.restart / 4)) town_.server.restart();
    const unsigned likely = is_append(request) ? rates_.interleaved : rates_.interleaved / 20;
    if (depth_ >= kMaxDepth || !chance(likely)) return;
    Device& other = *devices()[dice_.below(devices().size())];
    if (&other == &device || std::ranges::find(busy_, &other) != busy_.end()) return;
    const Millis before = town_.clock.now();
    act(other);
    // What the request says of the time may be too old by now.
    if (town_.clock.now() - before > kMinute) ++device.faults;
}

void Simulation::delayed(const http::Request& request) {
    late_.push_back({request, outcome_.steps + 1 + dice_.below(5)});
}

void Simulation::answered(Device& device, const http::Request& request,
                          const http::Response& response) {
    if (response.status != 200)
        trace(device.name() + "  " + std::to_string(response.status) + " " + request.path + " " +
              std::string(response.headers.find(api::kErrorHeader).value_or("")));
    note(as_bytes(std::to_string(response.status)));
    note(response.body);
    if (response.status >= 500) ++device.faults;
}

void Simulation::deliver(bool all) {
    for (std::size_t left = late_.size(); left > 0; --left) {
        Late late = std::move(late_.front());
        late_.pop_front();
        if (all || late.due <= outcome_.steps) {
            trace("[arrives late] " + late.request.path);
            town_.server.answer(late.request);
        } else {
            late_.push_back(std::move(late));
        }
    }
}

// ---- steps

void Simulation::step() {
    town_.clock.advance(1 + dice_.below(20 * kSecond));
    bury();
    deliver(false);
    happen();
    act(*devices()[dice_.below(devices().size())]);
    for (auto& workload : workloads_) workload->notice(*this);
}

// wake starts the program if it does not run; it may die of that.
bool Simulation::wake(Device& device) {
    if (&device == away_) return false;
    if (device.running()) return true;
    if (device.started()) device.stop(chance(400), dice_);
    const unsigned faults = device.faults;
    if (judge(device, "starts", faults, device.start()) && device.running()) return true;
    if (device.started()) device.stop(chance(400), dice_);
    return false;
}

bool Simulation::awake(Device& device) {
    return std::ranges::find(busy_, &device) == busy_.end() && wake(device);
}

// bury takes devices away that have ended; what they did stays to be judged.
void Simulation::bury() {
    for (auto device = devices().begin(); device != devices().end();) {
        if (!(*device)->ended) {
            ++device;
            continue;
        }
        trace("[" + (*device)->name() + " is gone]");
        (*device)->stop(false, dice_);
        if (device->get() == away_) away_ = nullptr;
        backups_.erase(device->get());
        gone_.push_back(std::move(*device));
        device = devices().erase(device);
    }
}

void Simulation::act(Device& device) {
    if (device.ended || !wake(device)) return;
    busy_.push_back(&device);
    ++depth_;
    workloads_[dice_.below(workloads_.size())]->step(*this, device);
    --depth_;
    busy_.pop_back();
}

void Simulation::happen() {
    happen_to_server();
    happen_to(*devices()[dice_.below(devices().size())]);
    if (chance(rates_.pause)) {
        town_.clock.advance(dice_.below(9) * kHour);
        town_.server.tend();
        trace("[hours pass]");
    }
    if (chance(rates_.weeks)) {
        town_.clock.advance(dice_.below(dice_.below(2) == 0 ? 5 : 45) * kDay);
        town_.server.tend();
        trace("[weeks pass]");
    }
}

void Simulation::happen_to_server() {
    if (chance(town_.server.down ? 300 : rates_.down)) {
        town_.server.down = !town_.server.down;
        trace(town_.server.down ? "[server down]" : "[server up]");
    }
    if (chance(rates_.restart)) {
        trace("[server restarts]");
        town_.server.restart();
    }
    if (chance(rates_.restored)) {
        trace("[server restored]");
        restored_ = true;
        town_.server.come_back();
    }
    if (rates_.older != 0) restore_older();
    if (chance(rates_.server_fails)) {
        trace("[the server's store will fail]");
        using When = storage::FailingStore::When;
        const When when = dice_.below(2) == 0 ? When::before : When::after;
        const Code error =
            when == When::before && dice_.below(2) == 0 ? errors::disk_full : errors::storage_io;
        town_.server.fail_soon(dice_.below(12), error, when);
    }
}

void Simulation::happen_to(Device& device) {
    if (chance(rates_.stop) && device.started()) {
        trace("[" + device.name() + " stops]");
        device.stop(chance(500), dice_);
    }
    if (chance(device.full ? 300 : rates_.full)) {
        device.full = !device.full;
        trace("[" + device.name() + (device.full ? " has a full disk]" : " has space again]"));
    }
    if (chance(device.clock.offset != 0 ? 200 : rates_.jump)) {
        constexpr std::int64_t kYear = 365 * std::int64_t{kDay};
        constexpr std::int64_t kJumps[] = {kYear * 5,
                                           -kYear * 5,
                                           std::int64_t{kHour},
                                           -std::int64_t{kHour},
                                           std::int64_t{kDay} * 3,
                                           -std::int64_t{kDay} * 3};
        device.clock.offset = device.clock.offset != 0 ? 0 : kJumps[dice_.below(6)];
        trace("[" + device.name() + "'s clock is off by " + std::to_string(device.clock.offset) +
              " ms]");
    }
    if (chance(200)) backups_[&device] = device.disk.copy();
    const auto backup = backups_.find(&device);
    if (backup != backups_.end() && chance(rates_.set_back)) {
        trace("[" + device.name() + " is set back]");
        device.set_back(backup->second);
    }
    if (chance(rates_.copied) && devices().size() < town_.people() + kMaxCopies) copy(device);
}

// copy: somebody copies the profile to another machine and works on both.
void Simulation::copy(Device& device) {
    auto other =
        std::make_unique<Device>(town_, device.name() + "'", device.person(), dice_.next());
    other->disk = device.disk.copy();
    other->key = device.key->clone();
    other->copied = device.copied = true;
    other->id = device.id;
    other->added_by = device.added_by;
    other->ending = device.ending;
    other->out = device.out;
    trace("[" + device.name() + " is copied]");
    devices().push_back(std::move(other));
}

// ---- the end

// decide settles what others signed while they were being revoked: somebody looks and confirms it.
void Simulation::decide(Device& device) {
    if (!some_end_) return;
    for (const client::Condition& condition : device.engine().conditions()) {
        if (condition.kind != client::ConditionKind::space_held || !condition.own) continue;
        const auto space = device.engine().find_space(condition.id);
        if (!must(device, "finds the space that waits", space)) continue;
        // By then nothing may wait: what it was is brought back, or somebody else has decided.
        judge(device, "confirms what waits", device.faults,
              device.engine().settle_space(*space, true), {errors::nothing_held});
    }
}

void Simulation::calm_down() {
    trace("calm");
    away_ = nullptr;
    bury();
    town_.server.down = false;
    town_.server.restart();
    deliver(true);
    for (auto& device : devices()) {
        device->full = false;
        device->clock.offset = 0;
        if (device->started()) device->stop(false, dice_);
        must(*device, "starts", device->start());
    }
    // What programs that ended had claimed is free again.
    town_.clock.advance(client::kJournalLease + kSecond);
    // So long a restored server takes nothing but what it has lost.
    if (restored_) town_.clock.advance(services::Settings().restore_wait + kSecond);
    recover();
    for (unsigned round = 0; round < kCalmRounds && outcome_.complaints.empty(); ++round) {
        for (auto& device : devices()) {
            if (device->ended) continue;
            town_.clock.advance(kSecond);
            must(*device, "catches up", device->engine().catch_up());
            decide(*device);
            for (auto& workload : workloads_) workload->settle(*this, *device);
        }
        bury();
    }
    if (!outcome_.complaints.empty()) return;
    if (sealings_.reused() > 0)
        complain("object keys used twice: " + std::to_string(sealings_.reused()));
    for (auto& device : devices()) {
        const auto alarms = device->engine().alarms();
        if (!must(*device, "lists alarms", alarms)) continue;
        for (const auto& alarm : *alarms) {
            if (explained(*device, alarm.error)) continue;
            // A linked device cannot tell what the other one had seen before an older backup.
            if (device->added_by && !restores_.empty() && alarm.error.is(errors::chain_went_back))
                continue;
            complain(device->name() + " has an alarm: " + show(alarm.error));
        }
    }
    for (auto& workload : workloads_) workload->check(*this);
    if (outcome_.complaints.empty() && !server_backups_.empty()) roll_back();
}

}  // namespace obhut::simulation
