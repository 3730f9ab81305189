#include "client/drops/inbox_keys.h"

#include <algorithm>

#include "client/errors.h"
#include "client/spaces/space_parts.h"
#include "core/base/verify.h"
#include "core/crypto/box.h"

namespace obhut::client {
namespace {

constexpr std::size_t kMaxKeys = 64;  // kept at once
constexpr Millis kClockSkew = 5 * kMinute;

struct SignedStatement {
    Bytes statement;
    Signature signature;
    static void fields(auto& self, auto& field) {
        field(1, self.statement, api::kMaxInboxStatement);
        field(2, self.signature);
    }
};

// At `q/<number>` of the mailbox.
struct StoredKey {
    KemSecretKey secret;
    Millis not_before = 0;
    Millis not_after = 0;
    std::uint32_t generation = 0;  // of the owner's key then
    static void fields(auto& self, auto& field) {
        field(1, self.secret);
        field(2, self.not_before);
        field(3, self.not_after);
        field(4, self.generation);
    }
};

Bytes stored_key(std::uint32_t number) {
    Bytes key = to_bytes("q/");
    append_be32(key, number);
    return key;
}

struct NumberedKey {
    std::uint32_t number = 0;
    StoredKey key;
};

Result<std::vector<NumberedKey>> stored_keys(const tree::Tree& tree) {
    std::vector<NumberedKey> keys;
    for (const tree::Entry& entry :
         TRY(tree.range(tree::KeyRange::prefix(as_bytes("q/")), kMaxKeys))) {
        if (entry.key.size() != 6) return fail(errors::letter_malformed);
        keys.push_back({read_be32(ByteView(entry.key).subspan(2)),
                        TRY(decode<StoredKey>(TRY(tree.read_value(entry.value))))});
    }
    return keys;
}

// Whether a key is used up, or those who may know it are not those who should any more.
bool is_over(const StoredKey& key, Millis now, std::uint32_t generation) {
    return key.not_after <= now || key.generation != generation;
}

// Adds the next key unless another device has, and takes out those that are not needed any more.
class TendKeys final : public Change {
public:
    TendKeys(Session& session, std::uint32_t generation, std::uint32_t drained)
        : session_(session), generation_(generation), drained_(drained) {}

    Result<Plan> plan(const Snapshot& base) override {
        Plan plan;
        const Millis now = session_.remote.now();
        const std::vector<NumberedKey> keys = TRY(stored_keys(base.tree));
        const bool due =
            keys.empty() || is_over(keys.back().key, now + kInboxKeyAhead, generation_);
        newest = keys.empty() ? 0 : keys.back().number;
        if (due && keys.size() < kMaxKeys) {
            ++newest;
            const StoredKey made{KemSecretKey::generate(session_.entropy), now, now + kInboxKeyTime,
                                 generation_};
            plan.batch.put(stored_key(newest), ByteView(encode(made)));
        }
        for (const NumberedKey& key : keys)
            if (key.number <= drained_ && key.number != newest)
                plan.batch.erase(stored_key(key.number));
        return plan;
    }

