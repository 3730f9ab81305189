#include "client/testing/world.h"

#include <cstdio>
#include <cstdlib>

#include "tests/support/test.h"

namespace obhut::client::testing {
namespace {

// A world that cannot be set up tests nothing: say why and end.
template <class T>
T demand(Result<T> result, const char* what) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "world: %s: %s\n", what, test::show(result.error()).c_str());
    std::abort();
}

}  // namespace

Actor::Actor(World& owner, std::string address)
    : world(owner), email(std::move(address)), store(disk), transport(*owner.service) {
    engine = demand(Engine::open(ports()), "open");
}

Ports Actor::ports() {
    return {transport, store, world.clock, world.entropy, world.executor, nullptr, &world.waiter};
}

void Actor::restart() {
    engine.reset();
    engine = demand(Engine::open(ports()), "open");
    if (engine->status().exists) EXPECT_OK(engine->unlock(as_bytes(kPassword)));
}

PrincipalId Actor::principal() const { return obhut::principal(engine->status().user); }

World::World(std::uint64_t seed) : entropy(seed) { restart_server(); }

void World::restart_server() {
    services::Settings settings;
    settings.open = {1'000'000, 1'000'000};
    settings.device = {1'000'000, 1'000'000};
    service.reset();
    service = demand(services::Service::open(storage, clock, entropy, settings), "server");
    for (Actor& actor : actors) actor.transport.connect(*service);
}

Actor& World::add(std::string email) { return actors.emplace_back(*this, std::move(email)); }

Actor& World::found(std::string email) {
    Actor& actor = add(std::move(email));
    NewOrganisation request;
    request.host = "http://localhost:8080";
    request.name = "Rathaus";
    request.email = actor.email;
    request.password = SecretBytes(as_bytes(kPassword));
    request.protection = Protection::by_passphrase(as_bytes(kPassword));
    Created created = demand(actor.engine->create_organisation(request), "create organisation");
    actor.kit = std::move(created.kit);
    root_kit = std::move(created.root_kit);
    return actor;
}

Actor& World::join(Actor& by, std::string email) {
    Invitation invitation = demand(by.engine->invite({email}), "invite");
    Actor& actor = add(std::move(email));
    JoinRequest request;
    request.invitation = std::move(invitation);
    request.password = SecretBytes(as_bytes(kPassword));
    request.protection = Protection::by_passphrase(as_bytes(kPassword));
    actor.kit = demand(actor.engine->join(request), "join").kit;
    return actor;
}

Result<Plan> PutKey::plan(const Snapshot&) {
    ++planned;
    Plan plan;
    plan.batch.put(as_bytes(key_), as_bytes(value_));
    plan.summary.add(Verb::changed, key_);
    return plan;
}

std::string get(Space& space, std::string_view key) {
    const auto snapshot = space.snapshot();
    if (!snapshot) return "(" + test::show(snapshot.error()) + ")";
    const auto value = (*snapshot)->tree.get(as_bytes(key));
    if (!value) return "(" + test::show(value.error()) + ")";
    return *value ? std::string(as_text(**value)) : "(none)";
}

Result<Committed> put(Space& space, std::string key, std::string value) {
    PutKey change(std::move(key), std::move(value));
    return space.commit(change);
}

}  // namespace obhut::client::testing
