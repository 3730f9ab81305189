// Keys, lists and sizes of spaces under a server, or an insider, that lies about them.
#include <algorithm>
#include <cmath>

#include "client/session.h"
#include "core/content/writer.h"
#include "core/crypto/box.h"
#include "protocols/api/errors.h"
#include "protocols/api/problem.h"
#include "tests/hostile/fork.h"

namespace obhut::test {

TEST(sr_11_boxes_of_the_servers_making_are_refused) {
    // Before bernd has opened anything of the space, the server changes the box that holds its key.
    for (const bool in_proof : {false, true}) {
        Town town;
        int changed = 0;
        Tamper tamper = tamper_record<api::EpochAnswer>("/epochs/", [&](api::EpochAnswer& answer) {
            for (space::ProvenBox& box : answer.boxes) {
                Bytes& bytes = box.box.box;
                if (in_proof && !box.proof.path.empty())
                    box.proof.path.front().bytes[3] ^= 1;
                else
                    bytes[bytes.size() / 2] ^= 1;
                ++changed;
            }
        });
        town.bernd.wire().attack(&tamper);
        EXPECT(!read(town.bernd, town.akten, "x/first").has_value());
        EXPECT(changed > 0);
        town.bernd.wire().attack(nullptr);
        EXPECT(read(town.bernd, town.akten, "x/first") == "written by anna");
    }
}

TEST(sr_41_withheld_box_stops_nobody_else) {
    Town town;
    Tamper withheld = tamper_record<api::EpochAnswer>(
        "/epochs/", [](api::EpochAnswer& answer) { answer.boxes.clear(); });
    town.bernd.wire().attack(&withheld);
    EXPECT(!read(town.bernd, town.akten, "x/first").has_value());
    EXPECT_OK(write(town.anna, town.akten, "x/second", "anna goes on"));
    town.bernd.wire().attack(nullptr);
    EXPECT(read(town.bernd, town.akten, "x/second") == "anna goes on");
}

TEST(sr_41_withheld_key_leaves_its_owner_without_box) {
    // The server does not give bernd's key when clara is added: the epoch goes on without a box for
    // him, visibly, and the next device that may puts it right.
    Town town;
    Person& clara = town.world.join("clara", town.anna);
    const auto bernd = town.anna.engine().find_person(town.bernd.email);
    REQUIRE_OK(bernd);
    // A device of anna's that has no keys yet: her desk, linked just now.
    Person& desk = town.world.stranger("desk");
    REQUIRE_OK(link(town.anna, desk));
    const KemKeyHash hash =
        desk.engine().session().directory.state().newest_generation(principal(bernd->id))->key;
    Tamper withhold = tamper_record<api::Keys>("/keys/get", [&](api::Keys& keys) {
        std::erase_if(keys.keys,
                      [&](const KemPublicKey& key) { return kem_key_hash(key) == hash; });
    });
    desk.wire().attack(&withhold);
    EXPECT_OK(share(desk, town.akten, clara, client::Role::reader));
    const auto members = desk.engine().members(town.akten);
    REQUIRE_OK(members);
    int without = 0;
    for (const auto& member : *members) without += member.boxed ? 0 : 1;
    EXPECT_EQ(without, 1);
    EXPECT_OK(write(desk, town.akten, "x/first", "the space goes on"));
    EXPECT(read(clara, town.akten, "x/first") == "the space goes on");
    const auto cut_off = read(town.bernd, town.akten, "x/first");
    EXPECT(!cut_off || *cut_off != "the space goes on");
    // Anna's first device has bernd's key: its duty gives him a box.
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT(read(town.bernd, town.akten, "x/first") == "the space goes on");
}

TEST(sr_42_lists_are_those_the_commit_signed) {
    Town town;
    EXPECT_OK(write(town.anna, town.akten, "x/second", "more"));
    Tamper shorter = tamper_record<space::Lists>(
        "/lists/", [](space::Lists& lists) { lists.nodes_superseded.clear(); });
    town.anna.wire().attack(&shorter);
    const auto report = town.anna.engine().verify(town.akten, nullptr, nullptr);
    REQUIRE_OK(report);
    EXPECT(shorter.changed > 0);
    EXPECT(!report->problems.empty());
    town.anna.wire().attack(nullptr);
    const auto honest = town.anna.engine().verify(town.akten, nullptr, nullptr);
    REQUIRE_OK(honest);
    EXPECT(honest->problems.empty());
}

TEST(sr_42_lists_changed_on_the_way_are_refused_by_the_server) {
    // Somebody between client and server lists live nodes as superseded.
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    class Relist final : public Adversary {
    public:
        Result<http::Response> exchange(const http::Request& asked, const Server& server) override {
            auto sent = decode<api::AppendLink>(asked.body);
            if (!sent || !sent->lists || asked.method != http::Method::post) return server(asked);
            ++changed;
            http::Request other = asked;
            std::swap(sent->lists->nodes_created, sent->lists->nodes_superseded);
            other.body = encode(*sent);
            return server(other);
        }
        int changed = 0;
    } relist;
    town.bernd.wire().attack(&relist);
    EXPECT(!write(town.bernd, town.akten, "x/first", "changed").has_value());
    EXPECT(relist.changed > 0);
    town.bernd.wire().attack(nullptr);
    EXPECT(read(town.anna, town.akten, "x/first") == "written by anna");
}

TEST(sr_42_scrubbed_objects_are_named_by_verify) {
    Town town;
    for (int i = 0; i < 40; ++i)
        EXPECT_OK(write(town.anna, town.akten, "x/" + std::to_string(i), std::string(900, 'x')));
    // Anna's desk has nothing in its cache; the server has "lost" what it is asked for.
    Person& desk = town.world.stranger("desk");
    REQUIRE_OK(link(town.anna, desk));
    Tamper gone("/objects/get", [](const http::Request& request, http::Response& answer) {
        const auto wanted = decode<api::ObjectsWanted>(request.body);
        if (!wanted) return;
        answer.body.clear();
        for (std::size_t i = 0; i < wanted->ids.size(); ++i)
            answer.body.insert(answer.body.end(), {0xFF, 0xFF, 0xFF, 0xFF});
    });
    desk.wire().attack(&gone);
    const auto report = desk.engine().verify(town.akten, nullptr, nullptr);
    EXPECT(is_alarm(report) || (report && !report->problems.empty()));
    EXPECT(is_alarm(read(desk, town.akten, "x/7")));
    desk.wire().attack(nullptr);
    EXPECT(read(desk, town.akten, "x/7") == std::string(900, 'x'));
}

TEST(sr_43_pinned_genesis_is_compared) {
    // The home tree holds the whole hash of each space's genesis: a space that only shares the id
    // is not the one that was pinned.
    Town town;
    EXPECT_OK(town.bernd.engine().spaces());
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    const auto home = town.bernd.engine().home();
    REQUIRE_OK(home);
    const auto snapshot = (*home)->snapshot();
    REQUIRE_OK(snapshot);
    Bytes key = to_bytes("p/");
    append(key, town.akten.view());
    const auto pin = (*snapshot)->tree.get(key);
    REQUIRE_OK(pin);
    REQUIRE(pin->has_value());
    Bytes other = **pin;
    other[10] ^= 1;  // within the hash
    SetEntry change(std::string(as_text(key)), std::string(as_text(other)));
    EXPECT_OK((*home)->commit(change));
    EXPECT_OK(town.bernd.reopen());
    EXPECT(is_alarm(read(town.bernd, town.akten, "x/first")));
}

// ---- sizes

namespace {

// Sizes keeps only how large objects are, as the server sees them.
class Sizes final : public content::ContentSink {
public:
    Result<> put(const ObjectId&, Bytes object) override {
        seen += std::to_string(object.size()) + " ";
        return {};
    }
    std::string seen;
};

class Nothing final : public content::ContentSource {
public:
    Result<std::vector<std::optional<Bytes>>> fetch(std::span<const ObjectId> ids) override {
        return std::vector<std::optional<Bytes>>(ids.size());
    }
};

class RandomFile final : public content::ByteSource {
public:
    RandomFile(std::size_t size, TestEntropy& entropy) : bytes_(size) { entropy.fill(bytes_); }
    std::uint64_t size() override { return bytes_.size(); }
    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
        const std::size_t count = std::min(out.size(), bytes_.size() - std::size_t(offset));
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
        return count;
    }

private:
    Bytes bytes_;
};

double entropy_of(const std::map<std::string, int>& classes, int total) {
    double bits = 0;
    for (const auto& [name, count] : classes) {
        const double share = static_cast<double>(count) / total;
        bits -= share * std::log2(share);
    }
    return bits;
}

// An office's files: most of them some tens of kilobytes, a few of megabytes.
std::size_t office_size(TestEntropy& dice) {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(dice.below(1'000'000)) / 1e6;
    return static_cast<std::size_t>(std::exp(10.6 + 1.3 * (sum - 6)));
}

}  // namespace

