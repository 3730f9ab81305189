#include "client/names/names.h"

#include <algorithm>

#include "client/directory/people.h"
#include "client/drops/inbox.h"
#include "client/drops/outbox.h"
#include "client/errors.h"
#include "client/spaces/rosters.h"
#include "core/base/verify.h"

namespace obhut::client {
namespace {

constexpr std::size_t kMaxWishes = 4096;    // of one user
constexpr Millis kClockSkew = 5 * kMinute;  // a wish may be so far ahead

bool is_person(const PrincipalId& id) { return kind_of(id) == PrincipalKind::user; }

Bytes key_of(const PrincipalId& about) {
    return is_person(about) ? person_key(user_of(about)) : group_key(group_of(about));
}

std::optional<PrincipalId> about_of(ByteView key) {
    if (key.size() != 2 + UserId::kSize || key[1] != '/') return std::nullopt;
    if (key[0] == 'u') return principal(UserId::from(key.subspan(2)));
    if (key[0] == 'g') return principal(GroupId::from(key.subspan(2)));
    return std::nullopt;
}

template <class Entry>
Result<std::optional<Entry>> entry_at(const tree::Tree& tree, ByteView key) {
    const auto value = TRY(tree.get(key));
    if (!value) return std::optional<Entry>();
    return std::optional(TRY(decode<Entry>(*value)));
}

// WriteName writes into the address book what is later than what stands there.
class WriteName final : public Change {
public:
    // by_hand: an administrator's own word, later than anything.
    WriteName(const PrincipalId& about, NameEntry entry, bool by_hand)
        : about_(about), entry_(std::move(entry)), by_hand_(by_hand) {}

    Result<Plan> plan(const Snapshot& base) override {
        Plan plan;
        const Bytes key = key_of(about_);
        const auto before = TRY(entry_at<NameEntry>(base.tree, key));
        const Millis known = before ? before->time.value_or(0) : 0;
        if (by_hand_ && before && before->name == entry_.name) return plan;
        if (by_hand_) entry_.time = std::max(*entry_.time, known + 1);
        VERIFY("SR-32/name-later-than-known", *entry_.time > known, errors::wish_overtaken);
        plan.summary.add(Verb::changed, entry_.name);
        plan.batch.put(key, ByteView(encode(entry_)));
        return plan;
    }

private:
    PrincipalId about_;
    NameEntry entry_;
    bool by_hand_;
};

// MakeWish writes a wish into the own home, later than `known` and what was wished before; but for
// a time ahead of all clocks, which no administrator takes.
class MakeWish final : public Change {
public:
    MakeWish(const PrincipalId& about, std::string name, Millis now, Millis known)
        : key_(key_of(about)), name_(std::move(name)), now_(now), known_(known) {}

    Result<Plan> plan(const Snapshot& base) override {
        Plan plan;
        const auto before = TRY(entry_at<OwnName>(base.tree, key_));
        Millis last = known_;
        if (before && before->time <= now_ + kClockSkew) last = std::max(last, before->time);
        plan.batch.put(key_, ByteView(encode(OwnName{name_, std::max(now_, last + 1), {}, {}})));
        return plan;
    }

private:
    Bytes key_;
    std::string name_;
    Millis now_;
    Millis known_;
};

// KeepWish notes who was asked, or takes out what is settled, unless another device wishes anew.
class KeepWish final : public Change {
public:
    KeepWish(const PrincipalId& about, OwnName wish, bool settled)
        : key_(key_of(about)), wish_(std::move(wish)), settled_(settled) {}

