// The state row by row, for a store in which saving costs what is new.
#include "core/directory/state_data.h"

namespace obhut::directory {

namespace {

Bytes row_key(RowTable table, ByteView id = {}) {
    Bytes key{static_cast<std::uint8_t>(table)};
    append(key, id);
    return key;
}

Bytes position_bytes(Position at) {
    Bytes bytes(8);
    for (std::size_t i = 8; i-- > 0; at >>= 8) bytes[i] = static_cast<std::uint8_t>(at);
    return bytes;
}

template <class Records>
void add_all(std::vector<Row>& rows, RowTable table, const Records& records) {
    for (const auto& [id, record] : records)
        rows.push_back({row_key(table, id.view()), encode(record)});
}

template <class Records, class Ids>
void add_some(std::vector<Row>& rows, RowTable table, const Records& records, const Ids& ids) {
    for (const auto& id : ids) rows.push_back({row_key(table, id.view()), encode(records.at(id))});
}

void add_heads(std::vector<Row>& rows, const std::vector<HeadsEvent>& heads, std::size_t from) {
    for (std::size_t i = from; i < heads.size(); ++i)
        rows.push_back({row_key(RowTable::heads, position_bytes(heads[i].at)), encode(heads[i])});
}

// No id: whatever the record says.
using ExpectedKey = std::optional<ByteView>;

template <class Records>
Result<> take(Records& records, const ExpectedKey& expected, ByteView value) {
    auto record = decode<typename Records::mapped_type>(value);
    if (!record) return fail(errors::state_malformed);
    const auto key = Records::id_of(*record);
    if (expected && !equal(key.view(), *expected)) return fail(errors::state_malformed);
    if (!records.empty() && !(records.rbegin()->first < key)) return fail(errors::state_malformed);
    records.emplace_hint(records.end(), key, std::move(*record));
    return {};
}

Result<> take_heads(std::vector<HeadsEvent>& heads, const ExpectedKey& expected, ByteView value) {
    const auto event = decode<HeadsEvent>(value);
    const bool fits = event && (!expected || equal(position_bytes(event->at), *expected)) &&
                      (heads.empty() || heads.back().at < event->at);
    if (!fits) return fail(errors::state_malformed);
    heads.push_back(*event);
    return {};
}

Result<> take_record(State::Data& data, RowTable table, const ExpectedKey& expected,
                     ByteView value) {
    switch (table) {
    case RowTable::whole: {
        auto whole = obhut::decode<Whole>(value);
        if (!whole || (expected && !expected->empty())) return fail(errors::state_malformed);
        data.whole = std::move(*whole);
        return {};
    }
    case RowTable::users: return take(data.users, expected, value);
    case RowTable::devices: return take(data.devices, expected, value);
    case RowTable::groups: return take(data.groups, expected, value);
    case RowTable::services: return take(data.services, expected, value);
    case RowTable::spaces: return take(data.spaces, expected, value);
    case RowTable::heads: return take_heads(data.heads, expected, value);
    }
    return fail(errors::state_malformed);
}

}  // namespace

void State::track() {
    data_->touched.emplace();
    data_->touched->heads = data_->heads.size();
}

void State::forget_changes() { track(); }

std::vector<Row> State::rows() const {
    std::vector<Row> rows;
    rows.push_back({row_key(RowTable::whole), obhut::encode(data_->whole)});
    add_all(rows, RowTable::users, data_->users);
    add_all(rows, RowTable::devices, data_->devices);
    add_all(rows, RowTable::groups, data_->groups);
    add_all(rows, RowTable::services, data_->services);
    add_all(rows, RowTable::spaces, data_->spaces);
    add_heads(rows, data_->heads, 0);
    return rows;
}

std::vector<Row> State::changed_rows() const {
    CHECK(data_->touched && !data_->journal);
    const Touched& touched = *data_->touched;
    std::vector<Row> rows;
    rows.push_back({row_key(RowTable::whole), obhut::encode(data_->whole)});
    add_some(rows, RowTable::users, data_->users, touched.users);
    add_some(rows, RowTable::devices, data_->devices, touched.devices);
    add_some(rows, RowTable::groups, data_->groups, touched.groups);
    add_some(rows, RowTable::services, data_->services, touched.services);
    add_some(rows, RowTable::spaces, data_->spaces, touched.spaces);
    add_heads(rows, data_->heads, touched.heads);
    return rows;
}

Result<> State::take_row(ByteView key, ByteView value) {
    if (key.empty()) return fail(errors::state_malformed);
    return take_record(*data_, static_cast<RowTable>(key[0]), key.subspan(1), value);
}

Result<> State::take_leaf(ByteView leaf) {
    if (leaf.empty()) return fail(errors::state_malformed);
    return take_record(*data_, static_cast<RowTable>(leaf[0]), std::nullopt, leaf.subspan(1));
}

Result<> State::finish_rows() {
    for (const auto& [id, user] : data_->users) data_->index(user);
    for (const auto& [id, device] : data_->devices) {
        if (!data_->users.contains(device.user)) return fail(errors::state_malformed);
        data_->index(device);
    }
    track();
    return {};
}

}  // namespace obhut::directory
