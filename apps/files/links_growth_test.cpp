// Many links in one space: what a change costs that none of them covers, and more links to folders
// than the rule allows, which anybody who may write can put into the tree.
#include "apps/files/draft.h"
#include "apps/files/links.h"
#include "core/tree/apply.h"
#include "core/tree/diff.h"
#include "protocols/api/errors.h"
#include "tests/support/links_scene.h"
#include "tests/support/tree_space.h"

namespace obhut::files {

using namespace obhut::test;

namespace {

Bytes entry_of_file_link() {
    client::LinkEntry entry;
    entry.name = std::string(200, 'n');
    entry.content.emplace();
    return encode(entry);
}

Entry folder_entry(const FileId& id) {
    Entry entry;
    entry.id = id;
    entry.kind = FileKind::folder;
    return entry;
}

// Cabinet is a tree with `links` links to files elsewhere, and a folder with one to itself.
struct Cabinet {
    explicit Cabinet(std::size_t links) : space(1, 0) {
        tree::testing::Model model;
        put_folder(model, kRoot, "a", a);
        put_folder(model, kRoot, "b", b);
        put_folder(model, a, "c", c);
        for (std::size_t i = 0; i < links; ++i)
            model[client::link_key(space.entropy.id<FileId>(),
                                   space.entropy.id<client::LinkId>())] = entry_of_file_link();
        client::LinkEntry covered;
        covered.kind = LinkKind::folder;
        covered.read_key = LinkReadKey(Bytes(32, 1));
        covered.commitment.emplace();
        covered.tree.emplace();
        model[client::link_key(c, link)] = encode(covered);
        root = *tree::testing::build(space, model);
        space.commit();
    }
    static void put_folder(tree::testing::Model& model, const FileId& in, const std::string& name,
                           const FileId& id) {
        model[entry_key(in, name)] = encode(folder_entry(id));
        model[where_key(id)] = encode(Where{in, name, {}});
    }
    // after makes the changes; renewed is what they come to for links, and counts nodes read.
    client::Renewed renewed(tree::Batch batch) {
        const tree::Tree before = space.tree(root);
        auto applied = tree::apply(before, std::move(batch), space.entropy, space.batch);
        if (!EXPECT_OK(applied)) return {};
        space.commit();
        const tree::Tree after = space.tree(applied->root);
        const std::size_t read = space.store.loads;
        auto renewed = FolderLinks().renew(before, after, applied->changes);
        loads = space.store.loads - read;
        if (!EXPECT_OK(renewed)) return {};
        return std::move(*renewed);
    }

