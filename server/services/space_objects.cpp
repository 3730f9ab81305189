// Objects of spaces: upload, fetch, renewal of pins.
#include "core/base/verify.h"
#include "core/crypto/object_public.h"
#include "protocols/api/errors.h"
#include "protocols/http/digest.h"
#include "server/services/space_service.h"

namespace obhut::services {

namespace {

// Cuts a batch into its objects, each checked against its id. Errors: http_malformed, digest_wrong.
Result<std::vector<storage::NewObject>> parse_batch(ByteView body) {
    const ByteView head_bytes = TRY(http::list_head(body));
    const auto head = decode<api::BatchHead>(head_bytes);
    if (!head) return fail(errors::http_malformed, head.error().code.number);
    ByteView rest = body.subspan(4 + head_bytes.size());
    std::vector<storage::NewObject> objects;
    objects.reserve(head->items.size());
    for (const api::BatchItem& item : head->items) {
        const bool fits = item.length >= kObjectOverhead && item.length <= kMaxObjectBytes;
        if (!fits || item.length > rest.size()) return fail(errors::http_malformed);
        const ByteView object = rest.first(item.length);
        rest = rest.subspan(item.length);
        VERIFY("SR-42/object-is-its-id", object_id(object) == item.id, errors::digest_wrong);
        objects.push_back({item.id, to_bytes(object), nullptr});
    }
    if (!rest.empty()) return fail(errors::http_malformed);
    return objects;
}

}  // namespace

Result<api::Stored> SpaceService::upload(const SpaceId& space, ByteView body,
                                         const Caller& caller) {
    TRY(demand_writer(space, caller));
    api::Stored stored = TRY(store_batch(space, body, {caller.device, clock_.now() + kPinTime},
                                         settings().upload_quota));
    stored.room = TRY(room(space));
    return stored;
}

Result<api::Stored> SpaceService::store_batch(const SpaceId& space, ByteView body,
                                              const storage::Pin& pin, std::uint64_t limit) {
    std::vector<storage::NewObject> objects = TRY(parse_batch(body));
    const auto count = static_cast<std::uint32_t>(objects.size());
    if (count == 0) return api::Stored{};
    storage::WriteBatch batch;
    batch.add(storage::PutObjects{space, pin, std::move(objects)});
    if (limit > 0) batch.add(storage::LimitUploads{pin.device, limit});
    TRY(commit(store_, std::move(batch)));
    return api::Stored{count, {}};
}

// The answer to a question for objects, and which of them lie in the trash.
Result<Bytes> SpaceService::load_objects(const SpaceId& space, const std::vector<ObjectId>& ids,
                                         std::vector<ObjectId>& from_trash) {
    constexpr std::size_t kLength = 4;  // before each
    auto loaded =
        store_.load_objects(space, ids, api::kMaxBatchBytes - kLength * ids.size(), kLength);
    if (!loaded) return std::unexpected(public_error(loaded.error()));
    for (std::size_t i = 0; i < loaded->items.size(); ++i) {
        const storage::LoadedObject& object = loaded->items[i];
        const bool absent = object.state == storage::ObjectState::absent;
        const std::uint32_t length =
            absent ? api::kObjectMissing : static_cast<std::uint32_t>(object.length);
        for (std::size_t byte = 0; byte < kLength; ++byte)
            loaded->bytes[object.offset - kLength + byte] =
                static_cast<std::uint8_t>(length >> (24 - 8 * byte));
        if (object.state == storage::ObjectState::trash) from_trash.push_back(ids[i]);
    }
    return std::move(loaded->bytes);
}

Result<Bytes> SpaceService::objects(const SpaceId& space, const api::ObjectsWanted& wanted,
                                    const Caller& caller) {
    TRY(demand_member(space, caller));
    std::vector<ObjectId> from_trash;
    Bytes answer = TRY(load_objects(space, wanted.ids, from_trash));
    if (!from_trash.empty()) {
        // Whoever reads it needs it: it comes back, for as long as an upload is kept.
        storage::WriteBatch batch;
        batch.add(storage::RenewPins{
            space, {caller.device, clock_.now() + kPinTime}, std::move(from_trash)});
        TRY(commit(store_, std::move(batch)));
    }
    return answer;
}

Result<Bytes> SpaceService::visitor_objects(const SpaceId& space,
                                            const api::ObjectsWanted& wanted) {
    if (wanted.ids.size() > api::kMaxVisitObjects) return fail(errors::http_too_large);
    std::vector<ObjectId> from_trash;
    return load_objects(space, wanted.ids, from_trash);
}

Result<api::LinkStates> SpaceService::links_of(const SpaceId& space, const api::LinkId& from,
                                               const Caller& caller) {
    TRY(demand_member(space, caller));
    return links_.states(space, from);
}

Result<> SpaceService::end_link(const SpaceId& space, const api::LinkId& link,
                                const Caller& caller) {
    TRY(demand_member(space, caller));
    return links_.end(space, link);
}

Result<api::ObjectsMissing> SpaceService::renew(const SpaceId& space,
                                                const api::ObjectsWanted& wanted,
                                                const Caller& caller) {
    TRY(demand_writer(space, caller));
    storage::WriteBatch batch;
    batch.add(storage::RenewPins{space, {caller.device, clock_.now() + kPinTime}, wanted.ids});
    storage::Outcome outcome = storage::commit_now(store_, std::move(batch));
    if (!outcome.result) return std::unexpected(public_error(outcome.result.error()));
    return api::ObjectsMissing{std::move(outcome.missing)};
}

}  // namespace obhut::services
