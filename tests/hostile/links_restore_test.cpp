// Links by URL that a restored server has lost with the rest of a day: those that were made open
// again under the same URL, those that were ended stay ended, and what cannot be is told.
#include "apps/files/letters.h"
#include "client/session.h"
#include "client/spaces/space_parts.h"
#include "core/crypto/box.h"
#include "protocols/api/errors.h"
#include "tests/hostile/backed_up_town.h"
#include "tests/support/links_scene.h"

namespace obhut::test {

namespace {

using client::Condition;
using client::ConditionKind;
using client::MadeLink;
using client::Role;

// LostLinks: anna manages the space, bernd and carla write in it, dora reads. "/projekt/a.txt" is
// in the backup, the link `old` to "/projekt" too. Then carla writes something that goes for good
// with her device, so that the space has to be reset.
struct LostLinks : BackedUpTown {
    files::FolderLinks renewal;
    TestEntropy entropy{79};
    InlineExecutor executor;
    Person& carla;
    Person& dora;
    std::optional<MadeLink> old;

    // `before` happens before the backup.
    explicit LostLinks(const std::function<void(LostLinks&)>& before = {})
        : carla(begin()), dora(world.join("dora", anna)) {
        EXPECT_OK(share(anna, akten, carla, Role::editor));
        EXPECT_OK(share(anna, akten, dora, Role::reader));
        for (Person* person : people()) client::renew_links_with(person->engine(), renewal);
        EXPECT_OK(put(anna, "/projekt", "a.txt", "a"));
        old = link(anna, "/projekt", LinkKind::folder);
        for (Person* person : people()) EXPECT_OK(read(*person, akten, "x/first"));
        if (before) before(*this);
        split();
        EXPECT_OK(write(carla, akten, "x/carla", "goes with her device"));
    }
    std::array<Person*, 4> people() { return {&anna, &bernd, &carla, &dora}; }
    client::Space& space(Person& person) {
        auto opened = person.engine().space(akten);
        if (!EXPECT_OK(opened)) std::abort();
        return **opened;
    }
    Result<> put(Person& person, const std::string& folder, const std::string& name,
                 const std::string& text) {
        TRY(space(person).refresh());
        const Author author{device_of(person), world.clock().now(), entropy};
        return put_text(space(person), author, executor, world.clock(), folder, name, text);
    }
    std::optional<MadeLink> link(Person& person, const std::string& path, LinkKind kind,
                                 client::LinkWish wish = {}) {
        wish.kind = kind;
        EXPECT_OK(space(person).refresh());
        auto made = client::make_link(space(person), wish, files::link_to(path, kind));
        if (!EXPECT_OK(made)) return {};
        return std::move(*made);
    }
    Result<> end(Person& person, const MadeLink& made) {
        TRY(space(person).refresh());
        return client::end_link(space(person), {made.target, made.url.id});
    }
    // lose puts the backup in place, and anna gives up what nobody has any more.
    void lose() {
        restore();
        dora.wire().connect(shadow);
        pass_grace();
        EXPECT_OK(anna.engine().run_duties());
        EXPECT_OK(anna.engine().reset_space(akten, space::ResetReason::backup_too_old));
    }
    // shown is what a visitor sees: names in a folder, a file's text, "upload"; "-" if it is
    // closed.
    std::string shown(const MadeLink& made, std::string_view password = {}) {
        Wire wire(shadow);
        client::ImpatientWaiter waiter;
        TestEntropy dice(entropy.next());
        std::optional<ByteView> given;
        if (!password.empty()) given = as_bytes(password);
        auto visitor = client::Visitor::open({wire, world.clock(), dice, &waiter}, made.url, given);
        if (!visitor) return visitor.error().is(errors::link_closed) ? "-" : show(visitor.error());
        if ((*visitor)->record().kind == LinkKind::upload) return "upload";
        const auto visit = files::Visit::of(**visitor);
        if ((*visitor)->record().kind == LinkKind::file) return text_of(**visitor, *visit);
        std::string all;
        EXPECT_OK(visit->files().walk(visit->shown().entry.id,
                                      [&](const std::string& path, const files::Found&) {
                                          all += path + " ";
                                          return Result<bool>(true);
                                      }));
        return all;
    }
    std::string text_of(client::Visitor& visitor, files::Visit& visit) {
        const Entry entry = visit.shown().entry.clone();
        content::Reader reader(visitor.place(), visitor, executor);
        content::MemorySink sink;
        const auto small = visit.files().small_content(entry);
        if (!EXPECT_OK(small)) return {};
        Result<> outcome;
        EXPECT_OK(reader.read(*entry.content, *small, sink, [&](Result<> done) -> Result<> {
            outcome = done;
            return {};
        }));
        EXPECT_OK(reader.flush());
        return outcome ? std::string(as_text(sink.bytes())) : show(outcome.error());
    }
    std::vector<Condition> told(Person& person, ConditionKind kind) {
        std::vector<Condition> found;
        for (Condition& condition : person.engine().conditions())
            if (condition.kind == kind) found.push_back(std::move(condition));
        return found;
    }
    // duties of somebody leave nothing waiting.
    void does_duties(Person& person) {
        EXPECT_OK(person.engine().run_duties());
        EXPECT_EQ(person.engine().status().waiting, 0U);
    }
    void expect_clean() {
        EXPECT_OK(space(anna).refresh());
        files::FilesChecker checker(executor);
        const auto report = anna.engine().verify(akten, &checker, nullptr);
        if (EXPECT_OK(report)) EXPECT_EQ(report->problems.size(), 0U);
        EXPECT(!alarmed(anna) && !alarmed(bernd));
    }

private:
    Person& begin() {
        world.server().mirror(&shadow);
        return world.join("carla", anna);
    }
};

// MadeWatch counts the links that somebody asks a server to make.
class MadeWatch final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (request.method == http::Method::post && request.path.ends_with("/links"))
            if (const auto sent = decode<api::AppendLink>(request.body); sent && sent->links)
                for (const api::LinkChange& change : *sent->links) made += change.terms ? 1 : 0;
        return server(request);
    }
    int made = 0;
};

}  // namespace

