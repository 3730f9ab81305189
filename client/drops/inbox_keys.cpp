#include "client/drops/inbox_keys.h"

#include <algorithm>

#include "client/errors.h"
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

// At `q/<number>` of the home tree.
struct StoredKey {
    KemSecretKey secret;
    Millis not_before = 0;
    Millis not_after = 0;
    static void fields(auto& self, auto& field) {
        field(1, self.secret);
        field(2, self.not_before);
        field(3, self.not_after);
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

// Adds the next key unless another device has, and takes out those that are not needed any more.
class TendKeys final : public Change {
public:
    TendKeys(Session& session, std::uint32_t drained) : session_(session), drained_(drained) {}

    Result<Plan> plan(const Snapshot& base) override {
        Plan plan;
        const Millis now = session_.remote.now();
        const std::vector<NumberedKey> keys = TRY(stored_keys(base.tree));
        const bool due = keys.empty() || keys.back().key.not_after < now + kInboxKeyAhead;
        newest = keys.empty() ? 0 : keys.back().number;
        if (due && keys.size() < kMaxKeys) {
            ++newest;
            const StoredKey made{KemSecretKey::generate(session_.entropy), now,
                                 now + kInboxKeyTime};
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
    std::uint32_t drained_;
};

Bytes sign_statement(Session& session, const NumberedKey& key) {
    const InboxStatement statement{session.org(),      api::inbox(session.user()),
                                   key.number,         kem_public_key(key.key.secret),
                                   key.key.not_before, key.key.not_after,
                                   session.device()};
    SignedStatement content{encode(statement), {}};
    content.signature =
        sign(session.secrets().signing, labels::sign_inbox_key, session.org(), content.statement);
    return encode(content);
}

}  // namespace

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
    const UserId owner = UserId::from(inbox.view().subspan(1));
    const bool may = device != nullptr && device->user == owner &&
                     device->kind != DeviceKind::web && state.device_active(device->id);
    VERIFY("SR-02/inbox-key-of-own-device", may, errors::inbox_key_false);
    const bool is_signed = verify_signature(device->signing, labels::sign_inbox_key, session.org(),
                                            content->statement, content->signature)
                               .has_value();
    VERIFY("SR-02/inbox-key-signed", is_signed, errors::inbox_key_false);
    const Millis now = const_cast<Session&>(session).remote.now();
    const bool lasts = statement->not_before <= now + kClockSkew && now < statement->not_after &&
                       statement->not_after <= statement->not_before + kInboxKeyTime;
    VERIFY("SR-27/inbox-key-lasts", lasts, errors::inbox_key_false);
    VERIFY("SR-16/inbox-key-valid", is_valid_kem_key(statement->key), errors::inbox_key_false);
    return statement;
}

Result<KemSecretKey> inbox_secret(Session& session, Space& home, const KemKeyHash& key) {
    const Snapshot* snapshot = TRY(home.snapshot());
    for (const NumberedKey& stored : TRY(stored_keys(snapshot->tree)))
        if (kem_key_hash(kem_public_key(stored.key.secret)) == key)
            return stored.key.secret.clone();
    const directory::UserRecord* user = TRY(session.self());
    for (const directory::Generation& generation : user->generations)
        if (generation.key == key)
            return TRY(session.rings.secret(principal(session.user()), generation.number))->clone();
    return fail(errors::no_key_yet);
}

Result<bool> tend_inbox_keys(Session& session, Space& home, std::span<const KemKeyHash> waiting) {
    if (session.profile.record().device_kind == DeviceKind::web) return false;
    const InboxId inbox = api::inbox(session.user());
    const Millis now = session.remote.now();
    const api::InboxState server = TRY(session.remote.inbox_key(inbox));
    const Snapshot* before = TRY(home.snapshot());
    // Closed at the server and nothing waiting: then, and only then, a secret goes.
    std::uint32_t drained = 0;
    for (const NumberedKey& key : TRY(stored_keys(before->tree))) {
        const bool needed =
            std::ranges::find(waiting, kem_key_hash(kem_public_key(key.key.secret))) !=
            waiting.end();
        if (key.number > server.closed || needed) break;
        drained = key.number;
    }
    TendKeys change(session, drained);
    const Committed committed = TRY(home.commit(change));
    const Snapshot* after = TRY(home.snapshot());
    const std::vector<NumberedKey> keys = TRY(stored_keys(after->tree));
    if (keys.empty()) return committed.made;
    api::InboxChange told;
    told.number = server.number;
    if (keys.back().number > server.number) {
        told.statement = sign_statement(session, keys.back());
        told.number = keys.back().number;
    }
    told.closed = server.closed;
    for (const NumberedKey& key : keys)
        if (key.key.not_after <= now && key.number < keys.back().number)
            told.closed = std::max(told.closed, key.number);
    if (!told.statement && told.closed == server.closed) return committed.made;
    TRY(session.remote.change_inbox(inbox, told));
    return true;
}

}  // namespace obhut::client
