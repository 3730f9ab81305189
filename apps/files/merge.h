// Merging files: what one replica did while others were first, made again on the newest state, by
// id and not by path.
//
// Nothing is lost and nothing is asked. Two edits of a file keep both; an edit beats a removal; a
// move and an edit meet at the new place; a taken name keeps both; of two moves that would put a
// folder into itself the later one, ours, is dropped; what is changed always hangs on the topmost
// folder, removed folders come back for it. Afterwards every id is there exactly once. Rules:
// docs/protocol/keys.md §3.
#pragma once

#include "apps/files/editor.h"

namespace obhut::files {

// KeyChange is one key that changed, with whole values.
struct KeyChange {
    Bytes key;
    std::optional<Bytes> before;
    std::optional<Bytes> after;
};

// key_changes reads the values of a journal's changes, or of the difference of two trees. Errors:
// as Nodes::open_value.
Result<std::vector<KeyChange>> key_changes(tree::Nodes& nodes,
                                           const std::vector<tree::Change>& changes);
// changes_of gives what a draft changes on what it stands on.
Result<std::vector<KeyChange>> changes_of(const Draft& draft, const Reading& base);
// compose makes of changes `first` and then `second` what leads from the one end to the other.
std::vector<KeyChange> compose(std::vector<KeyChange> first, std::vector<KeyChange> second);

enum class MergeEvent : std::uint8_t {
    both_edited,      // ours stands beside theirs as a file of its own: `other`
    name_taken,       // ours has another name than it was given: `name`
    removal_dropped,  // ours: they had changed it, or something in it
    came_back,        // they had removed it, we had changed it or something in it
    move_dropped,     // ours: they had moved it elsewhere
    loop_dropped,     // ours: it would have put a folder into itself
    setting_dropped,  // ours: they had changed the same setting of the space
    gone,             // they had purged it, and its bytes, which we had not changed, are nowhere
};

// MergeNote is something a person may want to know.
struct MergeNote {
    MergeEvent event;
    FileId id;
    FileId folder;     // where the thing is now
    std::string name;  // under which name
    std::optional<FileId> other;
};

struct MergeInput {
    std::vector<KeyChange> ours;
    // What others did since the state that ours began on, if that state is still known: then a
    // removed folder in which they changed something is sure to stay. Without it what they *put*
    // into it after `base_time` is looked for.
    std::optional<std::vector<KeyChange>> theirs;
    Millis base_time = 0;  // of the commit that ours began on
    // Our own state, if it can still be read: for bytes of small files that they purged and we only
    // moved.
    const Reading* our_state = nullptr;
};

// merge makes ours on `here`, which is a draft of the newest state. Cost: a few lookups per change;
// with removed folders and without `theirs` all that is below them. Errors: those of reading,
// entry_malformed; then `here` is dropped.
Result<std::vector<MergeNote>> merge(Draft& here, const Author& author, const MergeInput& input);

}  // namespace obhut::files
