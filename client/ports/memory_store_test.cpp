#include "client/ports/memory_store.h"

#include "client/ports/local_store_conformance.h"
#include "tests/support/test.h"

namespace obhut::client {

TEST(memory_store_conforms) {
    MemoryDisk disk;
    check_local_store([&] { return std::make_unique<MemoryStore>(disk); });
}

TEST(memory_store_has_one_writer) {
    MemoryDisk disk;
    MemoryStore one(disk), other(disk);
    const auto writer = one.write(Durability::relaxed);
    REQUIRE_OK(writer);
    EXPECT_ERROR(other.write(Durability::relaxed), errors::local_store_busy);
}

TEST(memory_store_snapshot_is_apart) {
    MemoryDisk disk;
    MemoryStore store(disk);
    auto writer = store.write(Durability::full);
    REQUIRE_OK(writer);
    EXPECT_OK((*writer)->put(Table::apps, as_bytes("a"), as_bytes("1")));
    EXPECT_OK((*writer)->commit());
    MemoryDisk copy = disk.snapshot();
    MemoryStore copied(copy);
    writer = store.write(Durability::full);
    REQUIRE_OK(writer);
    EXPECT_OK((*writer)->put(Table::apps, as_bytes("a"), as_bytes("2")));
    EXPECT_OK((*writer)->commit());
    const auto value = (*copied.read())->get(Table::apps, as_bytes("a"));
    REQUIRE_OK(value);
    EXPECT(*value == to_bytes("1"));
}

}  // namespace obhut::client
