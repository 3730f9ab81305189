// Random histories of several replicas, merged: every id exactly once, every parent reachable, no
// content lost.
#include <algorithm>
#include <cstdio>
#include <set>

#include "apps/files/merge.h"
#include "tests/support/files_fixture.h"
#include "tests/support/test.h"

namespace obhut::files {

using test::MapReading;
using test::small_file;

namespace {

// One replica: the state it began on, and what it did since.
struct Replica {
    DeviceId device;
    MapReading base;
    Millis base_time = 0;
    MapReading now;
};

class World {
public:
    World(std::uint64_t seed, bool purging) : entropy_(seed), purging_(purging) {
        for (std::uint8_t i = 0; i < 3; ++i)
            replicas_[i].device = DeviceId{{static_cast<std::uint8_t>(i + 1)}};
    }

    bool run(int steps) {
        for (int i = 0; i < steps; ++i) {
            Replica& replica = replicas_[entropy_.below(3)];
            clock_ += 11 * kMinute;  // so that no versions coalesce
            if (entropy_.below(6) == 0) {
                if (!sync(replica)) return false;
            } else if (!work(replica)) {
                return false;
            }
        }
        for (Replica& replica : replicas_)
            if (!sync(replica)) return false;
        return true;
    }

private:
    bool check(const Result<>& outcome) { return EXPECT_OK(outcome); }

    bool work(Replica& replica) {
        Draft draft(replica.now);
        Editor editor(draft, {replica.device, clock_, entropy_});
        const Result<> done = operate(editor);
        // Operations that are refused (names taken, loops) are no failure and leave nothing.
        if (!done) return done.error().kind() == Kind::usage || check(done);
        replica.now.apply(draft);
        return true;
    }

    // All things that can be reached, the topmost folder left out.
    std::vector<Found> things(Editor& editor, bool folders_only) {
        std::vector<Found> all;
        EXPECT_OK(
            editor.files().walk(kRoot, [&](const std::string&, const Found& found) -> Result<bool> {
                if (!folders_only || found.entry.is_folder())
                    all.push_back({found.folder, found.name, found.entry.clone()});
                return true;
            }));
        return all;
    }
    FileId any_folder(Editor& editor) {
        const auto folders = things(editor, true);
        const std::size_t pick = entropy_.below(folders.size() + 1);
        return pick == folders.size() ? kRoot : folders[pick].entry.id;
    }
    std::string any_name() { return std::string(1, static_cast<char>('a' + entropy_.below(5))); }

    Result<> operate(Editor& editor) {
        const auto all = things(editor, false);
        const std::uint64_t kind = all.empty() ? entropy_.below(3) : entropy_.below(12);
        if (kind == 0) {
            TRY(editor.make_folder(any_folder(editor), any_name()));
            return {};
        }
        if (kind <= 2) {
            TRY(editor.put_file(any_folder(editor), any_name(),
                                small_file("text " + std::to_string(++texts_))));
            return {};
        }
        const Found& found = all[entropy_.below(all.size())];
        if (kind <= 4 && found.entry.kind == FileKind::file) {
            TRY(editor.put_file(found.folder, found.name,
                                small_file("text " + std::to_string(++texts_))));
        } else if (kind <= 7) {
            TRY(editor.move(found.folder, found.name, any_folder(editor), any_name(),
                            Clash::keep_both));
        } else if (kind == 8) {
            TRY(editor.remove(found.folder, found.name));
        } else if (kind == 9) {
            TRY(editor.copy(found.folder, found.name, any_folder(editor), any_name(),
                            Clash::keep_both));
        } else if (kind == 10) {
            Attributes attributes;
            attributes.mode = static_cast<std::uint32_t>(entropy_.below(512));
            TRY(editor.set_attributes(found.folder, found.name, attributes));
        } else {
            TRY(from_trash(editor));
        }
        return {};
    }

    Result<> from_trash(Editor& editor) {
        const auto trash = TRY(editor.files().trash(0, 100));
        if (trash.empty()) return {};
        const Trashed& removed = trash[entropy_.below(trash.size())];
        if (purging_ && entropy_.below(2) == 0) return editor.purge(removed.time, removed.entry.id);
        TRY(editor.restore(removed.time, removed.entry.id));
        return {};
    }

    std::vector<KeyChange> difference(const MapReading& from, const MapReading& to) {
        std::map<Bytes, KeyChange> changes;
        for (const auto& [key, value] : from.values) changes[key] = {key, value, std::nullopt};
        for (const auto& [key, value] : to.values) {
            changes[key].key = key;
            changes[key].after = value;
        }
        std::vector<KeyChange> list;
        for (auto& [key, change] : changes)
            if (change.before != change.after) list.push_back(std::move(change));
        return list;
    }

