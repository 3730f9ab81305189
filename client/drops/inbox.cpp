#include "client/drops/inbox.h"

#include <algorithm>
#include <array>
#include <map>

#include "client/drops/inbox_keys.h"
#include "client/drops/outbox.h"
#include "client/engine.h"
#include "client/enrolment/heads.h"
#include "client/errors.h"
#include "client/leases/lease.h"
#include "client/links/visitor.h"
#include "client/spaces/chain_file.h"
#include "client/spaces/maker.h"
#include "client/spaces/shelf.h"
#include "client/spaces/space_parts.h"
#include "core/crypto/hash.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

Bytes received_key(const DeviceId& device) {
    Bytes key = to_bytes("j/");
    append(key, device.view());
    return key;
}

// Letters to users and groups are counted, what comes by links is not.
bool is_counted(const InboxId& inbox) { return kind_of(inbox) != api::InboxKind::space; }
bool is_groups(const InboxId& inbox) { return kind_of(inbox) == api::InboxKind::group; }

Result<std::optional<Processed>> processed(const tree::Tree& tree, const LetterId& id) {
    const auto value = TRY(tree.get(processed_key(id)));
    if (!value) return std::optional<Processed>();
    return std::optional(TRY(decode<Processed>(*value)));
}

Result<Received> received(const tree::Tree& tree, const DeviceId& device) {
    const auto value = TRY(tree.get(received_key(device)));
    if (!value) return Received{};
    return decode<Received>(*value);
}

// Marks a letter in its mailbox, and in its target with what is put there. Whoever is first
// decides: what is done stays so, and a claim gives way only to who knows of it (`over`: the target
// that it names). Such a commit is not made again from the journal: its letter is still there to be
// filed.
class Mark final : public Change {
public:
    Mark(const InboxItem& item, Processed mark, bool counts, const LetterPlanner* planner,
         std::optional<SpaceId> over = std::nullopt)
        : item_(item), mark_(mark), counts_(counts), planner_(planner), over_(over) {}

    Result<Plan> plan(const Snapshot& base) override {
        Plan plan;
        plan.once = true;
        found = TRY(processed(base.tree, item_.id));
        if (found && found->state == FilingState::done) return plan;
        if (found && found->target != mark_.target && found->target != over_) return plan;
        if (planner_ != nullptr) plan = TRY((*planner_)(base));
        plan.once = true;
        plan.batch.put(processed_key(item_.id), ByteView(encode(mark_)));
        if (mark_.state == FilingState::done && counts_ && item_.letter->counter) {
            Received seen = TRY(received(base.tree, *item_.letter->device));
            seen.note(*item_.letter->counter);
            plan.batch.put(received_key(*item_.letter->device), ByteView(encode(seen)));
        }
        found = mark_;
        return plan;
    }

    // found is what stands there now: the mark, or what was there before and stays.
    std::optional<Processed> found;

private:
    const InboxItem& item_;
    Processed mark_;
    bool counts_;
    const LetterPlanner* planner_;
    std::optional<SpaceId> over_;
};

Processed mark_of(Session& session, FilingState state, const SpaceId& target) {
    return {state, target, session.device(), session.remote.now()};
}

Result<> done_at_server(Session& session, const InboxItem& item) {
    return session.remote.drops_done(item.inbox, {{item.drop}});
}

// The secret that a drop was sealed to.
Result<KemSecretKey> secret_for(Session& session, Space& mailbox, const Drop& drop) {
    if (is_counted(drop.inbox)) return inbox_secret(session, mailbox, drop.key);
    if (!drop.link) return fail(errors::letter_malformed);
    const Snapshot* snapshot = TRY(mailbox.snapshot());
    tree::KeyRange range = tree::KeyRange::prefix(as_bytes(kLinksPrefix));
    std::optional<KemSecretKey> found;
    Result<> outcome;
    TRY(snapshot->tree.each(range, [&](ByteView key, const tree::ValueView& value) {
        const auto place = parse_link_key(key);
        if (!place || place->id != *drop.link) return true;
        const auto bytes = snapshot->tree.read_value(value);
        auto entry = bytes ? parse_link_entry(*bytes) : std::unexpected(bytes.error());
        if (!entry)
            outcome = std::unexpected(entry.error());
        else if (entry->upload_key)
            found = entry->upload_key->clone();
        return false;
    }));
    TRY(outcome);
    if (!found) return fail(errors::letter_of_ended_link);
    return std::move(*found);
}

