// Bodies round-trip and refuse what is over their limits; problems keep their number.
#include "protocols/api/messages.h"

#include "protocols/api/events.h"
#include "protocols/api/problem.h"
#include "protocols/http/event_stream.h"
#include "tests/support/test.h"

namespace obhut::api {
namespace {

template <class T>
void check_round_trip(const T& message) {
    const Bytes once = encode(message);
    const auto back = decode<T>(once);
    REQUIRE_OK(back);
    EXPECT(encode(*back) == once);
}

TEST(messages_round_trip) {
    ServerInfo info;
    info.log_name = "rathaus.example/log";
    check_round_trip(info);
    info.org = OrgId{};
    check_round_trip(info);

    Append append;
    append.entries.push_back(Bytes{1, 2, 3});
    append.keys.emplace_back();
    append.generations.push_back(
        {PrincipalId{}, 3, Bytes{9}, {{directory::holder(UserId{}), Bytes{1}}}});
    append.kit = KitDeposit{UserId{}, Hash{}, Bytes{1}, Hash{}, Bytes{2}};
    append.openings.push_back({UserId{}, "anna@example.org", Bytes(16)});
    check_round_trip(append);
    CreateOrganisation create;
    create.append = append;
    check_round_trip(create);

    NewSpace space;
    space.genesis = Bytes{1};
    space.epoch.boxes.push_back({PrincipalId{}, 1, Bytes{4}});
    space.lists = space::Lists{{ObjectId{}}, {}, {ObjectId{}}, {}};
    check_round_trip(space);
    check_round_trip(Links{7, {Bytes{1}, Bytes{2}}, Head{8, Hash{}, 2, 1}});
    check_round_trip(SignIn{"anna@example.org", Credential::recovery, Secret<32>{}});
}

struct Wide {
    std::vector<Blob<kMaxEntryBytes + 1>> entries;
    static void fields(auto& self, auto& field) { field(1, self.entries); }
};
struct Narrow {
    std::vector<EntryBlob> entries;
    static void fields(auto& self, auto& field) { field(1, self.entries); }
};

TEST(messages_refuse_oversized_items) {
    Wide wide;
    wide.entries.push_back(Bytes(kMaxEntryBytes + 1));
    EXPECT_ERROR(decode<Narrow>(encode(wide)), errors::too_large);
    wide.entries[0] = Bytes(kMaxEntryBytes);
    EXPECT_OK(decode<Narrow>(encode(wide)));
}

TEST(problems_keep_their_number_and_detail) {
    const http::Response response = problem(Error(errors::chain_moved, 5));
    EXPECT_EQ(response.status, 409);
    const auto error = check(response);
    EXPECT_ERROR(error, errors::chain_moved);
    EXPECT_EQ(error.error().detail, 5);
    EXPECT_EQ(
        as_text(response.body),
        R"({"type":"https://obhut.org/errors/724","title":"The chain has grown.","status":409,"code":"E-0724"})");
}

TEST(problems_hide_inner_errors) {
    const http::Response response = problem(Error(errors::not_canonical, 77));
    EXPECT_EQ(response.status, 500);
    const auto error = check(response);
    EXPECT_ERROR(error, errors::server_failed);
    EXPECT_EQ(error.error().detail, 0);
}

TEST(answers_of_others_are_told_apart) {
    http::Response response;
    response.status = 404;
    EXPECT_ERROR(check(response), errors::foreign_answer);
    response.headers.set(kErrorHeader, "724 0");
    EXPECT_ERROR(check(response), errors::foreign_answer);  // 724 is a 409
    response.status = 409;
    EXPECT_ERROR(check(response), errors::chain_moved);
    response.headers.set(kErrorHeader, "724");
    EXPECT_ERROR(check(response), errors::foreign_answer);
    response.headers.set(kErrorHeader, "99724 0");
    EXPECT_ERROR(check(response), errors::unknown_answer);
    response.status = 200;
    EXPECT_OK(check(response));
    response.headers.set(http::kContentType, "application/cbor");
    EXPECT_OK(check(response));
    response.headers.set(http::kContentType, "text/html; charset=utf-8");  // log in here first
    EXPECT_ERROR(check(response), errors::foreign_answer);
}

void check_hint(const Hint& hint) {
    http::EventParser parser;
    EXPECT_OK(parser.feed(encode_hint(hint)));
    http::EventParser::Event event;
    REQUIRE(parser.next(event));
    const auto back = parse_hint(event.name, event.data);
    REQUIRE_OK(back);
    EXPECT(*back == hint);
}

TEST(hints_round_trip) {
    const SpaceId space = SpaceId::from(Bytes(16, 0xAB));
    check_hint({HintKind::space, space, 12});
    check_hint({HintKind::directory, {}, ~0ULL});
    check_hint({HintKind::drops, {}, 0});
    check_hint({HintKind::lease, space, 1});
    check_hint({HintKind::current, {}, 0});
    EXPECT_ERROR(parse_hint("later", "1"), errors::http_not_found);
    EXPECT_ERROR(parse_hint("directory", ""), errors::http_malformed);
    EXPECT_ERROR(parse_hint("directory", "12 "), errors::http_malformed);
    EXPECT_ERROR(parse_hint("space", "12"), errors::http_malformed);
    EXPECT_ERROR(parse_hint("space", std::string(32, 'g') + " 1"), errors::http_malformed);
}

}  // namespace
}  // namespace obhut::api
