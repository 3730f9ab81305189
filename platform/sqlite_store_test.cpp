#include "platform/sqlite_store.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

#include "client/ports/local_store_conformance.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test.h"

namespace obhut::platform {
namespace {

// A folder that is gone when the test is over.
class Folder {
public:
    std::string file(const char* name) const { return folder_ / name; }

private:
    test::TemporaryFolder folder_;
};

}  // namespace

TEST(sqlite_store_conforms) {
    const Folder folder;
    client::check_local_store([&]() -> std::unique_ptr<client::LocalStore> {
        auto store = SqliteStore::open(folder.file("profile.db"));
        return store ? std::move(*store) : nullptr;
    });
}

TEST(sqlite_store_waits_for_the_other_writer) {
    const Folder folder;
    const auto one = SqliteStore::open(folder.file("p.db"), 10);
    const auto other = SqliteStore::open(folder.file("p.db"), 10);
    REQUIRE(one && other);
    auto writer = (*one)->write(client::Durability::full);
    REQUIRE_OK(writer);
    EXPECT_ERROR((*other)->write(client::Durability::full), errors::local_store_busy);
    writer->reset();
    EXPECT_OK((*other)->write(client::Durability::full));
}

TEST(sqlite_store_is_private_and_lasts) {
    const Folder folder;
    {
        const auto store = SqliteStore::open(folder.file("p.db"));
        REQUIRE_OK(store);
        auto writer = (*store)->write(client::Durability::full);
        REQUIRE_OK(writer);
        EXPECT_OK((*writer)->put(client::Table::apps, as_bytes("a"), as_bytes("1")));
        EXPECT_OK((*writer)->commit());
    }
    struct stat info{};
    REQUIRE(::stat(folder.file("p.db").c_str(), &info) == 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    const auto again = SqliteStore::open(folder.file("p.db"));
    REQUIRE_OK(again);
    auto reader = (*again)->read();
    REQUIRE_OK(reader);
    const auto value = (*reader)->get(client::Table::apps, as_bytes("a"));
    REQUIRE_OK(value);
    EXPECT(*value == to_bytes("1"));
}

TEST(sqlite_store_refuses_what_is_no_store) {
    const Folder folder;
    std::ofstream(folder.file("text")) << std::string(4096, 'x');
    EXPECT_ERROR(SqliteStore::open(folder.file("text")), errors::store_damaged);
    EXPECT_ERROR(SqliteStore::open(folder.file("no/such/folder")), errors::store_failed);
}

}  // namespace obhut::platform
