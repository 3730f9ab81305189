#include "apps/files/merge.h"

#include <algorithm>
#include <set>

namespace obhut::files {

namespace {

// Spot is a thing in one state: where it is, what it is.
struct Spot {
    FileId folder;
    std::string name;
    Entry entry;
    std::optional<Millis> trashed;

    bool same_place(const Spot& other) const {
        return folder == other.folder && name == other.name;
    }
};

// Action is all that we did to one id.
struct Action {
    std::optional<Spot> before;
    std::optional<Spot> after;
};

bool same_content(const Entry& a, const Entry& b) {
    if (a.kind != b.kind || a.target != b.target || a.content.has_value() != b.content.has_value())
        return false;
    return !a.content || a.content->same_bytes(*b.content);
}

bool same_state(const Entry& a, const Entry& b) {
    return same_content(a, b) && a.attributes == b.attributes;
}

Result<Spot> spot_of(const ParsedKey& key, ByteView value) {
    if (key.kind == 'f') return Spot{key.id, key.name, TRY(parse_entry(value)), std::nullopt};
    Trashed removed = TRY(decode<Trashed>(value));
    return Spot{removed.folder, std::move(removed.name), std::move(removed.entry), key.time};
}

class Merger {
public:
    Merger(Draft& here, const Author& author, const MergeInput& input)
        : here_(here), editor_(here, author), author_(author), input_(input) {}

    Result<std::vector<MergeNote>> run() {
        for (const KeyChange& change : input_.ours) TRY(sort_in(change));
        for (const auto& [id, action] : actions_) TRY(decide(id, action));
        TRY(make_moves());
        for (const FileId& id : touched_) TRY(attach(id));
        TRY(make_copies());
        TRY(make_removals());
        for (const KeyChange* change : versions_) TRY(merge_version(*change));
        for (const KeyChange* change : settings_) TRY(merge_setting(*change));
        for (const auto& [time, id] : purges_)
            if (TRY(here_.get(trash_key(time, id)))) TRY(editor_.purge(time, id));
        return std::move(notes_);
    }

private:
    struct Move {
        FileId id;
        Entry entry;
        FileId folder;  // where to
        std::string name;
        std::optional<Spot> back;  // where it is put if the move is dropped
    };
    struct Copy {
        FileId of;
        Entry entry;
    };

    Result<> sort_in(const KeyChange& change) {
        const auto parsed = parse_key(change.key);
        if (!parsed || parsed->kind == 'a') {
            settings_.push_back(&change);
        } else if (parsed->kind == 'f' || parsed->kind == 't') {
            if (change.before) TRY(set(&Action::before, *parsed, *change.before));
            if (change.after) TRY(set(&Action::after, *parsed, *change.after));
        } else if (parsed->kind == 'v') {
            versions_.push_back(&change);
        } else if (parsed->kind == 'd' && change.after) {
            small_[parsed->id] = TRY(decode<SmallContent>(*change.after)).bytes;
        }
        return {};  // `w` follows from the rest
    }

    Result<> set(std::optional<Spot> Action::* side, const ParsedKey& key, ByteView value) {
        Spot spot = TRY(spot_of(key, value));
        const FileId id = spot.entry.id;
        (actions_[id].*side) = std::move(spot);
        return {};
    }

    // Finds a thing in the newest state.
    Result<std::optional<Spot>> locate(const FileId& id, const Action& action) {
        for (const auto* known : {&action.before, &action.after}) {
            if (!*known || (*known)->trashed) continue;
            auto found = TRY(editor_.files().find((*known)->folder, (*known)->name));
            if (found && found->id == id)
                return Spot{(*known)->folder, (*known)->name, std::move(*found), {}};
        }
        const std::optional<Where> where = TRY(editor_.files().where(id));
        if (!where) return std::nullopt;
        if (where->trashed) {
            const auto value = TRY(here_.get(trash_key(*where->trashed, id)));
            if (!value) return std::nullopt;
            return TRY(spot_of(TRY(parse_key(trash_key(*where->trashed, id))), *value));
        }
        auto found = TRY(editor_.files().find(where->folder, where->name));
        if (!found || found->id != id) return std::nullopt;
        return Spot{where->folder, where->name, std::move(*found), {}};
    }

    Result<> decide(const FileId& id, const Action& action) {
        std::optional<Spot> here = TRY(locate(id, action));
        if (!action.after) return decide_purge(id, action, here);
        if (!here) return decide_absent(id, action);
        Entry merged = merge_entry(action, *here);
        const bool is_changed = encode(merged) != encode(here->entry);
        if (!same_content(merged, here->entry)) TRY(take_small(merged, here->entry));
        if (action.after->trashed)
            return decide_removal(action, std::move(*here), std::move(merged), is_changed);
        return decide_place(action, std::move(*here), std::move(merged), is_changed);
    }

