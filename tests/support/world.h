// World: a server and people with their engines in one process, on virtual time, without sockets or
// threads.
//
//     World world;
//     Person& anna = world.found("anna");         // creates the organisation
//     Person& bernd = world.join("bernd", anna);  // invited and joined
//
// Every person talks through a Wire of their own. An Adversary on the wire sees each request before
// the server does and each answer before the client does, and may change, keep, repeat or invent
// either: it plays the hostile server, with the real one as its memory. A World can be forked: the
// second server starts as a copy of the first.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "client/engine.h"
#include "client/ports/waiter.h"
#include "client/spaces/space.h"
#include "server/services/service.h"
#include "server/storage/memory_store.h"
#include "tests/support/entropy.h"
#include "tests/support/mortal_store.h"

namespace obhut::test {

class VirtualClock final : public Clock {
public:
    explicit VirtualClock(Millis start = 1'800'000'000'000) : now_(start) {}
    Millis now() override { return now_; }
    void advance(Millis time) { now_ += time; }
    void set(Millis now) { now_ = now; }

private:
    Millis now_;
};

// TestServer is a whole obhutd without its front.
class TestServer {
public:
    TestServer(Clock& clock, std::uint64_t seed);
    // restart opens the services anew on what is stored: as after a crash.
    void restart();
    // come_back restarts it as from a backup: under another incarnation, 6 later.
    void come_back();
    services::Service& service() { return *service_; }
    storage::MemoryStore& store() { return *store_; }
    // put takes another store in place of the one there is, and starts on it.
    void put(std::unique_ptr<storage::MemoryStore> store);
    http::Response answer(const http::Request& request);

    // mirror lets another server, made with the same seed, do all that this one is asked, where
    // `goes` says so: afterwards both tell the same story, and can be made to tell two.
    using Goes = std::function<bool(const http::Request&)>;
    void mirror(TestServer* other, Goes goes = {}) {
        mirror_ = other;
        goes_ = std::move(goes);
    }

private:
    Clock& clock_;
    TestEntropy entropy_;
    TestServer* mirror_ = nullptr;
    Goes goes_;
    std::unique_ptr<storage::MemoryStore> store_;
    std::unique_ptr<services::Service> service_;
};

// Adversary stands between one client and the server. The default is honest.
class Adversary {
public:
    virtual ~Adversary() = default;
    // exchange answers a request; `server` is what the honest server would say, and does what it
    // does.
    using Server = std::function<http::Response(const http::Request&)>;
    virtual Result<http::Response> exchange(const http::Request& request, const Server& server) {
        return server(request);
    }
};

// Wire is the Transport of one person. It notes everything that went over it.
class Wire final : public client::Transport {
public:
    explicit Wire(TestServer& server) : server_(&server) {}

    void connect(TestServer& server) { server_ = &server; }
    void attack(Adversary* adversary) { adversary_ = adversary; }
    // sent and received are all bodies and lines so far, for searching secrets in them.
    const Bytes& sent() const { return sent_; }
    std::size_t requests() const { return requests_; }

    Result<http::Response> send(const http::Request& request,
                                const client::CallOptions& options = {}) override;
    client::Ticket submit(http::Request request, const client::CallOptions& options = {}) override;
    Result<http::Response> collect(client::Ticket ticket) override;
    Result<http::Response> listen(const http::Request& request, client::EventSink& sink,
                                  const client::CallOptions& options = {}) override;

private:
    TestServer* server_;
    Adversary* adversary_ = nullptr;
    Bytes sent_;
    std::size_t requests_ = 0;
    client::Ticket next_ticket_ = 1;
    std::map<client::Ticket, Result<http::Response>> answers_;
};

// LocalFiles are the files of a person's machine, by path.
class LocalFiles final : public client::OriginFiles {
public:
    Result<std::unique_ptr<content::ByteSource>> open(const std::string& path) override;
    Bytes state(const std::string& path) override;

    std::map<std::string, Bytes> files;
    int opened = 0;
};

// Person is a user on one device: a disk, a wire, an engine, and files beside it.
class Person {
public:
    Person(Clock& clock, TestServer& server, std::uint64_t seed);

    client::Engine& engine() { return *engine_; }
    Wire& wire() { return wire_; }
    client::MemoryDisk& disk() { return disk_; }
    // reopen starts the program anew on the same disk and unlocks it.
    Result<> reopen();
    // fill lets the disk be full, or empty again.
    void fill(bool full = true) { store_->fill(full); }
    // die_at lets the program die at a commit of its store (mortal_store.h), spare not any more;
    // restart starts it anew where it was unlocked, without its passphrase.
    void die_at(unsigned commits, bool counts) { store_->die_at(commits, counts); }
    void spare() { store_->spare(); }
    bool dead() const { return store_->dead(); }
    Result<> restart();
    // clone_disk puts another disk in: a restored backup, a cloned device. The caller reopens.
    void replace_disk(client::MemoryDisk disk) { disk_ = std::move(disk); }

    std::string email;
    LocalFiles files;

private:
    Result<> open();

    TestEntropy entropy_;
    Clock& clock_;
    InlineExecutor executor_;
    client::ImpatientWaiter waiter_;
    client::MemoryDisk disk_;
    std::unique_ptr<MortalStore> store_;
    Wire wire_;
    std::unique_ptr<client::Engine> engine_;
};

inline constexpr std::string_view kPassphrase = "correct horse battery staple";

class World {
public:
    explicit World(std::uint64_t seed = 1);

    // found creates the organisation with its first person; join invites and enrols another. A
    // failure is reported to the running test; the person is returned all the same.
    Person& found(const std::string& name);
    Person& join(const std::string& name, Person& by);
    // invitation is what `by` hands out for an address.
    Result<client::Invitation> invitation(const std::string& name, Person& by);
    // stranger is a device that knows nothing yet.
    Person& stranger(const std::string& name);

    VirtualClock& clock() { return clock_; }
    TestServer& server() { return server_; }
    const client::RootKit* root_kit() const { return root_kit_.get(); }
    const client::EmergencyKit& kit_of(const std::string& name) const { return kits_.at(name); }

private:
    std::uint64_t seed_;
    VirtualClock clock_;
    TestServer server_;
    std::map<std::string, std::unique_ptr<Person>> people_;
    std::map<std::string, client::EmergencyKit> kits_;
    std::unique_ptr<client::RootKit> root_kit_;
};

}  // namespace obhut::test
