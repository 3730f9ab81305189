// People write to each other and to a group, and share a folder with somebody who has nothing but a
// URL.
//
// step: a letter with a file is sent, filed or thrown away; the folder that a link shows changes; a
// visitor opens it, or puts a file by the link for uploads; somebody locks something. check: every
// letter that was acknowledged is filed exactly once, none twice, none is missed; the link shows
// what is in the folder.
#include <algorithm>

#include "apps/files/content_checker.h"
#include "apps/files/letters.h"
#include "apps/files/links.h"
#include "apps/files/space_files.h"
#include "apps/files/visit.h"
#include "client/drops/outbox.h"
#include "client/errors.h"
#include "client/leases/lease.h"
#include "client/links/links.h"
#include "core/content/memory_ports.h"
#include "core/crypto/hash.h"
#include "protocols/api/errors.h"
#include "tests/simulation/guest.h"
#include "tests/simulation/model.h"
#include "tests/simulation/simulation.h"

namespace obhut::simulation {
namespace {

using client::InboxItem;
using client::LinkKind;
using client::Space;
using files::Author;
using files::Editor;
using files::Entry;
using files::Files;
using files::Found;
using files::kRoot;
using files::SpaceView;

// What became of a letter, as far as its sender was told.
struct LetterRecord {
    std::string name;
    std::optional<Hash> hash;  // of its file, once it is sealed
    Told told = Told::doubtful;
    client::LetterId id;     // while it is kept
    Device* from = nullptr;  // none: by a link
    unsigned times_back = 0;
    bool thrown_away = false;  // somebody did, or tried to
    std::uint64_t mark = 0;    // of when its sender was told; while it is kept: of when it was last
    std::uint64_t gone = 0;    // one that was kept: mark of when it was not any more; 0: it is
};

std::set<client::LetterId> ids_of(const Result<std::vector<client::UnsentLetter>>& letters) {
    std::set<client::LetterId> ids;
    if (letters)
        for (const client::UnsentLetter& letter : *letters) ids.insert(letter.id);
    return ids;
}

struct Lock {
    DeviceId device;
    Millis until = 0;
    std::uint64_t mark = 0;
};

class PostWorkload final : public Workload {
public:
    void setup(Simulation& simulation) override;
    void step(Simulation& simulation, Device& device) override;
    void notice(Simulation& simulation) override;
    void settle(Simulation& simulation, Device& device) override;
    void check(Simulation& simulation) override;

private:
    void send(Simulation& simulation, Device& device);
    void receive(Simulation& simulation, Device& device, Space& space);
    Result<Space*> mailbox(Device& device, bool group);
    void settle_inbox(Simulation& simulation, Device& device, Space& space, bool group);
    void check_inbox(Simulation& simulation, Device& device, bool counted);
    void edit(Simulation& simulation, Device& device, Space& space);
    void visit(Simulation& simulation);
    void upload(Simulation& simulation);
    void file_uploads(Simulation& simulation, Device& device, Space& space);
    void lock(Simulation& simulation, Device& device, Space& space);
    Result<> operate(Simulation& simulation, Editor& editor);
    LetterRecord& invent();
    std::string text_of(Simulation& simulation, const LetterRecord& record);
    LetterRecord* find(const Hash& hash);
    bool expected(Simulation& simulation, const LetterRecord& letter) const;
    void note_refused(Simulation& simulation, Device& device);
    void count(Simulation& simulation, Device& device, Space& space, std::map<Hash, int>& filed);
    void check_link(Simulation& simulation, Device& device, Space& space);
    Author author(Simulation& simulation, Device& device) {
        return {device.engine().status().device, simulation.town().clock.now(), device.entropy};
    }

