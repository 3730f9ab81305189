#include "client/spaces/chain_file.h"

#include "core/base/verify.h"

namespace obhut::client {
namespace {

Bytes row_key(std::string_view kind, const SpaceId& space) {
    Bytes key = to_bytes(kind);
    append(key, space.view());
    return key;
}

Bytes number_key(Bytes key, std::uint64_t number) {
    append_be64(key, number);
    return key;
}

Bytes behind(Bytes prefix) {
    prefix.insert(prefix.end(), 9, 0xFF);
    return prefix;
}

Result<> put_links(StoreWriter& writer, const SpaceId& space, std::span<const NewLink> links) {
    for (const NewLink& link : links) {
        TRY(writer.put(Table::links, number_key(to_bytes(space.view()), link.sequence),
                       link.bytes));
        if (!link.epoch) continue;
        Bytes sequence;
        append_be64(sequence, link.sequence);
        TRY(writer.put(Table::spaces, number_key(row_key("r/", space), *link.epoch), sequence));
    }
    return {};
}

}  // namespace

Result<std::optional<space::Head>> ChainFile::head() {
    const auto reader = TRY(store_.read());
    const auto row = TRY(reader->get(Table::spaces, row_key("h/", space_)));
    if (!row) return std::optional<space::Head>();
    auto head = decode<space::Head>(*row);
    if (!head) return fail(errors::profile_damaged);
    return std::optional(*head);
}

Result<std::optional<space::Chain>> ChainFile::load() {
    const auto reader = TRY(store_.read());
    const auto row = TRY(reader->get(Table::spaces, row_key("c/", space_)));
    if (!row) return std::optional<space::Chain>();
    auto chain = space::Chain::load(*row);
    if (!chain) return fail(errors::profile_damaged, chain.error().code.number);
    return std::optional(std::move(*chain));
}

Result<> ChainFile::save(const space::Chain& chain, std::span<const NewLink> links,
                         const Also& also) {
    const auto writer = TRY(store_.write(Durability::relaxed));
    const auto row = TRY(writer->get(Table::spaces, row_key("h/", space_)));
    space::Head stored;
    if (row) stored = TRY(decode<space::Head>(*row));
    VERIFY("SR-29/programs-agree",
           !row || stored.sequence != chain.head().sequence || stored.hash == chain.head().hash,
           errors::chain_forked);
    if (!row || stored.sequence <= chain.head().sequence) {
        TRY(writer->put(Table::spaces, row_key("c/", space_), chain.store()));
        TRY(writer->put(Table::spaces, row_key("h/", space_), encode(chain.head())));
    }
    TRY(put_links(*writer, space_, links));
    if (also) TRY(also(*writer));
    return writer->commit();
}

Result<> ChainFile::replace(const space::Chain& chain, std::span<const NewLink> links,
                            const Also& also) {
    const auto writer = TRY(store_.write(Durability::full));
    TRY(writer->erase_range(Table::links, space_.view(), behind(to_bytes(space_.view()))));
    const Bytes epochs = row_key("r/", space_);
    TRY(writer->erase_range(Table::spaces, epochs, behind(epochs)));
    TRY(writer->erase(Table::spaces, row_key("x/", space_)));
    TRY(writer->put(Table::spaces, row_key("c/", space_), chain.store()));
    TRY(writer->put(Table::spaces, row_key("h/", space_), encode(chain.head())));
    TRY(put_links(*writer, space_, links));
    TRY(also(*writer));
    return writer->commit();
}

Result<std::optional<Bytes>> ChainFile::link(space::Sequence sequence) {
    const auto reader = TRY(store_.read());
    return reader->get(Table::links, number_key(to_bytes(space_.view()), sequence));
}

Result<std::optional<space::Sequence>> ChainFile::roster_of(space::EpochNumber epoch) {
    const auto reader = TRY(store_.read());
    const auto row = TRY(reader->get(Table::spaces, number_key(row_key("r/", space_), epoch)));
    if (!row || row->size() != 8) return std::optional<space::Sequence>();
    return std::optional<space::Sequence>(read_be64(*row));
}

Result<std::map<SpaceId, space::Head>> stored_heads(LocalStore& store) {
    constexpr std::string_view kPrefix = "h/";
    std::map<SpaceId, space::Head> heads;
    bool damaged = false;
    const auto reader = TRY(store.read());
    TRY(reader->scan(Table::spaces, as_bytes(kPrefix), as_bytes("h0"),
                     [&](ByteView key, ByteView value) {
                         const auto head = decode<space::Head>(value);
                         damaged = !head || key.size() != kPrefix.size() + SpaceId::kSize;
                         if (!damaged) heads[SpaceId::from(key.subspan(kPrefix.size()))] = *head;
                         return !damaged;
                     }));
    if (damaged) return fail(errors::profile_damaged);
    return heads;
}

}  // namespace obhut::client
