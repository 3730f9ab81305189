#include "client/remote/remote.h"

#include <algorithm>
#include <charconv>

#include "core/base/verify.h"
#include "protocols/api/errors.h"
#include "protocols/api/heads.h"
#include "protocols/api/problem.h"
#include "protocols/http/errors.h"
#include "protocols/http/signature.h"

namespace obhut::client {
namespace {

using http::Method;

constexpr int kTries = 2;               // a request is signed again at most once
constexpr int kWaits = 8;               // for a server that is asked too often
constexpr Millis kLongestWait = 10;     // seconds
constexpr Millis kTolerated = kMinute;  // servers take entries that are up to five minutes off
constexpr std::int64_t kMaxOffset = 400LL * 24 * 60 * 60 * 1000 * 50;  // fifty years, in ms

std::string space_path(const SpaceId& space, std::string_view rest) {
    return "/v1/spaces/" + space.hex() + std::string(rest);
}

std::string inbox_path(const api::InboxId& inbox, std::string_view rest) {
    return "/v1/inboxes/" + inbox.hex() + std::string(rest);
}

std::string number_path(const SpaceId& space, std::string_view what, std::uint64_t number) {
    return space_path(space, what) + "/" + std::to_string(number);
}

std::string from_query(std::uint64_t number) { return "from=" + std::to_string(number); }

template <class Answer>
Result<Answer> decode_answer(const http::Response& response) {
    auto answer = decode<Answer>(response.body);
    if (!answer) return fail(errors::answer_malformed, answer.error().code.number);
    return answer;
}

// The stream of answers to objects/get: length(4) ‖ object, in the order asked; at least one, and
// fewer than asked when more would be too large.
Result<std::vector<Bytes>> split_objects(Bytes body, std::size_t count) {
    constexpr std::size_t kLength = 4;
    std::vector<Bytes> objects;
    objects.reserve(count);
    ByteView rest(body);
    for (std::size_t i = 0; i < count; ++i) {
        if (rest.empty() && i > 0) break;
        if (rest.size() < kLength) return fail(errors::answer_malformed);
        const std::uint32_t length = read_be32(rest.first(kLength));
        rest = rest.subspan(kLength);
        if (length == api::kObjectMissing) {
            objects.emplace_back();
            continue;
        }
        if (length > rest.size() || length > kMaxObjectBytes) return fail(errors::answer_malformed);
        if (count == 1 && length == rest.size()) {  // a large chunk comes alone, and stays here
            body.erase(body.begin(), body.begin() + kLength);
            objects.push_back(std::move(body));
            return objects;
        }
        objects.push_back(to_bytes(rest.first(length)));
        rest = rest.subspan(length);
    }
    if (!rest.empty()) return fail(errors::answer_malformed);
    return objects;
}

}  // namespace

void Remote::sign_as(const OrgId& org, const DeviceId& device, const RequestKey& key) {
    signer_.emplace(Signer{org, device, key.clone()});
}

Result<http::Request> Remote::make(Method method, std::string path, std::string query, Bytes body,
                                   Access access) {
    http::Request request;
    request.method = method;
    request.path = std::move(path);
    request.query = std::move(query);
    if (method == Method::post) request.headers.set(http::kContentType, std::string(http::kCbor));
    request.body = std::move(body);
    if (access == Access::open || access == Access::open_once) return request;
    if (access == Access::open_or_signed && !signer_) return request;
    if (!signer_) return fail(errors::profile_locked);
    http::SignatureInput input;
    input.covered = access == Access::by_list ? http::Covered::list : http::Covered::body;
    input.created = now() / kSecond;
    input.nonce = entropy_.id<http::Nonce>();
    input.device = signer_->device;
    input.org = signer_->org;
    TRY(http::sign_request(request, signer_->key, input));
    return request;
}

Result<> Remote::may_write() const {
    VERIFY("SR-31/oldest-client", !too_old_, errors::client_too_old);
    return {};
}

bool Remote::learn_time(Millis time) {
    const std::int64_t offset =
        static_cast<std::int64_t>(time) - static_cast<std::int64_t>(clock_.now());
    if (offset > kMaxOffset || offset < -kMaxOffset) return false;
    offset_ = offset;
    return true;
}

bool Remote::learn(const http::Response& response, Error error) {
    if (error.is(errors::nonce_used)) return true;
    const bool by_entry = error.is(errors::entry_time);
    if (!error.is(errors::clock_skew) && !by_entry) return false;
    const auto header = response.headers.find(api::kTimeHeader);
    if (!header) return false;
    std::uint64_t time = 0;
    const auto [end, status] =
        std::from_chars(header->data(), header->data() + header->size(), time);
    if (status != std::errc() || end != header->data() + header->size()) return false;
    if (!learn_time(time)) return false;
    // What an entry says of the time is signed in it: sending it again is no use.
    return !by_entry;
}

bool build_again(Error error) {
    return error.is(errors::log_moved) || error.is(errors::entry_time);
}

Result<http::Response> Remote::call(Method method, std::string path, std::string query, Bytes body,
                                    Access access) {
    int tried = 1;
    int waited = 0;
    while (true) {
        http::Response response =
            TRY(transport_.send(TRY(make(method, path, query, body, access))));
        const Result<> checked = api::check(response);
        if (checked) return response;
        if (access != Access::open_once && wait_for(response, checked.error(), waited)) {
            ++waited;
            continue;
        }
        if (tried++ == kTries || !learn(response, checked.error())) return response;
    }
}

bool Remote::wait_for(const http::Response& response, Error error, int waited) {
    if (!error.is(errors::rate_limited) || waiter_ == nullptr || waited == kWaits) return false;
    Millis seconds = 1;
    if (const auto header = response.headers.find("retry-after"))
        std::from_chars(header->data(), header->data() + header->size(), seconds);
    const Millis time = std::clamp<Millis>(seconds, 1, kLongestWait) * kSecond;
    // Those who were sent away together do not come back together.
    const std::uint64_t random = read_be32(entropy_.id<FixedBytes<struct JitterTag, 4>>().view());
    waiter_->wait(time / 2 + random % time);
    return true;
}

template <class Answer>
Result<Answer> Remote::get(Access access, std::string path, std::string query) {
    const http::Response response =
        TRY(call(Method::get, std::move(path), std::move(query), {}, access));
    TRY(api::check(response));
    return decode_answer<Answer>(response);
}

namespace {
// NoAnswer is the answer of routes that only succeed.
struct NoAnswer {};
// NoQuestion is the body of routes whose path says it all.
struct NoQuestion {
    static void fields(auto&, auto&) {}
};
}  // namespace

template <class Answer, class Question>
Result<Answer> Remote::post(Access access, std::string path, const Question& question) {
    const http::Response response =
        TRY(call(Method::post, std::move(path), {}, encode(question), access));
    TRY(api::check(response));
    if constexpr (std::is_same_v<Answer, NoAnswer>)
        return NoAnswer{};
    else
        return decode_answer<Answer>(response);
}

Result<api::ServerInfo> Remote::server() {
    api::ServerInfo info = TRY(get<api::ServerInfo>(Access::open, "/v1/server"));
    // Whoever begins here signs entries at once: with a time that is far off they would be refused.
    const Millis own = now();
    const Millis distance = info.time > own ? info.time - own : own - info.time;
    if (distance > kTolerated) learn_time(info.time);
    return info;
}

Result<std::string> Remote::create_organisation(const api::CreateOrganisation& request) {
    return TRY(post<api::Note>(Access::open, "/v1/organisation", request)).note;
}

Result<api::Entries> Remote::entries(std::uint64_t from) {
    return get<api::Entries>(Access::open_or_signed, "/v1/log/entries", from_query(from));
}

Result<Bytes> Remote::tile(const std::string& path) {
    http::Response response =
        TRY(call(Method::get, "/v1/log/tile/" + path, {}, {}, Access::open_or_signed));
    TRY(api::check(response));
    return std::move(response.body);
}

Result<api::SnapshotPage> Remote::snapshot_page(std::uint64_t size, std::uint32_t page) {
    return get<api::SnapshotPage>(Access::open_or_signed,
                                  "/v1/log/snapshots/" + std::to_string(size), from_query(page));
}

Result<std::string> Remote::join(const api::Append& request) {
    TRY(may_write());
    return TRY(post<api::Note>(Access::open, "/v1/join", request)).note;
}

Result<std::vector<KemPublicKey>> Remote::keys(std::vector<KemKeyHash> hashes) {
    return TRY(post<api::Keys>(Access::open_or_signed, "/v1/keys/get",
                               api::KeysWanted{std::move(hashes)}))
        .keys;
}

Result<Bytes> Remote::sign_in(std::string email, api::Credential which, const Secret<32>& auth) {
    const api::SignIn request{std::move(email), which, auth.clone()};
    return TRY(post<api::KitBlob>(Access::open_once, "/v1/sign-in", request)).blob;
}

Result<api::OpenedLink> Remote::open_link(const api::LinkId& id, const Secret<32>& auth,
                                          const api::VisitId& visit) {
    const api::OpenLink request{auth.clone(), visit};
    return post<api::OpenedLink>(Access::open_once, "/v1/links/" + id.hex() + "/open", request);
}

Result<std::vector<Bytes>> Remote::visit_objects(const api::VisitId& visit,
                                                 std::span<const ObjectId> ids) {
    const api::ObjectsWanted wanted{{ids.begin(), ids.end()}};
    http::Response response = TRY(call(Method::post, "/v1/visits/" + visit.hex() + "/objects/get",
                                       {}, encode(wanted), Access::open));
    TRY(api::check(response));
    return split_objects(std::move(response.body), ids.size());
}

Result<api::LinkStates> Remote::links_of(const SpaceId& space, const api::LinkId& after) {
    return get<api::LinkStates>(Access::by_body, space_path(space, "/shares"),
                                after.is_zero() ? "" : "from=" + after.hex());
}

Result<> Remote::end_link(const SpaceId& space, const api::LinkId& link) {
    TRY(post<NoAnswer>(Access::by_body, space_path(space, "/shares/" + link.hex() + "/end"),
                       NoQuestion{}));
    return {};
}

Result<> Remote::visit_upload(const api::VisitId& visit, const Bytes& body) {
    const http::Response response =
        TRY(call(Method::post, "/v1/visits/" + visit.hex() + "/objects", {}, body, Access::open));
    return api::check(response);
}

Result<> Remote::visit_drop(const api::VisitId& visit, const api::PutDrop& drop) {
    TRY(post<NoAnswer>(Access::open, "/v1/visits/" + visit.hex() + "/drops", drop));
    return {};
}

Result<std::vector<api::InboxInfo>> Remote::inboxes() {
    std::vector<api::InboxInfo> all;
    for (std::string query;;) {
        api::Inboxes page = TRY(get<api::Inboxes>(Access::by_body, "/v1/inboxes", query));
        for (api::InboxInfo& info : page.inboxes) {
            // Ascending: so it comes to an end.
            if (!all.empty() && info.inbox <= all.back().inbox)
                return fail(errors::answer_malformed);
            all.push_back(std::move(info));
        }
        if (!page.more) return all;
        if (page.inboxes.empty()) return fail(errors::answer_malformed);
        query = "from=" + all.back().inbox.hex();
    }
}

Result<api::InboxState> Remote::inbox_key(const api::InboxId& inbox) {
    return get<api::InboxState>(Access::by_body, inbox_path(inbox, "/key"));
}

Result<> Remote::upload_to_inbox(const api::InboxId& inbox, const Bytes& body) {
    TRY(may_write());
    const http::Response response =
        TRY(call(Method::post, inbox_path(inbox, "/objects"), {}, body, Access::by_list));
    return api::check(response);
}

Result<> Remote::put_drop(const api::InboxId& inbox, const api::PutDrop& drop) {
    TRY(may_write());
    TRY(post<NoAnswer>(Access::by_body, inbox_path(inbox, "/drops"), drop));
    return {};
}

Result<> Remote::change_inbox(const api::InboxId& inbox, const api::InboxChange& change) {
    TRY(may_write());
    TRY(post<NoAnswer>(Access::by_body, inbox_path(inbox, "/key"), change));
    return {};
}

Result<api::Drops> Remote::drops(const api::InboxId& inbox, const api::DropId& after) {
    return get<api::Drops>(Access::by_body, inbox_path(inbox, "/drops"),
                           after.is_zero() ? "" : "from=" + after.hex());
}

Result<std::vector<Bytes>> Remote::drop_objects(const api::InboxId& inbox,
                                                std::span<const ObjectId> ids) {
    const api::ObjectsWanted wanted{{ids.begin(), ids.end()}};
    http::Response response = TRY(
        call(Method::post, inbox_path(inbox, "/objects/get"), {}, encode(wanted), Access::by_body));
    TRY(api::check(response));
    return split_objects(std::move(response.body), ids.size());
}

Result<> Remote::drops_done(const api::InboxId& inbox, const api::DropsDone& done) {
    TRY(post<NoAnswer>(Access::by_body, inbox_path(inbox, "/done"), done));
    return {};
}

Result<std::vector<api::Lease>> Remote::leases(const SpaceId& space) {
    return TRY(get<api::Leases>(Access::by_body, space_path(space, "/leases"))).leases;
}

Result<api::Lease> Remote::put_lease(const SpaceId& space, const api::LeaseId& id,
                                     const api::PutLease& request) {
    TRY(may_write());
    return post<api::Lease>(Access::by_body, space_path(space, "/leases/" + id.hex()), request);
}

Result<> Remote::offer_linking(const api::LinkingOffer& offer) {
    TRY(post<NoAnswer>(Access::open, "/v1/linking", offer));
    return {};
}

Result<api::LinkingState> Remote::linking(const api::LinkingId& id) {
    return get<api::LinkingState>(Access::open, "/v1/linking/" + id.hex());
}

Result<std::string> Remote::append(const api::Append& request) {
    TRY(may_write());
    return TRY(post<api::Note>(Access::by_body, "/v1/log/entries", request)).note;
}

Result<> Remote::deposit_buckets(const api::BucketDeposit& deposit) {
    TRY(may_write());
    TRY(post<NoAnswer>(Access::by_body, "/v1/generations/buckets", deposit));
    return {};
}

Result<api::GenerationMaterial> Remote::generation(const PrincipalId& principal,
                                                   std::uint32_t number) {
    return post<api::GenerationMaterial>(Access::by_body, "/v1/generations/get",
                                         api::GenerationWanted{principal, number});
}

Result<api::Openings> Remote::openings(const UserId& from) {
    return get<api::Openings>(Access::by_body, "/v1/openings",
                              from.is_zero() ? "" : "from=" + from.hex());
}

Result<> Remote::deposit_kit(const api::KitDeposit& deposit) {
    TRY(may_write());
    TRY(post<NoAnswer>(Access::by_body, "/v1/kit", deposit));
    return {};
}

Result<> Remote::answer_linking(const api::LinkingId& id, Bytes answer) {
    TRY(post<NoAnswer>(Access::by_body, "/v1/linking/" + id.hex() + "/answer",
                       api::LinkingAnswer{std::move(answer)}));
    return {};
}

Result<api::Heads> Remote::heads(std::vector<PrincipalId> principals) {
    return post<api::Heads>(Access::by_body, "/v1/heads", api::HeadsWanted{std::move(principals)});
}

Result<api::ProvenHead> Remote::head_proof(const Hash& root, const SpaceId& space) {
    return post<api::ProvenHead>(Access::by_body, "/v1/heads/proof", api::HeadWanted{root, space});
}

Result<> Remote::bring_heads(const api::Heads& list) {
    TRY(post<NoAnswer>(Access::by_body, "/v1/heads/again", list));
    return {};
}

Result<api::Spaces> Remote::spaces() { return get<api::Spaces>(Access::by_body, "/v1/spaces"); }

Result<api::Head> Remote::create_space(const api::NewSpace& request) {
    TRY(may_write());
    return post<api::Head>(Access::by_body, "/v1/spaces", request);
}

Result<Appending> Remote::append_link(const SpaceId& space, const Bytes& body) {
    TRY(may_write());
    const http::Response response =
        TRY(call(Method::post, space_path(space, "/links"), {}, body, Access::by_body));
    const Result<> checked = api::check(response);
    Appending appending;
    if (checked || checked.error().is(errors::chain_moved)) {
        appending.outcome = checked ? Appending::Outcome::done : Appending::Outcome::moved;
        appending.head = TRY(decode_answer<api::Head>(response));
        return appending;
    }
    if (!checked.error().is(errors::upload_missing)) return std::unexpected(checked.error());
    appending.outcome = Appending::Outcome::missing;
    appending.missing = TRY(decode_answer<api::ObjectsMissing>(response)).ids;
    return appending;
}

Result<api::Links> Remote::links(const SpaceId& space, std::uint64_t from) {
    return get<api::Links>(Access::by_body, space_path(space, "/links"), from_query(from));
}

Result<api::Rosters> Remote::rosters(const SpaceId& space, std::uint64_t from) {
    return get<api::Rosters>(Access::by_body, space_path(space, "/rosters"), from_query(from));
}

Result<space::Lists> Remote::lists(const SpaceId& space, std::uint64_t sequence) {
    return get<space::Lists>(Access::by_body, number_path(space, "/lists", sequence));
}

Result<api::EpochAnswer> Remote::epoch(const SpaceId& space, std::uint64_t number) {
    return get<api::EpochAnswer>(Access::by_body, number_path(space, "/epochs", number));
}

Result<std::vector<ObjectId>> Remote::renew(const SpaceId& space, std::vector<ObjectId> ids) {
    return TRY(post<api::ObjectsMissing>(Access::by_body, space_path(space, "/objects/renew"),
                                         api::ObjectsWanted{std::move(ids)}))
        .ids;
}

Result<api::Quota> Remote::quota() { return get<api::Quota>(Access::by_body, "/v1/quota"); }

Result<Ticket> Remote::start_upload(const SpaceId& space, const Bytes& body) {
    TRY(may_write());
    return transport_.submit(
        TRY(make(Method::post, space_path(space, "/objects"), {}, body, Access::by_list)));
}

Result<api::Stored> Remote::finish_upload(Ticket ticket) {
    const http::Response response = TRY(transport_.collect(ticket));
    const Result<> checked = api::check(response);
    if (!checked) {
        learn(response, checked.error());
        return std::unexpected(checked.error());
    }
    return decode_answer<api::Stored>(response);
}

Result<std::vector<Bytes>> Remote::objects(const SpaceId& space, std::span<const ObjectId> ids) {
    const api::ObjectsWanted wanted{{ids.begin(), ids.end()}};
    http::Response response = TRY(
        call(Method::post, space_path(space, "/objects/get"), {}, encode(wanted), Access::by_body));
    TRY(api::check(response));
    return split_objects(std::move(response.body), ids.size());
}

Result<Ticket> Remote::start_objects(const SpaceId& space, std::span<const ObjectId> ids) {
    const api::ObjectsWanted wanted{{ids.begin(), ids.end()}};
    return transport_.submit(TRY(make(Method::post, space_path(space, "/objects/get"), {},
                                      encode(wanted), Access::by_body)));
}

Result<std::vector<Bytes>> Remote::finish_objects(Ticket ticket, std::size_t count) {
    http::Response response = TRY(transport_.collect(ticket));
    TRY(api::check(response));
    return split_objects(std::move(response.body), count);
}

Result<http::Request> Remote::events_request() {
    return make(Method::get, "/v1/events", {}, {}, Access::by_body);
}

}  // namespace obhut::client
