// Links by URL, with engines, server and visitors in one process.
#include "apps/files/links.h"

#include "protocols/api/errors.h"
#include "tests/support/links_scene.h"

namespace obhut::files {

using namespace obhut::test;

namespace {

// What a fresh visitor is shown.
std::string shown(Scene& scene, const client::LinkUrl& url) {
    Guest guest(scene);
    if (!EXPECT_OK(guest.open(url))) return "closed";
    return guest.names();
}

// Counts what objects a server gives.
class Scales final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        http::Response response = server(request);
        if (request.path.ends_with("/objects/get")) bytes += response.body.size();
        return response;
    }
    std::size_t bytes = 0;
};

}  // namespace

TEST(a_visitor_fetches_nothing_twice) {
    Scene scene;
    Bytes content(20'000'000);
    scene.entropy.fill(content);
    REQUIRE_OK(scene.put(scene.town.anna, "/", "film", std::string(as_text(content))));
    const auto link = scene.link(scene.town.anna, "/film", LinkKind::file);
    REQUIRE_OK(link);
    Guest guest(scene);
    Scales scales;
    guest.wire.attack(&scales);
    REQUIRE_OK(guest.open(link->url));
    EXPECT(guest.text().value_or("") == as_text(content));
    EXPECT(scales.bytes > content.size() && scales.bytes < content.size() + content.size() / 20);
}

TEST(a_link_to_a_file_shows_that_version_to_whoever_has_the_url) {
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/", "brief.txt", "first version"));
    REQUIRE_OK(scene.put(scene.town.anna, "/", "gross.bin", std::string(3'000'000, 'x') + "end"));
    const auto small = scene.link(scene.town.anna, "/brief.txt", LinkKind::file);
    const auto large = scene.link(scene.town.anna, "/gross.bin", LinkKind::file);
    REQUIRE(small && large);
    const auto parsed = client::LinkUrl::parse(small->url.text());
    REQUIRE_OK(parsed);
    Guest guest(scene);
    REQUIRE_OK(guest.open(*parsed));
    EXPECT_EQ(guest.visit->shown().name, "brief.txt");
    EXPECT_EQ(guest.visitor->record().organisation, "Rathaus");
    EXPECT_EQ(guest.text().value_or(""), "first version");
    // A new version and removal of the file change nothing for the link.
    scene.town.world.clock().advance(kDay);
    REQUIRE_OK(scene.put(scene.town.bernd, "/", "brief.txt", "second version"));
    REQUIRE_OK(scene.edit(scene.town.bernd, [](Editor& editor, client::Summary&) {
        return editor.remove(kRoot, "gross.bin");
    }));
    Guest later(scene);
    REQUIRE_OK(later.open(small->url));
    EXPECT_EQ(later.text().value_or(""), "first version");
    REQUIRE_OK(later.open(large->url));
    EXPECT_EQ(later.text().value_or("").size(), 3'000'003U);
    expect_clean(scene, scene.town.bernd);
}

TEST(a_link_that_was_cut_off_is_told_from_what_is_none) {
    const std::string whole = client::LinkUrl{"https://office.example.org", client::LinkId{},
                                              client::LinkSecret(Bytes(32, 7)), false}
                                  .text();
    EXPECT_OK(client::LinkUrl::parse(whole));
    // Mail programs and browsers cut off what stands behind the #.
    const std::string front = whole.substr(0, whole.find('#'));
    for (const std::string& cut : {front, front + "#", whole.substr(0, whole.size() - 1)}) {
        EXPECT(client::is_link_url(cut));
        EXPECT_ERROR(client::LinkUrl::parse(cut), errors::text_damaged);
    }
    for (const char* other : {"Akten:/l/brief", "https://office.example.org/", "brief.txt"})
        EXPECT(!client::is_link_url(other));
}

