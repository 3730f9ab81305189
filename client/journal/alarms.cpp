#include "client/journal/alarms.h"

#include "core/base/record.h"

namespace obhut::client {
namespace {

struct Row {
    Millis time = 0;
    std::uint32_t code = 0;
    std::uint32_t detail = 0;
    std::optional<SpaceId> space;
    Bytes evidence;
    Bytes other;
    std::optional<std::uint32_t> kind;  // of the code; absent in older rows: corrupt

    static void fields(auto& self, auto& field) {
        field(1, self.time);
        field(2, self.code);
        field(3, self.detail);
        field(4, self.space);
        field(5, self.evidence, 1U << 20);
        field(6, self.other, 1U << 20);
        field(7, self.kind);
    }
};

Bytes key_of(std::uint64_t number) {
    Bytes key;
    append_be64(key, number);
    return key;
}

}  // namespace

void Alarms::raise(Error error, const std::optional<SpaceId>& space, ByteView evidence,
                   ByteView other) {
    // An alarm that cannot be kept is still told to the caller.
    (void)keep(error, space, evidence, other);
}

Result<> Alarms::keep(Error error, const std::optional<SpaceId>& space, ByteView evidence,
                      ByteView other) {
    std::uint64_t next = 1;
    std::size_t count = 0;
    bool known = false;
    const auto writer = TRY(store_.write(Durability::full));
    TRY(writer->scan(Table::alarms, {}, {}, [&](ByteView key, ByteView value) {
        if (key.size() == 8) next = read_be64(key) + 1;
        ++count;
        const auto row = decode<Row>(value);
        known = known || (row && row->code == error.code.number && row->space == space);
        return true;
    }));
    if (known || count >= kMax) return {};
    const Row row{
        clock_.now(),       error.code.number, static_cast<std::uint32_t>(error.detail), space,
        to_bytes(evidence), to_bytes(other),   static_cast<std::uint32_t>(error.kind())};
    TRY(writer->put(Table::alarms, key_of(next), encode(row)));
    return writer->commit();
}

Result<std::size_t> Alarms::count() {
    std::size_t count = 0;
    const auto reader = TRY(store_.read());
    TRY(reader->scan(Table::alarms, {}, {}, [&](ByteView, ByteView) {
        ++count;
        return true;
    }));
    return count;
}

Result<std::vector<Alarm>> Alarms::list() {
    std::vector<Alarm> alarms;
    const auto reader = TRY(store_.read());
    TRY(reader->scan(Table::alarms, {}, {}, [&](ByteView key, ByteView value) {
        auto row = decode<Row>(value);
        if (!row || key.size() != 8) return true;
        Alarm alarm;
        alarm.number = read_be64(key);
        alarm.time = row->time;
        const auto kind = row->kind ? static_cast<Kind>(*row->kind) : Kind::corrupt;
        alarm.error = Error(Code{static_cast<std::uint16_t>(row->code), kind},
                            static_cast<std::int32_t>(row->detail));
        alarm.space = row->space;
        alarm.evidence = std::move(row->evidence);
        alarm.other_evidence = std::move(row->other);
        alarms.push_back(std::move(alarm));
        return true;
    }));
    return alarms;
}

Result<> Alarms::dismiss(std::uint64_t number) {
    const auto writer = TRY(store_.write(Durability::full));
    TRY(writer->erase(Table::alarms, key_of(number)));
    return writer->commit();
}

}  // namespace obhut::client
