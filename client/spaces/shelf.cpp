#include "client/spaces/shelf.h"

#include <algorithm>

#include "client/directory/rotation.h"
#include "client/spaces/maker.h"
#include "client/spaces/space_parts.h"
#include "core/base/verify.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

// Rename changes the name in what a space says of itself, and nothing else of it.
class Rename final : public Change {
public:
    explicit Rename(const std::string& name) : name_(name) {}

    Result<Plan> plan(const Snapshot& base) override {
        SpaceInfo info{"", std::string(kFilesKind), {}};
        if (const auto value = TRY(base.tree.get(space_info_key())))
            info = TRY(decode<SpaceInfo>(*value));
        Plan plan;
        plan.summary.add(Verb::renamed, info.name, name_);
        if (info.name != name_) {
            info.name = name_;
            plan.batch.put(space_info_key(), encode(info));
        }
        return plan;
    }

private:
    std::string name_;
};

// What was looked for is none of these, unless it is one that could not be looked into, or that
// this user has no key of: what a space is and its name are inside.
std::unexpected<Error> not_among(const std::vector<SpaceView>& views) {
    for (const Kind kind : {Kind::corrupt, Kind::local, Kind::retry})
        for (const SpaceView& view : views)
            if (view.trouble && view.trouble->kind() == kind && view.name.empty())
                return std::unexpected(*view.trouble);
    const bool waits = std::ranges::any_of(views, [](const SpaceView& view) {
        return !view.readable && !view.trouble && !view.group;
    });
    return fail(waits ? errors::space_not_readable : errors::space_not_found);
}

// SetPin writes pin and alias of a space into the home tree; a pinned genesis never changes.
class SetPin final : public Change {
public:
    SetPin(const SpaceId& space, const Hash& genesis, std::optional<std::string> alias)
        : space_(space), genesis_(genesis), alias_(std::move(alias)) {}

    Result<Plan> plan(const Snapshot& base) override {
        Pin pin{genesis_, std::nullopt};
        const auto value = TRY(base.tree.get(pin_key(space_)));
        if (value) pin = TRY(decode<Pin>(*value));
        if (alias_) pin.alias = alias_->empty() ? std::nullopt : alias_;
        Plan plan;
        plan.summary.add(Verb::other, "");
        if (!value || !equal(*value, encode(pin))) plan.batch.put(pin_key(space_), encode(pin));
        return plan;
    }

private:
    SpaceId space_;
    Hash genesis_;
    std::optional<std::string> alias_;
};

bool is_hidden(const SpaceView& view) {
    return view.trouble && view.trouble->is(errors::space_hidden);
}

// What a restored server lacks is known here and can be read as far as it is kept.
Result<std::optional<Error>> refreshed(Space& space) {
    const auto done = space.refresh();
    if (done) return std::optional<Error>();
    const Error error = done.error();
    if (error.is(errors::restored_behind) || error.is(errors::restored_apart))
        return std::optional(error);
    return std::unexpected(error);
}

}  // namespace

Result<> check_name(std::string_view name) {
    if (name.empty() || name.size() > kMaxSpaceName || !is_utf8(as_bytes(name)))
        return fail(errors::name_malformed);
    for (const char c : name)
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) return fail(errors::name_malformed);
    return {};
}

Result<Space*> Shelf::open(const SpaceId& id) { return open(id, std::nullopt); }

Result<Space*> Shelf::open(const SpaceId& id, std::optional<Hash> pinned) {
    TRY(session_.ready());
    if (const auto found = spaces_.find(id); found != spaces_.end()) return found->second.get();
    auto parts = std::make_unique<Space::Parts>(session_, id);
    const SpaceId home_id = space::space_id(space::home_genesis(session_.org(), session_.user()));
    if (id != home_id && !pinned)
        if (const auto pin = TRY(pin_of(id))) pinned = pin->genesis;
    const auto opened = parts->chain.open(pinned);
    if (!opened && id == home_id && opened.error().kind() == Kind::missing)
        return fail(errors::home_missing);
    if (!opened) return std::unexpected(opened.error());
    auto space = std::make_unique<Space>(std::move(parts));
    return spaces_.emplace(id, std::move(space)).first->second.get();
}

