// People work on the files of one space, online and on branches of their own that are merged later.
//
// step: one operation on the newest state, or on a branch (a draft on the state it began with, as
// somebody has who is offline), or the merge of a branch, or an upload with content. check: on
// every device the same tree, every file id exactly once, every parent reachable, every byte that
// was acknowledged still there in a file, a version or the trash.
#include <algorithm>
#include <set>

#include "apps/files/content_checker.h"
#include "apps/files/merge.h"
#include "apps/files/space_files.h"
#include "apps/files/upload.h"
#include "core/content/errors.h"
#include "core/crypto/hash.h"
#include "core/tree/errors.h"
#include "protocols/api/errors.h"
#include "tests/simulation/simulation.h"

namespace obhut::simulation {
namespace {

using client::Space;
using files::Author;
using files::Clash;
using files::Draft;
using files::Editor;
using files::FileKind;
using files::Files;
using files::Found;
using files::kRoot;
using files::SpaceView;

// What operations answer when names are taken, things gone, or folders would contain themselves.
#define OBHUT_FILES_REFUSE                                                                      \
    errors::name_taken, errors::path_not_found, errors::move_into_itself, errors::not_a_folder, \
        errors::is_a_folder, errors::not_in_trash

// Work done apart from the space, to be merged into it.
struct Branch {
    Branch(SpaceView begun, unsigned run, Millis at)
        : view(std::move(begun)), draft(view.files().reading()), runs(run), time(at) {}
    SpaceView view;
    Draft draft;
    unsigned runs;  // of the device: the branch ends with its program
    Millis time;
    std::set<Hash> contents;
};

// MergeBranch merges on whatever is newest.
class MergeBranch final : public client::Change {
public:
    MergeBranch(Branch& branch, const Author& author) : branch_(branch), author_(author) {}

    Result<client::Plan> plan(const client::Snapshot& base) override {
        files::MergeInput input;
        input.ours = TRY(files::changes_of(branch_.draft, branch_.view.files().reading()));
        input.base_time = branch_.time;
        input.our_state = &branch_.draft;
        const files::TreeReading reading(base.tree);
        Draft here(reading);
        TRY(files::merge(here, author_, input));
        client::Plan plan;
        plan.batch = here.batch();
        plan.summary.add(client::Verb::merged, "branch");
        return plan;
    }

private:
    Branch& branch_;
    const Author& author_;
};

// Text is a file's bytes, made of a number.
class Text final : public content::ByteSource {
public:
    Text(std::uint64_t number, std::size_t size) {
        test::TestEntropy entropy(number);
        bytes_.resize(size);
        entropy.fill(bytes_);
    }
    std::uint64_t size() override { return bytes_.size(); }
    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
        if (offset >= bytes_.size()) return 0;
        const std::size_t count = std::min(out.size(), bytes_.size() - std::size_t(offset));
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
        return count;
    }
    Hash hash() const { return sha256(bytes_); }

private:
    Bytes bytes_;
};

// Noted notes what an upload was told.
class Noted final : public files::UploadObserver {
public:
    void read_bytes(std::uint64_t) override {}
    Result<> stored(std::span<const Stored> puts) override {
        for (const Stored& put : puts) contents.insert(put.entry.content->hash);
        return {};
    }
    void skipped(std::uint64_t, Error) override {}

    std::set<Hash> contents;
};

class FilesWorkload final : public Workload {
public:
    void setup(Simulation& simulation) override;
    void step(Simulation& simulation, Device& device) override;
    void settle(Simulation& simulation, Device& device) override;
    void check(Simulation& simulation) override;

private:
    void change(Simulation& simulation, Device& device, Space& space);
    void branch(Simulation& simulation, Device& device, Space& space);
    void merge(Simulation& simulation, Device& device, Space& space);
    void upload(Simulation& simulation, Device& device, Space& space);
    void look(Simulation& simulation, Device& device, Space& space);
    Result<> operate(test::TestEntropy& dice, Editor& editor, std::set<Hash>& contents);
    Result<> on_one(test::TestEntropy& dice, Editor& editor, const Found& found,
                    std::set<Hash>& contents);
    Result<> from_trash(test::TestEntropy& dice, Editor& editor);
    files::NewFile text(std::set<Hash>& contents);
    void acknowledge(const Vow& vow, const std::set<Hash>& contents) {
        for (const Hash& hash : contents) acknowledged_.emplace(hash, vow);
    }
    void check_files(Simulation& simulation, Device& device, const Files& files, bool last);
    Author author(Simulation& simulation, Device& device) {
        return {device.engine().status().device, simulation.town().clock.now(), device.entropy};
    }

