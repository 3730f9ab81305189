// Inbox: what has been sent to this user or to a group of his, or came by the upload links of a
// space, until it is filed.
//
//     waiting ─▶ claimed (i/… of the mailbox) ─▶ filed (i/… of the target) ─▶ done ─▶ deleted
//
// The mailbox of a user's inbox is his home, of a group's inbox the group's home, of a space's
// inbox the space itself. Several devices, of several members of a group too, may file at once, and
// any may be killed at any point: a letter is filed once, because the commit that files it also
// writes `i/<letter id>`, and a plan that finds that key does nothing. Source:
// docs/protocol/drops.md §3.
#pragma once

#include "client/drops/letter.h"
#include "client/drops/transfer.h"
#include "client/spaces/space.h"

namespace obhut::client {

class Engine;
class Session;
class Shelf;

inline constexpr Millis kFilingLease = 2 * kMinute;
inline constexpr std::size_t kMaxMissing = 1024;  // counters remembered of one device

enum class FilingState : std::uint8_t { claimed = 1, done = 2 };
constexpr bool is_known(FilingState state) {
    return state == FilingState::claimed || state == FilingState::done;
}

// At `i/<letter id>` of the mailbox and of the target.
struct Processed {
    FilingState state = FilingState::claimed;
    SpaceId target;  // where it is filed; zero: it was discarded
    DeviceId device;
    Millis time = 0;
    static void fields(auto& self, auto& field) {
        field(1, self.state);
        field(2, self.target);
        field(3, self.device);
        field(4, self.time);
    }
};

// At `j/<device id>` of a mailbox: which letters of a sending device have come.
struct Received {
    std::uint64_t highest = 0;
    std::vector<std::uint64_t> missing;  // below it; ascending
    // note takes a number; false if it had come before.
    bool note(std::uint64_t counter);
    static void fields(auto& self, auto& field) {
        field(1, self.highest);
        field(2, self.missing, kMaxMissing);
    }
};

struct InboxItem {
    DropId drop;
    InboxId inbox;
    LetterId id;                   // zero when it could not be opened
    std::optional<Letter> letter;  // verified
    std::optional<Error> trouble;  // why it cannot be: shown, never filed
    Millis arrived = 0;            // as the server says
};

// Numbers of a colleague's device that have not come, though later ones have.
struct MissingLetters {
    DeviceId device;
    UserId sender;
    std::vector<std::uint64_t> counters;
};

struct InboxView {
    std::vector<InboxItem> items;
    std::vector<MissingLetters> missing;  // not of spaces' inboxes: visitors do not count
};

// read_inbox gives what waits in the inbox whose mailbox this is (inbox_of): of this user (his
// home), of a group (its home), of a space. Letters that are filed already are done with at the
// server. Errors: not_editor.
Result<InboxView> read_inbox(Session& session, Space& mailbox);
Result<InboxView> read_inbox(Engine& engine, Space& mailbox);
// read_uploads gives what came by the upload links of a space, of a home too. Errors: not_editor.
Result<InboxView> read_uploads(Engine& engine, Space& space);

// letter_source gives the objects of a waiting letter.
std::unique_ptr<Transfer> letter_source(Engine& engine, const InboxItem& item);

// LetterPlanner says what filing puts into the target, on its newest state; content was given to
// the target's uploader.
using LetterPlanner = std::function<Result<Plan>(const Snapshot& base)>;

// begin_filing claims a letter for a target. False: it has been filed already, and is done with.
// What came to a group goes into its home or a space that the group itself may write: so that every
// member can finish what another began. Errors: lease_moved (another device is filing it),
// target_not_groups, claimed_out_of_reach (begun for a space that this user cannot look into).
Result<bool> begin_filing(Engine& engine, Space& mailbox, const InboxItem& item, Space& target);
// file_letter files a claimed letter, once, and is done with it; false if somebody else was first.
// After any error the whole may be called again, by any device.
Result<bool> file_letter(Engine& engine, Space& mailbox, const InboxItem& item, Space& target,
                         const LetterPlanner& planner);
// discard_letter is done with a letter without filing it; also with what cannot be opened.
Result<> discard_letter(Session& session, Space& mailbox, const InboxItem& item);
Result<> discard_letter(Engine& engine, Space& mailbox, const InboxItem& item);

// tend_inboxes does what a device owes the inboxes of its user and his groups: letters that wait to
// be sent, keys. One round trip where there is nothing to do.
struct Tended {
    std::size_t done = 0;    // for how many it did something
    bool own_waits = false;  // something is in this user's own inbox, the server says
};
Result<Tended> tend_inboxes(Session& session, Shelf& shelf);
// make_group_homes makes the homes of this user's groups that nobody has made yet: `views` are the
// spaces there are. How many.
Result<std::size_t> make_group_homes(Session& session, Shelf& shelf,
                                     const std::vector<SpaceView>& views);

// send_by_link puts a letter into the inbox of an upload link's space; its objects went through
// transfer_by_link.
class Visitor;
Result<> send_by_link(Visitor& visitor, Entropy& entropy, Clock& clock,
                      std::vector<LetterFile> files, std::vector<ObjectId> objects);
std::unique_ptr<Transfer> transfer_by_link(Visitor& visitor);

inline constexpr std::string_view kProcessedPrefix = "i/";
Bytes processed_key(const LetterId& id);

}  // namespace obhut::client