    std::uint32_t newest = 0;

private:
    Session& session_;
    std::uint32_t generation_;
    std::uint32_t drained_;
};

Bytes sign_statement(Session& session, const InboxId& inbox, const NumberedKey& key) {
    const InboxStatement statement{session.org(),      inbox,
                                   key.number,         kem_public_key(key.key.secret),
                                   key.key.not_before, key.key.not_after,
                                   session.device(),   key.key.generation};
    SignedStatement content{encode(statement), {}};
    content.signature =
        sign(session.secrets().signing, labels::sign_inbox_key, session.org(), content.statement);
    return encode(content);
}

// Whether a device speaks for the owner of an inbox.
Result<> judge_signer(const directory::State& state, const InboxId& inbox,
                      const directory::DeviceRecord& device) {
    if (kind_of(inbox) == api::InboxKind::group) {
        const directory::GroupRecord* group = state.group(group_of(owner_of(inbox)));
        const bool member = group != nullptr && !group->deleted && group->has(device.user);
        VERIFY("SR-02/inbox-key-of-member", member, errors::inbox_key_false);
        return {};
    }
    VERIFY("SR-02/inbox-key-of-own-device", device.user == user_of(owner_of(inbox)),
           errors::inbox_key_false);
    return {};
}

// The newest generation of an inbox's owner, if something may be sealed to it.
const directory::Generation* fresh_generation(const Session& session, const InboxId& inbox) {
    const auto* newest = session.directory.state().newest_generation(owner_of(inbox));
    return newest == nullptr || newest->stale() ? nullptr : newest;
}

}  // namespace

InboxId inbox_of(Space& mailbox) {
    const space::Genesis& genesis = mailbox.parts().chain.chain().genesis();
    if (genesis.home) return api::inbox(*genesis.home);
    if (genesis.group) return api::inbox(*genesis.group);
    return api::inbox(mailbox.id());
}

Result<InboxStatement> open_statement(const Session& session, const InboxId& inbox,
                                      ByteView bytes) {
    const auto content = decode<SignedStatement>(bytes);
    if (!content) return fail(errors::inbox_key_false);
    auto statement = decode<InboxStatement>(content->statement);
    if (!statement) return fail(errors::inbox_key_false);
    const bool names_inbox = statement->org == session.org() && statement->inbox == inbox;
    VERIFY("SR-02/inbox-key-names-inbox", names_inbox, errors::inbox_key_false);
    const directory::State& state = session.directory.state();
    const directory::DeviceRecord* device = state.device(statement->device);
    const bool full = device != nullptr && device->kind != DeviceKind::web;
    VERIFY("SR-02/inbox-key-of-full-device", full, errors::inbox_key_false);
    VERIFY("SR-02/inbox-key-device-active", state.device_active(device->id),
           errors::inbox_key_false);
    TRY(judge_signer(state, inbox, *device));
    const bool is_signed = verify_signature(device->signing, labels::sign_inbox_key, session.org(),
                                            content->statement, content->signature)
                               .has_value();
    VERIFY("SR-02/inbox-key-signed", is_signed, errors::inbox_key_false);
    const Millis now = const_cast<Session&>(session).remote.now();
    const bool lasts = statement->not_before <= now + kClockSkew && now < statement->not_after &&
                       statement->not_after <= statement->not_before + kInboxKeyTime;
    VERIFY("SR-27/inbox-key-lasts", lasts, errors::inbox_key_false);
    const directory::Generation* newest = fresh_generation(session, inbox);
    const bool current = newest != nullptr && newest->number == statement->generation;
    VERIFY("SR-36/inbox-key-of-this-generation", current, errors::inbox_key_false);
    VERIFY("SR-16/inbox-key-valid", is_valid_kem_key(statement->key), errors::inbox_key_false);
    return statement;
}

Result<KemSecretKey> inbox_secret(Session& session, Space& mailbox, const KemKeyHash& key) {
    const Snapshot* snapshot = TRY(mailbox.snapshot());
    for (const NumberedKey& stored : TRY(stored_keys(snapshot->tree)))
        if (kem_key_hash(kem_public_key(stored.key.secret)) == key)
            return stored.key.secret.clone();
    const PrincipalId owner = owner_of(inbox_of(mailbox));
    const directory::State& state = session.directory.state();
    const auto* newest = state.newest_generation(owner);
    for (std::uint32_t number = newest == nullptr ? 0 : newest->number; number > 0; --number) {
        const directory::Generation* generation = state.generation(owner, number);
        if (generation != nullptr && generation->key == key)
            return TRY(session.rings.secret(owner, number))->clone();
    }
    return fail(errors::key_renewal_waits);
}

namespace {

// What to tell the server of the keys that are there.
api::InboxChange news(Session& session, const InboxId& inbox, const api::InboxState& server,
                      const std::vector<NumberedKey>& keys, std::uint32_t generation) {
    api::InboxChange told;
    told.number = server.number;
    told.closed = server.closed;
    if (keys.back().number > server.number) {
        told.statement = sign_statement(session, inbox, keys.back());
        told.number = keys.back().number;
    }
    for (const NumberedKey& key : keys)
        if (is_over(key.key, session.remote.now(), generation) && key.number < keys.back().number)
            told.closed = std::max(told.closed, key.number);
    return told;
}

}  // namespace

Result<bool> tend_inbox_keys(Session& session, Space& mailbox, const api::InboxState& server,
                             const WaitingKeys& waiting) {
    if (session.profile.record().device_kind == DeviceKind::web) return false;
    const InboxId inbox = inbox_of(mailbox);
    const directory::Generation* newest = fresh_generation(session, inbox);
    if (newest == nullptr) return false;  // first the owner's own key is renewed
    const std::uint32_t generation = newest->number;
    const Snapshot* before = TRY(mailbox.snapshot());
    // Closed at the server and nothing waiting: then, and only then, a secret goes.
    std::uint32_t drained = 0;
    std::optional<std::vector<KemKeyHash>> needed;
    for (const NumberedKey& key : TRY(stored_keys(before->tree))) {
        if (key.number > server.closed) break;
        if (!needed) needed = TRY(waiting());
        const KemKeyHash hash = kem_key_hash(kem_public_key(key.key.secret));
        if (std::ranges::find(*needed, hash) != needed->end()) break;
        drained = key.number;
    }
    TendKeys change(session, generation, drained);
    const Committed committed = TRY(mailbox.commit(change));
    const Snapshot* after = TRY(mailbox.snapshot());
    const std::vector<NumberedKey> keys = TRY(stored_keys(after->tree));
    if (keys.empty()) return committed.made;
    const api::InboxChange told = news(session, inbox, server, keys, generation);
    if (!told.statement && told.closed == server.closed) return committed.made;
    TRY(session.remote.change_inbox(inbox, told));
    return true;
}

}  // namespace obhut::client
