// Links by URL: what the server, a member and somebody who was removed can make of them.
#include "client/links/links.h"

#include "client/session.h"
#include "protocols/api/errors.h"
#include "tests/hostile/tamper.h"
#include "tests/support/links_scene.h"

namespace obhut::test {

namespace {

client::Session& session(Person& person) { return person.engine().session(); }

// Withheld keeps a link of a chain from the server, for its maker to change and send himself.
class Withheld final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (request.method != http::Method::post || !request.path.ends_with("/links"))
            return server(request);
        auto sent = decode<api::AppendLink>(request.body);
        if (!sent) return server(request);
        kept = std::move(*sent);
        return fail(errors::unreachable);
    }
    std::optional<api::AppendLink> kept;
};

// RenewalWatch counts the records of links that go to the server.
class RenewalWatch final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (request.method == http::Method::post && request.path.ends_with("/links"))
            if (const auto sent = decode<api::AppendLink>(request.body); sent && sent->links)
                for (const api::LinkChange& change : *sent->links) records += change.record ? 1 : 0;
        return server(request);
    }
    int records = 0;
};

bool opens(Scene& scene, const client::LinkUrl& url) {
    Guest guest(scene);
    return guest.open(url).has_value();
}

http::Request opening(const client::LinkUrl& url, const Secret<32>& auth) {
    http::Request request;
    request.method = http::Method::post;
    request.path = "/v1/links/" + url.id.hex() + "/open";
    request.body = encode(api::OpenLink{auth.clone(), api::VisitId{}});
    return request;
}

}  // namespace

TEST(sr_04_nothing_of_a_links_secret_leaves_the_url) {
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "b"));
    client::LinkWish wish;
    wish.password = SecretBytes(as_bytes("open sesame"));
    const auto plain = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    const auto locked =
        scene.link(scene.town.anna, "/projekt/b.txt", LinkKind::file, std::move(wish));
    REQUIRE(plain && locked);
    Guest guest(scene);
    REQUIRE_OK(guest.open(plain->url));
    EXPECT_EQ(guest.names(), "b.txt ");
    EXPECT_ERROR(guest.open(locked->url, "wrong"), errors::link_closed);
    REQUIRE_OK(guest.open(locked->url, "open sesame"));
    REQUIRE_OK(scene.put(scene.town.bernd, "/projekt", "c.txt", "renews the link"));
    for (const client::LinkUrl* url : {&plain->url, &locked->url}) {
        const std::string text = url->text();
        const std::string fragment = text.substr(text.find('#') + 1);
        const auto client_keys = client::link_keys(url->secret, url->id, {});
        REQUIRE_OK(client_keys);
        for (const Wire* wire : {&scene.town.anna.wire(), &scene.town.bernd.wire(), &guest.wire}) {
            const ByteView sent = wire->sent();
            // Five characters are 30 bits: by chance they stand nowhere.
            for (std::size_t size = 5; size <= fragment.size(); ++size)
                EXPECT(!contains(sent, fragment.substr(0, size)));
            EXPECT(!contains(sent, as_text(url->secret.expose().first(8))));
            EXPECT(!contains(sent, as_text(client_keys->read.expose())));
            EXPECT(!contains(sent, "sesame"));
        }
    }
}

TEST(sr_13_links_that_do_not_open_have_one_answer) {
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/", "b.txt", "b"));
    client::LinkWish wish;
    wish.expires = scene.town.world.clock().now() + kDay;
    const auto expired = scene.link(scene.town.anna, "/b.txt", LinkKind::file, std::move(wish));
    wish = {};
    wish.limit = 1;
    const auto used = scene.link(scene.town.anna, "/b.txt", LinkKind::file, std::move(wish));
    const auto ended = scene.link(scene.town.anna, "/b.txt", LinkKind::file);
    const auto open = scene.link(scene.town.anna, "/b.txt", LinkKind::file);
    REQUIRE(expired && used && ended && open);
    EXPECT(opens(scene, used->url));
    scene.town.world.clock().advance(2 * kDay);
    REQUIRE_OK(client::end_link(*scene.space(scene.town.anna), {ended->target, ended->url.id}));
    client::LinkUrl unknown{open->url.host, scene.entropy.id<client::LinkId>(),
                            open->url.secret.clone(), false};
    std::vector<Bytes> answers;
    for (const client::LinkUrl* url : {&expired->url, &used->url, &ended->url, &open->url,
                                       static_cast<const client::LinkUrl*>(&unknown)}) {
        auto keys = client::link_keys(url->secret, url->id, {});
        REQUIRE_OK(keys);
        if (url == &open->url) keys->auth = Secret<32>();
        const http::Response answer = scene.town.world.server().answer(opening(*url, keys->auth));
        EXPECT(answer.status != 200);
        answers.push_back(answer.body);
    }
    for (const Bytes& answer : answers) EXPECT(answer == answers[0]);
    EXPECT(opens(scene, open->url));
}

