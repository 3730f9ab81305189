#include "client/objects/exchange.h"

#include <algorithm>

#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

constexpr unsigned kTries = 4;
constexpr Millis kFirstWait = 500;                  // doubled each time
constexpr std::size_t kFlights = kMaxInFlight - 1;  // one place is left for other requests

bool is(const Bytes& object, ObjectType type) {
    return object.size() > 2 && object[2] == static_cast<std::uint8_t>(type);
}

bool is_chunk(const Bytes& object) { return is(object, ObjectType::chunk); }

}  // namespace

ObjectExchange::~ObjectExchange() {
    // A ticket is collected exactly once, also when nobody wants to know any more.
    for (const Flight& flight : flights_) (void)remote_.finish_upload(flight.ticket);
    for (const Ahead& ahead : ahead_) (void)remote_.finish_objects(ahead.ticket, ahead.ids.size());
}

Result<> ObjectExchange::put(const ObjectId& id, Bytes object) {
    remember(id, object);
    keep_made(id, object);
    // Nodes are not counted: to tidy up an over-full space there is a reserve.
    if (is_chunk(object) || is(object, ObjectType::manifest)) uncommitted_ += object.size();
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
        if (stored) return check_room(stored->room);
        const bool again = stored.error().kind() == Kind::retry && tried < kTries &&
                           !stored.error().is(errors::cancelled);
        if (!again || waiter_ == nullptr) return std::unexpected(stored.error());
        waiter_->wait(wait);
        wait *= 2;
        flight.ticket = TRY(remote_.start_upload(space_, flight.body));
    }
}

// The commit that all this waits for would be refused.
Result<> ObjectExchange::check_room(const std::optional<std::uint64_t>& room) {
    if (!room || uncommitted_ <= *room) return {};
    uncommitted_ = 0;
    return fail(errors::over_quota);
}

Result<> ObjectExchange::flush() {
    TRY(send());
    while (!flights_.empty()) TRY(land());
    return {};
}

// Pages of manifests and nodes cannot be made a second time, chunks can from what they were made
// of.
void ObjectExchange::keep_made(const ObjectId& id, const Bytes& object) {
    const bool whole = made_bytes_ <= kMaxMade;
    made_bytes_ += object.size();
    if (whole && made_bytes_ > kMaxMade)
        std::erase_if(made_, [](const auto& made) { return is_chunk(made.second); });
    if (!is_chunk(object)) apart_bytes_ += object.size();
    if (is_chunk(object) ? made_bytes_ <= kMaxMade : apart_bytes_ <= kMaxMadeApart)
        made_.emplace_back(id, object);
}

ObjectExchange::Made ObjectExchange::take_made() {
    made_bytes_ = 0;
    apart_bytes_ = 0;
    uncommitted_ = 0;
    return std::exchange(made_, {});
}

ObjectExchange::Made ObjectExchange::made_apart() const {
    Made apart;
    for (const auto& [id, object] : made_)
        if (!is_chunk(object)) apart.emplace_back(id, object);
    return apart;
}

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

void ObjectExchange::prefetch(std::span<const ObjectId> ids) {
    Ahead ahead;
    for (const ObjectId& id : ids)
        if (taken(id) == nullptr) ahead.ids.push_back(id);
    if (ahead.ids.empty()) return;
    if (ahead_.size() >= content::kMaxAhead) {  // nobody came for it
        (void)remote_.finish_objects(ahead_.front().ticket, ahead_.front().ids.size());
        ahead_.pop_front();
    }
    const auto ticket = remote_.start_objects(space_, ahead.ids);
    if (!ticket) return;
    ahead.ticket = *ticket;
    ahead_.push_back(std::move(ahead));
}

// What was asked for ahead and came, perhaps not all of it; nothing if it failed: then it is asked
// for again.
std::vector<Bytes> ObjectExchange::arrived(std::span<const ObjectId> ids) {
    const auto place = std::ranges::find_if(
        ahead_, [&](const Ahead& ahead) { return std::ranges::equal(ahead.ids, ids); });
    if (place == ahead_.end()) return {};
    const Ticket ticket = place->ticket;
    ahead_.erase(place);
    auto objects = remote_.finish_objects(ticket, ids.size());
    return objects ? std::move(*objects) : std::vector<Bytes>();
}

Result<std::vector<Bytes>> ObjectExchange::fetch_remote(std::span<const ObjectId> ids) {
    std::vector<Bytes> all = arrived(ids);
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
