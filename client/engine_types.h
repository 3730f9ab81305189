// What goes into and comes out of the engine: plain values for programs to show and to ask with.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/kit/emergency_kit.h"
#include "client/kit/invitation.h"
#include "client/kit/root_kit.h"
#include "client/profile/protection.h"
#include "client/spaces/summary.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/crypto/object.h"
#include "core/directory/principal.h"
#include "core/directory/state.h"
#include "core/space/records.h"

namespace obhut::client {

using directory::DeviceKind;
using directory::UserStatus;
using space::Role;

// Requests with secrets are moved in or live until the call returns; nothing of them is kept in
// clear.

struct Created {
    EmergencyKit kit;
    // The caller writes it where the person says, mode 0600. Absent when the organisation was made
    // by an earlier call that did not come to its end: then before_sending had it.
    std::optional<RootKit> root_kit;
};

struct NewOrganisation {
    std::string host;   // URL of the server, as the transport has it
    std::string name;   // of the organisation; sealed in the address book
    std::string email;  // of the first user, ≤ 254 bytes
    SecretBytes password;
    Protection protection;             // how the profile is sealed
    std::optional<std::string> token;  // that obhutd printed; needed off loopback
    bool kit_is_kept = false;  // the caller writes the emergency kit to a file: confirm it at once
    // before_sending, if set, is given both kits before anything is sent, to write them to disk: a
    // crash afterwards loses nothing. Its error ends the call. Without it nobody is ever given the
    // root of an organisation whose creation was cut off.
    std::function<Result<>(const Created&)> before_sending;
};

struct InviteRequest {
    std::string email;
    const RootKit* root_kit = nullptr;  // to make an administrator
    Millis valid_for = 14 * kDay;
};

struct JoinRequest {
    Invitation invitation;
    SecretBytes password;
    Protection protection;
    bool kit_is_kept = false;
};

struct Joined {
    EmergencyKit kit;
    std::string email;
};

struct SignInRequest {
    std::string host;
    std::string email;
    std::optional<SecretBytes> password;  // with account_secret; else recovery_key
    std::optional<AccountCode> account_secret;
    std::optional<RecoveryKey> recovery_key;
    std::optional<Hash> root_fingerprint;  // compared when the person has it at hand
    DeviceKind device = DeviceKind::full;
    Protection protection;
};

struct LinkingRequest {
    std::string host;
    DeviceKind device = DeviceKind::full;
    Protection protection;
};

struct LinkingOfferView {
    Hash keys;  // short form shown on both devices
    DeviceKind device = DeviceKind::full;
};

struct Status {
    bool exists = false;
    bool locked = true;
    bool kit_confirmed = false;
    ProtectionKind protection = ProtectionKind::passphrase;
    std::string host;
    std::string email;
    OrgId org;
    UserId user;
    DeviceId device;
    DeviceKind device_kind = DeviceKind::full;
    bool administrator = false;
    Hash root_fingerprint;
    std::uint64_t directory_size = 0;  // entries verified
    Millis directory_time = 0;         // of the newest valid entry
    std::uint32_t oldest_client = 0;   // version that may write, as in GeneralPolicy; 0: any
    std::size_t waiting = 0;           // commits and uploads in the journal
    std::size_t alarms = 0;
};

struct Person {
    UserId id;
    std::string name;   // from the address book; empty while none has arrived
    std::string email;  // verified against the directory's hash; empty when withheld or erased
    UserStatus status = UserStatus::invited;
    bool administrator = false;
    bool self = false;
    std::string wished;  // of oneself: the name that administrators are to write
    // label is what a list shows.
    std::string label() const { return !name.empty() ? name : !email.empty() ? email : id.hex(); }
};

struct GroupView {
    GroupId id;
    std::string name;       // from the address book, or one's own; empty while none is known
    bool everyone = false;  // the group *all*
    bool deleted = false;
    bool member = false;   // this user is in it
    bool manager = false;  // and may change it
    bool stale = false;    // its key waits to be renewed
    std::size_t members = 0;
    std::size_t without_box = 0;  // members who cannot open what is sealed to it now
    std::string wished;           // the name that administrators are to write
    std::string label() const { return !name.empty() ? name : id.hex(); }
};

class Space;

// Mailbox is where what came to an inbox is read and filed from.
struct Mailbox {
    Space* space = nullptr;          // none where there is trouble
    std::optional<GroupView> group;  // whose it is; absent: this user's own
    std::optional<Error> trouble;    // of this one: the others can be read
};

struct GroupMemberView {
    UserId user;
    std::string label;
    std::string email;
    bool manager = false;
    bool active = true;  // not disabled
    bool boxed = true;
    bool self = false;
};

// KitReplacement is what became of the wish for another kit.
struct KitReplacement {
    bool done = true;  // the new kit counts; false: its notice runs
    Millis ready = 0;  // when it can be brought in; 0 when it is
};

// ConditionKind is a state that a person can be in and should know of.
enum class ConditionKind : std::uint8_t {
    directory_untrue,  // it began at a snapshot that was false: nothing of it is believed
    program_too_old,   // the organisation wants a newer one for writing
    device_ended,      // this device was revoked or has retired
    user_disabled,     // an administrator disabled this person
    key_stale,         // this person's key waits to be renewed
    device_waiting,    // this device has no box of it yet
    kit_missing,       // there is no kit
    kit_unconfirmed,   // nobody has said that it is kept
    kit_notice,        // another kit is announced; `time` is when it can come, `device` who did it
    group_stale,       // a group's key waits to be renewed
    group_waiting,     // this person has no box of it
    group_keyless,     // nor has anybody else who is active
    space_waiting,     // no box of the space's key
    space_keyless,     // nor has anybody else who is active
    space_held,        // changes signed with the past wait for a decision; `device` signed them
    space_read_only,   // the server was restored, no manager has let it go on yet
    space_behind,      // a restored server lacks changes of it: `error`
    file_behind,       // the space waits for `file`, put to `target`, which is gone or changed
    file_lost,         // the server lost it, and `file` is gone or changed: it has to be put again
    link_lost,         // a link to `target`, made at `time`, that could not be made again: `error`
    link_empty,        // was made again, and the folder that it shows is not there
    space_trouble,     // the space does not verify: `error`
    space_hidden,      // the server does not show it any more, and nothing says why
    space_full,        // `used` bytes are nearly all that its managers allow, or more than `limit`
    letter_waiting,    // to `name`, of `time`, has not been sent yet
    letter_refused,    // and will not be, as things are: `error`
    inbox_waiting,     // something is in this person's inbox, or that of the group `name`
    name_waiting,      // the name `name` waits for an administrator to write it down
};

struct Condition {
    ConditionKind kind;
    std::string name = {};                // of the space or group
    std::string id = {};                  // in hex
    std::optional<DeviceId> device = {};  // concerned
    Millis time = 0;
    std::optional<Error> error = {};
    bool own = false;         // kit_notice: this device gave it; space_held: this person may decide
    std::string file = {};    // on this machine
    std::string target = {};  // in the space
    std::string link = {};    // by URL, its id in hex
    std::uint64_t used = 0;
    std::uint64_t limit = 0;
};

// SpacePolicy is how long a space keeps what was replaced or removed, in days.
struct SpacePolicy {
    std::uint32_t all_versions = 30;
    std::uint32_t daily_versions = 365;
    std::uint32_t trash = 30;
    bool keep_links = false;  // on removal of somebody who could know them
    std::optional<std::uint32_t> monthly_versions = {};  // one a month so long; absent: for ever
};

struct DeviceView {
    DeviceId id;
    DeviceKind kind = DeviceKind::full;
    bool active = false;
    bool self = false;
    std::optional<DeviceId> added_by;
    std::uint64_t added_at = 0;  // place in the directory
    Millis added_time = 0;       // of that entry
};

struct SpaceView {
    SpaceId id;
    std::string name;   // from the tree; empty when it cannot be read yet
    std::string alias;  // what this user calls it
    std::string kind;   // "files", "home", "address-book", "group", …
    Role role = Role::reader;
    std::uint64_t sequence = 0;
    std::uint64_t epoch = 0;
    bool readable = true;                // false: no box for this user (yet)
    bool fresh = false;                  // first seen in this call
    bool drops = true;                   // some may wait here: of upload links; letters, in a home
    std::optional<UserId> added_by;      // who put this user in, when fresh
    std::optional<Error> trouble;        // this space does not verify: shown, not used
    std::optional<std::uint64_t> limit;  // bytes it may take, as its managers have set it
    std::optional<GroupId> group;        // whose home it is
};

struct MemberView {
    PrincipalId principal;
    Role role = Role::reader;
    std::string label;
    std::string email;
    bool boxed = true;
    bool active = true;
    bool self = false;
};

enum class LogKind : std::uint8_t { created, roster, commit, mark };

struct LogLine {
    std::uint64_t sequence = 0;
    LogKind kind = LogKind::commit;
    Millis time = 0;  // by the signer's clock
    UserId user;
    DeviceId device;  // who signed; verified
    std::string label;
    std::uint64_t epoch = 0;
    std::optional<Summary> summary;  // absent when this user has no key for it
    // Roster entries: what changed against the one before.
    struct RosterChange {
        PrincipalId principal;
        std::string label;
        std::optional<Role> before;
        std::optional<Role> after;
    };
    std::vector<RosterChange> changes;
};

struct VerifyReport {
    std::uint64_t links = 0;  // signatures checked
    std::uint64_t commits = 0;
    std::uint64_t nodes = 0;
    std::uint64_t entries = 0;  // of the tree
    std::uint64_t objects = 0;  // content fetched and opened
    std::uint64_t bytes = 0;    // of content
    struct Problem {
        Error error;
        std::uint64_t sequence = 0;  // of the link concerned, 0: none
        Bytes key;                   // of the tree entry concerned, empty: none
    };
    std::vector<Problem> problems;  // at most 1000
};

// Progress is told how far a long call is; amounts in the unit the call names. False asks to stop
// (error cancelled).
class Progress {
public:
    virtual ~Progress() = default;
    virtual bool advance(std::uint64_t done, std::uint64_t total) = 0;
};

class Space;

// ContentChecker is what an app brings to verify(): it reads the content that one tree entry names,
// through the space, and gives the bytes checked and the objects fetched. Entries that are none of
// its business give zeros. It asks now and then whether to go on; errors: cancelled if not, those
// of reading.
class ContentChecker {
public:
    struct Amount {
        std::uint64_t objects = 0;
        std::uint64_t bytes = 0;
    };
    virtual ~ContentChecker() = default;
    using GoesOn = std::function<bool()>;
    virtual Result<Amount> check(Space& space, ByteView key, ByteView value,
                                 const GoesOn& goes_on) = 0;
};

struct DutyReport {
    std::size_t done = 0;
    std::size_t failed = 0;
    std::optional<Error> first_error;
};

struct QuotaView {
    std::uint64_t limit = 0;  // bytes; 0: none
    std::uint64_t used = 0;
};

// Alarm is something no honest server does.
struct Alarm {
    std::uint64_t number = 0;
    Millis time = 0;
    Error error{Code{0, Kind::corrupt}};
    std::optional<SpaceId> space;
    Bytes evidence;        // what proves it: signed notes, links
    Bytes other_evidence;  // that contradict each other
};

}  // namespace obhut::client