Result<Space*> Shelf::home() {
    return open(space::space_id(space::home_genesis(session_.org(), session_.user())));
}

Result<Space*> Shelf::group_home(const GroupId& group) {
    const Bytes genesis = space::group_genesis(session_.org(), group);
    const auto opened = open(space::space_id(genesis), space::link_hash(genesis));
    if (!opened && opened.error().kind() == Kind::missing) return fail(errors::space_not_found);
    return opened;
}

void Shelf::close() {
    spaces_.clear();
    address_book_.reset();
    listed_.reset();
}

Result<std::optional<Pin>> Shelf::pin_of(const SpaceId& id) {
    Space* home = TRY(this->home());
    auto value = TRY(home->snapshot())->tree.get(pin_key(id));
    // After months away the server may have forgotten what was newest then, and rightly so.
    if (!value && value.error().is(errors::object_withheld) && TRY(home->refresh()))
        value = TRY(home->snapshot())->tree.get(pin_key(id));
    if (!value) return std::unexpected(value.error());
    if (!*value) return std::optional<Pin>();
    return std::optional(TRY(decode<Pin>(**value)));
}

Result<> Shelf::pin(const SpaceId& id, const Hash& genesis) {
    SetPin change(id, genesis, std::nullopt);
    TRY(TRY(home())->commit(change));
    return {};
}

// What the server shows may not be behind what had been verified before it was asked, nor beside
// it; after a restore, which it says by its incarnation, the chain itself tells.
Result<> Shelf::check_shown(const api::SpaceInfo& info, const Heads& verified) {
    const auto known = verified.find(info.space);
    if (known == verified.end() || info.head.sequence > known->second.sequence) return {};
    const bool same =
        info.head.sequence != known->second.sequence || info.head.hash == known->second.hash;
    const bool behind = info.head.sequence < known->second.sequence;
    if (same && !behind) return {};
    const auto chain = TRY(ChainFile(session_.store, info.space).load());
    // It has moved on since, also by this program, which may have brought it back: then the list is
    // older than the chain, and the chain tells.
    if (chain && (chain->head().sequence != known->second.sequence ||
                  chain->head().hash != known->second.hash))
        return {};
    const bool restored = chain && info.head.incarnation > chain->incarnation();
    VERIFY("SR-29/list-back", !behind || restored, errors::chain_went_back);
    VERIFY("SR-29/list-same", same || restored, errors::chain_forked);
    return {};
}

// fill_view says of a verified space what its tree and the home say of it.
Result<> Shelf::fill_view(SpaceView& view, const api::Head& shown) {
    Space* space = TRY(open(view.id));
    const space::Chain& chain = space->parts().chain.chain();
    view.group = chain.genesis().group;
    if (chain.head().sequence != shown.sequence || chain.head().hash != shown.hash)
        view.trouble = TRY(refreshed(*space));
    view.sequence = chain.head().sequence;
    view.epoch = chain.last_epoch();
    const auto role = space->parts().role();
    if (!role) return fail(errors::space_not_found);
    view.role = *role;
    if (const auto& roster = chain.trusted().roster) view.limit = roster->limit;
    const auto snapshot = space->snapshot();
    // What is held from its first link on is nothing to read either, until somebody decides.
    if (!snapshot && (snapshot.error().is(errors::space_not_readable) ||
                      snapshot.error().is(errors::chain_held))) {
        view.readable = false;
        return {};
    }
    if (!snapshot) return std::unexpected(snapshot.error());
    const auto value = TRY((*snapshot)->tree.get(space_info_key()));
    if (value) {
        const SpaceInfo info = TRY(decode<SpaceInfo>(*value));
        view.name = info.name;
        view.kind = info.kind;
    }
    return {};
}

