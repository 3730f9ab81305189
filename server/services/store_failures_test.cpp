// The store fails under a request: the server says so. It never takes "cannot tell" for "is not
// there", since clients draw conclusions from what is not there.
#include "core/crypto/hash.h"
#include "protocols/api/drops.h"
#include "protocols/api/errors.h"
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

}  // namespace obhut::services::testing
