// Simulation: one history of a town, from one seed.
//
//     setup ─▶ steps: somebody does something, something goes wrong ─▶ all is well again ─▶ check
//
// What people do are Workloads; what goes wrong are Rates, drawn from the seed so that some seeds
// have many kinds of trouble and some few. Everything is decided by the seed: the same seed on the
// same program is the same history, byte for byte (`fingerprint`). One thread; runs in a process of
// its own (runner.h), since it uses the town up. The fault model in prose: docs/testing.md.
#pragma once

#include <deque>
#include <set>
#include <string>

#include "tests/simulation/town.h"
#include "tests/support/sealings.h"

namespace obhut::simulation {

class Simulation;

// Workload is something people do, and what must hold afterwards.
class Workload {
public:
    virtual ~Workload() = default;
    virtual void setup(Simulation& simulation) = 0;
    // step lets the device's person do one thing. The device is running when it is called.
    virtual void step(Simulation& simulation, Device& device) = 0;
    // notice is called after each step, whosever it was.
    virtual void notice(Simulation&) {}
    // settle is called once nothing goes wrong any more, for each device, in several rounds.
    virtual void settle(Simulation& simulation, Device& device) = 0;
    virtual void check(Simulation& simulation) = 0;
};

// Rates of what goes wrong, in thousandths.
struct Rates {
    // of requests
    unsigned cut = 0;
    unsigned lost = 0;
    unsigned delayed = 0;
    unsigned twice = 0;
    unsigned interleaved = 0;  // others do something while the request is on its way
    // of local commits
    unsigned dies = 0;
    // of steps
    unsigned stop = 0;          // a program ends, or loses power
    unsigned full = 0;          // a disk fills up, or is cleared
    unsigned jump = 0;          // a clock jumps by up to years, or is set right
    unsigned set_back = 0;      // a profile is restored from an older copy
    unsigned copied = 0;        // a profile is copied and used twice
    unsigned restart = 0;       // of the server
    unsigned down = 0;          // the server cannot be reached for a while, or can again
    unsigned server_fails = 0;  // a call of the server's store fails
    unsigned pause = 0;         // hours pass
    unsigned weeks = 0;         // days to weeks pass
    unsigned restored = 0;      // the server comes back from a backup that has everything
    unsigned older = 0;         // and from one that lacks minutes to weeks
    unsigned again = 0;         // and once more

    static Rates draw(test::TestEntropy& dice);
    std::string text() const;
};

struct Plan {
    std::uint64_t seed = 1;
    unsigned steps = 0;  // 0: drawn from the seed
    bool trace = false;  // tell every step on stderr
    bool older = false;  // the server may come back from a backup that lacks something
};

struct Outcome {
    std::vector<std::string> complaints;  // empty: all is as it must be
    std::uint64_t fingerprint = 0;        // of everything that went over the wires
    std::uint64_t steps = 0;
    std::uint64_t requests = 0;
    std::uint64_t faults = 0;
};

// A Vow is what somebody was told to be stored: where it may be lost only with all that knew it.
struct Vow {
    std::string device;   // that made it
    unsigned lapses = 0;  // of the device, then
    bool kept = false;    // nothing kept the device from keeping it for a restore
    std::uint64_t mark = 0;
    Millis time = 0;
};

class Simulation final : public Trouble {
public:
    // The town is used up.
    Simulation(Town& town, const Plan& plan);
    ~Simulation() override;

    Outcome run();

    // ---- for workloads

    Town& town() { return town_; }
    std::vector<std::unique_ptr<Device>>& devices() { return town_.devices; }
    test::TestEntropy& dice() { return dice_; }
    bool chance(unsigned thousandths) { return dice_.below(1000) < thousandths; }
    const Rates& rates() const { return rates_; }
    bool troubled() const { return troubled_; }  // things go wrong now
    bool some_end() const { return some_end_; }  // a device was revoked, at some time
    // make_space makes a space of the first person's, which everybody may write.
    bool make_space(const std::string& name, SpaceId& id);
    // ends tells that a device is being revoked or signs out: what it is refused from now on, and
    // what others have to decide about it, has a reason.
    void ends(Device& device);
    void somebody_ends() { some_end_ = true; }
    // enabled tells that a person counts again: by entries of the directory from `first` on.
    void enabled(std::size_t person, std::uint64_t first);
    // recover lets devices bring back what a restored server lacks, and people give up the rest.
    void recover();
    // awake starts a device's program if it does not run; false if it died of that, or is in the
    // middle of something.
    bool awake(Device& device);
    // keep keeps a device that nobody uses.
    void keep(std::unique_ptr<Device> device) { gone_.push_back(std::move(device)); }

