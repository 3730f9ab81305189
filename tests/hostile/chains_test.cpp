// The server and the chains it keeps: rolled back, cut, changed, forked, with members of its own.
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "protocols/api/problem.h"
#include "tests/hostile/fork.h"
#include "tests/hostile/insider.h"

namespace obhut::test {

namespace {

// trouble_with is what the list of spaces says of one.
Result<> trouble_with(Person& person, const SpaceId& space) {
    for (const client::SpaceView& view : TRY(person.engine().spaces()))
        if (view.id == space && view.trouble) return std::unexpected(*view.trouble);
    return {};
}

}  // namespace

TEST(sr_09_changed_link_is_refused) {
    Town town;
    Tamper tamper = tamper_record<api::Links>("/links", [](api::Links& links) {
        if (links.links.empty()) return;
        Bytes& newest = links.links.back().bytes;
        newest[newest.size() / 2] ^= 1;
    });
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    EXPECT_OK(write(town.anna, town.akten, "x/first", "newer"));
    town.bernd.wire().attack(&tamper);
    EXPECT(is_alarm(read(town.bernd, town.akten, "x/first")));
    EXPECT(tamper.changed > 0);
    town.bernd.wire().attack(nullptr);
    EXPECT(read(town.bernd, town.akten, "x/first") == "newer");
}

TEST(sr_09_missing_and_reordered_links_are_refused) {
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    for (int i = 0; i < 3; ++i)
        EXPECT_OK(write(town.anna, town.akten, "x/first", std::to_string(i)));
    Tamper without_first = tamper_record<api::Links>("/links", [](api::Links& links) {
        if (links.links.size() > 1) links.links.erase(links.links.begin());
    });
    town.bernd.wire().attack(&without_first);
    EXPECT(is_alarm(read(town.bernd, town.akten, "x/first")));
    Tamper reordered = tamper_record<api::Links>("/links", [](api::Links& links) {
        if (links.links.size() > 1) std::swap(links.links[0], links.links[1]);
    });
    town.bernd.wire().attack(&reordered);
    EXPECT(is_alarm(read(town.bernd, town.akten, "x/first")));
    town.bernd.wire().attack(nullptr);
    EXPECT(read(town.bernd, town.akten, "x/first") == "2");
}

TEST(sr_29_rolled_back_chain_is_never_shown) {
    // Bernd's device has seen the newer head, restarts, and is shown yesterday's answers.
    Town town;
    Recorder recorder;
    town.bernd.wire().attack(&recorder);
    EXPECT_OK(town.bernd.engine().spaces());
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    EXPECT_OK(town.bernd.reopen());
    EXPECT_OK(town.bernd.engine().spaces());
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(write(town.anna, town.akten, "x/first", "newer"));
    EXPECT(read(town.bernd, town.akten, "x/first") == "newer");

    EXPECT_OK(town.bernd.reopen());
    recorder.replaying = true;
    town.bernd.wire().attack(&recorder);
    // The older list alone is an alarm, and nothing older is ever shown.
    EXPECT_ERROR(trouble_with(town.bernd, town.akten), errors::chain_went_back);
    EXPECT(recorder.replayed > 0);
    EXPECT(alarmed(town.bernd));
    const auto value = read(town.bernd, town.akten, "x/first");
    EXPECT(!value || *value == "newer");
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(trouble_with(town.bernd, town.akten));
}

TEST(sr_29_another_head_in_the_list_is_an_alarm) {
    Town town;
    EXPECT(read(town.bernd, town.akten, "x/first") == "written by anna");
    Tamper other = tamper_record<api::Spaces>("/v1/spaces", [](api::Spaces& spaces) {
        for (api::SpaceInfo& space : spaces.spaces) space.head.hash.bytes[5] ^= 1;
    });
    town.bernd.wire().attack(&other);
    EXPECT_ERROR(trouble_with(town.bernd, town.akten), errors::chain_forked);
    EXPECT(alarmed(town.bernd));
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(trouble_with(town.bernd, town.akten));
}

TEST(sr_17_member_added_by_the_server_is_refused) {
    // Bernd may write, not invite. His own program lists clara all the same; and the server shows
    // that to anna, since it wants to read.
    Town town;
    Person& clara = town.world.join("clara", town.anna);
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    client::Session& bernds = town.bernd.engine().session();
    const UserId ghost = clara.engine().status().user;
    const auto built = next_entry(town.bernd, town.akten, [&](space::NewRoster& wanted) {
        const auto member = space::member_of(bernds.directory.view(), principal(ghost),
                                             client::Role::reader, bernds.directory.size());
        if (EXPECT_OK(member)) wanted.members.push_back(*member);
    });
    REQUIRE_OK(built);
    api::AppendLink request;
    request.link = built->link;
    request.epoch = built->material;
    EXPECT_ERROR(bernds.remote.append_link(town.akten, encode(request)), errors::link_refused);

    Bytes shown = built->link;
    Tamper slip = tamper_record<api::Links>("/links", [&](api::Links& links) {
        if (!links.links.empty()) return;
        links.links.emplace_back(shown);
        ++links.head.sequence;
        links.head.hash = space::link_hash(shown);
        links.head.epoch = built->epoch;
    });
    town.anna.wire().attack(&slip);
    EXPECT_ERROR(read(town.anna, town.akten, "x/first"), errors::not_recomputed);
    // The server's own: a raised role, or a member, under anna's name.
    shown[shown.size() / 2] ^= 1;
    EXPECT(is_alarm(read(town.anna, town.akten, "x/first")));
    EXPECT(alarmed(town.anna));
    town.anna.wire().attack(nullptr);
    EXPECT(read(town.anna, town.akten, "x/first") == "written by anna");
    const auto members = town.anna.engine().members(town.akten);
    REQUIRE_OK(members);
    EXPECT_EQ(members->size(), 2U);
    EXPECT(!read(clara, town.akten, "x/first").has_value());
}

TEST(sr_17_member_who_was_removed_does_not_come_back) {
    // The server shows the genuine roster entry once more that had listed clara.
    Town town;
    Person& clara = town.world.join("clara", town.anna);
    LinkCatcher caught;
    town.anna.wire().attack(&caught);
    EXPECT_OK(share(town.anna, town.akten, clara, client::Role::reader));
    const Bytes old_entry = caught.link;
    EXPECT_OK(read(clara, town.akten, "x/first"));
    EXPECT_OK(unshare(town.anna, town.akten, clara));
    EXPECT_OK(write(town.anna, town.akten, "x/first", "after the removal"));
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    Tamper again = tamper_record<api::Links>("/links", [&](api::Links& links) {
        if (!links.links.empty()) return;
        links.links.emplace_back(old_entry);
        ++links.head.sequence;
        links.head.hash = space::link_hash(old_entry);
    });
    town.bernd.wire().attack(&again);
    EXPECT(is_alarm(read(town.bernd, town.akten, "x/first")));
    EXPECT(again.changed > 0);
    const auto value = read(clara, town.akten, "x/first");
    EXPECT(!value || *value != "after the removal");
}

TEST(sr_30_removed_member_reads_and_writes_nothing_new) {
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    EXPECT_OK(unshare(town.anna, town.akten, town.bernd));
    EXPECT_OK(write(town.anna, town.akten, "x/secret", "after the removal"));
    const auto value = read(town.bernd, town.akten, "x/secret");
    EXPECT(!value || value->empty());
    EXPECT(!write(town.bernd, town.akten, "x/first", "by a removed member").has_value());
    EXPECT(read(town.anna, town.akten, "x/first") == "written by anna");
}

TEST(sr_09_reader_cannot_write) {
    Town town(client::Role::reader);
    EXPECT_ERROR(write(town.bernd, town.akten, "x/first", "by a reader"), errors::not_editor);
    EXPECT(read(town.anna, town.akten, "x/first") == "written by anna");
}

TEST(sr_43_home_space_is_derived_not_chosen) {
    Town town;
    EXPECT_OK(town.bernd.engine().home());
    // A new device of his is shown no home, or that of another: it makes none, and takes none.
    Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(link(town.bernd, tablet));
    class NoHome final : public Adversary {
    public:
        Result<http::Response> exchange(const http::Request& asked, const Server& server) override {
            if (asked.method == http::Method::post && asked.path == "/v1/spaces") ++made;
            const std::string mine = "/v1/spaces/" + home.hex() + "/";
            if (!asked.path.starts_with(mine)) return server(asked);
            ++hidden;
            if (!other) return problem(404, errors::space_unknown);
            // the same question about another's home, which the server answers to its owner
            http::Request instead = asked;
            instead.path = "/v1/spaces/" + other->hex() + "/" + asked.path.substr(mine.size());
            return owner(instead);
        }
        SpaceId home;
        std::optional<SpaceId> other;
        std::function<http::Response(const http::Request&)> owner;
        int hidden = 0, made = 0;

    private:
        static http::Response problem(int status, Code code) {
            http::Response answer;
            answer.status = status;
            answer.headers.set(api::kErrorHeader, std::to_string(code.number) + " 0");
            return answer;
        }
    } liar;
    const client::Session& bernds = town.bernd.engine().session();
    liar.home = space::space_id(space::home_genesis(bernds.org(), bernds.user()));
    tablet.wire().attack(&liar);
    EXPECT_ERROR(tablet.engine().home(), errors::home_missing);
    EXPECT(liar.hidden > 0);
    // What anna's device gets for her own home, for his.
    http::Response annas;
    Tamper keep("/rosters", [&](const http::Request&, http::Response& answer) { annas = answer; });
    Person& desk = town.world.stranger("desk");
    desk.wire().attack(&keep);
    REQUIRE_OK(link(town.anna, desk));
    EXPECT_OK(desk.engine().home());
    REQUIRE(!annas.body.empty());
    const client::Session& hers = town.anna.engine().session();
    liar.other = space::space_id(space::home_genesis(hers.org(), hers.user()));
    liar.owner = [&](const http::Request&) { return annas; };
    EXPECT(is_alarm(tablet.engine().home()));
    EXPECT_EQ(liar.made, 0);
    tablet.wire().attack(nullptr);
    EXPECT_OK(tablet.engine().home());
}

}  // namespace obhut::test
