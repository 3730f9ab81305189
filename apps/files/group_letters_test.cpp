// Letters to groups: read by every member, filed once whoever does it, also when one is killed.
#include "apps/files/letters.h"
#include "client/drops/outbox.h"
#include "protocols/api/errors.h"
#include "tests/support/cutter.h"
#include "tests/support/links_scene.h"

namespace obhut::files {
namespace {

using namespace obhut::test;  // NOLINT: the fixture's scene

UserId user(Person& person) { return person.engine().status().user; }

// Bau is a group of bernd (its manager) and carla; anna writes to it. "Akten" is anna's space,
// which the group edits; anna and bernd are in it by themselves too.
struct Bau : Scene {
    Person& anna = town.anna;
    Person& bernd = town.bernd;
    Person& carla = town.world.join("carla", town.anna);
    GroupId bau;
    int tries = 0;

    Bau() {
        renew(carla);
        EXPECT_OK(anna.engine().run_duties());
        const auto group = bernd.engine().create_group("Bau", {user(carla)});
        if (!EXPECT_OK(group)) return;
        bau = *group;
        EXPECT_OK(anna.engine().share(town.akten, principal(bau), client::Role::editor));
    }
    Result<> send(Person& from, const std::string& name, const std::string& text) {
        client::Outbox outbox(from.engine().session());
        const auto transfer = outbox.transfer(api::inbox(bau));
        LetterWriter writer(from.engine().status().org, *transfer, entropy, executor);
        content::MemorySource source(to_bytes(text));
        TRY(writer.add(source, name, {}));
        auto written = TRY(writer.finish());
        TRY(outbox.send(api::inbox(bau), "hello", std::move(written.files),
                        std::move(written.objects)));
        return {};
    }
    client::Space& mailbox(Person& person) {
        const auto opened = person.engine().group_home(bau);
        if (!EXPECT_OK(opened)) std::abort();
        return **opened;
    }
    Result<client::InboxView> inbox(Person& person) {
        return client::read_inbox(person.engine(), *TRY(person.engine().group_home(bau)));
    }
    client::InboxItem item(Person& person) {
        auto waiting = inbox(person);
        if (!EXPECT_OK(waiting) || !EXPECT_EQ(waiting->items.size(), 1U)) std::abort();
        return std::move(waiting->items[0]);
    }
    Result<std::vector<std::string>> file(Person& by, const client::InboxItem& item,
                                          client::Space& into) {
        const Author author = Scene::author(by);
        return file_into(by.engine(), mailbox(by), item, into, "/post", {executor, author});
    }
    // How many files there are in a space, as anybody sees it.
    std::size_t files_in(client::Space& space, std::string_view named = {}) {
        EXPECT_OK(space.refresh());
        const auto view = SpaceView::newest(space);
        if (!EXPECT_OK(view)) return 99;
        std::size_t count = 0;
        EXPECT_OK(
            view->files().walk(kRoot, [&](const std::string&, const Found& found) -> Result<bool> {
                count += found.entry.content && found.name.starts_with(named) ? 1U : 0U;
                return true;
            }));
        return count;
    }
    std::size_t copies(std::string_view named = {}) {
        return files_in(mailbox(bernd), named) + files_in(*space(bernd), named);
    }
    api::InboxState state() {
        return anna.engine()
            .session()
            .remote.inbox_key(api::inbox(bau))
            .value_or(api::InboxState{});
    }
    void duties(Person& person) {
        const auto report = person.engine().run_duties();
        if (!EXPECT_OK(report)) return;
        EXPECT_EQ(report->failed, 0U);
    }
};

// Counts requests of one path, and may lose them.
class Stopping final : public Adversary {
public:
    explicit Stopping(std::string path) : path_(std::move(path)) {}
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (request.method != http::Method::post || request.path != path_) return server(request);
        ++stopped;
        return fail(errors::unreachable);
    }
    int stopped = 0;

private:
    std::string path_;
};

}  // namespace

