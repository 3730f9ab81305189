// A server that can tell two stories: everything that happens in the town also happens to a second
// server, made of the same seed, until they are split.
#pragma once

#include "tests/hostile/tamper.h"

namespace obhut::test {

struct ForkedTown {
    World world{1};
    TestServer shadow{world.clock(), 1000};  // the seed of world.server()
    Person& anna;
    Person& bernd;
    SpaceId akten;

    ForkedTown() : anna(begin()), bernd(world.join("bernd", anna)) {
        const auto space = anna.engine().create_space("Akten");
        if (!EXPECT_OK(space)) return;
        akten = *space;
        EXPECT_OK(share(anna, akten, bernd, client::Role::editor));
        EXPECT_OK(write(anna, akten, "x/first", "written by anna"));
        EXPECT_EQ(read(bernd, akten, "x/first").value_or(""), "written by anna");
    }

    // split lets the two servers go their own ways.
    void split() { world.server().mirror(nullptr); }

private:
    Person& begin() {
        world.server().mirror(&shadow);
        return world.found("anna");
    }
};

// alarmed: the person has an alarm that is not dismissed.
inline bool alarmed(Person& person) {
    const auto alarms = person.engine().alarms();
    return EXPECT_OK(alarms) && !alarms->empty();
}

// LinkCatcher keeps the links that a person sends, and lets them pass.
class LinkCatcher final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        http::Response answer = server(request);
        if (request.method != http::Method::post || !request.path.ends_with("/links"))
            return answer;
        if (const auto sent = decode<api::AppendLink>(request.body)) link = sent->link.bytes;
        if (const auto said = decode<api::Head>(answer.body)) head = *said;
        return answer;
    }

    Bytes link;
    api::Head head;
};

}  // namespace obhut::test
