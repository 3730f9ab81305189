#include "core/directory/state_data.h"

namespace obhut::directory {

namespace {

template <class T, class Saved>
void put_back(T& table, Saved& saved) {
    for (auto& [id, record] : saved) {
        if (record)
            table[id] = std::move(*record);
        else
            table.erase(id);
    }
}

template <class Id, class Saved>
void touch(std::set<Id>& touched, const Saved& saved) {
    for (const auto& [id, before] : saved) touched.insert(id);
}

template <class Id>
Id id_of(const Subject& subject) {
    return Id::from(subject.id.view());
}

template <class Id, class T>
Hash newest_in(const T& table, const Subject& subject) {
    const auto found = table.find(id_of<Id>(subject));
    return found == table.end() ? Hash{} : found->second.newest;
}

}  // namespace

Hash State::Data::newest_about(const Subject& subject) const {
    switch (subject.kind) {
    case SubjectKind::root: return whole.newest_root;
    case SubjectKind::policy: return whole.newest_policy;
    case SubjectKind::snapshot: return whole.newest_snapshot;
    case SubjectKind::user: return newest_in<UserId>(users, subject);
    case SubjectKind::group: return newest_in<GroupId>(groups, subject);
    case SubjectKind::service: return newest_in<ServiceId>(services, subject);
    case SubjectKind::space: return newest_in<SpaceId>(spaces, subject);
    }
    return {};
}

void State::Data::set_newest(const Subject& subject, const Hash& leaf) {
    switch (subject.kind) {
    case SubjectKind::root: whole.newest_root = leaf; break;
    case SubjectKind::policy: whole.newest_policy = leaf; break;
    case SubjectKind::snapshot: whole.newest_snapshot = leaf; break;
    case SubjectKind::user: edit_user(id_of<UserId>(subject)).newest = leaf; break;
    case SubjectKind::group: edit_group(id_of<GroupId>(subject)).newest = leaf; break;
    case SubjectKind::service: edit_service(id_of<ServiceId>(subject)).newest = leaf; break;
    case SubjectKind::space: edit_space(id_of<SpaceId>(subject)).newest = leaf; break;
    }
}

void State::Data::begin() {
    CHECK(!journal);
    journal.emplace();
    journal->whole = whole;
    journal->heads = heads.size();
}

void State::Data::commit() {
    if (touched) {
        touch(touched->users, journal->users);
        touch(touched->devices, journal->devices);
        touch(touched->groups, journal->groups);
        touch(touched->services, journal->services);
        touch(touched->spaces, journal->spaces);
    }
    journal.reset();
}

void State::Data::rollback() {
    CHECK(journal);
    for (const auto& [id, before] : journal->users)
        if (const auto found = users.find(id); found != users.end()) unindex(found->second);
    for (const auto& [id, before] : journal->devices)
        if (const auto found = devices.find(id); found != devices.end()) unindex(found->second);
    for (const auto& [id, before] : journal->users)
        if (before) index(*before);
    for (const auto& [id, before] : journal->devices)
        if (before) index(*before);
    put_back(users, journal->users);
    put_back(devices, journal->devices);
    put_back(groups, journal->groups);
    put_back(services, journal->services);
    put_back(spaces, journal->spaces);
    whole = std::move(journal->whole);
    heads.resize(journal->heads);
    journal.reset();
}

void State::Data::index(const UserRecord& user) {
    if (user.status != UserStatus::withdrawn) by_email[user.email_hash] = user.id;
    if (user.is_admin()) admins.insert(user.id);
}

void State::Data::unindex(const UserRecord& user) {
    const auto found = by_email.find(user.email_hash);
    if (found != by_email.end() && found->second == user.id) by_email.erase(found);
    admins.erase(user.id);
}

void State::Data::index(const DeviceRecord& device) {
    by_signer[key_id(device.signing)] = device.id;
}

void State::Data::unindex(const DeviceRecord& device) { by_signer.erase(key_id(device.signing)); }

}  // namespace obhut::directory
