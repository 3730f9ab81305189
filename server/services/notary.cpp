#include "server/services/notary.h"

#include <algorithm>

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

void Notary::may_have_lost(directory::Position behind) {
    const std::scoped_lock lock(mutex_);
    lost_behind_ = behind;
    roots_.clear();
    judged_.clear();
}

void Notary::know(directory::Position size, const Hash& root) {
    const std::scoped_lock lock(mutex_);
    if (size > lost_behind_ && incarnation_ > 1) roots_.emplace_back(size, root);
}

bool Notary::is_ours(const directory::Checkpoint& note) const {
    if (note.incarnation == incarnation_ || note.size <= lost_behind_) return true;
    const auto known =
        std::ranges::lower_bound(roots_, note.size, {}, [](const auto& one) { return one.first; });
    return known != roots_.end() && *known == std::pair(note.size, note.root);
}

Result<space::Checkpoint> Notary::judge(ByteView note) {
    const std::string text(as_text(note));
    const std::scoped_lock lock(mutex_);
    if (const auto known = judged_.find(text); known != judged_.end()) return known->second;
    const directory::Checkpoint opened =
        TRY(directory::open_note(text, origin_, key_.public_key()));
    VERIFY("SR-29/note-not-ahead", opened.size <= size_ && opened.incarnation <= incarnation_,
           errors::log_gap);
    VERIFY("SR-44/note-of-this-log", is_ours(opened), errors::log_gap);
    const space::Checkpoint result{opened.size, opened.time};
    if (judged_.size() >= kMaxCached) judged_.clear();
    judged_.emplace(text, result);
    return result;
}

}  // namespace obhut::services
