#include "server/services/notary.h"

#include "core/base/verify.h"
#include "core/directory/errors.h"

namespace obhut::services {

std::string Notary::sign(const OrgId& org, directory::Position size, const Hash& root,
                         Millis time) const {
    return directory::sign_checkpoint({directory::log_origin(org), size, root, incarnation_, time},
                                      key_);
}

void Notary::publish(const OrgId& org, std::string note, directory::Position size) {
    const std::scoped_lock lock(mutex_);
    origin_ = directory::log_origin(org);
    newest_ = std::move(note);
    size_ = size;
}

std::string Notary::newest() const {
    const std::scoped_lock lock(mutex_);
    return newest_;
}

Result<space::Checkpoint> Notary::judge(ByteView note) {
    const std::string text(as_text(note));
    const std::scoped_lock lock(mutex_);
    if (const auto known = judged_.find(text); known != judged_.end()) return known->second;
    const directory::Checkpoint opened =
        TRY(directory::open_note(text, origin_, key_.public_key()));
    VERIFY("SR-29/note-not-ahead", opened.size <= size_ && opened.incarnation <= incarnation_,
           errors::log_gap);
    const space::Checkpoint result{opened.size, opened.time};
    if (judged_.size() >= kMaxCached) judged_.clear();
    judged_.emplace(text, result);
    return result;
}

}  // namespace obhut::services
