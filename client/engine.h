// Engine: one person's client on one profile. Everything a program does with Obhut starts here.
//
//     Engine::open(ports) → unlock(...) → spaces() → space(id) → Space (client/spaces/space.h)
//
// The engine verifies everything it gets before it shows or uses it; a server that misbehaves gives
// errors of Kind::corrupt (an alarm), a server that cannot be reached Kind::retry. It blocks in its
// ports and has no thread of its own. One thread at a time uses an engine and its spaces; several
// engines (in several programs) may stand on one profile at once. Emails and names are shown to
// people, never logged. Source: docs/architecture.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/engine_types.h"
#include "client/kit/emergency_kit.h"
#include "client/kit/invitation.h"
#include "client/kit/linking_code.h"
#include "client/kit/root_kit.h"
#include "client/ports/keyring.h"
#include "client/ports/local_store.h"
#include "client/ports/origin_files.h"
#include "client/ports/transport.h"
#include "client/ports/waiter.h"
#include "client/profile/protection.h"
#include "core/base/clock.h"
#include "core/base/entropy.h"
#include "core/base/executor.h"

namespace obhut::client {

class Space;
class Session;

// Ports of an engine; all outlive it. `keyring`, `waiter` and `origins` may be null: then no
// keyring can be used, what might succeed a moment later is not waited for, and no file is looked
// into for content that a server has lost.
struct Ports {
    Transport& transport;
    LocalStore& store;
    Clock& clock;
    Entropy& entropy;
    Executor& executor;
    Keyring* keyring = nullptr;
    Waiter* waiter = nullptr;
    OriginFiles* origins = nullptr;
};

class Engine {
public:
    // open reads what the store says of the profile; an empty store is a profile that does not
    // exist yet. Errors: those of the store, profile_damaged, profile_newer.
    static Result<std::unique_ptr<Engine>> open(const Ports& ports);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // host is the server's URL that the profile belongs to, absent while there is no profile. The
    // program makes the transport for it: peek_host works before any engine exists.
    static Result<std::optional<std::string>> peek_host(LocalStore& store);

    // ---- the profile
    // ------------------------------------------------------------------------------------------------

    // status tells from local state alone, locked or not.
    Status status() const;

    // unlock opens the profile's secrets, with whatever it was sealed under. About 0.3 s by
    // passphrase. Errors: no_profile, passphrase_wrong, keyring_empty.
    Result<> unlock(ByteView passphrase);
    Result<> unlock_by_keyring();
    // unlock_with takes the key that an agent holds; profile_key gives it to the agent.
    // Microseconds.
    Result<> unlock_with(const WrapKey& profile_key);
    Result<WrapKey> profile_key() const;
    void lock();
    // protect seals the profile's secrets anew, under a passphrase or the keyring.
    Result<> protect(const Protection& protection);

    // ---- beginnings: the store has no profile yet
    // -----------------------------------------------------------------

    // create_organisation makes the organisation on an empty server, and its first user, an
    // administrator. After a doubt (outcome_unknown), or when the program was killed, the same call
    // may be repeated with the same store. Errors: organisation_exists, token_wrong,
    // profile_exists, those of the transport.
    Result<Created> create_organisation(const NewOrganisation& request);
    // join enrols this device by an invitation. After a doubt (outcome_unknown) the same call may
    // be repeated with the same store. Errors: invitation_expired, invitation_used,
    // invitation_foreign, profile_exists.
    Result<Joined> join(const JoinRequest& request);
    // sign_in adds this device to an enrolled user by the kit: password and account secret, or
    // recovery key. Errors: sign_in_refused (the one answer to everything wrong), profile_exists.
    Result<> sign_in(const SignInRequest& request);

    // Linking by code. On the new device: begin_linking gives the code to show; finish_linking
    // looks for the answer (false: not yet; ask again). On the old one: linking_offer fetches what
    // the code names, so that the person can compare and consent; answer_linking adds the device.
    // Errors: linking_wrong_answer, linking_expired, linking_code_wrong.
    Result<LinkingCode> begin_linking(const LinkingRequest& request);
    Result<bool> finish_linking();
    Result<LinkingOfferView> linking_offer(const LinkingCode& code);
    Result<> answer_linking(const LinkingCode& code);

    // ---- people and devices: unlocked from here on
    // -----------------------------------------------------------------

