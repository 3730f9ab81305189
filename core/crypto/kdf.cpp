#include "core/crypto/kdf.h"

#include <sodium.h>

#include "core/base/check.h"
#include "core/base/verify.h"
#include "core/crypto/backend.h"

namespace obhut {

void hkdf_expand(ByteView key, const KdfInfo& info, MutableByteView out) {
    CHECK(key.size() == crypto_kdf_hkdf_sha256_KEYBYTES);
    CHECK(out.size() <= crypto_kdf_hkdf_sha256_BYTES_MAX);
    backend::start();
    CHECK(crypto_kdf_hkdf_sha256_expand(out.data(), out.size(),
                                        reinterpret_cast<const char*>(info.view().data()),
                                        info.view().size(), key.data()) == 0);
}

void hkdf(ByteView input, ByteView salt, const KdfInfo& info, MutableByteView out) {
    backend::start();
    Secret<32> key;
    CHECK(crypto_kdf_hkdf_sha256_extract(key.expose_mutable().data(), salt.data(), salt.size(),
                                         input.data(), input.size()) == 0);
    hkdf_expand(key.expose(), info, out);
}

Result<PasswordCost> password_cost(std::uint8_t kdf_class) {
    VERIFY("SR-03/kdf-class", kdf_class == 1, errors::weak_parameters);
    return kPasswordCostFloor;
}

Result<Secret<32>> hash_password(ByteView password, ByteView salt16, PasswordCost cost) {
    CHECK(salt16.size() == crypto_pwhash_argon2id_SALTBYTES);
    VERIFY(
        "SR-03/kdf-floor",
        cost.passes >= kPasswordCostFloor.passes && cost.mebibytes >= kPasswordCostFloor.mebibytes,
        errors::weak_parameters);
    VERIFY("SR-03/kdf-ceiling",
           cost.passes <= kPasswordCostCeiling.passes &&
               cost.mebibytes <= kPasswordCostCeiling.mebibytes,
           errors::weak_parameters);
    backend::start();
    Secret<32> key;
    const std::size_t memory = std::size_t{cost.mebibytes} << 20;
    if (crypto_pwhash_argon2id(key.expose_mutable().data(), 32,
                               reinterpret_cast<const char*>(password.data()), password.size(),
                               salt16.data(), cost.passes, memory,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
        return fail(errors::no_memory_for_kdf);
    return key;
}

bool constant_time_equal(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace obhut