TEST(links_that_a_restore_lost_open_again) {
    LostLinks town;
    EXPECT_OK(town.put(town.bernd, "/projekt", "b.txt", "b"));
    client::LinkWish wish;
    wish.password = SecretBytes(as_bytes("mellon"));
    const auto folder = town.link(town.bernd, "/projekt", LinkKind::folder);
    const auto upload = town.link(town.bernd, "/projekt", LinkKind::upload);
    const auto small = town.link(town.bernd, "/projekt/a.txt", LinkKind::file);
    const auto locked = town.link(town.bernd, "/projekt/b.txt", LinkKind::file, std::move(wish));
    REQUIRE(folder && upload && small && locked);
    town.lose();
    for (const auto* made : {&folder, &upload, &small}) EXPECT_EQ(town.shown(**made), "-");
    town.does_duties(town.bernd);
    EXPECT_EQ(town.shown(*folder), "a.txt b.txt ");
    EXPECT_EQ(town.shown(*upload), "upload");
    EXPECT_EQ(town.shown(*small), "a");
    EXPECT_EQ(town.shown(*locked, "mellon"), "b");
    EXPECT_EQ(town.shown(*locked, "melon"), "-");
    // They follow as before, and what was there before them follows, too.
    EXPECT_OK(town.put(town.anna, "/projekt", "c.txt", "c"));
    EXPECT_EQ(town.shown(*folder), "a.txt b.txt c.txt ");
    EXPECT_EQ(town.shown(*town.old), "a.txt b.txt c.txt ");
    // What comes by the upload link is sealed to the key that the space has.
    const auto links = client::list_links(town.space(town.anna));
    REQUIRE_OK(links);
    EXPECT_EQ(links->size(), 5U);
    for (const client::LinkView& view : *links) EXPECT(view.open);
    town.expect_clean();
    // Once.
    MadeWatch watch;
    town.bernd.wire().attack(&watch);
    town.does_duties(town.bernd);
    town.bernd.wire().attack(nullptr);
    EXPECT_EQ(watch.made, 0);
}