Result<InboxItem> open_item(Session& session, Space& mailbox, const InboxId& inbox,
                            const api::WaitingDrop& waiting) {
    InboxItem item;
    item.drop = DropId::from(sha256(waiting.drop).view());
    item.inbox = inbox;
    item.arrived = waiting.arrived;
    const auto drop = decode<Drop>(waiting.drop);
    if (!drop || drop->inbox != inbox) {
        item.trouble = Error(errors::letter_malformed);
        return item;
    }
    const auto secret = secret_for(session, mailbox, *drop);
    if (!secret && secret.error().kind() == Kind::retry) return std::unexpected(secret.error());
    if (!secret) {
        item.trouble = secret.error();
        return item;
    }
    auto letter = open_letter(session, *drop, *secret);
    if (!letter) {
        item.trouble = letter.error();
        return item;
    }
    item.id = letter->id();
    item.letter = std::move(*letter);
    return item;
}

// What is missing: what the home knows to be, less what waits now, and the gaps that this makes.
Result<std::vector<MissingLetters>> missing_letters(const tree::Tree& tree,
                                                    const std::vector<InboxItem>& items,
                                                    const Session& session) {
    std::map<DeviceId, Received> all;
    for (const tree::Entry& entry :
         TRY(tree.range(tree::KeyRange::prefix(as_bytes("j/")), 1U << 16)))
        if (entry.key.size() == 2 + DeviceId::kSize)
            all[DeviceId::from(ByteView(entry.key).subspan(2))] =
                TRY(decode<Received>(TRY(tree.read_value(entry.value))));
    for (const InboxItem& item : items)
        if (item.letter && item.letter->counter)
            all[*item.letter->device].note(*item.letter->counter);
    std::vector<MissingLetters> missing;
    for (const auto& [device, seen] : all) {
        if (seen.missing.empty()) continue;
        const directory::DeviceRecord* record = session.directory.state().device(device);
        missing.push_back({device, record ? record->user : UserId{}, seen.missing});
    }
    return missing;
}

}  // namespace

Bytes processed_key(const LetterId& id) {
    Bytes key = to_bytes(kProcessedPrefix);
    append(key, id.view());
    return key;
}

bool Received::note(std::uint64_t counter) {
    const auto at = std::ranges::lower_bound(missing, counter);
    if (counter <= highest) {
        if (at == missing.end() || *at != counter) return false;
        missing.erase(at);
        return true;
    }
    // A number far ahead is no reason to remember a million: the newest gaps are kept.
    const std::uint64_t gap = counter - highest - 1;
    const std::uint64_t kept = std::min<std::uint64_t>(gap, kMaxMissing - 1);
    for (std::uint64_t lost = counter - kept; lost < counter; ++lost) missing.push_back(lost);
    if (missing.size() > kMaxMissing)
        missing.erase(missing.begin(), missing.end() - static_cast<std::ptrdiff_t>(kMaxMissing));
    highest = counter;
    return true;
}

namespace {

Result<InboxView> read_waiting(Session& session, Space& mailbox, const InboxId& inbox) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    TRY(mailbox.refresh());
    if (mailbox.role() < Role::editor) return fail(errors::not_editor);
    InboxView view;
    const Snapshot* snapshot = TRY(mailbox.snapshot());
    for (DropId after;;) {
        const api::Drops page = TRY(session.remote.drops(inbox, after));
        for (const api::WaitingDrop& waiting : page.drops) {
            InboxItem item = TRY(open_item(session, mailbox, inbox, waiting));
            after = item.drop;
            const auto known =
                item.letter ? TRY(processed(snapshot->tree, item.id)) : std::optional<Processed>();
            if (known && known->state == FilingState::done)
                TRY(done_at_server(session, item));
            else
                view.items.push_back(std::move(item));
        }
        if (!page.more || page.drops.empty()) break;
    }
    std::ranges::sort(view.items, {}, &InboxItem::arrived);
    if (is_counted(inbox)) view.missing = TRY(missing_letters(snapshot->tree, view.items, session));
    return view;
}

}  // namespace