    // catch_up fetches and verifies what is new in the directory; every call that relies on it does
    // so by itself. Errors: Kind::corrupt when the log is not consistent with what was seen.
    Result<> catch_up();

    // set_oldest_client lets only programs of that version (status().oldest_client) or newer ones
    // write. Errors: not_administrator, client_too_old, policy_out_of_bounds (never lowered).
    Result<> set_oldest_client(std::uint32_t version);
    // reset_directory gives up, by the root, what a restored server lacks and nobody brings back.
    // Errors: kit_mismatch, nothing_lost, log_reset_unproven, log_waits.
    Result<> reset_directory(const RootKit& root_kit, const std::string& reason);

    // invite logs an invitation and gives it; it travels outside the server. An administrator only;
    // `root_kit` is needed to make the invited one an administrator. Errors: not_administrator,
    // already_invited.
    Result<Invitation> invite(const InviteRequest& request);
    Result<std::vector<Person>> people();
    // find_person takes an e-mail address, a name or the id in hex. Errors: person_unknown,
    // person_ambiguous.
    Result<Person> find_person(std::string_view who);
    // organisation_name stands in the address book; empty if it does not.
    Result<std::string> organisation_name();
    // set_name writes a person's name into the address book; who is no administrator asks for his
    // own. Errors: those of client/names/names.h.
    Result<> set_name(const UserId& user, const std::string& name);

    // create_group makes a group of this user, its manager, and of `members`. The name goes into
    // the address book if this user is an administrator, else administrators' devices write it
    // there as soon as they hear of it. Errors: name_malformed, name_in_use, group_ambiguous (there
    // is one of that name), no_key_yet.
    Result<GroupId> create_group(const std::string& name, const std::vector<UserId>& members);
    Result<std::vector<GroupView>> groups();
    // find_group takes a name or the id in hex. Errors: group_not_found, group_ambiguous.
    Result<GroupView> find_group(std::string_view name);
    Result<std::vector<GroupMemberView>> group_members(const GroupId& group);
    // Members come and go: see client/groups/groups.h. Errors: not_group_manager,
    // last_group_manager, group_unchanged, no_key_yet.
    Result<> add_to_group(const GroupId& group, const std::vector<UserId>& users, bool as_managers);
    Result<> remove_from_group(const GroupId& group, const std::vector<UserId>& users);
    Result<> delete_group(const GroupId& group);
    // rename_group names it for all, if need be by asking the administrators, if this user manages
    // it; else for this user alone. Errors: those of client/names/names.h.
    Result<> rename_group(const GroupId& group, const std::string& name);
    // group_home is where a group keeps what has come to its inbox. Errors: group_not_found,
    // no_group_inbox, space_not_found (nobody has made it yet).
    Result<Space*> group_home(const GroupId& group);
    // mailboxes are those that this user can read (client/drops/inbox.h): his own first.
    Result<std::vector<Mailbox>> mailboxes();

    // devices lists the devices of this user, or of another.
    Result<std::vector<DeviceView>> devices();
    Result<std::vector<DeviceView>> devices(const UserId& user);
    // find_device takes an id in hex or its beginning, of at least 6 digits; one's own devices go
    // first. Errors: device_not_known, device_ambiguous.
    Result<DeviceId> find_device(std::string_view id);
    // revoke_device ends a device and all it added but for `keep`; with `keep_kit` a kit that it
    // put in stays. Of another person administrators only. Gives the devices that ended. Errors:
    // device_is_this, device_not_own.
    Result<std::vector<DeviceId>> revoke_device(const DeviceId& device,
                                                const std::vector<DeviceId>& keep = {},
                                                bool keep_kit = true);
    // retire signs this device out: an entry in the directory, then the profile is wiped. A device
    // that was ended is only wiped. Errors: last_way_in, unless `even_the_last`: without another
    // device or a confirmed kit nobody could sign in as this person any more.
    Result<> retire(bool even_the_last = false);

    // Administrators only: see client/directory/changes.h.
    Result<> withdraw_invitation(const UserId& user);
    Result<> disable(const UserId& user);
    Result<> enable(const UserId& user);

