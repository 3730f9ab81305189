// Spaces at the server: chains that grow by valid links only, their lists, epochs and objects.
//
// A link is accepted on top of the head, judged by the same code as in clients, and stored together
// with everything it needs in one batch; then whoever is in the roster gets a hint. Reading takes
// membership of the newest roster. Thread-safe. Source: docs/protocol/http.md §2, space.md.
#pragma once

#include "server/services/chain_cache.h"
#include "server/services/link_service.h"
#include "server/services/settings.h"

namespace obhut::services {

// Refused is an error whose answer has a body that helps the caller on.
struct Refused {
    Error error;
    std::optional<api::Head> head;               // chain_moved
    std::optional<api::ObjectsMissing> missing;  // upload_missing

    Refused(Error e) : error(e) {}  // NOLINT: an error is a refusal without a body
};

template <class T = void>
using Outcome = std::expected<T, Refused>;

class SpaceService {
public:
    static constexpr Millis kPinTime = 7 * kDay;

    SpaceService(storage::Store& store, Clock& clock, EventHub& hub, DirectoryService& directory,
                 Notary& notary, LinkService& links, const Settings& settings)
        : store_(store),
          clock_(clock),
          hub_(hub),
          directory_(directory),
          notary_(notary),
          links_(links),
          chains_(store, directory, notary),
          settings_(settings) {}

    void apply(const Settings& settings);

    // Errors of all: space_unknown (also for who is not a member), server_busy, server_failed.

    // spaces gives those whose newest roster names the caller.
    Result<api::Spaces> spaces(const Caller& caller);
    // create makes a space. One that is there already with the same beginning is answered as if it
    // had just been made. Errors: link_refused, lists_wrong, upload_missing, over_quota.
    Outcome<api::Head> create(const api::NewSpace& request, const Caller& caller);
    // append adds a link; the same link again is answered by the head there is now. Errors: also
    // chain_moved, space_read_only.
    Outcome<api::Head> append(const SpaceId& space, const api::AppendLink& request,
                              const Caller& caller);

    Result<api::Links> links(const SpaceId& space, std::uint64_t from, const Caller& caller);
    Result<api::Rosters> rosters(const SpaceId& space, std::uint64_t from, const Caller& caller);
    // Errors: not_there.
    Result<Bytes> lists(const SpaceId& space, std::uint64_t sequence, const Caller& caller);
    Result<api::EpochAnswer> epoch(const SpaceId& space, std::uint64_t number,
                                   const Caller& caller);

    // upload stores a batch: length(4) ‖ head ‖ objects. Editors only. Errors: http_malformed,
    // digest_wrong (an object is not what its id says), over_quota, not_a_writer.
    Result<api::Stored> upload(const SpaceId& space, ByteView body, const Caller& caller);
    // objects answers with length(4) ‖ object for each id, or kObjectMissing; may end early, after
    // at least one.
    Result<Bytes> objects(const SpaceId& space, const api::ObjectsWanted& wanted,
                          const Caller& caller);
    // store_batch is upload() for whoever `pin` charges, up to `limit` bytes (0: none), in any
    // space.
    Result<api::Stored> store_batch(const SpaceId& space, ByteView body, const storage::Pin& pin,
                                    std::uint64_t limit);
    // visible is how far a caller may see a chain: a member to its head, who was taken out to the
    // roster entry that did it, since that is how he knows. Errors: space_unknown.
    Result<storage::Head> visible(const SpaceId& space, const Caller& caller);
    // demand_member demands that the caller is in the space. Errors: space_unknown.
    Result<> demand_member(const SpaceId& space, const Caller& caller);
    // demand_writer demands that the caller may write. Errors: not_a_writer.
    Result<> demand_writer(const SpaceId& space, const Caller& caller);
    // members of a space as its newest roster lists them; none if it cannot be read.
    std::vector<PrincipalId> members(const SpaceId& space);
    // visitor_objects is objects() for whoever opened a link of the space; it takes nothing out of
    // the trash.
    Result<Bytes> visitor_objects(const SpaceId& space, const api::ObjectsWanted& wanted);
    Result<api::ObjectsMissing> renew(const SpaceId& space, const api::ObjectsWanted& wanted,
                                      const Caller& caller);

    Result<api::Quota> quota(const Caller& caller);
    // links_of gives the links by URL of a space, end_link ends one: for every member.
    Result<api::LinkStates> links_of(const SpaceId& space, const api::LinkId& from,
                                     const Caller& caller);
    Result<> end_link(const SpaceId& space, const api::LinkId& link, const Caller& caller);
    // hints gives the numbers of all the caller's spaces and of the directory.
    Result<std::vector<api::Hint>> hints(const Caller& caller);

private:
    struct Growth;  // one request that appends
    Outcome<> take_link(Growth& growth, ByteView link);
    Result<> may_charge(const Growth& growth, const std::optional<UserId>& owner);
    Result<> add_roster(Growth& growth, const space::RosterEntry& roster,
                        const space::EpochMaterial* material);
    Result<> take_back_lists(Growth& growth, const space::Standing& before,
                             const space::RosterEntry& roster);
    Result<> add_commit(Growth& growth, const space::Commit& commit,
                        const std::optional<space::Lists>& lists);
    Result<> add_objects(Growth& growth, const std::vector<api::ObjectBlob>& objects);
    void add_limits(Growth& growth);
    static std::uint64_t space_quota(const Settings& limits, const space::Chain& chain);
    Result<std::optional<std::uint64_t>> room(const SpaceId& space);
    Result<bool> brings_content(const Growth& growth, const std::vector<ObjectId>& raised);
    Result<Bytes> load_objects(const SpaceId& space, const std::vector<ObjectId>& ids,
                               std::vector<ObjectId>& from_trash);
    Outcome<> store_growth(Growth& growth);
    Outcome<api::Head> answer_to_late(ByteView link, const space::Chain& chain);
    Result<bool> has_link(const SpaceId& space, std::uint64_t sequence, const Hash& hash);
    api::Head head_of(const space::Chain& chain) const;
    void publish(const space::Chain& chain);
    Settings settings() const;

    storage::Store& store_;
    Clock& clock_;
    EventHub& hub_;
    DirectoryService& directory_;
    Notary& notary_;
    LinkService& links_;
    ChainCache chains_;
    mutable std::mutex settings_mutex_;
    Settings settings_;
};

}  // namespace obhut::services
