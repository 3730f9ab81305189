// The root kit: the organisation's root, as a file. It makes and unmakes administrators. Format:
// docs/protocol/kit.md §5.
//
// Root and next-root seeds are sealed, each under a recovery key of its own; the file holds both,
// so that it can be cut in two and kept in two places. Whoever has all of it is the organisation.
// It is never left in a profile.
#pragma once

#include <string>

#include "client/errors.h"
#include "client/kit/emergency_kit.h"
#include "core/crypto/sign.h"

namespace obhut::client {

struct RootKit {
    OrgId org;
    std::string host;
    Hash root_fingerprint;
    SigningKey root;
    SigningKey next_root;

    RootKit clone() const;
    // create makes fresh seeds; org and fingerprint follow from them.
    static RootKit create(std::string host, Entropy& entropy);
    // file_text is the content of the file: a readable head and two sealed blocks with their
    // recovery keys, fresh ones at each call.
    std::string file_text(Entropy& entropy) const;
    // parse opens a root kit file (both parts). The public parts are recomputed from the seeds and
    // must fit the fingerprint and organisation that the file names. Errors: text_damaged,
    // text_foreign, text_version, kit_mismatch.
    static Result<RootKit> parse(std::string_view text);
};

}  // namespace obhut::client
