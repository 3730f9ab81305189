#include "server/services/drop_service.h"

#include <algorithm>

#include "core/base/verify.h"
#include "core/crypto/hash.h"
#include "core/space/link.h"
#include "protocols/api/errors.h"
#include "server/services/storing.h"

namespace obhut::services {

namespace {

using api::InboxId;
using api::InboxKind;
using storage::Area;

constexpr std::size_t kCounted = 1000;  // drops that a hint counts at most

// What the store keeps of a waiting drop.
struct StoredDrop {
    api::WaitingDrop drop;
    std::vector<ObjectId> objects;
    static void fields(auto& self, auto& field) {
        field(1, self.drop);
        field(2, self.objects, api::kMaxDropObjects);
    }
};

Bytes drop_key(const InboxId& inbox, ByteView id) {
    Bytes key = to_bytes(inbox.view());
    append(key, id);
    return key;
}

// Who pays for what waits: the inbox, under the half of its name that is an id.
DeviceId payer(const InboxId& inbox) { return DeviceId::from(inbox.view().subspan(1)); }

InboxId inbox_of(const LinkService::Visit& visit) { return api::inbox(visit.space); }

}  // namespace

Result<SpaceId> DropService::storage_of(const InboxId& inbox) {
    const ByteView id = inbox.view().subspan(1);
    if (kind_of(inbox) == InboxKind::space) return SpaceId::from(id);
    const OrgId org = TRY(directory_.organisation());
    if (kind_of(inbox) == InboxKind::group) {
        const GroupId group = GroupId::from(id);
        if (!has_group(group, nullptr)) return fail(errors::not_there);
        return space::space_id(space::group_genesis(org, group));
    }
    if (kind_of(inbox) != InboxKind::user) return fail(errors::not_there);
    const UserId user = UserId::from(id);
    const bool active = directory_.read([&](const directory::State& state) {
        const directory::UserRecord* record = state.user(user);
        return record != nullptr && record->status == directory::UserStatus::active;
    });
    if (!active) return fail(errors::not_there);
    return space::space_id(space::home_genesis(org, user));
}

// has_group: whether the group lives and may have an inbox, and has that user.
bool DropService::has_group(const GroupId& group, const UserId* user) {
    return directory_.read([&](const directory::State& state) {
        const directory::GroupRecord* record = state.group(group);
        return record != nullptr && !record->deleted && !record->everyone &&
               (user == nullptr || record->has(*user));
    });
}

Result<> DropService::demand_owner(const InboxId& inbox, const Caller& caller) {
    const ByteView id = inbox.view().subspan(1);
    if (kind_of(inbox) == InboxKind::space) return spaces_.demand_writer(SpaceId::from(id), caller);
    if (kind_of(inbox) == InboxKind::group) {
        VERIFY("SR-40/members-inbox", has_group(GroupId::from(id), &caller.user),
               errors::not_there);
        return {};
    }
    const bool own = kind_of(inbox) == InboxKind::user && UserId::from(id) == caller.user;
    VERIFY("SR-40/own-inbox", own, errors::not_there);
    return {};
}

Result<std::pair<api::InboxState, storage::Version>> DropService::state(const InboxId& inbox) {
    const auto record = store_.record(Area::inbox, inbox.view(), clock_.now());
    if (!record && record.error().is(errors::not_stored))
        return std::pair(api::InboxState{}, storage::Version{0});
    if (!record) return std::unexpected(public_error(record.error()));
    auto known = decode<api::InboxState>(record->value);
    if (!known) return fail(errors::server_failed);
    return std::pair(std::move(*known), record->version);
}

Result<api::InboxState> DropService::key(const InboxId& inbox) {
    TRY(storage_of(inbox));
    return TRY(state(inbox)).first;
}

Result<> DropService::change(const InboxId& inbox, const api::InboxChange& change,
                             const Caller& caller) {
    TRY(demand_owner(inbox, caller));
    auto [known, version] = TRY(state(inbox));
    if (change.statement && change.number > known.number) {
        known.statement = change.statement;
        known.number = change.number;
    }
    // A key that is closed stays closed, or its holders could never delete it.
    VERIFY("SR-40/closed-key-known", change.closed <= known.number, errors::drop_refused);
    known.closed = std::max(known.closed, change.closed);
    storage::WriteBatch batch;
    batch.add(storage::PutRecord{
        Area::inbox, to_bytes(inbox.view()), encode(known), {}, version, clock_.now()});
    return commit(store_, std::move(batch));
}

Result<api::Stored> DropService::take_objects(const InboxId& inbox, ByteView body) {
    const SpaceId space = TRY(storage_of(inbox));
    const storage::Pin pin{payer(inbox), clock_.now() + SpaceService::kPinTime};
    return spaces_.store_batch(space, body, pin, kInboxQuota);
}

Result<> DropService::take(const InboxId& inbox, const api::PutDrop& request) {
    const SpaceId space = TRY(storage_of(inbox));
    const auto known = TRY(state(inbox)).first;
    VERIFY("SR-40/closed-key", request.key == 0 || request.key > known.closed,
           errors::inbox_reseal);
    const Hash id = sha256(request.drop);
    const Bytes key = drop_key(inbox, id.view());
    const Millis now = clock_.now();
    if (store_.record(Area::drop, key, now)) return {};
    const StoredDrop stored{{request.drop, now}, request.objects};
    storage::WriteBatch batch;
    batch.add(storage::PutRecord{Area::drop, key, encode(stored), {}, storage::Version{0}, now});
    if (!request.objects.empty())
        batch.add(storage::RenewPins{space, {payer(inbox), now + kKept}, request.objects});
    storage::Outcome outcome = storage::commit_now(store_, std::move(batch));
    if (outcome.result && !outcome.missing.empty()) {
        // It came without what belongs to it: it is not kept.
        storage::WriteBatch undo;
        undo.add(storage::RemoveRecord{Area::drop, key, {}, now});
        TRY(commit(store_, std::move(undo)));
        return fail(errors::upload_missing);
    }
    if (!outcome.result && !outcome.result.error().is(errors::version_moved))
        return std::unexpected(public_error(outcome.result.error()));
    publish(inbox);
    return {};
}

Result<api::Stored> DropService::upload(const InboxId& inbox, ByteView body) {
    if (kind_of(inbox) == InboxKind::space) return fail(errors::not_there);
    return take_objects(inbox, body);
}

Result<> DropService::put(const InboxId& inbox, const api::PutDrop& request) {
    if (kind_of(inbox) == InboxKind::space) return fail(errors::not_there);
    return take(inbox, request);
}

Result<api::Stored> DropService::upload_by(const LinkService::Visit& visit, ByteView body) {
    VERIFY("SR-10/upload-link-takes-objects", visit.kind == api::LinkKind::upload,
           errors::link_closed);
    return take_objects(inbox_of(visit), body);
}

Result<> DropService::put_by(const LinkService::Visit& visit, const api::PutDrop& request) {
    VERIFY("SR-10/upload-link-takes-drops", visit.kind == api::LinkKind::upload,
           errors::link_closed);
    return take(inbox_of(visit), request);
}

Result<api::Inboxes> DropService::inboxes(const Caller& caller, const InboxId& after) {
    api::Inboxes answer;
    std::vector<InboxId> all;
    for (const PrincipalId& id : caller.principals)
        if (const InboxId inbox = InboxId::from(id.view()); inbox > after) all.push_back(inbox);
    std::ranges::sort(all);
    for (const InboxId& id : all) {
        api::InboxInfo info;
        info.inbox = id;
        const auto waiting = store_.records(Area::drop, info.inbox.view(), {}, 1, clock_.now());
        if (!waiting) return std::unexpected(public_error(waiting.error()));
        info.waits = !waiting->empty();
        info.state = TRY(state(info.inbox)).first;
        const bool used = info.waits || info.state.number > 0;
        answer.more = used && answer.inboxes.size() == api::kMaxInboxes;
        if (answer.more) break;
        if (used) answer.inboxes.push_back(std::move(info));
    }
    return answer;
}

Result<api::Drops> DropService::list(const InboxId& inbox, const api::DropId& after,
                                     const Caller& caller) {
    TRY(demand_owner(inbox, caller));
    const Bytes begin = after.is_zero() ? Bytes() : drop_key(inbox, after.view());
    const auto found =
        store_.records(Area::drop, inbox.view(), begin, api::kMaxDropsPerAnswer + 1, clock_.now());
    if (!found) return std::unexpected(public_error(found.error()));
    api::Drops answer;
    std::size_t bytes = 0;
    for (const storage::Record& record : *found) {
        auto stored = decode<StoredDrop>(record.value);
        if (!stored) return fail(errors::server_failed);
        bytes += stored->drop.drop.size();
        answer.more = answer.drops.size() == api::kMaxDropsPerAnswer ||
                      (!answer.drops.empty() && bytes > api::kPageBytes);
        if (answer.more) break;
        answer.drops.push_back(std::move(stored->drop));
    }
    return answer;
}

Result<> DropService::tell(api::Spaces& spaces, const Caller& caller) {
    const SpaceId home = TRY(storage_of(api::inbox(caller.user)));
    for (api::SpaceInfo& info : spaces.spaces) {
        info.drops = TRY(any(api::inbox(info.space)));
        if (info.space == home && !*info.drops) info.drops = TRY(any(api::inbox(caller.user)));
    }
    return {};
}

Result<bool> DropService::any(const InboxId& inbox) {
    const auto found = store_.records(Area::drop, inbox.view(), {}, 1, clock_.now());
    if (!found) return std::unexpected(public_error(found.error()));
    return !found->empty();
}

Result<Bytes> DropService::objects(const InboxId& inbox, const api::ObjectsWanted& wanted,
                                   const Caller& caller) {
    TRY(demand_owner(inbox, caller));
    return spaces_.visitor_objects(TRY(storage_of(inbox)), wanted);
}

Result<> DropService::done(const InboxId& inbox, const api::DropsDone& request,
                           const Caller& caller) {
    TRY(demand_owner(inbox, caller));
    const SpaceId space = TRY(storage_of(inbox));
    const Millis now = clock_.now();
    storage::WriteBatch batch;
    for (const api::DropId& id : request.drops) {
        const Bytes key = drop_key(inbox, id.view());
        const auto record = store_.record(Area::drop, key, now);
        if (!record && record.error().is(errors::not_stored)) continue;
        if (!record) return std::unexpected(public_error(record.error()));
        const auto stored = decode<StoredDrop>(record->value);
        if (!stored) return fail(errors::server_failed);
        batch.add(storage::RemoveRecord{Area::drop, key, {}, now});
        batch.add(storage::ReleasePins{space, payer(inbox), stored->objects, now});
    }
    if (batch.empty()) return {};
    TRY(commit(store_, std::move(batch)));
    publish(inbox);
    return {};
}

void DropService::publish(const InboxId& inbox) {
    const auto waiting = store_.records(Area::drop, inbox.view(), {}, kCounted, clock_.now());
    if (!waiting) return;
    const api::Hint hint{api::HintKind::drops, {}, waiting->size()};
    if (kind_of(inbox) == InboxKind::space)
        hub_.publish(hint, spaces_.members(SpaceId::from(inbox.view().subspan(1))));
    else
        hub_.publish(hint, {PrincipalId::from(inbox.view())});
}

}  // namespace obhut::services
