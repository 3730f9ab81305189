#include "apps/files/space_files.h"

#include <algorithm>

namespace obhut::files {

namespace {

class FilesChange final : public client::Change {
public:
    FilesChange(const Author& author, const Edit& edit, std::span<const client::Origin> origins)
        : author_(author), edit_(edit), origins_(origins) {}

    Result<client::Plan> plan(const client::Snapshot& base) override {
        const TreeReading reading(base.tree);
        Draft draft(reading);
        Editor editor(draft, author_at(author_, base));
        client::Plan plan;
        TRY(edit_(editor, plan.summary));
        if (editor.thinned() > 0) plan.summary.add(client::Verb::thinned, "", {}, editor.thinned());
        plan.batch = draft.batch();
        for (const client::Origin& origin : origins_) plan.origins.push_back(origin.clone());
        return plan;
    }

private:
    const Author& author_;
    const Edit& edit_;
    std::span<const client::Origin> origins_;
};

}  // namespace

Author author_at(const Author& author, const client::Snapshot& base) {
    return {author.device, std::max(author.now, base.directory_time), author.entropy,
            std::min(author.now, base.directory_time)};
}

SpaceView::SpaceView(tree::Tree tree, std::uint64_t sequence)
    : tree_(std::make_unique<tree::Tree>(std::move(tree))),
      reading_(std::make_unique<TreeReading>(*tree_)),
      files_(std::make_unique<Files>(*reading_)),
      sequence_(sequence) {}

Result<SpaceView> SpaceView::newest(client::Space& space) {
    const client::Snapshot* snapshot = TRY(space.snapshot());
    return SpaceView(snapshot->tree.clone(), snapshot->sequence);
}

Result<SpaceView> SpaceView::at(client::Space& space, std::uint64_t sequence) {
    client::Snapshot snapshot = TRY(space.snapshot_at(sequence));
    return SpaceView(std::move(snapshot.tree), snapshot.sequence);
}

Result<client::Committed> change_files(client::Space& space, const Author& author, const Edit& edit,
                                       std::span<const client::Origin> origins) {
    FilesChange change(author, edit, origins);
    return space.commit(change);
}

Result<client::Committed> tidy(client::Space& space, const Author& author) {
    return change_files(space, author, [](Editor& editor, client::Summary&) -> Result<> {
        TRY(editor.thin_trash());
        return editor.thin_somewhere();
    });
}

}  // namespace obhut::files