    bool sync(Replica& replica) {
        MergeInput input{difference(replica.base, replica.now), std::nullopt, replica.base_time,
                         nullptr};
        if (entropy_.below(2) == 0) input.our_state = &replica.now;
        if (entropy_.below(2) == 0) input.theirs = difference(replica.base, head_);
        const std::set<FileId> before = ids(replica.now);
        const std::set<FileId> before_head = ids(head_);
        Draft draft(head_);
        const auto merged = merge(draft, {replica.device, clock_, entropy_}, input);
        if (!EXPECT_OK(merged)) return false;
        head_.apply(draft);
        if (!purging_) {
            const std::set<FileId> after = ids(head_);
            EXPECT(std::includes(after.begin(), after.end(), before.begin(), before.end()));
            EXPECT(
                std::includes(after.begin(), after.end(), before_head.begin(), before_head.end()));
            const std::set<Hash> kept = contents(head_);
            const std::set<Hash> ours = contents(replica.now);
            EXPECT(std::includes(kept.begin(), kept.end(), ours.begin(), ours.end()));
            EXPECT(std::includes(kept.begin(), kept.end(), head_contents_.begin(),
                                 head_contents_.end()));
            head_contents_ = kept;
        }
        replica.base = head_;
        replica.now = head_;
        replica.base_time = clock_;
        return consistent();
    }

    // Ids, each of which must be there once.
    std::set<FileId> ids(const MapReading& state) {
        std::set<FileId> all;
        each_entry(state, [&](const FileId&, const std::string&, const Entry& entry, bool) {
            EXPECT(all.insert(entry.id).second);
        });
        return all;
    }

    std::set<Hash> contents(const MapReading& state) {
        std::set<Hash> all;
        for (const auto& [key, value] : state.values) {
            const auto parsed = parse_key(key);
            if (parsed->kind == 'v') all.insert(parse_entry(value)->content->hash);
        }
        each_entry(state, [&](const FileId&, const std::string&, const Entry& entry, bool) {
            if (entry.content) all.insert(entry.content->hash);
        });
        return all;
    }

    template <class F>
    void each_entry(const MapReading& state, F&& visit) {
        for (const auto& [key, value] : state.values) {
            const auto parsed = parse_key(key);
            if (!EXPECT_OK(parsed)) continue;
            if (parsed->kind == 'f') {
                visit(parsed->id, parsed->name, *parse_entry(value), false);
            } else if (parsed->kind == 't') {
                const auto removed = decode<Trashed>(value);
                visit(removed->folder, removed->name, removed->entry, true);
            }
        }
    }

    bool consistent() {
        const int before = obhut::test::failures();
        const Files files(head_);
        std::set<FileId> known;
        each_entry(head_, [&](const FileId& folder, const std::string& name, const Entry& entry,
                              bool trashed) {
            known.insert(entry.id);
            const auto where = files.where(entry.id);
            REQUIRE_OK(where);
            EXPECT(*where || (!trashed && !entry.is_folder()));
            if (*where) {
                EXPECT((*where)->folder == folder && (*where)->name == name);
                EXPECT((*where)->trashed.has_value() == trashed);
            }
            if (!trashed) EXPECT(hangs(files, folder));
            if (!entry.content) return;
            const auto bytes = files.small_content(entry);
            REQUIRE_OK(bytes);
            EXPECT_EQ(sha256(*bytes), entry.content->hash);
        });
        for (const auto& [key, value] : head_.values) {
            const auto parsed = parse_key(key);
            const bool is_of_file =
                parsed->kind == 'd' || parsed->kind == 'w' || parsed->kind == 'v';
            if (is_of_file) EXPECT(known.contains(parsed->id));
        }
        EXPECT_OK(files.walk(
            kRoot, [](const std::string&, const Found&) -> Result<bool> { return true; }));
        return obhut::test::failures() == before;
    }

    // hangs: the folders above lead to the topmost one, or into the trash.
    bool hangs(const Files& files, FileId folder) {
        for (std::size_t depth = 0; depth < kMaxDepth; ++depth) {
            if (folder == kRoot) return true;
            const auto where = files.where(folder);
            if (!where || !*where) return false;
            if ((*where)->trashed) return true;
            folder = (*where)->folder;
        }
        return false;
    }

    obhut::test::TestEntropy entropy_;
    bool purging_;
    Millis clock_ = 1'000'000'000;
    std::uint64_t texts_ = 0;
    Replica replicas_[3];
    MapReading head_;
    std::set<Hash> head_contents_;
};

}  // namespace

TEST(merge_random_histories_lose_nothing) {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        if (!World(seed, false).run(120))
            std::printf("    seed %llu\n", static_cast<unsigned long long>(seed));
        if (obhut::test::failures() > 0) return;
    }
}

TEST(merge_random_histories_with_purging_stay_in_order) {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        if (!World(seed, true).run(120))
            std::printf("    seed %llu\n", static_cast<unsigned long long>(seed));
        if (obhut::test::failures() > 0) return;
    }
}

}  // namespace obhut::files
