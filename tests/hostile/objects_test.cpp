// The server and the objects it keeps: flipped, swapped, withheld, of another kind.
#include "tests/hostile/tamper.h"

namespace obhut::test {

namespace {

// Bernd reads for the first time through an adversary, then without: first an alarm, then what anna
// wrote.
void check_alarm_then_recovery(Adversary& adversary, const int& changed) {
    Town town;
    town.bernd.wire().attack(&adversary);
    const auto attacked = read(town.bernd, town.akten, "x/first");
    EXPECT(changed > 0);
    EXPECT(is_alarm(attacked));
    town.bernd.wire().attack(nullptr);
    EXPECT(read(town.bernd, town.akten, "x/first") == "written by anna");
}

}  // namespace

TEST(sr_05_flipped_bit_in_an_object) {
    Tamper tamper("/objects/get", [](const http::Request&, http::Response& answer) {
        if (answer.body.size() > 100) answer.body[90] ^= 1;
    });
    check_alarm_then_recovery(tamper, tamper.changed);
}

TEST(sr_06_truncated_object) {
    Tamper tamper("/objects/get", [](const http::Request&, http::Response& answer) {
        answer.body.resize(answer.body.size() - 1);
    });
    check_alarm_then_recovery(tamper, tamper.changed);
}

TEST(sr_06_object_of_another_place) {
    // The server answers with a genuine object of the same space, another than the one asked for.
    Town town;
    EXPECT_OK(write(town.anna, town.akten, "x/second", "another"));
    Bytes kept;
    Tamper keep("/objects/get",
                [&](const http::Request&, http::Response& answer) { kept = answer.body; });
    Tamper tamper("/objects/get",
                  [&](const http::Request&, http::Response& answer) { answer.body = kept; });
    Person& clara = town.world.join("clara", town.anna);
    EXPECT_OK(share(town.anna, town.akten, clara, client::Role::reader));
    clara.wire().attack(&keep);
    EXPECT_OK(read(clara, town.akten, "x/first"));
    EXPECT(!kept.empty());
    clara.wire().attack(&tamper);
    EXPECT_OK(write(town.anna, town.akten, "x/first", "changed"));
    EXPECT(is_alarm(read(clara, town.akten, "x/first")));
}

TEST(sr_07_swapped_records_are_refused) {
    // Names and what they name stand in nodes; each node's place is fixed by its parent. The server
    // gives genuine nodes of the same tree in each other's place.
    Town town;
    for (int i = 0; i < 60; ++i)
        EXPECT_OK(write(town.anna, town.akten, "x/" + std::to_string(i), std::string(900, 'x')));
    Person& desk = town.world.stranger("desk");
    REQUIRE_OK(link(town.anna, desk));
    int swapped = 0;
    Bytes other;  // waits for an answer that holds one only
    Tamper swap("/objects/get", [&](const http::Request&, http::Response& answer) {
        std::vector<Bytes> objects;
        ByteView rest = answer.body;
        while (rest.size() >= 4) {
            const std::size_t length = std::size_t{4} + read_be32(rest.first(4));
            if (length > rest.size()) return;
            objects.push_back(to_bytes(rest.first(length)));
            rest = rest.subspan(length);
        }
        if (objects.empty()) return;
        std::swap(objects.front(), objects.size() > 1 ? objects.back() : other);
        if (objects.front().empty()) return;
        answer.body.clear();
        for (const Bytes& object : objects) append(answer.body, object);
        ++swapped;
    });
    desk.wire().attack(&swap);
    const auto report = desk.engine().verify(town.akten, nullptr, nullptr);
    EXPECT(is_alarm(report) || (report && !report->problems.empty()));
    EXPECT(swapped > 0);
    desk.wire().attack(nullptr);
    EXPECT(read(desk, town.akten, "x/7") == std::string(900, 'x'));
}

TEST(sr_42_withheld_object_is_named_not_skipped) {
    Tamper tamper("/objects/get", [](const http::Request&, http::Response& answer) {
        answer.body = Bytes(4, 0xFF);
    });
    check_alarm_then_recovery(tamper, tamper.changed);
}

TEST(sr_12_nothing_of_an_opening_goes_back) {
    // Whatever the server sends, the client's next requests do not depend on it.
    const auto requests_after = [](std::size_t flipped) {
        Town town;
        Tamper tamper("/objects/get", [&](const http::Request&, http::Response& answer) {
            if (flipped < answer.body.size()) answer.body[flipped] ^= 0x10;
        });
        town.bernd.wire().attack(&tamper);
        EXPECT(!read(town.bernd, town.akten, "x/first").has_value());
        return town.bernd.wire().requests();
    };
    const std::size_t expected = requests_after(60);
    for (const std::size_t at : {5U, 6U, 7U, 20U, 40U, 45U, 100U, 1000U})
        EXPECT_EQ(requests_after(at), expected);
}

}  // namespace obhut::test