TEST(sr_21_record_under_another_commitment_is_not_opened) {
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "b"));
    const auto made = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    Guest guest(scene);
    // The record opens under the link's key all the same: it is the commitment that tells.
    Tamper flip = tamper_record<api::OpenedLink>(
        "/open", [](api::OpenedLink& opened) { opened.record[5] ^= 1; });
    guest.wire.attack(&flip);
    EXPECT_ERROR(guest.open(made->url), errors::link_tampered);
    guest.wire.attack(nullptr);
    EXPECT_OK(guest.open(made->url));
}

TEST(sr_15_record_of_another_link_is_refused) {
    // A member has the keys of links to folders, and seals what she likes under them: the record of
    // another link, or of another organisation's.
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "b"));
    const auto made = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    const auto other = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    REQUIRE(made && other);
    const auto keys = client::link_keys(made->url.secret, made->url.id, {});
    REQUIRE_OK(keys);
    Guest guest(scene);
    const auto try_record = [&](const std::function<void(client::LinkRecord&)>& change) {
        Tamper swap = tamper_record<api::OpenedLink>("/open", [&](api::OpenedLink& opened) {
            auto record = client::open_link(*keys, opened.org, made->url.id, opened.record);
            if (!EXPECT_OK(record)) return;
            change(*record);
            opened.record = client::seal_link(keys->read, keys->commitment, *record, scene.entropy);
            opened.org = record->org;
        });
        guest.wire.attack(&swap);
        const auto opened = guest.open(made->url);
        EXPECT_EQ(swap.changed, 1);
        guest.wire.attack(nullptr);
        return opened;
    };
    EXPECT_OK(try_record([](client::LinkRecord&) {}));
    EXPECT_ERROR(try_record([&](client::LinkRecord& record) { record.link = other->url.id; }),
                 errors::link_tampered);
    // The other link's own record, for this one.
    Bytes theirs;
    Tamper note = tamper_record<api::OpenedLink>(
        "/open", [&](api::OpenedLink& opened) { theirs = opened.record; });
    guest.wire.attack(&note);
    EXPECT_OK(guest.open(other->url));
    Tamper swap = tamper_record<api::OpenedLink>(
        "/open", [&](api::OpenedLink& opened) { opened.record = theirs; });
    guest.wire.attack(&swap);
    EXPECT_ERROR(guest.open(made->url), errors::link_tampered);
    Tamper org = tamper_record<api::OpenedLink>(
        "/open", [&](api::OpenedLink& opened) { opened.org.bytes[0] ^= 1; });
    guest.wire.attack(&org);
    EXPECT_ERROR(guest.open(made->url), errors::link_tampered);
    guest.wire.attack(nullptr);
    EXPECT_OK(guest.open(made->url));
}

TEST(sr_05_visitor_is_shown_no_forged_tree_or_content) {
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "a.bin", std::string(3'000'000, 'a')));
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.bin", std::string(3'000'000, 'b')));
    const auto made = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    // One bit of any object; every object in the place of the next; none at all.
    int round = 0;
    Tamper forge("/objects/get", [&](const http::Request&, http::Response& answer) {
        if (answer.body.size() < 200) return;
        if (round == 0) answer.body[answer.body.size() / 2] ^= 4;
        if (round == 1) answer.body[answer.body.size() - 9] ^= 4;
        if (round == 2)
            std::rotate(answer.body.begin() + 100, answer.body.begin() + 101, answer.body.end());
    });
    for (; round < 3; ++round) {
        Guest guest(scene);
        REQUIRE_OK(guest.open(made->url));
        guest.wire.attack(&forge);
        const auto text = guest.text("a.bin");
        EXPECT(!text && text.error().kind() == Kind::corrupt);
        guest.wire.attack(nullptr);
        Guest again(scene);
        REQUIRE_OK(again.open(made->url));
        EXPECT_EQ(again.text("a.bin").value_or(""), std::string(3'000'000, 'a'));
    }
    EXPECT(forge.changed >= 3);
}

