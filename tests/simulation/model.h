// The reference model of a space: a plain map with history.
//
// Every commit says in its summary what it means to do, in the small language of Touch; so the
// chain's history, read back from the engine, can be folded over a std::map, and what any device
// ever saw at any sequence must be what the fold has there. What was acknowledged must be in the
// history, where the acknowledgement said; nothing stands in it twice, and nothing that nobody did.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/engine_types.h"
#include "client/spaces/change.h"
#include "core/tree/merge.h"

namespace obhut::simulation {

using Entries = std::map<std::string, std::string>;

enum class TouchKind : char { put = 'p', append = 'a', erase = 'e', bulk = 'b' };

// Touch is what a commit does to one key (bulk: to `size` keys that begin with it).
struct Touch {
    TouchKind kind = TouchKind::put;
    std::string key;
    std::string token;  // of the whole intent; unique
    std::size_t size = 0;

    std::string text() const;
    static std::optional<Touch> parse(const std::string& text);
    void apply(Entries& entries) const;
};

// value_of is what a token puts: the token, repeated up to `size` bytes.
std::string value_of(const std::string& token, std::size_t size);
std::string bulk_key(const std::string& key, std::size_t number);

// Intent is a change of one to a few touches, all of one token; erasing what is not there says so
// by leaving it out of the summary, so that the summary is true.
class Intent final : public client::Change {
public:
    explicit Intent(std::vector<Touch> touches) : touches_(std::move(touches)) {}
    Result<client::Plan> plan(const client::Snapshot& base) override;

private:
    std::vector<Touch> touches_;
};

// resolve makes an intent's change again where others changed the same key: appends are appended
// to what is there, all else replaces it.
Result<> resolve(const tree::Conflict& conflict, tree::Batch& batch);

// What became of an intent, as far as its author was told.
enum class Told : std::uint8_t {
    acknowledged,  // at `sequence`
    kept,          // it is in the journal: it will happen
    doubtful,      // it may have happened, or may happen yet
    refused,       // it has not happened and will not
};

struct IntentRecord {
    std::size_t person = 0;
    DeviceId device;
    Told told = Told::doubtful;
    std::uint64_t sequence = 0;
    unsigned times_back = 0;  // of the device, when it was told so
    std::string device_name;
    bool erases = false;     // and nothing else: it may turn out to be a change of nothing
    std::uint64_t mark = 0;  // of when its author was told so (simulation.h)
    // What a restore of the server may have done to it, known at the end.
    bool moved = false;      // it may have been made again elsewhere, or wait for that
    bool forgotten = false;  // it may be gone
};

// Seen is a value that a device read (absent: it read that there is none).
struct Seen {
    std::uint64_t sequence = 0;
    std::string key;
    std::optional<std::string> value;
    PrincipalId who;
    Hash link;               // of that sequence
    std::uint64_t mark = 0;  // of when
};

// RosterRecord is an acknowledged change of the roster.
struct RosterRecord {
    DeviceId device;
    PrincipalId principal;
    std::optional<client::Role> role;  // absent: removed
    std::uint64_t after = 0;           // sequence known before
    std::uint64_t until = 0;           // and after
    std::uint64_t mark = 0;
};

struct SpaceModel {
    SpaceId id;
    std::string name;
    std::map<std::string, IntentRecord> intents;  // by token
    std::vector<Seen> seen;
    std::vector<RosterRecord> rosters;
};

// History is what the chain says, folded up. Complaints are added as text.
struct History {
    Entries entries;                             // at the end
    std::map<PrincipalId, client::Role> roster;  // at the end
    std::map<std::string, std::uint64_t> tokens;
    std::map<std::uint64_t, Entries> samples;  // at the sequences asked for
};

// fold goes through the history (`lines` newest first, as the engine gives them), compares it with
// the model, and gives what it comes to.
History fold(const SpaceModel& model, const std::vector<client::LogLine>& lines,
             const std::set<std::uint64_t>& sample_at, std::vector<std::string>& complaints);

}  // namespace obhut::simulation