TEST(sr_22_sizes_of_a_thousand_office_files_tell_little) {
    constexpr int kFiles = 1000;
    TestEntropy dice(22);
    InlineExecutor executor;
    Nothing nothing;
    const OrgId org = OrgId::truncated(Bytes(16, 1));
    const SpaceId space = SpaceId::truncated(Bytes(16, 2));
    std::map<std::string, int> sealed;
    std::map<std::string, int> plain;
    for (int i = 0; i < kFiles; ++i) {
        RandomFile file(office_size(dice), dice);  // does not compress, as documents do not
        Sizes sizes;
        content::Writer writer(in_space(org, space), dice, executor, sizes, nothing);
        EXPECT_OK(writer.write(file, {}, nullptr, [](content::Written) -> Result<> { return {}; }));
        EXPECT_OK(writer.flush());
        ++sealed[sizes.seen];
        ++plain[std::to_string(file.size())];
    }
    int unique = 0;
    for (const auto& [sizes, count] : sealed) unique += count == 1 ? 1 : 0;
    // Plain sizes name nearly every file: 10 bits. The classes give less than 7 away (PADMÉ has 16
    // of them for each doubling): who knows a thousand files by their sizes is left with some eight
    // or more for a usual one. The bound stands in docs/threat-model.md.
    EXPECT(entropy_of(plain, kFiles) > 9.5);
    EXPECT(entropy_of(sealed, kFiles) < 7);
    EXPECT(unique < kFiles / 20);
}

