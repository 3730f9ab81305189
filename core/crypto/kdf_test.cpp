#include "core/crypto/kdf.h"

#include "tests/support/test.h"

namespace obhut {

TEST(kdf_info_is_length_prefixed) {
    const Label label{"ab"};
    const KdfInfo info = std::move(KdfInfo(label).add(as_bytes("c")).add_uint(5));
    EXPECT_EQ(to_hex(info.view()), std::string("000000026162"
                                               "0000000163"
                                               "000000080000000000000005"));
}

TEST(derived_keys_differ_by_label_and_part) {
    const Bytes key(32, 1);
    const auto a = derive<32>(key, KdfInfo(labels::kit_salt));
    const auto b = derive<32>(key, KdfInfo(labels::kit_password_auth));
    const auto c = derive<32>(key, std::move(KdfInfo(labels::kit_salt).add(as_bytes(""))));
    EXPECT(!constant_time_equal(a.expose(), b.expose()));
    EXPECT(!constant_time_equal(a.expose(), c.expose()));
    EXPECT(constant_time_equal(a.expose(), derive<32>(key, KdfInfo(labels::kit_salt)).expose()));
}

TEST(weak_password_cost_is_refused) {
    const Bytes salt(16, 2);
    EXPECT_ERROR(hash_password(as_bytes("x"), salt, {2, 64}), errors::weak_parameters);
    EXPECT_ERROR(hash_password(as_bytes("x"), salt, {3, 63}), errors::weak_parameters);
    EXPECT_ERROR(hash_password(as_bytes("x"), salt, {11, 64}), errors::weak_parameters);
    EXPECT_ERROR(password_cost(0), errors::weak_parameters);
    EXPECT_ERROR(password_cost(2), errors::weak_parameters);
    EXPECT(password_cost(1) == kPasswordCostFloor);
}

}  // namespace obhut