TEST(sr_40_a_letter_to_a_group_is_read_by_all_and_filed_once) {
    Bau scene;
    REQUIRE_OK(scene.send(scene.anna, "plan.txt", "small"));
    REQUIRE_OK(scene.send(scene.anna, "gross.bin", std::string(3'000'000, 'g')));
    const auto bernds = scene.inbox(scene.bernd);
    const auto carlas = scene.inbox(scene.carla);
    REQUIRE(bernds && carlas && bernds->items.size() == 2 && carlas->items.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        REQUIRE(bernds->items[i].letter.has_value());
        EXPECT_EQ(bernds->items[i].letter->sender->hex(), user(scene.anna).hex());
        EXPECT(bernds->items[i].id == carlas->items[i].id);
        // One into the group's own space, one into a space that the group edits.
        client::Space& into = i == 0 ? scene.mailbox(scene.bernd) : *scene.space(scene.bernd);
        const auto filed = scene.file(scene.bernd, bernds->items[i], into);
        EXPECT(filed && filed->size() == 1);
        client::Space& again = i == 0 ? scene.mailbox(scene.carla) : *scene.space(scene.carla);
        const auto twice = scene.file(scene.carla, carlas->items[i], again);
        EXPECT(twice && twice->empty());
    }
    EXPECT_EQ(scene.files_in(scene.mailbox(scene.carla)), 1U);
    EXPECT_EQ(scene.files_in(*scene.space(scene.anna)), 1U);
    const auto left = scene.inbox(scene.carla);
    EXPECT(left && left->items.empty() && left->missing.empty());
    expect_clean(scene, scene.anna);
}

TEST(a_letter_to_a_group_waits_for_a_member_who_joins_later) {
    Bau scene;
    REQUIRE_OK(scene.send(scene.anna, "plan.txt", "small"));
    scene.duties(scene.bernd);  // the inbox has a key of its own from here on
    REQUIRE_OK(scene.send(scene.anna, "next.txt", "small"));
    Person& dora = scene.town.world.join("dora", scene.anna);
    REQUIRE_OK(scene.bernd.engine().add_to_group(scene.bau, {user(dora)}, false));
    const auto waiting = scene.inbox(dora);
    REQUIRE(waiting && waiting->items.size() == 2);
    for (const client::InboxItem& item : waiting->items) EXPECT(item.letter.has_value());
}

TEST(group_all_and_ended_groups_take_no_letters) {
    Bau scene;
    const auto all = scene.bernd.engine().find_group("all");
    REQUIRE_OK(all);
    client::Outbox outbox(scene.anna.engine().session());
    EXPECT_ERROR(outbox.send(api::inbox(all->id), "to everybody", {}, {}), errors::not_there);
    EXPECT_ERROR(scene.bernd.engine().group_home(all->id), errors::no_group_inbox);
    EXPECT_ERROR(scene.anna.engine().group_home(scene.bau), errors::group_not_found);
    REQUIRE_OK(scene.bernd.engine().delete_group(scene.bau));
    EXPECT(!outbox.send(api::inbox(scene.bau), "to nobody", {}, {}));
}

TEST(what_came_to_a_group_is_not_filed_where_the_others_cannot_follow) {
    Bau scene;
    REQUIRE_OK(scene.send(scene.anna, "plan.txt", "small"));
    const auto kasse = scene.bernd.engine().create_space("Kasse");
    REQUIRE_OK(kasse);
    client::Space* own = *scene.bernd.engine().space(*kasse);
    const client::InboxItem item = scene.item(scene.bernd);
    EXPECT_ERROR(scene.file(scene.bernd, item, *own), errors::target_not_groups);
    EXPECT_ERROR(scene.file(scene.bernd, item, **scene.bernd.engine().home()),
                 errors::target_not_groups);
    REQUIRE_OK(scene.bernd.engine().share(*kasse, principal(scene.bau), client::Role::reader));
    EXPECT_ERROR(scene.file(scene.bernd, item, *own), errors::target_not_groups);
    REQUIRE_OK(scene.bernd.engine().share(*kasse, principal(scene.bau), client::Role::editor));
    EXPECT_OK(scene.file(scene.bernd, item, *own));
}

