#include "core/tree/tree_top.h"

#include "core/base/errors.h"

namespace obhut::tree {

void TreeTop::encode_to(CborWriter& writer) const {
    writer.tag(kTreeTag);
    writer.array(3);
    writer.bytes(root.id.view());
    writer.bytes(root.key.expose());
    writer.uint(root.size);
}

Result<TreeTop> TreeTop::decode_from(CborReader& reader) {
    if (TRY(reader.tag()) != kTreeTag || TRY(reader.array(3)) != 3) return fail(errors::wrong_type);
    const ByteView id = TRY(reader.bytes(32));
    const ByteView key = TRY(reader.bytes(32));
    if (id.size() != 32 || key.size() != 32) return fail(errors::invalid_value);
    return TreeTop{Root{ObjectId::from(id), ObjectKey(key), TRY(reader.uint())}};
}

}  // namespace obhut::tree
