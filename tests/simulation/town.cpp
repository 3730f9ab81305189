#include "tests/simulation/town.h"

#include "client/links/links.h"
#include "protocols/api/errors.h"

namespace obhut::simulation {
namespace {

constexpr std::string_view kPassphrase = "correct horse battery staple";
constexpr const char* kHost = "http://obhut.test";
constexpr const char* kNames[] = {"anna", "bernd", "clara", "dora", "emil", "frida"};

services::Settings unlimited() {
    const services::Rate any{1e6, 1e6};
    services::Settings settings;
    settings.open = settings.sign_in_address = settings.sign_in_account = settings.device = any;
    return settings;
}

}  // namespace

// ---- the server

Server::Server(Clock& clock, std::uint64_t seed)
    : clock_(clock),
      entropy_(seed),
      store_(std::make_unique<storage::MemoryStore>()),
      failing_(std::make_unique<storage::FailingStore>(*store_)) {
    restart();
}

void Server::restart() {
    service_.reset();
    fails_at_ = 0;
    failing_ = std::make_unique<storage::FailingStore>(*store_);
    auto opened = services::Service::open(*failing_, clock_, entropy_, unlimited());
    CHECK(opened.has_value());
    service_ = std::move(*opened);
}

void Server::fail_soon(std::uint64_t calls, Code error, storage::FailingStore::When when) {
    failing_->fail_at(calls, error, when);
    fails_at_ = failing_->calls() + calls + 1;
    ends_process_ = when == storage::FailingStore::When::after;
}

http::Response Server::answer(const http::Request& request) {
    http::Response response = service_->answer(request, services::Peer{"127.0.0.1", true}).response;
    if (fails_at_ != 0 && failing_->calls() >= fails_at_) {
        fails_at_ = 0;
        if (ends_process_) restart();
    }
    return response;
}

void Server::tend() {
    for (int i = 0; i < 16; ++i) {
        const Result<bool> more = service_->tend();
        if (!more || !*more) return;
    }
}

std::unique_ptr<storage::MemoryStore> Server::put(std::unique_ptr<storage::MemoryStore> store) {
    service_.reset();
    std::swap(store_, store);
    restart();
    return store;
}

void Server::come_back() {
    const auto state = store_->server_state();
    CHECK(state.has_value());
    storage::WriteBatch batch;
    batch.add(storage::SetIncarnation{state->incarnation, ++incarnation_});
    CHECK(storage::commit_now(*store_, std::move(batch)).result.has_value());
    restart();
}

// ---- a device

Result<> MemoryKeyring::store(std::string_view name, const SecretBytes& secret) {
    secrets_.insert_or_assign(std::string(name), SecretBytes(secret.expose()));
    return {};
}

Result<SecretBytes> MemoryKeyring::load(std::string_view name) {
    const auto found = secrets_.find(name);
    if (found == secrets_.end()) return fail(errors::keyring_empty);
    return SecretBytes(found->second.expose());
}

Result<> MemoryKeyring::erase(std::string_view name) {
    const auto found = secrets_.find(name);
    if (found != secrets_.end()) secrets_.erase(found);
    return {};
}

class Device::VirtualWaiter final : public client::Waiter {
public:
    explicit VirtualWaiter(Town& town) : town_(town) {}
    void wait(Millis time) override { town_.clock.advance(time); }

private:
    Town& town_;
};

class Device::Wire final : public client::Transport {
public:
    explicit Wire(Device& device) : device_(device) {}

    Result<http::Response> send(const http::Request& request,
                                const client::CallOptions& = {}) override {
        Town& town = device_.town_;
        // A program that has died says nothing any more.
        if (device_.store_->dead()) return fail(errors::unreachable);
        Trouble* trouble = town.trouble;
        if (trouble == nullptr) return town.server.answer(request);
        const RequestFate fate = trouble->request(device_, request);
        if (fate == RequestFate::cut) return fail(errors::unreachable);
        trouble->on_the_way(device_, request);
        if (fate == RequestFate::delayed) {
            trouble->delayed(request);
            return fail(errors::outcome_unknown);
        }
        http::Response response = town.server.answer(request);
        trouble->answered(device_, request, response);
        if (fate == RequestFate::lost) return fail(errors::outcome_unknown);
        if (fate == RequestFate::twice || fate == RequestFate::second) {
            http::Response again = town.server.answer(request);
            trouble->answered(device_, request, again);
            if (fate == RequestFate::second) response = std::move(again);
        }
        return response;
    }

