// The server and the chains it keeps: rolled back, cut, changed, forked, with members of its own.
#include "tests/hostile/fork.h"

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
    // The server puts a roster of its own making (here: an older genuine one) in the place of the
    // newest.
    Town town;
    Person& clara = town.world.join("clara", town.anna);
    Bytes old_roster;
    Tamper keep = tamper_record<api::Rosters>("/rosters", [&](api::Rosters& answer) {
        if (!answer.links.empty()) old_roster = answer.links.back().bytes;
    });
    clara.wire().attack(&keep);
    EXPECT_OK(share(town.anna, town.akten, clara, client::Role::reader));
    EXPECT_OK(read(clara, town.akten, "x/first"));
    EXPECT_OK(unshare(town.anna, town.akten, clara));
    EXPECT_OK(write(town.anna, town.akten, "x/first", "after the removal"));
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
    Tamper withheld = tamper_record<api::Spaces>(
        "/v1/spaces", [](api::Spaces& spaces) { spaces.spaces.clear(); });
    EXPECT_OK(town.bernd.reopen());
    town.bernd.wire().attack(&withheld);
    // Without it the device goes on with what it has verified, or stops; it never makes another.
    const auto before = town.anna.engine().spaces();
    (void)town.bernd.engine().spaces();
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(town.bernd.engine().home());
    EXPECT_OK(before);
}

}  // namespace obhut::test