TEST(sr_06_visitor_who_is_shown_an_old_link_sees_one_moment) {
    // A visitor remembers nothing, so an old record can be shown to them; what it shows is how the
    // folder was then, never a mixture.
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "a.txt", "old a"));
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "old b"));
    const auto made = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    Guest guest(scene);
    Bytes old;
    Tamper note = tamper_record<api::OpenedLink>(
        "/open", [&](api::OpenedLink& opened) { old = opened.record; });
    guest.wire.attack(&note);
    REQUIRE_OK(guest.open(made->url));
    REQUIRE_OK(scene.put(scene.town.bernd, "/projekt", "a.txt", "new a"));
    REQUIRE_OK(scene.put(scene.town.bernd, "/projekt", "c.txt", "new c"));
    Tamper back = tamper_record<api::OpenedLink>(
        "/open", [&](api::OpenedLink& opened) { opened.record = old; });
    guest.wire.attack(&back);
    REQUIRE_OK(guest.open(made->url));
    EXPECT_EQ(guest.names(), "a.txt b.txt ");
    EXPECT_EQ(guest.text("a.txt").value_or(""), "old a");
    guest.wire.attack(nullptr);
    REQUIRE_OK(guest.open(made->url));
    EXPECT_EQ(guest.names(), "a.txt b.txt c.txt ");
    EXPECT_EQ(guest.text("a.txt").value_or(""), "new a");
}

TEST(sr_39_links_change_with_commits_only) {
    Scene scene;
    Person& carla = scene.town.world.join("carla", scene.town.anna);
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "b"));
    const auto made = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    Withheld withheld;
    scene.town.anna.wire().attack(&withheld);
    EXPECT(!share(scene.town.anna, scene.town.akten, carla, client::Role::reader));
    scene.town.anna.wire().attack(nullptr);
    REQUIRE(withheld.kept && withheld.kept->epoch);
    // The server judges changes of links as part of a commit that everybody can check.
    api::AppendLink request = std::move(*withheld.kept);
    request.links.emplace().push_back({made->url.id, {}, {}});
    EXPECT_ERROR(session(scene.town.anna).remote.append_link(scene.town.akten, encode(request)),
                 errors::link_wrong);
    EXPECT(opens(scene, made->url));
    request.links.reset();
    EXPECT_OK(session(scene.town.anna).remote.append_link(scene.town.akten, encode(request)));
    EXPECT(opens(scene, made->url));
}

TEST(sr_39_links_of_other_spaces_are_out_of_reach) {
    Scene scene;
    Person& carla = scene.town.world.join("carla", scene.town.anna);
    const auto own = carla.engine().create_space("Carlas");
    REQUIRE_OK(own);
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "b"));
    const auto made = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    Withheld withheld;
    carla.wire().attack(&withheld);
    EXPECT(!write(carla, *own, "x/1", "harmless"));
    carla.wire().attack(nullptr);
    REQUIRE(withheld.kept.has_value());
    api::AppendLink request = std::move(*withheld.kept);
    const auto with = [&](api::LinkChange change) {
        request.links.emplace().push_back(std::move(change));
        return session(carla).remote.append_link(*own, encode(request));
    };
    EXPECT_ERROR(with({made->url.id, {}, {}}), errors::link_wrong);              // ended
    EXPECT_ERROR(with({made->url.id, {}, Bytes(1000, 1)}), errors::link_wrong);  // renewed
    EXPECT_ERROR(with({made->url.id, api::LinkTerms{}, Bytes(1000, 1)}),         // made anew
                 errors::link_wrong);
    EXPECT(opens(scene, made->url));
    EXPECT_OK(carla.engine().session().remote.end_link(*own, made->url.id));
    EXPECT(opens(scene, made->url));
}

