// What a State holds, and the journal that lets several entries act together or not at all.
// Internal to this folder.
//
// Records are changed only through the edit_* functions: while a journal is kept they save what was
// there before.
#pragma once

#include <set>

#include "core/directory/state.h"

namespace obhut::directory {

// RowTable is the first byte of a row's key, and of a leaf of the map.
enum class RowTable : std::uint8_t { whole = 1, users, devices, groups, services, spaces, heads };

// Table is a map of records, encoded as an array in the order of the ids.
template <class Id, class Record>
struct Table : std::map<Id, Record> {
    static constexpr std::size_t kMaxRecords = 1U << 26;

    static const Id& id_of(const Record& record) {
        if constexpr (requires { record.id; })
            return record.id;
        else
            return record.key.service;
    }
    void encode_to(CborWriter& writer) const {
        writer.array(this->size());
        for (const auto& [id, record] : *this) record_detail::write_value(writer, record);
    }
    static Result<Table> decode_from(CborReader& reader) {
        Table table;
        const std::size_t count = TRY(reader.array(kMaxRecords));
        for (std::size_t i = 0; i < count; ++i) {
            Record record;
            TRY(record_detail::read_value(reader, record, kDefaultLimit));
            const Id id = id_of(record);
            if (!table.empty() && !(table.rbegin()->first < id)) return fail(errors::not_canonical);
            table.emplace_hint(table.end(), id, std::move(record));
        }
        return table;
    }
};

// HeadsEvent is an entry that ends somebody's right to sign, with the Merkle root of heads it
// carries.
struct HeadsEvent {
    Position at = 0;
    Hash heads;

    static void fields(auto& self, auto& field) {
        field(1, self.at);
        field(2, self.heads);
    }
};

// Whole is everything that is there once; small enough to be copied.
struct Whole {
    OrgId org;
    Hash fingerprint;
    Position size = 0;
    Millis last_time = 0;
    std::uint64_t valid = 0;
    std::vector<RootRecord> roots;
    Policy policy;
    std::vector<ResetRecord> resets;
    std::optional<Snapshot> snapshot;
    std::optional<GroupId> everyone;
    Hash newest_root;
    Hash newest_policy;
    Hash newest_snapshot;

    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.fingerprint);
        field(3, self.size);
        field(4, self.last_time);
        field(5, self.valid);
        field(6, self.roots, 1U << 16);
        field(7, self.policy);
        field(8, self.resets, 1U << 16);
        field(9, self.snapshot);
        field(10, self.everyone);
        field(11, self.newest_root);
        field(12, self.newest_policy);
        field(13, self.newest_snapshot);
    }
};

// Journal holds what records were before they were changed; absent: there was none.
struct Journal {
    Whole whole;
    std::size_t heads = 0;
    std::map<UserId, std::optional<UserRecord>> users;
    std::map<DeviceId, std::optional<DeviceRecord>> devices;
    std::map<GroupId, std::optional<GroupRecord>> groups;
    std::map<ServiceId, std::optional<ServiceRecord>> services;
    std::map<SpaceId, std::optional<SpaceRecord>> spaces;
};

// Touched is what has changed since it was last kept.
struct Touched {
    std::set<UserId> users;
    std::set<DeviceId> devices;
    std::set<GroupId> groups;
    std::set<ServiceId> services;
    std::set<SpaceId> spaces;
    std::size_t heads = 0;  // so many had been kept
};

struct State::Data {
    Whole whole;
    Table<UserId, UserRecord> users;
    Table<DeviceId, DeviceRecord> devices;
    Table<GroupId, GroupRecord> groups;
    Table<ServiceId, ServiceRecord> services;
    Table<SpaceId, SpaceRecord> spaces;
    std::vector<HeadsEvent> heads;  // ascending by position

    // Indexes, rebuilt when decoded.
    std::map<KeyId, DeviceId> by_signer;
    std::map<Hash, UserId> by_email;
    std::set<UserId> admins;  // granted, whatever their status

    static void fields(auto& self, auto& field) {
        field(1, self.whole);
        field(2, self.users, std::size_t{1} << 28);
        field(3, self.devices, std::size_t{1} << 28);
        field(4, self.groups, std::size_t{1} << 28);
        field(5, self.services, std::size_t{1} << 28);
        field(6, self.spaces, std::size_t{1} << 28);
        field(7, self.heads, std::size_t{1} << 28);
    }

    std::optional<Journal> journal;
    std::optional<Touched> touched;  // absent: nobody asks

    UserRecord& edit_user(const UserId& id) { return edit(users, &Journal::users, id); }
    DeviceRecord& edit_device(const DeviceId& id) { return edit(devices, &Journal::devices, id); }
    GroupRecord& edit_group(const GroupId& id) { return edit(groups, &Journal::groups, id); }
    ServiceRecord& edit_service(const ServiceId& id) {
        return edit(services, &Journal::services, id);
    }
    SpaceRecord& edit_space(const SpaceId& id) { return edit(spaces, &Journal::spaces, id); }

    void begin();     // starts a journal
    void commit();    // forgets it
    void rollback();  // puts everything back as it was at begin()

    // newest_about is as State::newest_about.
    Hash newest_about(const Subject& subject) const;
    void set_newest(const Subject& subject, const Hash& leaf);

    // index adds a user or device to the indexes; unindex takes it out.
    void index(const UserRecord& user);
    void unindex(const UserRecord& user);
    void index(const DeviceRecord& device);
    void unindex(const DeviceRecord& device);

private:
    template <class T, class Saved, class Id>
    typename T::mapped_type& edit(T& table, Saved Journal::* saved, const Id& id) {
        if (journal && !((*journal).*saved).contains(id)) {
            const auto found = table.find(id);
            if (found == table.end())
                ((*journal).*saved)[id] = std::nullopt;
            else
                ((*journal).*saved)[id] = found->second;
        }
        return table[id];
    }
};

// map_of is State::map.
StateMap map_of(const State::Data& data);

// insert_sorted / erase_sorted keep a vector of ids in order; both ignore what is there (or not)
// already.
template <class Id>
void insert_sorted(std::vector<Id>& ids, const Id& id) {
    const auto at = std::lower_bound(ids.begin(), ids.end(), id);
    if (at == ids.end() || *at != id) ids.insert(at, id);
}
template <class Id>
void erase_sorted(std::vector<Id>& ids, const Id& id) {
    const auto at = std::lower_bound(ids.begin(), ids.end(), id);
    if (at != ids.end() && *at == id) ids.erase(at);
}
template <class Id>
bool contains_sorted(const std::vector<Id>& ids, const Id& id) {
    return std::binary_search(ids.begin(), ids.end(), id);
}
// strictly_ascending demands the one order that a list in an entry may have.
template <class Id>
bool strictly_ascending(const std::vector<Id>& ids) {
    return std::adjacent_find(ids.begin(), ids.end(),
                              [](const Id& a, const Id& b) { return !(a < b); }) == ids.end();
}

}  // namespace obhut::directory
