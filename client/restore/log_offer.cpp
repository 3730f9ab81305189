#include "client/restore/log_offer.h"

#include "core/directory/entries.h"
#include "core/directory/merkle.h"

namespace obhut::client {

namespace {

// Who enrolled in what was lost is not known to the server, nor is a device that was added there:
// both come by the open route. The entry says who signed it.
bool is_newcomers(const api::Append& request) {
    if (request.entries.size() != 1) return false;
    const auto outer = decode<directory::SignedEntry>(request.entries[0].view());
    const auto entry = outer ? decode<directory::Entry>(outer->payload)
                             : Result<directory::Entry>(std::unexpected(outer.error()));
    return entry && (entry->kind() == directory::EntryKind::user_enrolled ||
                     entry->kind() == directory::EntryKind::device_added);
}

}  // namespace

Result<> offer_log(Remote& remote, Kept& kept, std::uint64_t from, std::uint64_t to,
                   const std::string& note) {
    for (std::uint64_t at = from; at < to;) {
        const auto entry = TRY(kept.entry(at));
        if (!entry) return fail(errors::log_behind);
        api::Append request;
        if (const auto ours = TRY(kept.append(directory::leaf_hash(*entry))))
            request = TRY(decode<api::Append>(*ours));
        else
            request.entries.emplace_back(*entry);
        request.lost = note;
        at += request.entries.size();
        const auto given = is_newcomers(request) ? remote.join(request) : remote.append(request);
        if (given) continue;
        // An entry with keys or boxes comes from the device that made them.
        if (given.error().kind() == Kind::retry) return std::unexpected(given.error());
        return fail(errors::log_behind, given.error().code.number);
    }
    return {};
}

}  // namespace obhut::client
