// The state row by row, for a store in which saving costs what is new.
#include "core/directory/state_data.h"

namespace obhut::directory {

namespace {

enum class RowTable : std::uint8_t { whole = 1, users, devices, groups, services, spaces, heads };

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

template <class Records>
Result<> take(Records& records, ByteView id, ByteView value) {
    auto record = decode<typename Records::mapped_type>(value);
    if (!record || !equal(Records::id_of(*record).view(), id)) return fail(errors::state_malformed);
    const auto key = Records::id_of(*record);
    records.emplace_hint(records.end(), key, std::move(*record));
    return {};
}

Result<> take_heads(std::vector<HeadsEvent>& heads, ByteView id, ByteView value) {
    const auto event = decode<HeadsEvent>(value);
    const bool fits = event && equal(position_bytes(event->at), id) &&
                      (heads.empty() || heads.back().at < event->at);
    if (!fits) return fail(errors::state_malformed);
    heads.push_back(*event);
    return {};
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
    const ByteView id = key.subspan(1);
    switch (static_cast<RowTable>(key[0])) {
    case RowTable::whole: {
        auto whole = obhut::decode<Whole>(value);
        if (!whole || !id.empty()) return fail(errors::state_malformed);
        data_->whole = std::move(*whole);
        return {};
    }
    case RowTable::users: return take(data_->users, id, value);
    case RowTable::devices: return take(data_->devices, id, value);
    case RowTable::groups: return take(data_->groups, id, value);
    case RowTable::services: return take(data_->services, id, value);
    case RowTable::spaces: return take(data_->spaces, id, value);
    case RowTable::heads: return take_heads(data_->heads, id, value);
    }
    return fail(errors::state_malformed);
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
