// People show a folder to whoever has a URL: with a password, until a day, so many times, and until
// somebody ends it; and visitors try.
//
// step: a link is made, ended, or what it shows is changed; a visitor opens one, with the right
// password or a wrong one. check: who may come in does, and sees what is there; nobody else does:
// after its end, its day or its last opening a link answers like one that never was.
#include <algorithm>
#include <deque>

#include "apps/files/errors.h"
#include "apps/files/links.h"
#include "apps/files/space_files.h"
#include "apps/files/visit.h"
#include "client/links/links.h"
#include "core/crypto/hash.h"
#include "tests/simulation/guest.h"
#include "tests/simulation/model.h"

namespace obhut::simulation {
namespace {

using client::LinkKind;
using client::Space;
using files::Author;
using files::Editor;
using files::kRoot;
using files::SpaceView;

constexpr std::size_t kMaxLinks = 8;
constexpr std::size_t kMaxPasswords = 2;  // stretching them is slow on purpose
constexpr std::string_view kPassword = "mellon";
constexpr Millis kMargin = kMinute;  // of requests that are on their way when a link expires

// What is known of a link.
struct LinkRecord {
    client::LinkUrl url;
    client::LinkPlace place;
    LinkKind kind = LinkKind::folder;
    std::string folder;  // or, of a file's link, the file
    bool password = false;
    std::optional<Millis> expires;
    std::optional<std::uint32_t> limit;
    std::uint32_t opened = 0;   // openings that visitors were told of
    std::uint32_t doubted = 0;  // and those that may have been counted
    Told ended = Told::refused;
    std::optional<Vow> end;   // of who ended it
    std::optional<Vow> made;  // of who made it

    bool over(Millis now) const {
        return (limit && opened >= *limit) || (expires && now > *expires + kMargin);
    }
    bool maybe_over(Millis now) const {
        return (limit && opened + doubted >= *limit) || (expires && now + kMargin > *expires);
    }
};

class LinksWorkload final : public Workload {
public:
    void setup(Simulation& simulation) override;
    void step(Simulation& simulation, Device& device) override;
    void settle(Simulation& simulation, Device& device) override;
    void check(Simulation& simulation) override;

private:
    void make(Simulation& simulation, Device& device, Space& space);
    void end(Simulation& simulation, Device& device, Space& space);
    void edit(Simulation& simulation, Device& device, Space& space);
    void visit(Simulation& simulation, LinkRecord& link, bool right);
    void look(Simulation& simulation, GuestWire& wire, client::Visitor& visitor,
              const LinkRecord& link);
    std::optional<std::string> shown_in(Simulation& simulation, const std::string& folder);
    void check_list(Simulation& simulation, Device& device, Space& space);
    Author author(Simulation& simulation, Device& device) {
        return {device.engine().status().device, simulation.town().clock.now(), device.entropy};
    }

