// The life of one stored object, as every adapter counts it: pure rules, no storage.
//
//     absent ──put──▶ pinned ──create, raise──▶ counted ──supersede, lower──▶ dying ──▶ trash ──▶
//     absent
//                       │ ▲                        ▲                           │          │
//          pin expires  ▼ └────────────────────────┼───────────── renew, put ──┼──────────┤
//               absent, trash                      └────────── create, raise ──┴──────────┘
//
// `counted` has references in the head. `dying` has none, but roots in [born, died) showed it; it
// goes to the trash once none of those is retained. What was taken out of the trash goes back there
// for the whole time when its pin expires, so nobody can have it scrubbed early. An interval only
// grows: who comes back keeps his first `born`, which may retain longer than needed and never too
// short. Threads: values. Source: docs/storage.md §4.
#pragma once

#include "server/storage/batch.h"
#include "server/storage/errors.h"

namespace obhut::storage {

enum class LifeStage : std::uint8_t { absent = 0, pinned = 1, counted = 2, dying = 3, trash = 4 };
enum class ObjectKind : std::uint8_t { unclaimed = 0, node = 1, content = 2 };

struct ObjectLife {
    LifeStage stage = LifeStage::absent;
    ObjectKind kind = ObjectKind::unclaimed;
    std::uint32_t length = 0;
    std::uint64_t count = 0;  // references: 1 for a node, 1 and more for content, when counted
    Sequence born = 0;        // first sequence that shows it; counted and dying
    std::uint64_t ended =
        0;  // dying: sequence that took the last reference; pinned, trash: time of the end
    DeviceId device{};  // pinned: who is charged

    friend bool operator==(const ObjectLife&, const ObjectLife&) = default;
};

// Charge is what an object's bytes count as.
struct Charge {
    std::uint64_t live = 0;
    std::uint64_t trash = 0;
    std::uint64_t pinned = 0;
};

ObjectState state_of(const ObjectLife& life);
Charge charge_of(const ObjectLife& life);

// put makes an absent object pinned, with that length. Any other: as renew.
void put(ObjectLife& life, const Pin& pin, std::uint32_t length);
// renew prolongs a pin and takes an object out of the trash; counted and dying ones need no pin.
// False if absent.
bool renew(ObjectLife& life, const Pin& pin);

// release ends a pin at `now` if `device` pays for it.
void release(ObjectLife& life, const DeviceId& device, Millis now);

// expire_pin ends a pin: what no commit ever claimed is absent, what came out of the trash goes
// back.
void expire_pin(ObjectLife& life, Millis now);
// to_trash moves an object there for kTrashTime.
void to_trash(ObjectLife& life, Millis now);

// The four lists of the commit at `sequence`. Errors: objects_missing if absent; referenced_twice
// if a node is created that is counted, or content and node are mixed up; not_referenced if there
// is nothing to take away.
Result<> create_node(ObjectLife& life, Sequence sequence);
Result<> raise_content(ObjectLife& life, Sequence sequence);
Result<> supersede_node(ObjectLife& life, Sequence sequence);
Result<> lower_content(ObjectLife& life, Sequence sequence);

// ---- roots that are retained

struct Root {
    Sequence sequence = 0;
    Millis time = 0;  // from when on it was the newest
};

// Retained is the set of roots to keep: some older ones and everything from `window` on.
struct Retained {
    std::vector<Sequence> older;  // ascending, all below window
    Sequence window = 0;

    bool has(Sequence sequence) const;
};

// retained_roots chooses among all roots of a space that have not been thinned before, ascending:
// those that were the newest at some moment of the last kRetainAll, or at the end of a day (UTC) of
// the last kRetainDaily. The last root is always among them. `roots` must not be empty; times that
// go back count as the latest before them.
Retained retained_roots(const std::vector<Root>& roots, Millis now);

// is_needed tells whether a retained root shows a dying object.
bool is_needed(const ObjectLife& dying, const Retained& retained);

}  // namespace obhut::storage