    // Last of all, since what we took out of a folder before must be out of it.
    Result<> decide_purge(const FileId& id, const Action& action, const std::optional<Spot>& here) {
        if (here && here->trashed && same_state(here->entry, action.before->entry))
            purges_.emplace_back(*here->trashed, id);
        return {};
    }

    // The thing is new, or they have purged it.
    Result<> decide_absent(const FileId& id, const Action& action) {
        const Spot& after = *action.after;
        if (after.trashed && action.before) return {};
        const std::optional<Bytes> bytes = TRY(our_small(after.entry));
        if (!bytes) {
            note(MergeEvent::gone, id, after.folder, after.name);
            return {};
        }
        if (!bytes->empty()) editor_.put_small(after.entry, *bytes);
        if (after.trashed) {
            put_trashed(after.folder, after.name, after.entry.clone(), *after.trashed);
            return {};
        }
        moves_.push_back({id, after.entry.clone(), after.folder, after.name, std::nullopt});
        if (action.before) came_back_.insert(id);
        return {};
    }

    // The bytes in the tree that belong to an entry of ours; none at all if they are not known any
    // more.
    Result<std::optional<Bytes>> our_small(const Entry& entry) {
        const bool has_bytes =
            entry.content && entry.content->is_inline() && entry.content->size > 0;
        if (!has_bytes) return Bytes{};
        const auto found = small_.find(entry.id);
        if (found != small_.end()) return found->second;
        if (input_.our_state == nullptr) return std::nullopt;
        const auto value = TRY(input_.our_state->get(content_key(entry.id)));
        if (!value) return std::nullopt;
        return TRY(decode<SmallContent>(*value)).bytes;
    }

    // Content and attributes, each three-way.
    Entry merge_entry(const Action& action, const Spot& here) {
        const Entry& ours = action.after->entry;
        Entry merged = here.entry.clone();
        const Entry& base = action.before ? action.before->entry : ours;
        const bool ours_edited = !same_content(base, ours);
        const bool theirs_edited = !same_content(base, here.entry);
        if (ours_edited && !same_content(ours, here.entry)) {
            if (theirs_edited) {
                copies_.push_back({here.entry.id, ours.clone()});
            } else {
                const Attributes attributes = merged.attributes;
                const auto conflict_of = merged.conflict_of;
                merged = ours.clone();
                merged.attributes = attributes;
                merged.conflict_of = conflict_of;
            }
        }
        if (base.attributes == here.entry.attributes) merged.attributes = ours.attributes;
        return merged;
    }

    // Puts the bytes in the tree that belong to an entry of ours.
    Result<> take_small(const Entry& entry, const Entry& before) {
        if (entry.content && entry.content->is_inline()) {
            const auto found = small_.find(entry.id);
            if (found != small_.end()) editor_.put_small(entry, found->second);
        } else if (before.content && before.content->is_inline() && before.content->size > 0) {
            editor_.put_small(entry, {});
        }
        return {};
    }

    void put_trashed(const FileId& folder, const std::string& name, Entry entry, Millis time) {
        const FileId id = entry.id;
        here_.put(trash_key(time, id),
                  encode(Trashed{std::move(entry), folder, name, time, author_.device}));
        here_.put(where_key(id), encode(Where{folder, name, time}));
    }

    Result<> decide_removal(const Action& action, Spot here, Entry merged, bool is_changed) {
        if (here.trashed) {
            // Removed by both, and changed by us before: what is in the trash is ours.
            if (is_changed) put_trashed(here.folder, here.name, std::move(merged), *here.trashed);
            return {};
        }
        const Spot* base = action.before ? &*action.before : nullptr;
        const bool they_changed = base == nullptr || base->trashed || !here.same_place(*base) ||
                                  !same_state(here.entry, base->entry);
        if (they_changed) {
            if (is_changed) TRY(editor_.place(here.folder, here.name, merged, false));
            note(MergeEvent::removal_dropped, merged.id, here.folder, here.name);
            return {};
        }
        // Its name becomes free now; whether it really goes is decided at the end.
        editor_.take_away(here.folder, here.name);
        here.entry = std::move(merged);
        removals_.push_back(std::move(here));
        return {};
    }

    Result<> decide_place(const Action& action, Spot here, Entry merged, bool is_changed) {
        const Spot& after = *action.after;
        const Spot* base = action.before ? &*action.before : nullptr;
        touched_.insert(merged.id);
        Move move{merged.id, std::move(merged), here.folder, here.name, std::nullopt};
        if (here.trashed) {
            here_.erase(trash_key(*here.trashed, move.id));
            const bool we_placed = base == nullptr || base->trashed || !after.same_place(*base);
            if (we_placed) {
                move.folder = after.folder;
                move.name = after.name;
            }
            if (base == nullptr || !base->trashed) came_back_.insert(move.id);
            moves_.push_back(std::move(move));
            return {};
        }
        const bool is_dropped = base != nullptr && merge_place(*base, after, here, move);
        if (is_dropped) note(MergeEvent::move_dropped, move.id, move.folder, move.name);
        if (move.folder == here.folder && move.name == here.name) {
            if (is_changed) TRY(editor_.place(here.folder, here.name, move.entry, false));
            return {};
        }
        editor_.take_away(here.folder, here.name);
        move.back = std::move(here);
        moves_.push_back(std::move(move));
        return {};
    }

