#include "core/crypto/object.h"

#include "core/crypto/errors.h"
#include "core/crypto/object_parts.h"
#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut {

namespace {

const OrgId kOrg = OrgId::truncated(Bytes(16, 1));
const SpaceId kSpace = SpaceId::truncated(Bytes(16, 2));
const ObjectPlace kPlace = in_space(kOrg, kSpace);

SealedObject sealed(std::string_view text) {
    test::TestEntropy entropy;
    return seal_object(kPlace, ObjectType::chunk, as_bytes(text), entropy);
}

}  // namespace

TEST(object_round_trip) {
    const SealedObject object = sealed("hello");
    EXPECT_EQ(object.bytes.size(), 5 + kObjectOverhead);
    EXPECT_EQ(object.reference.size, 5U);
    EXPECT(open_object(kPlace, ObjectType::chunk, object.reference, object.bytes) ==
           to_bytes("hello"));
    EXPECT(open_object(kPlace, ObjectType::chunk, sealed("").reference, sealed("").bytes) ==
           Bytes{});
}

TEST(object_is_that_of_the_example) {
    Bytes key(32);
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
    const Bytes object =
        seal_with(kPlace, ObjectType::chunk, ObjectKey(ByteView(key)), as_bytes("hello"));
    // docs/protocol/object.md §6; made with another program.
    EXPECT_EQ(to_hex(object),
              "01010253d07db5b02f7e1c621460ca82a4976fb73c5d38c1e3acf38d773fb75effb744f578200bd5a794"
              "c56b8bd1763724f6cfc3370ec3ae");
    EXPECT_EQ(object_id(object).hex(),
              "3a322bdee2789ca68cb1115bba09128f7a2b7b6f506efae1865dae561019892e");
}

TEST(sr_26_a_key_seals_the_same_object_again_or_none) {
    const SealedObject object = sealed("hello");
    const auto again = [&](const ObjectPlace& place, ObjectType type, std::string_view text) {
        return seal_again(place, type, object.reference, as_bytes(text));
    };
    EXPECT(again(kPlace, ObjectType::chunk, "hello") == object.bytes);
    EXPECT_ERROR(again(kPlace, ObjectType::chunk, "hellp"), errors::object_wrong_id);
    EXPECT_ERROR(again(kPlace, ObjectType::chunk, "hello "), errors::object_wrong_id);
    EXPECT_ERROR(again(kPlace, ObjectType::node, "hello"), errors::object_wrong_id);
    EXPECT_ERROR(again(in_space(kOrg, SpaceId{}), ObjectType::chunk, "hello"),
                 errors::object_wrong_id);
}

TEST(object_opens_nowhere_else) {
    const SealedObject object = sealed("hello");
    const auto open_at = [&](const ObjectPlace& place) {
        return open_object(place, ObjectType::chunk, object.reference, object.bytes);
    };
    EXPECT_ERROR(open_at(in_space(OrgId{}, kSpace)), errors::object_tampered);
    EXPECT_ERROR(open_at(in_space(kOrg, SpaceId{})), errors::object_tampered);
    EXPECT_ERROR(open_at({labels::object_in_drop, kOrg, kSpace}), errors::object_tampered);
    EXPECT_ERROR(open_object(kPlace, ObjectType::node, object.reference, object.bytes),
                 errors::wrong_object_type);
}

TEST(every_flipped_bit_of_an_object_is_found) {
    const SealedObject object = sealed("hello");
    for (std::size_t bit = 0; bit < object.bytes.size() * 8; ++bit) {
        Bytes changed = object.bytes;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        EXPECT_ERROR(open_object(kPlace, ObjectType::chunk, object.reference, changed),
                     errors::object_wrong_id);
        EXPECT(!open_with(kPlace, ObjectType::chunk, object.reference.key, changed).has_value());
    }
}

TEST(object_header_is_checked_before_anything_opens) {
    SealedObject object = sealed("hello");
    const auto open_bytes = [&](const Bytes& bytes) {
        return open_with(kPlace, ObjectType::chunk, object.reference.key, bytes);
    };
    Bytes changed = object.bytes;
    changed[0] = 0;
    EXPECT_ERROR(open_bytes(changed), errors::unknown_version);
    changed = object.bytes;
    changed[1] = 0;
    EXPECT_ERROR(open_bytes(changed), errors::unknown_suite);
    changed = object.bytes;
    changed.resize(kObjectOverhead - 1);
    EXPECT_ERROR(open_bytes(changed), errors::object_tampered);
}

TEST(object_of_another_size_is_refused) {
    SealedObject object = sealed("hello");
    object.reference.size = 6;
    EXPECT_ERROR(open_object(kPlace, ObjectType::chunk, object.reference, object.bytes),
                 errors::object_wrong_id);
}

TEST(object_opened_into_room_leaves_nothing_there_when_it_fails) {
    const SealedObject object = sealed("hello");
    Bytes room(8, 7);
    const auto opened =
        open_into(kPlace, ObjectType::chunk, object.reference.key, object.bytes, room);
    REQUIRE_OK(opened);
    EXPECT(equal(*opened, as_bytes("hello")) && opened->data() == room.data());
    Bytes changed = object.bytes;
    changed.back() ^= 1;
    EXPECT_ERROR(open_into(kPlace, ObjectType::chunk, object.reference.key, changed, room),
                 errors::object_tampered);
    EXPECT(equal(ByteView(room).first(5), Bytes(5)));
}

TEST(sr25_another_key_fails_at_the_commitment) {
    const SealedObject object = sealed("hello");
    test::TestEntropy entropy(99);
    const ObjectKey other = ObjectKey::generate(entropy);
    EXPECT_ERROR(open_with(kPlace, ObjectType::chunk, other, object.bytes),
                 errors::object_tampered);
}

TEST(reference_round_trip) {
    const SealedObject object = sealed("hello");
    CborWriter writer;
    object.reference.encode_to(writer);
    const Bytes bytes = writer.take();
    CborReader reader(bytes);
    const auto back = Reference::decode_from(reader);
    REQUIRE_OK(back);
    EXPECT(back->id == object.reference.id && back->size == 5);
    EXPECT(equal(back->key.expose(), object.reference.key.expose()));
    const Bytes untagged(bytes.begin() + 3, bytes.end());
    CborReader second(untagged);
    EXPECT(!Reference::decode_from(second).has_value());
}

}  // namespace obhut