TEST(sr_23_what_others_wrote_does_not_show_in_sizes) {
    // Bernd, who helps the server, puts in what he believes that anna has; if anything were
    // compressed or shared across, her upload would be smaller for it.
    const std::string secret = "the budget of the year is 4711, the vote is on tuesday ";
    const auto uploaded = [&](const std::string& injected) {
        Town town;
        std::string text;
        for (int i = 0; i < 20; ++i) text += injected;
        EXPECT_OK(write(town.bernd, town.akten, "x/injected", text));
        EXPECT_OK(read(town.anna, town.akten, "x/first"));
        const std::size_t before = town.anna.wire().sent().size();
        std::string hers;
        for (int i = 0; i < 20; ++i) hers += secret;
        EXPECT_OK(write(town.anna, town.akten, "x/hers", hers));
        return town.anna.wire().sent().size() - before;
    };
    std::string other = secret;
    std::reverse(other.begin(), other.end());
    EXPECT_EQ(uploaded(secret), uploaded(other));
}

namespace {

// Hide leaves every space but the home out of the list that a client asks for.
Tamper hide_spaces(const SpaceId& hidden) {
    return Tamper("/v1/spaces", [hidden](const http::Request& request, http::Response& answer) {
        if (request.path != "/v1/spaces") return;
        auto spaces = decode<api::Spaces>(answer.body);
        if (!spaces) return;
        std::erase_if(spaces->spaces,
                      [&](const api::SpaceInfo& info) { return info.space == hidden; });
        answer.body = encode(*spaces);
    });
}

// What bernd is told of "Akten", and whether he has an alarm of that code.
std::size_t told(Person& person, client::ConditionKind kind, const std::string& name) {
    std::size_t count = 0;
    for (const client::Condition& condition : person.engine().conditions())
        if (condition.kind == kind && condition.name == name) ++count;
    return count;
}

bool alarmed_of(Person& person, Code code) {
    const auto alarms = person.engine().alarms();
    return EXPECT_OK(alarms) && std::ranges::any_of(*alarms, [&](const client::Alarm& alarm) {
               return alarm.error.is(code);
           });
}

}  // namespace