TEST(sr_40_another_member_finishes_what_one_began) {
    for (const bool elsewhere : {false, true}) {
        Bau scene;
        REQUIRE_OK(scene.send(scene.anna, "plan.txt", "small"));
        const client::InboxItem item = scene.item(scene.bernd);
        // Bernd claims it for "Akten", and is killed before the files are in.
        Stopping stopping("/v1/spaces/" + scene.town.akten.hex() + "/links");
        scene.bernd.wire().attack(&stopping);
        EXPECT(!scene.file(scene.bernd, item, *scene.space(scene.bernd)));
        EXPECT(stopping.stopped > 0);
        // While he may still be at it nobody else is.
        const client::InboxItem seen = scene.item(scene.carla);
        client::Space& into = elsewhere ? scene.mailbox(scene.carla) : *scene.space(scene.carla);
        EXPECT_ERROR(scene.file(scene.carla, seen, into), errors::lease_moved);
        scene.town.world.clock().advance(3 * kMinute);
        const auto filed = scene.file(scene.carla, seen, into);
        EXPECT(filed && filed->size() == 1);
        // Bernd goes on where he was.
        scene.bernd.wire().attack(nullptr);
        const auto late = scene.file(scene.bernd, item, *scene.space(scene.bernd));
        EXPECT(late && late->empty());
        REQUIRE_OK(scene.bernd.reopen());
        scene.renew(scene.bernd);
        scene.duties(scene.bernd);
        EXPECT_EQ(scene.copies(), 1U);
        const auto left = scene.inbox(scene.bernd);
        EXPECT(left && left->items.empty() && left->missing.empty());
    }
}

TEST(sr_40_what_was_begun_out_of_reach_is_not_filed_a_second_time) {
    // Bernd files into "Akten", and dies before anybody is told; then the group loses that space.
    Bau scene;
    REQUIRE_OK(scene.send(scene.anna, "plan.txt", "small"));
    const client::InboxItem item = scene.item(scene.bernd);
    class Dying final : public Adversary {
    public:
        explicit Dying(const SpaceId& space) : path_("/v1/spaces/" + space.hex() + "/links") {}
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            if (dead) return fail(errors::unreachable);
            dead = request.method == http::Method::post && request.path == path_;
            return server(request);
        }
        bool dead = false;

    private:
        std::string path_;
    } dying(scene.town.akten);
    scene.bernd.wire().attack(&dying);
    EXPECT(!scene.file(scene.bernd, item, *scene.space(scene.bernd)));
    EXPECT(dying.dead);
    scene.bernd.wire().attack(nullptr);
    REQUIRE_OK(scene.anna.engine().unshare(scene.town.akten, principal(scene.bau)));
    scene.town.world.clock().advance(3 * kMinute);
    const client::InboxItem seen = scene.item(scene.carla);
    EXPECT_ERROR(scene.file(scene.carla, seen, scene.mailbox(scene.carla)),
                 errors::claimed_out_of_reach);
    // Bernd can look there still, by his own name, and finds it done.
    scene.town.world.clock().advance(3 * kMinute);
    const auto again = scene.file(scene.bernd, item, scene.mailbox(scene.bernd));
    EXPECT(again && again->empty());
    EXPECT_EQ(scene.files_in(*scene.space(scene.anna)), 1U);
    EXPECT_EQ(scene.files_in(scene.mailbox(scene.carla)), 0U);
}

