#include "client/directory/organisation.h"

#include "client/directory/people.h"
#include "core/base/version.h"

namespace obhut::client {

Result<> set_oldest_client(Session& session, std::uint32_t version) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    if (!session.is_administrator()) return fail(errors::not_administrator);
    if (version > kProgramVersion) return fail(errors::client_too_old);
    directory::GeneralPolicy policy = session.directory.state().policy().general;
    if (policy.min_client == version) return {};
    policy.min_client = version;
    return append_entry(session, policy);
}

Result<> reset_directory(Session& session, const RootKit& root_kit, const std::string& reason) {
    TRY(session.ready());
    if (root_kit.root_fingerprint != session.profile.record().root_fingerprint)
        return fail(errors::kit_mismatch);
    return session.directory.reset(root_kit.root, reason);
}

}  // namespace obhut::client