    // Folder and name, each three-way; true if something of ours was dropped.
    static bool merge_place(const Spot& base, const Spot& after, const Spot& here, Move& move) {
        bool is_dropped = false;
        const bool is_restored = base.trashed.has_value();  // by both: theirs stays
        if (after.folder != base.folder) {
            if (here.folder == base.folder && !is_restored)
                move.folder = after.folder;
            else
                is_dropped = is_dropped || here.folder != after.folder;
        }
        if (after.name != base.name) {
            if (here.name == base.name && !is_restored)
                move.name = after.name;
            else
                is_dropped = is_dropped || here.name != after.name;
        }
        return is_dropped;
    }

    // Places what moves, in an order in which no folder gets into itself, if there is one.
    Result<> make_moves() {
        std::vector<Move> left = std::move(moves_);
        for (bool progress = true; progress && !left.empty();) {
            progress = false;
            std::vector<Move> later;
            for (Move& move : left) {
                if (move.entry.is_folder() && TRY(editor_.is_below(move.folder, move.id))) {
                    later.push_back(std::move(move));
                    continue;
                }
                TRY(place(move, move.folder, move.name));
                progress = true;
            }
            left = std::move(later);
        }
        for (Move& move : left) {
            const FileId folder = move.back ? move.back->folder : kRoot;
            TRY(place(move, folder, move.back ? move.back->name : move.name));
            note_here(MergeEvent::loop_dropped, move.id);
        }
        return {};
    }

    Result<> place(const Move& move, const FileId& folder, const std::string& name) {
        const std::string free = TRY(editor_.free_name(folder, name));
        const bool was_known =
            move.back || came_back_.contains(move.id) || TRY(editor_.files().where(move.id));
        TRY(editor_.place(folder, free, move.entry, was_known));
        touched_.insert(move.id);
        places_[move.id] = {folder, free};
        if (came_back_.contains(move.id)) note(MergeEvent::came_back, move.id, folder, free);
        if (free != name) note(MergeEvent::name_taken, move.id, folder, free);
        return {};
    }

    // Sees to it that a thing hangs on the topmost folder.
    Result<> attach(const FileId& id) {
        const auto place = TRY(place_of(id));
        if (!place) return {};
        for (const FileId& folder : TRY(editor_.make_reachable(place->first)))
            note_here(MergeEvent::came_back, folder);
        return {};
    }

    Result<std::optional<std::pair<FileId, std::string>>> place_of(const FileId& id) {
        const auto placed = places_.find(id);
        if (placed != places_.end()) return placed->second;
        const auto found = TRY(locate(id, actions_[id]));
        if (!found || found->trashed) return std::nullopt;
        return std::pair(found->folder, found->name);
    }

    // Our edits of what they edited too.
    Result<> make_copies() {
        for (Copy& copy : copies_) {
            auto place = TRY(place_of(copy.of));
            if (!place) place = {kRoot, "Recovered"};
            Entry& entry = copy.entry;
            const auto small = small_.find(entry.id);
            entry.conflict_of = copy.of;
            entry.id = author_.entropy.id<FileId>();
            entry.version = 1;
            if (entry.content && entry.content->is_inline() && small != small_.end())
                editor_.put_small(entry, small->second);
            const std::string name = TRY(editor_.free_name(place->first, place->second));
            TRY(editor_.place(place->first, name, entry, false));
            note(MergeEvent::both_edited, copy.of, place->first, place->second);
            notes_.back().other = entry.id;
        }
        return {};
    }

    Result<> make_removals() {
        for (Spot& spot : removals_) {
            const FileId id = spot.entry.id;
            if (!spot.entry.is_folder() || !TRY(is_changed_inside(id))) {
                put_trashed(spot.folder, spot.name, std::move(spot.entry), author_.now);
                continue;
            }
            kept_.push_back(&spot);
        }
        for (const Spot* spot : kept_) {
            const std::string name = TRY(editor_.free_name(spot->folder, spot->name));
            TRY(editor_.place(spot->folder, name, spot->entry, true));
            note(MergeEvent::removal_dropped, spot->entry.id, spot->folder, name);
        }
        for (const Spot* spot : kept_) TRY(editor_.make_reachable(spot->folder));
        return {};
    }

