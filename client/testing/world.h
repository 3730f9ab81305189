// World: a server in memory and people with their profiles, for tests of the engine. Virtual time,
// one thread, one seed. For test programs only.
//
//     World world;  Actor& anna = world.found();  Actor& bernd = world.join(anna,
//     "bernd@example.org");
#pragma once

#include <list>
#include <memory>

#include "client/engine.h"
#include "client/ports/memory_store.h"
#include "client/spaces/space.h"
#include "client/testing/service_transport.h"
#include "server/storage/memory_store.h"
#include "tests/support/entropy.h"

namespace obhut::client::testing {

class VirtualClock final : public Clock {
public:
    Millis now() override { return time; }
    Millis time = 1'800'000'000'000;
};

// Waiting is what makes virtual time pass.
class VirtualWaiter final : public Waiter {
public:
    explicit VirtualWaiter(VirtualClock& clock) : clock_(clock) {}
    void wait(Millis time) override { clock_.time += time; }

private:
    VirtualClock& clock_;
};

class World;

// Actor is a device: its store, its way to the server, and the engine on both.
struct Actor {
    Actor(World& world, std::string email);

    World& world;
    std::string email;
    MemoryDisk disk;
    MemoryStore store;
    ServiceTransport transport;
    std::unique_ptr<Engine> engine;
    std::optional<EmergencyKit> kit;

    // restart is what a program's end and new start are; the profile is unlocked again.
    void restart();
    Ports ports();
    PrincipalId principal() const;
};

class World {
public:
    explicit World(std::uint64_t seed = 1);

    test::TestEntropy entropy;
    VirtualClock clock;
    VirtualWaiter waiter{clock};
    InlineExecutor executor;
    storage::MemoryStore storage;
    std::unique_ptr<services::Service> service;
    std::list<Actor> actors;
    std::optional<RootKit> root_kit;

    // found creates the organisation with its first user; join invites and enrols another.
    Actor& found(std::string email = "anna@example.org");
    Actor& join(Actor& by, std::string email);
    // add makes a device without a profile.
    Actor& add(std::string email = "");
    // restart_server throws the service away and opens another on the same storage.
    void restart_server();
};

inline constexpr std::string_view kPassword = "correct horse battery staple";

// Sets one key of a tree, whatever is there.
class PutKey final : public Change {
public:
    PutKey(std::string key, std::string value) : key_(std::move(key)), value_(std::move(value)) {}
    Result<Plan> plan(const Snapshot& base) override;
    unsigned planned = 0;

private:
    std::string key_;
    std::string value_;
};

// get gives a key's value of the newest verified state; "(none)" without one, "(E-0…)" on error.
std::string get(Space& space, std::string_view key);
// put commits PutKey.
Result<Committed> put(Space& space, std::string key, std::string value);

}  // namespace obhut::client::testing