    SpaceId id_;
    GroupId group_;  // of all people; edits the space
    FileId open_;    // the folder that the link shows
    std::optional<client::MadeLink> folder_, upload_;
    InlineExecutor executor_;
    std::vector<std::unique_ptr<LetterRecord>> letters_;
    std::set<client::LetterId> refused_;  // by the server, for good
    std::optional<Lock> lock_;
};

void PostWorkload::setup(Simulation& simulation) {
    Device& anna = *simulation.devices()[0];
    if (!simulation.make_space("Post", id_)) return;
    const std::vector<UserId>& users = simulation.town().users;
    const auto group = anna.engine().create_group("Post", {users.begin() + 1, users.end()});
    if (!simulation.must(anna, "makes a group", group)) return;
    group_ = *group;
    const auto shared = anna.engine().share(id_, principal(group_), client::Role::editor);
    if (!simulation.must(anna, "shares with the group", shared)) return;
    const auto space = anna.engine().space(id_);
    if (!simulation.must(anna, "opens Post", space)) return;
    const Author by = author(simulation, anna);
    const auto folders =
        files::change_files(**space, by, [&](Editor& editor, client::Summary&) -> Result<> {
            open_ = TRY(editor.make_folders(kRoot, "/open"));
            TRY(editor.make_folders(kRoot, "/uploads"));
            TRY(editor.make_folders(kRoot, "/closed"));
            return {};
        });
    if (!simulation.must(anna, "makes folders", folders)) return;
    const auto link = [&](const std::string& path, LinkKind kind) {
        client::LinkWish wish;
        wish.kind = kind;
        auto link = client::make_link(**space, wish, files::link_to(path, kind));
        simulation.must(anna, "makes a link", link);
        return link ? std::optional(std::move(*link)) : std::nullopt;
    };
    folder_ = link("/open", LinkKind::folder);
    upload_ = link("/uploads", LinkKind::upload);
}

void PostWorkload::step(Simulation& simulation, Device& device) {
    const unsigned faults = device.faults;
    const auto space = device.engine().space(id_);
    if (!simulation.judge(device, "opens Post", faults, space)) return;
    switch (simulation.dice().below(12)) {
    case 0:
    case 1:
    case 2: return send(simulation, device);
    case 3:
    case 4:
    case 5: return receive(simulation, device, **space);
    case 6: return visit(simulation);
    case 7: return upload(simulation);
    case 8: return file_uploads(simulation, device, **space);
    case 9: return lock(simulation, device, **space);
    default: return edit(simulation, device, **space);
    }
}

// notice sees what has left an outbox: between two marks, since nobody tells.
void PostWorkload::notice(Simulation& simulation) {
    for (auto& letter : letters_) {
        if (letter->told != Told::kept || letter->gone != 0) continue;
        if (!letter->from->running()) continue;
        const auto waiting = client::Outbox(letter->from->engine().session()).waiting();
        if (!waiting) continue;
        if (ids_of(waiting).contains(letter->id))
            letter->mark = simulation.mark();
        else
            letter->gone = simulation.mark();
    }
}

// invent notes another letter, before anybody can see it.
LetterRecord& PostWorkload::invent() {
    letters_.push_back(std::make_unique<LetterRecord>());
    letters_.back()->name = "letter " + std::to_string(letters_.size());
    return *letters_.back();
}

std::string PostWorkload::text_of(Simulation& simulation, const LetterRecord& record) {
    test::TestEntropy& dice = simulation.dice();
    const std::size_t most = dice.below(20) == 0 ? 1'500'000 : dice.below(4) == 0 ? 30'000 : 500;
    return value_of(record.name, dice.below(most));
}

void PostWorkload::send(Simulation& simulation, Device& device) {
    const Town& town = simulation.town();
    const bool to_group = simulation.dice().below(3) == 0;
    const std::size_t whom = simulation.dice().below(town.people());
    const client::InboxId to = to_group ? api::inbox(group_) : api::inbox(town.users[whom]);
    LetterRecord& record = invent();
    const std::string text = text_of(simulation, record);
    record.from = &device;
    const unsigned faults = device.faults;
    client::Outbox outbox(device.engine().session());
    const auto transfer = outbox.transfer(to);
    bool written_down = false;
    const std::set<client::LetterId> before = ids_of(outbox.waiting());
    const auto sent = [&]() -> Result<> {
        files::LetterWriter writer(device.engine().status().org, *transfer, device.entropy,
                                   executor_);
        content::MemorySource source(to_bytes(text));
        TRY(writer.add(source, "file " + std::to_string(simulation.dice().below(3)), {}));
        auto written = TRY(writer.finish());
        written_down = true;
        record.hash = written.files.at(0).content.hash;
        TRY(outbox.send(to, record.name, std::move(written.files), std::move(written.objects)));
        return {};
    }();
    const std::string who = to_group ? "the group" : "person " + std::to_string(whom);
    // Somebody's key waits for his devices, or a member's, to renew it: so does the letter.
    simulation.judge(device, "sends " + record.name + " to " + who, faults, sent,
                     {errors::recipient_key_stale});
    record.times_back = device.times_back;
    record.mark = simulation.mark();
    std::set<client::LetterId> kept;
    if (!sent && device.running()) kept = ids_of(outbox.waiting());
    std::erase_if(kept, [&](const auto& id) { return before.contains(id); });
    if (sent) {
        record.told = Told::acknowledged;
    } else if (!kept.empty()) {
        record.told = Told::kept;
        record.id = *kept.begin();
    } else if (!written_down) {
        record.told = Told::refused;
    }
}

LetterRecord* PostWorkload::find(const Hash& hash) {
    for (auto& letter : letters_)
        if (letter->hash == hash) return letter.get();
    return nullptr;
}

Result<Space*> PostWorkload::mailbox(Device& device, bool group) {
    return group ? device.engine().group_home(group_) : device.engine().home();
}

void PostWorkload::receive(Simulation& simulation, Device& device, Space& space) {
    test::TestEntropy& dice = simulation.dice();
    unsigned faults = device.faults;
    const bool group = dice.below(2) == 0;
    const auto home = mailbox(device, group);
    if (!simulation.judge(device, group ? "opens the group's home" : "opens home", faults, home))
        return;
    const auto inbox = client::read_inbox(device.engine(), **home);
    // A member whose key was stale when the group got a new one waits for a box.
    if (!simulation.judge(device, "looks into the inbox", faults, inbox,
                          {errors::space_not_readable}))
        return;
    if (inbox->items.empty() || !device.running()) return;
    const InboxItem& item = inbox->items[dice.below(inbox->items.size())];
    if (!item.letter || item.letter->wish) return;
    LetterRecord* record = find(item.letter->files.at(0).content.hash);
    if (record == nullptr)
        return simulation.complain(device.name() + " got a letter that nobody wrote");
    faults = device.faults;
    if (dice.below(8) == 0) {
        record->thrown_away = true;
        const Result<> done = client::discard_letter(device.engine(), **home, item);
        simulation.judge(device, "throws away " + record->name, faults, done);
        return;
    }
    Space& target = dice.below(3) == 0 ? **home : space;
    const Author by = author(simulation, device);
    const auto filed =
        files::file_into(device.engine(), **home, item, target, "/post", {executor_, by});
    simulation.judge(device, "files " + record->name, faults, filed, {errors::lease_moved});
}

// operate does one thing to what is in the folders beside the letters.
Result<> PostWorkload::operate(Simulation& simulation, Editor& editor) {
    test::TestEntropy& dice = simulation.dice();
    const char* folders[] = {"/open", "/open", "/open/deep", "/closed"};
    const FileId folder = TRY(editor.make_folders(kRoot, folders[dice.below(4)]));
    const std::string name(1, static_cast<char>('a' + dice.below(6)));
    std::vector<Found> all;
    for (const char* top : {"/open", "/closed"})
        TRY(editor.files().walk(TRY(editor.files().folder(top)),
                                [&](const std::string&, const Found& found) -> Result<bool> {
                                    all.push_back({found.folder, found.name, found.entry.clone()});
                                    return true;
                                }));
    const std::uint64_t kind = dice.below(4);
    if (kind < 2 || all.empty()) {
        const std::string words = "text " + std::to_string(dice.next());
        files::NewFile file;
        file.content.size = words.size();
        file.content.hash = sha256(as_bytes(words));
        file.inline_bytes = to_bytes(words);
        TRY(editor.put_file(folder, name, std::move(file)));
        return {};
    }
    const Found& found = all[dice.below(all.size())];
    if (kind == 2) return editor.remove(found.folder, found.name);
    TRY(editor.move(found.folder, found.name, folder, name, files::Clash::keep_both));
    return {};
}

void PostWorkload::edit(Simulation& simulation, Device& device, Space& space) {
    const Author by = author(simulation, device);
    const unsigned faults = device.faults;
    const auto committed =
        files::change_files(space, by, [&](Editor& editor, client::Summary& summary) {
            summary.add(client::Verb::changed, "something");
            return operate(simulation, editor);
        });
    simulation.judge(device, "changes the open folder", faults, committed,
                     {errors::name_taken, errors::path_not_found, errors::move_into_itself,
                      errors::is_a_folder, errors::not_a_folder});
}

void PostWorkload::visit(Simulation& simulation) {
    GuestWire wire(simulation);
    test::TestEntropy entropy(simulation.dice().next());
    const auto visitor =
        client::Visitor::open({wire, simulation.town().clock, entropy, nullptr}, folder_->url, {});
    if (!wire.judge("opens the link", visitor)) return;
    const auto visit = files::Visit::of(**visitor);
    const Result<> walked = visit->files().walk(
        visit->shown().entry.id, [&](const std::string&, const Found& found) -> Result<bool> {
            if (found.entry.content) TRY(visit->files().small_content(found.entry));
            return true;
        });
    wire.judge("walks", walked);
}

void PostWorkload::upload(Simulation& simulation) {
    GuestWire wire(simulation);
    test::TestEntropy entropy(simulation.dice().next());
    const auto visitor =
        client::Visitor::open({wire, simulation.town().clock, entropy, nullptr}, upload_->url, {});
    if (!wire.judge("opens the upload link", visitor)) return;
    LetterRecord& record = invent();
    const std::string text = text_of(simulation, record);
    bool written = false;
    const auto sent = [&]() -> Result<> {
        const auto transfer = client::transfer_by_link(**visitor);
        files::LetterWriter writer((*visitor)->record().org, *transfer, entropy, executor_);
        content::MemorySource source(to_bytes(text));
        TRY(writer.add(source, "upload " + std::to_string(simulation.dice().below(3)), {}));
        auto files = TRY(writer.finish());
        written = true;
        record.hash = files.files.at(0).content.hash;
        return client::send_by_link(**visitor, entropy, simulation.town().clock,
                                    std::move(files.files), std::move(files.objects));
    }();
    wire.judge("puts " + record.name, sent);
    record.told = sent ? Told::acknowledged : written ? Told::doubtful : Told::refused;
    record.mark = simulation.mark();
}

void PostWorkload::file_uploads(Simulation& simulation, Device& device, Space& space) {
    const unsigned faults = device.faults;
    if (!simulation.judge(device, "refreshes", faults, space.refresh())) return;
    const Author by = author(simulation, device);
    const auto filed = files::file_uploads(device.engine(), space, {executor_, by});
    simulation.judge(device, "files uploads", faults, filed);
}

void PostWorkload::lock(Simulation& simulation, Device& device, Space& space) {
    const unsigned faults = device.faults;
    const Bytes resource = to_bytes("desk");
    if (!simulation.judge(device, "refreshes", faults, space.refresh())) return;
    const auto held =
        client::take_lease(space, client::LeaseKind::lock, resource, 5 * kMinute, "here");
    if (!simulation.judge(device, "locks the desk", faults, held, {errors::lease_moved})) return;
    const Millis now = simulation.town().clock.now();
    const bool clocks_run = simulation.rates().jump == 0 && !simulation.some_end() &&
                            !(lock_ && simulation.restored_since(lock_->mark));
    if (lock_ && lock_->until > now && lock_->device != device.id && clocks_run)
        simulation.complain(device.name() + " locks what somebody else holds");
    lock_ = Lock{device.id, now + 4 * kMinute, simulation.mark()};
    if (simulation.dice().below(2) == 0) return;
    const Result<> given = client::give_back(space, *held);
    simulation.judge(device, "gives it back", faults, given);
    lock_.reset();  // in a doubt, too
}

// ---- the end

// Whose key was stale when the space got a new one waits for a box until he and then another have
// done their duties, and what he had begun to file is his until then; check() sees that nothing
// waits for ever.
void PostWorkload::settle(Simulation& simulation, Device& device) {
    const auto space = device.engine().space(id_);
    if (!simulation.must(device, "opens Post", space)) return;
    simulation.must(device, "refreshes", (*space)->refresh());
    client::Outbox outbox(device.engine().session());
    simulation.must(device, "sends what waits", outbox.run());
    settle_inbox(simulation, device, **space, false);
    settle_inbox(simulation, device, **space, true);
    const Author by = author(simulation, device);
    const auto filed = files::file_uploads(device.engine(), **space, {executor_, by});
    simulation.judge(device, "files uploads", device.faults, filed, {errors::space_not_readable});
}

void PostWorkload::settle_inbox(Simulation& simulation, Device& device, Space& space, bool group) {
    const auto home = mailbox(device, group);
    if (!simulation.must(device, "opens a mailbox", home)) return;
    const auto inbox = client::read_inbox(device.engine(), **home);
    if (!simulation.judge(device, "looks into the inbox", device.faults, inbox,
                          {errors::space_not_readable}))
        return;
    const Author by = author(simulation, device);
    for (const InboxItem& item : inbox->items) {
        if (item.letter && item.letter->wish) continue;  // a duty sees to it
        if (item.letter) {
            const auto filed =
                files::file_into(device.engine(), **home, item, space, "/post", {executor_, by});
            simulation.judge(device, "files " + item.letter->text, device.faults, filed,
                             {errors::space_not_readable, errors::lease_moved});
        } else if (!item.trouble->is(errors::letter_sender_gone)) {
            const Result<> trouble = std::unexpected(*item.trouble);
            simulation.must(device, "opens a letter", trouble);
        }
    }
}

// expected tells that a letter must have arrived.
bool PostWorkload::expected(Simulation& simulation, const LetterRecord& letter) const {
    if (letter.thrown_away) return false;
    // Nobody keeps what he has sent: the counters tell that it is missing.
    const std::uint64_t last = letter.told == Told::kept ? letter.gone : letter.mark;
    if (last != 0 && simulation.exposed(letter.mark, last)) return false;
    // Letters of a device that was revoked, and what came by a link that was closed for that.
    if (simulation.some_end() && (letter.from == nullptr || letter.from->ending)) return false;
    if (letter.told == Told::acknowledged) return true;
    if (refused_.contains(letter.id)) return false;  // its sender has been told
    return letter.told == Told::kept && letter.from->times_back == letter.times_back;
}

// note_refused: what waited longer than the server keeps its files will not go, and only that.
void PostWorkload::note_refused(Simulation& simulation, Device& device) {
    const auto letters = client::Outbox(device.engine().session()).waiting();
    if (!simulation.must(device, "looks into the outbox", letters)) return;
    for (const client::UnsentLetter& letter : *letters) {
        // Or a restored server has lost them.
        const bool late = simulation.rates().weeks != 0 || simulation.restored_since(0);
        const bool gone = letter.refused && letter.refused->is(errors::letter_files_gone);
        if (!late || !gone) simulation.complain(device.name() + " has a letter that does not go");
        refused_.insert(letter.id);
    }
}

void PostWorkload::count(Simulation& simulation, Device& device, Space& space,
                         std::map<Hash, int>& filed) {
    simulation.must(device, "refreshes", space.refresh());
    const auto view = SpaceView::newest(space);
    if (!simulation.must(device, "looks at the files", view)) return;
    const Result<> walked =
        view->files().walk(kRoot, [&](const std::string&, const Found& found) -> Result<bool> {
            if (found.entry.content) ++filed[found.entry.content->hash];
            return true;
        });
    simulation.must(device, "walks", walked);
}

void PostWorkload::check_link(Simulation& simulation, Device& device, Space& space) {
    GuestWire wire(simulation);
    test::TestEntropy entropy(1);
    const auto visitor =
        client::Visitor::open({wire, simulation.town().clock, entropy, nullptr}, folder_->url, {});
    if (!wire.judge("opens the link", visitor)) return;
    const auto visit = files::Visit::of(**visitor);
    const auto view = SpaceView::newest(space);
    if (!simulation.must(device, "looks at the files", view)) return;
    const auto all = [](const Files& files, const FileId& folder) -> Result<std::string> {
        std::string lines;
        TRY(files.walk(folder, [&](const std::string& path, const Found& found) -> Result<bool> {
            lines += path + " ";
            if (found.entry.content)
                lines += std::string(as_text(TRY(files.small_content(found.entry))));
            lines += "\n";
            return true;
        }));
        return lines;
    };
    const auto shown = all(visit->files(), visit->shown().entry.id);
    const auto there = all(view->files(), open_);
    wire.judge("walks", shown);
    if (simulation.must(device, "walks", there) && shown && *shown != *there)
        simulation.complain("the link shows\n" + *shown + "instead of\n" + *there);
}

void PostWorkload::check_inbox(Simulation& simulation, Device& device, bool counted) {
    for (const bool group : {false, true}) {
        const auto home = mailbox(device, group);
        if (!simulation.must(device, "opens a mailbox", home)) continue;
        const auto inbox = client::read_inbox(device.engine(), **home);
        if (!simulation.must(device, "looks into the inbox", inbox)) continue;
        for (const InboxItem& item : inbox->items)
            if (item.letter && !item.letter->wish)
                simulation.complain(device.name() + " has a letter left");
        if (!inbox->missing.empty() && counted && refused_.empty() && !simulation.some_end() &&
            !simulation.restored_since(0))
            simulation.complain(device.name() + " misses letters");
    }
}

void PostWorkload::check(Simulation& simulation) {
    std::map<Hash, int> filed;
    std::set<std::size_t> persons;
    bool back = false;
    for (auto& device : simulation.devices()) back = back || device->times_back > 0;
    for (auto& device : simulation.devices()) {
        note_refused(simulation, *device);
        check_inbox(simulation, *device, !back);
        const auto home = device->engine().home();
        if (!simulation.must(*device, "opens home", home)) continue;
        if (persons.insert(device->person()).second) count(simulation, *device, **home, filed);
    }
    Device& anna = *simulation.devices()[0];
    const auto space = anna.engine().space(id_);
    if (!simulation.must(anna, "opens Post", space)) return;
    count(simulation, anna, **space, filed);
    if (const auto home = mailbox(anna, true); simulation.must(anna, "opens the group's", home))
        count(simulation, anna, **home, filed);
    for (const auto& letter : letters_) {
        const int times = letter->hash ? filed[*letter->hash] : 0;
        if (times > 1 && !simulation.restored_since(letter->mark))
            simulation.complain(letter->name + " is filed twice");
        if (times == 0 && expected(simulation, *letter))
            simulation.complain(letter->name + " was acknowledged and is lost");
        if (times > 0 && letter->told == Told::refused)
            simulation.complain(letter->name + " was never sent, and is there");
    }
    check_link(simulation, anna, **space);
    files::FilesChecker checker(executor_);
    simulation.verify(anna, id_, &checker);
}

}  // namespace

std::unique_ptr<Workload> make_post_workload() { return std::make_unique<PostWorkload>(); }

}  // namespace obhut::simulation
