#include "core/base/verify.h"

#include "client/spaces/history.h"
#include "core/content/lists.h"
#include "core/space/errors.h"
#include "core/tree/diff.h"
#include "protocols/http/errors.h"

namespace obhut::client {
namespace {

constexpr std::size_t kMaxProblems = 1000;

// Verifying is one walk from the genesis to the newest tree.
class Verification {
public:
    Verification(Space& space, ContentChecker* content, Progress* progress)
        : space_(space), parts_(space.parts()), content_(content), progress_(progress) {}

    Result<VerifyReport> run() {
        TRY(space_.refresh());
        TRY(chain());
        TRY(newest_tree());
        return std::move(report_);
    }

private:
    // Every link again, from the genesis on, as if nothing were known.
    Result<> chain() {
        const space::Chain& known = parts_.chain.chain();
        Bytes genesis = TRY(parts_.chain.genesis());
        space::Chain fresh = TRY(space::Chain::begin(known.id(), known.org(), genesis));
        std::optional<Snapshot> parent;
        for (space::Sequence at = 1; at <= known.head().sequence; ++at) {
            TRY(tick(at, known.head().sequence));
            const Bytes bytes = TRY(parts_.chain.link_bytes(at));
            const auto appended = fresh.append(bytes, parts_.chain.judging());
            if (!appended) return problem(appended.error(), at, {});
            ++report_.links;
            if (const space::Commit* commit = appended->link.commit())
                TRY(this->commit(*commit, at, parent));
        }
        if (fresh.head().hash != known.head().hash)
            return problem(Error(errors::chain_forked), known.head().sequence, {});
        return {};
    }

    // The lists of a commit are those it signed, and a fact of the two trees where both still
    // exist.
    Result<> commit(const space::Commit& commit, space::Sequence at,
                    std::optional<Snapshot>& parent) {
        ++report_.commits;
        const auto lists = parts_.session.remote.lists(parts_.id, at);
        if (!lists && lists.error().kind() == Kind::retry) return std::unexpected(lists.error());
        auto snapshot = parts_.open_snapshot(at);
        if (lists) {
            if (const auto checked = space::check_lists(*lists, commit.lists); !checked)
                TRY(problem(checked.error(), at, {}));
            else if (snapshot)
                TRY(lists_are_facts(*lists, commit, parent, *snapshot, at));
        }
        if (snapshot)
            parent.emplace(std::move(*snapshot));
        else
            parent.reset();
        return {};
    }

    Result<> lists_are_facts(const space::Lists& lists, const space::Commit& commit,
                             const std::optional<Snapshot>& parent, const Snapshot& snapshot,
                             space::Sequence at) {
        if (commit.parent != 0 && (!parent || parent->sequence != commit.parent)) return {};
        const tree::Tree before = parent && commit.parent != 0
                                      ? parent->tree.clone()
                                      : tree::Tree(parts_.nodes, tree::Root{});
        const auto facts = lists_between(before, snapshot.tree);
        // An older tree may be gone from the server by now; that is no lie.
        if (!facts && facts.error().is(errors::object_withheld)) return {};
        if (!facts) return problem(facts.error(), at, {});
        const auto honest = lists_match(lists, *facts);
        return honest ? Result<>() : problem(honest.error(), at, {});
    }

    Result<space::Lists> lists_between(const tree::Tree& before, const tree::Tree& after) {
        tree::Difference difference = TRY(tree::changes_between(before, after));
        const content::ValueLists content = TRY(content::content_lists(
            parts_.nodes, difference.changes, space_.place(), parts_.exchange));
        space::Lists lists{std::move(difference.nodes.created),
                           std::move(difference.nodes.superseded), content.raised, content.lowered};
        lists.nodes_created.insert(lists.nodes_created.end(), content.nodes_created.begin(),
                                   content.nodes_created.end());
        lists.nodes_superseded.insert(lists.nodes_superseded.end(),
                                      content.nodes_superseded.begin(),
                                      content.nodes_superseded.end());
        space::sort_lists(lists);
        return lists;
    }

    static Result<> lists_match(const space::Lists& said, const space::Lists& facts) {
        VERIFY("SR-42/lists-are-facts", space::digest_lists(said) == space::digest_lists(facts),
               errors::bad_lists);
        return {};
    }

    Result<> newest_tree() {
        const Snapshot* snapshot = TRY(space_.snapshot());
        TRY(snapshot->tree.each_node([&](const ObjectId&, unsigned) -> Result<> {
            ++report_.nodes;
            return tick(report_.nodes, 0);
        }));
        const std::uint64_t total = TRY(snapshot->tree.count());
        Result<> outcome;
        TRY(snapshot->tree.each(tree::KeyRange::all(),
                                [&](ByteView key, const tree::ValueView& value) {
                                    outcome = entry(*snapshot, key, value, total);
                                    return outcome.has_value();
                                }));
        return outcome;
    }

    Result<> entry(const Snapshot& snapshot, ByteView key, const tree::ValueView& value,
                   std::uint64_t total) {
        ++report_.entries;
        TRY(tick(report_.entries, total));
        if (content_ == nullptr) return {};
        const Bytes bytes = TRY(snapshot.tree.read_value(value));
        const auto goes_on = [&] { return tick(report_.entries, total).has_value(); };
        const auto amount = content_->check(space_, key, bytes, goes_on);
        if (!amount && amount.error().kind() == Kind::retry) return std::unexpected(amount.error());
        if (!amount) return problem(amount.error(), 0, key);
        report_.objects += amount->objects;
        report_.bytes += amount->bytes;
        return {};
    }

    Result<> problem(Error error, space::Sequence sequence, ByteView key) {
        if (report_.problems.size() < kMaxProblems)
            report_.problems.push_back({error, sequence, to_bytes(key)});
        return {};
    }

    Result<> tick(std::uint64_t done, std::uint64_t total) {
        if (progress_ != nullptr && !progress_->advance(done, total))
            return fail(errors::cancelled);
        return {};
    }

    Space& space_;
    Space::Parts& parts_;
    ContentChecker* content_;
    Progress* progress_;
    VerifyReport report_;
};

}  // namespace

Result<VerifyReport> verify_space(Space& space, ContentChecker* content, Progress* progress) {
    return Verification(space, content, progress).run();
}

}  // namespace obhut::client
