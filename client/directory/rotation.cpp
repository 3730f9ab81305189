#include "client/directory/rotation.h"

#include <algorithm>

#include "client/directory/people.h"

namespace obhut::client {
namespace {

// Holders of a user's key after `state`: every device that counts, the kit included.
struct Devices {
    std::vector<Holder> holders;
    std::vector<DeviceId> without;  // whose key the server withholds
};

Result<Devices> devices_of(Session& session, const directory::State& state, const UserId& user) {
    std::vector<const directory::DeviceRecord*> active;
    std::vector<KemKeyHash> hashes;
    for (const DeviceId& id : state.user(user)->devices) {
        const directory::DeviceRecord* device = state.device(id);
        if (device == nullptr || !device->active()) continue;
        active.push_back(device);
        hashes.push_back(device->kem);
    }
    TRY(session.kem_keys.fetch(hashes));
    Devices devices;
    for (const directory::DeviceRecord* device : active) {
        if (const auto key = session.kem_keys.find(device->kem))
            devices.holders.push_back({directory::holder(device->id), *key});
        else
            devices.without.push_back(device->id);
    }
    return devices;
}

// add_rotation drafts the next generation on `state` and puts its material into the request.
Result<KemSecretKey> add_rotation(Session& session, const directory::State& state,
                                  directory::Draft& draft, api::Append& request) {
    const PrincipalId self = principal(session.user());
    const directory::Generation* newest = state.newest_generation(self);
    if (newest == nullptr) return fail(errors::no_key_yet);
    const KemSecretKey* before = TRY(session.rings.secret(self, newest->number));
    Devices devices = TRY(devices_of(session, state, session.user()));
    NewGeneration made = make_generation(session.org(), self, newest->number + 1, before,
                                         std::move(devices.holders), session.entropy);
    directory::UserKeyRotated entry;
    entry.user = session.user();
    entry.generation.number = newest->number + 1;
    entry.generation.key = kem_key_hash(made.key);
    entry.generation.link = made.link;
    entry.generation.boxes = made.boxes;
    for (const directory::HolderId& id : made.without_box)
        devices.without.push_back(DeviceId::from(id.view().subspan(1)));
    std::sort(devices.without.begin(), devices.without.end());
    entry.generation.without_box = std::move(devices.without);
    draft.add(entry, {&session.secrets().signing});
    request.keys.push_back(made.key);
    request.generations.push_back(std::move(made.material));
    return std::move(made.secret);
}

void take_entries(directory::Draft& draft, api::Append& request) {
    for (Bytes& entry : draft.take()) request.entries.emplace_back(std::move(entry));
}

Result<> keep_newest(Session& session, const KemSecretKey& secret) {
    const PrincipalId self = principal(session.user());
    const directory::Generation* newest = session.directory.state().newest_generation(self);
    // Another device may have been first: then ours is nobody's key.
    if (newest == nullptr || newest->key != kem_key_hash(kem_public_key(secret))) return {};
    return session.rings.keep(self, newest->number, secret);
}

}  // namespace

bool rotation_due(const Session& session) {
    const directory::State& state = session.directory.state();
    const directory::UserRecord* self = state.user(session.user());
    if (self == nullptr || self->generations.empty()) return false;
    if (self->generations.back().stale()) return true;
    return std::any_of(self->without_box.begin(), self->without_box.end(),
                       [&](const DeviceId& device) { return state.device_active(device); });
}

Result<> rotate_user_key(Session& session) {
    std::optional<KemSecretKey> secret;
    TRY(append_built(session, [&]() -> Result<api::Append> {
        api::Append request;
        directory::Draft draft = session.draft();
        secret = TRY(add_rotation(session, session.directory.state(), draft, request));
        take_entries(draft, request);
        return request;
    }));
    return keep_newest(session, *secret);
}

Result<> append_and_rotate(Session& session, const directory::Body::Any& body,
                           const SigningKey& signer, const api::Append& material) {
    std::optional<KemSecretKey> secret;
    TRY(append_built(session, [&]() -> Result<api::Append> {
        api::Append request = material;
        directory::Draft draft = session.draft();
        draft.add(body, {&signer});
        directory::State after = session.directory.state().clone();
        TRY(after.apply_all(draft.entries()));
        // The kit that comes with this entry is one of the holders, and not known to the server
        // yet.
        TRY(session.kem_keys.learn(request.keys));
        secret = TRY(add_rotation(session, after, draft, request));
        take_entries(draft, request);
        return request;
    }));
    return keep_newest(session, *secret);
}

}  // namespace obhut::client
