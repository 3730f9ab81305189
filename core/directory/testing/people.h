// People for tests: their keys, and an organisation that grows through real entries. Test programs
// only.
#pragma once

#include "core/directory/build.h"
#include "core/directory/generation.h"

namespace obhut::directory::testing {

// SeededEntropy gives the same bytes for the same seed.
class SeededEntropy : public Entropy {
public:
    explicit SeededEntropy(std::uint64_t seed) : seed_(seed) {}
    void fill(MutableByteView out) override;

private:
    std::uint64_t seed_;
    std::uint64_t counter_ = 0;
};

// TestDevice is a device or kit with its private keys.
struct TestDevice {
    SigningKey signing;
    RequestKey request;
    DeviceKeys keys;
    DeviceKind kind = DeviceKind::full;

    DeviceId id() const { return device_id(keys); }
    static TestDevice make(Entropy& entropy, DeviceKind kind = DeviceKind::full);
};

struct TestUser {
    UserId id;
    SigningKey invitation;
    TestDevice device;
    TestDevice kit;
};

// TestOrg holds root keys and a state; every method appends one valid entry or more.
class TestOrg {
public:
    explicit TestOrg(std::uint64_t seed = 1);

    // found does what `org create` does: six entries; afterwards `anna` is an administrator.
    void found();
    // invite and enrol add a person; join does both.
    TestUser invite(const TestDevice& by);
    void enrol(TestUser& user, DeviceKind kind = DeviceKind::full);
    TestUser join();
    TestDevice add_device(const TestUser& user, const TestDevice& by,
                          DeviceKind kind = DeviceKind::full);
    void rotate(const TestUser& user, const TestDevice& by, std::vector<DeviceId> without = {});
    GroupId create_group(const TestUser& by, std::vector<UserId> members);

    // append signs and applies; the verdict. append_ok ends the program if it is not valid.
    Verdict append(Body::Any body, std::initializer_list<const SigningKey*> keys);
    void append_ok(Body::Any body, std::initializer_list<const SigningKey*> keys);
    // refused is the error of an entry that must be invalid; zero code if it was valid.
    Code refused(Body::Any body, std::initializer_list<const SigningKey*> keys);
    // sign makes the next entry without applying it.
    Bytes sign(Body::Any body, std::initializer_list<const SigningKey*> keys) const;
    Verdict apply(const Bytes& leaf);

    RootStatement root_statement() const;
    UserInvited invitation_of(const TestUser& user) const;
    UserEnrolled enrolment_of(const TestUser& user, DeviceKind kind = DeviceKind::full);
    KitStatement kit_statement(const TestDevice& kit);
    UserGeneration user_generation(std::uint32_t number);
    GroupGeneration group_generation(const GroupRecord* group);
    Hash random_hash() { return entropy.id<Hash>(); }
    void wait(Millis time) { now += time; }

    SeededEntropy entropy;
    State state;
    Millis now = 1'700'000'000'000;
    SigningKey root;
    SigningKey next_root;
    NoteKey log_key;
    TestUser anna;
    GroupId everyone;
    std::vector<Bytes> leaves;  // all that were applied
};

}  // namespace obhut::directory::testing
