// HKDF-SHA-256 (RFC 5869) with labels, and Argon2id (RFC 9106).
#pragma once

#include "core/base/id.h"
#include "core/base/secret.h"
#include "core/crypto/errors.h"
#include "core/crypto/labels.h"

namespace obhut {

// KdfInfo builds the info input: LP(label) ‖ LP(part) ‖ …, with LP(x) = 4-byte big-endian length,
// then x.
class KdfInfo {
public:
    explicit KdfInfo(Label label) { add(as_bytes(label.text)); }
    KdfInfo& add(ByteView part) {
        append_be32(info_, static_cast<std::uint32_t>(part.size()));
        append(info_, part);
        return *this;
    }
    KdfInfo& add_uint(std::uint64_t value) {
        append_be32(info_, 8);
        append_be64(info_, value);
        return *this;
    }
    ByteView view() const { return info_; }

private:
    Bytes info_;
};

// hkdf_expand fills `out` (at most 8160 bytes) from a uniformly random 32-byte key.
void hkdf_expand(ByteView key, const KdfInfo& info, MutableByteView out);

// hkdf is extract (with salt) and expand, for input that is not uniform. `out` as above.
void hkdf(ByteView input, ByteView salt, const KdfInfo& info, MutableByteView out);

template <std::size_t N>
Secret<N> derive(ByteView key, const KdfInfo& info) {
    Secret<N> out;
    hkdf_expand(key, info, out.expose_mutable());
    return out;
}

// Cost of Argon2id, one lane. kdf_class names a compiled-in set; servers are never asked (SR-03,
// SR-37).
struct PasswordCost {
    std::uint32_t passes;
    std::uint32_t mebibytes;
    friend bool operator==(const PasswordCost&, const PasswordCost&) = default;
};
inline constexpr PasswordCost kPasswordCostFloor{3, 64};
inline constexpr PasswordCost kPasswordCostCeiling{10, 1024};

// password_cost gives the parameters of a class. Class 1 is {3, 64}. Errors: weak_parameters.
Result<PasswordCost> password_cost(std::uint8_t kdf_class);

// hash_password is Argon2id with a 16-byte salt; 32 bytes. About 0.2 s at the floor.
// Errors: weak_parameters (outside floor and ceiling), no_memory_for_kdf.
Result<Secret<32>> hash_password(ByteView password, ByteView salt16, PasswordCost cost);

// constant_time_equal compares secrets; sizes are public.
bool constant_time_equal(ByteView a, ByteView b);

}  // namespace obhut
