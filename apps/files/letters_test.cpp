// Letters: between colleagues and by upload links, filed once whatever happens.
#include "apps/files/letters.h"

#include "client/drops/outbox.h"
#include "client/leases/lease.h"
#include "client/links/links.h"
#include "protocols/api/errors.h"
#include "protocols/http/errors.h"
#include "tests/support/links_scene.h"

namespace obhut::files {

using namespace obhut::test;

namespace {

Result<> send(Scene& scene, Person& from, Person& to, const std::string& name,
              const std::string& text) {
    const client::Person person = TRY(from.engine().find_person(to.email));
    client::Outbox outbox(from.engine().session());
    const auto transfer = outbox.transfer(person.id);
    LetterWriter writer(from.engine().status().org, *transfer, scene.entropy, scene.executor);
    content::MemorySource source(to_bytes(text));
    TRY(writer.add(source, name, {}));
    auto written = TRY(writer.finish());
    TRY(outbox.send(person.id, "hello", std::move(written.files), std::move(written.objects)));
    return {};
}

Result<client::InboxView> inbox(Person& person) {
    return client::read_inbox(person.engine(), *TRY(person.engine().home()));
}

Result<std::vector<std::string>> file(Scene& scene, Person& person, const client::InboxItem& item) {
    const Author author = scene.author(person);
    return file_into(person.engine(), *TRY(person.engine().home()), item, *scene.space(person),
                     "/post", {scene.executor, author});
}

std::string names_in(Scene& scene, Person& person, const std::string& folder) {
    client::Space* space = scene.space(person);
    EXPECT_OK(space->refresh());
    const auto view = SpaceView::newest(*space);
    if (!EXPECT_OK(view)) return "";
    const auto id = view->files().folder(folder);
    if (!id) return "";
    std::string names;
    const auto listed = view->files().list(*id, "", 100);
    if (!EXPECT_OK(listed)) return "";
    for (const Found& found : *listed) names += found.name + " ";
    return names;
}

std::size_t leases(client::Space& space) {
    const auto found = client::leases_of(space);
    return EXPECT_OK(found) ? found->size() : 99;
}

// Loses answers, or requests, of some path.
class Losing final : public Adversary {
public:
    std::string part;
    bool carried_out = true;
    int times = 0;
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (times == 0 || request.path.find(part) == std::string::npos) return server(request);
        --times;
        if (carried_out) server(request);
        return fail(errors::unreachable);
    }
};

// Refuses every drop, as a server does that has no room for it.
class Refusing final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (!request.path.ends_with("/drops")) return server(request);
        return fail(errors::drop_refused);
    }
};

}  // namespace

TEST(sr_40_a_letter_comes_signed_and_is_filed_once) {
    Scene scene;
    Person& anna = scene.town.anna;
    Person& bernd = scene.town.bernd;
    REQUIRE_OK(send(scene, anna, bernd, "plan.txt", "small"));
    REQUIRE_OK(send(scene, anna, bernd, "gross.bin", std::string(3'000'000, 'g')));
    auto waiting = inbox(bernd);
    REQUIRE_OK(waiting);
    REQUIRE(waiting->items.size() == 2);
    EXPECT(waiting->missing.empty());
    for (const client::InboxItem& item : waiting->items) {
        REQUIRE(item.letter.has_value());
        EXPECT_EQ(item.letter->sender->hex(), anna.engine().status().user.hex());
        EXPECT_OK(file(scene, bernd, item));
        // Again, as a second device with the same list would.
        const auto again = file(scene, bernd, item);
        EXPECT(again && again->empty());
    }
    EXPECT_EQ(names_in(scene, anna, "/post"), "gross.bin plan.txt ");
    waiting = inbox(bernd);
    REQUIRE_OK(waiting);
    EXPECT(waiting->items.empty());
    expect_clean(scene, anna);
}

