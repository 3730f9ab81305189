// The Service: routes to the services behind it.
#include <algorithm>

#include "core/base/verify.h"
#include "core/directory/note.h"
#include "protocols/api/errors.h"
#include "protocols/api/problem.h"
#include "server/services/account_service.h"
#include "server/services/drop_service.h"
#include "server/services/errors.h"
#include "server/services/heads_service.h"
#include "server/services/lease_service.h"
#include "server/services/service.h"
#include "server/services/space_service.h"

namespace obhut::services {

namespace {

constexpr std::size_t kTokenBytes = 20;

template <class Message>
Result<Message> read(const http::Request& request) {
    auto message = decode<Message>(request.body);
    if (!message) return fail(errors::http_malformed, message.error().code.number);
    return message;
}

http::Response cbor(Bytes body) {
    http::Response response;
    response.headers.set(http::kContentType, std::string(http::kCbor));
    response.body = std::move(body);
    return response;
}

http::Response plain(std::string_view type, Bytes body) {
    http::Response response;
    response.headers.set(http::kContentType, std::string(type));
    response.body = std::move(body);
    return response;
}

class ObhutService final : public Service {
public:
    ObhutService(storage::Store& store, Clock& clock, NoteKey key, std::uint64_t incarnation,
                 const Settings& settings)
        : store_(store),
          clock_(clock),
          window_(clock.now()),
          notary_(std::move(key), incarnation),
          directory_(store, clock, hub_, notary_, settings.restore_wait),
          accounts_(store, clock, directory_, settings),
          heads_(store, clock, directory_),
          links_(store, clock),
          spaces_(store, clock, hub_, directory_, notary_, links_, settings),
          drops_(store, clock, hub_, directory_, spaces_),
          leases_(store, clock, hub_, spaces_),
          by_address_(settings.open),
          sign_ins_(settings.sign_in_address),
          by_device_(settings.device) {}

    Result<> load(Entropy& entropy);

    Result<Admitted> admit(const http::Request& head, const Peer& peer) override;
    Answer handle(const Admitted& admitted, const http::Request& request) override;
    http::Response refusal(Error error) override;
    void apply(const Settings& settings) override;
    Result<bool> tend() override;
    const EventHub& hub() const override { return hub_; }
    std::string creation_token() const override;

private:
    // recognise verifies who signed a request; on an error nothing of `admitted` has changed.
    Result<> recognise(const http::Request& head, const RouteInfo& info, Admitted& admitted,
                       Millis now);
    Result<Answer> route(const Admitted& admitted, const http::Request& request);
    Result<http::Response> route_open(const Admitted& admitted, const http::Request& request);
    Result<http::Response> route_directory(const Target& target, const Caller& caller,
                                           const http::Request& request);
    Result<http::Response> route_space(const Target& target, const Caller& caller,
                                       const http::Request& request);
    Result<api::Spaces> all_spaces(const Caller& caller);
    Result<http::Response> route_objects(const Target& target, const Caller& caller,
                                         const http::Request& request);
    Result<http::Response> create_organisation(const Admitted& admitted,
                                               const http::Request& request);
    Result<http::Response> join(const http::Request& request);
    Result<std::unique_ptr<Subscription>> events(const Caller& caller);
    Result<http::Response> route_visit(const Target& target, const http::Request& request);
    Result<http::Response> route_inbox(const Target& target, const Caller& caller,
                                       const http::Request& request);
    Result<http::Response> route_leases(const Target& target, const Caller& caller,
                                        const http::Request& request);
    Result<http::Response> open_link(const Target& target, const http::Request& request);
    http::Response server_info();
    http::Response answer_of(Outcome<api::Head> outcome);

