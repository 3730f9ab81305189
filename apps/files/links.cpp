#include "apps/files/links.h"

#include <map>
#include <set>

#include "apps/files/errors.h"

namespace obhut::files {

namespace {

using client::LinkEdit;
using client::LinkEntry;
using client::LinkKind;

constexpr std::size_t kPage = 1000;
constexpr std::size_t kMaxConcerned = 2 * client::kMaxFolderLinks;  // looked at by one renewal

// Puts a thing that a link shows into the link's tree, with its small content and place.
Result<> put_shown(const Files& files, const Found& found, tree::Batch& batch) {
    const Entry& entry = found.entry;
    batch.put(entry_key(found.folder, found.name), ByteView(encode(shown_entry(entry))));
    if (entry.kind == FileKind::file) {
        const auto small = TRY(files.reading().get(content_key(entry.id)));
        if (small && entry.content && entry.content->is_inline())
            batch.put(content_key(entry.id), ByteView(*small));
        else
            batch.erase(content_key(entry.id));
    }
    if (entry.is_folder())
        batch.put(where_key(entry.id), ByteView(encode(Where{found.folder, found.name, {}})));
    return {};
}

Result<> put_below(const Files& files, const FileId& folder, tree::Batch& batch) {
    return files.walk(folder, [&](const std::string&, const Found& found) -> Result<bool> {
        TRY(put_shown(files, found, batch));
        return true;
    });
}

// Takes away what a link's tree has below a folder, the folder's entry excepted.
Result<> erase_below(const tree::Tree& shown, const FileId& folder, tree::Batch& batch) {
    const TreeReading reading(shown);
    const Files files(reading);
    std::vector<FileId> folders{folder};
    std::set<FileId> seen;
    while (!folders.empty()) {
        const FileId at = folders.back();
        folders.pop_back();
        if (!seen.insert(at).second) continue;
        std::string after;
        for (std::vector<Found> page;;) {
            page = TRY(files.list(at, after, kPage));
            for (const Found& found : page) {
                batch.erase(entry_key(at, found.name));
                batch.erase(content_key(found.entry.id));
                batch.erase(where_key(found.entry.id));
                if (found.entry.is_folder()) folders.push_back(found.entry.id);
            }
            if (page.size() < kPage) break;
            after = page.back().name;
        }
    }
    return {};
}

// Ancestry answers where folders are in one state, from themselves up to the topmost one.
class Ancestry {
public:
    explicit Ancestry(const tree::Tree& tree) : reading_(tree), files_(reading_) {}

    // above gives the folder and those above it; empty if it is in the trash, or gone.
    Result<std::vector<FileId>> above(const FileId& folder) const {
        std::vector<FileId> path{folder};
        while (path.back() != kRoot) {
            const auto place = TRY(files_.where(path.back()));
            if (!place || place->trashed) return std::vector<FileId>();
            if (path.size() > kMaxDepth) return fail(errors::folders_in_a_loop);
            path.push_back(place->folder);
        }
        return path;
    }
    Result<bool> is_in(const FileId& folder, const FileId& ancestor) const {
        const std::vector<FileId> path = TRY(above(folder));
        return std::ranges::find(path, ancestor) != path.end();
    }
    const Files& files() const { return files_; }

private:
    TreeReading reading_;
    Files files_;
};

// One changed name of a folder.
struct NameChange {
    FileId folder;
    std::string name;
    std::optional<Entry> before;
    std::optional<Entry> after;
};

class Renewal {
public:
    Renewal(const tree::Tree& before, const tree::Tree& after)
        : tree_(after), before_(before), after_(after) {}

    Result<> add(const tree::Change& change) {
        const auto key = parse_key(change.key);
        if (!key || key->kind != 'f') return {};
        NameChange named{key->id, key->name, {}, {}};
        if (change.before) named.before = TRY(parse_entry(TRY(tree_.read_value(*change.before))));
        if (change.after) named.after = TRY(parse_entry(TRY(tree_.read_value(*change.after))));
        names_.push_back(std::move(named));
        return {};
    }

