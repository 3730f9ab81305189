#include "server/services/route.h"

#include <array>
#include <charconv>

#include "protocols/api/errors.h"

namespace obhut::services {

namespace {

using http::Method;

constexpr std::size_t kSmall = 128U << 10;  // bodies of strangers
constexpr std::size_t kBody = api::kMaxBodyBytes;
constexpr std::size_t kDrop = 512U << 10;
constexpr std::size_t kPage = 2 * api::kPageBytes;

constexpr auto kTable = std::to_array<RouteInfo>({
    {Route::server, Method::get, "server", Access::open, 0, 0, "server"},
    {Route::create_organisation, Method::post, "organisation", Access::open, kSmall, 0,
     "organisation"},
    {Route::checkpoint, Method::get, "log/checkpoint", Access::open_or_signed, 0, 0, "checkpoint"},
    {Route::tile, Method::get, "log/tile/*", Access::open_or_signed, 0, kPage, "tile"},
    {Route::entries, Method::get, "log/entries", Access::open_or_signed, 0, kPage, "entries"},
    {Route::snapshot, Method::get, "log/snapshots/{number}", Access::open_or_signed, 0, kPage,
     "snapshot"},
    {Route::append_entries, Method::post, "log/entries", Access::by_device, kBody, 0,
     "append-entries"},
    {Route::join, Method::post, "join", Access::open, kSmall, 0, "join"},
    {Route::keys, Method::post, "keys/get", Access::open_or_signed, kSmall, kPage, "keys"},
    {Route::generation, Method::post, "generations/get", Access::by_device, kSmall, kPage,
     "generation"},
    {Route::deposit_buckets, Method::post, "generations/buckets", Access::by_device, kBody, 0,
     "deposit-buckets"},
    {Route::openings, Method::get, "openings", Access::by_device, 0, kPage, "openings"},
    {Route::heads, Method::post, "heads", Access::by_device, kSmall, kPage, "heads"},
    {Route::head_proof, Method::post, "heads/proof", Access::by_device, kSmall, kPage,
     "head-proof"},
    {Route::bring_heads, Method::post, "heads/again", Access::by_device, kBody, 0, "bring-heads"},
    {Route::sign_in, Method::post, "sign-in", Access::open, 4096, 0, "sign-in"},
    {Route::deposit_kit, Method::post, "kit", Access::by_device, kSmall, 0, "kit"},
    {Route::offer_linking, Method::post, "linking", Access::open, kSmall, 0, "linking-offer"},
    {Route::linking, Method::get, "linking/{linking}", Access::open, 0, 0, "linking"},
    {Route::answer_linking, Method::post, "linking/{linking}/answer", Access::by_device, kSmall, 0,
     "linking-answer"},
    {Route::spaces, Method::get, "spaces", Access::by_device, 0, kPage, "spaces"},
    {Route::create_space, Method::post, "spaces", Access::by_device, kBody, 0, "create-space"},
    {Route::append_link, Method::post, "spaces/{space}/links", Access::by_device, kBody, 0,
     "append-link"},
    {Route::links, Method::get, "spaces/{space}/links", Access::by_device, 0, kPage, "links"},
    {Route::rosters, Method::get, "spaces/{space}/rosters", Access::by_device, 0, kPage, "rosters"},
    {Route::lists, Method::get, "spaces/{space}/lists/{number}", Access::by_device, 0, kBody,
     "lists"},
    {Route::epoch, Method::get, "spaces/{space}/epochs/{number}", Access::by_device, 0, kPage,
     "epoch"},
    {Route::upload, Method::post, "spaces/{space}/objects", Access::by_device_list, kBody, 0,
     "upload"},
    {Route::objects, Method::post, "spaces/{space}/objects/get", Access::by_device, kBody, kBody,
     "objects"},
    {Route::renew, Method::post, "spaces/{space}/objects/renew", Access::by_device, kBody, kPage,
     "renew"},
    {Route::events, Method::get, "events", Access::by_device, 0, 0, "events"},
    {Route::quota, Method::get, "quota", Access::by_device, 0, kPage, "quota"},
    {Route::open_link, Method::post, "links/{link}/open", Access::open, 4096, 0, "open-link"},
    {Route::visit_objects, Method::post, "visits/{visit}/objects/get", Access::open, kSmall, kBody,
     "visit-objects"},
    {Route::space_links, Method::get, "spaces/{space}/shares", Access::by_device, 0, kPage,
     "space-links"},
    {Route::end_link, Method::post, "spaces/{space}/shares/{link}/end", Access::by_device, 4096, 0,
     "end-link"},
    {Route::visit_upload, Method::post, "visits/{visit}/objects", Access::open, kBody, 0,
     "visit-upload"},
    {Route::visit_drop, Method::post, "visits/{visit}/drops", Access::open, kDrop, 0, "visit-drop"},
    {Route::inboxes, Method::get, "inboxes", Access::by_device, 0, kPage, "inboxes"},
    {Route::inbox_key, Method::get, "inboxes/{inbox}/key", Access::by_device, 0, 0, "inbox-key"},
    {Route::change_inbox, Method::post, "inboxes/{inbox}/key", Access::by_device, kSmall, 0,
     "change-inbox"},
    {Route::inbox_upload, Method::post, "inboxes/{inbox}/objects", Access::by_device_list, kBody, 0,
     "inbox-upload"},
    {Route::put_drop, Method::post, "inboxes/{inbox}/drops", Access::by_device, kDrop, 0,
     "put-drop"},
    {Route::list_drops, Method::get, "inboxes/{inbox}/drops", Access::by_device, 0, kPage,
     "list-drops"},
    {Route::drop_objects, Method::post, "inboxes/{inbox}/objects/get", Access::by_device, kBody,
     kBody, "drop-objects"},
    {Route::drops_done, Method::post, "inboxes/{inbox}/done", Access::by_device, kSmall, 0,
     "drops-done"},
    {Route::leases, Method::get, "spaces/{space}/leases", Access::by_device, 0, kPage, "leases"},
    {Route::put_lease, Method::post, "spaces/{space}/leases/{lease}", Access::by_device, kSmall, 0,
     "put-lease"},
});
static_assert(kTable.size() == kRoutes);

// take cuts the text at the next '/'; the part before it.
std::string_view take(std::string_view& rest) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    return part;
}

bool read_number(std::string_view text, std::uint64_t& value) {
    if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

template <class Id>
bool read_id(std::string_view text, Id& value) {
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != Id::kSize || to_hex(*bytes) != text) return false;
    value = Id::from(*bytes);
    return true;
}

bool read_placeholder(std::string_view name, std::string_view text, Target& target) {
    if (name == "{space}") return read_id(text, target.space);
    if (name == "{linking}") return read_id(text, target.linking);
    if (name == "{link}") return read_id(text, target.link);
    if (name == "{visit}") return read_id(text, target.visit);
    if (name == "{inbox}") return read_id(text, target.inbox);
    if (name == "{lease}") return read_id(text, target.lease);
    return read_number(text, target.number);
}

bool matches(const RouteInfo& info, std::string_view path, Target& target) {
    std::string_view pattern = info.pattern;
    while (!pattern.empty() && !path.empty()) {
        const std::string_view expected = take(pattern);
        if (expected == "*") {
            const auto tile = directory::parse_tile_path(path);
            if (tile) target.tile = *tile;
            return tile.has_value();
        }
        const bool ends_in_slash = path.ends_with('/');
        const std::string_view part = take(path);
        if (path.empty() && ends_in_slash) return false;
        const bool fits =
            expected.starts_with('{') ? read_placeholder(expected, part, target) : expected == part;
        if (!fits) return false;
    }
    return pattern.empty() && path.empty();
}

// The one query there is: from=…
Result<> read_query(std::string_view query, Target& target) {
    if (query.empty()) return {};
    constexpr std::string_view kFrom = "from=";
    if (!query.starts_with(kFrom)) return fail(errors::http_malformed);
    const std::string_view value = query.substr(kFrom.size());
    bool understood = false;
    switch (target.route) {
    case Route::entries:
    case Route::snapshot:
    case Route::links:
    case Route::rosters: understood = read_number(value, target.from); break;
    case Route::openings: understood = read_id(value, target.from_user); break;
    case Route::list_drops: understood = read_id(value, target.from_drop); break;
    case Route::inboxes: understood = read_id(value, target.from_inbox); break;
    case Route::space_links: understood = read_id(value, target.from_link); break;
    default: break;
    }
    if (!understood) return fail(errors::http_malformed);
    return {};
}

}  // namespace

const RouteInfo& info_of(Route route) { return kTable[static_cast<std::size_t>(route)]; }

Result<Target> parse_target(Method method, std::string_view path, std::string_view query) {
    constexpr std::string_view kVersion = "/v1/";
    if (!path.starts_with(kVersion)) return fail(errors::http_not_found);
    for (const RouteInfo& info : kTable) {
        Target target;
        target.route = info.route;
        if (info.method != method || !matches(info, path.substr(kVersion.size()), target)) continue;
        TRY(read_query(query, target));
        return target;
    }
    return fail(errors::http_not_found);
}

}  // namespace obhut::services