    SpaceId id_;
    bool purging_ = false;
    std::uint64_t texts_ = 0;
    std::map<Hash, Vow> acknowledged_;
    std::map<const Device*, std::unique_ptr<Branch>> branches_;
};

void FilesWorkload::setup(Simulation& simulation) {
    purging_ = simulation.dice().below(3) == 0;
    Device& anna = *simulation.devices()[0];
    if (!simulation.make_space("Ablage", id_)) return;
    // Weeks pass: where every byte is asked for in the end the policy keeps all; else it keeps
    // little, so that all devices let go.
    const std::uint32_t days = purging_ ? 2 : 36500;
    simulation.must(anna, "sets a policy",
                    anna.engine().set_space_policy(id_, {days, 2 * days, days, false}));
}

void FilesWorkload::step(Simulation& simulation, Device& device) {
    // Puts of one file within ten minutes are one version: keep them apart.
    simulation.town().clock.advance(files::kVersionSpan + kSecond);
    const unsigned faults = device.faults;
    const auto space = device.engine().space(id_);
    if (!simulation.judge(device, "opens Ablage", faults, space)) return;
    switch (simulation.dice().below(10)) {
    case 0: return look(simulation, device, **space);
    case 1: return upload(simulation, device, **space);
    case 2:
    case 3:
    case 4: return branch(simulation, device, **space);
    case 5: return merge(simulation, device, **space);
    default: return change(simulation, device, **space);
    }
}

files::NewFile FilesWorkload::text(std::set<Hash>& contents) {
    const std::string words = "text " + std::to_string(++texts_);
    files::NewFile file;
    file.content.size = words.size();
    file.content.hash = sha256(as_bytes(words));
    file.inline_bytes = to_bytes(words);
    contents.insert(file.content.hash);
    return file;
}

Result<> FilesWorkload::operate(test::TestEntropy& dice, Editor& editor, std::set<Hash>& contents) {
    std::vector<Found> all;
    TRY(editor.files().walk(kRoot, [&](const std::string&, const Found& found) -> Result<bool> {
        all.push_back({found.folder, found.name, found.entry.clone()});
        return true;
    }));
    const std::uint64_t kind = all.empty() ? 0 : dice.below(8);
    if (kind > 1) return on_one(dice, editor, all[dice.below(all.size())], contents);
    FileId folder = kRoot;
    if (!all.empty() && dice.below(2) == 0) {
        const Found& found = all[dice.below(all.size())];
        folder = found.entry.is_folder() ? found.entry.id : found.folder;
    }
    const std::string name(1, static_cast<char>('a' + dice.below(6)));
    if (kind == 1)
        TRY(editor.put_file(folder, name, text(contents)));
    else
        TRY(editor.make_folder(folder, name));
    return {};
}

Result<> FilesWorkload::on_one(test::TestEntropy& dice, Editor& editor, const Found& found,
                               std::set<Hash>& contents) {
    const std::string name(1, static_cast<char>('a' + dice.below(6)));
    std::vector<FileId> folders{kRoot};
    TRY(editor.files().walk(kRoot, [&](const std::string&, const Found& other) -> Result<bool> {
        if (other.entry.is_folder()) folders.push_back(other.entry.id);
        return true;
    }));
    const FileId to = folders[dice.below(folders.size())];
    switch (dice.below(6)) {
    case 0:
    case 1:
        if (found.entry.kind != FileKind::file) break;
        TRY(editor.put_file(found.folder, found.name, text(contents)));
        return {};
    case 2: return editor.remove(found.folder, found.name);
    case 3: return from_trash(dice, editor);
    case 4:
        if (folders.size() > 12) break;  // copies of copies grow without end
        TRY(editor.copy(found.folder, found.name, to, name, Clash::keep_both));
        return {};
    default: break;
    }
    TRY(editor.move(found.folder, found.name, to, name, Clash::keep_both));
    return {};
}

Result<> FilesWorkload::from_trash(test::TestEntropy& dice, Editor& editor) {
    const auto trash = TRY(editor.files().trash(0, 100));
    if (trash.empty()) return {};
    const files::Trashed& removed = trash[dice.below(trash.size())];
    if (purging_ && dice.below(2) == 0) return editor.purge(removed.time, removed.entry.id);
    TRY(editor.restore(removed.time, removed.entry.id));
    return {};
}

void FilesWorkload::change(Simulation& simulation, Device& device, Space& space) {
    std::set<Hash> contents;
    const Author by = author(simulation, device);
    const unsigned faults = device.faults;
    const auto committed =
        files::change_files(space, by, [&](Editor& editor, client::Summary& summary) {
            contents.clear();
            summary.add(client::Verb::changed, "something");
            return operate(simulation.dice(), editor, contents);
        });
    if (simulation.judge(device, "changes files", faults, committed, {OBHUT_FILES_REFUSE}))
        acknowledge(simulation.vow(device, faults), contents);
}

void FilesWorkload::branch(Simulation& simulation, Device& device, Space& space) {
    auto& branch = branches_[&device];
    if (!branch || branch->runs != device.runs) {
        auto view = SpaceView::newest(space);
        if (!simulation.judge(device, "begins a branch", device.faults - 1, view)) return;
        branch =
            std::make_unique<Branch>(std::move(*view), device.runs, simulation.town().clock.now());
    }
    const unsigned faults = device.faults;
    Draft attempt(branch->draft);
    Editor editor(attempt, author(simulation, device));
    std::set<Hash> contents;
    const Result<> done = operate(simulation.dice(), editor, contents);
    if (!simulation.judge(device, "works apart", faults, done, {OBHUT_FILES_REFUSE})) return;
    for (const auto& [key, value] : attempt.changes()) {
        if (value)
            branch->draft.put(key, *value);
        else
            branch->draft.erase(key);
    }
    branch->contents.merge(contents);
}

void FilesWorkload::merge(Simulation& simulation, Device& device, Space& space) {
    auto& branch = branches_[&device];
    if (!branch || branch->runs != device.runs) return;
    const Author by = author(simulation, device);
    MergeBranch merging(*branch, by);
    const unsigned faults = device.faults;
    const auto committed = space.commit(merging);
    if (simulation.judge(device, "merges", faults, committed))
        acknowledge(simulation.vow(device, faults), branch->contents);
    branch.reset();
}

void FilesWorkload::upload(Simulation& simulation, Device& device, Space& space) {
    test::TestEntropy& dice = simulation.dice();
    InlineExecutor executor;
    Noted observer;
    const Author by = author(simulation, device);
    const unsigned faults = device.faults;
    files::Upload uploading(space, by, {executor, simulation.town().clock}, observer, "upload");
    Result<> outcome;
    const std::uint64_t count = 1 + dice.below(3);
    // Two files of one name in one upload would be one version: names follow each other.
    const std::uint64_t first = dice.below(6);
    for (std::uint64_t i = 0; i < count && outcome; ++i) {
        const std::size_t size = dice.below(20) == 0 ? 2'500'000 : dice.below(60'000);
        Text source(++texts_, size);
        files::UploadFile file;
        file.tag = i;
        file.folder = dice.below(2) == 0 ? "/" : "/incoming";
        file.name = "u" + std::to_string((first + i) % 6);
        file.journal_key = to_bytes("text " + std::to_string(texts_));
        outcome = uploading.put(source, std::move(file));
    }
    if (outcome) outcome = uploading.finish();
    simulation.judge(device, "uploads " + std::to_string(count), faults, outcome,
                     {OBHUT_FILES_REFUSE});
    acknowledge(simulation.vow(device, faults), observer.contents);
}

void FilesWorkload::look(Simulation& simulation, Device& device, Space& space) {
    const unsigned faults = device.faults;
    simulation.judge(device, "refreshes", faults, space.refresh());
    const auto view = SpaceView::newest(space);
    if (!simulation.judge(device, "looks at the files", faults, view)) return;
    const Result<> walked = view->files().walk(
        kRoot, [](const std::string&, const Found&) -> Result<bool> { return true; });
    simulation.judge(device, "walks", faults, walked);
}

// ---- the end

void FilesWorkload::settle(Simulation& simulation, Device& device) {
    const auto space = device.engine().space(id_);
    if (!simulation.must(device, "opens Ablage", space)) return;
    simulation.must(device, "settles files", (*space)->settle(tree::refuse_conflicts));
    simulation.must(device, "refreshes", (*space)->refresh());
}

// Inspection of one state: what merge_random_test.cpp demands of maps, of a real space.
class Inspection {
public:
    Inspection(Simulation& simulation, const Device& device, const Files& files)
        : simulation_(simulation), device_(device), files_(files) {}

    Result<> run() {
        const files::Reading& reading = files_.reading();
        TRY(reading.each(as_bytes("f/"), {}, [this](ByteView key, ByteView value) -> Result<bool> {
            const files::ParsedKey parsed = TRY(files::parse_key(key));
            const files::Entry entry = TRY(files::parse_entry(value));
            TRY(judge(entry, parsed.id, parsed.name, false));
            return true;
        }));
        TRY(reading.each(as_bytes("t/"), {}, [this](ByteView, ByteView value) -> Result<bool> {
            const auto removed = TRY(decode<files::Trashed>(value));
            TRY(judge(removed.entry, removed.folder, removed.name, true));
            return true;
        }));
        TRY(reading.each(as_bytes("v/"), {}, [this](ByteView, ByteView value) -> Result<bool> {
            const files::Entry entry = TRY(files::parse_entry(value));
            if (entry.content) contents.insert(entry.content->hash);
            return true;
        }));
        return files_.walk(kRoot,
                           [](const std::string&, const Found&) -> Result<bool> { return true; });
    }

    std::set<Hash> contents;
    std::set<FileId> ids;

private:
    void demand(bool holds, const std::string& what, const files::Entry& entry) {
        if (!holds) simulation_.complain(device_.name() + ": " + what + " " + entry.id.hex());
    }

    Result<> judge(const files::Entry& entry, const FileId& folder, const std::string& name,
                   bool trashed) {
        demand(ids.insert(entry.id).second, "an id stands twice:", entry);
        if (entry.content) contents.insert(entry.content->hash);
        const auto where = TRY(files_.where(entry.id));
        demand(where || (!trashed && !entry.is_folder()), "nothing says where it is:", entry);
        if (where)
            demand(where->folder == folder && where->name == name &&
                       where->trashed.has_value() == trashed,
                   "it is elsewhere than it says:", entry);
        if (!trashed) demand(TRY(hangs(folder)), "unreachable:", entry);
        return {};
    }

    Result<bool> hangs(FileId folder) {
        for (std::size_t depth = 0; depth < files::kMaxDepth; ++depth) {
            if (folder == kRoot) return true;
            const auto where = TRY(files_.where(folder));
            if (!where) return false;
            if (where->trashed) return true;
            folder = where->folder;
        }
        return false;
    }

    Simulation& simulation_;
    const Device& device_;
    const Files& files_;
};

void FilesWorkload::check_files(Simulation& simulation, Device& device, const Files& files,
                                bool last) {
    Inspection inspection(simulation, device, files);
    if (!simulation.must(device, "inspects the files", inspection.run())) return;
    if (!last || purging_) return;
    for (const auto& [hash, vow] : acknowledged_)
        if (!inspection.contents.contains(hash) && !simulation.excused(vow))
            simulation.complain(device.name() + ": acknowledged content of " + vow.device +
                                " is lost: " + hash.hex());
}

void FilesWorkload::check(Simulation& simulation) {
    std::optional<Bytes> root;
    for (auto& device : simulation.devices()) {
        const auto space = device->engine().space(id_);
        if (!simulation.must(*device, "opens Ablage", space)) return;
        simulation.must(*device, "refreshes", (*space)->refresh());
        const auto view = SpaceView::newest(**space);
        if (!simulation.must(*device, "looks at the files", view)) return;
        check_files(simulation, *device, view->files(), true);
        const auto snapshot = (*space)->snapshot();
        if (!simulation.must(*device, "looks", snapshot)) return;
        const Bytes id = to_bytes((*snapshot)->tree.root().id.view());
        if (root && *root != id) simulation.complain(device->name() + " has another tree");
        root = id;
    }
    Device& anna = *simulation.devices()[0];
    InlineExecutor executor;
    files::FilesChecker checker(executor);
    simulation.verify(anna, id_, &checker);
}

}  // namespace

std::unique_ptr<Workload> make_files_workload() { return std::make_unique<FilesWorkload>(); }

}  // namespace obhut::simulation
