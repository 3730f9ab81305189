// Inbox: what has been sent to this user, or came by the upload links of a space, until it is
// filed.
//
//     waiting ─▶ claimed (i/… of the mailbox) ─▶ filed (i/… of the target) ─▶ done ─▶ deleted
//
// The mailbox of a user's inbox is the home space, of a space's inbox the space itself. Several
// devices may file at once, and any may be killed at any point: a letter is filed once, because the
// commit that files it also writes `i/<letter id>`, and a plan that finds that key does nothing.
// Source: docs/protocol/drops.md §3.
#pragma once

#include "client/drops/letter.h"
#include "client/drops/transfer.h"
#include "client/spaces/space.h"

namespace obhut::client {

class Engine;

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

// At `j/<device id>` of a home: which letters of a sending device have come.
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
    std::vector<MissingLetters> missing;  // of users' inboxes only
};

// read_inbox gives what waits in the inbox of this user (mailbox: the home) or of a space. Letters
// that are filed already are done with at the server. Errors: not_editor (of a space).
Result<InboxView> read_inbox(Engine& engine, Space& mailbox);

// letter_source gives the objects of a waiting letter.
std::unique_ptr<Transfer> letter_source(Engine& engine, const InboxItem& item);

// LetterPlanner says what filing puts into the target, on its newest state; content was given to
// the target's uploader.
using LetterPlanner = std::function<Result<Plan>(const Snapshot& base)>;

// begin_filing claims a letter for a target. False: it has been filed already, and is done with.
// Errors: lease_moved (another device is filing it).
Result<bool> begin_filing(Engine& engine, Space& mailbox, const InboxItem& item, Space& target);
// file_letter files a claimed letter, once, and is done with it. After any error the whole may be
// called again, by any device.
Result<> file_letter(Engine& engine, Space& mailbox, const InboxItem& item, Space& target,
                     const LetterPlanner& planner);
// discard_letter is done with a letter without filing it; also with what cannot be opened.
Result<> discard_letter(Engine& engine, Space& mailbox, const InboxItem& item);

// tend_inbox does what a device owes its user's inbox: letters that wait to be sent, keys.
Result<bool> tend_inbox(Session& session, Space& home);

// send_by_link puts a letter into the inbox of an upload link's space; its objects went through
// transfer_by_link.
class Visitor;
Result<> send_by_link(Visitor& visitor, Entropy& entropy, Clock& clock,
                      std::vector<LetterFile> files, std::vector<ObjectId> objects);
std::unique_ptr<Transfer> transfer_by_link(Visitor& visitor);

inline constexpr std::string_view kProcessedPrefix = "i/";
Bytes processed_key(const LetterId& id);

}  // namespace obhut::client