    Result<client::Renewed> run() {
        client::Renewed renewed;
        if (names_.empty()) return renewed;
        const auto any = tree::KeyRange::prefix(as_bytes(client::kLinksPrefix));
        most_names_ = kPage + TRY(tree_.count(any));
        if (most_names_ == kPage) return renewed;
        std::vector<LinkEdit> edits = TRY(concerned(any));
        const bool too_many = edits.size() > client::kMaxFolderLinks;
        for (LinkEdit& edit : edits) {
            if (!too_many && !TRY(renew(edit))) continue;
            renewed.concerned.push_back({edit.target, edit.id});
            if (!too_many) renewed.edits.push_back(std::move(edit));
        }
        return renewed;
    }

private:
    // concerned gives the links whose trees may have to change, the one made first first: those to
    // folders that a changed name is or was below, and to folders that went to the trash, came back
    // or are gone. Cost: of what is concerned, and of what is below the folders that went or came,
    // or, if there is more below them than there are links, of all links.
    Result<std::vector<LinkEdit>> concerned(const tree::KeyRange& any) {
        std::set<FileId> above;
        for (const NameChange& name : names_) above.insert(name.folder);
        std::set<FileId> targets;
        for (const FileId& folder : above)
            for (const Ancestry* state : {&before_, &after_})
                for (const FileId& target : TRY(state->above(folder))) targets.insert(target);
        bool all = false;
        for (const NameChange& name : names_)
            for (const auto* entry : {&name.before, &name.after})
                if (*entry && (*entry)->is_folder() && !all)
                    all = !TRY(add_if_it_went_or_came((*entry)->id, targets));
        std::vector<LinkEdit> edits;
        if (all) TRY(each_link(any, edits));
        if (!all)
            for (const FileId& target : targets)
                TRY(each_link(tree::KeyRange::prefix(client::target_prefix(target)), edits));
        std::ranges::sort(edits, {}, [](const LinkEdit& edit) { return edit.entry->made; });
        return edits;
    }

    // Adds a folder and those below it if it is in one state and not in the other; false if too
    // much is below.
    Result<bool> add_if_it_went_or_came(const FileId& folder, std::set<FileId>& targets) {
        const bool was = !TRY(before_.above(folder)).empty();
        const bool is = !TRY(after_.above(folder)).empty();
        if (was == is) return true;
        const Files& files = was ? before_.files() : after_.files();
        std::vector<FileId> folders{folder};
        while (!folders.empty()) {
            const FileId at = folders.back();
            folders.pop_back();
            if (!gone_or_came_.insert(at).second) continue;
            targets.insert(at);
            std::string after;
            for (std::vector<Found> page;;) {
                page = TRY(files.list(at, after, kPage));
                if (page.size() > most_names_) return false;
                most_names_ -= page.size();
                for (const Found& found : page)
                    if (found.entry.is_folder()) folders.push_back(found.entry.id);
                if (page.size() < kPage) break;
                after = page.back().name;
            }
        }
        return true;
    }

    // Adds the links to folders in a range; more than are made by the rule are not all needed.
    // What is no link, which any editor can write, is passed over, or nobody could change a folder
    // (SR-41).
    Result<> each_link(tree::KeyRange range, std::vector<LinkEdit>& edits) {
        for (;;) {
            const auto page = TRY(tree_.range(range, kPage));
            for (const tree::Entry& entry : page) {
                const auto place = client::parse_link_key(entry.key);
                auto link = client::parse_link_entry(TRY(tree_.read_value(entry.value)));
                if (!place || !link || link->kind != LinkKind::folder) continue;
                if (edits.size() == kMaxConcerned) return {};
                LinkEdit edit;
                edit.target = place->target;
                edit.id = place->id;
                edit.entry = std::move(*link);
                edits.push_back(std::move(edit));
            }
            if (page.size() < kPage) return {};
            range.from = page.back().key;
            range.from.push_back(0);
        }
    }

    // renew writes what a link's tree has to learn; false if nothing.
    Result<bool> renew(LinkEdit& edit) {
        const bool was = !TRY(before_.above(edit.target)).empty();
        const bool is = !TRY(after_.above(edit.target)).empty();
        const tree::Tree shown(tree_.nodes(), edit.entry->tree->root.clone());
        if (!is) {
            if (was) TRY(erase_below(shown, edit.target, edit.files));
        } else if (!was) {
            TRY(put_below(after_.files(), edit.target, edit.files));
        } else {
            TRY(follow(edit, shown));
        }
        return !edit.files.empty();
    }