    // mark numbers what happens. A server restored from an older backup lacks what was marked
    // between the backup and the restore: that was exposed.
    std::uint64_t mark() { return ++mark_; }
    bool exposed(std::uint64_t mark) const { return exposed(mark, mark); }
    // exposed of what happened at some time between two marks: it may have been.
    bool exposed(std::uint64_t first, std::uint64_t last) const;
    bool restored_since(std::uint64_t mark) const;
    // vow is what a device was just told; `faults` is device.faults before the call. forgotten
    // tells that it may be gone: it was exposed, and the device does not have it any more.
    Vow vow(Device& device, unsigned faults);
    bool forgotten(const Vow& vow) const;
    // excused: it is forgotten, or waits on its device for a person, since it contradicts what
    // others have done meanwhile.
    bool excused(const Vow& vow) const;

    void complain(const std::string& what);
    void trace(const std::string& what);

    // verify counts a space again and complains about what is wrong; with `content` also every
    // byte.
    void verify(Device& device, const SpaceId& space, client::ContentChecker* content = nullptr);

    // judge looks at the outcome of a device's call; `faults` is device.faults before it. Errors
    // that nothing explains are complained about: a lie nobody told, a failure nobody caused.
    template <class T>
    bool judge(Device& device, const std::string& what, unsigned faults, const Result<T>& result,
               std::initializer_list<Code> allowed = {}) {
        judge_error(device, what, faults, result ? nullptr : &result.error(), allowed);
        return result.has_value();
    }
    // must is judge where nothing goes wrong any more.
    template <class T>
    bool must(Device& device, const std::string& what, const Result<T>& result) {
        return judge(device, what, device.faults, result);
    }

private:
    RequestFate request(Device& device, const http::Request& request) override;
    CommitFate commit(Device& device) override;
    void on_the_way(Device& device, const http::Request& request) override;
    void delayed(const http::Request& request) override;
    void answered(Device& device, const http::Request& request,
                  const http::Response& response) override;

    void judge_error(Device& device, const std::string& what, unsigned faults, const Error* error,
                     std::initializer_list<Code> allowed);
    void choose_workloads();
    void step();
    void act(Device& device);
    void happen();
    void happen_to(Device& device);
    void happen_to_server();
    void restore_older();
    void send_away();
    void give_back();
    bool behind(Device& device);
    std::uint64_t stored();
    void reset_directory();
    bool reset_spaces();
    void reset_space(Device& knows, const SpaceId& space);
    void roll_back();
    bool knows_more(Device& device);
    bool wake(Device& device);
    void copy(Device& device);
    void bury();
    void decide(Device& device);
    bool explained(const Device& device, const Error& error) const;
    bool does_not_know(const Device& device) const;
    void deliver(bool all);
    void calm_down();
    void note(ByteView bytes);

    // A backup of the server, and a restore from one.
    struct Backup {
        std::uint64_t mark = 0;
        Millis time = 0;
        std::unique_ptr<storage::MemoryStore> store;
    };
    struct Restore {
        std::uint64_t from = 0;  // marks: what lies between is exposed
        std::uint64_t at = 0;
    };
    struct Late {
        http::Request request;
        std::uint64_t due;  // step
    };

    Town& town_;
    Plan plan_;
    test::TestEntropy dice_;
    Rates rates_;
    Outcome outcome_;
    std::vector<std::unique_ptr<Workload>> workloads_;
    std::deque<Late> late_;
    std::map<Device*, Disk> backups_;
    std::vector<Backup> server_backups_;
    std::vector<Restore> restores_;
    Device* away_ = nullptr;  // nobody uses it between the two
    // By person: the entries that made him count again.
    struct Enabling {
        std::uint64_t first = 0;
        std::vector<Bytes> entries;
    };
    std::map<std::size_t, Enabling> enablings_;
    std::uint64_t mark_ = 0;
    std::vector<Device*> busy_;  // in the middle of a call, outermost first
    test::Sealings sealings_;
    std::vector<std::unique_ptr<Device>> gone_;  // devices that have ended
    bool troubled_ = false;
    bool some_end_ = false;  // a device was revoked, at some time
    bool restored_ = false;  // the server was, at some time
    unsigned depth_ = 0;
};

// The workloads.
std::unique_ptr<Workload> make_entries_workload();
std::unique_ptr<Workload> make_files_workload();
std::unique_ptr<Workload> make_household_workload();
std::unique_ptr<Workload> make_leavers_workload();
std::unique_ptr<Workload> make_links_workload();
std::unique_ptr<Workload> make_people_workload();
std::unique_ptr<Workload> make_post_workload();

}  // namespace obhut::simulation
