// Remote: the server's HTTP interface as functions. It signs requests, decodes answers and turns
// refusals into errors; nothing it gives has been verified. Routes: docs/protocol/http.md.
//
// Errors of every call: those of the transport, the server's public errors
// (protocols/api/errors.h), and answer_malformed for an answer that is not what the route gives. A
// wrong clock is learnt from the first refusal and corrected from then on, in what is signed only.
#pragma once

#include <span>

#include "client/errors.h"
#include "client/ports/transport.h"
#include "client/ports/waiter.h"
#include "core/base/clock.h"
#include "core/base/entropy.h"
#include "core/crypto/sign.h"
#include "protocols/api/drops.h"
#include "protocols/api/leases.h"
#include "protocols/api/messages.h"
#include "protocols/api/snapshots.h"

namespace obhut::api {
struct Heads;
struct ProvenHead;
}  // namespace obhut::api

namespace obhut::client {

// What became of a link that was sent.
struct Appending {
    enum class Outcome : std::uint8_t { done, moved, missing };
    Outcome outcome = Outcome::done;
    api::Head head;                 // done, moved
    std::vector<ObjectId> missing;  // to be sealed or sent again
};

// build_again tells of a refused entry whether it is to be signed anew and sent again: others were
// first, or its time was wrong, and the right one is known now.
bool build_again(Error error);

class Remote {
public:
    // Without a waiter nothing is asked again that the server has no time for.
    Remote(Transport& transport, Clock& clock, Entropy& entropy, Waiter* waiter = nullptr)
        : transport_(transport), clock_(clock), entropy_(entropy), waiter_(waiter) {}

    // sign_as sets whose requests these are from now on.
    void sign_as(const OrgId& org, const DeviceId& device, const RequestKey& key);
    void sign_off() { signer_.reset(); }

    // now is this machine's clock, corrected by what refusals taught: for `created` and for the
    // time in records.
    Millis now() { return static_cast<Millis>(static_cast<std::int64_t>(clock_.now()) + offset_); }
    std::int64_t clock_offset() const { return offset_; }

    // forbid_writing: the organisation wants a newer program. Then what changes something at the
    // server fails with client_too_old; may_write tells so before any work is done.
    void forbid_writing(bool forbidden) { too_old_ = forbidden; }
    Result<> may_write() const;

    // ---- open to everybody
    Result<api::ServerInfo> server();
    Result<std::string> create_organisation(const api::CreateOrganisation& request);
    Result<api::Entries> entries(std::uint64_t from);
    Result<Bytes> tile(const std::string& path);
    Result<api::SnapshotPage> snapshot_page(std::uint64_t size, std::uint32_t page);
    Result<std::string> join(const api::Append& request);
    Result<std::vector<KemPublicKey>> keys(std::vector<KemKeyHash> hashes);
    Result<Bytes> sign_in(std::string email, api::Credential which, const Secret<32>& auth);
    // open_link opens a link by URL; visit_objects gives objects to whoever did.
    Result<api::OpenedLink> open_link(const api::LinkId& id, const Secret<32>& auth,
                                      const api::VisitId& visit);
    Result<std::vector<Bytes>> visit_objects(const api::VisitId& visit,
                                             std::span<const ObjectId> ids);
    Result<> offer_linking(const api::LinkingOffer& offer);
    Result<api::LinkingState> linking(const api::LinkingId& id);

    // ---- signed
    Result<std::string> append(const api::Append& request);
    Result<> deposit_buckets(const api::BucketDeposit& deposit);
    Result<api::GenerationMaterial> generation(const PrincipalId& principal, std::uint32_t number);
    Result<api::Openings> openings(const UserId& from);
    // heads of the spaces that list one of these; head_proof proves one of them under its root.
    Result<api::Heads> heads(std::vector<PrincipalId> principals);
    Result<api::ProvenHead> head_proof(const Hash& root, const SpaceId& space);
    // bring_heads gives a list back to a restored server. Errors: not_there (no entry names it).
    Result<> bring_heads(const api::Heads& list);
    Result<> deposit_kit(const api::KitDeposit& deposit);
    Result<> answer_linking(const api::LinkingId& id, Bytes answer);
    Result<api::Spaces> spaces();
    Result<api::Head> create_space(const api::NewSpace& request);
    // append_link sends an encoded api::AppendLink.
    Result<Appending> append_link(const SpaceId& space, const Bytes& body);
    Result<api::Links> links(const SpaceId& space, std::uint64_t from);
    Result<api::Rosters> rosters(const SpaceId& space, std::uint64_t from);
    Result<space::Lists> lists(const SpaceId& space, std::uint64_t sequence);
    Result<api::EpochAnswer> epoch(const SpaceId& space, std::uint64_t number);
    Result<std::vector<ObjectId>> renew(const SpaceId& space, std::vector<ObjectId> ids);
    Result<api::Quota> quota();
    // links_of gives a page of a space's links after an id (zero: the first page).
    Result<api::LinkStates> links_of(const SpaceId& space, const api::LinkId& after);
    Result<> end_link(const SpaceId& space, const api::LinkId& link);

