#include "protocols/http/event_stream.h"

#include "protocols/http/errors.h"
#include "tests/support/test.h"

namespace obhut::http {
namespace {

TEST(events_survive_any_cut) {
    const std::string stream = ":\n\n" + encode_event("space", "00ff 7") + "id: 3\r\n" +
                               encode_event("directory", "12") + ":\n\n" +
                               encode_event("drops", "");
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        EventParser parser;
        EXPECT_OK(parser.feed(std::string_view(stream).substr(0, cut)));
        EXPECT_OK(parser.feed(std::string_view(stream).substr(cut)));
        EventParser::Event event;
        std::string seen;
        while (parser.next(event)) seen += event.name + "=" + event.data + ";";
        EXPECT_EQ(seen, "space=00ff 7;directory=12;drops=;");
    }
}

TEST(endless_lines_are_refused) {
    EventParser parser;
    const std::string piece(10000, 'a');
    Result<> fed;
    for (int i = 0; i < 8 && fed; ++i) fed = parser.feed(piece);
    EXPECT_ERROR(fed, errors::http_malformed);
}

}  // namespace
}  // namespace obhut::http
