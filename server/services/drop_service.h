// Inboxes at the server: drops wait here until a device of the recipient has filed them.
//
//     upload objects ─▶ put() ─▶ waiting ─▶ list(), objects() ─▶ done(): deleted
//
// A drop's id is its hash, so putting it twice stores it once. Its objects lie, pinned and charged
// to the inbox, in the home of the user or group, or in the space of the link they came by. Devices
// put drops into inboxes of users and groups, visitors of upload links into that of the link's
// space. Group *all* has no inbox. Thread-safe.
// Source: docs/protocol/drops.md §6.
#pragma once

#include "protocols/api/drops.h"
#include "server/services/space_service.h"

namespace obhut::services {

class DropService {
public:
    static constexpr Millis kKept = 3650 * kDay;               // a drop's objects, until it is done
    static constexpr std::uint64_t kInboxQuota = 32ULL << 30;  // bytes that may wait in an inbox

    DropService(storage::Store& store, Clock& clock, EventHub& hub, DirectoryService& directory,
                SpaceService& spaces)
        : store_(store), clock_(clock), hub_(hub), directory_(directory), spaces_(spaces) {}

    // Of a device that sends. Errors: not_there (nobody has that inbox), over_quota.
    Result<api::InboxState> key(const api::InboxId& inbox);
    Result<api::Stored> upload(const api::InboxId& inbox, ByteView body);
    // put takes a drop. Errors: inbox_reseal, drop_refused (its objects are not there).
    Result<> put(const api::InboxId& inbox, const api::PutDrop& request);
    // The same for a visitor of an upload link. Errors: link_closed.
    Result<api::Stored> upload_by(const LinkService::Visit& visit, ByteView body);
    Result<> put_by(const LinkService::Visit& visit, const api::PutDrop& request);

    // Of a device that receives: the user's own, a member's of the group, or an editor's of the
    // space. Errors: not_there.
    // inboxes gives a page of them, after an id (zero: the first page).
    Result<api::Inboxes> inboxes(const Caller& caller, const api::InboxId& after);
    Result<api::Drops> list(const api::InboxId& inbox, const api::DropId& after,
                            const Caller& caller);
    Result<Bytes> objects(const api::InboxId& inbox, const api::ObjectsWanted& wanted,
                          const Caller& caller);
    Result<> done(const api::InboxId& inbox, const api::DropsDone& request, const Caller& caller);
    // change stores a newer statement or closes keys; numbers never go back. Errors: not_there,
    // drop_refused.
    Result<> change(const api::InboxId& inbox, const api::InboxChange& change,
                    const Caller& caller);

    // tell says of each space whether something waits that came by its links, and of the caller's
    // home also whether letters wait; any, of one inbox.
    Result<> tell(api::Spaces& spaces, const Caller& caller);
    Result<bool> any(const api::InboxId& inbox);

private:
    Result<SpaceId> storage_of(const api::InboxId& inbox);
    bool has_group(const GroupId& group, const UserId* user);
    Result<> demand_owner(const api::InboxId& inbox, const Caller& caller);
    Result<std::pair<api::InboxState, storage::Version>> state(const api::InboxId& inbox);
    Result<api::Stored> take_objects(const api::InboxId& inbox, ByteView body);
    Result<> take(const api::InboxId& inbox, const api::PutDrop& request);
    void publish(const api::InboxId& inbox);

    storage::Store& store_;
    Clock& clock_;
    EventHub& hub_;
    DirectoryService& directory_;
    SpaceService& spaces_;
};

}  // namespace obhut::services