TEST(sr_29_a_known_space_that_is_not_shown_is_an_alarm) {
    Town town;
    EXPECT_OK(town.bernd.engine().find_space("Akten"));
    // Left out of the list alone; and as if it were not there at all.
    for (const bool everywhere : {false, true}) {
        EXPECT(!alarmed(town.bernd));
        Tamper list = hide_spaces(town.akten);
        struct NotThere final : Adversary {
            explicit NotThere(Tamper& list, std::string space)
                : list_(list), space_(std::move(space)) {}
            Result<http::Response> exchange(const http::Request& request,
                                            const Server& server) override {
                if (request.path.find(space_) != std::string::npos)
                    return api::problem(Error(errors::space_unknown));
                return list_.exchange(request, server);
            }
            Tamper& list_;
            std::string space_;
        } gone(list, town.akten.hex());
        town.bernd.wire().attack(everywhere ? static_cast<Adversary*>(&gone) : &list);
        EXPECT_ERROR(town.bernd.engine().find_space("Akten"), errors::space_hidden);
        EXPECT(alarmed_of(town.bernd, errors::space_hidden));
        EXPECT_EQ(told(town.bernd, client::ConditionKind::space_hidden, "Akten"), 1U);
        town.bernd.wire().attack(nullptr);
        EXPECT_OK(town.bernd.engine().find_space("Akten"));
        EXPECT_EQ(told(town.bernd, client::ConditionKind::space_hidden, "Akten"), 0U);
        const auto alarms = town.bernd.engine().alarms();
        REQUIRE_OK(alarms);
        for (const client::Alarm& alarm : *alarms)
            EXPECT_OK(town.bernd.engine().dismiss_alarm(alarm.number));
    }
    // A home is never left.
    Tamper homeless("/v1/spaces", [](const http::Request& request, http::Response& answer) {
        if (request.path == "/v1/spaces") answer.body = encode(api::Spaces{});
    });
    town.bernd.wire().attack(&homeless);
    EXPECT_OK(town.bernd.engine().spaces());
    EXPECT(alarmed_of(town.bernd, errors::space_hidden));
}

TEST(sr_29_who_is_taken_out_of_a_space_is_shown_by_whom) {
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    EXPECT_OK(town.bernd.engine().spaces());
    EXPECT_OK(unshare(town.anna, town.akten, town.bernd));
    EXPECT_OK(write(town.anna, town.akten, "x/after", "not for bernd"));
    EXPECT_ERROR(town.bernd.engine().find_space("Akten"), errors::space_not_found);
    EXPECT_ERROR(read(town.bernd, town.akten, "x/after"), errors::space_unknown);
    EXPECT(!alarmed(town.bernd));
    // In again, and the space closed; he has it signed.
    EXPECT_OK(share(town.anna, town.akten, town.bernd, client::Role::reader));
    EXPECT_OK(town.bernd.engine().find_space("Akten"));
    EXPECT_EQ(read(town.bernd, town.akten, "x/after").value_or(""), "not for bernd");
    EXPECT_OK(town.anna.engine().close_space(town.akten));
    EXPECT_ERROR(town.bernd.engine().find_space("Akten"), errors::space_not_found);
    EXPECT(!alarmed(town.bernd) && !alarmed(town.anna));
}

