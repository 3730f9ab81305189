#include "core/directory/testing/people.h"

#include <cstdio>

namespace obhut::directory::testing {

void SeededEntropy::fill(MutableByteView out) {
    for (std::size_t done = 0; done < out.size();) {
        Bytes block;
        append_be64(block, seed_);
        append_be64(block, counter_++);
        const Hash hash = sha256(block);
        const std::size_t count = std::min(out.size() - done, Hash::kSize);
        std::copy_n(hash.bytes.begin(), count, out.begin() + static_cast<std::ptrdiff_t>(done));
        done += count;
    }
}

TestDevice TestDevice::make(Entropy& entropy, DeviceKind kind) {
    TestDevice device;
    device.signing = SigningKey::generate(entropy);
    device.request = RequestKey::generate(entropy);
    device.keys = {device.signing.public_key(), device.request.public_key(),
                   entropy.id<KemKeyHash>()};
    device.kind = kind;
    return device;
}

TestOrg::TestOrg(std::uint64_t seed)
    : entropy(seed),
      root(SigningKey::generate(entropy)),
      next_root(SigningKey::generate(entropy)),
      log_key(NoteKey::generate(entropy)) {}

RootStatement TestOrg::root_statement() const {
    return {root.public_key(), key_id(next_root.public_key()), log_key.public_key()};
}

void TestOrg::found() {
    append_ok(root_statement(), {&root});
    append_ok(RootPolicy{{1}, {1}, {}, 0}, {&root});
    anna.id = entropy.id<UserId>();
    anna.invitation = SigningKey::generate(entropy);
    append_ok(invitation_of(anna), {&root});
    append_ok(AdminGranted{anna.id}, {&root});
    enrol(anna);
    everyone = entropy.id<GroupId>();
    append_ok(GroupCreated{everyone, true, {{anna.id, 0}}, {}, group_generation(nullptr)},
              {&anna.device.signing});
}

UserInvited TestOrg::invitation_of(const TestUser& user) const {
    const Hash email = sha256(user.id.view());
    return {user.id, email, user.invitation.public_key(), now + 7 * kDay};
}

TestUser TestOrg::invite(const TestDevice& by) {
    TestUser user;
    user.id = entropy.id<UserId>();
    user.invitation = SigningKey::generate(entropy);
    append_ok(invitation_of(user), {&by.signing});
    return user;
}

UserEnrolled TestOrg::enrolment_of(const TestUser& user, DeviceKind kind) {
    return {user.id, user.device.keys, kind, kit_statement(user.kit), user_generation(1)};
}

void TestOrg::enrol(TestUser& user, DeviceKind kind) {
    user.device = TestDevice::make(entropy, kind);
    user.kit = TestDevice::make(entropy, DeviceKind::kit);
    append_ok(enrolment_of(user, kind), {&user.invitation, &user.device.signing});
}

TestUser TestOrg::join() {
    TestUser user = invite(anna.device);
    enrol(user);
    return user;
}

TestDevice TestOrg::add_device(const TestUser& user, const TestDevice& by, DeviceKind kind) {
    TestDevice device = TestDevice::make(entropy, kind);
    const std::uint32_t number = state.user(user.id)->generations.back().number;
    append_ok(DeviceAdded{user.id, device.keys, kind, number, random_hash()}, {&by.signing});
    return device;
}

void TestOrg::rotate(const TestUser& user, const TestDevice& by, std::vector<DeviceId> without) {
    const std::size_t number = state.user(user.id)->generations.size() + 1;
    UserGeneration generation = user_generation(static_cast<std::uint32_t>(number));
    std::sort(without.begin(), without.end());
    generation.without_box = without;
    append_ok(UserKeyRotated{user.id, generation}, {&by.signing});
}

GroupId TestOrg::create_group(const TestUser& by, std::vector<UserId> members) {
    const GroupId id = entropy.id<GroupId>();
    members.push_back(by.id);
    append_ok(GroupCreated{id, false, seats(nullptr, members), {by.id}, group_generation(nullptr)},
              {&by.device.signing});
    return id;
}

Bytes TestOrg::sign(Body::Any body, std::initializer_list<const SigningKey*> keys) const {
    Draft draft(state, now);
    draft.add(std::move(body), keys);
    return draft.take()[0];
}

Verdict TestOrg::apply(const Bytes& leaf) {
    leaves.push_back(leaf);
    const auto verdict = state.apply(leaf);
    CHECK(verdict);
    return *verdict;
}

Verdict TestOrg::append(Body::Any body, std::initializer_list<const SigningKey*> keys) {
    return apply(sign(std::move(body), keys));
}

void TestOrg::append_ok(Body::Any body, std::initializer_list<const SigningKey*> keys) {
    const auto kind = static_cast<int>(Body{body}.kind());
    const Verdict verdict = append(std::move(body), keys);
    if (!verdict.valid())
        std::fprintf(stderr, "entry of kind %d is invalid: E-0%u\n", kind,
                     verdict.invalid->code.number);
    CHECK(verdict.valid());
}

Code TestOrg::refused(Body::Any body, std::initializer_list<const SigningKey*> keys) {
    const Verdict verdict = append(std::move(body), keys);
    return verdict.invalid ? verdict.invalid->code : Code{0, Kind::local};
}

KitStatement TestOrg::kit_statement(const TestDevice& kit) {
    return {kit.keys, random_hash(), random_hash(), 1};
}

UserGeneration TestOrg::user_generation(std::uint32_t number) {
    UserGeneration generation;
    generation.number = number;
    generation.key = entropy.id<KemKeyHash>();
    generation.link = number == 1 ? Hash{} : random_hash();
    generation.boxes = random_hash();
    return generation;
}

GroupGeneration TestOrg::group_generation(const GroupRecord* group) {
    GroupGeneration generation;
    generation.number =
        group == nullptr ? 1 : static_cast<std::uint32_t>(group->generations.size() + 1);
    generation.key = entropy.id<KemKeyHash>();
    generation.link = generation.number == 1 ? Hash{} : random_hash();
    generation.boxes = random_hash();
    if (group != nullptr) generation.without_box = group->stale;
    return generation;
}

}  // namespace obhut::directory::testing