TEST(sr_40_a_lost_acknowledgement_sends_and_files_nothing_twice) {
    Scene scene;
    Person& anna = scene.town.anna;
    Person& bernd = scene.town.bernd;
    Losing losing;
    losing.part = "/drops";
    losing.times = 1;
    anna.wire().attack(&losing);
    EXPECT_ERROR(send(scene, anna, bernd, "a.txt", "a"), errors::unreachable);
    REQUIRE_OK(anna.reopen());
    EXPECT_EQ(client::Outbox(anna.engine().session()).run().value_or(0), 1U);
    auto waiting = inbox(bernd);
    REQUIRE_OK(waiting);
    REQUIRE(waiting->items.size() == 1);
    // Killed after the files are in, before the mailbox and the server know.
    Losing dying;
    dying.part = "/done";
    dying.carried_out = false;
    dying.times = 1;
    bernd.wire().attack(&dying);
    EXPECT_ERROR(file(scene, bernd, waiting->items[0]), errors::unreachable);
    REQUIRE_OK(bernd.reopen());
    scene.renew(bernd);
    waiting = inbox(bernd);
    REQUIRE_OK(waiting);
    EXPECT(waiting->items.empty());
    EXPECT_EQ(names_in(scene, anna, "/post"), "a.txt ");
}

TEST(a_letter_that_waited_too_long_is_told_to_its_sender) {
    Scene scene;
    Person& anna = scene.town.anna;
    Person& bernd = scene.town.bernd;
    Losing losing;
    losing.part = "/drops";
    losing.carried_out = false;
    losing.times = 1;
    anna.wire().attack(&losing);
    EXPECT_ERROR(send(scene, anna, bernd, "plan.pdf", std::string(100'000, 'p')),
                 errors::unreachable);
    client::Outbox outbox(anna.engine().session());
    const auto told = [&](client::ConditionKind kind) {
        const auto conditions = anna.engine().conditions();
        return std::ranges::count(conditions, kind, &client::Condition::kind);
    };
    EXPECT_EQ(told(client::ConditionKind::letter_waiting), 1);
    scene.town.world.clock().advance(8 * kDay);
    while (scene.town.world.server().service().tend().value_or(false)) {
    }
    EXPECT_EQ(outbox.run().value_or(99), 0U);
    const auto unsent = outbox.waiting();
    REQUIRE(unsent && unsent->size() == 1);
    EXPECT(unsent->front().refused && unsent->front().refused->is(errors::letter_files_gone));
    EXPECT_EQ(unsent->front().files.front(), "plan.pdf");
    EXPECT_EQ(told(client::ConditionKind::letter_refused), 1);
    EXPECT_OK(outbox.discard(unsent->front().id));
    EXPECT_ERROR(outbox.discard(unsent->front().id), errors::letter_not_waiting);
    EXPECT_EQ(told(client::ConditionKind::letter_refused), 0);
}

TEST(a_letter_that_is_refused_at_once_leaves_no_gap) {
    Scene scene;
    Person& anna = scene.town.anna;
    Person& bernd = scene.town.bernd;
    Refusing refusing;
    anna.wire().attack(&refusing);
    EXPECT_ERROR(send(scene, anna, bernd, "a.txt", "a"), errors::drop_refused);
    anna.wire().attack(nullptr);
    const auto unsent = client::Outbox(anna.engine().session()).waiting();
    EXPECT(unsent && unsent->empty());
    EXPECT_OK(send(scene, anna, bernd, "b.txt", "b"));
    const auto waiting = inbox(bernd);
    REQUIRE_OK(waiting);
    REQUIRE(waiting->items.size() == 1);
    EXPECT_OK(file(scene, bernd, waiting->items[0]));
    EXPECT(inbox(bernd)->missing.empty());
}

namespace {

// Dying carries out what is posted to one path; then the program can ask for nothing more.
class Dying final : public Adversary {
public:
    explicit Dying(std::string path) : path_(std::move(path)) {}
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (dead) return fail(errors::unreachable);
        dead = request.method == http::Method::post && request.path == path_;
        http::Response answer = server(request);
        if (!dead) return answer;
        return fail(errors::outcome_unknown);
    }
    bool dead = false;

private:
    std::string path_;
};

// Interrupted is bernd, whose program ends while a commit of one space cannot be sent; then he
// files the letter elsewhere.
struct Interrupted : Scene {
    Person& anna = town.anna;
    Person& bernd = town.bernd;

    client::Space& home() { return **bernd.engine().home(); }
    Result<std::vector<std::string>> into(client::Space& target, const client::InboxItem& item) {
        const Author author = Scene::author(bernd);
        return file_into(bernd.engine(), home(), item, target, "/post", {executor, author});
    }
    client::InboxItem item() {
        auto waiting = inbox(bernd);
        if (!EXPECT_OK(waiting) || waiting->items.size() != 1) std::abort();
        return std::move(waiting->items[0]);
    }
    std::size_t copies() {
        std::size_t count = 0;
        for (client::Space* one : {&home(), space(bernd)}) {
            EXPECT_OK(one->refresh());
            const auto view = SpaceView::newest(*one);
            if (!EXPECT_OK(view)) return 99;
            EXPECT_OK(view->files().walk(
                kRoot, [&](const std::string&, const Found& found) -> Result<bool> {
                    count += found.entry.content ? 1U : 0U;
                    return true;
                }));
        }
        return count;
    }
    // dies_after_filing: bernd files it there, and is killed before he hears of it.
    void dies_after_filing(client::Space& target, const client::InboxItem& item) {
        Dying dying("/v1/spaces/" + target.id().hex() + "/links");
        bernd.wire().attack(&dying);
        EXPECT(!into(target, item));
        EXPECT(dying.dead);
        bernd.wire().attack(nullptr);
    }
    void reopen() {
        REQUIRE_OK(bernd.reopen());
        renew(bernd);
    }
};

// Keeper cuts off what is posted to one path, and keeps it.
class Keeper final : public Adversary {
public:
    explicit Keeper(std::string path) : path_(std::move(path)) {}
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (request.method != http::Method::post || request.path != path_) return server(request);
        kept.push_back(request);
        return fail(errors::unreachable);
    }
    std::vector<http::Request> kept;

private:
    std::string path_;
};

}  // namespace

