// Links that are renewed, letters that are sent and filed, killed at every request and every
// commit of the own store.
#include "apps/files/letters.h"
#include "client/drops/outbox.h"
#include "tests/support/cutter.h"
#include "tests/support/links_scene.h"

namespace obhut::files {
namespace {

using namespace obhut::test;  // NOLINT: the fixture's scene

struct Killing : Scene {
    Person& anna = town.anna;
    Person& bernd = town.bernd;
    int tries = 0;

    std::string name() const { return "file " + std::to_string(tries); }
    std::string content() const { return std::string(30'000, 'x') + std::to_string(tries); }

    Result<> send() {
        const client::Person person = TRY(anna.engine().find_person(bernd.email));
        client::Outbox outbox(anna.engine().session());
        const auto transfer = outbox.transfer(person.id);
        LetterWriter writer(anna.engine().status().org, *transfer, entropy, executor);
        content::MemorySource source(to_bytes(content()));
        TRY(writer.add(source, name(), {}));
        auto written = TRY(writer.finish());
        TRY(outbox.send(person.id, "hello", std::move(written.files), std::move(written.objects)));
        return {};
    }
    client::InboxView inbox() {
        auto home = bernd.engine().home();
        if (!EXPECT_OK(home)) std::abort();
        auto view = client::read_inbox(bernd.engine(), **home);
        if (!EXPECT_OK(view)) std::abort();
        return std::move(*view);
    }
    Result<> file() {
        client::Space* home = TRY(bernd.engine().home());
        const client::InboxView view = TRY(client::read_inbox(bernd.engine(), *home));
        if (view.items.size() != 1) return fail(errors::store_failed);
        const Author by = author(bernd);
        client::Space* target = TRY(bernd.engine().space(town.akten));
        TRY(file_into(bernd.engine(), *home, view.items[0], *target, "/post", {executor, by}));
        return {};
    }
    // How many files in /post are this try's, under whatever name they got.
    int filed() {
        client::Space* akten = space(anna);
        EXPECT_OK(akten->refresh());
        const auto view = SpaceView::newest(*akten);
        if (!EXPECT_OK(view)) return 99;
        const auto folder = view->files().folder("/post");
        if (!folder) return 0;
        const auto listed = view->files().list(*folder, "", 1000);
        if (!EXPECT_OK(listed)) return 99;
        int count = 0;
        for (const Found& found : *listed) count += found.name.starts_with(name()) ? 1 : 0;
        return count;
    }
};

}  // namespace

TEST(renewal_of_a_link_killed_at_every_request) {
    Killing scene;
    REQUIRE_OK(scene.put(scene.anna, "/projekt", "a", "a"));
    const auto link = scene.link(scene.anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(link);
    const int killed = killed_everywhere({
        .person = scene.anna,
        .prepare = [&] { ++scene.tries; },
        .act = [&] { return scene.put(scene.anna, "/projekt", "a", scene.content()); },
        .judge =
            [&](const Result<>& acted) {
                scene.renew(scene.anna);
                if (!acted) EXPECT_OK(scene.put(scene.anna, "/projekt", "a", scene.content()));
                Guest guest(scene);
                EXPECT_OK(guest.open(link->url));
                EXPECT_EQ(guest.text("a").value_or(""), scene.content());
                EXPECT_EQ(guest.names(), "a ");
            },
    });
    EXPECT(killed >= 4);
    expect_clean(scene, scene.bernd);
}

TEST(sr_40_sending_a_letter_killed_at_every_request) {
    Killing scene;
    const int killed = killed_everywhere({
        .person = scene.anna,
        .prepare = [&] { ++scene.tries; },
        .act = [&] { return scene.send(); },
        .judge =
            [&](const Result<>& acted) {
                client::Outbox outbox(scene.anna.engine().session());
                EXPECT_OK(outbox.run());
                // Killed before the letter was written down it was not sent, and once else.
                if (!acted && scene.inbox().items.empty()) EXPECT_OK(scene.send());
                const client::InboxView view = scene.inbox();
                EXPECT_EQ(view.items.size(), 1U);
                EXPECT(view.missing.empty());
                EXPECT_OK(scene.file());
                EXPECT_EQ(scene.filed(), 1);
            },
    });
    EXPECT(killed >= 4);
}

TEST(sr_40_filing_a_letter_killed_at_every_request) {
    Killing scene;
    const int killed = killed_everywhere({
        .person = scene.bernd,
        .prepare =
            [&] {
                ++scene.tries;
                REQUIRE_OK(scene.send());
            },
        .act = [&] { return scene.file(); },
        .judge =
            [&](const Result<>& acted) {
                scene.renew(scene.bernd);
                // What he had claimed is his, or free after a while.
                scene.town.world.clock().advance(10 * kMinute);
                if (!acted && !scene.inbox().items.empty()) EXPECT_OK(scene.file());
                EXPECT(scene.inbox().items.empty());
                EXPECT_EQ(scene.filed(), 1);
            },
    });
    EXPECT(killed >= 8);
    expect_clean(scene, scene.anna);
}

}  // namespace obhut::files
