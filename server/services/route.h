// Routes: what a request line asks for, parsed once. The table is docs/protocol/http.md §2.
#pragma once

#include <string>

#include "core/directory/merkle.h"
#include "protocols/api/drops.h"
#include "protocols/api/leases.h"
#include "protocols/api/messages.h"
#include "protocols/http/message.h"

namespace obhut::services {

enum class Route : std::uint8_t {
    server,
    create_organisation,
    checkpoint,
    tile,
    entries,
    snapshot,
    append_entries,
    join,
    keys,
    generation,
    deposit_buckets,
    openings,
    heads,
    head_proof,
    bring_heads,
    sign_in,
    deposit_kit,
    offer_linking,
    linking,
    answer_linking,
    spaces,
    create_space,
    append_link,
    links,
    rosters,
    lists,
    epoch,
    upload,
    objects,
    renew,
    events,
    quota,
    open_link,
    visit_objects,
    space_links,
    end_link,
    visit_upload,
    visit_drop,
    inboxes,
    inbox_key,
    change_inbox,
    inbox_upload,
    put_drop,
    list_drops,
    drop_objects,
    drops_done,
    leases,
    put_lease,
};
inline constexpr std::size_t kRoutes = static_cast<std::size_t>(Route::put_lease) + 1;

enum class Access : std::uint8_t {
    open,            // nobody in particular; limited by address
    open_or_signed,  // as open; but who signs is limited as a device, not as an address
    by_device,       // signed over the whole body
    by_device_list,  // signed over the list at the head of the body
};

constexpr bool is_open(Access access) {
    return access == Access::open || access == Access::open_or_signed;
}

struct RouteInfo {
    Route route;
    http::Method method;
    std::string_view
        pattern;  // segments after "/v1/"; "{…}" stands for one segment, "*" for the rest
    Access access;
    std::size_t max_body;    // bytes
    std::size_t max_answer;  // bytes, roughly: what to keep room for
    std::string_view name;   // in metrics and logs
};

// info_of is the table's row.
const RouteInfo& info_of(Route route);

// Target is a request line understood.
struct Target {
    Route route = Route::server;
    SpaceId space;             // {space}
    std::uint64_t number = 0;  // {number}
    api::LinkingId linking;    // {linking}
    api::LinkId link;          // {link}
    api::VisitId visit;        // {visit}
    api::InboxId inbox;        // {inbox}
    api::LeaseId lease;        // {lease}
    directory::Tile tile;      // *
    std::uint64_t from = 0;    // ?from=N
    UserId from_user;          // ?from=<user id>
    api::LinkId from_link;     // ?from=<link id>
    api::DropId from_drop;     // ?from=<drop id>
    api::InboxId from_inbox;   // ?from=<inbox id>
};

// parse_target reads method, path and query. Errors: http_not_found (also: another method),
// http_malformed (a query that the route does not have).
Result<Target> parse_target(http::Method method, std::string_view path, std::string_view query);

}  // namespace obhut::services