TEST(a_link_to_a_folder_follows_every_change) {
    Scene scene;
    Person& anna = scene.town.anna;
    Person& bernd = scene.town.bernd;
    REQUIRE_OK(scene.put(anna, "/projekt/plan", "a.txt", "a"));
    REQUIRE_OK(scene.put(anna, "/projekt", "b.txt", std::string(5000, 'b')));
    REQUIRE_OK(scene.put(anna, "/privat", "geheim.txt", "secret"));
    const auto made = scene.link(anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    EXPECT_EQ(shown(scene, made->url), "b.txt plan plan/a.txt ");

    // Somebody else changes a file, adds one, renames a folder.
    REQUIRE_OK(scene.put(bernd, "/projekt/plan", "a.txt", "changed by bernd"));
    REQUIRE_OK(scene.put(bernd, "/projekt/neu", "c.txt", "c"));
    Guest guest(scene);
    REQUIRE_OK(guest.open(made->url));
    EXPECT_EQ(guest.text("plan/a.txt").value_or(""), "changed by bernd");
    EXPECT_EQ(guest.text("b.txt").value_or("").size(), 5000U);
    EXPECT_EQ(guest.names(), "b.txt neu neu/c.txt plan plan/a.txt ");
    const auto move = [&](const std::string& from, const std::string& name, const std::string& to,
                          const std::string& to_name) {
        return scene.edit(bernd, [&](Editor& editor, client::Summary&) -> Result<> {
            TRY(editor.move(TRY(editor.files().folder(from)), name, TRY(editor.files().folder(to)),
                            to_name));
            return {};
        });
    };
    REQUIRE_OK(move("/projekt", "plan", "/projekt/neu", "alt"));
    EXPECT_EQ(shown(scene, made->url), "b.txt neu neu/alt neu/alt/a.txt neu/c.txt ");
    // Out of the folder with what is below, and in again.
    REQUIRE_OK(move("/projekt", "neu", "/privat", "neu"));
    EXPECT_EQ(shown(scene, made->url), "b.txt ");
    REQUIRE_OK(move("/", "privat", "/projekt", "privat"));
    EXPECT_EQ(shown(scene, made->url),
              "b.txt privat privat/geheim.txt privat/neu privat/neu/alt privat/neu/alt/a.txt "
              "privat/neu/c.txt ");
    // A folder leaves while one below it stays: in one commit.
    REQUIRE_OK(scene.edit(bernd, [](Editor& editor, client::Summary&) -> Result<> {
        const FileId projekt = TRY(editor.files().folder("/projekt"));
        const FileId privat = TRY(editor.files().folder("/projekt/privat"));
        const FileId neu = TRY(editor.files().folder("/projekt/privat/neu"));
        TRY(editor.move(neu, "alt", projekt, "alt"));
        TRY(editor.move(projekt, "privat", kRoot, "privat"));
        (void)privat;
        return {};
    }));
    EXPECT_EQ(shown(scene, made->url), "alt alt/a.txt b.txt ");
    // The folder itself goes to the trash, and comes back.
    REQUIRE_OK(scene.edit(
        bernd, [](Editor& editor, client::Summary&) { return editor.remove(kRoot, "projekt"); }));
    EXPECT_EQ(shown(scene, made->url), "");
    REQUIRE_OK(scene.edit(bernd, [](Editor& editor, client::Summary&) -> Result<> {
        const auto trash = TRY(editor.files().trash(0, 10));
        TRY(editor.restore(trash.at(0).time, trash.at(0).entry.id));
        return {};
    }));
    EXPECT_EQ(shown(scene, made->url), "alt alt/a.txt b.txt ");
    expect_clean(scene, anna);
    expect_clean(scene, bernd);
}

TEST(a_link_shows_visitors_nothing_beside_its_target) {
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "b"));
    REQUIRE_OK(scene.put(scene.town.anna, "/", "geheim.txt", std::string(5000, 's')));
    const auto made = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    Guest guest(scene);
    REQUIRE_OK(guest.open(made->url));
    const Entry entry = *guest.visit->files().get(guest.visit->shown().entry.id, "b.txt");
    EXPECT(entry.device.is_zero());
    EXPECT_ERROR(guest.visit->files().lookup("/geheim.txt"), errors::path_not_found);
    const auto everything = guest.visitor->tree().count();
    EXPECT_EQ(everything.value_or(0), 2U);  // f/ and d/ of the one file
}

TEST(a_link_with_password_expiry_and_limit_closes_when_it_should) {
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/", "brief.txt", "text"));
    client::LinkWish wish;
    wish.password = SecretBytes(as_bytes("sesam"));
    const auto locked = scene.link(scene.town.anna, "/brief.txt", LinkKind::file, std::move(wish));
    REQUIRE_OK(locked);
    EXPECT(locked->url.password);
    Guest guest(scene);
    EXPECT_ERROR(guest.open(locked->url), errors::link_closed);
    EXPECT_ERROR(guest.open(locked->url, "wrong"), errors::link_closed);
    REQUIRE_OK(guest.open(locked->url, "sesam"));
    EXPECT_EQ(guest.text().value_or(""), "text");

    wish = {};
    wish.limit = 2;
    wish.expires = scene.town.world.clock().now() + kDay;
    const auto made = scene.link(scene.town.anna, "/brief.txt", LinkKind::file, std::move(wish));
    REQUIRE_OK(made);
    EXPECT_OK(guest.open(made->url));
    EXPECT_OK(guest.open(made->url));
    EXPECT_ERROR(guest.open(made->url), errors::link_closed);
    wish = {};
    wish.expires = scene.town.world.clock().now() + kDay;
    const auto brief = scene.link(scene.town.anna, "/brief.txt", LinkKind::file, std::move(wish));
    REQUIRE_OK(brief);
    EXPECT_OK(guest.open(brief->url));
    scene.town.world.clock().advance(kDay + kMinute);
    EXPECT_ERROR(guest.visitor->fetch({{ObjectId{}}}), errors::link_closed);
    EXPECT_ERROR(guest.open(brief->url), errors::link_closed);
}

