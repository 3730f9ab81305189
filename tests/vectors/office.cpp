#include "tests/vectors/office.h"

#include <sodium.h>

#include "apps/files/entry.h"
#include "client/kit/invitation.h"
#include "client/spaces/summary.h"
#include "core/content/writer.h"
#include "core/crypto/box.h"
#include "core/space/directory_adapter.h"
#include "core/tree/errors.h"
#include "tests/support/test.h"

namespace obhut::test {

// Bench is what a link is made and judged with at one moment.
class Bench final : public space::NoteJudge, public space::KemKeySource {
public:
    Bench(const Office& office, space::Chain chain)
        : office(office), chain(std::move(chain)), view(office.state) {}

    Result<space::Checkpoint> judge(ByteView note) override {
        const directory::Checkpoint read = TRY(directory::open_note(
            as_text(note), directory::log_origin(office.root.org), office.log_key.public_key()));
        return space::Checkpoint{read.size, read.time};
    }
    std::optional<KemPublicKey> find(const space::Member& member) override {
        const KemPublicKey first = kem_public_key(office.anna->user_key);
        if (kem_key_hash(first) == member.key) return first;
        return office.generation->key;
    }
    space::Author author() const {
        return {office.anna->secrets.device.signing, office.device(), to_bytes(office.notes.back()),
                office.state.last_time(), 1};
    }
    void take(ByteView link) {
        const auto taken = chain.append(link, {view, *this, true});
        CHECK(taken);
    }