    client::Ticket submit(http::Request request, const client::CallOptions& options = {}) override {
        answers_.emplace(next_, send(request, options));
        return next_++;
    }
    Result<http::Response> collect(client::Ticket ticket) override {
        const auto found = answers_.find(ticket);
        CHECK(found != answers_.end());
        Result<http::Response> answer = std::move(found->second);
        answers_.erase(found);
        return answer;
    }
    Result<http::Response> listen(const http::Request&, client::EventSink&,
                                  const client::CallOptions& = {}) override {
        return fail(errors::unreachable);
    }

private:
    Device& device_;
    client::Ticket next_ = 1;
    std::map<client::Ticket, Result<http::Response>> answers_;
};

Device::Device(Town& town, std::string name, std::size_t person, std::uint64_t seed)
    : clock(town.clock),
      entropy(seed),
      town_(town),
      name_(std::move(name)),
      person_(person),
      waiter_(std::make_unique<VirtualWaiter>(town)) {}

Device::~Device() = default;

Result<> Device::start() {
    engine_.reset();
    ++runs;
    wire_ = std::make_unique<Wire>(*this);
    store_ = std::make_unique<SimulatedStore>(disk, [this] {
        Trouble* trouble = town_.trouble;
        return trouble == nullptr ? CommitFate::kept : trouble->commit(*this);
    });
    auto opened = client::Engine::open(
        {*wire_, *store_, clock, entropy, executor_, &keyring_, waiter_.get()});
    if (!opened) return std::unexpected(opened.error());
    engine_ = std::move(*opened);
    if (!engine_->status().exists || !key) return {};
    const Result<> unlocked = engine_->unlock_with(*key);
    if (!unlocked)
        engine_.reset();
    else
        client::renew_links_with(*engine_, town_.renewal);
    return unlocked;
}

void Device::stop(bool power_loss, test::TestEntropy& dice) {
    engine_.reset();
    if (!power_loss) return;  // what was relaxed is in the system's memory, and not lost yet
    ++times_cut;
    disk.lose_power(dice);
    disk.relaxed.clear();
}

void Device::set_back(const Disk& older) {
    engine_.reset();
    disk = older.copy();
    ++times_back;
}

Result<> Device::adopt_key() {
    key = TRY(engine_->profile_key());
    id = engine_->status().device;
    client::renew_links_with(*engine_, town_.renewal);
    return {};
}

// ---- the people

namespace {

Result<client::RootKit> found_by(Device& device) {
    client::NewOrganisation request;
    request.host = kHost;
    request.name = "Rathaus";
    request.email = device.name() + "@example.org";
    request.password = SecretBytes(as_bytes(kPassphrase));
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    request.kit_is_kept = true;
    client::Created created = TRY(device.engine().create_organisation(request));
    CHECK(created.root_kit.has_value());
    return std::move(*created.root_kit);
}

Result<> join(Device& device, Device& administrator) {
    client::InviteRequest invite;
    invite.email = device.name() + "@example.org";
    client::JoinRequest request;
    request.invitation = TRY(administrator.engine().invite(invite));
    request.password = SecretBytes(as_bytes(kPassphrase));
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    request.kit_is_kept = true;
    TRY(device.engine().join(request));
    return {};
}

}  // namespace

Result<std::unique_ptr<Town>> found(std::size_t people) {
    CHECK(people <= std::size(kNames));
    auto town = std::make_unique<Town>(1);
    for (std::size_t person = 0; person < people; ++person) {
        town->devices.push_back(
            std::make_unique<Device>(*town, kNames[person], person, 1000 + person));
        Device& device = *town->devices.back();
        TRY(device.start());
        if (person == 0)
            town->root_kit = std::make_unique<client::RootKit>(TRY(found_by(device)));
        else
            TRY(join(device, *town->devices[0]));
        TRY(device.adopt_key());
        town->users.push_back(device.engine().status().user);
    }
    return town;
}

}  // namespace obhut::simulation
