// An organisation at a Service, made by real signed requests on the memory store. Test programs
// only.
//
//     Office office;                          // Anna has founded it
//     Person bernd = office.join("bernd@example.org");
//     http::Response answer = office.signed_post(office.anna, "/v1/…", message);
#pragma once

#include "core/crypto/box.h"
#include "core/directory/note.h"
#include "core/directory/testing/people.h"
#include "core/space/build.h"
#include "core/space/directory_adapter.h"
#include "protocols/api/problem.h"
#include "server/services/account_service.h"
#include "server/services/service.h"
#include "server/services/space_service.h"
#include "server/storage/memory_store.h"
#include "tests/support/test.h"

namespace obhut::services::testing {

using directory::testing::SeededEntropy;
using directory::testing::TestDevice;

class TestClock final : public Clock {
public:
    Millis time = 1'700'000'000'000;
    bool real = false;  // the machine's own
    Millis now() override;
};

struct Person {
    UserId id;
    std::string email;
    SigningKey invitation;
    TestDevice device;
    TestDevice kit;
    Secret<32> password_auth;
    Secret<32> recovery_auth;
    api::KitDeposit deposit;
};

// Space as its members' clients have it.
struct TestSpace {
    SpaceId id;
    Bytes genesis;
    space::Chain chain;
    space::EpochKeys keys;
};

class Office : public space::NoteJudge, public space::KemKeySource {
public:
    explicit Office(const Settings& settings = {}, bool found = true);
    // An organisation at a server elsewhere, which has none yet.
    using Carrier = std::function<http::Response(const http::Request&)>;
    explicit Office(Carrier carrier, std::uint64_t seed);

    // Everything a founding or joining request needs; nothing is sent.
    api::Append founding();
    api::Append inviting(Person& person);
    api::Append enrolling(Person& person);
    // As above, sent and mirrored.
    void found();
    Person invite(const std::string& email);
    Person join(const std::string& email);
    // mirror applies entries that the server took.
    void mirror(const api::Append& append);

    // append signs one entry about somebody and gives the request for it.
    api::Append append_of(directory::Body::Any body, std::initializer_list<const SigningKey*> keys);
    // generation makes a fresh key for a user with boxes to `devices`, and adds its material to the
    // request.
    directory::UserGeneration generation(api::Append& append, const UserId& user,
                                         std::uint32_t number, std::vector<DeviceId> devices);
    TestDevice device(api::Append& append,
                      directory::DeviceKind kind = directory::DeviceKind::full);

    // ---- requests
    http::Request signed_request(const TestDevice& device, http::Method method,
                                 const std::string& target, Bytes body = {},
                                 http::Covered covered = http::Covered::body);
    http::Response send(const http::Request& request) {
        return carrier_ ? carrier_(request) : service->handle(request);
    }
    http::Response get(const TestDevice& device, const std::string& target) {
        return send(signed_request(device, http::Method::get, target));
    }
    template <class Message>
    http::Response post(const TestDevice& device, const std::string& target,
                        const Message& message) {
        return send(signed_request(device, http::Method::post, target, encode(message)));
    }
    http::Response post_open(const std::string& target, Bytes body);
    http::Response get_open(const std::string& target);

    // ---- spaces
    TestSpace new_space(const Person& creator);
    api::NewSpace creating(TestSpace& space, const Person& creator,
                           const std::vector<std::pair<PrincipalId, space::Role>>& roles);
    // A roster entry, commit on top of `space`, which is changed by taken() only.
    api::AppendLink roster(TestSpace& space, const Person& by,
                           const std::vector<std::pair<PrincipalId, space::Role>>& roles,
                           std::optional<std::uint64_t> limit = {});
    api::AppendLink commit(TestSpace& space, const Person& by, std::vector<Bytes> nodes,
                           space::Lists lists = {});
    void taken(TestSpace& space, ByteView link);
    space::Author author(const Person& person);
    std::string path(const TestSpace& space, const std::string& rest) {
        return "/v1/spaces/" + space.id.hex() + rest;
    }
    Bytes object(std::size_t size = 2048);  // random bytes, as sealed ones look

    Result<space::Checkpoint> judge(ByteView note) override;
    std::optional<KemPublicKey> find(const space::Member& member) override;

    TestClock clock;
    SeededEntropy entropy{7};
    storage::MemoryStore store;
    std::unique_ptr<Service> service;
    directory::State state;
    NotePublicKey log_key;
    SigningKey root;
    SigningKey next_root;
    Person anna;
    GroupId everyone;
    std::map<KemKeyHash, KemPublicKey> kem_keys;

private:
    void begin(bool founded);
    Carrier carrier_;
    KemKeyHash new_key(api::Append& append);
    std::string newest_note();
};

// error_of is the public error of an answer, for EXPECT_ERROR.
Result<> error_of(const http::Response& response);
template <class Message>
Result<Message> message_of(const http::Response& response) {
    TRY(api::check(response));
    return decode<Message>(response.body);
}

}  // namespace obhut::services::testing
