#include "core/base/record.h"

#include "tests/support/test.h"

namespace obhut {

namespace {

enum class Colour : std::uint8_t { red = 1, green = 2 };
constexpr bool is_known(Colour colour) { return colour == Colour::red || colour == Colour::green; }

struct Leaf {
    std::string name;
    Colour colour = Colour::red;
    static void fields(auto& self, auto& field) {
        field(1, self.name, 8);
        field(2, self.colour);
    }
};

struct Branch {
    std::uint32_t number = 0;
    std::optional<Hash> hash;
    std::vector<Leaf> leaves;
    std::int64_t offset = 0;
    static void fields(auto& self, auto& field) {
        field(1, self.number);
        field(2, self.hash);
        field(3, self.leaves, 3);
        field(30, self.offset);
    }
};

void check_refused(std::string_view encoded, Code expected) {
    EXPECT_ERROR(decode<Leaf>(*from_hex(encoded)), expected);
}

}  // namespace

TEST(record_round_trip) {
    Branch branch;
    branch.number = 70000;
    branch.leaves = {{"a", Colour::red}, {"b", Colour::green}};
    branch.offset = -5;
    const Bytes bytes = encode(branch);
    EXPECT_EQ(to_hex(bytes), std::string("a3011a0001117003"
                                         "82a20161610201a20161620202"
                                         "181e24"));
    const auto back = decode<Branch>(bytes);
    REQUIRE_OK(back);
    EXPECT_EQ(back->leaves.size(), 2U);
    EXPECT(back->offset == -5 && !back->hash);
    EXPECT(encode(*back) == bytes);
    branch.hash = Hash{};
    EXPECT(decode<Branch>(encode(branch))->hash.has_value());
}

TEST(record_refuses_what_it_does_not_know) {
    EXPECT_OK(decode<Leaf>(*from_hex("a20161610201")));
    check_refused(
        "a30161610201"
        "0300",
        errors::unknown_field);  // critical field 3
    check_refused(
        "a3000001"
        "61610201",
        errors::unknown_field);  // critical field 0
    check_refused("a1016161", errors::missing_field);
    check_refused("a20201016161", errors::missing_field);  // out of order
    check_refused(
        "a2016161"
        "0203",
        errors::invalid_value);  // no such colour
    check_refused(
        "a20169616161616161616161"
        "0201",
        errors::too_large);
    check_refused(
        "a2016161"
        "020100",
        errors::trailing_bytes);
    check_refused(
        "a201616118"
        "0201",
        errors::not_canonical);  // key 2 in a long form
    check_refused("8101", errors::wrong_type);
}

TEST(record_skips_fields_below_zero) {
    EXPECT_OK(
        decode<Leaf>(*from_hex("a3016161"
                               "0201"
                               "2041ff")));
    check_refused(
        "a4016161"
        "0201"
        "2100"
        "2000",
        errors::not_canonical);  // not in order
    check_refused(
        "a3016161"
        "0201"
        "20f90000",
        errors::wrong_type);  // still deterministic CBOR
}

}  // namespace obhut