    tree::testing::Space space;
    FileId a{{1}}, b{{2}}, c{{3}};
    client::LinkId link{{4}};
    tree::Root root;
    std::size_t loads = 0;
};

tree::Batch put_file(const FileId& folder) {
    Entry entry;
    entry.id = FileId{{9}};
    entry.content.emplace();
    tree::Batch batch;
    batch.put(entry_key(folder, "x"), ByteView(encode(entry)));
    return batch;
}

tree::Batch move_folder(const FileId& id, const FileId& from, const FileId& to,
                        std::optional<Millis> trashed) {
    tree::Batch batch;
    batch.erase(entry_key(from, "c"));
    if (!trashed) batch.put(entry_key(to, "c"), ByteView(encode(folder_entry(id))));
    batch.put(where_key(id), ByteView(encode(Where{to, "c", trashed})));
    return batch;
}

}  // namespace

TEST(a_change_reads_no_links_but_those_that_cover_it) {
    // Some descents of a tree of four levels, in which 8,000 links have 300 leaves.
    constexpr std::size_t kFew = 60;
    Cabinet cabinet(8000);
    EXPECT_EQ(cabinet.renewed(put_file(cabinet.b)).concerned.size(), 0U);
    EXPECT(cabinet.loads < kFew);
    const auto covered = cabinet.renewed(put_file(cabinet.c));
    REQUIRE(covered.edits.size() == 1);
    EXPECT_EQ(covered.edits[0].id, cabinet.link);
    EXPECT(cabinet.loads < kFew);
    // It moves with what it has: its link shows the same. In the trash it shows nothing.
    const auto moved = cabinet.renewed(move_folder(cabinet.c, cabinet.a, cabinet.b, {}));
    EXPECT_EQ(moved.concerned.size(), 0U);
    EXPECT(cabinet.loads < kFew);
    // A folder that only was made.
    tree::Batch fresh;
    fresh.put(entry_key(kRoot, "new"), ByteView(encode(folder_entry(FileId{{7}}))));
    fresh.put(where_key(FileId{{7}}), ByteView(encode(Where{kRoot, "new", {}})));
    EXPECT_EQ(cabinet.renewed(std::move(fresh)).concerned.size(), 0U);
    EXPECT(cabinet.loads < kFew);
}

TEST(a_folder_that_goes_is_followed_by_links_to_what_is_below_it) {
    Scene scene;
    Person& anna = scene.town.anna;
    REQUIRE_OK(scene.put(anna, "/a/b/c", "deep.txt", "deep"));
    const auto made = scene.link(anna, "/a/b/c", LinkKind::folder);
    REQUIRE_OK(made);
    const auto shown = [&] {
        Guest guest(scene);
        return guest.open(made->url) ? guest.names() : "closed";
    };
    EXPECT_EQ(shown(), "deep.txt ");
    REQUIRE_OK(scene.edit(
        anna, [](Editor& editor, client::Summary&) { return editor.remove(kRoot, "a"); }));
    EXPECT_EQ(shown(), "");
    REQUIRE_OK(scene.edit(anna, [](Editor& editor, client::Summary&) -> Result<> {
        const auto trash = TRY(editor.files().trash(0, 1));
        TRY(editor.restore(trash.at(0).time, trash.at(0).entry.id));
        return {};
    }));
    EXPECT_EQ(shown(), "deep.txt ");
    expect_clean(scene, anna);
}

TEST(with_more_in_a_folder_than_there_are_links_all_links_are_looked_at) {
    Scene scene;
    Person& anna = scene.town.anna;
    REQUIRE_OK(scene.put(anna, "/a/b/c", "deep.txt", "deep"));
    REQUIRE_OK(scene.edit(anna, [](Editor& editor, client::Summary&) -> Result<> {
        const FileId a = TRY(editor.files().folder("/a"));
        for (int i = 0; i < 1200; ++i) TRY(editor.make_folder(a, "a" + std::to_string(i), {}));
        return {};
    }));
    const auto made = scene.link(anna, "/a/b/c", LinkKind::folder);
    REQUIRE_OK(made);
    REQUIRE_OK(scene.edit(
        anna, [](Editor& editor, client::Summary&) { return editor.remove(kRoot, "a"); }));
    Guest guest(scene);
    REQUIRE_OK(guest.open(made->url));
    EXPECT_EQ(guest.names(), "");
}

TEST(sr_41_links_against_the_rule_keep_nobody_from_tidying) {
    Scene scene;
    Person& anna = scene.town.anna;
    REQUIRE_OK(scene.put(anna, "/projekt/plan", "a.txt", "a"));
    const auto made = scene.link(anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    scene.town.world.clock().advance(kHour);
    // Somebody who may write puts more of them into the tree than one commit renews, made later,
    // and what is no link at all.
    constexpr std::size_t kPlanted = 2 * client::kMaxFolderLinks + 300;
    REQUIRE_OK(scene.edit(scene.town.bernd, [&](Editor& editor, client::Summary&) -> Result<> {
        client::LinkEntry entry;
        entry.kind = LinkKind::folder;
        entry.made = scene.town.world.clock().now();
        entry.read_key = LinkReadKey(Bytes(32, 1));
        entry.commitment.emplace();
        entry.tree.emplace();
        const FileId plan = TRY(editor.files().folder("/projekt/plan"));
        for (std::size_t i = 0; i < kPlanted; ++i)
            editor.draft().put(client::link_key(plan, scene.entropy.id<client::LinkId>()),
                               encode(entry));
        editor.draft().put(client::link_key(plan, scene.entropy.id<client::LinkId>()),
                           to_bytes("no link"));
        return {};
    }));
    EXPECT_OK(scene.put(anna, "/projekt/plan", "b.txt", "b"));
    Guest guest(scene);
    REQUIRE_OK(guest.open(made->url));
    EXPECT_EQ(guest.names(), "plan plan/a.txt plan/b.txt ");
    EXPECT_OK(scene.edit(
        anna, [](Editor& editor, client::Summary&) { return editor.remove(kRoot, "projekt"); }));
    // The one that was there before is left, and shows that there is nothing.
    Guest later(scene);
    REQUIRE_OK(later.open(made->url));
    EXPECT_EQ(later.names(), "");
    expect_clean(scene, scene.town.bernd);
}

}  // namespace obhut::files