Result<InboxView> read_inbox(Session& session, Space& mailbox) {
    return read_waiting(session, mailbox, inbox_of(mailbox));
}

Result<InboxView> read_inbox(Engine& engine, Space& mailbox) {
    return read_inbox(engine.session(), mailbox);
}

Result<InboxView> read_uploads(Engine& engine, Space& space) {
    return read_waiting(engine.session(), space, api::inbox(space.id()));
}

std::unique_ptr<Transfer> letter_source(Engine& engine, const InboxItem& item) {
    Remote& remote = engine.session().remote;
    const InboxId inbox = item.inbox;
    return std::make_unique<Transfer>(
        [](const Bytes&) -> Result<> { return fail(errors::not_editor); },
        [&remote, inbox](std::span<const ObjectId> ids) {
            return remote.drop_objects(inbox, ids);
        });
}

namespace {

// finished: the letter has been filed; the mailbox and the server are told.
Result<bool> finished(Session& session, Space& mailbox, const InboxItem& item, Processed done) {
    Mark finish(item, done, true, nullptr, done.target);
    TRY(mailbox.commit(finish));
    TRY(done_at_server(session, item));
    return false;
}

// takes_no_more tells of a space that this user will write nothing into, however late. (Not so of
// one that waits, for a manager after a restore or for a key.)
bool takes_no_more(const Error& error) {
    return std::ranges::any_of(std::array{errors::space_unknown, errors::space_not_found,
                                          errors::not_editor, errors::chain_closed},
                               [&](const Code& code) { return error.is(code); });
}

// close_off sees to it that the letter is not filed where somebody meant to and did not finish:
// what stands there if it has been, else nothing, and nobody files it there any more, however late.
// Of a group's letter another member may file it where this one cannot.
Result<std::optional<Processed>> close_off(Engine& engine, const InboxItem& item,
                                           const SpaceId& there, const SpaceId& instead) {
    const auto filed_there = [&](const std::optional<Processed>& found) {
        const bool filed = found && found->state == FilingState::done && found->target == there;
        return filed ? found : std::nullopt;
    };
    const auto out_of_reach = [&]() -> Result<std::optional<Processed>> {
        if (is_groups(item.inbox)) return fail(errors::claimed_out_of_reach);
        return std::optional<Processed>();
    };
    const auto other = engine.space(there);
    const auto fresh = other ? (*other)->refresh() : std::unexpected(other.error());
    if (!fresh && takes_no_more(fresh.error())) return out_of_reach();
    if (!fresh) return std::unexpected(fresh.error());
    Mark closing(item, mark_of(engine.session(), FilingState::done, instead), false, nullptr,
                 there);
    const auto closed = (*other)->commit(closing);
    if (closed) return filed_there(closing.found);
    if (!takes_no_more(closed.error())) return std::unexpected(closed.error());
    const auto filed = filed_there(TRY(processed(TRY((*other)->snapshot())->tree, item.id)));
    return filed ? Result<std::optional<Processed>>(filed) : out_of_reach();
}

// check_target: every member of a group can write where its letters go, so each can find out
// whether another has filed one there, or see to it that he never will.
Result<> check_target(Session& session, Space& mailbox, const InboxItem& item, Space& target) {
    if (!is_groups(item.inbox) || &mailbox == &target) return {};
    TRY(target.refresh());
    const auto& roster = target.parts().chain.chain().trusted().roster;
    if (!roster) return fail(errors::target_not_groups);
    const PrincipalId group = owner_of(item.inbox);
    const bool writes = session.directory.state().group(group_of(group)) != nullptr &&
                        std::ranges::any_of(roster->members, [&](const space::Member& member) {
                            return member.principal == group && member.role >= Role::editor;
                        });
    return writes ? Result<>() : fail(errors::target_not_groups);
}

}  // namespace