TEST(sr_39_links_end_with_their_space) {
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/projekt", "b.txt", "b"));
    const auto made = scene.link(scene.town.anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    Guest guest(scene);
    EXPECT_OK(guest.open(made->url));
    REQUIRE_OK(scene.town.anna.engine().close_space(scene.town.akten));
    EXPECT_ERROR(guest.open(made->url), errors::link_closed);
}

TEST(sr_39_a_visit_is_of_one_link) {
    // A link that may be opened once is not opened a second time under the visit of another.
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/", "a.txt", "a"));
    client::LinkWish wish;
    wish.limit = 1;
    const auto once = scene.link(scene.town.anna, "/a.txt", LinkKind::file, std::move(wish));
    const auto always = scene.link(scene.town.anna, "/a.txt", LinkKind::file);
    REQUIRE(once && always);
    Guest guest(scene);
    REQUIRE_OK(guest.open(once->url));
    REQUIRE_OK(guest.open(always->url));
    const auto keys = client::link_keys(once->url.secret, once->url.id, {});
    REQUIRE_OK(keys);
    EXPECT_ERROR(
        guest.visitor->remote().open_link(once->url.id, keys->auth, guest.visitor->visit()),
        errors::link_closed);
    EXPECT(!opens(scene, once->url));
}

namespace {

// Leaving is a scene in which carla reads the space, has copied the keys of its links, and leaves.
struct Leaving : Scene {
    Person& carla = town.world.join("carla", town.anna);
    Result<client::MadeLink> folder, upload, file;

    Leaving() {
        EXPECT_OK(share(town.anna, town.akten, carla, client::Role::reader));
        EXPECT_OK(put(town.anna, "/projekt", "b.txt", "b"));
        folder = link(town.anna, "/projekt", LinkKind::folder);
        upload = link(town.anna, "/projekt", LinkKind::upload);
        file = link(town.anna, "/projekt/b.txt", LinkKind::file);
        EXPECT(folder && upload && file);
    }
    // copied are the keys of one link, as a reader finds them in the tree.
    bool copied(const client::MadeLink& made) {
        const auto links = client::list_links(*space(carla));
        if (!EXPECT_OK(links)) return false;
        for (const client::LinkView& view : *links)
            if (view.place.id == made.url.id) return view.entry.read_key.has_value();
        return false;
    }
    // renewed counts what a change sends under the keys of links.
    int renewed(Person& by) {
        RenewalWatch watch;
        by.wire().attack(&watch);
        EXPECT_OK(put(by, "/projekt", "later.txt", "after carla"));
        by.wire().attack(nullptr);
        return watch.records;
    }
};

}  // namespace

TEST(sr_39_links_whose_keys_a_removed_reader_copied_are_closed) {
    Leaving scene;
    EXPECT(scene.copied(*scene.folder));
    EXPECT(scene.copied(*scene.upload));
    EXPECT(!scene.copied(*scene.file));
    EXPECT_EQ(scene.renewed(scene.town.bernd), 1);
    REQUIRE_OK(unshare(scene.town.anna, scene.town.akten, scene.carla));
    // Nobody is asked: an editor who knows nothing of it closes them.
    REQUIRE_OK(scene.space(scene.town.bernd)->refresh());
    REQUIRE_OK(scene.town.bernd.engine().run_duties());
    EXPECT(!opens(scene, scene.folder->url));
    EXPECT(!opens(scene, scene.upload->url));
    EXPECT(opens(scene, scene.file->url));  // shows nothing new
    // A server that goes on giving has nothing new to give.
    EXPECT_EQ(scene.renewed(scene.town.bernd), 0);
}

TEST(sr_39_links_are_kept_if_a_person_says_so) {
    Leaving scene;
    REQUIRE_OK(unshare(scene.town.anna, scene.town.akten, scene.carla));
    REQUIRE_OK(client::keep_links(*scene.space(scene.town.anna)));
    REQUIRE_OK(scene.space(scene.town.bernd)->refresh());
    REQUIRE_OK(scene.town.bernd.engine().run_duties());
    EXPECT(opens(scene, scene.folder->url));
    EXPECT_EQ(scene.renewed(scene.town.bernd), 1);
}

TEST(sr_39_links_are_closed_when_a_device_was_stolen_or_somebody_disabled) {
    for (const bool theft : {true, false}) {
        Leaving scene;
        Person& laptop = scene.town.world.stranger("laptop");
        REQUIRE_OK(link(scene.carla, laptop));
        if (theft)
            REQUIRE_OK(scene.carla.engine().revoke_device(laptop.engine().status().device));
        else
            REQUIRE_OK(scene.town.anna.engine().disable(scene.carla.engine().status().user));
        REQUIRE_OK(scene.town.bernd.engine().run_duties());
        REQUIRE_OK(scene.town.bernd.engine().run_duties());
        EXPECT(!opens(scene, scene.folder->url));
        EXPECT(!opens(scene, scene.upload->url));
        EXPECT(opens(scene, scene.file->url));
    }
}

}  // namespace obhut::test
