#include "cli/commands/history_state.h"

#include "cli/errors.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kPage = 500;

}  // namespace

Outcome<files::SpaceView> state_at(Context& context, client::Space& space, const std::string& name,
                                   Millis time) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    for (std::uint64_t before = 0;;) {
        const auto lines = ATTEMPT(name, engine->log(space.id(), before, kPage));
        if (lines.empty()) return fail_about(name, errors::version_unknown);
        for (const client::LogLine& line : lines) {
            if (line.time > time) continue;
            auto view = files::SpaceView::at(space, line.sequence);
            if (!view && view.error().is(errors::space_not_found))
                return fail_about(name, errors::version_unknown);
            return ATTEMPT(name, std::move(view));
        }
        before = lines.back().sequence;
        if (before == 0) return fail_about(name, errors::version_unknown);
    }
}

}  // namespace obhut::cli
