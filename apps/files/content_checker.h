// Check of every byte of every file, for Engine::verify: current content, older versions and what
// is in the trash.
#pragma once

#include "client/engine_types.h"
#include "core/base/executor.h"

namespace obhut::files {

class FilesChecker final : public client::ContentChecker {
public:
    explicit FilesChecker(Executor& executor) : executor_(executor) {}

    // check fetches and opens what an entry names, and compares it with the entry's hashes. Entries
    // of other apps give zeros. Errors: those of reading; Kind::corrupt for what is not what it
    // should be.
    Result<Amount> check(client::Space& space, ByteView key, ByteView value,
                         const GoesOn& goes_on) override;

private:
    Executor& executor_;
};

}  // namespace obhut::files
