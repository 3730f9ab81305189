#include "tests/support/world.h"

#include "core/content/memory_ports.h"
#include "core/crypto/hash.h"
#include "protocols/api/errors.h"
#include "tests/support/test.h"

namespace obhut::test {

namespace {
constexpr const char* kHost = "http://obhut.test";
}

TestServer::TestServer(Clock& clock, std::uint64_t seed)
    : clock_(clock), entropy_(seed), store_(std::make_unique<storage::MemoryStore>()) {
    restart();
}

void TestServer::restart() {
    service_.reset();
    auto opened = services::Service::open(*store_, clock_, entropy_, services::Settings{});
    if (!EXPECT_OK(opened)) std::abort();
    service_ = std::move(*opened);
}

void TestServer::come_back() {
    constexpr std::uint64_t kLater = 6;
    const auto state = store_->server_state();
    if (!EXPECT_OK(state)) std::abort();
    storage::WriteBatch batch;
    batch.add(storage::SetIncarnation{state->incarnation, state->incarnation + kLater});
    EXPECT_OK(storage::commit_now(*store_, std::move(batch)).result);
    restart();
}

void TestServer::put(std::unique_ptr<storage::MemoryStore> store) {
    service_.reset();
    store_ = std::move(store);
    restart();
}

http::Response TestServer::answer(const http::Request& request) {
    if (mirror_ != nullptr && (!goes_ || goes_(request))) mirror_->answer(request);
    return service_->answer(request, services::Peer{"127.0.0.1", true}).response;
}

Result<http::Response> Wire::send(const http::Request& request, const client::CallOptions&) {
    ++requests_;
    append(sent_, as_bytes(request.target()));
    for (const auto& header : request.headers.all()) append(sent_, as_bytes(header.value));
    append(sent_, request.body);
    const Adversary::Server server = [this](const http::Request& asked) {
        return server_->answer(asked);
    };
    return adversary_ == nullptr ? Result<http::Response>(server(request))
                                 : adversary_->exchange(request, server);
}

client::Ticket Wire::submit(http::Request request, const client::CallOptions& options) {
    answers_.emplace(next_ticket_, send(request, options));
    return next_ticket_++;
}

Result<http::Response> Wire::collect(client::Ticket ticket) {
    const auto found = answers_.find(ticket);
    CHECK(found != answers_.end());
    Result<http::Response> answer = std::move(found->second);
    answers_.erase(found);
    return answer;
}

// There is no stream in one thread: people refresh when they want to know.
Result<http::Response> Wire::listen(const http::Request&, client::EventSink&,
                                    const client::CallOptions&) {
    return fail(errors::unreachable);
}

Result<std::unique_ptr<content::ByteSource>> LocalFiles::open(const std::string& path) {
    const auto found = files.find(path);
    if (found == files.end()) return fail(errors::not_there);
    ++opened;
    return std::unique_ptr<content::ByteSource>(
        std::make_unique<content::MemorySource>(found->second));
}

Bytes LocalFiles::state(const std::string& path) {
    const auto found = files.find(path);
    return found == files.end() ? Bytes() : to_bytes(sha256(found->second).view());
}

Person::Person(Clock& clock, TestServer& server, std::uint64_t seed)
    : entropy_(seed), clock_(clock), store_(std::make_unique<MortalStore>(disk_)), wire_(server) {
    const Result<> opened = reopen();
    if (!EXPECT_OK(opened)) std::abort();
}

Result<> Person::open() {
    engine_.reset();
    store_ = std::make_unique<MortalStore>(disk_);
    engine_ = TRY(client::Engine::open(
        {wire_, *store_, clock_, entropy_, executor_, nullptr, &waiter_, &files}));
    return {};
}

Result<> Person::reopen() {
    TRY(open());
    if (!engine_->status().exists) return {};
    return engine_->unlock(as_bytes(kPassphrase));
}

Result<> Person::restart() {
    const WrapKey key = TRY(engine_->profile_key());
    TRY(open());
    return engine_->unlock_with(key);
}

World::World(std::uint64_t seed) : seed_(seed), server_(clock_, seed * 1000) {}

Person& World::stranger(const std::string& name) {
    auto& person = people_[name];
    person = std::make_unique<Person>(clock_, server_, seed_ * 1000 + people_.size());
    person->email = name + "@example.org";
    return *person;
}

Person& World::found(const std::string& name) {
    Person& person = stranger(name);
    client::NewOrganisation request;
    request.host = kHost;
    request.name = "Rathaus";
    request.email = person.email;
    request.password = SecretBytes(as_bytes(kPassphrase));
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    request.kit_is_kept = true;
    auto created = person.engine().create_organisation(request);
    if (!EXPECT_OK(created)) return person;
    kits_.emplace(name, std::move(created->kit));
    root_kit_ = std::make_unique<client::RootKit>(std::move(*created->root_kit));
    return person;
}

Result<client::Invitation> World::invitation(const std::string& name, Person& by) {
    client::InviteRequest request;
    request.email = name + "@example.org";
    return by.engine().invite(request);
}

Person& World::join(const std::string& name, Person& by) {
    Person& person = stranger(name);
    auto invited = invitation(name, by);
    if (!EXPECT_OK(invited)) return person;
    client::JoinRequest request;
    request.invitation = std::move(*invited);
    request.password = SecretBytes(as_bytes(kPassphrase));
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    request.kit_is_kept = true;
    auto joined = person.engine().join(request);
    if (EXPECT_OK(joined)) kits_.emplace(name, std::move(joined->kit));
    return person;
}

}  // namespace obhut::test