SpaceView Shelf::view_of(const api::SpaceInfo& info, const Heads& verified) {
    SpaceView view;
    view.id = info.space;
    view.drops = info.drops.value_or(true);
    const SpaceId& id = view.id;
    const Result<> shown = check_shown(info, verified);
    if (!shown && shown.error().kind() == Kind::corrupt) session_.alarms.raise(shown.error(), id);
    const auto filled = shown ? fill_view(view, info.head) : shown;
    if (!filled) {
        view.trouble = filled.error();
        return view;
    }
    const space::Chain& chain = spaces_.at(id)->parts().chain.chain();
    if (const auto pin = pin_of(id); pin && *pin) {
        view.alias = (*pin)->alias.value_or("");
    } else if (pin && view.kind != kHomeKind && !view.group) {
        view.fresh = true;
        if (const auto& roster = chain.trusted().epochs; !roster.empty())
            if (const auto* device = session_.directory.state().device(roster.back().signer))
                view.added_by = device->user;
        (void)this->pin(id, chain.genesis_hash());
    }
    return view;
}

// One request where the directory has nothing new. If it has, it goes first: what it says decides
// which spaces there are, and a restored server has to learn of this user by it.
Result<api::Spaces> Shelf::shown_spaces() {
    auto shown = session_.remote.spaces();
    if (shown && !TRY(session_.directory.heard(shown->note))) return shown;
    if (!shown) TRY(session_.directory.catch_up());
    return session_.remote.spaces();
}

Result<std::vector<SpaceView>> Shelf::list() {
    TRY(session_.ready());
    std::vector<SpaceView> views;
    // Read before the server is asked: another program may well go on meanwhile.
    const Heads verified = TRY(stored_heads(session_.store));
    for (const api::SpaceInfo& info : TRY(shown_spaces()).spaces) {
        SpaceView view = view_of(info, verified);
        // Who is no member any more does not see it; the server may be late to know.
        if (view.trouble &&
            (view.trouble->is(errors::space_not_found) || view.trouble->is(errors::space_unknown)))
            continue;
        views.push_back(std::move(view));
    }
    TRY(look_for_hidden(verified, views));
    std::sort(views.begin(), views.end(), [](const SpaceView& a, const SpaceView& b) {
        return std::tie(a.name, a.id) < std::tie(b.name, b.id);
    });
    listed_ = views;
    return views;
}

Result<SpaceId> Shelf::find(std::string_view name) {
    const std::vector<SpaceView> views = TRY(list());
    candidates_.clear();
    for (const SpaceView& view : views)
        if (view.id.hex() == name || (!view.alias.empty() && view.alias == name))
            return is_hidden(view) ? Result<SpaceId>(std::unexpected(*view.trouble)) : view.id;
    for (const SpaceView& view : views) {
        if (!view.alias.empty() || view.name.empty() || view.name != name) continue;
        if (is_hidden(view)) return std::unexpected(*view.trouble);
        candidates_.push_back(view);
    }
    if (candidates_.empty()) return not_among(views);
    if (candidates_.size() > 1)
        return fail(errors::space_ambiguous, static_cast<std::int32_t>(candidates_.size()));
    return candidates_.front().id;
}

Result<SpaceId> Shelf::create(const std::string& name) {
    TRY(session_.ready());
    TRY(check_name(name));
    TRY(session_.directory.catch_up());
    // A space is sealed to its maker alone, and to no stale key: theirs is renewed first.
    if (rotation_due(session_)) TRY(rotate_user_key(session_));
    NewSpaceWish wish;
    wish.genesis = space::new_genesis(session_.org(), session_.device(), session_.entropy);
    wish.members = {{principal(session_.user()), Role::manager}};
    wish.owner = session_.user();
    wish.name = name;
    wish.entries = {{space_info_key(), encode(SpaceInfo{name, std::string(kFilesKind), {}})}};
    const Hash genesis = space::link_hash(wish.genesis);
    const SpaceId id = TRY(make_space(session_, std::move(wish)));
    TRY(pin(id, genesis));
    return id;
}