TEST(large_file_that_a_restore_lost_comes_back_with_its_link) {
    // Its manifest is in no request of a commit: it went ahead, and is kept by itself.
    LostLinks town;
    std::string text;
    for (int i = 0; text.size() < 3'000'000; ++i) text += std::to_string(i) + " ";
    EXPECT_OK(town.put(town.bernd, "/projekt", "b.bin", text));
    const auto made = town.link(town.bernd, "/projekt/b.bin", LinkKind::file);
    REQUIRE(made.has_value());
    town.lose();
    EXPECT_OK(town.bernd.reopen());
    client::renew_links_with(town.bernd.engine(), town.renewal);
    town.does_duties(town.bernd);
    EXPECT(town.shown(*made) == text);
    town.expect_clean();
}

TEST(links_of_several_devices_come_back_in_any_order) {
    for (const bool anna_first : {true, false}) {
        LostLinks town;
        EXPECT_OK(town.put(town.anna, "/neu", "n.txt", "n"));
        const auto annas = town.link(town.anna, "/projekt", LinkKind::folder);
        const auto bernds = town.link(town.bernd, "/neu", LinkKind::folder);
        const auto file = town.link(town.bernd, "/neu/n.txt", LinkKind::file);
        REQUIRE(annas && bernds && file);
        EXPECT_OK(town.put(town.bernd, "/projekt", "b.txt", "b"));
        town.lose();
        Person* const order[] = {&town.anna, &town.bernd};
        for (int round = 0; round < 2; ++round)
            for (int i = 0; i < 2; ++i)
                EXPECT_OK(order[(i + (anna_first ? 0 : 1)) % 2]->engine().run_duties());
        EXPECT_EQ(town.shown(*annas), "a.txt b.txt ");
        EXPECT_EQ(town.shown(*bernds), "n.txt ");
        EXPECT_EQ(town.shown(*file), "n");
        EXPECT_EQ(town.anna.engine().status().waiting, 0U);
        EXPECT_EQ(town.bernd.engine().status().waiting, 0U);
        town.expect_clean();
    }
}

TEST(sr_39_link_that_was_ended_before_a_restore_stays_ended) {
    LostLinks town;
    EXPECT_OK(town.end(town.bernd, *town.old));
    town.lose();
    EXPECT(town.shown(*town.old) != "-");  // the backup knows nothing of it
    town.does_duties(town.bernd);
    EXPECT_EQ(town.shown(*town.old), "-");
    town.does_duties(town.anna);
    EXPECT_EQ(client::list_links(town.space(town.anna))->size(), 0U);
    town.expect_clean();
}

TEST(sr_39_link_that_somebody_else_ended_is_not_made_again) {
    for (const bool maker_first : {true, false}) {
        LostLinks town;
        const auto made = town.link(town.bernd, "/projekt", LinkKind::folder);
        REQUIRE(made.has_value());
        EXPECT_OK(town.end(town.anna, *made));
        town.lose();
        if (maker_first) EXPECT_OK(town.bernd.engine().run_duties());
        town.does_duties(town.anna);
        town.does_duties(town.bernd);
        EXPECT_EQ(town.shown(*made), "-");
        EXPECT_EQ(client::list_links(town.space(town.anna))->size(), 1U);
        town.expect_clean();
    }
}

TEST(sr_39_link_that_its_maker_ended_is_open_at_no_time) {
    LostLinks town;
    const auto made = town.link(town.bernd, "/projekt", LinkKind::folder);
    const auto other = town.link(town.bernd, "/projekt", LinkKind::upload);
    REQUIRE(made && other);
    EXPECT_OK(town.end(town.bernd, *made));
    town.lose();
    MadeWatch watch;
    town.bernd.wire().attack(&watch);
    town.does_duties(town.bernd);
    town.bernd.wire().attack(nullptr);
    EXPECT_EQ(watch.made, 1);
    EXPECT_EQ(town.shown(*made), "-");
    EXPECT_EQ(town.shown(*other), "upload");
    town.expect_clean();
}

