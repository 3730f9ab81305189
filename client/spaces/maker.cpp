#include "client/spaces/maker.h"

#include "client/spaces/chain_sync.h"
#include "client/spaces/space_keys.h"
#include "core/tree/apply.h"
#include "core/tree/errors.h"
#include "protocols/api/errors.h"
#include "protocols/http/errors.h"

namespace obhut::client {
namespace {

// A new tree has no node below.
class NoNodes final : public tree::NodeStore {
public:
    Result<Bytes> load(const ObjectId&) override { return fail(errors::node_missing); }
};

// Everything of a new space, signed.
struct Made {
    SpaceId id;
    space::Chain chain;
    space::EpochKeys keys;
    std::vector<NewLink> links;
    api::NewSpace request;
};

Result<> add_roster(Session& session, Made& made, const NewSpaceWish& wish) {
    space::NewRoster wanted;
    wanted.owner = wish.owner;
    std::vector<KemKeyHash> hashes;
    for (const auto& [principal, role] : wish.members) {
        auto member =
            space::member_of(session.directory.view(), principal, role, session.directory.size());
        if (!member) return fail(errors::no_key_yet);
        hashes.push_back(member->key);
        wanted.members.push_back(std::move(*member));
    }
    TRY(session.kem_keys.fetch(hashes));
    space::BuiltRoster built =
        TRY(space::build_roster(made.chain, session.author(), std::move(wanted), made.keys,
                                session.kem_keys, session.entropy));
    const space::Judging judging{session.directory.view(), session.directory};
    const space::Appended appended = TRY(made.chain.append(built.link, judging));
    made.links.push_back(new_link(appended.link, built.link));
    made.keys.add(built.epoch, std::move(built.key));
    made.request.roster = std::move(built.link);
    made.request.epoch = std::move(built.material);
    return {};
}

Result<> add_commit(Session& session, Made& made, const NewSpaceWish& wish) {
    NoNodes nothing;
    tree::WriteBatch writes(nothing);
    tree::Nodes nodes(session.org(), made.id, writes);
    tree::Batch batch;
    for (const auto& [key, value] : wish.entries) batch.put(key, value);
    const tree::Applied applied = TRY(
        tree::apply(tree::Tree(nodes, tree::Root{}), std::move(batch), session.entropy, writes));
    const tree::WriteBatch::Objects objects = writes.take();
    space::Lists lists;
    for (const auto& [id, bytes] : objects.nodes) lists.nodes_created.push_back(id);
    space::sort_lists(lists);
    Summary summary;
    summary.operation = session.entropy.id<OperationId>();
    summary.add(Verb::created, wish.name);
    space::BuiltCommit built =
        TRY(space::build_commit(made.chain, session.author(), made.keys, applied.root,
                                {summary.operation, encode(summary)}, lists, session.entropy));
    const space::Judging judging{session.directory.view(), session.directory};
    const space::Appended appended = TRY(made.chain.append(built.link, judging));
    made.links.push_back(new_link(appended.link, built.link));
    made.request.commit = std::move(built.link);
    made.request.lists = lists;
    for (const auto& [id, object] : objects.nodes) made.request.objects.push_back(object);
    return {};
}

// After a doubt the space is there if the server shows our head.
Result<> is_there(Session& session, const Made& made, Error doubt) {
    const auto answer = session.remote.links(made.id, made.chain.head().sequence + 1);
    if (answer && answer->head.hash == made.chain.head().hash) return {};
    return std::unexpected(doubt);
}

}  // namespace

Result<SpaceId> make_space(Session& session, NewSpaceWish wish) {
    Made made;
    made.id = space::space_id(wish.genesis);
    made.chain = TRY(space::Chain::begin(made.id, session.org(), wish.genesis));
    made.links.push_back({0, std::nullopt, wish.genesis});
    made.request.genesis = wish.genesis;
    TRY(add_roster(session, made, wish));
    TRY(add_commit(session, made, wish));
    ChainSync chain(session, made.id);
    SpaceKeys keys(session, chain, made.id);
    // Durable before anybody can be told: nobody else may have this key.
    for (const auto& [epoch, key] : made.keys.all()) TRY(keys.keep(epoch, key));
    const auto answer = session.remote.create_space(made.request);
    if (!answer) {
        if (answer.error().kind() != Kind::retry) return std::unexpected(answer.error());
        TRY(is_there(session, made, answer.error()));
    }
    const KeptLink kept{0, made.chain.head().hash, encode(made.request), {}};
    TRY(chain.begin(std::move(made.chain), made.links));
    session.kept.keep(made.id, kept);
    return made.id;
}

Result<SpaceId> make_home(Session& session) {
    NewSpaceWish wish;
    wish.genesis = space::home_genesis(session.org(), session.user());
    wish.members = {{principal(session.user()), space::Role::manager}};
    wish.owner = session.user();
    wish.entries = {{space_info_key(), encode(SpaceInfo{"", std::string(kHomeKind), {}})}};
    return make_space(session, std::move(wish));
}

Result<SpaceId> make_group_home(Session& session, const GroupId& group) {
    NewSpaceWish wish;
    wish.genesis = space::group_genesis(session.org(), group);
    const SpaceId id = space::space_id(wish.genesis);
    wish.members = {{principal(group), space::Role::manager}};
    wish.entries = {{space_info_key(), encode(SpaceInfo{"", std::string(kGroupKind), {}})}};
    const auto made = make_space(session, std::move(wish));
    if (made || !made.error().is(errors::link_refused)) return made;
    const auto answer = session.remote.links(id, 1);
    return answer ? Result<SpaceId>(id) : made;
}

Result<SpaceId> make_address_book(Session& session, const std::string& organisation) {
    const auto everyone = session.directory.state().everyone();
    if (!everyone) return fail(errors::answer_malformed);
    NewSpaceWish wish;
    wish.genesis = space::new_genesis(session.org(), session.device(), session.entropy);
    wish.members = {{principal(session.user()), space::Role::manager},
                    {principal(*everyone), space::Role::reader}};
    wish.entries = {
        {space_info_key(), encode(SpaceInfo{"", std::string(kAddressBookKind), {}})},
        {organisation_key(), encode(OrganisationEntry{organisation})},
    };
    return make_space(session, std::move(wish));
}

}  // namespace obhut::client
