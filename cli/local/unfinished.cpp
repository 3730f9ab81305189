#include "cli/local/unfinished.h"

#include "core/crypto/hash.h"

namespace obhut::cli {

using client::Durability;
using client::Table;

Unfinished::Unfinished(client::LocalStore& store, const SpaceId& space, const std::string& source,
                       const std::string& target)
    : store_(store), key_(to_bytes("cli/put/")) {
    append(key_, space.view());
    for (const std::string& text : {source, target}) append(key_, sha256(as_bytes(text)).view());
}

Result<bool> Unfinished::begun() {
    return TRY(TRY(store_.read())->get(Table::apps, key_)).has_value();
}

Result<> Unfinished::begin() {
    const auto writer = TRY(store_.write(Durability::relaxed));
    TRY(writer->put(Table::apps, key_, as_bytes("1")));
    return writer->commit();
}

Result<> Unfinished::end() {
    const auto writer = TRY(store_.write(Durability::relaxed));
    TRY(writer->erase(Table::apps, key_));
    return writer->commit();
}

}  // namespace obhut::cli
