// The store fails under a request: the server says so. It never takes "cannot tell" for "is not
// there", since clients draw conclusions from what is not there.
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

}  // namespace obhut::services::testing
