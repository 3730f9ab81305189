#include "core/crypto/kem_public.h"

namespace obhut {

KemKeyHash kem_key_hash(const KemPublicKey& key) {
    return KemKeyHash::from(labelled_hash(labels::id_kem_key, {key.view()}).view());
}

}  // namespace obhut