    const Office& office;
    space::Chain chain;
    space::DirectoryAdapter view;
};

namespace {

Bytes fill(Entropy& entropy, std::size_t size) {
    Bytes bytes(size);
    entropy.fill(bytes);
    return bytes;
}

}  // namespace

Result<Bytes> MemoryNodes::load(const ObjectId& id) {
    const auto found = objects.find(id);
    if (found == objects.end()) return fail(errors::node_missing);
    return found->second;
}

Result<> MemoryNodes::created(SealedObject node) {
    objects[node.reference.id] = std::move(node.bytes);
    return {};
}

void Office::log(directory::Draft& draft) {
    for (Bytes& leaf : draft.take()) {
        const auto verdict = state.apply(leaf);
        CHECK(verdict && verdict->valid());
        leaves.push_back(std::move(leaf));
    }
    directory::MemoryTree tree;
    for (const Bytes& leaf : leaves) tree.append(directory::leaf_hash(leaf));
    notes.push_back(directory::sign_checkpoint(
        {directory::log_origin(root.org), tree.size(), tree.root(), 1, state.last_time()},
        log_key));
}

void Office::found() {
    root = client::RootKit::create(std::string(kHost), entropy);
    log_key = NoteKey::generate(entropy);
    newcomer = {root.org, entropy.id<UserId>(), root.root_fingerprint, directory::DeviceKind::full,
                std::nullopt};
    entropy.fill(invitation.expose_mutable());
    address_salt = fill(entropy, 16);
    anna = *client::make_enrolment(newcomer, as_bytes(kPassword), entropy);
    const SigningKey invited = client::invitation_key(invitation, root.org);
    const directory::State nothing;
    directory::Draft draft(nothing, kBegin);
    draft.add(directory::RootStatement{root.root.public_key(), key_id(root.next_root.public_key()),
                                       log_key.public_key()},
              {&root.root});
    draft.add(directory::RootPolicy{{1}, {1}, {}, 0}, {&root.root});
    draft.add(directory::UserInvited{newcomer.user, directory::email_hash(address_salt, kAddress),
                                     invited.public_key(), kBegin + kDay},
              {&root.root});
    draft.add(directory::AdminGranted{newcomer.user}, {&root.root});
    draft.add(anna->entry, {&invited, &anna->secrets.device.signing});
    directory::GroupCreated group;
    everyone = group.group = entropy.id<GroupId>();
    group.everyone = true;
    group.members = {{newcomer.user, 0}};
    auto made = client::make_generation(
        root.org, principal(everyone), 1, nullptr,
        {{directory::holder(newcomer.user), kem_public_key(anna->user_key)}}, entropy);
    group.generation = {1, kem_key_hash(made.key), {}, made.boxes, {}, {}};
    group_key = std::move(made.secret);
    draft.add(group, {&anna->secrets.device.signing});
    log(draft);
}

// A second device comes, is revoked with the head of the space, and the user key heals.
void Office::second_device() {
    const SigningKey& device_key = anna->secrets.device.signing;
    const client::DeviceSecrets& first = anna->secrets.device;
    second = client::DeviceSecrets::generate(entropy);
    const DeviceId added = directory::device_id(second.public_keys());
    const PrincipalId user = principal(newcomer.user);
    second_box = *client::seal_to_holder(root.org, user, 1, anna->user_key,
                                         {directory::holder(added), second.kem_public()}, entropy);
    const std::vector<space::SpaceHead> heads{{space_id, chain->head()}};
    const client::DeviceSecrets kit = client::kit_secrets(anna->secrets.kit->seed);
    generation = client::make_generation(
        root.org, user, 2, &anna->user_key,
        {{directory::holder(device()), first.kem_public()},
         {directory::holder(directory::device_id(kit.public_keys())), kit.kem_public()}},
        entropy);
    directory::Draft draft(state, kBegin + kHour, to_bytes(notes.back()));
    draft.add(directory::DeviceAdded{newcomer.user, second.public_keys(),
                                     directory::DeviceKind::full, 1, sha256(second_box)},
              {&device_key});
    draft.add(directory::DeviceRevoked{newcomer.user, added, {}, *space::heads_root(heads)},
              {&device_key});
    draft.add(
        directory::UserKeyRotated{
            newcomer.user,
            {2, kem_key_hash(generation->key), generation->link, generation->boxes, {}}},
        {&device_key});
    log(draft);
}

// The tree of the space: what it is called, a small file, a file of one chunk, and a folder.
tree::Root Office::plant(bool more) {
    tree::Nodes opened(root.org, space_id, nodes);
    tree::Builder builder(opened, entropy, nodes);
    entries.clear();
    const auto add = [&](const Bytes& key, const Bytes& value) {
        CHECK(builder.add(key, value));
        entries.push_back({{"key", text_of(key)}, {"value", text_of(value)}});
    };
    const FileId folder = FileId::from(fill(entropy, 16));
    const FileId small = FileId::from(fill(entropy, 16));
    const FileId long_one = FileId::from(fill(entropy, 16));
    files::Entry entry;
    entry.changed = entry.version_since = kBegin;
    entry.device = device();
    std::map<Bytes, Bytes> all;
    all[client::space_info_key()] =
        encode(client::SpaceInfo{"Akten", std::string(client::kFilesKind), std::nullopt, {}});
    const Bytes brief = to_bytes("Sehr geehrte Damen und Herren,\n");
    entry.id = small;
    entry.content = content::Content{brief.size(), sha256(brief), {}, {}, {}};
    entry.attributes.mode = 0644;
    all[files::entry_key(files::kRoot, "brief.txt")] = encode(entry);
    all[files::content_key(small)] = encode(files::SmallContent{brief});
    if (more) {
        entry.id = folder;
        entry.kind = files::FileKind::folder;
        entry.content.reset();
        all[files::entry_key(files::kRoot, "Pläne")] = encode(entry);
        all[files::where_key(folder)] = encode(files::Where{files::kRoot, "Pläne", std::nullopt});
        entry.id = long_one;
        entry.kind = files::FileKind::file;
        entry.content = content.clone();
        all[files::entry_key(folder, "plan.csv")] = encode(entry);
    }
    for (const auto& [key, value] : all) add(key, value);
    return *builder.finish();
}

void Office::commit(Bench& bench, const tree::Root& root_node, const space::Lists& changed) {
    client::Summary summary;
    summary.operation = entropy.id<OperationId>();
    summary.add(client::Verb::added, "brief.txt");
    lists.push_back(changed);
    space::sort_lists(lists.back());
    auto built = space::build_commit(bench.chain, bench.author(), epochs, root_node,
                                     {summary.operation, encode(summary)}, lists.back(), entropy);
    CHECK(built);
    bench.take(built->link);
    links.push_back(std::move(built->link));
}

void Office::begin_space() {
    genesis = space::new_genesis(root.org, device(), entropy);
    space_id = SpaceId::truncated(sha256(genesis).view());
    Bench bench(*this, *space::Chain::begin(space_id, root.org, genesis));
    space::NewRoster roster;
    roster.owner = newcomer.user;
    roster.members = {*space::member_of(bench.view, principal(newcomer.user), space::Role::manager,
                                        state.size())};
    auto built =
        space::build_roster(bench.chain, bench.author(), std::move(roster), epochs, bench, entropy);
    CHECK(built);
    bench.take(built->link);
    links.push_back(std::move(built->link));
    epochs.add(built->epoch, std::move(built->key));
    materials.push_back(std::move(built->material));
    const tree::Root top = plant(false);
    space::Lists changed;
    changed.nodes_created = {top.id};
    commit(bench, top, changed);
    chain = std::move(bench.chain);
}

void Office::next_epoch() {
    Bench bench(*this, std::move(*chain));
    space::NewRoster roster;
    roster.owner = newcomer.user;
    roster.members = bench.chain.recomputed_members(bench.view, state.size());
    auto built =
        space::build_roster(bench.chain, bench.author(), std::move(roster), epochs, bench, entropy);
    CHECK(built);
    bench.take(built->link);
    links.push_back(std::move(built->link));
    epochs.add(built->epoch, std::move(built->key));
    materials.push_back(std::move(built->material));
    InlineExecutor executor;
    content::Writer writer(in_space(root.org, space_id), entropy, executor, objects, objects);
    // Noise is not compressed, so that these bytes do not depend on the version of zstd.
    content::MemorySource source(fill(entropy, 5000));
    CHECK(writer.write(source, {}, nullptr, [&](content::Written written) -> Result<> {
        content = std::move(written.content);
        return {};
    }));
    CHECK(writer.flush());
    const ObjectId before = lists.back().nodes_created.front();
    const tree::Root top = plant(true);
    space::Lists changed;
    changed.nodes_created = {top.id};
    changed.nodes_superseded = {before};
    changed.content_raised = {content.single->reference.id};
    commit(bench, top, changed);
    Bytes closed = space::build_closed(bench.chain, bench.author());
    bench.take(closed);
    links.push_back(std::move(closed));
    chain = std::move(bench.chain);
}

Office::Office() {
    found();
    begin_space();
    second_device();
    next_epoch();
}

std::string shared_secret(const KemSecretKey& key, ByteView box) {
    std::array<std::uint8_t, 32> shared{};
    CHECK(crypto_kem_xwing_dec(shared.data(), box.data() + 2, key.expose().data()) == 0);
    return text_of(shared);
}

const Office& office() {
    static const Office made;
    return made;
}

}  // namespace obhut::test
