#include "platform/desktop/local_socket.h"

#include <cstdlib>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/temporary_folder.h"
#include "tests/support/test.h"

namespace obhut::platform {
namespace {

class TestFolder {
public:
    explicit TestFolder(std::size_t depth = 0) {
        path_ = root_.path();
        for (std::size_t i = 0; i < depth; ++i) {
            path_ += "/" + std::string(40, 'x');
            EXPECT(::mkdir(path_.c_str(), 0700) == 0);
        }
    }
    std::string socket() const { return path_ + "/agent.socket"; }

private:
    test::TemporaryFolder root_;
    std::string path_;
};

void exchange(const std::string& path) {
    auto listener = LocalListener::listen(path);
    REQUIRE_OK(listener);
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
    auto client = LocalConnection::connect(path, 1000);
    REQUIRE_OK(client);
    REQUIRE_OK(client->send(as_bytes("question")));
    auto server = listener->accept(1000, 1000);
    REQUIRE_OK(server);
    REQUIRE(server->has_value());
    EXPECT_EQ(as_text(*(*server)->receive()), "question");
    REQUIRE_OK((*server)->send(as_bytes("answer")));
    EXPECT_EQ(as_text(*client->receive()), "answer");
}

TEST(messages_go_both_ways) { exchange(TestFolder().socket()); }

TEST(paths_longer_than_an_address_work) {
    const TestFolder place(5);
    REQUIRE(place.socket().size() > 200);
    exchange(place.socket());
}

TEST(a_second_listener_is_refused_and_a_dead_one_replaced) {
    const TestFolder place;
    {
        auto first = LocalListener::listen(place.socket());
        REQUIRE_OK(first);
        EXPECT_ERROR(LocalListener::listen(place.socket()), errors::socket_failed);
    }
    REQUIRE(::access(place.socket().c_str(), F_OK) != 0);
    // A listener whose process was killed leaves its file behind.
    {
        const Descriptor dead(::socket(AF_UNIX, SOCK_STREAM, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        place.socket().copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(dead.number(), reinterpret_cast<const sockaddr*>(&address),
                       sizeof address) == 0);
    }
    EXPECT_OK(LocalListener::listen(place.socket()));
}

TEST(nobody_there_is_an_error_and_no_wait) {
    const TestFolder place;
    EXPECT_ERROR(LocalConnection::connect(place.socket(), 1000), errors::socket_failed);
    auto listener = LocalListener::listen(place.socket());
    REQUIRE_OK(listener);
    const auto none = listener->accept(1, 1);
    REQUIRE_OK(none);
    EXPECT(!none->has_value());
}

TEST(oversized_messages_are_refused) {
    const TestFolder place;
    auto listener = LocalListener::listen(place.socket());
    REQUIRE_OK(listener);
    auto client = LocalConnection::connect(place.socket(), 1000);
    REQUIRE_OK(client);
    EXPECT_ERROR(client->send(Bytes(kMaxLocalMessage + 1)), errors::message_too_long);
    REQUIRE_OK(client->send(Bytes(kMaxLocalMessage)));
}

TEST(a_silent_peer_does_not_hold_anybody_up) {
    const TestFolder place;
    auto listener = LocalListener::listen(place.socket());
    REQUIRE_OK(listener);
    auto client = LocalConnection::connect(place.socket(), 1000);
    REQUIRE_OK(client);
    auto server = listener->accept(1000, 20);
    REQUIRE_OK(server);
    EXPECT_ERROR((*server)->receive(), errors::socket_failed);
}

}  // namespace
}  // namespace obhut::platform
