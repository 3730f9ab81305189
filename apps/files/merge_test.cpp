// Merging: the rules one by one, then random histories of several replicas.
#include "apps/files/merge.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "tests/support/files_fixture.h"
#include "tests/support/test.h"

namespace obhut::files {

using test::MapReading;
using test::small_file;

namespace {

// Two people who begin on the same state: theirs is committed first, ours is merged.
class Story {
public:
    MapReading base;
    MapReading head;
    obhut::test::TestEntropy entropy{11};
    Millis now = 1'000'000'000;

    template <class F>
    void begin(F&& make) {
        Draft draft(base);
        Editor editor(draft, {DeviceId{{1}}, now, entropy});
        make(editor);
        base.apply(draft);
        head.values = base.values;
        now += kHour;
    }
    template <class F>
    std::vector<KeyChange> branch(DeviceId device, F&& make) {
        Draft draft(base);
        Editor editor(draft, {device, now, entropy});
        make(editor);
        now += kHour;
        return *changes_of(draft, base);
    }
    // run gives the tree afterwards; notes() has what the merge says.
    template <class Theirs, class Ours>
    std::string run(Theirs&& theirs, Ours&& ours, bool with_theirs = true) {
        const Millis base_time = now - 1;
        auto their_changes = branch(DeviceId{{2}}, theirs);
        MergeInput input{branch(DeviceId{{3}}, ours), std::nullopt, base_time, nullptr};
        for (const KeyChange& change : their_changes) {
            if (change.after)
                head.values[change.key] = *change.after;
            else
                head.values.erase(change.key);
        }
        if (with_theirs) input.theirs = std::move(their_changes);
        Draft draft(head);
        auto merged = merge(draft, {DeviceId{{3}}, now, entropy}, input);
        if (!EXPECT_OK(merged)) return "?";
        notes_ = std::move(*merged);
        head.apply(draft);
        return tree();
    }
    std::string tree() {
        std::string all;
        Files files(head);
        EXPECT_OK(
            files.walk(kRoot, [&](const std::string& path, const Found& found) -> Result<bool> {
                all += all.empty() ? "" : " ";
                all += path;
                if (found.entry.is_folder())
                    all += "/";
                else
                    all += "=" + std::string(as_text(*files.small_content(found.entry)));
                return true;
            }));
        return all;
    }
    bool noted(MergeEvent event) const {
        return std::any_of(notes_.begin(), notes_.end(),
                           [&](const MergeNote& note) { return note.event == event; });
    }
    const std::vector<MergeNote>& notes() const { return notes_; }

private:
    std::vector<MergeNote> notes_;
};

void put(Editor& editor, std::string_view path, std::string_view text) {
    const std::size_t slash = path.rfind('/');
    const bool is_top = slash == std::string_view::npos;
    const auto folder = editor.make_folders(kRoot, is_top ? "" : path.substr(0, slash));
    REQUIRE_OK(folder);
    EXPECT_OK(editor.put_file(*folder, is_top ? path : path.substr(slash + 1), small_file(text)));
}

Found at(Editor& editor, std::string_view path) {
    auto found = editor.files().lookup(path);
    EXPECT_OK(found);
    return found ? std::move(*found) : Found{};
}

void move(Editor& editor, std::string_view from, std::string_view to_folder,
          std::string_view name) {
    const Found found = at(editor, from);
    EXPECT_OK(editor.move(found.folder, found.name, *editor.files().folder(to_folder), name));
}

void remove(Editor& editor, std::string_view path) {
    const Found found = at(editor, path);
    EXPECT_OK(editor.remove(found.folder, found.name));
}

}  // namespace

TEST(merge_keeps_both_edits) {
    Story story;
    story.begin([](Editor& e) { put(e, "a.txt", "base"); });
    EXPECT_EQ(story.run([](Editor& e) { put(e, "a.txt", "theirs"); },
                        [](Editor& e) { put(e, "a.txt", "ours"); }),
              "a (2).txt=ours a.txt=theirs");
    EXPECT(story.noted(MergeEvent::both_edited));
    const Entry copy = *Files(story.head).get(kRoot, "a (2).txt");
    const Entry original = *Files(story.head).get(kRoot, "a.txt");
    EXPECT(copy.conflict_of == original.id);
    EXPECT_EQ(Files(story.head).history(original.id)->size(), 1U);
}

TEST(merge_of_equal_edits_is_one_edit) {
    Story story;
    story.begin([](Editor& e) { put(e, "a", "base"); });
    EXPECT_EQ(
        story.run([](Editor& e) { put(e, "a", "same"); }, [](Editor& e) { put(e, "a", "same"); }),
        "a=same");
    EXPECT(story.notes().empty());
}

TEST(merge_edit_beats_removal_on_either_side) {
    Story story;
    story.begin([](Editor& e) { put(e, "a", "base"); });
    EXPECT_EQ(
        story.run([](Editor& e) { put(e, "a", "theirs"); }, [](Editor& e) { remove(e, "a"); }),
        "a=theirs");
    EXPECT(story.noted(MergeEvent::removal_dropped));
    Story other;
    other.begin([](Editor& e) { put(e, "a", "base"); });
    EXPECT_EQ(other.run([](Editor& e) { remove(e, "a"); }, [](Editor& e) { put(e, "a", "ours"); }),
              "a=ours");
    EXPECT(other.noted(MergeEvent::came_back));
    EXPECT(Files(other.head).trash(0, 10)->empty());
}

TEST(merge_move_meets_edit_at_the_new_place) {
    Story story;
    story.begin([](Editor& e) { put(e, "a", "base"), put(e, "f/x", "x"); });
    EXPECT_EQ(story.run([](Editor& e) { move(e, "a", "f", "b"); },
                        [](Editor& e) { put(e, "a", "ours"); }),
              "f/ f/b=ours f/x=x");
    Story other;
    other.begin([](Editor& e) { put(e, "a", "base"), put(e, "f/x", "x"); });
    EXPECT_EQ(other.run([](Editor& e) { put(e, "a", "theirs"); },
                        [](Editor& e) { move(e, "a", "f", "b"); }),
              "f/ f/b=theirs f/x=x");
}

TEST(merge_renames_and_moves_of_one_file_meet) {
    Story story;
    story.begin([](Editor& e) { put(e, "a", "base"), put(e, "f/x", "x"); });
    EXPECT_EQ(story.run([](Editor& e) { move(e, "a", "/", "b"); },
                        [](Editor& e) { move(e, "a", "f", "a"); }),
              "f/ f/b=base f/x=x");
}

TEST(merge_keeps_both_with_one_name) {
    Story story;
    story.begin([](Editor& e) { put(e, "f/x", "x"); });
    EXPECT_EQ(
        story.run([](Editor& e) { put(e, "a", "theirs"); }, [](Editor& e) { put(e, "a", "ours"); }),
        "a=theirs a (2)=ours f/ f/x=x");
    EXPECT(story.noted(MergeEvent::name_taken));
}

TEST(merge_swapped_names_stay_swapped) {
    Story story;
    story.begin([](Editor& e) { put(e, "a", "1"), put(e, "b", "2"); });
    EXPECT_EQ(story.run([](Editor& e) { put(e, "c", "3"); },
                        [](Editor& e) {
                            move(e, "a", "/", "t");
                            move(e, "b", "/", "a");
                            move(e, "t", "/", "b");
                        }),
              "a=2 b=1 c=3");
}

TEST(merge_removed_name_is_free_for_what_replaces_it) {
    Story story;
    story.begin([](Editor& e) { put(e, "a", "1"); });
    EXPECT_EQ(story.run([](Editor& e) { put(e, "c", "3"); },
                        [](Editor& e) {
                            remove(e, "a");
                            put(e, "a", "new");
                        }),
              "a=new c=3");
}

TEST(merge_drops_the_later_move_of_a_loop) {
    Story story;
    story.begin([](Editor& e) { put(e, "a/x", "x"), put(e, "b/y", "y"); });
    EXPECT_EQ(story.run([](Editor& e) { move(e, "a", "b", "a"); },
                        [](Editor& e) { move(e, "b", "a", "b"); }),
              "b/ b/a/ b/a/x=x b/y=y");
    EXPECT(story.noted(MergeEvent::loop_dropped));
}

TEST(merge_removed_folders_come_back_for_what_we_put_into_them) {
    Story story;
    story.begin([](Editor& e) { put(e, "a/b/x", "x"); });
    EXPECT_EQ(
        story.run([](Editor& e) { remove(e, "a"); }, [](Editor& e) { put(e, "a/b/new", "n"); }),
        "a/ a/b/ a/b/new=n a/b/x=x");
    EXPECT(story.noted(MergeEvent::came_back));
}

TEST(merge_folder_stays_when_they_changed_something_in_it) {
    for (const bool with_theirs : {true, false}) {
        Story story;
        story.begin([](Editor& e) { put(e, "a/b/x", "x"); });
        EXPECT_EQ(story.run([](Editor& e) { put(e, "a/b/new", "n"); },
                            [](Editor& e) { remove(e, "a"); }, with_theirs),
                  "a/ a/b/ a/b/new=n a/b/x=x");
        EXPECT(story.noted(MergeEvent::removal_dropped));
        Story quiet;
        quiet.begin([](Editor& e) { put(e, "a/b/x", "x"), put(e, "c", "c"); });
        EXPECT_EQ(quiet.run([](Editor& e) { put(e, "c", "d"); }, [](Editor& e) { remove(e, "a"); },
                            with_theirs),
                  "c=d");
    }
}

TEST(merge_edit_then_removal_of_the_folder_is_a_removal) {
    Story story;
    story.begin([](Editor& e) { put(e, "a/x", "x"); });
    EXPECT_EQ(story.run([](Editor& e) { put(e, "c", "c"); },
                        [](Editor& e) {
                            put(e, "a/x", "y");
                            remove(e, "a");
                        }),
              "c=c");
}

TEST(merge_brings_back_what_they_purged_and_we_edited) {
    Story story;
    story.begin([](Editor& e) { put(e, "a/x", "x"); });
    EXPECT_EQ(story.run(
                  [](Editor& e) {
                      remove(e, "a");
                      const auto trash = e.files().trash(0, 1);
                      EXPECT_OK(e.purge((*trash)[0].time, (*trash)[0].entry.id));
                  },
                  [](Editor& e) { put(e, "a/x", "ours"); }),
              "Recovered/ Recovered/x=ours");
}

TEST(merge_drops_our_setting_when_they_set_it_too) {
    Story story;
    story.begin([](Editor& e) { e.set_space_info({"Akten", "files", std::nullopt}); });
    story.run([](Editor& e) { e.set_space_info({"Theirs", "files", std::nullopt}); },
              [](Editor& e) { e.set_space_info({"Ours", "files", std::nullopt}); });
    EXPECT(story.noted(MergeEvent::setting_dropped));
    EXPECT_EQ((*Files(story.head).space_info())->name, "Theirs");
}

TEST(merge_twice_changes_nothing_more) {
    Story story;
    story.begin([](Editor& e) { put(e, "a", "1"), put(e, "f/x", "x"); });
    const auto ours = story.branch(DeviceId{{3}}, [](Editor& e) {
        put(e, "new", "n");
        move(e, "a", "f", "b");
        remove(e, "f/x");
    });
    for (int i = 0; i < 2; ++i) {
        Draft draft(story.head);
        REQUIRE_OK(merge(draft, {DeviceId{{3}}, story.now, story.entropy},
                         {ours, std::nullopt, 0, nullptr}));
        story.head.apply(draft);
        EXPECT_EQ(story.tree(), "f/ f/b=1 new=n");
    }
}

TEST(compose_joins_changes_of_a_key) {
    Story story;
    story.begin([](Editor& e) { put(e, "a", "1"); });
    Draft first(story.base);
    Editor editor(first, {DeviceId{{3}}, story.now, story.entropy});
    put(editor, "b", "2");
    MapReading middle = story.base;
    middle.apply(first);
    Draft second(middle);
    Editor again(second, {DeviceId{{3}}, story.now, story.entropy});
    remove(again, "b");
    const auto both = compose(*changes_of(first, story.base), *changes_of(second, middle));
    EXPECT(
        std::none_of(both.begin(), both.end(), [](const KeyChange& c) { return c.key[0] == 'f'; }));
    EXPECT(
        std::any_of(both.begin(), both.end(), [](const KeyChange& c) { return c.key[0] == 't'; }));
}

}  // namespace obhut::files
