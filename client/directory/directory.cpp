#include "client/directory/directory.h"

#include "client/directory/snapshots.h"
#include "client/restore/log_offer.h"
#include "core/base/version.h"
#include "core/directory/errors.h"

namespace obhut::client {
namespace {

constexpr directory::Position kKeptTail = 4096;  // entries before the newest

// Where older profiles have the whole copy in one piece.
ByteView old_row() { return as_bytes("log"); }

}  // namespace

Directory::Directory(LocalStore& store, Remote& remote, Clock& clock, Alarms& alarms, Kept& kept)
    : store_(store), remote_(remote), clock_(clock), alarms_(alarms), kept_(kept) {}

Result<> Directory::begin(const directory::PinnedRoot& pinned, std::span<const std::string> notes,
                          const std::optional<directory::Snapshot>& vouched) {
    log_.emplace(pinned);
    view_.emplace(log_->state());
    judged_.reset();
    begun_.reset();
    retrace_.reset();
    offered_.reset();
    early_alarms_.clear();
    beginning_ = true;
    // A note from before the snapshot could not be judged there.
    bool beyond = !notes.empty();
    for (const std::string& note : notes) {
        TRY(log_->pin(note));
        beyond = beyond && vouched && TRY(directory::parse_note(note)).size > vouched->size;
    }
    if (vouched && beyond) offered_ = Offered{pinned, {notes.begin(), notes.end()}, *vouched};
    return {};
}

Result<> Directory::load() {
    const auto reader = TRY(store_.read());
    const auto old = TRY(reader->get(Table::directory, old_row()));
    std::vector<directory::Row> rows;
    if (!old)
        TRY(reader->scan(Table::directory, {}, Retrace::first_key(),
                         [&](ByteView key, ByteView value) {
                             rows.push_back({to_bytes(key), to_bytes(value)});
                             return true;
                         }));
    begun_ = TRY(Retrace::load(*reader));
    if (!old && rows.empty()) return fail(errors::no_profile);
    auto log = old ? directory::Log::decode(*old) : directory::Log::from_rows(rows);
    if (!log) return fail(errors::profile_damaged, log.error().code.number);
    log_.emplace(std::move(*log));
    view_.emplace(log_->state());
    judged_.reset();
    beginning_ = false;
    kept_note_ = log_->note();
    judge_newest();
    return {};
}

Result<> Directory::save() {
    const auto writer = TRY(store_.write(Durability::relaxed));
    const auto stored =
        TRY(compare(TRY(writer->get(Table::directory, directory::Log::summary_key()))));
    if (stored == Stored::ahead) return {};  // destroyed, the transaction has never been
    const directory::LogRows rows = log_->rows(stored == Stored::other);
    if (rows.all) TRY(writer->erase_range(Table::directory, {}, {}));
    if (!rows.all) TRY(writer->erase_range(Table::directory, rows.erase_from, rows.erase_to));
    for (const directory::Row& row : rows.put)
        TRY(writer->put(Table::directory, row.key, row.value));
    if (rows.all && begun_) TRY(Retrace::put(*writer, *begun_));
    TRY(writer->commit());
    log_->rows_kept();
    kept_note_ = log_->note();
    if (rows.all)
        for (const auto& [error, evidence] : early_alarms_)
            alarms_.raise(error, std::nullopt, evidence);
    return {};
}

void Directory::alarm(Error error, ByteView evidence) {
    alarms_.raise(error, std::nullopt, evidence);
    if (beginning_) early_alarms_.emplace_back(error, to_bytes(evidence));
}

// compare tells how what another program may have written since stands to ours. It was verified
// there; if it is of another log than ours, the server shows two.
Result<Directory::Stored> Directory::compare(const std::optional<Bytes>& summary) {
    if (!summary) return Stored::other;  // older, or the profile was made anew
    const std::string note = TRY(directory::Log::summary_note(*summary));
    if (note == kept_note_ || note.empty()) return Stored::as_kept;
    const directory::Checkpoint theirs = TRY(directory::parse_note(note));
    const directory::Checkpoint& ours = log_->checkpoint();
    const auto place = [](const directory::Checkpoint& at) {
        return std::pair(at.incarnation, at.size);
    };
    if (place(theirs) > place(ours)) return Stored::ahead;
    const auto judged = log_->judge_note(note);
    if (!judged && judged.error().is(errors::log_forked)) return std::unexpected(judged.error());
    const bool given_up = !judged && !judged.error().is(errors::note_unproven);
    return given_up ? Stored::other : Stored::behind;
}

Result<bool> Directory::catch_up() {
    if (untrue()) return fail(errors::snapshot_untrue);
    const auto outcome = fetch_new();
    // Who is wrong about the time, this machine or who signed the entry, is not known: no alarm.
    if (!outcome && outcome.error().is(errors::log_ahead_of_clock)) return fail(errors::clock_off);
    if (outcome || outcome.error().kind() != Kind::corrupt) return outcome;
    if (const auto& fork = log_->evidence()) {
        (void)save();
        (void)alarms_.raise(outcome.error(), std::nullopt, as_bytes(fork->ours),
                            as_bytes(fork->theirs));
    } else {
        (void)alarms_.raise(outcome.error(), std::nullopt);
    }
    return outcome;
}

// A server that does not have it (any more) is no trouble: then every entry is verified.
Result<> Directory::begin_at_snapshot() {
    const Offered offered = *std::exchange(offered_, std::nullopt);
    auto log = fetch_snapshot(remote_, offered.pinned, offered.vouched);
    if (!log && log.error().kind() == Kind::retry) return std::unexpected(log.error());
    if (!log && log.error().kind() == Kind::corrupt) alarm(log.error(), encode(offered.vouched));
    if (!log) return {};
    log_.emplace(std::move(*log));
    view_.emplace(log_->state());
    begun_ = Begun{offered.vouched};
    for (const std::string& note : offered.notes) TRY(log_->pin(note));
    return {};
}

Result<bool> Directory::fetch_new() {
    if (offered_) TRY(begin_at_snapshot());
    const directory::Position before = log_->size();
    const std::string note_before = log_->note();
    for (int page = 0; page < kMaxPages; ++page) {
        api::Entries answer = TRY(remote_.entries(log_->next()));
        std::vector<Bytes> entries;
        for (api::EntryBlob& entry : answer.entries) entries.push_back(std::move(entry.bytes));
        const auto added = log_->add(answer.from, entries, answer.note, clock_.now());
        if (!added && added.error().is(errors::log_restored)) {
            TRY(restored(answer.note));
            continue;
        }
        if (!added) return std::unexpected(added.error());
        if (const auto entry = log_->take_false_snapshot())
            alarm(Error(errors::snapshot_false), *entry);
        // The newest entries are kept for a while, for a server that loses them.
        const directory::Position size = TRY(directory::parse_note(answer.note)).size;
        if (!entries.empty() && answer.from + entries.size() + kKeptTail > size)
            kept_.keep_entries(answer.from, entries);
        if (*added) break;
        if (entries.empty()) return fail(errors::answer_malformed);
    }
    caught_up_ = clock_.now();
    judge_newest();
    if (log_->note() != note_before) TRY(save());
    bring_heads();
    return log_->size() != before;
}

// bring_heads gives a restored server the lists of heads under entries of ours, whoever brought
// the entries: without them nothing that stood before an entry can be proven to. What is not in
// the log that counts needs no list. Without an answer it is tried again with the next catching up.
void Directory::bring_heads() {
    const std::uint64_t incarnation = checkpoint().incarnation;
    if (brought_to_ == incarnation) return;
    const auto lists = kept_.heads_before(incarnation);
    if (!lists) return;
    for (const api::Heads& list : *lists) {
        const auto brought = remote_.bring_heads(list);
        if (!brought && brought.error().kind() == Kind::retry) return;
        kept_.keep_heads(list, incarnation);  // the next one may lack it again
    }
    brought_to_ = incarnation;
}

// The server was restored from a backup: it is brought what it lacks. If it has gone on already,
// only the root's reset leads to what it has now.
Result<> Directory::restored(const std::string& note) {
    const directory::Checkpoint shown = TRY(directory::parse_note(note));
    if (shown.size >= log_->size()) return follow_reset();
    return offer_log(remote_, kept_, shown.size, log_->size(), log_->note());
}

Result<> Directory::follow_reset() {
    std::vector<Bytes> entries;
    for (int page = 0; page < kMaxPages; ++page) {
        api::Entries answer = TRY(remote_.entries(entries.size()));
        if (answer.from != entries.size()) return fail(errors::answer_malformed);
        for (api::EntryBlob& entry : answer.entries) entries.push_back(std::move(entry.bytes));
        const directory::Checkpoint shown = TRY(directory::parse_note(answer.note));
        if (entries.size() < shown.size && !answer.entries.empty()) continue;
        const auto followed = log_->follow_reset(entries, answer.note, clock_.now());
        if (!followed && followed.error().is(errors::log_reset_unproven))
            return fail(errors::log_apart);
        TRY(followed);
        view_.emplace(log_->state());
        judged_.reset();
        judge_newest();
        begun_.reset();  // all of this one was verified
        retrace_.reset();
        return save();
    }
    return fail(errors::answer_malformed);
}

void Directory::judge_newest() {
    remote_.forbid_writing(state().min_client() > kProgramVersion);
    kept_.has_passed(state().last_time());
}

Result<bool> Directory::retrace() {
    if (!begun_ || begun_->untrue) return false;
    if (!retrace_) retrace_.emplace(store_, remote_, begun_->vouched);
    const auto all = retrace_->step();
    if (!all && all.error().kind() == Kind::corrupt)
        alarms_.raise(all.error(), std::nullopt, encode(begun_->vouched), as_bytes(note()));
    if (!all && all.error().is(errors::snapshot_untrue)) begun_->untrue = true;
    if (!all) return std::unexpected(all.error());
    if (*all) begun_.reset();
    if (*all) retrace_.reset();
    return true;
}

Result<bool> Directory::heard(const std::optional<std::string>& newest) {
    if (untrue() || offered_ || !newest || *newest != log_->note()) return catch_up();
    caught_up_ = clock_.now();
    return false;
}

std::optional<directory::Snapshot> Directory::vouch() const {
    return verified() ? state().newest_snapshot() : std::nullopt;
}

Result<> Directory::refresh(Millis not_older_than) {
    const Millis now = clock_.now();
    if (caught_up_ != 0 && now >= caught_up_ && now - caught_up_ < not_older_than) return {};
    TRY(catch_up());
    return {};
}

Result<> Directory::append(const api::Append& request) {
    const auto sent = remote_.append(request);
    // Without an answer it may have happened, and nobody else has its keys and boxes.
    if (sent || sent.error().kind() == Kind::retry) keep_request(request);
    TRY(sent);
    TRY(catch_up());
    return {};
}

void Directory::keep_request(const api::Append& request) {
    if (!request.entries.empty())
        kept_.keep_append(directory::leaf_hash(request.entries[0].bytes), encode(request));
}

Result<space::Checkpoint> Directory::judge(ByteView note) {
    if (judged_ && equal(judged_note_, note)) return *judged_;
    auto checkpoint = log_->judge_note(as_text(note));
    if (!checkpoint && checkpoint.error().is(errors::note_too_new)) {
        TRY(catch_up());
        checkpoint = log_->judge_note(as_text(note));
    }
    if (!checkpoint && checkpoint.error().is(errors::note_unproven))
        checkpoint = judge_old(as_text(note));
    if (!checkpoint) return std::unexpected(checkpoint.error());
    judged_note_ = to_bytes(note);
    judged_ = space::Checkpoint{checkpoint->size, checkpoint->time};
    return *judged_;
}

// An old note is proven to be of this log by hashes from its tiles.
Result<directory::Checkpoint> Directory::judge_old(std::string_view note) {
    const directory::Checkpoint claimed = TRY(directory::parse_note(note));
    directory::TileSource tiles(log_->size(), [this](const directory::Tile& tile) {
        return remote_.tile(directory::tile_path(tile));
    });
    const directory::Proof proof =
        TRY(directory::consistency_proof(tiles, claimed.size, log_->size()));
    return log_->judge_note(note, proof);
}

}  // namespace obhut::client
