#include "client/objects/exchange.h"

#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

constexpr unsigned kTries = 4;
constexpr Millis kFirstWait = 500;                  // doubled each time
constexpr std::size_t kFlights = kMaxInFlight - 1;  // one place is left for other requests

}  // namespace

ObjectExchange::~ObjectExchange() {
    // A ticket is collected exactly once, also when nobody wants to know any more.
    for (const Flight& flight : flights_) (void)remote_.finish_upload(flight.ticket);
}

Result<> ObjectExchange::put(const ObjectId& id, Bytes object) {
    remember(id, object);
    if (!building_.fits(object.size())) TRY(send());
    building_.add(id, std::move(object));
    return {};
}

Result<> ObjectExchange::send() {
    if (building_.empty()) return {};
    while (flights_.size() >= kFlights) TRY(land());
    Flight flight{0, std::move(building_), {}};
    building_ = Batch();
    flight.body = flight.batch.body();
    flight.ticket = TRY(remote_.start_upload(space_, flight.body));
    bytes_sent_ += flight.body.size();
    flights_.push_back(std::move(flight));
    return {};
}

// land waits for the oldest batch, sending it again while that may help.
Result<> ObjectExchange::land() {
    Flight flight = std::move(flights_.front());
    flights_.pop_front();
    Millis wait = kFirstWait;
    for (unsigned tried = 1;; ++tried) {
        const auto stored = remote_.finish_upload(flight.ticket);
        if (stored) return {};
        const bool again = stored.error().kind() == Kind::retry && tried < kTries &&
                           !stored.error().is(errors::cancelled);
        if (!again || waiter_ == nullptr) return std::unexpected(stored.error());
        waiter_->wait(wait);
        wait *= 2;
        flight.ticket = TRY(remote_.start_upload(space_, flight.body));
    }
}

Result<> ObjectExchange::flush() {
    TRY(send());
    while (!flights_.empty()) TRY(land());
    return {};
}

void ObjectExchange::drop() { building_.clear(); }

bool ObjectExchange::is_waiting(const ObjectId& id) const {
    if (building_.find(id) != nullptr) return true;
    for (const Flight& flight : flights_)
        if (flight.batch.find(id) != nullptr) return true;
    return false;
}

const Bytes* ObjectExchange::taken(const ObjectId& id) const {
    if (const Bytes* object = building_.find(id)) return object;
    for (const Flight& flight : flights_)
        if (const Bytes* object = flight.batch.find(id)) return object;
    const auto found = recent_.find(id);
    return found == recent_.end() ? nullptr : &found->second;
}

void ObjectExchange::remember(const ObjectId& id, const Bytes& object) {
    if (object.size() > kMaxRecentObject || !recent_.try_emplace(id, object).second) return;
    recent_order_.push_back(id);
    recent_bytes_ += object.size();
    while (recent_bytes_ > kMaxRecent) {
        const auto oldest = recent_.find(recent_order_.front());
        recent_bytes_ -= oldest->second.size();
        recent_.erase(oldest);
        recent_order_.pop_front();
    }
}

Result<std::vector<Bytes>> ObjectExchange::fetch_remote(std::span<const ObjectId> ids) {
    std::vector<Bytes> all;
    while (all.size() < ids.size()) {
        // One answer holds so many bytes; the server stops before and is asked for the rest.
        for (Bytes& object : TRY(remote_.objects(space_, ids.subspan(all.size()))))
            all.push_back(std::move(object));
    }
    return all;
}

Result<std::vector<std::optional<Bytes>>> ObjectExchange::fetch(std::span<const ObjectId> ids) {
    std::vector<std::optional<Bytes>> found(ids.size());
    std::vector<ObjectId> wanted;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (const Bytes* object = taken(ids[i])) {
            found[i] = *object;
            continue;
        }
        wanted.push_back(ids[i]);
        places.push_back(i);
    }
    std::vector<Bytes> fetched = TRY(fetch_remote(wanted));
    for (std::size_t i = 0; i < fetched.size(); ++i) {
        if (fetched[i].empty()) continue;  // not there: no object is of no bytes
        bytes_fetched_ += fetched[i].size();
        found[places[i]] = std::move(fetched[i]);
    }
    return found;
}

}  // namespace obhut::client