Result<bool> begin_filing(Engine& engine, Space& mailbox, const InboxItem& item, Space& target) {
    Session& session = engine.session();
    if (!item.letter) return fail(errors::letter_malformed);
    TRY(check_target(session, mailbox, item, target));
    const auto newest = [&]() -> Result<std::optional<Processed>> {
        TRY(mailbox.refresh());
        return processed(TRY(mailbox.snapshot())->tree, item.id);
    };
    auto mark = TRY(newest());
    const bool is_done = mark && mark->state == FilingState::done;
    // One commit does all where the mailbox is the target: nothing has to be claimed.
    if (!is_done && (&mailbox != &target || mark)) {
        TRY(take_lease(mailbox, LeaseKind::filing, item.id.view(), kFilingLease));
        mark = TRY(newest());
    }
    if (mark && mark->state == FilingState::done) {
        TRY(done_at_server(session, item));
        return false;
    }
    std::optional<SpaceId> over;
    if (mark && mark->target != target.id()) {
        // Somebody began and did not finish: there it is filed, or never will be.
        over = mark->target;
        const auto filed = *over == mailbox.id() ? std::optional<Processed>()
                                                 : TRY(close_off(engine, item, *over, target.id()));
        if (filed) return finished(session, mailbox, item, *filed);
    }
    if (&mailbox == &target && !over) return true;
    Mark claim(item, mark_of(session, FilingState::claimed, target.id()), false, nullptr, over);
    TRY(mailbox.commit(claim));
    if (claim.found->state == FilingState::claimed && claim.found->target == target.id())
        return true;
    if (claim.found->state == FilingState::claimed) return fail(errors::lease_moved);
    TRY(done_at_server(session, item));
    return false;
}

Result<bool> file_letter(Engine& engine, Space& mailbox, const InboxItem& item, Space& target,
                         const LetterPlanner& planner) {
    Session& session = engine.session();
    const Processed done = mark_of(session, FilingState::done, target.id());
    const bool one_space = &mailbox == &target;
    const bool counts = is_counted(item.inbox);
    Mark file(item, done, one_space && counts, &planner);
    TRY(target.commit(file));
    // Somebody files it elsewhere, and has closed it off here.
    if (file.found->state != FilingState::done || (!one_space && file.found->target != target.id()))
        return fail(errors::lease_moved);
    if (!one_space) {
        Mark finish(item, done, counts, nullptr, target.id());
        TRY(mailbox.commit(finish));
    }
    TRY(done_at_server(session, item));
    // After a doubt the mark that is found may be this one.
    return file.found->device == done.device && file.found->time == done.time &&
           file.found->target == done.target;
}

Result<> discard_letter(Session& session, Space& mailbox, const InboxItem& item) {
    if (item.letter) {
        const auto mark = TRY(processed(TRY(mailbox.snapshot())->tree, item.id));
        Mark discard(item, mark_of(session, FilingState::done, SpaceId{}), is_counted(item.inbox),
                     nullptr, mark ? std::optional(mark->target) : std::nullopt);
        TRY(mailbox.commit(discard));
        if (discard.found->state != FilingState::done) return fail(errors::lease_moved);
    }
    return done_at_server(session, item);
}

Result<> discard_letter(Engine& engine, Space& mailbox, const InboxItem& item) {
    return discard_letter(engine.session(), mailbox, item);
}

namespace {

// The keys that what waits in an inbox is sealed to.
Result<std::vector<KemKeyHash>> waiting_keys(Session& session, const InboxId& inbox) {
    std::vector<KemKeyHash> keys;
    for (DropId after;;) {
        const api::Drops page = TRY(session.remote.drops(inbox, after));
        for (const api::WaitingDrop& drop : page.drops) {
            after = DropId::from(sha256(drop.drop).view());
            if (const auto opened = decode<Drop>(drop.drop)) keys.push_back(opened->key);
        }
        if (!page.more || page.drops.empty()) return keys;
    }
}

Result<bool> tend(Session& session, Space& mailbox, const api::InboxState& state) {
    return tend_inbox_keys(session, mailbox, state,
                           [&] { return waiting_keys(session, inbox_of(mailbox)); });
}

Result<bool> tend_groups(Session& session, Shelf& shelf, const api::InboxInfo& info) {
    const auto mailbox = shelf.group_home(group_of(owner_of(info.inbox)));
    // Who waits for a box, or is no member any more, leaves it to the others.
    if (!mailbox && mailbox.error().is(errors::space_not_found)) return false;
    if (!mailbox) return std::unexpected(mailbox.error());
    const auto readable = (*mailbox)->snapshot();
    if (!readable && readable.error().is(errors::space_not_readable)) return false;
    if (!readable) return std::unexpected(readable.error());
    if ((*mailbox)->role() < Role::editor) return false;
    return tend(session, **mailbox, info.state);
}

}  // namespace

