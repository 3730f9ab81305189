#include "server/services/link_service.h"

#include "core/base/verify.h"
#include "core/crypto/hash.h"
#include "protocols/api/errors.h"
#include "server/services/storing.h"

namespace obhut::services {

namespace {

using storage::Area;

// The first byte separates the uses of the area.
enum class Use : std::uint8_t { link = 1, of_space = 2, visit = 3, openings = 4 };

constexpr unsigned kMaxTries = 16;  // of counting one opening while others are first

template <class Id>
Bytes key_of(Use use, const Id& id) {
    Bytes key{static_cast<std::uint8_t>(use)};
    append(key, id.view());
    return key;
}

Bytes place_key(const SpaceId& space, const api::LinkId& id) {
    Bytes key = key_of(Use::of_space, space);
    append(key, id.view());
    return key;
}

}  // namespace

Result<std::optional<storage::Record>> LinkService::row(const Bytes& key) {
    return find_record(store_, Area::link, key, clock_.now());
}

Result<std::optional<LinkService::Row>> LinkService::find(const api::LinkId& id) {
    const auto record = TRY(row(key_of(Use::link, id)));
    if (!record) return std::optional<Row>();
    auto link = decode<StoredLink>(record->value);
    if (!link) return fail(errors::server_failed);
    return std::optional(Row{std::move(*link), record->version, record->expires});
}

Result<> LinkService::make(storage::WriteBatch& batch, const SpaceId& space, const Caller& caller,
                           const api::LinkChange& change) {
    const Millis now = clock_.now();
    const StoredLink link{space, *change.terms, caller.user, *change.record};
    batch.add(storage::PutRecord{Area::link, key_of(Use::link, change.id), encode(link),
                                 change.terms->expires, storage::Version{0}, now});
    batch.add(storage::PutRecord{
        Area::link, place_key(space, change.id), Bytes{1}, change.terms->expires, {}, now});
    return {};
}

void LinkService::remove(storage::WriteBatch& batch, const SpaceId& space, const api::LinkId& id) {
    const Millis now = clock_.now();
    batch.add(storage::RemoveRecord{Area::link, key_of(Use::link, id), {}, now});
    batch.add(storage::RemoveRecord{Area::link, place_key(space, id), {}, now});
    batch.add(storage::RemoveRecord{Area::link, key_of(Use::openings, id), {}, now});
}

Result<> LinkService::add(storage::WriteBatch& batch, const SpaceId& space, const Caller& caller,
                          const std::vector<api::LinkChange>& changes) {
    for (const api::LinkChange& change : changes) {
        const std::optional<Row> row = TRY(find(change.id));
        const bool ours = !row || row->link.space == space;
        VERIFY("SR-39/link-of-this-space", ours, errors::link_wrong);
        // One that is made again, because the commit that made it counts no more, is what it was.
        const bool same = !row || !change.terms || row->link.terms == *change.terms;
        if (!same || (change.terms && !change.record)) return fail(errors::link_wrong);
        if (change.terms && !row) {
            TRY(make(batch, space, caller, change));
        } else if (row && change.record) {
            StoredLink renewed = row->link;
            renewed.record = *change.record;
            batch.add(storage::PutRecord{Area::link, key_of(Use::link, change.id), encode(renewed),
                                         row->expires, row->version, clock_.now()});
        } else if (row) {
            remove(batch, space, change.id);
        }
    }
    return {};
}

Result<Bytes> LinkService::open(const api::LinkId& id, const api::OpenLink& request) {
    const Millis now = clock_.now();
    const auto name = as_text(id.view());
    TRY(guesses_.take(name, now));
    const std::optional<Row> row = TRY(find(id));
    // Compared as hashes, and an unknown link like a wrong proof: the answers are the same.
    const bool right = row && sha256(request.auth.expose()) == row->link.terms.auth;
    VERIFY("SR-04/link-proof", right, errors::link_closed);
    TRY(guesses_.take(name, now, -1));
    const auto space = store_.space(row->link.space);
    if (!space) return std::unexpected(read_error(space.error(), errors::link_closed));
    VERIFY("SR-39/link-ends-with-its-space", !space->closed, errors::link_closed);
    for (unsigned tried = 0; tried < kMaxTries; ++tried)
        if (TRY(count(id, *row, request.visit))) return row->link.record;
    return fail(errors::server_busy);
}

// Counts one opening and stores the visit; false if another was counted meanwhile.
Result<bool> LinkService::count(const api::LinkId& id, const Row& row, const api::VisitId& visit) {
    const Millis now = clock_.now();
    const Bytes visit_key = key_of(Use::visit, visit);
    if (const auto known = TRY(this->row(visit_key))) {
        const auto stored = decode<StoredVisit>(known->value);
        const bool same = stored && stored->link == id;
        VERIFY("SR-39/visit-of-this-link", same, errors::link_closed);
        return true;
    }
    const auto counted = TRY(this->row(key_of(Use::openings, id)));
    std::uint32_t openings = 0;
    if (counted && counted->value.size() == 4) openings = read_be32(counted->value);
    const auto& limit = row.link.terms.limit;
    VERIFY("SR-39/link-limit", !limit || openings < *limit, errors::link_closed);
    Bytes value;
    append_be32(value, openings + 1);
    storage::WriteBatch batch;
    batch.add(storage::PutRecord{Area::link, key_of(Use::openings, id), std::move(value),
                                 row.expires, counted ? counted->version : 0, now});
    batch.add(storage::PutRecord{Area::link, visit_key, encode(StoredVisit{id}),
                                 now + api::kVisitTime, storage::Version{0}, now});
    const storage::Outcome outcome = storage::commit_now(store_, std::move(batch));
    if (outcome.result) return true;
    if (outcome.result.error().is(errors::version_moved)) return false;
    return std::unexpected(public_error(outcome.result.error()));
}

Result<LinkService::Visit> LinkService::visit(const api::VisitId& id) {
    const auto record = TRY(row(key_of(Use::visit, id)));
    if (!record) return fail(errors::link_closed);
    const auto stored = decode<StoredVisit>(record->value);
    if (!stored) return fail(errors::server_failed);
    // What ended meanwhile ends for those, too, who opened it before.
    const std::optional<Row> link = TRY(find(stored->link));
    VERIFY("SR-39/visit-of-open-link", link.has_value(), errors::link_closed);
    return Visit{stored->link, link->link.space, link->link.terms.kind};
}

Result<api::LinkStates> LinkService::states(const SpaceId& space, const api::LinkId& from) {
    const Bytes prefix = key_of(Use::of_space, space);
    const Bytes after = from.is_zero() ? Bytes() : place_key(space, from);
    const Millis now = clock_.now();
    const auto found = store_.records(Area::link, prefix, after, api::kMaxLinkPage + 1, now);
    if (!found) return std::unexpected(public_error(found.error()));
    api::LinkStates answer;
    for (const storage::Record& record : *found) {
        if (answer.links.size() == api::kMaxLinkPage) {
            answer.more = true;
            break;
        }
        api::LinkState state;
        state.id = api::LinkId::from(ByteView(record.key).subspan(prefix.size()));
        const auto counted = TRY(row(key_of(Use::openings, state.id)));
        if (counted && counted->value.size() == 4) state.openings = read_be32(counted->value);
        answer.links.push_back(state);
    }
    return answer;
}

Result<> LinkService::end(const SpaceId& space, const api::LinkId& id) {
    const std::optional<Row> row = TRY(find(id));
    if (!row || row->link.space != space) return {};
    storage::WriteBatch batch;
    remove(batch, space, id);
    return commit(store_, std::move(batch));
}

}  // namespace obhut::services
