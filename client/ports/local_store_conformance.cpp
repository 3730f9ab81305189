#include "client/ports/local_store_conformance.h"

#include "tests/support/test.h"

namespace obhut::client {
namespace {

Bytes key(std::string_view text) { return to_bytes(text); }

std::string listed(StoreReader& reader, Table table, std::string_view from, std::string_view to,
                   std::size_t limit = 100) {
    std::string out;
    EXPECT_OK(reader.scan(table, as_bytes(from), as_bytes(to), [&](ByteView k, ByteView v) {
        out += std::string(as_text(k)) + "=" + std::string(as_text(v)) + ";";
        return --limit > 0;
    }));
    return out;
}

std::string value_of(LocalStore& store, Table table, std::string_view name) {
    auto reader = store.read();
    if (!reader) return "(no reader)";
    const auto value = (*reader)->get(table, as_bytes(name));
    if (!value) return "(error)";
    return *value ? std::string(as_text(**value)) : "(none)";
}

void put(LocalStore& store, Table table, std::string_view name, std::string_view value) {
    auto writer = store.write(Durability::relaxed);
    REQUIRE_OK(writer);
    EXPECT_OK((*writer)->put(table, as_bytes(name), as_bytes(value)));
    EXPECT_OK((*writer)->commit());
}

void check_values(LocalStore& store) {
    EXPECT_EQ(value_of(store, Table::profile, "a"), "(none)");
    put(store, Table::profile, "a", "1");
    EXPECT_EQ(value_of(store, Table::profile, "a"), "1");
    EXPECT_EQ(value_of(store, Table::spaces, "a"), "(none)");
    put(store, Table::profile, "a", "2");
    EXPECT_EQ(value_of(store, Table::profile, "a"), "2");
    put(store, Table::profile, "empty", "");
    EXPECT_EQ(value_of(store, Table::profile, "empty"), "");
    // Keys and values of any bytes and of the largest sizes.
    auto writer = store.write(Durability::full);
    REQUIRE_OK(writer);
    const Bytes long_key(kMaxStoreKey, 0xFF);
    const Bytes long_value(1U << 20, 0x00);
    EXPECT_OK((*writer)->put(Table::nodes, long_key, long_value));
    EXPECT_OK((*writer)->commit());
    auto reader = store.read();
    REQUIRE_OK(reader);
    const auto back = (*reader)->get(Table::nodes, long_key);
    REQUIRE_OK(back);
    EXPECT(*back == long_value);
}

void check_order(LocalStore& store) {
    for (const char* name : {"m/b", "m/a", "m/aa", "m/\xFF", "n", "l"})
        put(store, Table::links, name, "x");
    auto reader = store.read();
    REQUIRE_OK(reader);
    EXPECT_EQ(listed(**reader, Table::links, "m/", "m0"), "m/a=x;m/aa=x;m/b=x;m/\xFF=x;");
    EXPECT_EQ(listed(**reader, Table::links, "m/aa", ""), "m/aa=x;m/b=x;m/\xFF=x;n=x;");
    EXPECT_EQ(listed(**reader, Table::links, "", "", 2), "l=x;m/a=x;");
    EXPECT_EQ(listed(**reader, Table::links, "o", ""), "");
}

void check_writer_sees_itself(LocalStore& store) {
    put(store, Table::apps, "a", "old");
    put(store, Table::apps, "b", "old");
    put(store, Table::apps, "c", "old");
    auto writer = store.write(Durability::relaxed);
    REQUIRE_OK(writer);
    EXPECT_OK((*writer)->put(Table::apps, key("aa"), key("new")));
    EXPECT_OK((*writer)->put(Table::apps, key("b"), key("new")));
    EXPECT_OK((*writer)->erase(Table::apps, key("a")));
    EXPECT_OK((*writer)->erase(Table::apps, key("not there")));
    EXPECT_EQ(listed(**writer, Table::apps, "", ""), "aa=new;b=new;c=old;");
    EXPECT_OK((*writer)->erase_range(Table::apps, key("b"), {}));
    EXPECT_EQ(listed(**writer, Table::apps, "", ""), "aa=new;");
    EXPECT_OK((*writer)->commit());
    EXPECT_EQ(value_of(store, Table::apps, "b"), "(none)");
    EXPECT_EQ(value_of(store, Table::apps, "aa"), "new");
}

void check_rollback(LocalStore& store) {
    put(store, Table::journal, "kept", "1");
    {
        auto writer = store.write(Durability::full);
        REQUIRE_OK(writer);
        EXPECT_OK((*writer)->put(Table::journal, key("kept"), key("2")));
        EXPECT_OK((*writer)->put(Table::journal, key("new"), key("2")));
        EXPECT_OK((*writer)->erase_range(Table::journal, {}, {}));
    }
    EXPECT_EQ(value_of(store, Table::journal, "kept"), "1");
    EXPECT_EQ(value_of(store, Table::journal, "new"), "(none)");
}

void check_programs(LocalStore& one, LocalStore& other) {
    put(one, Table::keys, "a", "1");
    EXPECT_EQ(value_of(other, Table::keys, "a"), "1");
    auto reader = other.read();
    REQUIRE_OK(reader);
    EXPECT_EQ(listed(**reader, Table::keys, "", ""), "a=1;");
    auto writer = one.write(Durability::relaxed);
    REQUIRE_OK(writer);
    EXPECT_OK((*writer)->put(Table::keys, key("a"), key("2")));
    EXPECT_EQ(listed(**reader, Table::keys, "", ""), "a=1;");
    EXPECT_OK((*writer)->commit());
    writer->reset();
    // The reader stays where it was; a new one sees the change.
    EXPECT_EQ(listed(**reader, Table::keys, "", ""), "a=1;");
    reader->reset();
    EXPECT_EQ(value_of(other, Table::keys, "a"), "2");
}

}  // namespace

void check_local_store(const std::function<std::unique_ptr<LocalStore>()>& open) {
    const auto store = open();
    REQUIRE(store != nullptr);
    check_values(*store);
    check_order(*store);
    check_writer_sees_itself(*store);
    check_rollback(*store);
    const auto other = open();
    REQUIRE(other != nullptr);
    check_programs(*store, *other);
}

}  // namespace obhut::client
