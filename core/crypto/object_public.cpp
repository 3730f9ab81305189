#include "core/crypto/object_public.h"

#include "core/crypto/hash.h"

namespace obhut {

ObjectId object_id(ByteView object) { return ObjectId::from(sha256(object).view()); }

}  // namespace obhut
