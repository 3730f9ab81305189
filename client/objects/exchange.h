// ObjectExchange: sends sealed objects of one space in batches, several in flight, and fetches
// them.
//
// What put() took is found by fetch() until it has been sent; small objects (pages of manifests,
// which the lists of the commit are made from) a while longer. Uploads are harmless to repeat: an
// object's id is its hash. Memory: the batches in flight, each up to 8 MiB, and kMaxRecent.
#pragma once

#include <deque>

#include "client/objects/batch.h"
#include "client/ports/waiter.h"
#include "client/remote/remote.h"
#include "core/content/ports.h"

namespace obhut::client {

class ObjectExchange final : public content::ContentSink, public content::ContentSource {
public:
    static constexpr std::size_t kMaxRecent = 16U << 20;         // bytes
    static constexpr std::size_t kMaxRecentObject = 128U << 10;  // bytes
    static constexpr std::size_t kMaxMade = 16U << 20;           // bytes kept for take_made
    static constexpr std::size_t kMaxMadeApart = 64U << 20;  // of pages and nodes: 2 TiB of files

    // All outlive this; `waiter` may be null: then nothing is tried a second time.
    ObjectExchange(Remote& remote, const SpaceId& space, Waiter* waiter)
        : remote_(remote), space_(space), waiter_(waiter) {}
    ~ObjectExchange() override;

    // put takes an object; it may send a batch and wait for an older one. Errors: those of Remote;
    // over_quota as soon as the server has not room enough for what was put since the last commit.
    // After an error what was taken since the last flush() has to be given again.
    Result<> put(const ObjectId& id, Bytes object) override;
    // flush returns when the server has stored everything that was taken.
    Result<> flush();

    // fetch gives objects as they are stored, compared with their ids by nobody yet; absent ones
    // are empty. Splits what is too large for one answer.
    Result<std::vector<std::optional<Bytes>>> fetch(std::span<const ObjectId> ids) override;
    void prefetch(std::span<const ObjectId> ids) override;

    // is_waiting tells whether an object was taken and is not known to be stored yet.
    bool is_waiting(const ObjectId& id) const;
    // recent gives a small object that put() took not long ago; null for others.
    const Bytes* recent(const ObjectId& id) const { return taken(id); }

    // take_made gives what was put since the last time; without the chunks of files, if all was
    // more than kMaxMade. made_apart gives what is no chunk, and leaves it.
    using Made = std::vector<std::pair<ObjectId, Bytes>>;
    Made take_made();
    Made made_apart() const;

    std::uint64_t bytes_sent() const { return bytes_sent_; }
    std::uint64_t bytes_fetched() const { return bytes_fetched_; }

private:
    struct Flight {
        Ticket ticket;
        Batch batch;
        Bytes body;
    };
    // What was asked for ahead.
    struct Ahead {
        std::vector<ObjectId> ids;
        Ticket ticket = 0;
    };
    Result<> send();
    Result<> land();
    Result<> check_room(const std::optional<std::uint64_t>& room);
    const Bytes* taken(const ObjectId& id) const;
    void remember(const ObjectId& id, const Bytes& object);
    void keep_made(const ObjectId& id, const Bytes& object);
    Result<std::vector<Bytes>> fetch_remote(std::span<const ObjectId> ids);
    std::vector<Bytes> arrived(std::span<const ObjectId> ids);

    Remote& remote_;
    SpaceId space_;
    Waiter* waiter_;
    Batch building_;
    std::deque<Flight> flights_;
    std::deque<Ahead> ahead_;
    std::unordered_map<ObjectId, Bytes, FixedHash> recent_;
    std::deque<ObjectId> recent_order_;
    std::size_t recent_bytes_ = 0;
    Made made_;
    std::size_t made_bytes_ = 0;     // also of those that were too many
    std::size_t apart_bytes_ = 0;    // of what is no chunk
    std::uint64_t uncommitted_ = 0;  // bytes of content since the last commit or refusal
    std::uint64_t bytes_sent_ = 0;
    std::uint64_t bytes_fetched_ = 0;
};

}  // namespace obhut::client
