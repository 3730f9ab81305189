// The map of a snapshot: every record of the state as a leaf, in one order.
#include "core/directory/merkle.h"
#include "core/directory/state_data.h"

namespace obhut::directory {

namespace {

// A leaf of the map is table(1) ‖ record. Tables in the order of State::Data::fields, records in
// that of their ids.
template <class Record>
void add_leaf(Frontier& frontier, std::uint8_t table, const Record& record) {
    Bytes leaf{table};
    append(leaf, encode(record));
    frontier.append(leaf_hash(leaf));
}

Frontier map_of(const State::Data& data) {
    Frontier frontier;
    add_leaf(frontier, 1, data.whole);
    for (const auto& [id, record] : data.users) add_leaf(frontier, 2, record);
    for (const auto& [id, record] : data.devices) add_leaf(frontier, 3, record);
    for (const auto& [id, record] : data.groups) add_leaf(frontier, 4, record);
    for (const auto& [id, record] : data.services) add_leaf(frontier, 5, record);
    for (const auto& [id, record] : data.spaces) add_leaf(frontier, 6, record);
    for (const HeadsEvent& event : data.heads) add_leaf(frontier, 7, event);
    return frontier;
}

}  // namespace

Hash State::map_root() const { return map_of(*data_).root(); }
std::uint64_t State::map_records() const { return map_of(*data_).size(); }

}  // namespace obhut::directory
