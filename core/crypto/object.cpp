#include "core/crypto/object.h"

#include "core/base/errors.h"
#include "core/base/verify.h"
#include "core/crypto/backend.h"
#include "core/crypto/errors.h"
#include "core/crypto/kdf.h"
#include "core/crypto/object_parts.h"
#include "core/crypto/suite.h"

namespace obhut {

namespace {

constexpr std::uint64_t kReferenceTag = 4242;

// KeyMaterial is key(32) ‖ commitment(32).
Secret<64> key_material(const ObjectPlace& place, ObjectType type, const ObjectKey& key) {
    const auto suite = static_cast<std::uint8_t>(Suite::one);
    const auto type_byte = static_cast<std::uint8_t>(type);
    KdfInfo info(place.label);
    info.add({&suite, 1}).add(place.org.view()).add(place.space.view()).add({&type_byte, 1});
    return derive<64>(key.expose(), info);
}

Result<> check_header(ObjectType type, ByteView object) {
    VERIFY("SR-05/object-length", object.size() >= kObjectOverhead, errors::object_tampered);
    VERIFY("SR-03/object-version", object[0] == kFormatVersion, errors::unknown_version);
    VERIFY("SR-03/object-suite", is_known(static_cast<Suite>(object[1])), errors::unknown_suite);
    VERIFY("SR-15/object-type", object[2] == static_cast<std::uint8_t>(type),
           errors::wrong_object_type);
    return {};
}

// open_by checks everything before `open` gets key, sealed bytes and where the plaintext goes.
template <class Open>
Result<ByteView> open_by(const ObjectPlace& place, ObjectType type, const ObjectKey& key,
                         ByteView object, MutableByteView room, const Open& open) {
    TRY(check_header(type, object));
    const Secret<64> material = key_material(place, type, key);
    VERIFY("SR-25/object-commitment",
           constant_time_equal(material.expose().last(32), object.subspan(3, 32)),
           errors::object_tampered);
    const MutableByteView plaintext = room.first(plaintext_room(object));
    VERIFY("SR-05/object-tag",
           open(material.expose().first(32), object.subspan(kObjectHeader), plaintext),
           errors::object_tampered);
    return ByteView(plaintext);
}

}  // namespace

void Reference::encode_to(CborWriter& writer) const {
    writer.tag(kReferenceTag);
    writer.array(3);
    writer.bytes(id.view());
    writer.bytes(key.expose());
    writer.uint(size);
}

Result<Reference> Reference::decode_from(CborReader& reader) {
    if (TRY(reader.tag()) != kReferenceTag || TRY(reader.array(3)) != 3)
        return fail(errors::wrong_type);
    const ByteView id = TRY(reader.bytes(32));
    const ByteView key = TRY(reader.bytes(32));
    if (id.size() != 32 || key.size() != 32) return fail(errors::invalid_value);
    return Reference{ObjectId::from(id), ObjectKey(key), TRY(reader.uint())};
}

Bytes seal_with(const ObjectPlace& place, ObjectType type, const ObjectKey& key,
                ByteView plaintext) {
    const Secret<64> material = key_material(place, type, key);
    Bytes object(plaintext.size() + kObjectOverhead);
    object[0] = kFormatVersion;
    object[1] = static_cast<std::uint8_t>(Suite::one);
    object[2] = static_cast<std::uint8_t>(type);
    const ByteView commitment = material.expose().last(32);
    std::copy(commitment.begin(), commitment.end(), object.begin() + 3);
    backend::aead_seal(material.expose().first(32), plaintext,
                       MutableByteView(object).subspan(kObjectHeader));
    return object;
}

SealedObject seal_object(const ObjectPlace& place, ObjectType type, ByteView plaintext,
                         Entropy& entropy) {
    ObjectKey key = ObjectKey::generate(entropy);
    Bytes bytes = seal_with(place, type, key, plaintext);
    const ObjectId id = object_id(bytes);
    return {{id, std::move(key), plaintext.size()}, std::move(bytes)};
}

Result<Bytes> seal_again(const ObjectPlace& place, ObjectType type, const Reference& reference,
                         ByteView plaintext) {
    Bytes bytes = seal_with(place, type, reference.key, plaintext);
    VERIFY("SR-26/same-object", object_id(bytes) == reference.id, errors::object_wrong_id);
    return bytes;
}

Result<ByteView> open_into(const ObjectPlace& place, ObjectType type, const ObjectKey& key,
                           ByteView object, MutableByteView room) {
    return open_by(place, type, key, object, room,
                   [](ByteView key32, ByteView sealed, MutableByteView out) {
                       return backend::aead_open(key32, sealed, out);
                   });
}

Result<OpenedAndHashed> open_hashed(const ObjectPlace& place, ObjectType type, const ObjectKey& key,
                                    ByteView object, MutableByteView room, std::size_t hashed) {
    Sha256 hash;
    const ByteView plaintext = TRY(open_by(
        place, type, key, object, room, [&](ByteView key32, ByteView sealed, MutableByteView out) {
            return backend::aead_open(key32, sealed, out, hash, hashed);
        }));
    return OpenedAndHashed{plaintext, hash.finish()};
}

Result<Bytes> open_with(const ObjectPlace& place, ObjectType type, const ObjectKey& key,
                        ByteView object) {
    Bytes plaintext(plaintext_room(object));
    TRY(open_into(place, type, key, object, plaintext));
    return plaintext;
}

Result<> check_size(const Reference& reference, ByteView object) {
    VERIFY("SR-06/object-size", object.size() == reference.size + kObjectOverhead,
           errors::object_wrong_id);
    return {};
}

Result<> check_id(const Reference& reference, ByteView object) {
    VERIFY("SR-06/object-id", object_id(object) == reference.id, errors::object_wrong_id);
    return {};
}

Result<Bytes> open_object(const ObjectPlace& place, ObjectType type, const Reference& reference,
                          ByteView object) {
    TRY(check_size(reference, object));
    TRY(check_id(reference, object));
    return open_with(place, type, reference.key, object);
}

}  // namespace obhut