    storage::Store& store_;
    Clock& clock_;
    ReplayWindow window_;
    EventHub hub_;
    Notary notary_;
    DirectoryService directory_;
    AccountService accounts_;
    HeadsService heads_;
    LinkService links_;
    SpaceService spaces_;
    DropService drops_;
    LeaseService leases_;
    RateLimit by_address_;
    RateLimit sign_ins_;
    RateLimit by_device_;
    std::string token_;
};

template <class Message>
http::Response message_answer(const Message& message) {
    return cbor(encode(message));
}

Result<> ObhutService::load(Entropy& entropy) {
    TRY(directory_.load());
    const auto stored = store_.record(storage::Area::server, creation_token_key(), clock_.now());
    if (stored) {
        token_ = std::string(as_text(stored->value));
        return {};
    }
    if (!stored.error().is(errors::not_stored)) return std::unexpected(stored.error());
    Bytes random(kTokenBytes);
    entropy.fill(random);
    token_ = to_base32(random);
    storage::WriteBatch batch;
    batch.add(storage::PutRecord{
        storage::Area::server, creation_token_key(), to_bytes(token_), {}, {}, clock_.now()});
    return commit(store_, std::move(batch));
}

std::string ObhutService::creation_token() const { return directory_.organisation() ? "" : token_; }

void ObhutService::apply(const Settings& settings) {
    by_address_.set_rate(settings.open);
    sign_ins_.set_rate(settings.sign_in_address);
    by_device_.set_rate(settings.device);
    accounts_.apply(settings);
    spaces_.apply(settings);
}

Result<bool> ObhutService::tend() {
    const storage::TendReport report = TRY(store_.tend(clock_.now()));
    return report.more;
}

http::Response ObhutService::refusal(Error error) {
    http::Response response = api::problem(error);
    if (error.is(errors::clock_skew) || error.is(errors::entry_time))
        response.headers.set(api::kTimeHeader, std::to_string(clock_.now()));
    if (error.is(errors::rate_limited))
        response.headers.set("retry-after", std::to_string(std::max(error.detail, 1)));
    return response;
}

Result<Admitted> ObhutService::admit(const http::Request& head, const Peer& peer) {
    Admitted admitted;
    admitted.peer = peer;
    admitted.target = TRY(parse_target(head.method, head.path, head.query));
    const RouteInfo& info = info_of(admitted.target.route);
    const Millis now = clock_.now();
    if (is_open(info.access)) {
        // A whole office behind one address follows the log: each of its devices for itself. A
        // signature that does not count makes no difference, so that nobody is kept from the log.
        if (info.access == Access::open_or_signed && recognise(head, info, admitted, now))
            TRY(by_device_.take(as_text(admitted.signature->input.device.view()), now));
        else
            TRY(by_address_.take(peer.address, now));
        if (info.route == Route::sign_in) TRY(sign_ins_.take(peer.address, now));
        return admitted;
    }
    TRY(recognise(head, info, admitted, now));
    // Only now: a device that is merely claimed must not pay for it.
    TRY(by_device_.take(as_text(admitted.signature->input.device.view()), now));
    return admitted;
}

Result<> ObhutService::recognise(const http::Request& head, const RouteInfo& info,
                                 Admitted& admitted, Millis now) {
    const auto covered =
        info.access == Access::by_device_list ? http::Covered::list : http::Covered::body;
    TRY(directory_.organisation());
    const http::SignedInput received = TRY(http::parse_signature(head, covered));
    admitted.caller = TRY(directory_.read([&](const directory::State& state) {
        return authenticate(state, head, received, window_, now);
    }));
    admitted.signature = received;
    return {};
}

Answer ObhutService::handle(const Admitted& admitted, const http::Request& request) {
    Result<Answer> routed = route(admitted, request);
    Answer answer;
    if (routed)
        answer = std::move(*routed);
    else
        answer.response = refusal(routed.error());
    if (admitted.target.route == Route::sign_in) answer.delay = AccountService::kSignInDelay;
    return answer;
}

Result<Answer> ObhutService::route(const Admitted& admitted, const http::Request& request) {
    const Target& target = admitted.target;
    const RouteInfo& info = info_of(target.route);
    if (request.body.size() > info.max_body) return fail(errors::http_too_large);
    Answer answer;
    if (is_open(info.access)) {
        answer.response = TRY(route_open(admitted, request));
        return answer;
    }
    TRY(http::verify_digest(request, *admitted.signature));
    const Caller& caller = *admitted.caller;
    switch (target.route) {
    case Route::events:
        answer.events = TRY(events(caller));
        answer.response = plain("text/event-stream", {});
        return answer;
    case Route::append_entries:
    case Route::deposit_buckets:
    case Route::generation:
    case Route::openings:
    case Route::heads:
    case Route::head_proof:
    case Route::bring_heads:
    case Route::deposit_kit:
    case Route::answer_linking:
        answer.response = TRY(route_directory(target, caller, request));
        break;
    case Route::upload:
    case Route::objects:
    case Route::renew:
    case Route::quota: answer.response = TRY(route_objects(target, caller, request)); break;
    case Route::inboxes:
    case Route::inbox_key:
    case Route::change_inbox:
    case Route::inbox_upload:
    case Route::put_drop:
    case Route::list_drops:
    case Route::drop_objects:
    case Route::drops_done: answer.response = TRY(route_inbox(target, caller, request)); break;
    case Route::leases:
    case Route::put_lease: answer.response = TRY(route_leases(target, caller, request)); break;
    default: answer.response = TRY(route_space(target, caller, request)); break;
    }
    return answer;
}

Result<http::Response> ObhutService::route_open(const Admitted& admitted,
                                                const http::Request& request) {
    const Target& target = admitted.target;
    switch (target.route) {
    case Route::server: return server_info();
    case Route::create_organisation: return create_organisation(admitted, request);
    case Route::checkpoint: {
        TRY(directory_.organisation());
        return plain("text/plain; charset=utf-8", to_bytes(notary_.newest()));
    }
    case Route::tile: return plain("application/octet-stream", TRY(directory_.tile(target.tile)));
    case Route::entries: return message_answer(TRY(directory_.entries(target.from)));
    case Route::snapshot:
        return message_answer(TRY(directory_.snapshot_page(target.number, target.from)));
    case Route::join: return join(request);
    case Route::keys:
        return message_answer(TRY(directory_.keys(TRY(read<api::KeysWanted>(request)))));
    case Route::sign_in:
        return message_answer(TRY(accounts_.sign_in(TRY(read<api::SignIn>(request)))));
    case Route::offer_linking:
        TRY(accounts_.offer(TRY(read<api::LinkingOffer>(request))));
        return cbor({});
    case Route::linking: return message_answer(TRY(accounts_.linking(target.linking)));
    case Route::open_link: return open_link(target, request);
    case Route::visit_objects:
    case Route::visit_upload:
    case Route::visit_drop: return route_visit(target, request);
    default: return fail(errors::http_not_found);
    }
}

Result<http::Response> ObhutService::route_directory(const Target& target, const Caller& caller,
                                                     const http::Request& request) {
    switch (target.route) {
    case Route::append_entries:
        return message_answer(
            TRY(directory_.append(TRY(read<api::Append>(request)), caller.device)));
    case Route::deposit_buckets:
        TRY(directory_.deposit(TRY(read<api::BucketDeposit>(request)), caller));
        return cbor({});
    case Route::generation:
        return message_answer(
            TRY(directory_.generation(TRY(read<api::GenerationWanted>(request)), caller)));
    case Route::openings: return message_answer(TRY(accounts_.openings(target.from_user)));
    case Route::heads:
        return message_answer(TRY(heads_.heads(TRY(read<api::HeadsWanted>(request)), caller)));
    case Route::head_proof: {
        // Who was taken out judges the links up to that one, also those signed with the past.
        const auto wanted = TRY(read<api::HeadWanted>(request));
        const auto visible = spaces_.visible(wanted.space, caller);
        if (!visible && !visible.error().is(errors::space_unknown))
            return std::unexpected(visible.error());
        return message_answer(TRY(heads_.proof(wanted, visible.has_value())));
    }
    case Route::bring_heads: TRY(heads_.bring(TRY(read<api::Heads>(request)))); return cbor({});
    case Route::deposit_kit:
        TRY(accounts_.deposit(TRY(read<api::KitDeposit>(request)), caller));
        return cbor({});
    case Route::answer_linking:
        TRY(accounts_.answer(target.linking, TRY(read<api::LinkingAnswer>(request))));
        return cbor({});
    default: return fail(errors::http_not_found);
    }
}

Result<api::Spaces> ObhutService::all_spaces(const Caller& caller) {
    api::Spaces answer = TRY(spaces_.spaces(caller));
    answer.note = notary_.newest();
    TRY(drops_.tell(answer, caller));
    return answer;
}

Result<http::Response> ObhutService::route_space(const Target& target, const Caller& caller,
                                                 const http::Request& request) {
    switch (target.route) {
    case Route::spaces: return message_answer(TRY(all_spaces(caller)));
    case Route::create_space:
        return answer_of(spaces_.create(TRY(read<api::NewSpace>(request)), caller));
    case Route::append_link:
        return answer_of(spaces_.append(target.space, TRY(read<api::AppendLink>(request)), caller));
    case Route::links: return message_answer(TRY(spaces_.links(target.space, target.from, caller)));
    case Route::rosters:
        return message_answer(TRY(spaces_.rosters(target.space, target.from, caller)));
    case Route::space_links:
        return message_answer(TRY(spaces_.links_of(target.space, target.from_link, caller)));
    case Route::end_link: TRY(spaces_.end_link(target.space, target.link, caller)); return cbor({});
    case Route::lists: return cbor(TRY(spaces_.lists(target.space, target.number, caller)));
    case Route::epoch:
        return message_answer(TRY(spaces_.epoch(target.space, target.number, caller)));
    default: return fail(errors::http_not_found);
    }
}

Result<http::Response> ObhutService::route_objects(const Target& target, const Caller& caller,
                                                   const http::Request& request) {
    switch (target.route) {
    case Route::upload:
        return message_answer(TRY(spaces_.upload(target.space, request.body, caller)));
    case Route::objects:
        return plain(
            "application/octet-stream",
            TRY(spaces_.objects(target.space, TRY(read<api::ObjectsWanted>(request)), caller)));
    case Route::renew:
        return message_answer(
            TRY(spaces_.renew(target.space, TRY(read<api::ObjectsWanted>(request)), caller)));
    case Route::quota: return message_answer(TRY(spaces_.quota(caller)));
    default: return fail(errors::http_not_found);
    }
}

Result<http::Response> ObhutService::open_link(const Target& target, const http::Request& request) {
    const auto wanted = TRY(read<api::OpenLink>(request));
    api::OpenedLink opened;
    opened.record = TRY(links_.open(target.link, wanted));
    opened.org = TRY(directory_.organisation());
    return message_answer(opened);
}

Result<http::Response> ObhutService::route_visit(const Target& target,
                                                 const http::Request& request) {
    const LinkService::Visit visit = TRY(links_.visit(target.visit));
    if (target.route == Route::visit_upload)
        return message_answer(TRY(drops_.upload_by(visit, request.body)));
    if (target.route == Route::visit_drop) {
        TRY(drops_.put_by(visit, TRY(read<api::PutDrop>(request))));
        return cbor({});
    }
    const auto wanted = TRY(read<api::ObjectsWanted>(request));
    return plain("application/octet-stream", TRY(spaces_.visitor_objects(visit.space, wanted)));
}

Result<http::Response> ObhutService::route_inbox(const Target& target, const Caller& caller,
                                                 const http::Request& request) {
    switch (target.route) {
    case Route::inboxes: return message_answer(TRY(drops_.inboxes(caller, target.from_inbox)));
    case Route::inbox_key: return message_answer(TRY(drops_.key(target.inbox)));
    case Route::change_inbox:
        TRY(drops_.change(target.inbox, TRY(read<api::InboxChange>(request)), caller));
        return cbor({});
    case Route::inbox_upload: return message_answer(TRY(drops_.upload(target.inbox, request.body)));
    case Route::put_drop:
        TRY(drops_.put(target.inbox, TRY(read<api::PutDrop>(request))));
        return cbor({});
    case Route::list_drops:
        return message_answer(TRY(drops_.list(target.inbox, target.from_drop, caller)));
    case Route::drop_objects:
        return plain(
            "application/octet-stream",
            TRY(drops_.objects(target.inbox, TRY(read<api::ObjectsWanted>(request)), caller)));
    case Route::drops_done:
        TRY(drops_.done(target.inbox, TRY(read<api::DropsDone>(request)), caller));
        return cbor({});
    default: return fail(errors::http_not_found);
    }
}

Result<http::Response> ObhutService::route_leases(const Target& target, const Caller& caller,
                                                  const http::Request& request) {
    if (target.route == Route::leases)
        return message_answer(TRY(leases_.list(target.space, caller)));
    return message_answer(
        TRY(leases_.put(target.space, target.lease, TRY(read<api::PutLease>(request)), caller)));
}

http::Response ObhutService::server_info() {
    api::ServerInfo info;
    if (const auto org = directory_.organisation()) {
        info.org = *org;
        info.log_name = directory::log_origin(*org);
    }
    info.log_key = notary_.public_key();
    info.incarnation = notary_.incarnation();
    info.time = clock_.now();
    return message_answer(info);
}

Result<http::Response> ObhutService::create_organisation(const Admitted& admitted,
                                                         const http::Request& request) {
    const auto wanted = TRY(read<api::CreateOrganisation>(request));
    if (!admitted.peer.loopback) {
        // Compared as hashes, so that time tells nothing about the token.
        const bool right =
            wanted.token && sha256(as_bytes(*wanted.token)) == sha256(as_bytes(token_));
        VERIFY("SR-43/creation-token", right, errors::token_wrong);
    }
    return message_answer(TRY(directory_.create(wanted.append)));
}

Result<http::Response> ObhutService::join(const http::Request& request) {
    const auto append = TRY(read<api::Append>(request));
    bool enrols = append.entries.size() == 1;
    bool returns = enrols && append.lost.has_value();  // a device that a restore has lost
    if (enrols) {
        const auto outer = decode<directory::SignedEntry>(append.entries[0].view());
        if (!outer) return fail(errors::entry_refused, outer.error().code.number);
        const auto entry = decode<directory::Entry>(outer->payload);
        if (!entry) return fail(errors::entry_refused, entry.error().code.number);
        enrols = entry->kind() == directory::EntryKind::user_enrolled;
        returns = returns && entry->kind() == directory::EntryKind::device_added;
    }
    VERIFY("SR-35/join-only-enrols", enrols || returns, errors::entry_refused);
    return message_answer(TRY(directory_.append(append)));
}

Result<std::unique_ptr<Subscription>> ObhutService::events(const Caller& caller) {
    auto subscription = TRY(hub_.subscribe(caller.user, caller.device, caller.principals));
    hub_.prime(*subscription, TRY(spaces_.hints(caller)));
    return subscription;
}

http::Response ObhutService::answer_of(Outcome<api::Head> outcome) {
    if (outcome) return message_answer(*outcome);
    const Refused& refused = outcome.error();
    if (!refused.head && !refused.missing) return refusal(refused.error);
    http::Response response =
        refused.head ? message_answer(*refused.head) : message_answer(*refused.missing);
    api::set_error(response, refused.error);
    return response;
}

// Makes the key of the log when the store is new.
Result<storage::ServerState> server_state(storage::Store& store, Entropy& entropy) {
    auto state = store.server_state();
    if (state || !state.error().is(errors::not_stored)) return state;
    storage::ServerState fresh;
    entropy.fill(fresh.log_seed.expose_mutable());
    storage::WriteBatch batch;
    batch.add(storage::CreateServer{{fresh.incarnation, "", fresh.log_seed.clone(), {}}});
    TRY(storage::commit_now(store, std::move(batch)).result);
    return fresh;
}

}  // namespace

Result<std::unique_ptr<Service>> Service::open(storage::Store& store, Clock& clock,
                                               Entropy& entropy, const Settings& settings) {
    const storage::ServerState state = TRY(server_state(store, entropy));
    auto service = std::make_unique<ObhutService>(store, clock, NoteKey(state.log_seed.expose()),
                                                  state.incarnation, settings);
    TRY(service->load(entropy));
    return std::unique_ptr<Service>(std::move(service));
}

}  // namespace obhut::services