Result<> Shelf::rename(const SpaceId& id, const std::string& name) {
    TRY(check_name(name));
    Rename change(name);
    TRY(TRY(open(id))->commit(change));
    return {};
}

Result<> Shelf::set_alias(const SpaceId& id, const std::string& alias) {
    if (!alias.empty()) TRY(check_name(alias));
    Space* space = TRY(open(id));
    SetPin change(id, space->parts().chain.chain().genesis_hash(), alias);
    TRY(TRY(home())->commit(change));
    return {};
}

Result<Space*> Shelf::address_book() {
    if (!address_book_) {
        const auto reader = TRY(session_.store.read());
        const auto row = TRY(reader->get(Table::spaces, as_bytes("address-book")));
        if (row && row->size() == SpaceId::kSize) address_book_ = SpaceId::from(*row);
    }
    if (!address_book_) address_book_ = TRY(look_for_address_book());
    return open(*address_book_);
}

Result<SpaceId> Shelf::look_for_address_book() {
    const auto everyone = session_.directory.state().everyone();
    if (!everyone) return fail(errors::space_not_found);
    const std::vector<SpaceView> views = TRY(list());
    for (const SpaceView& view : views) {
        if (view.kind != kAddressBookKind || !view.readable || view.trouble) continue;
        const space::Chain& chain = spaces_.at(view.id)->parts().chain.chain();
        const auto& roster = chain.trusted().roster;
        const auto* creator = chain.genesis().creator
                                  ? session_.directory.state().device(*chain.genesis().creator)
                                  : nullptr;
        const auto* maker =
            creator != nullptr ? session_.directory.state().user(creator->user) : nullptr;
        const bool for_all =
            roster && std::any_of(roster->members.begin(), roster->members.end(),
                                  [&](const space::Member& member) {
                                      return member.principal == principal(*everyone);
                                  });
        // Anybody can call a space so; only an administrator can have made the real one.
        if (!for_all || maker == nullptr || maker->admin.empty()) continue;
        const auto writer = TRY(session_.store.write(Durability::relaxed));
        TRY(writer->put(Table::spaces, as_bytes("address-book"), view.id.view()));
        TRY(writer->commit());
        return view.id;
    }
    return not_among(views);
}

namespace {

// read_names adds the names under a prefix of one letter; those there already stay.
template <class Id, class Entry>
void read_names(Space& space, std::string_view prefix, std::map<Id, std::string>& names) {
    const auto snapshot = space.snapshot();
    if (!snapshot) return;
    (void)(*snapshot)->tree.each(
        tree::KeyRange::prefix(as_bytes(prefix)), [&](ByteView key, const tree::ValueView& value) {
            if (key.size() != prefix.size() + Id::kSize || !value.is_inline()) return true;
            if (const auto entry = decode<Entry>(value.bytes()))
                names.emplace(Id::from(key.subspan(prefix.size())), entry->name);
            return true;
        });
}

}  // namespace

std::map<UserId, std::string> Shelf::names() {
    std::map<UserId, std::string> names;
    const auto book = address_book();
    if (!book) return names;
    (void)(*book)->refresh();
    read_names<UserId, NameEntry>(**book, "u/", names);
    return names;
}

std::map<GroupId, std::string> Shelf::group_names() {
    std::map<GroupId, std::string> names;
    if (const auto book = address_book()) {
        (void)(*book)->refresh();
        read_names<GroupId, NameEntry>(**book, "g/", names);
    }
    if (const auto own = home()) read_names<GroupId, OwnName>(**own, "g/", names);
    return names;
}

Result<std::string> Shelf::organisation_name() {
    Space* book = TRY(address_book());
    const Snapshot* snapshot = TRY(book->snapshot());
    const auto value = TRY(snapshot->tree.get(organisation_key()));
    if (!value) return std::string();
    return TRY(decode<OrganisationEntry>(*value)).name;
}

}  // namespace obhut::client
