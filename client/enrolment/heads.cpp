#include "client/enrolment/sign_in.h"

namespace obhut::client {
namespace {

Bytes head_key(std::string_view kind, const SpaceId& space) {
    Bytes key = to_bytes(kind);
    append(key, space.view());
    return key;
}

}  // namespace

Result<std::vector<space::SpaceHead>> heads_seen(Session& session) {
    std::vector<space::SpaceHead> heads;
    const auto reader = TRY(session.store.read());
    TRY(reader->scan(Table::spaces, as_bytes("h/"), as_bytes("h0"),
                     [&](ByteView key, ByteView value) {
                         const auto head = decode<space::Head>(value);
                         if (head && key.size() == 2 + SpaceId::kSize)
                             heads.push_back({SpaceId::from(key.subspan(2)), *head});
                         return true;
                     }));
    return heads;
}

Result<> expect_heads(Session& session, const std::vector<space::SpaceHead>& heads) {
    if (heads.empty()) return {};
    const auto writer = TRY(session.store.write(Durability::full));
    for (const space::SpaceHead& head : heads) {
        const Bytes key = head_key("x/", head.space);
        const auto row = TRY(writer->get(Table::spaces, key));
        const auto known = row ? decode<space::Head>(*row) : Result<space::Head>(space::Head{});
        if (known && known->sequence >= head.head.sequence) continue;
        TRY(writer->put(Table::spaces, key, encode(head.head)));
    }
    return writer->commit();
}

Result<std::optional<space::Head>> expected_head(Session& session, const SpaceId& space) {
    const auto reader = TRY(session.store.read());
    const auto row = TRY(reader->get(Table::spaces, head_key("x/", space)));
    if (!row) return std::optional<space::Head>();
    const auto head = decode<space::Head>(*row);
    if (!head) return fail(errors::profile_damaged);
    return std::optional(*head);
}

}  // namespace obhut::client