TEST(sr_40_two_members_file_one_letter_at_once) {
    // The server tells each of them that nobody else holds a lease.
    Bau scene;
    REQUIRE_OK(scene.send(scene.anna, "plan.txt", "small"));
    class Alone final : public Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            http::Response answer = server(request);
            if (request.method == http::Method::get && request.path.ends_with("/leases"))
                answer.body = encode(api::Leases{});
            return answer;
        }
    } alone;
    const client::InboxItem bernds = scene.item(scene.bernd);
    const client::InboxItem carlas = scene.item(scene.carla);
    scene.bernd.wire().attack(&alone);
    scene.carla.wire().attack(&alone);
    for (int i = 0; i < 3; ++i) {
        (void)scene.file(scene.bernd, bernds, *scene.space(scene.bernd));
        (void)scene.file(scene.carla, carlas, scene.mailbox(scene.carla));
    }
    const auto left = scene.inbox(scene.carla);
    EXPECT(left && left->items.empty());
    EXPECT_EQ(scene.copies(), 1U);
}

TEST(sr_40_a_letter_to_a_group_that_is_thrown_away_is_gone_for_all) {
    Bau scene;
    REQUIRE_OK(scene.send(scene.anna, "plan.txt", "small"));
    const client::InboxItem bernds = scene.item(scene.bernd);
    const client::InboxItem carlas = scene.item(scene.carla);
    REQUIRE_OK(client::discard_letter(scene.bernd.engine(), scene.mailbox(scene.bernd), bernds));
    const auto late = scene.file(scene.carla, carlas, *scene.space(scene.carla));
    EXPECT(late && late->empty());
    EXPECT_EQ(scene.copies(), 0U);
}

TEST(sr_40_keys_of_a_groups_inbox_are_made_closed_and_deleted_by_whoever_is_there) {
    Bau scene;
    EXPECT_EQ(scene.state().number, 0U);
    REQUIRE_OK(scene.send(scene.anna, "a.txt", "a"));
    scene.duties(scene.carla);
    EXPECT_EQ(scene.state().number, 1U);
    scene.duties(scene.bernd);
    EXPECT_EQ(scene.state().number, 1U);
    REQUIRE_OK(scene.send(scene.anna, "b.txt", "b"));
    for (int week = 0; week < 3; ++week) {
        scene.town.world.clock().advance(8 * kDay);
        scene.duties(scene.anna);
        scene.duties(week % 2 == 0 ? scene.bernd : scene.carla);
    }
    EXPECT(scene.state().number >= 3);
    EXPECT(scene.state().closed >= 1);
    // What waits keeps its key.
    auto waiting = scene.inbox(scene.carla);
    REQUIRE(waiting && waiting->items.size() == 2);
    for (const client::InboxItem& item : waiting->items) {
        EXPECT(item.letter.has_value());
        REQUIRE_OK(scene.file(scene.carla, item, scene.mailbox(scene.carla)));
    }
    scene.duties(scene.bernd);
    Bytes first = to_bytes("q/");
    append_be32(first, 1);
    const auto snapshot = scene.mailbox(scene.bernd).snapshot();
    REQUIRE_OK(snapshot);
    EXPECT(!(*snapshot)->tree.lookup(first).value_or(tree::Value()).has_value());
}

