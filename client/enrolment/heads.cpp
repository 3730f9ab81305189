#include "client/enrolment/heads.h"

namespace obhut::client {
namespace {

Bytes expected_prefix(const SpaceId& space) {
    Bytes key = to_bytes("x/");
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

Result<> expect_heads(Session& session, const DeviceId& device, const SeenHeads& seen) {
    if (seen.heads.empty()) return {};
    const auto writer = TRY(session.store.write(Durability::full));
    for (const SeenHead& head : seen.heads) {
        Bytes key = expected_prefix(head.space);
        append(key, device.view());
        const auto row = TRY(writer->get(Table::spaces, key));
        const auto known = row ? decode<SeenHeads>(*row) : Result<SeenHeads>(SeenHeads{});
        if (known && known->time > seen.time) continue;
        TRY(writer->put(Table::spaces, key, encode(SeenHeads{seen.time, {head}})));
    }
    return writer->commit();
}

Result<std::vector<SeenHead>> expected_heads(Session& session, const SpaceId& space) {
    std::vector<SeenHead> heads;
    const auto reader = TRY(session.store.read());
    const Bytes from = expected_prefix(space);
    Bytes to = from;
    to.insert(to.end(), DeviceId::kSize + 1, 0xFF);
    bool damaged = false;
    TRY(reader->scan(Table::spaces, from, to, [&](ByteView, ByteView value) {
        const auto seen = decode<SeenHeads>(value);
        damaged = !seen;
        if (seen) heads.insert(heads.end(), seen->heads.begin(), seen->heads.end());
        return !damaged;
    }));
    if (damaged) return fail(errors::profile_damaged);
    return heads;
}

}  // namespace obhut::client