TEST(sr_29_who_leaves_a_group_or_a_space_has_no_alarm) {
    Town town;
    const auto bernd = town.anna.engine().find_person(town.bernd.email);
    REQUIRE_OK(bernd);
    const auto group = town.anna.engine().create_group("Amt", {bernd->id});
    REQUIRE_OK(group);
    const auto kasse = town.anna.engine().create_space("Kasse");
    REQUIRE_OK(kasse);
    EXPECT_OK(town.anna.engine().share(*kasse, principal(*group), client::Role::editor));
    EXPECT_OK(town.bernd.engine().find_space("Kasse"));
    EXPECT_OK(town.anna.engine().remove_from_group(*group, {bernd->id}));
    EXPECT_ERROR(town.bernd.engine().find_space("Kasse"), errors::space_not_found);
    EXPECT_OK(town.bernd.engine().leave(town.akten));
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_ERROR(town.bernd.engine().find_space("Akten"), errors::space_not_found);
    EXPECT(!alarmed(town.bernd));
}

TEST(sr_29_a_full_disk_is_no_lie_of_the_server) {
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    EXPECT_OK(town.bernd.engine().spaces());
    EXPECT_OK(unshare(town.anna, town.akten, town.bernd));
    // What tells why he is shown the space no more cannot be kept.
    town.bernd.fill();
    (void)town.bernd.engine().spaces();
    EXPECT(!alarmed(town.bernd));
    town.bernd.fill(false);
    EXPECT_ERROR(town.bernd.engine().find_space("Akten"), errors::space_not_found);
    EXPECT(!alarmed(town.bernd));
}

TEST(sr_29_a_space_closed_long_ago_is_told_once_and_not_as_hidden) {
    Town town;
    EXPECT_OK(town.bernd.engine().spaces());
    EXPECT_OK(town.anna.engine().close_space(town.akten));
    for (int day = 0; day < 60; ++day) {
        town.world.clock().advance(kDay);
        EXPECT_OK(town.anna.engine().run_duties());
        while (town.world.server().service().tend().value_or(false)) {
        }
    }
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_ERROR(town.bernd.engine().find_space("Akten"), errors::space_not_found);
    EXPECT(alarmed_of(town.bernd, errors::space_gone));
    EXPECT(!alarmed_of(town.bernd, errors::space_hidden));
    const auto alarms = town.bernd.engine().alarms();
    REQUIRE_OK(alarms);
    EXPECT_EQ(alarms->size(), 1U);
    EXPECT_OK(town.bernd.engine().dismiss_alarm(alarms->front().number));
    EXPECT_OK(town.bernd.engine().spaces());
    EXPECT(!alarmed(town.bernd));
}

TEST(sr_29_a_space_that_a_restored_server_lacks_is_no_alarm) {
    ForkedTown town;
    EXPECT_OK(town.anna.engine().catch_up());
    EXPECT_OK(town.bernd.engine().catch_up());
    town.split();
    const auto kasse = town.anna.engine().create_space("Kasse");
    REQUIRE_OK(kasse);
    EXPECT_OK(share(town.anna, *kasse, town.bernd, client::Role::editor));
    EXPECT_OK(town.bernd.engine().find_space("Kasse"));
    town.shadow.come_back();
    town.anna.wire().connect(town.shadow);
    town.bernd.wire().connect(town.shadow);
    EXPECT_EQ(told(town.bernd, client::ConditionKind::space_behind, "Kasse"), 1U);
    EXPECT(!alarmed(town.bernd));
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.bernd.engine().find_space("Kasse"));
    EXPECT_EQ(told(town.bernd, client::ConditionKind::space_behind, "Kasse"), 0U);
    EXPECT(!alarmed(town.bernd));
}

}  // namespace obhut::test