TEST(sr_40_sending_to_a_group_killed_at_every_request) {
    Bau scene;
    const int killed = killed_everywhere({
        .person = scene.anna,
        .prepare = [&] { ++scene.tries; },
        .act =
            [&] {
                return scene.send(scene.anna, "file " + std::to_string(scene.tries),
                                  std::string(30'000, 'x'));
            },
        .judge =
            [&](const Result<>& acted) {
                EXPECT_OK(client::Outbox(scene.anna.engine().session()).run());
                auto view = scene.inbox(scene.carla);
                if (!acted && view && view->items.empty())
                    EXPECT_OK(scene.send(scene.anna, "file " + std::to_string(scene.tries),
                                         std::string(30'000, 'x')));
                const client::InboxItem item = scene.item(scene.carla);
                EXPECT_OK(scene.file(scene.carla, item, scene.mailbox(scene.carla)));
                view = scene.inbox(scene.bernd);
                EXPECT(view && view->items.empty() && view->missing.empty());
                EXPECT_EQ(scene.copies("file " + std::to_string(scene.tries)), 1U);
            },
    });
    EXPECT(killed >= 4);
}

TEST(sr_40_filing_of_a_group_killed_at_every_request_is_finished_by_another) {
    for (const bool own_space : {true, false}) {
        Bau scene;
        const auto into = [&](Person& person) -> client::Space& {
            return own_space ? scene.mailbox(person) : *scene.space(person);
        };
        const int killed = killed_everywhere({
            .person = scene.bernd,
            .prepare =
                [&] {
                    ++scene.tries;
                    REQUIRE_OK(scene.send(scene.anna, "file " + std::to_string(scene.tries) + "_",
                                          std::string(20'000, 'x')));
                },
            .act = [&]() -> Result<> {
                auto view = TRY(scene.inbox(scene.bernd));
                if (view.items.empty()) return fail(errors::store_failed);
                client::Space* target = own_space
                                            ? TRY(scene.bernd.engine().group_home(scene.bau))
                                            : TRY(scene.bernd.engine().space(scene.town.akten));
                client::Space* mailbox = TRY(scene.bernd.engine().group_home(scene.bau));
                const Author by = scene.author(scene.bernd);
                TRY(file_into(scene.bernd.engine(), *mailbox, view.items[0], *target, "/post",
                              {scene.executor, by}));
                return {};
            },
            .judge =
                [&](const Result<>&) {
                    scene.renew(scene.bernd);
                    scene.town.world.clock().advance(10 * kMinute);
                    // Bernd does not come back; carla finds what he left.
                    const auto view = scene.inbox(scene.carla);
                    REQUIRE_OK(view);
                    for (const client::InboxItem& item : view->items)
                        EXPECT_OK(scene.file(scene.carla, item, into(scene.carla)));
                    const auto left = scene.inbox(scene.carla);
                    EXPECT(left && left->items.empty() && left->missing.empty());
                    EXPECT_EQ(scene.copies("file " + std::to_string(scene.tries) + "_"), 1U);
                },
        });
        EXPECT(killed >= 5);
    }
}

TEST(tending_a_groups_inbox_killed_at_every_request) {
    Bau scene;
    const int killed = killed_everywhere({
        .person = scene.bernd,
        .prepare =
            [&] {
                scene.town.world.clock().advance(8 * kDay);
                REQUIRE_OK(scene.send(scene.anna, "plan.txt", "small"));
                scene.duties(scene.anna);
            },
        .act = [&]() -> Result<> {
            const auto report = TRY(scene.bernd.engine().run_duties());
            return report.first_error ? Result<>(std::unexpected(*report.first_error)) : Result<>();
        },
        .judge =
            [&](const Result<>&) {
                scene.renew(scene.bernd);
                scene.duties(scene.carla);
                // Everything that waits can be read, and the next one too.
                REQUIRE_OK(scene.send(scene.anna, "next.txt", "small"));
                const auto view = scene.inbox(scene.bernd);
                REQUIRE_OK(view);
                EXPECT_EQ(view->items.size(), 2U);
                for (const client::InboxItem& item : view->items) {
                    EXPECT(item.letter.has_value());
                    EXPECT_OK(client::discard_letter(scene.bernd.engine(),
                                                     scene.mailbox(scene.bernd), item));
                }
            },
    });
    EXPECT(killed >= 8);
}

namespace {

// Homeless: bernd makes a group of himself and carla, and his program dies before its home is made.
struct Homeless : Scene {
    Person& bernd = town.bernd;
    Person& carla = town.world.join("carla", town.anna);

    Homeless() {
        EXPECT_OK(town.anna.engine().run_duties());
        Stopping killing("/v1/spaces");
        bernd.wire().attack(&killing);
        EXPECT(!bernd.engine().create_group("Bau", {user(carla)}));
        EXPECT(killing.stopped > 0);
        bernd.wire().attack(nullptr);
    }
};

}  // namespace

TEST(home_of_a_group_that_two_members_make_at_once_is_one) {
    Homeless scene;
    // While bernd's is on its way carla makes hers.
    class Sooner final : public Adversary {
    public:
        explicit Sooner(Person& other) : other_(other) {}
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            const bool makes = request.method == http::Method::post && request.path == "/v1/spaces";
            if (makes && times++ == 0) EXPECT_OK(other_.engine().run_duties());
            return server(request);
        }
        int times = 0;

    private:
        Person& other_;
    } sooner(scene.carla);
    scene.bernd.wire().attack(&sooner);
    const auto report = scene.bernd.engine().run_duties();
    EXPECT(report && report->failed == 0);
    EXPECT_EQ(sooner.times, 1);
    scene.bernd.wire().attack(nullptr);
    const auto groups = scene.carla.engine().groups();
    REQUIRE(groups && groups->size() == 2);
    for (const client::GroupView& group : *groups) {
        if (group.everyone) continue;
        client::Outbox outbox(scene.town.anna.engine().session());
        EXPECT_OK(outbox.send(api::inbox(group.id), "hello", {}, {}));
        for (Person* person : {&scene.bernd, &scene.carla}) {
            const auto home = person->engine().group_home(group.id);
            REQUIRE_OK(home);
            const auto waiting = client::read_inbox(person->engine(), **home);
            EXPECT(waiting && waiting->items.size() == 1 && waiting->items[0].letter);
        }
    }
}

TEST(what_is_wrong_with_one_groups_home_keeps_nobody_from_other_letters) {
    Bau scene;
    const SpaceId home = scene.mailbox(scene.bernd).id();
    class Garbled final : public Adversary {
    public:
        explicit Garbled(const SpaceId& space) : path_("/v1/spaces/" + space.hex()) {}
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            http::Response answer = server(request);
            if (request.path.starts_with(path_)) answer.body = to_bytes("garbled");
            return answer;
        }

    private:
        std::string path_;
    } garbled(home);
    scene.carla.wire().attack(&garbled);
    const auto mailboxes = scene.carla.engine().mailboxes();
    REQUIRE(mailboxes && mailboxes->size() == 2);
    EXPECT(mailboxes->at(0).space != nullptr && !mailboxes->at(0).trouble);
    EXPECT(mailboxes->at(1).space == nullptr && mailboxes->at(1).trouble);
    scene.carla.wire().attack(nullptr);
    const auto again = scene.carla.engine().mailboxes();
    EXPECT(again && again->size() == 2 && again->at(1).space != nullptr);
}

TEST(home_of_a_group_is_made_by_whoever_is_there_if_its_maker_was_killed) {
    Homeless scene;
    Person& bernd = scene.bernd;
    Person& carla = scene.carla;
    REQUIRE_OK(carla.engine().run_duties());
    const auto groups = carla.engine().groups();
    REQUIRE_OK(groups);
    for (const client::GroupView& group : *groups) {
        if (group.everyone) continue;
        EXPECT_OK(carla.engine().group_home(group.id));
        EXPECT_OK(bernd.engine().group_home(group.id));
        client::Outbox outbox(scene.town.anna.engine().session());
        EXPECT_OK(outbox.send(api::inbox(group.id), "hello", {}, {}));
    }
    EXPECT_EQ(groups->size(), 2U);
    const auto report = bernd.engine().run_duties();
    EXPECT(report && report->failed == 0);
}

TEST(status_tells_members_what_waits_in_the_groups_inbox) {
    Bau scene;
    const auto told = [&](Person& person) {
        const auto conditions = person.engine().conditions();
        return std::ranges::count(conditions, client::ConditionKind::inbox_waiting,
                                  &client::Condition::kind);
    };
    scene.duties(scene.anna);  // what waited was the group's name
    EXPECT_EQ(told(scene.carla), 0);
    REQUIRE_OK(scene.send(scene.anna, "plan.txt", "small"));
    EXPECT_EQ(told(scene.carla), 1);
    EXPECT_EQ(told(scene.anna), 0);
    REQUIRE_OK(scene.file(scene.carla, scene.item(scene.carla), scene.mailbox(scene.carla)));
    EXPECT_EQ(told(scene.bernd), 0);
}

}  // namespace obhut::files