    // Whether they changed something below a folder that we removed.
    Result<bool> is_changed_inside(const FileId& folder) {
        if (!input_.theirs) return is_put_inside(folder);
        for (const KeyChange& change : *input_.theirs) {
            if (!change.after) continue;
            const auto parsed = parse_key(change.key);
            if (parsed && parsed->kind == 'f' && TRY(editor_.is_below(parsed->id, folder)))
                return true;
        }
        return false;
    }

    Result<bool> is_put_inside(const FileId& folder) {
        bool found_one = false;
        TRY(editor_.files().walk(
            folder, [&](const std::string&, const Found& found) -> Result<bool> {
                const bool is_theirs =
                    found.entry.changed > input_.base_time && !actions_.contains(found.entry.id);
                found_one = found_one || is_theirs;
                return !found_one;
            }));
        return found_one;
    }

    Result<> merge_version(const KeyChange& change) {
        const ParsedKey parsed = TRY(parse_key(change.key));
        const std::optional<Bytes> here = TRY(here_.get(change.key));
        if (here == change.after) return {};
        if (!change.after) {
            if (here == change.before) here_.erase(change.key);
            return {};
        }
        if (!places_.contains(parsed.id) && !TRY(locate(parsed.id, actions_[parsed.id]))) return {};
        if (!here) {
            here_.put(change.key, *change.after);
            return {};
        }
        Entry version = TRY(parse_entry(*change.after));
        if (same_content(version, TRY(parse_entry(*here)))) return {};
        TRY(editor_.keep_version(version));
        return {};
    }

    Result<> merge_setting(const KeyChange& change) {
        const std::optional<Bytes> here = TRY(here_.get(change.key));
        if (here == change.after) return {};
        if (here != change.before) {
            note(MergeEvent::setting_dropped, kRoot, kRoot, "");
        } else if (change.after) {
            here_.put(change.key, *change.after);
        } else {
            here_.erase(change.key);
        }
        return {};
    }

    void note(MergeEvent event, const FileId& id, const FileId& folder, const std::string& name) {
        notes_.push_back({event, id, folder, name, std::nullopt});
    }
    void note_here(MergeEvent event, const FileId& id) {
        const auto where = editor_.files().where(id);
        const bool is_known = where && *where;
        note(event, id, is_known ? (*where)->folder : kRoot, is_known ? (*where)->name : "");
    }

    Draft& here_;
    Editor editor_;
    Author author_;
    const MergeInput& input_;
    std::map<FileId, Action> actions_;
    std::map<FileId, Bytes> small_;
    std::vector<const KeyChange*> versions_;
    std::vector<const KeyChange*> settings_;
    std::vector<Move> moves_;
    std::vector<Copy> copies_;
    std::vector<Spot> removals_;
    std::vector<const Spot*> kept_;
    std::vector<std::pair<Millis, FileId>> purges_;
    std::set<FileId> touched_;
    std::set<FileId> came_back_;
    std::map<FileId, std::pair<FileId, std::string>> places_;
    std::vector<MergeNote> notes_;
};

}  // namespace

Result<std::vector<KeyChange>> key_changes(tree::Nodes& nodes,
                                           const std::vector<tree::Change>& changes) {
    const auto bytes_of =
        [&](const std::optional<tree::Value>& value) -> Result<std::optional<Bytes>> {
        if (!value) return std::nullopt;
        if (value->is_inline()) return to_bytes(value->bytes());
        return TRY(nodes.open_value(value->reference()));
    };
    std::vector<KeyChange> read;
    read.reserve(changes.size());
    for (const tree::Change& change : changes)
        read.push_back({change.key, TRY(bytes_of(change.before)), TRY(bytes_of(change.after))});
    return read;
}

Result<std::vector<KeyChange>> changes_of(const Draft& draft, const Reading& base) {
    std::vector<KeyChange> changes;
    for (const auto& [key, after] : draft.changes()) {
        std::optional<Bytes> before = TRY(base.get(key));
        if (before != after) changes.push_back({key, std::move(before), after});
    }
    return changes;
}

std::vector<KeyChange> compose(std::vector<KeyChange> first, std::vector<KeyChange> second) {
    std::map<Bytes, KeyChange> by_key;
    for (KeyChange& change : first) {
        const Bytes key = change.key;
        by_key[key] = std::move(change);
    }
    for (KeyChange& change : second) {
        auto [at, is_new] = by_key.try_emplace(change.key);
        if (is_new)
            at->second = std::move(change);
        else
            at->second.after = std::move(change.after);
    }
    std::vector<KeyChange> changes;
    for (auto& [key, change] : by_key)
        if (change.before != change.after) changes.push_back(std::move(change));
    return changes;
}

Result<std::vector<MergeNote>> merge(Draft& here, const Author& author, const MergeInput& input) {
    return Merger(here, author, input).run();
}

}  // namespace obhut::files
