// How a client keeps its copy of the log: a summary, the newest roots in blocks, and the records of
// the state, each a row, so that saving costs what is new. Format: docs/protocol/profile.md §1.
#include "core/directory/log.h"

namespace obhut::directory {

namespace {

constexpr std::uint8_t kSummaryRow = 0;
constexpr std::uint8_t kRootsRow = 16;  // above the tables of the state
constexpr Position kRootsPerRow = 256;

// Summary is what is there once and small.
struct Summary {
    PinnedRoot pinned;
    Frontier frontier;
    std::string note;
    std::vector<std::string> pins;
    std::optional<ForkEvidence> evidence;

    static void fields(auto& self, auto& field) {
        field(1, self.pinned);
        field(2, self.frontier);
        field(3, self.note, kMaxNoteBytes);
        field(4, self.pins, Log::kMaxPins);
        field(5, self.evidence);
    }
};

// RootsRow holds the roots of the sizes `first`, `first` + 1, …
struct RootsRow {
    Position first = 0;
    std::vector<Hash> roots;

    static void fields(auto& self, auto& field) {
        field(1, self.first);
        field(2, self.roots, kRootsPerRow);
    }
};

Bytes roots_key(Position block) {
    Bytes key(9);
    key[0] = kRootsRow;
    for (std::size_t i = 9; i-- > 1; block >>= 8) key[i] = static_cast<std::uint8_t>(block);
    return key;
}

}  // namespace

// Stored is the copy in one piece, as older profiles have it.
struct Log::Stored {
    PinnedRoot pinned;
    Bytes state;
    Frontier frontier;
    std::vector<Hash> roots;
    std::string note;
    std::vector<std::string> pins;
    std::optional<ForkEvidence> evidence;

    static void fields(auto& self, auto& field) {
        field(1, self.pinned);
        field(2, self.state, std::size_t{1} << 31);
        field(3, self.frontier);
        field(4, self.roots, kKeptRoots);
        field(5, self.note, kMaxNoteBytes);
        field(6, self.pins, kMaxPins);
        field(7, self.evidence);
    }
};

Bytes Log::summary_key() { return {kSummaryRow}; }

Result<std::string> Log::summary_note(ByteView row) {
    auto summary = obhut::decode<Summary>(row);
    if (!summary) return fail(errors::state_malformed);
    return std::move(summary->note);
}

LogRows Log::rows(bool all) const {
    LogRows rows;
    rows.all = all || !kept_;
    rows.put = rows.all ? state_.rows() : state_.changed_rows();
    rows.put.push_back(
        {summary_key(), obhut::encode(Summary{pinned_, frontier_, note_, pins_, evidence_})});
    const Position oldest = size() - roots_.size() + 1;
    const Position changed = std::max(oldest, rows.all ? 0 : *kept_ + 1);
    for (Position block = changed / kRootsPerRow; block * kRootsPerRow <= size(); ++block) {
        RootsRow row{std::max(block * kRootsPerRow, oldest), {}};
        const Position end = std::min((block + 1) * kRootsPerRow, size() + 1);
        for (Position at = row.first; at < end; ++at) row.roots.push_back(*root_known(at));
        if (!row.roots.empty()) rows.put.push_back({roots_key(block), obhut::encode(row)});
    }
    rows.erase_from = roots_key(0);
    rows.erase_to = roots_key(oldest / kRootsPerRow);
    return rows;
}

void Log::rows_kept() {
    kept_ = size();
    state_.forget_changes();
}

Result<Log> Log::from_rows(std::span<const Row> rows) {
    if (rows.empty() || rows[0].key != summary_key()) return fail(errors::state_malformed);
    auto summary = obhut::decode<Summary>(rows[0].value);
    if (!summary || !summary->frontier.consistent()) return fail(errors::state_malformed);
    Log log(summary->pinned);
    log.frontier_ = summary->frontier;
    log.pins_ = std::move(summary->pins);
    log.evidence_ = std::move(summary->evidence);
    log.note_ = std::move(summary->note);
    Position next_root = 0;  // none yet
    for (const Row& row : rows.subspan(1)) {
        if (row.key.empty() || row.key[0] != kRootsRow) {
            TRY(log.state_.take_row(row.key, row.value));
            continue;
        }
        const auto block = obhut::decode<RootsRow>(row.value);
        const bool follows = block && (next_root == 0 || block->first == next_root);
        if (!follows) return fail(errors::state_malformed);
        log.roots_.insert(log.roots_.end(), block->roots.begin(), block->roots.end());
        next_root = block->first + block->roots.size();
    }
    if (log.size() > 0 && next_root != log.size() + 1) return fail(errors::state_malformed);
    while (log.roots_.size() > kKeptRoots) log.roots_.pop_front();
    TRY(log.state_.finish_rows());
    TRY(log.check_read());
    log.kept_ = log.size();
    return log;
}

// check_read tells whether what was read fits together.
Result<> Log::check_read() {
    if (!note_.empty()) {
        const auto checkpoint = parse_note(note_);
        if (!checkpoint) return fail(errors::state_malformed);
        checkpoint_ = *checkpoint;
    }
    const bool fits = state_.size() == size() && checkpoint_.size == size() &&
                      roots_.size() <= size() && (size() == 0 || !roots_.empty());
    return fits ? Result<>() : fail(errors::state_malformed);
}

Bytes Log::encode() const {
    Stored stored{pinned_, state_.encode(), frontier_, {roots_.begin(), roots_.end()},
                  note_,   pins_,           evidence_};
    return obhut::encode(stored);
}

Result<Log> Log::decode(ByteView bytes) {
    auto stored = obhut::decode<Stored>(bytes);
    if (!stored || !stored->frontier.consistent()) return fail(errors::state_malformed);
    Log log(stored->pinned);
    log.state_ = TRY(State::decode(stored->state));
    log.frontier_ = stored->frontier;
    log.roots_.assign(stored->roots.begin(), stored->roots.end());
    log.pins_ = std::move(stored->pins);
    log.evidence_ = std::move(stored->evidence);
    log.note_ = std::move(stored->note);
    TRY(log.check_read());
    log.state_.track();
    return log;
}

}  // namespace obhut::directory