TEST(sr_39_link_that_a_restore_lost_can_be_ended_before_it_is_there) {
    LostLinks town;
    const auto made = town.link(town.bernd, "/projekt", LinkKind::folder);
    REQUIRE(made.has_value());
    // Nothing was lost: there is no such link.
    EXPECT_ERROR(client::end_lost_link(town.space(town.anna), client::LinkId{{9}}),
                 errors::link_closed);
    town.lose();
    EXPECT_OK(town.space(town.dora).refresh());
    EXPECT_ERROR(client::end_lost_link(town.space(town.dora), made->url.id), errors::not_editor);
    EXPECT_OK(client::end_lost_link(town.space(town.anna), made->url.id));
    town.does_duties(town.bernd);
    EXPECT_EQ(town.shown(*made), "-");
}

TEST(sr_39_link_that_a_restore_lost_can_be_ended_by_who_lets_the_space_go_on) {
    LostLinks town;
    const auto made = town.link(town.bernd, "/projekt", LinkKind::folder);
    REQUIRE(made.has_value());
    town.restore();
    town.pass_grace();
    // Anna's device does not know of the restore, and has seen nothing newer.
    EXPECT_OK(client::end_link(town.space(town.anna), {made->target, made->url.id}));
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(town.bernd.engine().status().waiting, 0U);
    EXPECT_EQ(town.shown(*made), "-");
}

TEST(sr_39_link_that_a_reader_ended_is_ended_again) {
    LostLinks town;
    EXPECT_OK(town.end(town.dora, *town.old));
    const auto made = town.link(town.bernd, "/projekt", LinkKind::upload);
    REQUIRE(made.has_value());
    EXPECT_OK(town.end(town.dora, *made));
    town.lose();
    EXPECT(town.shown(*town.old) != "-");
    EXPECT_OK(town.dora.engine().run_duties());
    EXPECT_EQ(town.shown(*town.old), "-");
    // What comes back later is ended then.
    town.does_duties(town.bernd);
    EXPECT_OK(town.dora.engine().run_duties());
    EXPECT_EQ(town.shown(*made), "-");
}

TEST(sr_39_link_made_again_is_closed_if_who_could_know_it_is_gone) {
    // Dora could read when the link was made, in an epoch that is lost; she is taken out by one of
    // the same number.
    LostLinks town;
    EXPECT_OK(share(town.anna, town.akten, town.bernd, Role::manager));
    const auto made = town.link(town.bernd, "/projekt", LinkKind::folder);
    const auto kept = town.link(town.bernd, "/projekt/a.txt", LinkKind::file);
    REQUIRE(made && kept);
    const auto lost = client::list_links(town.space(town.bernd));
    REQUIRE_OK(lost);
    std::uint64_t epoch = 0;
    for (const client::LinkView& view : *lost) epoch = std::max(epoch, view.entry.epoch);
    town.lose();
    EXPECT_OK(unshare(town.anna, town.akten, town.dora));
    EXPECT(town.space(town.anna).parts().chain.chain().last_epoch() == epoch);
    town.does_duties(town.bernd);
    town.does_duties(town.bernd);
    EXPECT_EQ(town.shown(*made), "-");
    EXPECT_EQ(town.shown(*kept), "a");
}

TEST(link_that_was_kept_before_a_restore_is_kept_again) {
    // Dora was removed before the backup, and anna said afterwards that the links stay.
    for (const bool kept : {true, false}) {
        LostLinks town(
            [](LostLinks& before) { EXPECT_OK(unshare(before.anna, before.akten, before.dora)); });
        if (kept) EXPECT_OK(client::keep_links(town.space(town.anna)));
        town.lose();
        town.does_duties(town.anna);
        town.does_duties(town.bernd);
        EXPECT_EQ(town.shown(*town.old), kept ? "a.txt " : "-");
    }
}

TEST(file_link_waits_for_who_has_the_file) {
    LostLinks town;
    const std::string text(5000, 'c');
    EXPECT_OK(town.put(town.carla, "/projekt", "c.txt", text));
    const auto made = town.link(town.bernd, "/projekt/c.txt", LinkKind::file);
    REQUIRE(made.has_value());
    town.lose();
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(town.shown(*made), "-");
    const auto lost = town.told(town.bernd, ConditionKind::link_lost);
    REQUIRE(lost.size() == 1);
    EXPECT_EQ(lost[0].target, "c.txt");
    EXPECT_EQ(lost[0].link, made->url.id.hex());
    EXPECT(lost[0].error && lost[0].error->is(errors::content_lost));
    EXPECT_EQ(town.bernd.engine().status().waiting, 1U);
    // It keeps nobody from working.
    EXPECT_OK(write(town.bernd, town.akten, "x/1", "goes on"));
    town.carla.wire().connect(town.shadow);
    town.does_duties(town.carla);
    town.does_duties(town.bernd);
    EXPECT_EQ(town.shown(*made), text);
    EXPECT_EQ(town.told(town.bernd, ConditionKind::link_lost).size(), 0U);
    town.expect_clean();
}

