// HeadsService: heads of spaces for entries that end somebody's right to sign, and proofs of them.
#pragma once

#include "protocols/api/heads.h"
#include "server/services/caller.h"
#include "server/services/directory_service.h"

namespace obhut::services {

class HeadsService {
public:
    // What was asked for and never used goes after a day.
    static constexpr Millis kUnusedFor = kDay;

    HeadsService(storage::Store& store, Clock& clock, DirectoryService& directory)
        : store_(store), clock_(clock), directory_(directory) {}

    // heads gives those of the spaces that list one of the principals, and keeps the list.
    // An administrator may ask for anybody, everybody else for himself and the groups he is in or
    // manages. Errors: not_there, server_busy, server_failed.
    Result<api::Heads> heads(const api::HeadsWanted& wanted, const Caller& caller);
    // proof places one head under the root of a list that was given, for who may see the space's
    // chain (SpaceService::visible). Errors: not_there, server_busy, server_failed.
    Result<api::ProvenHead> proof(const api::HeadWanted& wanted, bool sees_space);
    // bring takes back a list that a restored server has lost, if an entry carries its root.
    // Errors: not_there, server_busy, server_failed.
    Result<> bring(const api::Heads& list);

private:
    bool may_ask(const api::HeadsWanted& wanted, const Caller& caller);

    storage::Store& store_;
    Clock& clock_;
    DirectoryService& directory_;
};

}  // namespace obhut::services