    SpaceId id_;
    std::deque<LinkRecord> links_;  // references stay: others may make links meanwhile
    std::size_t passwords_ = 0;
    std::uint64_t texts_ = 0;
    std::set<std::string> written_;  // all texts ever
};

std::string folder_of(test::TestEntropy& dice) {
    const char* folders[] = {"/open", "/open/deep", "/other"};
    return folders[dice.below(3)];
}

std::string name_of(test::TestEntropy& dice) {
    return std::string(1, static_cast<char>('a' + dice.below(3)));
}

void LinksWorkload::setup(Simulation& simulation) {
    Device& anna = *simulation.devices()[0];
    if (!simulation.make_space("Fenster", id_)) return;
    const auto space = anna.engine().space(id_);
    if (!simulation.must(anna, "opens Fenster", space)) return;
    const Author by = author(simulation, anna);
    const auto folders =
        files::change_files(**space, by, [&](Editor& editor, client::Summary&) -> Result<> {
            TRY(editor.make_folders(kRoot, "/open/deep"));
            TRY(editor.make_folders(kRoot, "/other"));
            return {};
        });
    if (simulation.must(anna, "makes folders", folders)) make(simulation, anna, **space);
}

void LinksWorkload::step(Simulation& simulation, Device& device) {
    const unsigned faults = device.faults;
    const auto space = device.engine().space(id_);
    if (!simulation.judge(device, "opens Fenster", faults, space)) return;
    test::TestEntropy& dice = simulation.dice();
    switch (dice.below(10)) {
    case 0:
    case 1: return make(simulation, device, **space);
    case 2: return end(simulation, device, **space);
    case 3:
    case 4:
    case 5: return edit(simulation, device, **space);
    default:
        if (!links_.empty())
            visit(simulation, links_[dice.below(links_.size())], dice.below(6) != 0);
    }
}

void LinksWorkload::make(Simulation& simulation, Device& device, Space& space) {
    if (links_.size() == kMaxLinks) return;
    test::TestEntropy& dice = simulation.dice();
    LinkRecord record;
    record.folder = folder_of(dice);
    const Millis now = simulation.town().clock.now();
    client::LinkWish wish;
    const std::uint64_t kind = dice.below(6);
    record.kind = kind == 0 ? LinkKind::file : kind == 1 ? LinkKind::upload : LinkKind::folder;
    if (record.kind == LinkKind::file) record.folder += std::string("/") + name_of(dice);
    wish.kind = record.kind;
    if (passwords_ < kMaxPasswords && dice.below(12) == 0) {
        ++passwords_;
        record.password = true;
        wish.password = SecretBytes(as_bytes(kPassword));
    }
    if (dice.below(3) == 0) record.expires = now + kMinute + dice.below(3 * kHour);
    if (dice.below(3) == 0) record.limit = static_cast<std::uint32_t>(1 + dice.below(4));
    wish.expires = record.expires;
    wish.limit = record.limit;
    const unsigned faults = device.faults;
    auto link = client::make_link(space, wish, files::link_to(record.folder, record.kind));
    if (!simulation.judge(device, "makes a link to " + record.folder, faults, link,
                          {errors::path_not_found}))
        return;
    record.made = simulation.vow(device, faults);
    record.place = {link->target, link->url.id};
    record.url = std::move(link->url);
    links_.push_back(std::move(record));
}

void LinksWorkload::end(Simulation& simulation, Device& device, Space& space) {
    if (links_.empty()) return;
    LinkRecord& link = links_[simulation.dice().below(links_.size())];
    const unsigned faults = device.faults;
    if (link.ended == Told::refused) link.ended = Told::doubtful;
    const Result<> ended = client::end_link(space, link.place);
    if (!simulation.judge(device, "ends a link to " + link.folder, faults, ended)) return;
    link.ended = Told::acknowledged;
    if (!link.end) link.end = simulation.vow(device, faults);
}

void LinksWorkload::edit(Simulation& simulation, Device& device, Space& space) {
    const Author by = author(simulation, device);
    const std::string folder = folder_of(simulation.dice());
    const std::string name = name_of(simulation.dice());
    const std::string text = "text " + std::to_string(++texts_);
    written_.insert(text);
    const unsigned faults = device.faults;
    const auto committed =
        files::change_files(space, by, [&](Editor& editor, client::Summary& summary) -> Result<> {
            summary.add(client::Verb::changed, name);
            files::NewFile file;
            file.content.size = text.size();
            file.content.hash = sha256(as_bytes(text));
            file.inline_bytes = to_bytes(text);
            TRY(editor.put_file(TRY(editor.make_folders(kRoot, folder)), name, std::move(file)));
            return {};
        });
    simulation.judge(device, "writes in " + folder, faults, committed);
}

// visit: who has the URL and the password comes in while the link lasts, and nobody else ever.
void LinksWorkload::visit(Simulation& simulation, LinkRecord& link, bool right) {
    GuestWire wire(simulation);
    test::TestEntropy entropy(simulation.dice().next());
    right = right || !link.password;
    std::optional<ByteView> password;
    if (link.password) password = as_bytes(right ? kPassword : std::string_view("melon"));
    const Millis before = simulation.town().clock.now();
    const auto visitor = client::Visitor::open({wire, simulation.town().clock, entropy, nullptr},
                                               link.url, password);
    const bool ended = link.ended == Told::acknowledged;
    const bool restored = link.made && simulation.restored_since(link.made->mark);
    const bool may_fail =
        !right || link.ended != Told::refused || link.maybe_over(before) || restored;
    const std::string what = "opens a link to " + link.folder;
    const bool opened =
        may_fail ? wire.judge(what, visitor, {errors::link_closed}) : wire.judge(what, visitor);
    if (!opened && visitor.error().kind() == Kind::retry) ++link.doubted;
    if (!opened) return;
    if (!right) simulation.complain("a wrong password opens a link");
    // A restored server has forgotten openings and ends that came after its backup.
    if ((ended || link.over(before)) && !restored)
        simulation.complain(std::string("a link opens that ") + (ended ? "was ended" : "is over"));
    ++link.opened;
    look(simulation, wire, **visitor, link);
}

void LinksWorkload::look(Simulation& simulation, GuestWire& wire, client::Visitor& visitor,
                         const LinkRecord& link) {
    if (visitor.record().kind != link.kind) simulation.complain("a link is of another kind");
    if (link.kind == LinkKind::upload) return;
    const auto visit = files::Visit::of(visitor);
    if (link.kind == LinkKind::file) {
        const auto text = visit->files().small_content(visit->shown().entry);
        if (wire.judge("reads", text) && !written_.contains(std::string(as_text(*text))))
            simulation.complain("a visitor reads what was never written");
        return;
    }
    std::string all;
    const Result<> walked = visit->files().walk(
        visit->shown().entry.id,
        [&](const std::string& path, const files::Found& found) -> Result<bool> {
            all += path;
            if (!found.entry.content) return true;
            const std::string text(as_text(TRY(visit->files().small_content(found.entry))));
            if (!written_.contains(text)) simulation.complain("a visitor reads: " + text);
            all += "=" + text + " ";
            return true;
        });
    if (!wire.judge("walks", walked) || simulation.troubled()) return;
    const auto there = shown_in(simulation, link.folder);
    if (there && *there != all)
        simulation.complain("the link shows " + all + " instead of " + *there);
}

// ---- the end

std::optional<std::string> LinksWorkload::shown_in(Simulation& simulation,
                                                   const std::string& folder) {
    Device& anna = *simulation.devices()[0];
    const auto space = anna.engine().space(id_);
    if (!simulation.must(anna, "opens Fenster", space)) return std::nullopt;
    simulation.must(anna, "refreshes", (*space)->refresh());
    const auto view = SpaceView::newest(**space);
    if (!simulation.must(anna, "looks at the files", view)) return std::nullopt;
    const auto id = view->files().folder(folder);
    if (!simulation.must(anna, "finds " + folder, id)) return std::nullopt;
    std::string all;
    const Result<> walked = view->files().walk(
        *id, [&](const std::string& path, const files::Found& found) -> Result<bool> {
            all += path;
            if (found.entry.content)
                all +=
                    "=" + std::string(as_text(TRY(view->files().small_content(found.entry)))) + " ";
            return true;
        });
    if (!simulation.must(anna, "walks", walked)) return std::nullopt;
    return all;
}

void LinksWorkload::settle(Simulation& simulation, Device& device) {
    const auto space = device.engine().space(id_);
    if (!simulation.must(device, "opens Fenster", space)) return;
    simulation.must(device, "refreshes", (*space)->refresh());
    simulation.must(device, "settles", (*space)->settle(resolve));
}

// check_list: what was ended is not in the space any more, nor at the server.
void LinksWorkload::check_list(Simulation& simulation, Device& device, Space& space) {
    const auto views = client::list_links(space);
    if (!simulation.must(device, "lists links", views)) return;
    for (LinkRecord& link : links_) {
        const bool listed = std::ranges::any_of(
            *views, [&](const auto& view) { return view.place.id == link.place.id; });
        const bool ended = link.end && !simulation.forgotten(*link.end);
        if (listed && ended) simulation.complain("a link is there that was ended");
        const bool closes = simulation.some_end();  // with who could know it
        if (!listed && link.ended == Told::refused && !closes && !simulation.forgotten(*link.made))
            simulation.complain("a link is gone that nobody ended");
        if (listed) link.ended = Told::refused;
        if (!listed) link.ended = Told::acknowledged;
    }
}

void LinksWorkload::check(Simulation& simulation) {
    Device& anna = *simulation.devices()[0];
    const auto space = anna.engine().space(id_);
    if (!simulation.must(anna, "opens Fenster", space)) return;
    simulation.must(anna, "refreshes", (*space)->refresh());
    check_list(simulation, anna, **space);
    for (LinkRecord& link : links_) visit(simulation, link, true);
    // Time passes, and with it every day that was set.
    simulation.town().clock.advance(4 * kHour);
    for (LinkRecord& link : links_) visit(simulation, link, true);
    for (LinkRecord& link : links_)
        if (link.password) visit(simulation, link, false);
    simulation.verify(anna, id_);
}

}  // namespace

std::unique_ptr<Workload> make_links_workload() { return std::make_unique<LinksWorkload>(); }

}  // namespace obhut::simulation