TEST(file_link_is_given_up_when_nobody_keeps_the_file_any_more) {
    LostLinks town;
    EXPECT_OK(town.put(town.carla, "/projekt", "c.txt", std::string(5000, 'c')));
    const auto made = town.link(town.bernd, "/projekt/c.txt", LinkKind::file);
    REQUIRE(made.has_value());
    town.lose();
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(town.bernd.engine().status().waiting, 1U);
    town.world.clock().advance(31 * kDay);
    EXPECT_OK(town.anna.engine().run_duties());  // a pulse: the time has passed for certain
    EXPECT_OK(town.bernd.engine().run_duties());
    town.does_duties(town.bernd);
    EXPECT_EQ(town.shown(*made), "-");
}

TEST(folder_link_whose_folder_is_lost_is_told) {
    LostLinks town;
    EXPECT_OK(town.put(town.carla, "/carlas", "c.txt", "c"));
    const auto made = town.link(town.bernd, "/carlas", LinkKind::folder);
    REQUIRE(made.has_value());
    town.lose();
    town.does_duties(town.bernd);
    EXPECT_EQ(town.shown(*made), "");
    const auto empty = town.told(town.bernd, ConditionKind::link_empty);
    REQUIRE(empty.size() == 1);
    EXPECT_EQ(empty[0].target, "carlas");
    town.carla.wire().connect(town.shadow);
    town.does_duties(town.carla);
    EXPECT_EQ(town.shown(*made), "c.txt ");
    EXPECT_OK(town.space(town.bernd).refresh());
    EXPECT_EQ(town.told(town.bernd, ConditionKind::link_empty).size(), 0U);
    town.expect_clean();
}

TEST(sr_39_link_is_made_again_under_its_own_terms_only) {
    // As after a commit that was set aside: the server has the link, the space does not.
    LostLinks town;
    MadeWatch watch;
    town.anna.wire().attack(&watch);
    std::optional<api::AppendLink> sent;
    class Withheld final : public Adversary {
    public:
        explicit Withheld(std::optional<api::AppendLink>& sent) : sent_(sent) {}
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            if (request.method != http::Method::post || !request.path.ends_with("/links"))
                return server(request);
            auto link = decode<api::AppendLink>(request.body);
            if (link) sent_ = std::move(*link);
            return fail(errors::unreachable);
        }

    private:
        std::optional<api::AppendLink>& sent_;
    } withheld(sent);
    town.carla.wire().attack(&withheld);
    EXPECT(!write(town.carla, town.akten, "x/2", "on its way"));
    town.carla.wire().attack(nullptr);
    REQUIRE(sent.has_value());
    const auto keys = client::link_keys(town.old->url.secret, town.old->url.id, {});
    REQUIRE_OK(keys);
    api::LinkChange again{town.old->url.id, api::LinkTerms{}, Bytes(1000, 1)};
    again.terms->kind = LinkKind::folder;
    const auto send = [&] {
        sent->links = std::vector{again};
        return town.carla.engine().session().remote.append_link(town.akten, encode(*sent));
    };
    EXPECT_ERROR(send(), errors::link_wrong);  // another secret
    again.terms->auth = sha256(keys->auth.expose());
    again.terms->limit = 7;
    EXPECT_ERROR(send(), errors::link_wrong);
    again.terms->limit.reset();
    EXPECT_OK(send());
    EXPECT_ERROR(
        client::Visitor::open({town.carla.wire(), town.world.clock(), town.entropy, nullptr},
                              town.old->url, {}),
        errors::link_tampered);
}

}  // namespace obhut::test
