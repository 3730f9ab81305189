#include "client/restore/seal_again.h"

#include <algorithm>

#include "client/ports/origin_files.h"
#include "core/content/errors.h"

namespace obhut::client {
namespace {

// Pages are what a device keeps of content, or the server has them from an older version.
class Pages final : public content::ContentSource {
public:
    Pages(Session& session, const SpaceId& space) : session_(session), space_(space) {}

    Result<std::vector<std::optional<Bytes>>> fetch(std::span<const ObjectId> ids) override {
        std::vector<std::optional<Bytes>> found;
        for (const ObjectId& id : ids) {
            auto page = TRY(session_.kept.object(space_, id));
            if (!page) {
                std::vector<Bytes> there = TRY(session_.remote.objects(space_, {&id, 1}));
                if (!there.empty() && !there[0].empty()) page = std::move(there[0]);
            }
            found.push_back(std::move(page));
        }
        return found;
    }

private:
    Session& session_;
    const SpaceId& space_;
};

class Bringer {
public:
    Bringer(Session& session, const SpaceId& space, std::set<ObjectId>& wanted,
            const content::Taker& take)
        : session_(session), space_(space), wanted_(wanted), take_(take), pages_(session, space) {}

    Result<> kept() {
        for (auto at = wanted_.begin(); at != wanted_.end();) {
            auto object = TRY(session_.kept.object(space_, *at));
            if (object) TRY(take_(*at, std::move(*object)));
            at = object ? wanted_.erase(at) : std::next(at);
        }
        return {};
    }

    // Whether the origin still has what is wanted of its content.
    Result<bool> from(const Origin& origin) {
        OriginFiles* const files = session_.origins;
        const Bytes state = files != nullptr ? files->state(origin.path) : Bytes();
        // A file that was read in vain is not read again before it has changed.
        const bool vain = state.empty() || TRY(session_.kept.tried(space_, origin.top())) == state;
        auto file =
            vain ? Result<std::unique_ptr<content::ByteSource>>(fail(errors::content_missing))
                 : files->open(origin.path);
        Nothing nothing;
        content::ByteSource& source = file ? **file : nothing;
        const auto left = content::seal_again(in_space(session_.org(), space_), pages_,
                                              origin.content, source, wanted_, took());
        const bool lies = !left && left.error().kind() == Kind::corrupt;
        if (!left && (took_failed_ || lies || left.error().kind() == Kind::retry))
            return std::unexpected(left.error());
        // Without its manifest, or when the file cannot be read, it is gone too.
        const bool whole = left && *left == 0;
        if (!whole && !vain) session_.kept.note_tried(space_, origin.top(), state);
        return whole;
    }

private:
    // What a file that is not there has.
    class Nothing final : public content::ByteSource {
        std::uint64_t size() override { return 0; }
        Result<std::size_t> read(std::uint64_t, MutableByteView) override { return 0; }
    };

    content::Taker took() {
        return [this](const ObjectId& id, Bytes object) {
            const auto taken = take_(id, std::move(object));
            took_failed_ = took_failed_ || !taken;
            return taken;
        };
    }

    Session& session_;
    const SpaceId& space_;
    std::set<ObjectId>& wanted_;
    const content::Taker& take_;
    Pages pages_;
    bool took_failed_ = false;
};

}  // namespace

Result<std::set<ObjectId>> bring_lost(Session& session, const SpaceId& space,
                                      const std::vector<Origin>& origins,
                                      std::set<ObjectId>& wanted, bool given_up,
                                      const content::Taker& take) {
    std::set<ObjectId> gone;
    Bringer bringer(session, space, wanted, take);
    TRY(bringer.kept());
    for (const Origin& origin : origins) {
        if (wanted.empty()) break;
        if (TRY(bringer.from(origin))) continue;
        session.kept.note_lost(space, {origin.path, origin.target, given_up});
        gone.insert(origin.top());
    }
    return gone;
}

bool names(const tree::Value& value, const std::set<ObjectId>& objects) {
    const ByteView bytes = value.view().encoded();
    return std::ranges::any_of(objects, [&](const ObjectId& id) {
        return !std::ranges::search(bytes, id.view()).empty();
    });
}

}  // namespace obhut::client