    Result<Plan> plan(const Snapshot& base) override {
        Plan plan;
        const auto before = TRY(entry_at<OwnName>(base.tree, key_));
        if (!before || before->time != wish_.time || before->name != wish_.name) return plan;
        if (settled_)
            plan.batch.erase(key_);
        else
            plan.batch.put(key_, ByteView(encode(wish_)));
        return plan;
    }

private:
    Bytes key_;
    OwnName wish_;
    bool settled_;
};

// Names that differ only so are taken for one by people.
std::string folded(std::string_view name) {
    std::string plain;
    for (const char c : name)
        if (c != ' ') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return plain;
}

// check_free: nobody else is called so, nor has such an address. Errors: name_malformed,
// name_in_use.
Result<> check_free(Session& session, Shelf& shelf, const PrincipalId& about,
                    const std::string& name) {
    TRY(check_name(name));
    const std::string plain = folded(name);
    if (plain.empty()) return fail(errors::name_malformed);
    if (!is_person(about)) {
        for (const auto& [id, other] : shelf.group_names()) {
            const directory::GroupRecord* group = session.directory.state().group(id);
            const bool lives = group != nullptr && !group->deleted;
            if (lives && principal(id) != about && folded(other) == plain)
                return fail(errors::name_in_use);
        }
        const bool all = plain == "all" || plain == "alle";
        return all ? fail(errors::name_in_use) : Result<>();
    }
    // A name that looks like an address passes for the person who has it.
    if (name.find('@') != std::string::npos) return fail(errors::name_malformed);
    for (const auto& [id, other] : shelf.names())
        if (principal(id) != about && folded(other) == plain) return fail(errors::name_in_use);
    return {};
}

// read_book gives the newest address book; nothing while this user waits for a box of it.
Result<const Snapshot*> read_book(Shelf& shelf) {
    const auto read = [&]() -> Result<const Snapshot*> {
        Space* book = TRY(shelf.address_book());
        TRY(book->refresh());
        return book->snapshot();
    };
    const auto newest = read();
    const bool waits = !newest && (newest.error().is(errors::space_not_found) ||
                                   newest.error().is(errors::space_not_readable));
    return waits ? Result<const Snapshot*>(nullptr) : newest;
}

// Whether the address book has that name, or a later one.
Result<bool> is_settled(const Snapshot& book, const PrincipalId& about, const OwnName& wish) {
    const auto entry = TRY(entry_at<NameEntry>(book.tree, key_of(about)));
    return entry && (entry->name == wish.name || entry->time.value_or(0) >= wish.time);
}

bool may_wish(const Session& session, const UserId& user, const PrincipalId& about) {
    if (is_person(about)) return user_of(about) == user;
    const directory::State& state = session.directory.state();
    const directory::GroupRecord* group = state.group(group_of(about));
    return group != nullptr && !group->deleted && state.is_manager(*group, user);
}

Result<> judge_wish(const Session& session, const Letter& letter) {
    const UserId& sender = *letter.sender;
    const PrincipalId& about = letter.wish->about;
    const bool may = may_wish(session, sender, about);
    VERIFY("SR-17/name-by-self", may || !is_person(about), errors::wish_refused);
    VERIFY("SR-17/name-by-manager", may || is_person(about), errors::wish_refused);
    return {};
}

// take_one writes what one letter wishes. Errors: wish_refused, wish_overtaken, name_in_use,
// name_malformed.
Result<> take_one(Session& session, Shelf& shelf, Space& book, const Letter& letter) {
    TRY(judge_wish(session, letter));
    const NameWish& wish = *letter.wish;
    const auto known = TRY(entry_at<NameEntry>(TRY(book.snapshot())->tree, key_of(wish.about)));
    const Millis last = known ? known->time.value_or(0) : 0;
    // What is overtaken, as WriteName finds, need not be left to anybody.
    if (wish.time > last) TRY(check_free(session, shelf, wish.about, wish.name));
    const Millis latest = std::max(session.remote.now(), last + 1) + kClockSkew;
    VERIFY("SR-32/name-not-ahead", wish.time <= latest, errors::wish_refused);
    WriteName change(wish.about, {wish.name, wish.time, letter.sender}, false);
    TRY(book.commit(change));
    return {};
}

// What is not believed, or clashes, is left in the inbox for a person to look at.
bool is_left(const Error& error) {
    return error.is(errors::wish_refused) || error.is(errors::name_in_use) ||
           error.is(errors::name_malformed);
}

// Who is to write names, but for this user.
std::vector<UserId> administrators(const Session& session) {
    std::vector<UserId> users;
    for (const auto& [id, user] : session.directory.state().users())
        if (session.directory.state().is_admin(id) && user.status == UserStatus::active &&
            id != session.user())
            users.push_back(id);
    return users;
}

// Own is a wish as it stands in the home.
struct Own {
    PrincipalId about;
    OwnName wish;
};

Result<std::vector<Own>> own_names(Shelf& shelf) {
    const Snapshot* home = TRY(TRY(shelf.home())->snapshot());
    std::vector<Own> found;
    for (const char* prefix : {"g/", "u/"})
        for (const tree::Entry& entry :
             TRY(home->tree.range(tree::KeyRange::prefix(as_bytes(prefix)), kMaxWishes)))
            if (const auto about = about_of(entry.key))
                found.push_back(
                    {*about, TRY(decode<OwnName>(TRY(home->tree.read_value(entry.value))))});
    return found;
}

// send_one sends a wish to whoever has not got it. After a doubt it stays in the outbox, and goes.
Result<bool> send_one(Session& session, Shelf& shelf, Own& own) {
    bool sent = false;
    // A server that was restored since may have lost the letters. Who gets one again throws it
    // away.
    const std::uint64_t incarnation = session.directory.checkpoint().incarnation;
    if (own.wish.incarnation.value_or(0) < incarnation) own.wish.told.clear();
    own.wish.incarnation = incarnation;
    for (const UserId& user : administrators(session)) {
        if (std::ranges::find(own.wish.told, user) != own.wish.told.end()) continue;
        if (own.wish.told.size() == kMaxTold) break;
        const auto outcome =
            Outbox(session).send_wish(user, {own.about, own.wish.name, own.wish.time});
        // Who cannot be written to is asked again the next time; `status` says that it waits.
        const bool kept = outcome || outcome.error().kind() == Kind::retry ||
                          outcome.error().kind() == Kind::local;
        if (!kept) continue;
        own.wish.told.push_back(user);
        sent = true;
    }
    if (!sent) return false;
    KeepWish told(own.about, own.wish, false);
    TRY(TRY(shelf.home())->commit(told));
    return true;
}

}  // namespace

Result<> check_group_name(Session& session, Shelf& shelf, const std::string& name) {
    if (session.is_administrator()) return check_name(name);
    return check_free(session, shelf, principal(GroupId{}), name);
}

Result<> give_name(Session& session, Shelf& shelf, const PrincipalId& about,
                   const std::string& name) {
    TRY(session.directory.catch_up());
    TRY(check_name(name));
    const bool by_hand = session.is_administrator();
    if (by_hand) {
        WriteName change(about, {name, session.remote.now(), session.user()}, true);
        TRY(TRY(shelf.address_book())->commit(change));
        return {};
    }
    if (is_person(about) && user_of(about) != session.user())
        return fail(errors::not_administrator);
    TRY(check_free(session, shelf, about, name));
    Millis known = 0;
    if (const Snapshot* book = TRY(read_book(shelf))) {
        const auto entry = TRY(entry_at<NameEntry>(book->tree, key_of(about)));
        if (entry) known = entry->time.value_or(0);
    }
    MakeWish wish(about, name, session.remote.now(), known);
    TRY(TRY(shelf.home())->commit(wish));
    TRY(send_names(session, shelf));
    return {};
}

Result<std::vector<Wished>> wished_names(Session& session, Shelf& shelf) {
    std::vector<Wished> wished;
    std::vector<Own> all = TRY(own_names(shelf));
    if (all.empty()) return wished;
    const Snapshot* book = TRY(read_book(shelf));
    for (Own& own : all)
        if (book == nullptr || !TRY(is_settled(*book, own.about, own.wish)))
            wished.push_back({own.about, std::move(own.wish.name), own.wish.time,
                              may_wish(session, session.user(), own.about)});
    return wished;
}

Result<std::size_t> send_names(Session& session, Shelf& shelf) {
    std::size_t done = 0;
    std::vector<Own> all = TRY(own_names(shelf));
    if (all.empty()) return done;
    const Snapshot* book = TRY(read_book(shelf));
    if (book == nullptr) return done;
    for (Own& own : all) {
        if (TRY(is_settled(*book, own.about, own.wish))) {
            KeepWish forget(own.about, own.wish, true);
            TRY(TRY(shelf.home())->commit(forget));
            ++done;
        } else if (may_wish(session, session.user(), own.about)) {
            if (session.is_administrator())
                TRY(give_name(session, shelf, own.about, own.wish.name));
            else if (TRY(send_one(session, shelf, own)))
                ++done;
        }
    }
    return done;
}

Result<std::size_t> take_names(Session& session, Shelf& shelf) {
    std::size_t done = 0;
    if (!session.is_administrator()) return done;
    Space* home = TRY(shelf.home());
    const InboxView inbox = TRY(read_inbox(session, *home));
    const auto wishes = [](const InboxItem& item) { return item.letter && item.letter->wish; };
    if (std::ranges::none_of(inbox.items, wishes)) return done;
    if (TRY(read_book(shelf)) == nullptr) return done;
    Space* book = TRY(shelf.address_book());
    for (const InboxItem& item : inbox.items) {
        if (!wishes(item)) continue;
        const auto taken = take_one(session, shelf, *book, *item.letter);
        if (!taken && is_left(taken.error())) continue;
        if (!taken && !taken.error().is(errors::wish_overtaken))
            return std::unexpected(taken.error());
        TRY(discard_letter(session, *home, item));
        if (taken) ++done;
    }
    return done;
}

Result<std::size_t> keep_writers(Session& session, Shelf& shelf) {
    std::size_t done = 0;
    if (!session.is_administrator()) return done;
    const auto book = shelf.address_book();
    if (!book && book.error().is(errors::space_not_found)) return done;
    if (!book) return std::unexpected(book.error());
    Space::Parts& parts = (*book)->parts();
    const auto& roster = parts.chain.chain().trusted().roster;
    if (!roster || parts.role() != Role::manager) return done;
    const directory::State& state = session.directory.state();
    std::vector<PrincipalId> managers, over;
    for (const space::Member& member : roster->members) {
        if (!is_person(member.principal)) continue;
        const directory::UserRecord* user = state.user(user_of(member.principal));
        const bool counts = state.is_admin(user_of(member.principal));
        if (counts && member.role == Role::manager) managers.push_back(member.principal);
        // Who is disabled is left out by every roster entry.
        if (!counts && user != nullptr && user->status == UserStatus::active)
            over.push_back(member.principal);
    }
    for (const UserId& user : administrators(session)) {
        const auto* newest = state.newest_generation(principal(user));
        const bool sealable = newest != nullptr && !newest->stale();
        if (!sealable || std::ranges::find(managers, principal(user)) != managers.end()) continue;
        const auto set = Rosters(parts).set(principal(user), Role::manager);
        if (!set && !set.error().is(errors::member_unchanged)) return std::unexpected(set.error());
        ++done;  // by this device, or by another administrator's
    }
    for (const PrincipalId& member : over) {
        const auto removed = Rosters(parts).remove(member);
        if (!removed && !removed.error().is(errors::member_unchanged))
            return std::unexpected(removed.error());
        ++done;
    }
    return done;
}

}  // namespace obhut::client
