#include "client/enrolment/new_device.h"

#include "protocols/api/errors.h"

namespace obhut::client {

const directory::Generation* newest_fresh(const Session& session, const UserId& user) {
    const auto* newest = session.directory.state().newest_generation(principal(user));
    return newest == nullptr || newest->stale() ? nullptr : newest;
}

Result<> add_device(Session& session, const UserId& user, const NewDevice& device,
                    const SigningKey& signer, const KemSecretKey* user_key) {
    constexpr int kTries = 5;
    for (int tried = 1;; ++tried) {
        const auto* newest = session.directory.state().newest_generation(principal(user));
        if (newest == nullptr) return fail(errors::answer_malformed);
        directory::DeviceAdded entry;
        entry.user = user;
        entry.device = device.keys;
        entry.device_kind = device.kind;
        entry.generation = newest->number;
        api::Append request;
        request.keys.push_back(device.kem);
        if (user_key != nullptr && !newest->stale()) {
            const directory::HolderId holder = directory::holder(directory::device_id(device.keys));
            Bytes box =
                TRY(seal_to_holder(session.directory.state().org(), principal(user), newest->number,
                                   *user_key, {holder, device.kem}, session.entropy));
            entry.box = sha256(box);
            api::GenerationMaterial material;
            material.principal = principal(user);
            material.number = newest->number;
            material.boxes.push_back({api::RecipientId::from(holder.view()), std::move(box)});
            request.generations.push_back(std::move(material));
        }
        directory::Draft draft = session.draft();
        draft.add(entry, {&signer});
        for (Bytes& bytes : draft.take()) request.entries.emplace_back(std::move(bytes));
        const auto sent = session.directory.append(request);
        TRY(session.directory.catch_up());
        if (session.directory.state().device_active(directory::device_id(device.keys))) return {};
        if (!sent && (!build_again(sent.error()) || tried == kTries))
            return std::unexpected(sent.error());
        if (sent) return fail(errors::answer_malformed);
    }
}

}  // namespace obhut::client
