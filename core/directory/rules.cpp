#include "core/directory/rules.h"

#include "core/directory/merkle.h"

namespace obhut::directory {

namespace {

// How many signatures a kind of entry takes.
struct Signatures {
    std::size_t least;
    std::size_t most;
};
Signatures signatures_of(EntryKind kind) {
    if (kind == EntryKind::user_enrolled) return {2, 2};
    if (kind == EntryKind::kit_replaced) return {1, 2};
    return {1, 1};
}

// signed_by_somebody tells whether a registered key that counts made one of the signatures: then an
// entry that we cannot read is a sign that this program is too old, not noise.
bool signed_by_somebody(const State::Data& data, const SignedEntry& entry) {
    const auto verifies = [&](const SigningPublicKey& key, const Signature& signature) {
        return verify_signature(key, labels::sign_entry, data.whole.org, entry.payload, signature)
            .has_value();
    };
    for (const EntrySignature& signature : entry.signatures) {
        if (!data.whole.roots.empty() && key_id(data.whole.roots.back().key) == signature.signer &&
            verifies(data.whole.roots.back().key, signature.signature))
            return true;
        const auto found = data.by_signer.find(signature.signer);
        if (found == data.by_signer.end()) continue;
        const DeviceRecord& device = data.devices.at(found->second);
        if (device.active() && verifies(device.signing, signature.signature)) return true;
    }
    return false;
}

Verdict refuse(State::Data& data, Error error) {
    ++data.whole.size;
    return Verdict{error, std::nullopt, std::nullopt};
}

}  // namespace

Result<Verdict> Rules::judge(State::Data& data, ByteView leaf) {
    if (leaf.size() > kMaxEntryBytes) return refuse(data, Error(errors::entry_too_large));
    const auto signed_entry = decode<SignedEntry>(leaf);
    if (!signed_entry) return refuse(data, signed_entry.error());
    // A suite that is not ours but that the root has allowed means something we do not understand.
    const Bytes& allowed = data.whole.policy.root.suites;
    if (!is_known(Suite{signed_entry->suite}) &&
        std::find(allowed.begin(), allowed.end(), signed_entry->suite) != allowed.end())
        return fail(errors::unknown_suite, signed_entry->suite);
    const auto entry = decode<Entry>(signed_entry->payload);
    if (!entry) {
        if (entry.error().kind() == Kind::upgrade && signed_by_somebody(data, *signed_entry))
            return std::unexpected(entry.error());
        return refuse(data, entry.error());
    }
    const Hash hash = leaf_hash(leaf);
    const Result<> result = Rules(data, *signed_entry, *entry, hash).run();
    if (!result && result.error().kind() == Kind::upgrade) return std::unexpected(result.error());
    ++data.whole.size;
    Verdict verdict{std::nullopt, entry->kind(), entry->subject()};
    if (!result) verdict.invalid = result.error();
    return verdict;
}

Result<> Rules::run() {
    TRY(check_place());
    TRY(check_signatures());
    TRY(std::visit([this](const auto& body) { return rule(body); }, entry_.body.any));
    data_.whole.last_time = entry_.time;
    ++data_.whole.valid;
    data_.set_newest(entry_.subject(), leaf_hash_);
    return {};
}

Result<> Rules::check_place() {
    const bool first = data_.whole.roots.empty();
    if (first && entry_.kind() != EntryKind::root_statement) return fail(errors::entry_not_first);
    const Bytes& allowed = data_.whole.policy.root.suites;
    VERIFY("SR-03/entry-suite",
           std::find(allowed.begin(), allowed.end(), signed_.suite) != allowed.end(),
           errors::entry_suite);
    const Hash newest = data_.newest_about(entry_.subject());
    VERIFY("SR-32/entry-predecessor", entry_.previous == newest, errors::entry_replayed);
    VERIFY("SR-29/entry-time", entry_.time >= data_.whole.last_time, errors::entry_back_in_time);
    return {};
}

// candidate finds the key that an id stands for: registered ones, and those that this very entry
// introduces.
std::optional<Rules::Candidate> Rules::candidate(const KeyId& signer) const {
    if (!data_.whole.roots.empty() && key_id(data_.whole.roots.back().key) == signer)
        return Candidate{data_.whole.roots.back().key, Signer::of_root()};
    // The first root signs itself; the next is known by the hash that was committed to (rule of
    // RootStatement).
    if (const auto* statement = std::get_if<RootStatement>(&entry_.body.any);
        statement != nullptr && key_id(statement->root) == signer)
        return Candidate{statement->root, Signer::of_root()};
    if (const auto* enrolled = std::get_if<UserEnrolled>(&entry_.body.any)) {
        if (key_id(enrolled->device.signing) == signer)
            return Candidate{enrolled->device.signing, Signer::of_newcomer(enrolled->device)};
        const auto user = data_.users.find(enrolled->user);
        if (user != data_.users.end() && key_id(user->second.invitation) == signer)
            return Candidate{user->second.invitation, Signer::of_invitation()};
        return std::nullopt;
    }
    const auto found = data_.by_signer.find(signer);
    if (found == data_.by_signer.end()) return std::nullopt;
    const DeviceRecord& device = data_.devices.at(found->second);
    return Candidate{device.signing, Signer::of_device(device)};
}

Result<> Rules::check_signatures() {
    const Signatures wanted = signatures_of(entry_.kind());
    const std::size_t count = signed_.signatures.size();
    if (count < wanted.least || count > wanted.most) return fail(errors::entry_unsigned);
    if (count == 2 && signed_.signatures[0].signer == signed_.signatures[1].signer)
        return fail(errors::entry_unsigned);
    // Before the first entry has acted, the organisation is the one that it makes.
    OrgId org = data_.whole.org;
    if (const auto* statement = std::get_if<RootStatement>(&entry_.body.any);
        statement != nullptr && data_.whole.roots.empty())
        org = organisation_id(*statement);
    for (const EntrySignature& signature : signed_.signatures) {
        const std::optional<Candidate> found = candidate(signature.signer);
        if (!found) return fail(errors::signer_unknown);
        VERIFY("SR-27/entry-signature",
               verify_signature(found->key, labels::sign_entry, org, signed_.payload,
                                signature.signature),
               errors::entry_signature);
        const DeviceRecord* device = found->signer.device;
        VERIFY("SR-27/entry-signer-revoked", device == nullptr || device->active(),
               errors::signer_inactive);
        signers_.push_back(found->signer);
    }
    return {};
}

Result<> Rules::by_root() const {
    VERIFY("SR-17/signed-by-root", signers_[0].root, errors::signer_not_root);
    return {};
}

Result<> Rules::by_admin(std::size_t index) const {
    const DeviceRecord* device = index < signers_.size() ? signers_[index].device : nullptr;
    if (device == nullptr) return fail(errors::signer_not_admin);
    const UserRecord& user = data_.users.at(device->user);
    VERIFY("SR-17/signed-by-admin", user.is_admin() && user.status == UserStatus::active,
           errors::signer_not_admin);
    VERIFY("SR-27/admin-device-kind", device->kind != DeviceKind::web, errors::signer_not_full);
    return {};
}

Result<> Rules::by_own(const UserId& user) const {
    const DeviceRecord* device = signers_[0].device;
    if (device == nullptr) return fail(errors::signer_not_owner);
    VERIFY("SR-17/signed-by-own-device", device->user == user, errors::signer_not_owner);
    return {};
}

Result<> Rules::by_full_or_kit(const UserId& user) const {
    TRY(by_own(user));
    VERIFY("SR-34/web-device-signs", signer().kind != DeviceKind::web, errors::signer_not_full);
    return {};
}

// ---- questions that several rules ask

Result<const UserRecord*> Rules::user_in(const UserId& id, UserStatus status) const {
    const auto found = data_.users.find(id);
    if (found == data_.users.end()) return fail(errors::user_unknown);
    if (found->second.status != status) return fail(errors::user_wrong_status);
    return &found->second;
}

const DeviceRecord* Rules::device(const DeviceId& id) const {
    const auto found = data_.devices.find(id);
    return found == data_.devices.end() ? nullptr : &found->second;
}

}  // namespace obhut::directory
