// The two bulk primitives, from whichever library is fastest here: OpenSSL natively, libsodium in
// wasm. Private to core/crypto. Functions are safe to call from several threads.
#pragma once

#include "core/base/bytes.h"
#include "core/crypto/hash.h"

namespace obhut::backend {

// ChaCha20-Poly1305 (RFC 8439) with a zero nonce and no additional data; the key must be used for
// one message only. seal writes plaintext.size() + 16 bytes to `out`. open writes sealed.size() -
// 16 bytes, false if the tag is wrong (then `out` is wiped).
void aead_seal(ByteView key32, ByteView plaintext, MutableByteView out);
bool aead_open(ByteView key32, ByteView sealed, MutableByteView out);
// The same, and the first bytes of what is opened go to a hash while they are near the processor.
// What the hash got means nothing when the tag is wrong.
bool aead_open(ByteView key32, ByteView sealed, MutableByteView out, Sha256& hash,
               std::size_t hashed);

// start makes sure the library is ready; cheap when it is.
void start();

}  // namespace obhut::backend
