#include "client/directory/snapshots.h"

#include "client/directory/people.h"
#include "core/directory/snapshot.h"

namespace obhut::client {
namespace {

bool is_due(const Session& session) {
    const bool may = session.is_administrator() && session.directory.verified() &&
                     session.profile.record().device_kind == directory::DeviceKind::full;
    const auto& newest = session.directory.state().newest_snapshot();
    const directory::Position since = newest ? newest->size : 0;
    return may && session.directory.size() - since >= session.snapshot_every;
}

}  // namespace

Result<bool> add_snapshot(Session& session) {
    bool made = false;
    TRY(append_built(session, [&]() -> Result<api::Append> {
        api::Append request;
        // Another administrator's device may have been first.
        made = is_due(session);
        if (!made) return request;
        const directory::State& state = session.directory.state();
        const directory::StateMap map = state.map();
        directory::Draft draft = session.draft();
        draft.add(
            directory::Snapshot{state.size(), session.directory.root(), map.root, map.records},
            {&session.secrets().signing});
        for (Bytes& entry : draft.take()) request.entries.emplace_back(std::move(entry));
        return request;
    }));
    return made;
}

Result<directory::Log> fetch_snapshot(Remote& remote, const directory::PinnedRoot& pinned,
                                      const directory::Snapshot& vouched) {
    directory::SnapshotReader reader(vouched);
    api::SnapshotPage first = TRY(remote.snapshot_page(vouched.size, 0));
    if (first.pages == 0 || first.pages > directory::kMaxSnapshotPages)
        return fail(errors::answer_malformed);
    TRY(reader.take(first.data));
    for (std::uint32_t page = 1; page < first.pages; ++page)
        TRY(reader.take(TRY(remote.snapshot_page(vouched.size, page)).data));
    return directory::Log::from_snapshot(pinned, vouched, std::move(first.tree),
                                         TRY(reader.finish()));
}

}  // namespace obhut::client
