// Sign-in, kits, addresses and the rendezvous of new devices.
//
// Every failed sign-in is answered alike and equally late, whether the address is known or not
// (SR-12, SR-37): the same work is done with made-up hashes, and the caller's front sends every
// answer kSignInDelay after the request came. Thread-safe. Source: docs/protocol/http.md §5,
// kit.md.
#pragma once

#include "server/services/directory_service.h"
#include "server/services/settings.h"

namespace obhut::services {

class AccountService {
public:
    static constexpr Millis kSignInDelay = 100;
    static constexpr Millis kLinkingTime = 10 * kMinute;

    AccountService(storage::Store& store, Clock& clock, DirectoryService& directory,
                   const Settings& settings)
        : store_(store),
          clock_(clock),
          directory_(directory),
          by_account_(settings.sign_in_account) {}

    void apply(const Settings& settings) { by_account_.set_rate(settings.sign_in_account); }

    // sign_in gives the blob for the right auth part. Errors: sign_in_refused; rate_limited by
    // account.
    Result<api::KitBlob> sign_in(const api::SignIn& request);
    // deposit stores the caller's kit, whose blobs the directory names. Errors: material_wrong.
    Result<> deposit(const api::KitDeposit& kit, const Caller& caller);
    Result<api::Openings> openings(const UserId& from);

    // Linking by code: a mailbox with one offer and one answer, for ten minutes. Errors: not_there,
    // material_wrong (the id is not the offer's).
    Result<> offer(const api::LinkingOffer& offer);
    Result<api::LinkingState> linking(const api::LinkingId& id);
    Result<> answer(const api::LinkingId& id, const api::LinkingAnswer& answer);

private:
    Result<std::optional<storage::Kit>> kit_of(std::string_view email);

    storage::Store& store_;
    Clock& clock_;
    DirectoryService& directory_;
    RateLimit by_account_;
};

}  // namespace obhut::services
