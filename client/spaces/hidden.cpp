// Spaces that this device knows and the server does not show: somebody signed why, or it hides them
// (SR-29). What says so is the roster entry that took this user out, the mark that closed the
// space, or the directory for a group's members. A server that was restored may not know them yet.
//
//     spaces  "g/" space   explained: not looked into again until it is shown again
//             "asked"      when the server was asked last, to the day
#include <set>

#include "client/spaces/restored.h"
#include "client/spaces/shelf.h"
#include "client/spaces/space_parts.h"
#include "core/base/verify.h"
#include "protocols/api/errors.h"
#include "protocols/http/errors.h"

namespace obhut::client {
namespace {

// A closed space goes from the server with everything 30 days later; a day is for clocks.
constexpr Millis kShownClosed = 29 * kDay;

ByteView asked_key() { return as_bytes("asked"); }

Bytes gone_key(const SpaceId& space) {
    Bytes key = to_bytes("g/");
    append(key, space.view());
    return key;
}

// What the store says of it.
struct Known {
    std::set<SpaceId> gone;
    Millis asked = 0;
};

Result<Known> load(LocalStore& store) {
    Known known;
    const auto reader = TRY(store.read());
    const auto asked = TRY(reader->get(Table::spaces, asked_key()));
    if (asked && asked->size() == 8) known.asked = read_be64(*asked);
    TRY(reader->scan(Table::spaces, as_bytes("g/"), as_bytes("g0"), [&](ByteView key, ByteView) {
        if (key.size() == 2 + SpaceId::kSize) known.gone.insert(SpaceId::from(key.subspan(2)));
        return true;
    }));
    return known;
}

// Whether the chain says, as it is known here, that this user is in the space no more. Who left
// himself is in it until the next roster entry.
Result<bool> is_explained(Session& session, const SpaceId& id) {
    const auto chain = TRY(ChainFile(session.store, id).load());
    return !chain || chain->trusted().closed ||
           !chain->role_of(session.directory.view(), session.user(), session.directory.size());
}

// Whether nothing can be told for now: the server was not reached, or this machine could not keep
// what it answered. Neither is the server's lie.
bool tells_nothing(const Error& error) {
    return error.kind() == Kind::retry || error.kind() == Kind::local;
}

}  // namespace

// explain gives why the server does not show a space, as an error unless it may.
Result<> Shelf::explain(const SpaceId& id, bool asked_lately) {
    if (TRY(is_explained(session_, id))) return {};
    const auto opened = open(id);
    const auto refreshed =
        opened ? (*opened)->refresh() : Result<bool>(std::unexpected(opened.error()));
    if (!refreshed && tells_nothing(refreshed.error())) return std::unexpected(refreshed.error());
    TRY(session_.directory.catch_up());
    const bool explained = TRY(is_explained(session_, id));
    const auto chain = TRY(ChainFile(session_.store, id).load());
    const bool restored = chain && waits_since_restore(session_, *chain);
    if (!explained && restored) return fail(errors::restored_behind);
    // Taken out and back in again meanwhile: the next list shows it.
    if (!explained && refreshed && *refreshed) return fail(errors::unreachable);
    if (!explained && !refreshed && !asked_lately) return fail(errors::space_gone);
    // What takes him out may be held back as signed with the past: that has an alarm of its own.
    if (!explained && chain && chain->held()) return fail(errors::unreachable);
    VERIFY("SR-29/space-shown", explained, errors::space_hidden);
    return {};
}

Result<> Shelf::look_for_hidden(const Heads& verified, std::vector<SpaceView>& views) {
    const Known known = TRY(load(session_.store));
    const Millis now = session_.clock.now();
    const bool asked_lately = known.asked != 0 && now < known.asked + kShownClosed;
    std::set<SpaceId> shown;
    for (const SpaceView& view : views) shown.insert(view.id);
    std::vector<SpaceId> gone;
    for (const auto& [id, head] : verified) {
        if (shown.contains(id) || known.gone.contains(id)) continue;
        const Result<> explained = explain(id, asked_lately);
        const Error why = explained ? Error(errors::space_gone) : explained.error();
        if (!explained && tells_nothing(why)) continue;
        if (why.kind() == Kind::corrupt || (!explained && why.is(errors::space_gone)))
            session_.alarms.raise(why, id);
        if (explained || why.is(errors::space_gone)) {
            gone.push_back(id);
            continue;
        }
        SpaceView view;
        view.id = id;
        (void)fill_view(view, {head.sequence, head.hash, 0, 0});
        view.trouble = why;
        views.push_back(std::move(view));
    }
    const bool newly_asked = now < known.asked || now >= known.asked + kDay;
    const bool back =
        std::ranges::any_of(known.gone, [&](const SpaceId& id) { return shown.contains(id); });
    if (gone.empty() && !newly_asked && !back) return {};
    const auto writer = TRY(session_.store.write(Durability::relaxed));
    for (const SpaceId& id : gone) TRY(writer->put(Table::spaces, gone_key(id), {}));
    for (const SpaceId& id : known.gone)
        if (shown.contains(id)) TRY(writer->erase(Table::spaces, gone_key(id)));
    Bytes time;
    append_be64(time, now);
    TRY(writer->put(Table::spaces, asked_key(), time));
    return writer->commit();
}

}  // namespace obhut::client