    // emergency_kit gives the kit to print while it is not confirmed. Errors:
    // kit_confirmed_already.
    Result<EmergencyKit> emergency_kit();
    // confirm_kit logs that the kit is kept, and forgets seed and account secret. Errors:
    // kit_confirmed_already.
    Result<> confirm_kit();
    // change_password re-seals the kit; it takes the account secret from the emergency kit.
    Result<> change_password(const EmergencyKit& kit, ByteView old_password, ByteView new_password);

    // Another kit for the present one: see client/enrolment/kit_change.h.
    Result<KitReplacement> replace_kit(ByteView password, const EmergencyKit* paper = nullptr);
    Result<> cancel_kit_notice();

    // ---- spaces
    // ---------------------------------------------------------------------------------------------------

    Result<SpaceId> create_space(const std::string& name);
    // spaces verifies the newest roster of every space that names this user or a group of theirs,
    // and gives the spaces by name. `fresh` and `added_by` say who put this user into it since the
    // last call.
    Result<std::vector<SpaceView>> spaces();
    // listed is what spaces() gave last in this program; null before. is_current tells whether a
    // space was then brought to where the server's is.
    const std::vector<SpaceView>* listed() const;
    bool is_current(const SpaceId& space) const;
    // find_space takes a local alias, a name, "group:" and a group's name for its home, or the id
    // in hex. Errors: space_unknown; space_ambiguous: then candidates() gives those it could be.
    Result<SpaceId> find_space(std::string_view name);
    const std::vector<SpaceView>& candidates() const;
    // space opens a space, verified from its genesis; it is the engine's and lives as long.
    Result<Space*> space(const SpaceId& id);
    Result<Space*> home();
    Result<Space*> address_book();

    Result<std::vector<MemberView>> members(const SpaceId& space);
    // share adds a principal or changes its role; unshare removes it. Each is a new roster entry
    // with a fresh key. Errors: not_manager, person_unknown, no_key_yet (has not joined),
    // last_manager.
    Result<> share(const SpaceId& space, const PrincipalId& with, Role role);
    Result<> unshare(const SpaceId& space, const PrincipalId& with);
    Result<> leave(const SpaceId& space);
    // close_space ends a space for good; managers only. settle_space decides about changes that
    // were signed with the past: confirm lets them count, else they are undone. Errors:
    // nothing_held.
    Result<> close_space(const SpaceId& space);
    Result<> settle_space(const SpaceId& space, bool confirm);
    // reset_space gives up what a restored server has lost and nobody brings back; managers only.
    // Changes of this device are made again. Errors: nothing_lost.
    Result<> reset_space(const SpaceId& space, space::ResetReason reason);
    Result<SpacePolicy> space_policy(const SpaceId& space);
    Result<> set_space_policy(const SpaceId& space, const SpacePolicy& policy);
    // rename_space changes the name for all; set_alias only what this user calls it (empty: no
    // alias).
    Result<> rename_space(const SpaceId& space, const std::string& name);
    Result<> set_alias(const SpaceId& space, const std::string& alias);

    // log tells who did what, newest first: links with sequence < `before` (0: from the head), at
    // most `limit`.
    Result<std::vector<LogLine>> log(const SpaceId& space, std::uint64_t before, std::size_t limit);
    // verify checks every signature of a chain, its commits' lists and the whole tree; `content`,
    // when given, names the content objects of tree values, and each is fetched and checked too.
    // Cost: O(space).
    Result<VerifyReport> verify(const SpaceId& space, ContentChecker* content, Progress* progress);

    // ---- duties and state
    // -----------------------------------------------------------------------------------------

    // run_duties does what this device owes: pulse, rotation of stale keys and epochs, members of
    // group *all*, heads for new devices, uploads and commits left in the journal. Cheap when there
    // is nothing.
    Result<DutyReport> run_duties();
    // run_due_duties does nothing, and asks nobody, if they were done within the hour and nothing
    // has changed since (client/duties/due.h). For programs that run often and shortly.
    Result<DutyReport> run_due_duties();
    // conditions tells everything this person should know of, the most urgent first. One round trip
    // and one for each space that has changed; without the server what is known here.
    std::vector<Condition> conditions();
    Result<QuotaView> quota();
    // alarms lists what the server did wrong, with its evidence, until dismissed.
    Result<std::vector<Alarm>> alarms();
    Result<> dismiss_alarm(std::uint64_t number);

    // session is the seam for the other folders of client/ and for the event stream.
    Session& session();

private:
    Engine();
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace obhut::client