TEST(sr_40_a_letter_whose_filing_was_never_sent_is_filed_once_elsewhere) {
    for (const bool home_first : {true, false}) {
        Interrupted scene;
        REQUIRE_OK(send(scene, scene.anna, scene.bernd, "a.txt", "a"));
        client::Space& first = home_first ? scene.home() : *scene.space(scene.bernd);
        Keeper keeper("/v1/spaces/" + first.id().hex() + "/links");
        scene.bernd.wire().attack(&keeper);
        EXPECT(!scene.into(first, scene.item()));
        EXPECT(!keeper.kept.empty());
        scene.bernd.wire().attack(nullptr);
        scene.reopen();
        client::Space& second = home_first ? *scene.space(scene.bernd) : scene.home();
        EXPECT_OK(scene.into(second, scene.item()));
        // What was on its way arrives; what was in the journal is looked at, when it is nobody's.
        scene.town.world.clock().advance(3 * kMinute);
        for (const http::Request& request : keeper.kept)
            (void)scene.town.world.server().answer(request);
        scene.reopen();
        EXPECT_OK(scene.bernd.engine().run_duties());
        EXPECT_EQ(scene.bernd.engine().status().waiting, 0U);
        EXPECT_EQ(scene.copies(), 1U);
        const auto waiting = inbox(scene.bernd);
        EXPECT(waiting && waiting->items.empty() && waiting->missing.empty());
    }
}

TEST(sr_40_a_letter_that_is_filed_but_not_acknowledged_is_not_filed_elsewhere) {
    for (const bool home_first : {true, false}) {
        Interrupted scene;
        REQUIRE_OK(send(scene, scene.anna, scene.bernd, "a.txt", "a"));
        client::Space& first = home_first ? scene.home() : *scene.space(scene.bernd);
        const client::InboxItem item = scene.item();
        scene.dies_after_filing(first, item);
        scene.reopen();
        client::Space& second = home_first ? *scene.space(scene.bernd) : scene.home();
        const auto again = scene.into(second, item);
        EXPECT(again && again->empty());
        EXPECT_EQ(scene.copies(), 1U);
    }
}

TEST(sr_40_a_letter_filed_before_a_restore_waits_for_that_space) {
    Interrupted scene;
    REQUIRE_OK(send(scene, scene.anna, scene.bernd, "a.txt", "a"));
    client::Space& first = *scene.space(scene.bernd);
    const client::InboxItem item = scene.item();
    scene.dies_after_filing(first, item);
    // Bernd does not manage the space: until anna has been there he can write nothing in it.
    scene.town.world.server().come_back();
    scene.reopen();
    EXPECT_ERROR(scene.into(scene.home(), item), errors::space_read_only);
    EXPECT_OK(scene.anna.engine().run_duties());
    const auto again = scene.into(scene.home(), item);
    EXPECT(again && again->empty());
    EXPECT_EQ(scene.copies(), 1U);
}