    // follow makes the changes again on a link's tree: first all that goes, then all that comes,
    // since what went with one folder may have come by another.
    Result<> follow(LinkEdit& edit, const tree::Tree& shown) {
        std::set<FileId> folders;
        for (const NameChange& name : names_) {
            if (name.after && name.after->is_folder()) folders.insert(name.after->id);
            const Bytes key = entry_key(name.folder, name.name);
            if (!name.before || !TRY(shown.lookup(key))) continue;
            edit.files.erase(key);
            edit.files.erase(content_key(name.before->id));
            if (name.before->is_folder()) folders.insert(name.before->id);
        }
        bool went = false;
        std::vector<FileId> came;
        std::vector<FileId> stayed;
        for (const FileId& folder : folders) {
            const bool was = TRY(shown.lookup(where_key(folder))).has_value();
            const bool is = TRY(after_.is_in(folder, edit.target)) && folder != edit.target;
            if (is) (was ? stayed : came).push_back(folder);
            if (!was || is) continue;
            went = true;
            edit.files.erase(where_key(folder));
            TRY(erase_below(shown, folder, edit.files));
        }
        for (const NameChange& name : names_)
            if (name.after && TRY(after_.is_in(name.folder, edit.target)))
                TRY(put_shown(after_.files(), {name.folder, name.name, name.after->clone()},
                              edit.files));
        for (const FileId& folder : came) TRY(put_below(after_.files(), folder, edit.files));
        if (!went) return {};
        for (const FileId& folder : stayed) TRY(put_below(after_.files(), folder, edit.files));
        return {};
    }

    const tree::Tree& tree_;
    Ancestry before_;
    Ancestry after_;
    std::vector<NameChange> names_;
    std::set<FileId> gone_or_came_;
    std::uint64_t most_names_ = 0;  // that may still be looked at below folders that went or came
};

}  // namespace

Entry shown_entry(const Entry& entry) {
    Entry shown = entry.clone();
    shown.device = {};
    shown.version_since = 0;
    shown.attributes.owner.reset();
    shown.attributes.extended.reset();
    shown.conflict_of.reset();
    return shown;
}

client::LinkPlanner link_to(std::string path, LinkKind kind) {
    return
        [path = std::move(path), kind](const client::Snapshot& base) -> Result<client::LinkPlan> {
            const TreeReading reading(base.tree);
            const Files files(reading);
            const Found found = TRY(files.lookup(path));
            client::LinkPlan plan;
            plan.target = found.entry.id;
            plan.name = found.name;
            if (plan.name.empty())
                if (const auto info = TRY(files.space_info())) plan.name = info->name;
            if (kind != LinkKind::file) {
                if (!found.entry.is_folder()) return fail(errors::not_a_folder);
                if (kind == LinkKind::folder) TRY(put_below(files, found.entry.id, plan.files));
                return plan;
            }
            if (found.entry.is_folder()) return fail(errors::is_a_folder);
            if (!found.entry.content) return fail(errors::not_linkable);
            plan.content = found.entry.content->clone();
            if (plan.content->is_inline()) {
                plan.bytes = TRY(files.small_content(found.entry));
                plan.content->bytes.reset();
            }
            plan.mode = found.entry.attributes.mode;
            plan.modified_ns = found.entry.attributes.modified_ns;
            return plan;
        };
}

Result<client::Renewed> FolderLinks::renew(const tree::Tree& before, const tree::Tree& after,
                                           const std::vector<tree::Change>& changes) {
    Renewal renewal(before, after);
    for (const tree::Change& change : changes) TRY(renewal.add(change));
    return renewal.run();
}

Result<std::optional<tree::Batch>> FolderLinks::shown(const tree::Tree& state,
                                                      const FileId& folder) {
    const Ancestry ancestry(state);
    if (TRY(ancestry.above(folder)).empty()) return std::optional<tree::Batch>();
    tree::Batch batch;
    TRY(put_below(ancestry.files(), folder, batch));
    return std::optional(std::move(batch));
}

}  // namespace obhut::files
