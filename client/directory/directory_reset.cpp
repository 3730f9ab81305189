// The root's reset: a restored server has gone on without entries that this device has seen, and
// nobody brings them back. All devices follow what the server has, once the root says so.
#include "client/directory/directory.h"
#include "core/directory/build.h"
#include "core/directory/errors.h"

namespace obhut::client {
namespace {

// Other devices may have seen more of what was lost than this one: that is given up too.
constexpr directory::Position kSeenByOthers = 4096;
constexpr int kTries = 5;

}  // namespace

Result<directory::Log> Directory::fetch_theirs() {
    directory::Log theirs(log_->pinned());
    for (int page = 0; page < kMaxPages; ++page) {
        api::Entries answer = TRY(remote_.entries(theirs.next()));
        std::vector<Bytes> entries;
        for (api::EntryBlob& entry : answer.entries) entries.push_back(std::move(entry.bytes));
        if (TRY(theirs.add(answer.from, entries, answer.note, clock_.now()))) return theirs;
        if (entries.empty()) break;
    }
    return fail(errors::answer_malformed);
}

Result<> Directory::reset(const SigningKey& root, const std::string& reason) {
    for (int tried = 1;; ++tried) {
        const directory::Log theirs = TRY(fetch_theirs());
        const auto common = log_->common_head(theirs);
        const std::uint64_t incarnation = theirs.checkpoint().incarnation;
        if (incarnation <= checkpoint().incarnation || (common && common->size == size()))
            return fail(errors::nothing_lost);
        if (!common) return fail(errors::log_reset_unproven);
        directory::DirectoryReset entry;
        entry.lost.size = size() + kSeenByOthers;
        entry.restored = *common;
        entry.incarnation = incarnation;
        entry.reason = reason;
        directory::Draft draft(theirs.state(), remote_.now(), to_bytes(theirs.note()));
        draft.add(entry, {&root});
        TRY(theirs.state().try_out(draft.entries()));
        api::Append request;
        for (Bytes& bytes : draft.take()) request.entries.emplace_back(std::move(bytes));
        const auto sent = remote_.append(request);
        if (sent) return follow_reset();
        if (!build_again(sent.error()) || tried == kTries) return std::unexpected(sent.error());
    }
}

}  // namespace obhut::client
