#include "client/spaces/committer.h"

#include <algorithm>
#include <array>
#include <set>

#include "client/drops/inbox.h"
#include "client/links/edit_links.h"
#include "client/links/renewal.h"
#include "client/links/sealing.h"
#include "client/restore/seal_again.h"
#include "client/spaces/kept_pages.h"
#include "client/spaces/news.h"
#include "client/spaces/replay.h"
#include "client/spaces/rosters.h"
#include "core/base/verify.h"
#include "core/content/errors.h"
#include "core/content/lists.h"
#include "core/space/errors.h"
#include "core/tree/errors.h"
#include "protocols/api/errors.h"
#include "protocols/http/errors.h"

namespace obhut::client {
namespace {

constexpr unsigned kMaxTries = 64;         // plans of one change
constexpr unsigned kMaxEndings = 10'000;   // commits that end links which are in a change's way
constexpr std::size_t kEndedAtOnce = 256;  // links, by one of them
constexpr unsigned kMaxSends = 4;          // of one signed commit
constexpr Millis kPause = 20;              // after a lost race; doubled up to kMaxPause
constexpr Millis kMaxPause = 2 * kSecond;
constexpr std::size_t kInlineBytes = 6U << 20;     // objects that travel with the commit
constexpr std::size_t kJournalChanges = 4U << 20;  // bytes of changes kept for merging
constexpr Millis kDirectoryAge = 5 * kMinute;      // how old the known directory may be

// What it names is not at the server, nor here.
bool is_gone(const Error& error) {
    return error.is(errors::content_lost) || error.is(errors::content_missing);
}

bool in_doubt(const Error& error) {
    return error.kind() == Kind::retry && !error.is(errors::local_store_busy);
}

std::size_t size_of(const std::vector<tree::Change>& changes) {
    std::size_t bytes = 0;
    for (const tree::Change& change : changes) {
        bytes += change.key.size() + 16;
        if (change.before) bytes += change.before->view().encoded().size();
        if (change.after) bytes += change.after->view().encoded().size();
    }
    return bytes;
}

// bounded gives as many origins as a row of the journal holds; files of one chunk that came late go
// without.
std::optional<std::vector<Origin>> bounded(std::vector<Origin> origins) {
    std::size_t bytes = 0;
    std::vector<Origin> kept;
    for (Origin& origin : origins) {
        const bool fits = origin.path.size() <= kMaxOriginPath && is_utf8(as_bytes(origin.path)) &&
                          origin.target.size() <= kMaxOriginPath;
        if (!fits || origin.content.is_inline()) continue;
        bytes += encode(origin).size();
        if (kept.size() == kMaxOrigins || bytes > kMaxOriginBytes) break;
        kept.push_back(std::move(origin));
    }
    if (kept.empty()) return std::nullopt;
    return kept;
}

}  // namespace

Result<Committed> Committer::commit(Change& change) {
    TRY(session_.ready());
    TRY(session_.directory.refresh(kDirectoryAge));
    TRY(session_.remote.may_write());
    TRY(settle(tree::refuse_conflicts));
    return make(change, session_.entropy.id<OperationId>());
}

Result<Committed> Committer::make(Change& change, const OperationId& operation) {
    Millis pause = kPause;
    for (unsigned tries = 1; tries <= kMaxTries; ++tries) {
        TRY(Rosters(space_).resume());
        // Somebody may have been made an editor since this device last looked: what is due depends
        // on the newest chain.
        if (!may_sign()) TRY(space_.chain.refresh());
        TRY(rotate_if_due());
        auto built = build_with_room(change, operation);
        // On what is known here there is nothing to do, or its nodes are gone at the server: others
        // may have been here since.
        const bool stale = built ? !*built : built.error().is(errors::object_withheld);
        if (stale && tries == 1 && TRY(space_.chain.refresh())) continue;
        auto made = TRY(std::move(built));
        if (!made) return Committed{space_.chain.chain().head().sequence, false, tries};
        if (TRY(send(*made)) == Fate::done) return Committed{made->link.sequence, true, tries};
        if (tries > 1) session_.pause(pause);
        pause = std::min(pause * 2, kMaxPause);
    }
    return fail(errors::commit_gave_up);
}

// may_sign: what it signed otherwise nobody would believe, itself included.
Result<> Committer::may_sign() const {
    if (!session_.counts()) return fail(errors::device_refused);
    if (space_.role() < Role::editor) return fail(errors::not_editor);
    return {};
}

// build_with_room builds; where more links to folders would have to follow than one commit carries
// the newest of them end first, each time fewer: a folder that has too many links still can be
// removed (SR-41).
Result<std::optional<Committer::Signed>> Committer::build_with_room(Change& change,
                                                                    const OperationId& operation) {
    for (unsigned ended = 0; ended < kMaxEndings; ++ended) {
        concerned_.clear();
        auto made = build(change, operation);
        if (made || !made.error().is(errors::change_too_large) || concerned_.empty()) return made;
        const std::size_t stay =
            concerned_.size() > kMaxFolderLinks ? kMaxFolderLinks : concerned_.size() / 2;
        const std::vector<LinkPlace> going(concerned_.begin() + static_cast<std::ptrdiff_t>(stay),
                                           concerned_.end());
        TRY(end_links(going));
    }
    return fail(errors::change_too_large);
}

// end_links ends links by commits of their own, smaller ones where those are too large.
Result<> Committer::end_links(std::span<const LinkPlace> places) {
    std::size_t at_once = kEndedAtOnce;
    while (!places.empty()) {
        const auto now = places.first(std::min(places.size(), at_once));
        EditLinks change(now, EditLinks::What::end);
        const auto ended = make(change, session_.entropy.id<OperationId>());
        if (!ended && ended.error().is(errors::change_too_large) && now.size() > 1) {
            at_once = now.size() / 2;
            continue;
        }
        TRY(ended);
        places = places.subspan(now.size());
    }
    return {};
}

// build plans on the newest state; nothing if there is nothing to do.
Result<std::optional<Committer::Signed>> Committer::build(Change& change,
                                                          const OperationId& operation) {
    TRY(may_sign());
    const Snapshot* base = TRY(space_.newest());
    space_.snapshot->directory_time = session_.directory.checkpoint().time;
    Plan plan = TRY(change.plan(*base));
    TRY(space_.exchange.flush());
    Applied applied = TRY(apply(*base, plan, Links::follow));
    if (applied.tree.changes.empty()) return std::optional<Signed>();
    if (is_too_large(applied)) {
        // Is it the links that make it so?
        Plan again = TRY(change.plan(*base));
        if (is_too_large(TRY(apply(*base, again, Links::stay)))) concerned_.clear();
        return fail(errors::change_too_large);
    }
    plan.summary.operation = operation;
    return std::optional(TRY(sign(std::move(applied), plan.summary)));
}

bool Committer::is_too_large(const Applied& applied) {
    const space::Lists& lists = applied.lists;
    const std::array all{&lists.nodes_created, &lists.nodes_superseded, &lists.content_raised,
                         &lists.content_lowered};
    return applied.links.size() > api::kMaxLinkChanges ||
           std::ranges::any_of(all,
                               [](const auto* list) { return list->size() > api::kMaxListItems; });
}

Result<Committer::Applied> Committer::apply(const Snapshot& base, Plan& plan, Links links) {
    space_.batch.clear();
    Applied applied;
    applied.once = plan.once;
    applied.again = plan.again;
    applied.origins = std::move(plan.origins);
    applied.links = TRY(seal_links(space_, base.tree, plan.links, plan.batch));
    applied.tree =
        TRY(tree::apply(base.tree, std::move(plan.batch), session_.entropy, space_.batch));
    const bool follow = links == Links::follow && session_.link_renewal != nullptr;
    if (follow && !applied.tree.changes.empty()) TRY(renew_links(base, applied));
    applied.lists = TRY(make_lists(applied.tree));
    return applied;
}

// renew_links lets the links to folders follow what has changed, in the same commit.
Result<> Committer::renew_links(const Snapshot& base, Applied& applied) {
    const tree::Tree after(space_.nodes, applied.tree.root.clone());
    Renewed renewed_links =
        TRY(session_.link_renewal->renew(base.tree, after, applied.tree.changes));
    concerned_ = std::move(renewed_links.concerned);
    if (concerned_.size() > kMaxFolderLinks) return fail(errors::change_too_large);
    std::vector<LinkEdit>& edits = renewed_links.edits;
    if (edits.empty()) return {};
    tree::Batch batch;
    for (api::LinkChange& change : TRY(seal_links(space_, after, edits, batch))) {
        // One that this commit makes is made as it is renewed.
        const auto made = std::ranges::find(applied.links, change.id, &api::LinkChange::id);
        if (made != applied.links.end())
            made->record = std::move(change.record);
        else
            applied.links.push_back(std::move(change));
    }
    tree::Applied renewed =
        TRY(tree::apply(after, std::move(batch), session_.entropy, space_.batch));
    std::vector<tree::Change>& changes = applied.tree.changes;
    for (tree::Change& change : renewed.changes) {
        const auto at = std::ranges::lower_bound(changes, change.key, {}, &tree::Change::key);
        if (at != changes.end() && at->key == change.key)
            at->after = std::move(change.after);
        else
            changes.insert(at, std::move(change));
    }
    applied.tree.root = std::move(renewed.root);
    applied.tree.count = renewed.count;
    return {};
}

Result<space::Lists> Committer::make_lists(const tree::Applied& applied) {
    KeptPages kept(space_);
    content::ContentSource& pages =
        settling_ ? static_cast<content::ContentSource&>(kept) : space_.exchange;
    const content::ValueLists content = TRY(content::content_lists(
        space_.nodes, applied.changes, in_space(session_.org(), space_.id), pages));
    space::Lists lists;
    const tree::WriteBatch::Objects objects = space_.batch.copy();
    for (const auto& [id, bytes] : objects.nodes) lists.nodes_created.push_back(id);
    lists.nodes_superseded = objects.superseded;
    lists.content_raised = content.raised;
    lists.content_lowered = content.lowered;
    space::sort_lists(lists);
    return lists;
}

Result<Committer::Signed> Committer::sign(Applied made_of, const Summary& summary) {
    tree::Applied& applied = made_of.tree;
    const space::Lists& lists = made_of.lists;
    TRY(space_.keys.newest());
    TRY(may_sign());  // the directory may have moved on since
    const space::Chain& before = space_.chain.chain();
    const space::BuiltCommit built =
        TRY(space::build_commit(before, session_.author(), space_.keys.ring(), applied.root,
                                {summary.operation, encode(summary)}, lists, session_.entropy));
    Signed made;
    made.chain = before;
    const space::Appended appended = TRY(made.chain.append(built.link, space_.chain.judging()));
    made.link = new_link(appended.link, built.link);
    made.epoch = appended.link.commit()->epoch;
    made.root = std::move(applied.root);
    made.objects = space_.batch.take();
    made.entry.operation = summary.operation;
    made.entry.space = space_.id;
    made.entry.sequence = made.link.sequence;
    made.entry.hash = built.hash;
    made.entry.summary = encode(summary);
    if (made_of.once) made.entry.once = true;
    if (made_of.again) made.entry.again = true;
    made.entry.origins = bounded(std::move(made_of.origins));
    made.entry.body = TRY(make_body(made, lists, std::move(made_of.links)));
    if (size_of(applied.changes) <= kJournalChanges)
        made.entry.changes = std::move(applied.changes);
    // What cannot be made a second time is on the disk before the commit is sent.
    session_.kept.keep_objects(space_.id, space_.exchange.made_apart());
    TRY(session_.journal.write(made.entry));
    return made;
}

// make_body is the request; objects that would make it too large go ahead of it.
Result<Bytes> Committer::make_body(const Signed& made, const space::Lists& lists,
                                   std::vector<api::LinkChange> links) {
    api::AppendLink request;
    request.link = made.link.bytes;
    request.lists = lists;
    if (!links.empty()) request.links = std::move(links);
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (const auto* objects : {&made.objects.nodes, &made.objects.values})
        for (const auto& [id, object] : *objects) bytes += object.size(), ++count;
    const bool ahead = bytes > kInlineBytes || count > api::kMaxInlineObjects;
    for (const auto* objects : {&made.objects.nodes, &made.objects.values}) {
        for (const auto& [id, object] : *objects) {
            if (ahead)
                TRY(space_.exchange.put(id, object));
            else
                request.objects.push_back(object);
        }
    }
    TRY(space_.exchange.flush());
    Bytes body = encode(request);
    if (body.size() > api::kMaxBodyBytes) return fail(errors::change_too_large);
    return body;
}

Result<Committer::Fate> Committer::send(Signed& made) {
    for (unsigned sent = 1;; ++sent) {
        const auto fate = send_once(made);
        if (fate && *fate) return **fate;
        if (!fate && !in_doubt(fate.error())) return refused(made, fate.error());
        if (!fate) {
            // It may have happened: only the chain tells. Without an answer the journal keeps it.
            const auto found = look(made.entry);
            if (!found) return std::unexpected(fate.error());
            if (*found) return **found;
        }
        if (sent == kMaxSends)
            return fate ? fail(errors::content_lost) : std::unexpected(fate.error());
        if (!fate) session_.pause(kPause << (2 * sent));
    }
}

// send_once sends and takes the answer; nothing when it has to be sent again.
Result<std::optional<Committer::Fate>> Committer::send_once(Signed& made) {
    const Appending answer = TRY(session_.remote.append_link(space_.id, made.entry.body));
    switch (answer.outcome) {
    case Appending::Outcome::done:
        // It was there already, and others have been here since: an answer to bytes sent twice.
        if (answer.head.sequence > made.link.sequence) return look(made.entry);
        VERIFY("SR-29/acknowledged",
               answer.head.sequence == made.link.sequence && answer.head.hash == made.entry.hash,
               errors::answer_malformed);
        TRY(adopt(made));
        return std::optional(Fate::done);
    case Appending::Outcome::moved: return look(made.entry);
    case Appending::Outcome::missing:
        TRY(give_again(answer.missing, made));
        return std::optional<Fate>();
    }
    return std::optional<Fate>();
}

// look asks the chain what became of a commit: done; moved, it can never happen any more; or
// nothing: it still fits, and has not happened.
Result<std::optional<Committer::Fate>> Committer::look(JournalCommit& entry) {
    TRY(space_.chain.refresh());
    const space::Head& head = space_.chain.chain().head();
    if (head.sequence + 1 == entry.sequence) {
        const auto request = TRY(decode<api::AppendLink>(entry.body));
        const auto link = TRY(space::parse_link(request.link.view()));
        if (link.header().previous == head.hash) return std::optional<Fate>();
    }
    const bool there = TRY(space_.chain.holds(entry.sequence, entry.hash));
    TRY(session_.journal.erase(entry));
    if (there) keep(std::move(entry), space_.exchange.take_made());
    return std::optional(there ? Fate::done : Fate::moved);
}

// refused: the server does not take it. If the directory or the chain have moved on, that is why.
Result<Committer::Fate> Committer::refused(const Signed& made, Error error) {
    if (error.kind() == Kind::corrupt || error.is(errors::content_lost))
        return std::unexpected(error);
    TRY(session_.journal.erase(made.entry));
    if (!TRY(may_be_taken_now(space_, error))) return std::unexpected(error);
    return Fate::moved;
}

// give_again sends what the server lost of this commit's own objects.
Result<> Committer::give_again(const std::vector<ObjectId>& missing, const Signed& made) {
    space_.lost.clear();
    const auto find = [&](const ObjectId& id) -> const Bytes* {
        for (const auto* objects : {&made.objects.nodes, &made.objects.values}) {
            const auto found = std::lower_bound(
                objects->begin(), objects->end(), id,
                [](const auto& object, const ObjectId& wanted) { return object.first < wanted; });
            if (found != objects->end() && found->first == id) return &found->second;
        }
        return nullptr;
    };
    for (const ObjectId& id : missing) {
        if (const Bytes* object = find(id))
            TRY(space_.exchange.put(id, *object));
        else if (const Bytes* recent = space_.exchange.recent(id))
            TRY(space_.exchange.put(id, *recent));
        else
            space_.lost.push_back(id);
    }
    TRY(space_.exchange.flush());
    if (space_.lost.empty()) return {};
    if (!settling_) TRY(session_.journal.erase(made.entry));
    return fail(errors::content_lost);
}

Result<> Committer::adopt(Signed& made) {
    TRY(space_.chain.accept(std::move(made.chain), made.link, [&](StoreWriter& writer) {
        return session_.journal.erase_in(writer, made.entry);
    }));
    keep(std::move(made.entry), space_.exchange.take_made());
    for (auto& [id, object] : made.objects.nodes) space_.cache.add(id, std::move(object));
    for (const ObjectId& id : made.objects.superseded) space_.cache.forget(id);
    space_.snapshot.emplace(
        Snapshot{tree::Tree(space_.nodes, std::move(made.root)), made.link.sequence, made.epoch});
    return {};
}

// keep remembers a commit that has happened, in case a restored server loses it.
void Committer::keep(JournalCommit entry, const Kept::Content& content) {
    if (entry.origins) session_.kept.found_again(space_.id, *entry.origins);
    KeptLink kept{entry.sequence, entry.hash, std::move(entry.body), {}};
    kept.commit = std::move(entry);
    kept.commit->body.clear();
    session_.kept.keep(space_.id, kept, content);
}

Result<std::size_t> Committer::settle(const tree::Resolver& resolve) {
    if (!TRY(session_.journal.any(space_.id))) return 0;
    std::vector<JournalCommit> entries = TRY(session_.journal.claim(space_.id));
    TRY(sort_as_made(entries));
    ended_.clear();
    for (const JournalCommit& entry : entries) links_ended_by(entry, ended_);
    std::size_t left = 0;
    for (JournalCommit& entry : entries)
        if (!TRY(settle_one(entry, resolve))) ++left;
    return left;
}

Result<bool> Committer::settle_one(JournalCommit& entry, const tree::Resolver& resolve) {
    const auto settled = [&]() -> Result<bool> {
        TRY(session_.journal.erase(entry));
        return true;
    };
    const auto there = [&]() -> Result<bool> {
        TRY(space_.chain.refresh());
        return space_.chain.holds(entry.sequence, entry.hash);
    };
    bool done = TRY(there());
    const bool once = entry.once.value_or(false);
    if (!done && !once && TRY(fits(entry))) {
        const auto answer = session_.remote.append_link(space_.id, entry.body);
        if (!answer && in_doubt(answer.error())) return std::unexpected(answer.error());
        done = TRY(there());
    }
    if (done) {
        TRY(session_.journal.erase(entry));
        keep(std::move(entry), {});
        return true;
    }
    if (once || TRY(happened(entry))) return settled();
    if (!entry.changes) return false;
    if (TRY(filed_since(entry))) return settled();
    return make_again(entry, resolve);
}

// fits tells whether a commit of the journal stands on the head that the chain has now.
Result<bool> Committer::fits(const JournalCommit& entry) {
    const auto request = TRY(decode<api::AppendLink>(entry.body));
    const auto link = TRY(space::parse_link(request.link.view()));
    return link.header().previous == space_.chain.chain().head().hash;
}

// make_again makes a commit of the journal anew; false: it has to wait.
Result<bool> Committer::make_again(JournalCommit& entry, const tree::Resolver& resolve) {
    TRY(bring_values(entry));
    settling_ = true;
    Replay replay(space_, entry, resolve, ended_);
    auto made = Result<Committed>(fail(errors::content_lost));
    // The second time without what a restored server has lost, and nobody has.
    for (int tried = 0; tried < 2 && !made && is_gone(made.error()); ++tried) {
        made = make(replay, entry.operation);
        if (made || !is_gone(made.error())) continue;
        auto gone = bring_content(entry);
        if (!gone) made = std::unexpected(gone.error());
        if (gone) replay.leave_out(std::move(*gone));
    }
    settling_ = false;
    // Somebody has to decide; or what was uploaded ahead is gone after so long. It waits, and does
    // not keep others' work from being done.
    for (const Code code : {errors::merge_conflict, errors::not_editor, errors::object_withheld})
        if (!made && made.error().is(code)) return false;
    const bool lost = !made && is_gone(made.error());
    if ((made || lost) && links_wait(replay, lost)) return false;
    if (lost || (made && !made->made)) TRY(session_.journal.erase(entry));
    // That a link is not made is told by its own.
    if (lost && !replay.made().empty()) return true;
    if (!made) return std::unexpected(made.error());
    return true;
}

// links_wait remembers, to be told, which links could not be made again, or show nothing. They wait
// for what others may bring yet, as long as devices keep it.
bool Committer::links_wait(const Replay& replay, bool lost) {
    std::vector<LostLink> left = replay.left();
    for (LostLink link : replay.made()) {
        session_.kept.link_is_there(space_.id, link.id);
        link.why = errors::content_lost.number;
        if (lost) left.push_back(std::move(link));
    }
    for (const LostLink& link : replay.empty()) session_.kept.note_lost_link(space_.id, link);
    const Millis now = std::min(session_.clock.now(), session_.directory.state().last_time());
    bool waits = false;
    for (const LostLink& link : left) {
        session_.kept.note_lost_link(space_.id, link);
        waits = waits || now < link.made + Kept::kAge;
    }
    return waits;
}

// happened looks for a commit's operation in the chain: it may have been made again under another
// hash, by a copy of this profile, or by this one before it was set back.
Result<bool> Committer::happened(const JournalCommit& entry) {
    const space::Sequence head = space_.chain.chain().head().sequence;
    for (space::Sequence at = entry.sequence; at <= head; ++at) {
        const space::ParsedLink link = TRY(space_.chain.link(at));
        const space::Commit* commit = link.commit();
        if (commit == nullptr || link.header().device != session_.device()) continue;
        const auto key = space_.keys.key(commit->epoch);
        if (!key) continue;  // an epoch that is closed to this user has nothing of theirs
        const auto summary = TRY(space::open_summary(space_.keys.place(), **key, *commit));
        if (summary.operation == entry.operation) return true;
    }
    return false;
}

// filed_since: the letter that a commit filed, which a restored server has lost, was filed by
// somebody else meanwhile.
Result<bool> Committer::filed_since(const JournalCommit& entry) {
    for (const tree::Change& change : *entry.changes) {
        if (!as_text(change.key).starts_with(kProcessedPrefix) || !change.after) continue;
        const auto here = TRY(TRY(space_.newest())->tree.lookup(change.key));
        if (here != change.before) return true;
    }
    return false;
}

// bring_values sends the long values of a commit that never was, each an object of its own: what is
// made again names them, and the server does not have them.
Result<> Committer::bring_values(const JournalCommit& entry) {
    const auto request = TRY(decode<api::AppendLink>(entry.body));
    std::set<ObjectId> named;
    for (const tree::Change& change : *entry.changes)
        if (change.after && !change.after->is_inline()) named.insert(change.after->reference().id);
    if (named.empty()) return {};
    for (const api::ObjectBlob& object : request.objects) {
        const ObjectId id = object_id(object.view());
        if (named.erase(id) > 0) TRY(space_.exchange.put(id, object.bytes));
    }
    for (const ObjectId& id : named)
        if (auto kept = TRY(session_.kept.object(space_.id, id)))
            TRY(space_.exchange.put(id, std::move(*kept)));
    return space_.exchange.flush();
}

// bring_content sends what a restored server has lost of what the commit names; the tops of what
// nobody has any more.
Result<std::set<ObjectId>> Committer::bring_content(const JournalCommit& entry) {
    std::set<ObjectId> wanted(space_.lost.begin(), space_.lost.end());
    const std::vector<Origin> none;
    auto gone = TRY(bring_lost(session_, space_.id, entry.origins ? *entry.origins : none, wanted,
                               true, [&](const ObjectId& id, Bytes object) {
                                   return space_.exchange.put(id, std::move(object));
                               }));
    TRY(space_.exchange.flush());
    return gone;
}

Result<> Committer::rotate_if_due() {
    const directory::Checkpoint& newest = session_.directory.checkpoint();
    const space::Checkpoint at{newest.size, newest.time};
    const bool due =
        space_.chain.chain().rotation(session_.directory.view(), at) == space::Rotation::due;
    if (!due && !space_.keys.broken()) return {};
    return Rosters(space_).rotate();
}

}  // namespace obhut::client
