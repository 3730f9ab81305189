#include "core/directory/state.h"

#include "core/directory/rules.h"
#include "core/directory/state_data.h"

namespace obhut::directory {

namespace {

// Spans are [from, until); a checkpoint of size n has seen an event at p if p < n.
template <class Span>
bool covers(const Span& span, Position size) {
    return span.from < size && (!span.until || *span.until >= size);
}

template <class Table, class Id>
auto* find(Table& table, const Id& id) {
    const auto found = table.find(id);
    return found == table.end() ? nullptr : &found->second;
}

const Generation* newest_before(const std::vector<Generation>& generations, Position size) {
    for (auto it = generations.rbegin(); it != generations.rend(); ++it)
        if (it->since < size) return &*it;
    return nullptr;
}

}  // namespace

// ---- records

bool DeviceRecord::active_at(Position size) const {
    if (added_at >= size) return false;
    return std::none_of(pauses.begin(), pauses.end(),
                        [&](const Pause& pause) { return covers(pause, size); });
}

bool DeviceRecord::active() const {
    return std::none_of(pauses.begin(), pauses.end(),
                        [](const Pause& pause) { return !pause.until; });
}

bool UserRecord::is_admin_at(Position size) const {
    return std::any_of(admin.begin(), admin.end(),
                       [&](const AdminSpan& span) { return covers(span, size); });
}

bool UserRecord::active_at(Position size) const {
    return std::any_of(active_spans.begin(), active_spans.end(),
                       [&](const AdminSpan& span) { return covers(span, size); });
}

const Generation* UserRecord::generation_at(Position size) const {
    return newest_before(generations, size);
}

bool GroupRecord::has(const UserId& user) const {
    return !deleted && contains_sorted(members, user);
}

bool GroupRecord::has_at(const UserId& user, Position size) const {
    if (deleted_at && *deleted_at < size) return false;
    const auto at = std::lower_bound(members.begin(), members.end(), user);
    if (at != members.end() && *at == user &&
        seats[static_cast<std::size_t>(at - members.begin())].since < size)
        return true;
    return std::any_of(past.begin(), past.end(), [&](const Past& span) {
        return span.user == user && span.from < size && span.until >= size;
    });
}

bool GroupRecord::has_manager(const UserId& user) const {
    return !deleted && contains_sorted(managers, user);
}

std::optional<std::uint16_t> GroupRecord::bucket_of(const UserId& user) const {
    const auto at = std::lower_bound(members.begin(), members.end(), user);
    if (at == members.end() || *at != user) return std::nullopt;
    return seats[static_cast<std::size_t>(at - members.begin())].bucket;
}

bool GroupRecord::bucketed() const {
    return std::any_of(buckets.begin() + (buckets.empty() ? 0 : 1), buckets.end(),
                       [](const BucketRecord& bucket) { return bucket.members > 0; });
}

const Generation* GroupRecord::generation_at(Position size) const {
    return newest_before(generations, size);
}

bool ServiceRecord::valid_at(Millis time) const {
    return key.keys && key.not_before <= time && time <= key.not_after;
}

// ---- life

State::State() : data_(std::make_unique<Data>()) {
    data_->whole.policy.root.suites = {static_cast<std::uint8_t>(Suite::one)};
    data_->whole.policy.root.kdf_classes = {1};
}
State::~State() = default;
State::State(State&&) noexcept = default;
State& State::operator=(State&&) noexcept = default;

State State::clone() const {
    State copy;
    *copy.data_ = *data_;
    return copy;
}

Result<Verdict> State::apply(ByteView leaf) { return Rules::judge(*data_, leaf); }

Result<> State::apply_all(std::span<const Bytes> leaves) {
    data_->begin();
    for (const Bytes& leaf : leaves) {
        const Result<Verdict> verdict = apply(leaf);
        if (!verdict || !verdict->valid()) {
            data_->rollback();
            return std::unexpected(verdict ? *verdict->invalid : verdict.error());
        }
    }
    data_->commit();
    return {};
}

Result<> State::try_out(std::span<const Bytes> leaves,
                        const std::function<void(const State&)>& look) const {
    data_->begin();
    Result<> result;
    for (const Bytes& leaf : leaves) {
        const Result<Verdict> verdict = Rules::judge(*data_, leaf);
        if (verdict && verdict->valid()) continue;
        result = std::unexpected(verdict ? *verdict->invalid : verdict.error());
        break;
    }
    if (result && look) look(*this);
    data_->rollback();
    return result;
}

void State::begin() { data_->begin(); }
void State::commit() { data_->commit(); }
void State::rollback() { data_->rollback(); }

// ---- the log and the organisation

const OrgId& State::org() const { return data_->whole.org; }
const Hash& State::root_fingerprint() const { return data_->whole.fingerprint; }
Position State::size() const { return data_->whole.size; }
Millis State::last_time() const { return data_->whole.last_time; }
std::uint64_t State::valid_entries() const { return data_->whole.valid; }
const std::vector<RootRecord>& State::roots() const { return data_->whole.roots; }
const NotePublicKey& State::log_key() const {
    static const NotePublicKey kNone;
    return roots().empty() ? kNone : roots().back().log_key;
}
NotePublicKey State::log_key_at(Position size) const {
    NotePublicKey key;
    for (const RootRecord& root : roots())
        if (root.since < size) key = root.log_key;
    return key;
}
const Policy& State::policy() const { return data_->whole.policy; }
const std::vector<ResetRecord>& State::resets() const { return data_->whole.resets; }
const std::optional<Snapshot>& State::newest_snapshot() const { return data_->whole.snapshot; }
const std::optional<GroupId>& State::everyone() const { return data_->whole.everyone; }

Hash State::newest_about(const Subject& subject) const { return data_->newest_about(subject); }

// ---- who there is

const DeviceRecord* State::device(const DeviceId& id) const { return find(data_->devices, id); }
const DeviceRecord* State::device(const KeyId& signer) const {
    const DeviceId* id = find(data_->by_signer, signer);
    return id == nullptr ? nullptr : device(*id);
}
const UserRecord* State::user(const UserId& id) const { return find(data_->users, id); }
const GroupRecord* State::group(const GroupId& id) const { return find(data_->groups, id); }
const ServiceRecord* State::service(const ServiceId& id) const { return find(data_->services, id); }
const SpaceRecord* State::space(const SpaceId& id) const { return find(data_->spaces, id); }
const UserRecord* State::user_by_email(const Hash& email_hash) const {
    const UserId* id = find(data_->by_email, email_hash);
    return id == nullptr ? nullptr : user(*id);
}

const std::map<UserId, UserRecord>& State::users() const { return data_->users; }
const std::map<DeviceId, DeviceRecord>& State::devices() const { return data_->devices; }
const std::map<GroupId, GroupRecord>& State::groups() const { return data_->groups; }
const std::map<ServiceId, ServiceRecord>& State::services() const { return data_->services; }
const std::map<SpaceId, SpaceRecord>& State::spaces() const { return data_->spaces; }

// ---- questions

bool State::device_active_at(const DeviceId& id, Position size) const {
    const DeviceRecord* record = device(id);
    return record != nullptr && record->active_at(size);
}

bool State::is_admin(const UserId& id) const {
    const UserRecord* record = user(id);
    return record != nullptr && record->status == UserStatus::active && record->is_admin();
}

bool State::is_manager(const GroupRecord& group, const UserId& id) const {
    return directory::is_manager(*data_, group, id);
}

const Generation* State::newest_generation(const PrincipalId& id) const {
    return generation_at(id, size());
}

const Generation* State::generation_at(const PrincipalId& id, Position size) const {
    if (kind_of(id) == PrincipalKind::user) {
        const UserRecord* record = user(user_of(id));
        return record == nullptr ? nullptr : record->generation_at(size);
    }
    const GroupRecord* record = group(group_of(id));
    return record == nullptr ? nullptr : record->generation_at(size);
}

const Generation* State::generation(const PrincipalId& id, std::uint32_t number) const {
    const UserRecord* person = kind_of(id) == PrincipalKind::user ? user(user_of(id)) : nullptr;
    const GroupRecord* several =
        kind_of(id) == PrincipalKind::group ? group(group_of(id)) : nullptr;
    if (person == nullptr && several == nullptr) return nullptr;
    const std::vector<Generation>& all =
        person != nullptr ? person->generations : several->generations;
    // Generations are numbered from 1 without gaps.
    return number >= 1 && number <= all.size() ? &all[number - 1] : nullptr;
}

std::optional<Hash> State::heads_root(Position event) const {
    const auto& heads = data_->heads;
    const auto at =
        std::lower_bound(heads.begin(), heads.end(), event,
                         [](const HeadsEvent& e, Position position) { return e.at < position; });
    if (at == heads.end() || at->at != event) return std::nullopt;
    return at->heads;
}

bool State::carries_heads(const Hash& root) const {
    return std::ranges::any_of(data_->heads,
                               [&](const HeadsEvent& event) { return event.heads == root; });
}

// ---- storage

Bytes State::encode() const {
    CHECK(!data_->journal);
    return obhut::encode(*data_);
}

Result<State> State::decode(ByteView bytes) {
    auto data = obhut::decode<Data>(bytes);
    if (!data) return fail(errors::state_malformed);
    State state;
    *state.data_ = std::move(*data);
    for (const auto& [id, user] : state.data_->users) state.data_->index(user);
    for (const auto& [id, device] : state.data_->devices) state.data_->index(device);
    return state;
}

}  // namespace obhut::directory
