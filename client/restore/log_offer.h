// Offering: a server that was restored from an older backup gets the entries of the directory's log
// that it lost (docs/protocol/directory.md §6).
#pragma once

#include "client/remote/remote.h"
#include "client/restore/kept.h"

namespace obhut::client {

// offer_log brings the entries from position `from` up to `to`; `note` is the newest that was seen
// and proves that the log has been so long. Errors: log_behind (others have to bring theirs first),
// Kind::retry.
Result<> offer_log(Remote& remote, Kept& kept, std::uint64_t from, std::uint64_t to,
                   const std::string& note);

}  // namespace obhut::client