    // ---- drops: of whoever opened an upload link, of senders, of the inbox's owners
    Result<> visit_upload(const api::VisitId& visit, const Bytes& body);
    Result<> visit_drop(const api::VisitId& visit, const api::PutDrop& drop);
    // inboxes are this user's and his groups', where something waits or a key was stated.
    Result<std::vector<api::InboxInfo>> inboxes();
    Result<api::InboxState> inbox_key(const api::InboxId& inbox);
    Result<> upload_to_inbox(const api::InboxId& inbox, const Bytes& body);
    Result<> put_drop(const api::InboxId& inbox, const api::PutDrop& drop);
    Result<> change_inbox(const api::InboxId& inbox, const api::InboxChange& change);
    // drops gives a page of those that wait, after an id (zero: the first page).
    Result<api::Drops> drops(const api::InboxId& inbox, const api::DropId& after);
    Result<std::vector<Bytes>> drop_objects(const api::InboxId& inbox,
                                            std::span<const ObjectId> ids);
    Result<> drops_done(const api::InboxId& inbox, const api::DropsDone& done);

    // ---- leases
    Result<std::vector<api::Lease>> leases(const SpaceId& space);
    Result<api::Lease> put_lease(const SpaceId& space, const api::LeaseId& id,
                                 const api::PutLease& request);

    // Uploads in two halves, so that several are in flight. `body` is a whole batch
    // (client/objects/batch.h).
    Result<Ticket> start_upload(const SpaceId& space, const Bytes& body);
    Result<api::Stored> finish_upload(Ticket ticket);
    // Objects in the order of `ids`, absent ones empty; ids are compared with the bytes by the
    // caller.
    Result<std::vector<Bytes>> objects(const SpaceId& space, std::span<const ObjectId> ids);
    // The same in two halves; `count` is the number asked for. At least one, perhaps not all.
    Result<Ticket> start_objects(const SpaceId& space, std::span<const ObjectId> ids);
    Result<std::vector<Bytes>> finish_objects(Ticket ticket, std::size_t count);

    // events_request is the signed request for Transport::listen.
    Result<http::Request> events_request();

private:
    struct Signer {
        OrgId org;
        DeviceId device;
        RequestKey key;
    };
    // open_or_signed: signed if these are somebody's requests; the server then limits the device
    // and not the address, which a whole office may share.
    // open_once: a guess (password, link), which is a person's own to repeat.
    enum class Access : std::uint8_t { open, open_once, open_or_signed, by_body, by_list };

    Result<http::Request> make(http::Method method, std::string path, std::string query, Bytes body,
                               Access access);
    Result<http::Response> call(http::Method method, std::string path, std::string query,
                                Bytes body, Access access);
    // learn takes the server's time from a refusal; true if the request is worth signing again.
    bool learn(const http::Response& response, Error error);
    bool learn_time(Millis time);
    // wait_for waits as long as a server that is asked too often says; false: it was not that, or
    // has been waited for often enough.
    bool wait_for(const http::Response& response, Error error, int waited);
    template <class Answer>
    Result<Answer> get(Access access, std::string path, std::string query = {});
    template <class Answer, class Question>
    Result<Answer> post(Access access, std::string path, const Question& question);

    Transport& transport_;
    Clock& clock_;
    Entropy& entropy_;
    Waiter* waiter_;
    std::optional<Signer> signer_;
    std::int64_t offset_ = 0;  // ms
    bool too_old_ = false;
};

}  // namespace obhut::client