TEST(everybody_in_a_space_sees_and_ends_its_links) {
    Scene scene;
    Person& carla = scene.town.world.join("carla", scene.town.anna);
    REQUIRE_OK(share(scene.town.anna, scene.town.akten, carla, client::Role::reader));
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "b"));
    const auto one = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    const auto two = scene.link(scene.town.anna, "/projekt/b.txt", LinkKind::file);
    REQUIRE(one && two);
    Guest guest(scene);
    REQUIRE_OK(guest.open(one->url));
    auto links = client::list_links(*scene.space(carla));
    REQUIRE_OK(links);
    REQUIRE(links->size() == 2);
    for (const client::LinkView& link : *links) {
        EXPECT(link.open);
        const bool is_folder = link.place.id == one->url.id;
        EXPECT_EQ(link.openings, is_folder ? 1U : 0U);
        EXPECT_EQ(link.entry.name, is_folder ? "projekt" : "b.txt");
        EXPECT_OK(client::end_link(*scene.space(is_folder ? carla : scene.town.bernd), link.place));
    }
    EXPECT_ERROR(guest.open(one->url), errors::link_closed);
    EXPECT_ERROR(guest.open(two->url), errors::link_closed);
    EXPECT_ERROR(guest.visitor->fetch({{ObjectId{}}}), errors::link_closed);
    links = client::list_links(*scene.space(scene.town.anna));
    REQUIRE_OK(links);
    REQUIRE(links->size() == 1);  // a reader cannot write the tree
    EXPECT(!links->front().open);
    // Who can, ends it there too, and the space goes on.
    EXPECT_OK(client::end_link(*scene.space(scene.town.anna), links->front().place));
    EXPECT_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "bb"));
    expect_clean(scene, scene.town.bernd);
}

TEST(a_link_to_an_empty_folder_opens_and_ends) {
    Scene scene;
    Person& anna = scene.town.anna;
    REQUIRE_OK(scene.edit(anna, [](Editor& editor, client::Summary&) -> Result<> {
        TRY(editor.make_folder(kRoot, "leer", {}));
        return {};
    }));
    const auto link = scene.link(anna, "/leer", LinkKind::folder);
    REQUIRE_OK(link);
    EXPECT_EQ(shown(scene, link->url), "");
    const auto links = client::list_links(*scene.space(anna));
    REQUIRE_OK(links);
    REQUIRE(links->size() == 1);
    EXPECT_OK(client::end_link(*scene.space(anna), links->front().place));
    expect_clean(scene, anna);
}

TEST(a_space_has_no_more_folder_links_than_a_commit_renews) {
    Scene scene;
    Person& anna = scene.town.anna;
    REQUIRE_OK(scene.put(anna, "/projekt", "a.txt", "a"));
    const auto made = scene.link(anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    // As many more, with entries like the one there is.
    REQUIRE_OK(scene.edit(anna, [&](Editor& editor, client::Summary&) -> Result<> {
        std::optional<Bytes> like;
        TRY(editor.draft().each(as_bytes(client::kLinksPrefix), {},
                                [&](ByteView, ByteView value) -> Result<bool> {
                                    like = to_bytes(value);
                                    return true;
                                }));
        const FileId elsewhere = TRY(editor.make_folders(kRoot, "elsewhere"));
        for (std::size_t i = 1; i < client::kMaxFolderLinks; ++i)
            editor.draft().put(client::link_key(elsewhere, scene.entropy.id<client::LinkId>()),
                               *like);
        return {};
    }));
    EXPECT_ERROR(scene.link(anna, "/projekt", LinkKind::folder), errors::too_many_links);
    EXPECT_OK(scene.link(anna, "/projekt/a.txt", LinkKind::file));
    EXPECT_OK(client::end_link(*scene.space(anna), {made->target, made->url.id}));
    EXPECT_OK(scene.link(anna, "/projekt", LinkKind::folder));
}

}  // namespace obhut::files
