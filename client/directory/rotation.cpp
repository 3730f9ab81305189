#include "client/directory/rotation.h"

#include <algorithm>

#include "client/directory/people.h"

namespace obhut::client {
namespace {

// What the next generation of a user's key is made from: the newest one, and every device that
// counts, the kit included. A copy: asking the server for keys may let the directory move on.
struct Before {
    std::optional<directory::Generation> newest;
    std::vector<std::pair<DeviceId, KemKeyHash>> devices;
};

Before before_of(const directory::State& state, const UserId& user) {
    Before before;
    if (const auto* newest = state.newest_generation(principal(user))) before.newest = *newest;
    const directory::UserRecord* record = state.user(user);
    if (record == nullptr) return before;
    for (const DeviceId& id : record->devices) {
        const directory::DeviceRecord* device = state.device(id);
        if (device != nullptr && device->active()) before.devices.emplace_back(id, device->kem);
    }
    return before;
}

// Holders of the key, and who has none of it since the server withholds theirs.
struct Devices {
    std::vector<Holder> holders;
    std::vector<DeviceId> without;
};

Result<Devices> devices_of(Session& session, const Before& before) {
    std::vector<KemKeyHash> hashes;
    for (const auto& [id, key] : before.devices) hashes.push_back(key);
    TRY(session.kem_keys.fetch(hashes));
    Devices devices;
    for (const auto& [id, hash] : before.devices) {
        if (const auto key = session.kem_keys.find(hash))
            devices.holders.push_back({directory::holder(id), *key});
        else
            devices.without.push_back(id);
    }
    return devices;
}

// add_rotation drafts the next generation and puts its material into the request.
Result<KemSecretKey> add_rotation(Session& session, const Before& before, directory::Draft& draft,
                                  api::Append& request) {
    const PrincipalId self = principal(session.user());
    const std::optional<directory::Generation>& newest = before.newest;
    if (!newest) return fail(errors::no_key_yet);
    const KemSecretKey* secret = TRY(session.rings.secret(self, newest->number));
    Devices devices = TRY(devices_of(session, before));
    NewGeneration made = make_generation(session.org(), self, newest->number + 1, secret,
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
    return session.rings.keep(secret);
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
        secret = TRY(add_rotation(session, before_of(session.directory.state(), session.user()),
                                  draft, request));
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
        Before before;
        TRY(session.directory.state().try_out(draft.entries(), [&](const directory::State& after) {
            before = before_of(after, session.user());
        }));
        // The kit that comes with this entry is one of the holders, and not known to the server
        // yet.
        TRY(session.kem_keys.learn(request.keys));
        secret = TRY(add_rotation(session, before, draft, request));
        take_entries(draft, request);
        return request;
    }));
    return keep_newest(session, *secret);
}

}  // namespace obhut::client