TEST(sr_40_a_letter_filed_where_one_reads_only_now_counts) {
    Interrupted scene;
    REQUIRE_OK(send(scene, scene.anna, scene.bernd, "a.txt", "a"));
    client::Space& first = *scene.space(scene.bernd);
    const client::InboxItem item = scene.item();
    scene.dies_after_filing(first, item);
    EXPECT_OK(share(scene.anna, scene.town.akten, scene.bernd, client::Role::reader));
    scene.reopen();
    const auto again = scene.into(scene.home(), item);
    EXPECT(again && again->empty());
    EXPECT_EQ(scene.copies(), 1U);
}

TEST(sr_45_a_lease_is_not_overlooked_because_its_key_did_not_come) {
    Scene scene;
    const Bytes resource = to_bytes("0123456789abcdef");
    Person& carla = scene.town.world.join("carla", scene.town.anna);
    REQUIRE_OK(scene.space(scene.town.bernd)->refresh());
    // A new epoch, of which bernd has not heard.
    REQUIRE_OK(share(scene.town.anna, scene.town.akten, carla, client::Role::reader));
    REQUIRE_OK(client::take_lease(*scene.space(scene.town.anna), client::LeaseKind::lock, resource,
                                  kMinute));
    Losing losing;
    losing.part = "/epochs/";
    losing.times = 1;
    scene.town.bernd.wire().attack(&losing);
    const auto take = [&] {
        return client::take_lease(*scene.space(scene.town.bernd), client::LeaseKind::lock, resource,
                                  kMinute);
    };
    EXPECT_ERROR(take(), errors::unreachable);
    EXPECT_EQ(losing.times, 0);
    EXPECT_ERROR(take(), errors::lease_moved);
}

TEST(sr_40_a_letter_that_is_held_back_is_missed) {
    Scene scene;
    Person& anna = scene.town.anna;
    Person& bernd = scene.town.bernd;
    REQUIRE_OK(send(scene, anna, bernd, "one.txt", "1"));
    REQUIRE_OK(send(scene, anna, bernd, "two.txt", "2"));
    REQUIRE_OK(send(scene, anna, bernd, "three.txt", "3"));
    auto waiting = inbox(bernd);
    REQUIRE_OK(waiting);
    REQUIRE(waiting->items.size() == 3);
    // The server drops the second one.
    for (const client::InboxItem& item : waiting->items)
        if (item.letter->counter == 2U)
            REQUIRE_OK(bernd.engine().session().remote.drops_done(item.inbox, {{item.drop}}));
    for (const client::InboxItem& item : waiting->items)
        if (item.letter->counter != 2U) REQUIRE_OK(file(scene, bernd, item));
    waiting = inbox(bernd);
    REQUIRE_OK(waiting);
    REQUIRE(waiting->missing.size() == 1);
    EXPECT_EQ(waiting->missing[0].counters.size(), 1U);
    EXPECT_EQ(waiting->missing[0].counters[0], 2U);
}

TEST(sr_40_keys_of_an_inbox_are_renewed_closed_and_deleted) {
    Scene scene;
    Person& anna = scene.town.anna;
    Person& bernd = scene.town.bernd;
    REQUIRE_OK(bernd.engine().run_duties());
    REQUIRE_OK(send(scene, anna, bernd, "a.txt", "a"));
    const auto state = [&] {
        const auto key =
            bernd.engine().session().remote.inbox_key(api::inbox(bernd.engine().status().user));
        return key.value_or(api::InboxState{});
    };
    EXPECT_EQ(state().number, 1U);
    for (int week = 0; week < 3; ++week) {
        scene.town.world.clock().advance(8 * kDay);
        REQUIRE_OK(anna.engine().run_duties());
        REQUIRE_OK(bernd.engine().run_duties());
    }
    EXPECT(state().number >= 3);
    EXPECT(state().closed >= 1);
    // What waits keeps its key.
    auto waiting = inbox(bernd);
    REQUIRE_OK(waiting);
    REQUIRE(waiting->items.size() == 1);
    EXPECT(waiting->items[0].letter.has_value());
    REQUIRE_OK(file(scene, bernd, waiting->items[0]));
    REQUIRE_OK(bernd.engine().run_duties());
    const auto home = bernd.engine().home();
    REQUIRE_OK(home);
    Bytes first = to_bytes("q/");
    append_be32(first, 1);
    EXPECT(!(*(*home)->snapshot())->tree.lookup(first).value_or(tree::Value()).has_value());
    REQUIRE_OK(send(scene, anna, bernd, "b.txt", "b"));
    waiting = inbox(bernd);
    REQUIRE_OK(waiting);
    REQUIRE(waiting->items.size() == 1);
    EXPECT(waiting->items[0].letter.has_value());
}

