// Town: a server and the devices of some people, in one process and one thread, on virtual time.
//
// All ports are here: a device's wire leads straight into the server's services, its disk and its
// clock are its own. What goes wrong is decided by a Trouble; without one nothing does. The founded
// Town (people have joined: that is expensive, a password is stretched for each) is made once per
// process; each seed runs in a forked copy of it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "apps/files/links.h"
#include "client/engine.h"
#include "client/ports/keyring.h"
#include "client/spaces/space.h"
#include "server/services/service.h"
#include "server/storage/failing_store.h"
#include "server/storage/memory_store.h"
#include "tests/simulation/disk.h"

namespace obhut::simulation {

class Device;

// What becomes of a request.
enum class RequestFate : std::uint8_t {
    carried,
    cut,      // nothing reaches the server
    lost,     // it is carried out and the answer is lost
    delayed,  // the device gives up; the server gets it some time later
    twice,    // the server gets it twice; the first answer comes back
    second,   // the server gets it twice; the second answer comes back
};

// Trouble decides what goes wrong.
class Trouble {
public:
    virtual ~Trouble() = default;
    virtual RequestFate request(Device& device, const http::Request& request) = 0;
    virtual CommitFate commit(Device& device) = 0;
    // on_the_way is called when a request has left and has not reached the server yet: here others
    // may be first.
    virtual void on_the_way(Device& device, const http::Request& request) = 0;
    // delayed takes a request that is to reach the server later.
    virtual void delayed(const http::Request& request) = 0;
    virtual void answered(Device& device, const http::Request& request,
                          const http::Response& response) = 0;
};

class TownClock final : public Clock {
public:
    Millis now() override { return now_; }
    void advance(Millis time) { now_ += time; }

private:
    Millis now_ = 1'800'000'000'000;
};

// DeviceClock is the town's clock, wrong by an offset.
class DeviceClock final : public Clock {
public:
    explicit DeviceClock(Clock& right) : right_(right) {}
    Millis now() override {
        return static_cast<Millis>(static_cast<std::int64_t>(right_.now()) + offset);
    }
    std::int64_t offset = 0;  // ms

private:
    Clock& right_;
};

// Server is a whole obhutd but its front.
class Server {
public:
    Server(Clock& clock, std::uint64_t seed);

    http::Response answer(const http::Request& request);
    // restart opens the services anew on what is stored, as after a crash.
    void restart();
    // fail_soon makes one call of the store fail, `calls` calls from now. If it took effect all the
    // same, the process ends with it and is started again: it cannot know what it has stored.
    void fail_soon(std::uint64_t calls, Code error, storage::FailingStore::When when);
    void tend();
    // A backup is a copy of what is stored.
    std::unique_ptr<storage::MemoryStore> back_up() { return store_->copy(); }
    // put takes another store in place of the one there is, which it gives, and starts on it.
    std::unique_ptr<storage::MemoryStore> put(std::unique_ptr<storage::MemoryStore> store);
    // come_back is what a restore does when the backup is in its place: a new incarnation, greater
    // than any before.
    void come_back();
    storage::MemoryStore& store() { return *store_; }

    bool down = false;  // refuses connections

private:
    Clock& clock_;
    test::TestEntropy entropy_;
    std::unique_ptr<storage::MemoryStore> store_;
    std::unique_ptr<storage::FailingStore> failing_;
    std::unique_ptr<services::Service> service_;
    std::uint64_t incarnation_ = 1;  // the greatest there has been
    std::uint64_t fails_at_ = 0;
    bool ends_process_ = false;
};

struct Town;

// MemoryKeyring is the keyring of a machine.
class MemoryKeyring final : public client::Keyring {
public:
    Result<> store(std::string_view name, const SecretBytes& secret) override;
    Result<SecretBytes> load(std::string_view name) override;
    Result<> erase(std::string_view name) override;

private:
    std::map<std::string, SecretBytes, std::less<>> secrets_;
};

// Device is a program of one person, with its disk, its clock and its wire to the server.
class Device {
public:
    Device(Town& town, std::string name, std::size_t person, std::uint64_t seed);
    ~Device();

    // start starts the program anew on its disk and unlocks it.
    Result<> start();
    // stop ends the program as it is; a power loss may take the newest relaxed writes with it.
    void stop(bool power_loss, test::TestEntropy& dice);
    bool running() const { return engine_ != nullptr && !store_->dead(); }
    bool started() const { return engine_ != nullptr; }

    client::Engine& engine() { return *engine_; }
    Town& town() { return town_; }
    const std::string& name() const { return name_; }
    std::size_t person() const { return person_; }

    // set_back puts an older copy of the disk in; the program is stopped.
    void set_back(const Disk& older);
    // adopt_key remembers the profile's key, so that start() need not stretch the passphrase again.
    Result<> adopt_key();

    Disk disk;
    DeviceClock clock;
    unsigned runs = 0;        // of the program
    unsigned faults = 0;      // that hit this device, ever
    unsigned times_back = 0;  // how often its disk was set back
    unsigned times_cut = 0;   // how often it lost power, and maybe what it had read last
    // lapses: how often it may have forgotten something that it is to keep.
    unsigned lapses() const { return times_back + times_cut; }
    bool full = false;    // its disk is
    bool copied = false;  // it stands on a copied profile: there is another with its keys
    DeviceId id;          // as the directory knows it
    std::optional<DeviceId> added_by;  // linked by that device
    bool ending = false;               // somebody is revoking it, or has done so
    bool out = false;                  // its person is disabled, or maybe
    bool ended = false;                // it is revoked or has signed out: its program is not used
    test::TestEntropy entropy;
    std::optional<WrapKey> key;

private:
    class Wire;
    class VirtualWaiter;

    Town& town_;
    std::string name_;
    std::size_t person_;
    InlineExecutor executor_;
    MemoryKeyring keyring_;
    std::unique_ptr<Wire> wire_;
    std::unique_ptr<VirtualWaiter> waiter_;
    std::unique_ptr<SimulatedStore> store_;
    std::unique_ptr<client::Engine> engine_;
};

struct Town {
    explicit Town(std::uint64_t seed) : server(clock, seed) {}

    TownClock clock;
    Server server;
    Trouble* trouble = nullptr;
    files::FolderLinks renewal;                    // every program renews links
    std::vector<std::unique_ptr<Device>> devices;  // the first ones: one per person, in order
    std::vector<UserId> users;                     // by person
    std::unique_ptr<client::RootKit> root_kit;     // in a safe

    std::size_t people() const { return users.size(); }
    PrincipalId principal_of(std::size_t person) const { return principal(users[person]); }
};

// found makes a town of that many people, each with one device; the first is the administrator.
Result<std::unique_ptr<Town>> found(std::size_t people);

}  // namespace obhut::simulation
