// The store fails under a request: the server says so. It never takes "cannot tell" for "is not
// there", since clients draw conclusions from what is not there.
#include "core/crypto/hash.h"
#include "protocols/api/drops.h"
#include "protocols/api/errors.h"
#include "protocols/api/heads.h"
#include "protocols/api/leases.h"
#include "server/services/heads_service.h"
#include "server/services/testing/office.h"
#include "server/storage/failing_store.h"

namespace obhut::services::testing {
namespace {

// Asks again and again while one call of the store after the other fails.
class Asking {
public:
    explicit Asking(Office& office)
        : office_(office),
          store_(office.store),
          service_(*Service::open(store_, office.clock, office.entropy, Settings{})) {}

    using Make = std::function<http::Request()>;
    void ask(const std::string& what, const Make& make) {
        const http::Response honest = service_->handle(make());
        std::uint64_t failed = 0;
        for (std::uint64_t n = 0; n < 50; ++n) {
            const std::uint64_t before = store_.calls();
            store_.fail_at(n, errors::storage_io, storage::FailingStore::When::before);
            const http::Response answer = service_->handle(make());
            if (store_.calls() <= before + n) break;
            ++failed;
            const bool told = answer.status >= 500;
            const bool unharmed = answer.status == honest.status && answer.body == honest.body;
            if (!told && !unharmed)
                test::report_failure(__FILE__, __LINE__,
                                     what + ", call " + std::to_string(n) + ": status " +
                                         std::to_string(answer.status));
        }
        store_.fail_at(1'000'000, errors::storage_io, storage::FailingStore::When::before);
        if (failed == 0) test::report_failure(__FILE__, __LINE__, what + " asks nothing");
    }

private:
    Office& office_;
    storage::FailingStore store_;
    std::unique_ptr<Service> service_;
};

}  // namespace

TEST(a_failing_store_is_never_taken_for_an_empty_one) {
    Office office;
    const Person bernd = office.join("bernd@example.org");
    TestSpace space = office.new_space(office.anna);
    const api::NewSpace creation =
        office.creating(space, office.anna, {{principal(office.anna.id), space::Role::manager}});
    EXPECT_OK(error_of(office.post(office.anna.device, "/v1/spaces", creation)));
    office.taken(space, creation.roster.view());

    Asking asking(office);
    const TestDevice& device = office.anna.device;
    for (const std::string& target :
         {std::string("/v1/spaces"), office.path(space, "/links?from=0"),
          office.path(space, "/rosters?from=0"), office.path(space, "/lists/1"),
          office.path(space, "/epochs/1"), std::string("/v1/quota"), std::string("/v1/openings"),
          std::string("/v1/log/tile/entries/000.p/3")})
        asking.ask(target,
                   [&] { return office.signed_request(device, http::Method::get, target); });
    // Somebody who is no member is refused, but not because the store fails.
    asking.ask("links of a stranger", [&] {
        return office.signed_request(bernd.device, http::Method::get,
                                     office.path(space, "/links?from=0"));
    });
    asking.ask("generations", [&] {
        return office.signed_request(device, http::Method::post, "/v1/generations/get",
                                     encode(api::GenerationWanted{principal(office.anna.id), 1}));
    });
    asking.ask("making a space again", [&] {
        return office.signed_request(device, http::Method::post, "/v1/spaces", encode(creation));
    });
    const api::HeadsWanted wanted{{principal(office.anna.id)}};
    const auto heads = message_of<api::Heads>(office.post(device, "/v1/heads", wanted));
    REQUIRE(heads.has_value());
    asking.ask("heads", [&] {
        return office.signed_request(device, http::Method::post, "/v1/heads", encode(wanted));
    });
    // Without a proof, what stands before an event counts as signed with the past.
    asking.ask("a head's proof", [&] {
        return office.signed_request(
            device, http::Method::post, "/v1/heads/proof",
            encode(api::HeadWanted{*space::heads_root(heads->heads), space.id}));
    });
    asking.ask("sign-in", [&] {
        api::SignIn request{office.anna.email, api::Credential::password,
                            office.anna.password_auth.clone()};
        http::Request asked;
        asked.method = http::Method::post;
        asked.path = "/v1/sign-in";
        asked.headers.set(http::kContentType, std::string(http::kCbor));
        asked.body = encode(request);
        return asked;
    });
}

// The list of heads under an entry is what later proves that a link was there before it.
TEST(a_failing_store_forgets_no_heads_that_an_entry_carries) {
    for (const bool asked_again : {false, true}) {
        std::uint64_t failed = 0;
        for (std::uint64_t n = 0; n < 50; ++n) {
            Office office;
            const Person bernd = office.join("bernd@example.org");
            const TestDevice& device = office.anna.device;
            TestSpace space = office.new_space(office.anna);
            const api::NewSpace creation = office.creating(
                space, office.anna, {{principal(office.anna.id), space::Role::manager}});
            EXPECT_OK(error_of(office.post(device, "/v1/spaces", creation)));
            const api::HeadsWanted wanted{{principal(office.anna.id)}};
            const auto heads = message_of<api::Heads>(office.post(device, "/v1/heads", wanted));
            REQUIRE(heads.has_value());
            const Hash root = *space::heads_root(heads->heads);
            const api::Append append =
                office.append_of(directory::UserDisabled{bernd.id, root}, {&device.signing});

            storage::FailingStore store(office.store);
            const auto service = *Service::open(store, office.clock, office.entropy, Settings{});
            const auto post = [&](const std::string& target, Bytes body) {
                return service->handle(
                    office.signed_request(device, http::Method::post, target, std::move(body)));
            };
            const auto add = [&] { return post("/v1/log/entries", encode(append)); };
            if (asked_again) EXPECT_OK(error_of(add()));
            const std::uint64_t before = store.calls();
            store.fail_at(n, errors::storage_io, storage::FailingStore::When::before);
            const http::Response answer = asked_again ? post("/v1/heads", encode(wanted)) : add();
            const bool all_passed = store.calls() <= before + n;
            store.fail_at(1'000'000, errors::storage_io, storage::FailingStore::When::before);
            if (!asked_again && answer.status >= 500) EXPECT_OK(error_of(add()));
            office.clock.time += 2 * HeadsService::kUnusedFor;
            EXPECT_OK(store.tend(office.clock.now()));
            EXPECT_OK(error_of(post("/v1/heads/proof", encode(api::HeadWanted{root, space.id}))));
            if (all_passed) break;
            ++failed;
        }
        EXPECT(failed > 0);
    }
}

TEST(a_failing_store_closes_no_link_and_empties_no_inbox) {
    Office office;
    TestSpace space = office.new_space(office.anna);
    const api::NewSpace creation =
        office.creating(space, office.anna, {{principal(office.anna.id), space::Role::manager}});
    EXPECT_OK(error_of(office.post(office.anna.device, "/v1/spaces", creation)));
    office.taken(space, creation.roster.view());
    const Secret<32> auth(Bytes(32, 7));
    const auto id = api::LinkId::from(Bytes(16, 1));
    api::LinkTerms terms;
    terms.kind = api::LinkKind::upload;
    terms.auth = sha256(auth.expose());
    api::AppendLink commit = office.commit(space, office.anna, {office.object()});
    commit.links.emplace().push_back({id, terms, Bytes(1000, 2)});
    EXPECT_OK(error_of(office.post(office.anna.device, office.path(space, "/links"), commit)));
    office.taken(space, commit.link.view());
    const api::VisitId visit = api::VisitId::from(Bytes(16, 3));
    const auto open = [](const std::string& path, Bytes body) {
        http::Request asked;
        asked.method = http::Method::post;
        asked.path = path;
        asked.headers.set(http::kContentType, std::string(http::kCbor));
        asked.body = std::move(body);
        return asked;
    };

    Asking asking(office);
    asking.ask("opening a link", [&] {
        return open("/v1/links/" + id.hex() + "/open", encode(api::OpenLink{auth.clone(), visit}));
    });
    asking.ask("objects of a link", [&] {
        return open("/v1/visits/" + visit.hex() + "/objects/get",
                    encode(api::ObjectsWanted{{ObjectId{}}}));
    });
    asking.ask("a drop by a link", [&] {
        return open("/v1/visits/" + visit.hex() + "/drops",
                    encode(api::PutDrop{Bytes(100, 1), {}, 0}));
    });
    const std::string inbox = "/v1/inboxes/" + api::inbox(office.anna.id).hex();
    const std::string uploads = "/v1/inboxes/" + api::inbox(space.id).hex();
    for (const std::string& target :
         {std::string("/v1/inboxes"), inbox + "/key", inbox + "/drops", uploads + "/drops",
          office.path(space, "/leases"), office.path(space, "/shares")})
        asking.ask(target, [&] {
            return office.signed_request(office.anna.device, http::Method::get, target);
        });
}

// Whoever took a lease and is told version 0 takes it for another's at its first renewal.
TEST(a_lease_is_answered_with_its_version_or_not_at_all) {
    Office office;
    const TestDevice& device = office.anna.device;
    TestSpace space = office.new_space(office.anna);
    const api::NewSpace creation =
        office.creating(space, office.anna, {{principal(office.anna.id), space::Role::manager}});
    EXPECT_OK(error_of(office.post(device, "/v1/spaces", creation)));
    storage::FailingStore store(office.store);
    const auto service = *Service::open(store, office.clock, office.entropy, Settings{});
    std::uint64_t failed = 0;
    for (std::uint8_t n = 0; n < 50; ++n) {
        const auto id = api::LeaseId::from(Bytes(16, n));
        const std::uint64_t before = store.calls();
        store.fail_at(n, errors::storage_io, storage::FailingStore::When::before);
        const http::Response answer = service->handle(office.signed_request(
            device, http::Method::post, office.path(space, "/leases/" + id.hex()),
            encode(api::PutLease{0, Bytes(100, 1), kMinute})));
        if (store.calls() <= before + n) break;
        ++failed;
        if (answer.status >= 500) continue;
        const auto lease = message_of<api::Lease>(answer);
        EXPECT(lease && lease->version > 0);
    }
    EXPECT(failed > 0);
}

}  // namespace obhut::services::testing