namespace {

// Whether the server says of the space, when spaces are listed, that uploads wait in it.
bool something_waits(Scene& scene) {
    const auto views = scene.town.anna.engine().spaces();
    if (!EXPECT_OK(views)) return false;
    return std::ranges::any_of(*views, [&](const client::SpaceView& view) {
        return view.id == scene.town.akten && view.drops;
    });
}

}  // namespace

TEST(what_is_put_by_an_upload_link_is_filed_by_any_editor) {
    Scene scene;
    REQUIRE_OK(scene.put(scene.town.anna, "/eingang", "hinweis.txt", "x"));
    const auto made = scene.link(scene.town.anna, "/eingang", LinkKind::upload);
    REQUIRE_OK(made);
    Guest guest(scene);
    REQUIRE_OK(guest.open(made->url));
    const auto transfer = client::transfer_by_link(*guest.visitor);
    LetterWriter writer(guest.visitor->record().org, *transfer, guest.entropy, scene.executor);
    content::MemorySource source(to_bytes(std::string(2'000'000, 'u')));
    EXPECT(!something_waits(scene));
    REQUIRE_OK(writer.add(source, "angebot.pdf", {}));
    auto written = writer.finish();
    REQUIRE_OK(written);
    REQUIRE_OK(client::send_by_link(*guest.visitor, guest.entropy, scene.town.world.clock(),
                                    std::move(written->files), std::move(written->objects)));
    EXPECT(something_waits(scene));
    for (Person* person : {&scene.town.bernd, &scene.town.anna}) {
        REQUIRE_OK(scene.space(*person)->refresh());
        const Author author = scene.author(*person);
        const auto filed =
            file_uploads(person->engine(), *scene.space(*person), {scene.executor, author});
        REQUIRE_OK(filed);
        EXPECT_EQ(filed->size(), person == &scene.town.bernd ? 1U : 0U);
    }
    EXPECT(!something_waits(scene));
    EXPECT_EQ(names_in(scene, scene.town.anna, "/eingang"), "angebot.pdf hinweis.txt ");
    expect_clean(scene, scene.town.anna);
}

TEST(sr_45_a_lease_belongs_to_one_device_until_it_ends) {
    Scene scene;
    const Bytes resource = to_bytes("0123456789abcdef");
    client::Space* annas = scene.space(scene.town.anna);
    client::Space* bernds = scene.space(scene.town.bernd);
    REQUIRE_OK(bernds->refresh());
    const auto held =
        client::take_lease(*annas, client::LeaseKind::lock, resource, kMinute, "Writer");
    REQUIRE_OK(held);
    EXPECT_ERROR(client::take_lease(*bernds, client::LeaseKind::lock, resource, kMinute),
                 errors::lease_moved);
    auto seen = client::leases_of(*bernds);
    REQUIRE_OK(seen);
    REQUIRE(seen->size() == 1);
    EXPECT_EQ(seen->front().record.text, "Writer");
    EXPECT(!seen->front().own);
    // Renewed by its holder; given back; over by itself.
    REQUIRE_OK(client::take_lease(*annas, client::LeaseKind::lock, resource, kMinute));
    scene.town.world.clock().advance(2 * kMinute);
    const auto next = client::take_lease(*bernds, client::LeaseKind::lock, resource, kMinute);
    REQUIRE_OK(next);
    REQUIRE_OK(client::give_back(*annas, *held));  // somebody else's by now: left alone
    EXPECT_EQ(leases(*annas), 1U);
    REQUIRE_OK(client::give_back(*bernds, *next));
    EXPECT_EQ(leases(*annas), 0U);
}

}  // namespace obhut::files
