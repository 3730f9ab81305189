// Differences in paths: what a person is told about two states.
#include "apps/files/path_changes.h"

#include "tests/support/files_fixture.h"
#include "tests/support/test.h"

namespace obhut::files {

using test::MapReading;
using test::small_file;

namespace {

// tell writes each change as "old>new" with marks.
template <class Make, class Change>
std::string tell(Make&& make, Change&& change) {
    obhut::test::TestEntropy entropy(5);
    MapReading before;
    Draft first(before);
    Editor maker(first, {DeviceId{{1}}, 1'000'000'000, entropy});
    make(maker);
    before.apply(first);
    Draft second(before);
    Editor editor(second, {DeviceId{{1}}, 2'000'000'000, entropy});
    change(editor);
    const auto changes = path_changes(before, second, *changes_of(second, before));
    if (!EXPECT_OK(changes)) return "?";
    std::string told;
    for (const PathChange& one : *changes) {
        told += told.empty() ? "" : " ";
        told += one.before.value_or("") + ">" + one.after.value_or("");
        told += one.is_edited() ? "!" : one.is_touched() ? "~" : "";
    }
    return told;
}

void make_some(Editor& editor) {
    const FileId folder = *editor.make_folders(kRoot, "a/b");
    EXPECT_OK(editor.put_file(folder, "x", small_file("x")));
    EXPECT_OK(editor.put_file(kRoot, "y", small_file("y")));
}

}  // namespace

TEST(path_changes_tell_edits_moves_and_removals) {
    EXPECT_EQ(tell(make_some,
                   [](Editor& e) {
                       const FileId b = *e.files().folder("a/b");
                       EXPECT_OK(e.put_file(b, "x", small_file("new")));
                       EXPECT_OK(e.put_file(b, "n", small_file("n")));
                       EXPECT_OK(e.remove(kRoot, "y"));
                   }),
              ">/a/b/n /a/b/x>/a/b/x! /y>");
    EXPECT_EQ(tell(make_some,
                   [](Editor& e) {
                       EXPECT_OK(e.put_file(kRoot, "y", small_file("new")));
                       EXPECT_OK(e.move(kRoot, "y", *e.files().folder("a"), "z"));
                   }),
              "/y>/a/z!");
    EXPECT_EQ(tell(make_some,
                   [](Editor& e) {
                       Attributes attributes;
                       attributes.mode = 0600;
                       EXPECT_OK(e.set_attributes(kRoot, "y", attributes));
                   }),
              "/y>/y~");
}

TEST(path_changes_tell_a_folder_once) {
    EXPECT_EQ(tell(make_some, [](Editor& e) { EXPECT_OK(e.move(kRoot, "a", kRoot, "c")); }),
              "/a>/c");
    EXPECT_EQ(tell(make_some, [](Editor& e) { EXPECT_OK(e.remove(kRoot, "a")); }), "/a>");
    // With an edit below: told under both names.
    EXPECT_EQ(tell(make_some,
                   [](Editor& e) {
                       EXPECT_OK(e.put_file(*e.files().folder("a/b"), "x", small_file("new")));
                       EXPECT_OK(e.move(kRoot, "a", kRoot, "c"));
                   }),
              "/a>/c /a/b/x>/c/b/x!");
}

}  // namespace obhut::files
