#include "core/directory/log.h"

#include "core/base/verify.h"

namespace obhut::directory {

// Advance is what the tree will be after the pending entries.
struct Log::Advance {
    Frontier frontier;
    std::vector<Hash> roots;  // of sizes old + 1, old + 2, …
};

Log::Log(const PinnedRoot& pinned) : pinned_(pinned) { state_.track(); }
Result<Log> Log::from_snapshot(const PinnedRoot& pinned, const Snapshot& vouched, Frontier tree,
                               State state) {
    VERIFY("SR-02/snapshot-tree",
           tree.consistent() && tree.size() == vouched.size && tree.root() == vouched.log_root,
           errors::snapshot_mismatch);
    Log log(pinned);
    log.frontier_ = std::move(tree);
    log.roots_.push_back(vouched.log_root);
    log.state_ = std::move(state);
    log.state_.track();
    return log;
}
Log::~Log() = default;
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;

std::optional<Hash> Log::root_known(Position size) const {
    if (size == 0) return empty_root();
    const Position oldest = frontier_.size() - roots_.size() + 1;
    if (size < oldest || size > frontier_.size()) return std::nullopt;
    return roots_[static_cast<std::size_t>(size - oldest)];
}

void Log::keep_evidence(std::string_view theirs) {
    evidence_ = ForkEvidence{note_, std::string(theirs)};
}

Result<> Log::pin(std::string_view note) {
    const Checkpoint pinned = TRY(parse_note(note));
    if (pinned.size <= size() && !note_.empty()) {
        const Result<Checkpoint> judged = judge_note(note);
        if (!judged && !judged.error().is(errors::note_unproven))
            return std::unexpected(judged.error());
        return {};
    }
    if (pins_.size() == kMaxPins) pins_.erase(pins_.begin());
    pins_.push_back(std::string(note));
    return {};
}

Result<bool> Log::add(Position from, std::span<const Bytes> entries, std::string_view note,
                      Millis own_time) {
    const Checkpoint shown = TRY(parse_note(note));
    if (from != next()) return fail(errors::log_gap);
    for (const Bytes& entry : entries) {
        pending_bytes_ += entry.size();
        pending_.push_back(entry);
    }
    const bool too_much = pending_bytes_ > kMaxPendingBytes;
    const Result<bool> result = too_much ? fail(errors::too_large) : take(shown, note, own_time);
    if (!result || *result) {
        pending_.clear();
        pending_bytes_ = 0;
    }
    return result;
}

Result<bool> Log::take(const Checkpoint& shown, std::string_view note, Millis own_time) {
    if (!note_.empty() && (shown.size <= size() || shown.incarnation < checkpoint_.incarnation)) {
        TRY(same_size_or_older(shown, note));
        return true;
    }
    if (next() > shown.size) return fail(errors::log_mismatch);
    if (next() < shown.size) return false;
    const Advance advance = TRY(compute(shown, note, own_time));
    TRY(act(shown, note, advance));
    frontier_ = advance.frontier;
    roots_.insert(roots_.end(), advance.roots.begin(), advance.roots.end());
    while (roots_.size() > kKeptRoots) roots_.pop_front();
    checkpoint_ = shown;
    note_ = std::string(note);
    return true;
}

// A note that brings nothing: the same as ours, or a step back, or the other side of a fork.
Result<> Log::same_size_or_older(const Checkpoint& shown, std::string_view note) {
    TRY(open_note(note, log_origin(pinned_.org), state_.log_key_at(shown.size)));
    if (!pending_.empty()) return fail(errors::log_mismatch);
    const std::optional<Hash> root = root_known(shown.size);
    const bool agrees = !root || *root == shown.root;
    if (shown.incarnation > checkpoint_.incarnation) {
        // Restored from a backup. If it has all of ours it simply goes on; else it must be offered
        // what it lacks.
        if (agrees && shown.size == size()) {
            checkpoint_ = shown;
            note_ = std::string(note);
            return {};
        }
        return fail(errors::log_restored);
    }
    const bool forked = !agrees && shown.incarnation == checkpoint_.incarnation;
    if (forked) keep_evidence(note);
    VERIFY("SR-29/no-fork-at-known-size", !forked, errors::log_forked);
    VERIFY("SR-29/never-back", shown.size == size() && shown.incarnation == checkpoint_.incarnation,
           errors::log_went_back);
    return {};
}

// compute checks the pending entries against the root of the note, and what can be told of each.
Result<Log::Advance> Log::compute(const Checkpoint& shown, std::string_view note, Millis own_time) {
    Advance advance{frontier_, {}};
    advance.roots.reserve(pending_.size());
    for (const Bytes& leaf : pending_) {
        advance.frontier.append(leaf_hash(leaf));
        advance.roots.push_back(advance.frontier.root());
    }
    const bool leads = advance.frontier.root() == shown.root;
    if (!leads && !note_.empty()) {
        if (shown.incarnation > checkpoint_.incarnation) return fail(errors::log_restored);
        if (open_note(note, log_origin(pinned_.org), state_.log_key())) keep_evidence(note);
    }
    VERIFY("SR-29/entries-lead-to-root", leads, errors::log_mismatch);
    Position at = size();
    for (const Bytes& leaf : pending_) {
        const auto signed_entry = obhut::decode<SignedEntry>(leaf);
        const auto entry = signed_entry ? obhut::decode<Entry>(signed_entry->payload)
                                        : Result<Entry>(std::unexpected(signed_entry.error()));
        if (entry) {
            if (entry->time > own_time && entry->time - own_time > kMaxAhead)
                time_alarm_ = TimeAlarm{entry->time, own_time,
                                        signed_entry->signatures.empty()
                                            ? std::nullopt
                                            : std::optional(signed_entry->signatures[0].signer)};
            VERIFY("SR-29/entry-not-ahead-of-clock",
                   entry->time <= own_time || entry->time - own_time <= kMaxAhead,
                   errors::log_ahead_of_clock);
            TRY(check_entry_note(*entry, advance, at, shown.incarnation));
        }
        ++at;
    }
    return advance;
}

// What signers saw must be what we see: a note in an entry from the other side of a fork shows it.
Result<> Log::check_entry_note(const Entry& entry, const Advance& advance, Position at,
                               std::uint64_t incarnation) {
    if (!entry.note) return {};
    const auto seen = parse_note(as_text(*entry.note));
    if (!seen || seen->origin != log_origin(pinned_.org)) return {};
    const bool within = seen->size <= at;
    std::optional<Hash> root;
    if (within && seen->size > size())
        root = advance.roots[static_cast<std::size_t>(seen->size - size() - 1)];
    else if (within)
        root = root_known(seen->size);
    if (within && (!root || *root == seen->root)) return {};
    // Only a note that the log's key has signed says anything, and of this life of the server.
    if (seen->incarnation != incarnation) return {};
    const bool contradicts =
        open_note(as_text(*entry.note), log_origin(pinned_.org), state_.log_key_at(seen->size))
            .has_value();
    if (contradicts) keep_evidence(as_text(*entry.note));
    VERIFY("SR-29/entry-notes-agree", !contradicts, errors::log_forked);
    return {};
}

Result<> Log::check_pins(const Checkpoint& shown, std::string_view note, const Advance& advance) {
    const auto given_up = [&](const Checkpoint& pinned) {
        return std::any_of(state_.resets().begin(), state_.resets().end(), [&](const auto& record) {
            const DirectoryReset& reset = record.reset;
            return reset.incarnation > pinned.incarnation && reset.restored.size < pinned.size &&
                   pinned.size <= reset.lost.size;
        });
    };
    for (const std::string& pin : pins_) {
        const Checkpoint pinned = TRY(parse_note(pin));
        if (pinned.size <= size() || given_up(pinned)) continue;
        VERIFY("SR-29/not-behind-a-pin", pinned.size <= shown.size, errors::log_went_back);
        if (pinned.size > shown.size) continue;  // only when that check is switched off
        const Hash& root = advance.roots[static_cast<std::size_t>(pinned.size - size() - 1)];
        if (root != pinned.root) evidence_ = ForkEvidence{pin, std::string(note)};
        VERIFY("SR-29/pin-is-part-of-log", root == pinned.root, errors::log_forked);
    }
    return {};
}

// act lets the entries act on the state, then judges what only the state can tell; all or nothing.
Result<> Log::act(const Checkpoint& shown, std::string_view note, const Advance& advance) {
    state_.begin();
    Result<> result;
    for (const Bytes& leaf : pending_) {
        const auto verdict = state_.apply(leaf);
        if (verdict && verdict->invalid && verdict->invalid->is(errors::snapshot_false))
            false_snapshot_ = leaf;
        if (verdict) continue;
        result = std::unexpected(verdict.error());
        break;
    }
    if (result) result = check_whole(shown, note);
    if (result) result = check_pins(shown, note, advance);
    if (!result) {
        state_.rollback();
        return result;
    }
    state_.commit();
    std::erase_if(pins_, [&](const std::string& pin) {
        const auto parsed = parse_note(pin);
        return parsed && parsed->size <= shown.size;
    });
    return {};
}

Result<> Log::check_whole(const Checkpoint& shown, std::string_view note) {
    VERIFY("SR-02/pinned-root",
           state_.org() == pinned_.org && state_.root_fingerprint() == pinned_.fingerprint,
           errors::log_wrong_root);
    TRY(open_note(note, log_origin(pinned_.org), state_.log_key()));
    VERIFY("SR-29/checkpoint-time", shown.time == state_.last_time(), errors::checkpoint_time);
    return {};
}

Result<> Log::follow_reset(std::span<const Bytes> entries, std::string_view note, Millis own_time) {
    Log fresh(pinned_);
    if (!TRY(fresh.add(0, entries, note, own_time))) return fail(errors::log_gap);
    const auto gives_up_ours = [&](const ResetRecord& record) {
        const DirectoryReset& reset = record.reset;
        if (reset.incarnation <= checkpoint_.incarnation || reset.lost.size < size()) return false;
        if (reset.lost.size == size() && reset.lost.root != frontier_.root()) return false;
        // Up to the restored head both histories are one.
        const Position common = std::min(reset.restored.size, size());
        const std::optional<Hash> ours = root_known(common);
        const std::optional<Hash> theirs = fresh.root_known(common);
        return ours && theirs && *ours == *theirs;
    };
    const auto& resets = fresh.state_.resets();
    VERIFY("SR-44/reset-by-root",
           fresh.checkpoint_.incarnation > checkpoint_.incarnation &&
               std::any_of(resets.begin(), resets.end(), gives_up_ours),
           errors::log_reset_unproven);
    *this = std::move(fresh);
    return {};
}

std::optional<TreeHead> Log::common_head(const Log& other) const {
    for (Position at = std::min(size(), other.size()); at > 0; --at) {
        const std::optional<Hash> ours = root_known(at);
        const std::optional<Hash> theirs = other.root_known(at);
        if (!ours || !theirs) return std::nullopt;
        if (*ours == *theirs) return TreeHead{at, *ours};
    }
    return std::nullopt;
}

Result<Checkpoint> Log::judge_note(std::string_view note) { return judge_note(note, {}); }

Result<Checkpoint> Log::judge_note(std::string_view note, const Proof& proof) {
    // Commits of one hour mostly carry one note.
    if (!judged_note_.empty() && note == judged_note_) return judged_;
    const Checkpoint unread = TRY(parse_note(note));
    if (unread.size > size()) return fail(errors::note_too_new);
    const Checkpoint carried =
        TRY(open_note(note, log_origin(pinned_.org), state_.log_key_at(unread.size)));
    const std::optional<Hash> root = root_known(carried.size);
    if (!root && proof.empty()) return fail(errors::note_unproven);
    if (!root) TRY(verify_consistency(carried.size, carried.root, size(), frontier_.root(), proof));
    const bool agrees = !root || *root == carried.root;
    if (!agrees && carried.incarnation != checkpoint_.incarnation)
        return fail(errors::note_given_up);
    if (!agrees) keep_evidence(note);
    VERIFY("SR-29/carried-note-agrees", agrees, errors::log_forked);
    judged_note_ = std::string(note);
    judged_ = carried;
    return carried;
}

}  // namespace obhut::directory