Result<Tended> tend_inboxes(Session& session, Shelf& shelf) {
    Tended tended{TRY(Outbox(session).run()), false};
    const std::vector<api::InboxInfo> known = TRY(session.remote.inboxes());
    const auto own = std::ranges::find(known, api::inbox(session.user()), &api::InboxInfo::inbox);
    const api::InboxState state = own == known.end() ? api::InboxState{} : own->state;
    tended.own_waits = own != known.end() && own->waits;
    if (TRY(tend(session, *TRY(shelf.home()), state))) ++tended.done;
    std::optional<Error> trouble;
    for (const api::InboxInfo& info : known) {
        // A group's inbox gets keys of its own when somebody has sent something there.
        if (!is_groups(info.inbox)) continue;
        const auto done = tend_groups(session, shelf, info);
        if (done && *done) ++tended.done;
        if (!done && !trouble) trouble = done.error();
    }
    if (trouble) return std::unexpected(*trouble);
    return tended;
}

namespace {

// Whether this device is to make the home of a group: it can open what it would seal, and has never
// seen one, which a restored server may have lost and its maker gives back.
Result<bool> makes_home(Session& session, const directory::GroupRecord& group,
                        const SpaceId& home) {
    const auto& without = group.without_box;
    if (group.deleted || group.everyone || group.generations.back().stale() ||
        std::ranges::binary_search(without, session.user()))
        return false;
    if (TRY(ChainFile(session.store, home).head()) || !TRY(expected_heads(session, home)).empty())
        return false;
    return session.directory.checkpoint().incarnation == 1 ||
           session.directory.state().is_manager(group, session.user());
}

}  // namespace

Result<std::size_t> make_group_homes(Session& session, Shelf& shelf,
                                     const std::vector<SpaceView>& views) {
    const directory::UserRecord* self = TRY(session.self());
    std::size_t made = 0;
    for (const GroupId& id : std::vector<GroupId>(self->groups)) {
        const SpaceId home = space::space_id(space::group_genesis(session.org(), id));
        if (std::ranges::find(views, home, &SpaceView::id) != views.end()) continue;
        const directory::GroupRecord* group = session.directory.state().group(id);
        if (group == nullptr || !TRY(makes_home(session, *group, home))) continue;
        TRY(make_group_home(session, id));
        TRY(shelf.group_home(id));
        ++made;
    }
    return made;
}

std::unique_ptr<Transfer> transfer_by_link(Visitor& visitor) {
    return std::make_unique<Transfer>(
        [&visitor](const Bytes& body) {
            return visitor.remote().visit_upload(visitor.visit(), body);
        },
        [](std::span<const ObjectId>) -> Result<std::vector<Bytes>> {
            return fail(errors::object_withheld);
        });
}

Result<> send_by_link(Visitor& visitor, Entropy& entropy, Clock& clock,
                      std::vector<LetterFile> files, std::vector<ObjectId> objects) {
    const LinkRecord& record = visitor.record();
    if (!record.upload_key) return fail(errors::letter_malformed);
    Letter letter;
    letter.org = record.org;
    letter.inbox = api::inbox(record.space);
    letter.link = record.link;
    letter.token = entropy.id<LetterToken>();
    letter.time = clock.now();
    letter.files = std::move(files);
    const Bytes drop = TRY(seal_letter(letter, *record.upload_key, nullptr, entropy));
    return visitor.remote().visit_drop(visitor.visit(), {drop, std::move(objects), 0});
}

}  // namespace obhut::client
