#include "client/session.h"

#include "client/engine.h"

namespace obhut::client {

Session::Session(const Ports& ports, Profile loaded)
    : transport(ports.transport),
      store(ports.store),
      clock(ports.clock),
      entropy(ports.entropy),
      executor(ports.executor),
      keyring(ports.keyring),
      waiter(ports.waiter),
      origins(ports.origins),
      profile(std::move(loaded)),
      remote(transport, clock, entropy, waiter),
      alarms(store, clock),
      kept(store, profile, clock, entropy),
      directory(store, remote, clock, alarms, kept),
      kem_keys(store, remote),
      rings(store, remote, directory, profile, entropy),
      journal(store, profile, clock, entropy, entropy.id<ProgramId>()) {}

space::Author Session::author() {
    return {secrets().signing, device(), to_bytes(directory.note()), remote.now(),
            directory.checkpoint().incarnation};
}

directory::Draft Session::draft() {
    std::optional<Bytes> note;
    if (!directory.note().empty()) note = to_bytes(directory.note());
    return directory::Draft(directory.state(), remote.now(), std::move(note));
}

void Session::started() { remote.sign_as(org(), device(), secrets().request); }

Result<> Session::ready() const {
    if (!profile.exists()) return fail(errors::no_profile);
    if (!profile.active()) return fail(errors::profile_unfinished);
    if (profile.locked()) return fail(errors::profile_locked);
    return {};
}

void Session::pause(Millis time) {
    if (waiter == nullptr) return;
    const std::uint64_t random = read_be32(entropy.id<FixedBytes<struct JitterTag, 4>>().view());
    waiter->wait(time / 2 + random % (time + 1));
}

Result<const directory::UserRecord*> Session::self() const {
    const directory::UserRecord* record = directory.state().user(user());
    if (record == nullptr) return fail(errors::answer_malformed);
    return record;
}

bool Session::is_administrator() const { return directory.state().is_admin(user()); }

bool Session::counts() const {
    const directory::State& state = directory.state();
    const directory::UserRecord* user = state.user(this->user());
    return user != nullptr && user->status == UserStatus::active && state.device_active(device());
}

}  // namespace obhut::client
