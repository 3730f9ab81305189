// The map of a snapshot: every record of the state as a leaf, in one order.
#include "core/directory/merkle.h"
#include "core/directory/state_data.h"

namespace obhut::directory {

namespace {

using Visit = std::function<Result<>(ByteView)>;

// A leaf of the map is table(1) ‖ record. Tables in the order of State::Data::fields, records in
// that of their ids.
template <class Record>
Result<> visit_leaf(const Visit& visit, RowTable table, const Record& record) {
    Bytes leaf{static_cast<std::uint8_t>(table)};
    append(leaf, encode(record));
    return visit(leaf);
}

template <class Records>
Result<> visit_table(const Visit& visit, RowTable table, const Records& records) {
    for (const auto& [id, record] : records) TRY(visit_leaf(visit, table, record));
    return {};
}

Result<> visit_all(const State::Data& data, const Visit& visit) {
    TRY(visit_leaf(visit, RowTable::whole, data.whole));
    TRY(visit_table(visit, RowTable::users, data.users));
    TRY(visit_table(visit, RowTable::devices, data.devices));
    TRY(visit_table(visit, RowTable::groups, data.groups));
    TRY(visit_table(visit, RowTable::services, data.services));
    TRY(visit_table(visit, RowTable::spaces, data.spaces));
    for (const HeadsEvent& event : data.heads) TRY(visit_leaf(visit, RowTable::heads, event));
    return {};
}

}  // namespace

Result<> State::each_leaf(const Visit& visit) const { return visit_all(*data_, visit); }
StateMap State::map() const { return map_of(*data_); }

StateMap map_of(const State::Data& data) {
    Frontier frontier;
    // The visitor cannot fail, so neither can the visit.
    CHECK(visit_all(data, [&frontier](ByteView leaf) -> Result<> {
        frontier.append(leaf_hash(leaf));
        return {};
    }));
    return {frontier.root(), frontier.size()};
}

}  // namespace obhut::directory
