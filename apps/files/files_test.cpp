// Files on a plain map: what each operation leaves behind.
#include "apps/files/files.h"

#include <algorithm>

#include "tests/support/files_fixture.h"
#include "tests/support/test.h"

namespace obhut::files {

using test::large_file;
using test::small_file;

namespace {

// One device working on one space; each draft is applied at once.
class Desk {
public:
    test::MapReading space;
    obhut::test::TestEntropy entropy{3};
    Draft draft{space};
    Author author{DeviceId{{1}}, 1'000'000'000, entropy};

    Editor editor() { return {draft, author}; }
    Files files() const { return Files(draft); }
    std::string text(std::string_view path) {
        const auto found = files().lookup(path);
        if (!EXPECT_OK(found)) return "?";
        const auto bytes = files().small_content(found->entry);
        return bytes ? std::string(as_text(*bytes)) : "?";
    }
    // tree lists all paths, folders with a slash.
    std::string tree() {
        std::string all;
        EXPECT_OK(
            files().walk(kRoot, [&](const std::string& path, const Found& found) -> Result<bool> {
                all += path + (found.entry.is_folder() ? "/ " : " ");
                return true;
            }));
        return all;
    }
};

}  // namespace

TEST(files_names_are_checked) {
    for (const std::string_view bad :
         {std::string_view(""), std::string_view("."), std::string_view(".."),
          std::string_view("a/b"), std::string_view("a\0b", 3), std::string_view("\xFF"),
          std::string_view("\xC0\xAF")})
        EXPECT_ERROR(check_name(bad), errors::name_not_allowed);
    EXPECT_ERROR(check_name(std::string(256, 'a')), errors::name_not_allowed);
    for (const std::string_view good :
         {"a", "...", " ", "ä", "a\xCC\x88", "📁", "CON", "a\\b", "a:b"})
        EXPECT_OK(check_name(good));
    EXPECT_OK(check_name(std::string(255, 'a')));
}

TEST(files_keys_round_trip) {
    const FileId id{{7, 8, 9}};
    const auto entry = parse_key(entry_key(id, "brief.odt"));
    REQUIRE_OK(entry);
    EXPECT(entry->kind == 'f' && entry->id == id && entry->name == "brief.odt");
    const auto version = parse_key(version_key(id, 258));
    REQUIRE_OK(version);
    EXPECT(version->kind == 'v' && version->id == id && version->number == 258);
    const auto trash = parse_key(trash_key(123456789, id));
    REQUIRE_OK(trash);
    EXPECT(trash->kind == 't' && trash->id == id && trash->time == 123456789);
    EXPECT_OK(parse_key(where_key(id)));
    EXPECT_OK(parse_key(content_key(id)));
    EXPECT_OK(parse_key(client::space_info_key()));
    for (const std::string_view bad :
         {"", "f", "f/", "f/short", "x/0123456789abcdef", "m/inbox/1", "t/1234"})
        EXPECT_ERROR(parse_key(as_bytes(bad)), errors::key_malformed);
}

TEST(files_put_and_find) {
    Desk desk;
    Editor editor = desk.editor();
    const auto folder = editor.make_folders(kRoot, "Akten/2024");
    REQUIRE_OK(folder);
    REQUIRE_OK(editor.put_file(*folder, "brief.txt", small_file("Sehr geehrte")));
    REQUIRE_OK(editor.put_file(kRoot, "plan.odt", large_file(desk.entropy)));
    EXPECT_EQ(desk.tree(), "Akten/ Akten/2024/ Akten/2024/brief.txt plan.odt ");
    EXPECT_EQ(desk.text("/Akten/2024/brief.txt"), "Sehr geehrte");
    EXPECT_EQ(*desk.files().path_of(*folder), "/Akten/2024");
    EXPECT_ERROR(desk.files().lookup("/Akten/2025/brief.txt"), errors::path_not_found);
    EXPECT_ERROR(desk.files().lookup("/plan.odt/x"), errors::not_a_folder);
    EXPECT_ERROR(editor.make_folder(kRoot, "plan.odt"), errors::name_taken);
    EXPECT_ERROR(editor.make_folders(kRoot, "plan.odt/x"), errors::not_a_folder);
    EXPECT_ERROR(editor.put_file(kRoot, "Akten", small_file("x")), errors::is_a_folder);
}

TEST(files_versions_coalesce_within_ten_minutes_on_one_device) {
    Desk desk;
    const auto put = [&](std::string_view text, Millis after) {
        desk.author.now += after;
        return *desk.editor().put_file(kRoot, "a", small_file(text));
    };
    const FileId id = put("one", 0);
    EXPECT_EQ(put("two", 11 * kMinute), id);
    put("three", kMinute);
    put("four", 8 * kMinute);
    put("five", 2 * kMinute);
    EXPECT_EQ(desk.text("a"), "five");
    const auto history = desk.files().history(id);
    REQUIRE_OK(history);
    REQUIRE(history->size() == 2);
    EXPECT_EQ(as_text(*desk.files().small_content((*history)[0])), "four");
    EXPECT_EQ(as_text(*desk.files().small_content((*history)[1])), "one");
    desk.author.device = DeviceId{{2}};
    put("six", 1);
    EXPECT_EQ(desk.files().history(id)->size(), 3U);
    // The same bytes again are no version.
    put("six", kHour);
    EXPECT_EQ(desk.files().history(id)->size(), 3U);
}

TEST(files_restore_version_keeps_the_newest) {
    Desk desk;
    const FileId id = *desk.editor().put_file(kRoot, "a", small_file("one"));
    desk.author.now += kHour;
    REQUIRE_OK(desk.editor().put_file(kRoot, "a", small_file("two")));
    REQUIRE_OK(desk.editor().restore_version(kRoot, "a", 1));
    EXPECT_EQ(desk.text("a"), "one");
    const auto history = desk.files().history(id);
    REQUIRE_OK(history);
    REQUIRE(history->size() == 2);
    EXPECT_EQ(as_text(*desk.files().small_content((*history)[0])), "two");
    EXPECT_ERROR(desk.editor().restore_version(kRoot, "a", 9), errors::version_not_found);
    const Entry current = *desk.files().get(kRoot, "a");
    EXPECT_EQ(desk.files().version_at(current, desk.author.now - kMinute)->version, 1U);
}

TEST(files_a_folder_moves_as_one_entry) {
    Desk desk;
    Editor editor = desk.editor();
    const FileId folder = *editor.make_folders(kRoot, "a/b");
    for (int i = 0; i < 100; ++i)
        REQUIRE_OK(editor.put_file(folder, "file" + std::to_string(i), small_file("x")));
    desk.space.apply(desk.draft);
    Draft next(desk.space);
    Editor mover(next, desk.author);
    REQUIRE_OK(mover.move(*mover.files().folder("a"), "b", kRoot, "c"));
    EXPECT_EQ(next.size(), 3U);
    EXPECT_OK(mover.files().lookup("c/file99"));
    EXPECT_ERROR(mover.move(kRoot, "c", folder, "c"), errors::move_into_itself);
    EXPECT_ERROR(mover.move(kRoot, "c", kRoot, "a"), errors::name_taken);
    EXPECT_EQ(*mover.move(kRoot, "c", kRoot, "a", Clash::keep_both), "a (2)");
}

TEST(files_saving_by_rename_keeps_the_history) {
    Desk desk;
    const FileId id = *desk.editor().put_file(kRoot, "brief.odt", large_file(desk.entropy));
    desk.author.now += kHour;
    REQUIRE_OK(desk.editor().put_file(kRoot, "tmp1", small_file("new")));
    REQUIRE_OK(desk.editor().move(kRoot, "tmp1", kRoot, "brief.odt", Clash::replace));
    EXPECT_EQ(desk.tree(), "brief.odt ");
    EXPECT_EQ(desk.text("brief.odt"), "new");
    EXPECT_EQ(desk.files().get(kRoot, "brief.odt")->id, id);
    EXPECT_EQ(desk.files().history(id)->size(), 1U);
}

TEST(files_copies_share_content_and_have_ids_of_their_own) {
    Desk desk;
    Editor editor = desk.editor();
    const FileId folder = *editor.make_folders(kRoot, "a/b");
    const FileId file = *editor.put_file(folder, "x", large_file(desk.entropy));
    REQUIRE_OK(editor.put_file(folder, "y", small_file("small")));
    REQUIRE_OK(editor.copy(kRoot, "a", kRoot, "c"));
    EXPECT_EQ(desk.tree(), "a/ a/b/ a/b/x a/b/y c/ c/b/ c/b/x c/b/y ");
    EXPECT_EQ(desk.text("c/b/y"), "small");
    const Entry original = desk.files().lookup("a/b/x")->entry.clone();
    const Entry copy = desk.files().lookup("c/b/x")->entry.clone();
    EXPECT(copy.id != file);
    EXPECT(copy.content->single->reference.same_object(original.content->single->reference));
    EXPECT_ERROR(editor.copy(kRoot, "a", folder, "z"), errors::move_into_itself);
}

TEST(files_trash_gives_back_folders_with_what_they_contain) {
    Desk desk;
    Editor editor = desk.editor();
    const FileId folder = *editor.make_folders(kRoot, "a/b");
    REQUIRE_OK(editor.put_file(folder, "x", small_file("x")));
    const FileId a = *desk.files().folder("a");
    REQUIRE_OK(editor.remove(folder, "x"));
    desk.author.now += 1;
    REQUIRE_OK(desk.editor().remove(a, "b"));
    desk.author.now += 1;
    REQUIRE_OK(desk.editor().remove(kRoot, "a"));
    EXPECT_EQ(desk.tree(), "");
    const auto trash = desk.files().trash(0, 10);
    REQUIRE_OK(trash);
    REQUIRE(trash->size() == 3);
    // The file comes back, and with it the folders above it.
    REQUIRE_OK(desk.editor().restore((*trash)[0].time, (*trash)[0].entry.id));
    EXPECT_EQ(desk.tree(), "a/ a/b/ a/b/x ");
    EXPECT_EQ(desk.text("a/b/x"), "x");
    EXPECT(desk.files().trash(0, 10)->empty());
    EXPECT_ERROR(desk.editor().restore(1, folder), errors::not_in_trash);
}

TEST(files_restored_names_do_not_clash) {
    Desk desk;
    REQUIRE_OK(desk.editor().put_file(kRoot, "a.txt", small_file("old")));
    REQUIRE_OK(desk.editor().remove(kRoot, "a.txt"));
    REQUIRE_OK(desk.editor().put_file(kRoot, "a.txt", small_file("new")));
    const Trashed removed = std::move((*desk.files().trash(0, 10))[0]);
    const auto back = desk.editor().restore(removed.time, removed.entry.id);
    REQUIRE_OK(back);
    EXPECT_EQ(back->name, "a (2).txt");
    EXPECT_EQ(desk.text("a (2).txt"), "old");
}

TEST(files_purge_leaves_nothing_behind) {
    Desk desk;
    Editor editor = desk.editor();
    const FileId folder = *editor.make_folders(kRoot, "a/b");
    for (int i = 0; i < 10; ++i)
        REQUIRE_OK(editor.put_file(folder, std::to_string(i), small_file("x")));
    desk.author.now += kHour;
    REQUIRE_OK(desk.editor().put_file(folder, "3", small_file("y")));
    REQUIRE_OK(desk.editor().move(folder, "4", folder, "44"));
    REQUIRE_OK(desk.editor().remove(kRoot, "a"));
    REQUIRE_OK(desk.editor().purge(desk.author.now, (*desk.files().trash(0, 1))[0].entry.id));
    desk.space.apply(desk.draft);
    EXPECT_EQ(desk.space.values.size(), 0U);
}

TEST(files_long_names_are_cut_between_characters) {
    Desk desk;
    std::string name;
    while (name.size() < 250) name += "ä";
    name += ".txt";
    for (int i = 0; i < 3; ++i) {
        const auto free = desk.editor().free_name(kRoot, name);
        REQUIRE_OK(free);
        EXPECT_OK(check_name(*free));
        REQUIRE_OK(desk.editor().put_file(kRoot, *free, small_file("x")));
    }
    EXPECT_EQ(desk.files().list(kRoot, "", 10)->size(), 3U);
}

TEST(files_listing_is_paged_and_sees_the_draft) {
    Desk desk;
    for (int i = 0; i < 30; ++i)
        REQUIRE_OK(desk.editor().put_file(kRoot, "f" + std::to_string(100 + i), small_file("x")));
    desk.space.apply(desk.draft);
    Draft draft(desk.space);
    Editor editor(draft, desk.author);
    REQUIRE_OK(editor.remove(kRoot, "f105"));
    REQUIRE_OK(editor.put_file(kRoot, "f105b", small_file("x")));
    REQUIRE_OK(editor.put_file(kRoot, "zz", small_file("x")));
    std::vector<std::string> names;
    std::string after;
    while (true) {
        const auto page = editor.files().list(kRoot, after, 7);
        REQUIRE_OK(page);
        for (const Found& found : *page) names.push_back(found.name);
        if (page->size() < 7) break;
        after = page->back().name;
    }
    EXPECT_EQ(names.size(), 31U);
    EXPECT(std::is_sorted(names.begin(), names.end()));
    EXPECT_EQ(names[5], "f105b");
    EXPECT_EQ(names.back(), "zz");
}

TEST(files_a_folder_in_two_places_is_refused) {
    Desk desk;
    Editor editor = desk.editor();
    const FileId folder = *editor.make_folders(kRoot, "a/b");
    // What a broken program might write: the folder "a" inside itself.
    const Entry entry = *desk.files().get(kRoot, "a");
    desk.draft.put(entry_key(folder, "loop"), encode(entry));
    EXPECT_ERROR(desk.files().walk(
                     kRoot, [](const std::string&, const Found&) -> Result<bool> { return true; }),
                 errors::folders_in_a_loop);
}

}  // namespace obhut::files
