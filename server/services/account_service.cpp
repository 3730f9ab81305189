#include "server/services/account_service.h"

#include "core/base/verify.h"
#include "protocols/api/errors.h"

namespace obhut::services {

namespace {

// equal_hashes takes the same time for all hashes.
bool equal_hashes(const Hash& a, const Hash& b) {
    std::uint8_t difference = 0;
    for (std::size_t i = 0; i < Hash::kSize; ++i)
        difference |= static_cast<std::uint8_t>(a.bytes[i] ^ b.bytes[i]);
    return difference == 0;
}

}  // namespace

// The kit of the active user with this address. Looks for the kit of a made-up user if there is
// none, so that a known and an unknown address ask the store the same questions.
Result<std::optional<storage::Kit>> AccountService::kit_of(std::string_view email) {
    const auto candidates = store_.users_by_email(email);
    if (!candidates) return std::unexpected(public_error(candidates.error()));
    UserId user;
    bool found = false;
    directory_.read([&](const directory::State& state) {
        for (const UserId& candidate : *candidates) {
            const directory::UserRecord* record = state.user(candidate);
            const bool active =
                record != nullptr && record->status == directory::UserStatus::active;
            if (!active || found) continue;
            user = candidate;
            found = true;
        }
    });
    auto kit = store_.kit(user);
    if (!kit && !kit.error().is(errors::not_stored))
        return std::unexpected(public_error(kit.error()));
    if (!found || !kit) return std::nullopt;
    return std::optional(std::move(*kit));
}

Result<api::KitBlob> AccountService::sign_in(const api::SignIn& request) {
    const std::string email = lower_case(request.email);
    // By the hash: addresses are not kept in memory for longer than the request.
    const Hash account = sha256(as_bytes(email));
    TRY(by_account_.take(as_text(account.view()), clock_.now()));
    const std::optional<storage::Kit> kit = TRY(kit_of(email));
    const storage::Kit nobody{{}, Hash{}, {}, Hash{}, {}};
    const storage::Kit& compared = kit ? *kit : nobody;
    const bool by_password = request.which == api::Credential::password;
    const Hash expected = by_password ? compared.password_auth_hash : compared.recovery_auth_hash;
    const bool right = equal_hashes(sha256(request.auth.expose()), expected);
    VERIFY("SR-37/sign-in-auth", right, errors::sign_in_refused);
    if (!kit) return fail(errors::sign_in_refused);
    return api::KitBlob{by_password ? compared.password_blob : compared.recovery_blob};
}

Result<> AccountService::deposit(const api::KitDeposit& kit, const Caller& caller) {
    if (kit.user != caller.user) return fail(errors::material_wrong);
    const bool matches = directory_.read([&](const directory::State& state) {
        const directory::UserRecord* user = state.user(kit.user);
        return user != nullptr && user->kit &&
               sha256(kit.password_blob) == user->kit->password_blob &&
               sha256(kit.recovery_blob) == user->kit->recovery_blob;
    });
    if (!matches) return fail(errors::material_wrong);
    storage::WriteBatch batch;
    batch.add(storage::PutKit{stored_kit(kit)});
    return commit(store_, std::move(batch));
}

Result<api::Openings> AccountService::openings(const UserId& from) {
    auto found = store_.openings(from, api::kMaxOpenings + 1);
    if (!found) return std::unexpected(public_error(found.error()));
    api::Openings answer;
    answer.more = found->size() > api::kMaxOpenings;
    if (answer.more) found->resize(api::kMaxOpenings);
    for (storage::Opening& opening : *found)
        answer.openings.push_back(
            {opening.user, std::move(opening.email), std::move(opening.salt)});
    return answer;
}

Result<> AccountService::offer(const api::LinkingOffer& offer) {
    const bool own_id = offer.id == api::LinkingId::truncated(sha256(offer.offer).view());
    VERIFY("SR-38/linking-id", own_id, errors::material_wrong);
    const Millis now = clock_.now();
    // An offer that is there already is this one: its id is its hash.
    const auto known = store_.record(storage::Area::linking, offer.id.view(), now);
    if (known) return {};
    // Who cannot tell must not put an offer over its answer.
    if (!known.error().is(errors::not_stored)) return std::unexpected(public_error(known.error()));
    storage::WriteBatch batch;
    batch.add(storage::PutRecord{storage::Area::linking,
                                 to_bytes(offer.id.view()),
                                 encode(api::LinkingState{offer.offer, {}}),
                                 now + kLinkingTime,
                                 {},
                                 now});
    return commit(store_, std::move(batch));
}

Result<api::LinkingState> AccountService::linking(const api::LinkingId& id) {
    const auto record = store_.record(storage::Area::linking, id.view(), clock_.now());
    if (!record) return std::unexpected(read_error(record.error(), errors::not_there));
    return decode<api::LinkingState>(record->value);
}

Result<> AccountService::answer(const api::LinkingId& id, const api::LinkingAnswer& answer) {
    const Millis now = clock_.now();
    const auto record = store_.record(storage::Area::linking, id.view(), now);
    if (!record) return std::unexpected(read_error(record.error(), errors::not_there));
    api::LinkingState state = TRY(decode<api::LinkingState>(record->value));
    if (state.answer && *state.answer == answer.answer) return {};
    // The first answer stays: a second one is either a mistake or an attack.
    VERIFY("SR-38/one-answer", !state.answer, errors::material_wrong);
    state.answer = answer.answer;
    storage::WriteBatch batch;
    batch.add(storage::PutRecord{storage::Area::linking, to_bytes(id.view()), encode(state),
                                 record->expires, record->version, now});
    return commit(store_, std::move(batch));
}

}  // namespace obhut::services
