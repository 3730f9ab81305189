#include "core/directory/entries.h"

#include "core/directory/errors.h"

namespace obhut::directory {

namespace {

template <std::size_t I = 0>
Result<Body> decode_kind(std::uint64_t kind, CborReader& reader) {
    if constexpr (I == std::variant_size_v<Body::Any>) {
        return fail(errors::entry_unknown_kind, static_cast<std::int32_t>(kind & 0x7FFFFFFF));
    } else {
        using Record = std::variant_alternative_t<I, Body::Any>;
        if (kind != static_cast<std::uint64_t>(Record::kKind))
            return decode_kind<I + 1>(kind, reader);
        Body body{Body::Any(std::in_place_index<I>)};
        TRY(record_detail::read_value(reader, std::get<I>(body.any), kDefaultLimit));
        return body;
    }
}

}  // namespace

DeviceId device_id(const DeviceKeys& keys) {
    return DeviceId::truncated(
        labelled_hash(labels::id_device,
                      {keys.signing.view(), keys.request.view(), keys.kem.view()})
            .view());
}

EntryKind Body::kind() const {
    return std::visit([](const auto& record) { return std::decay_t<decltype(record)>::kKind; },
                      any);
}

Subject Body::subject() const {
    return std::visit([](const auto& record) { return record.subject(); }, any);
}

void Body::encode_to(CborWriter& writer) const {
    writer.array(2);
    writer.uint(static_cast<std::uint64_t>(kind()));
    std::visit([&](const auto& record) { record_detail::write_value(writer, record); }, any);
}

Result<Body> Body::decode_from(CborReader& reader) {
    if (TRY(reader.array(2)) != 2) return fail(errors::invalid_value);
    const std::uint64_t kind = TRY(reader.uint());
    return decode_kind(kind, reader);
}

OrgId organisation_id(const RootStatement& first) {
    return OrgId::truncated(
        labelled_hash(labels::id_org, {first.root.view(), first.next_root.view()}).view());
}

Hash root_fingerprint(const RootStatement& first) {
    return labelled_hash(labels::root_fingerprint, {first.root.view(), first.next_root.view()});
}

Hash email_hash(ByteView salt16, std::string_view address) {
    CHECK(salt16.size() == 16);
    std::string lower(address);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return labelled_hash(labels::hash_email, {salt16, as_bytes(lower)});
}

}  // namespace obhut::directory
