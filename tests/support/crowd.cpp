#include "tests/support/crowd.h"

#include "client/directory/generation_keys.h"
#include "client/directory/people.h"
#include "client/enrolment/enrolment.h"

namespace obhut::test {
namespace {

using namespace client;  // NOLINT: a helper of its tests

// What somebody brings who enrols, without the seconds that a password takes.
struct Newly {
    Bystander person;
    directory::UserEnrolled entry;
    api::Append material;
};

Newly enrolment(const OrgId& org, const UserId& user, Entropy& entropy) {
    Newly made;
    made.person.user = user;
    made.person.device = DeviceSecrets::generate(entropy);
    const DeviceSecrets kit = DeviceSecrets::generate(entropy);
    const directory::DeviceKeys device_keys = made.person.device.public_keys();
    NewGeneration generation = make_generation(
        org, principal(user), 1, nullptr,
        {{directory::holder(directory::device_id(device_keys)), made.person.device.kem_public()}},
        entropy);
    api::KitDeposit deposit;
    deposit.user = user;
    deposit.password_blob = to_bytes(user.view());
    deposit.recovery_blob = to_bytes(user.view());
    made.entry.user = user;
    made.entry.device = device_keys;
    made.entry.kit = {kit.public_keys(), sha256(deposit.password_blob),
                      sha256(deposit.recovery_blob), 1};
    made.entry.generation.number = 1;
    made.entry.generation.key = kem_key_hash(generation.key);
    made.entry.generation.boxes = generation.boxes;
    made.entry.generation.without_box = {directory::device_id(made.entry.kit.keys)};
    made.person.user_key = std::move(generation.secret);
    made.material.keys = {made.person.device.kem_public(), kit.kem_public(), generation.key};
    made.material.generations.push_back(std::move(generation.material));
    made.material.kit = std::move(deposit);
    return made;
}

}  // namespace

std::vector<Bystander> crowd(Person& administrator, std::size_t count, std::uint64_t seed) {
    Session& session = administrator.engine().session();
    TestEntropy entropy(seed);
    std::vector<Bystander> people;
    EXPECT_OK(session.directory.catch_up());
    // The entries follow each other in a copy of the log's state; the client catches up once.
    directory::State state = session.directory.state().clone();
    for (std::size_t i = 0; i < count; ++i) {
        const UserId user = entropy.id<UserId>();
        const SigningKey invitation = SigningKey::generate(entropy);
        const Bytes salt = to_bytes(user.view());
        const std::string email = "p" + std::to_string(i) + "-" + std::to_string(seed) + "@x.org";
        Newly made = enrolment(session.org(), user, entropy);
        directory::Draft draft(state, session.remote.now(), to_bytes(session.directory.note()));
        draft.add(directory::UserInvited{user, directory::email_hash(salt, email),
                                         invitation.public_key(), session.remote.now() + kDay},
                  {&session.secrets().signing});
        draft.add(made.entry, {&invitation, &made.person.device.signing});
        if (!EXPECT_OK(state.apply_all(draft.entries()))) return people;
        for (Bytes& entry : draft.take()) made.material.entries.emplace_back(std::move(entry));
        made.material.openings.push_back({user, email, salt});
        if (!EXPECT_OK(session.remote.append(made.material))) return people;
        people.push_back(std::move(made.person));
    }
    EXPECT_OK(session.directory.catch_up());
    return people;
}

std::vector<UserId> ids_of(const std::vector<Bystander>& people) {
    std::vector<UserId> ids;
    for (const Bystander& person : people) ids.push_back(person.user);
    return ids;
}

}  // namespace obhut::test
