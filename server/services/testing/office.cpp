#include "server/services/testing/office.h"

#include <algorithm>
#include <chrono>

namespace obhut::services::testing {

using namespace directory;  // NOLINT: test support, about its entries

namespace {

Bytes random_bytes(Entropy& entropy, std::size_t size) {
    Bytes bytes(size);
    entropy.fill(bytes);
    return bytes;
}

std::vector<api::EntryBlob> blobs(std::vector<Bytes> entries) {
    std::vector<api::EntryBlob> result;
    for (Bytes& entry : entries) result.emplace_back(std::move(entry));
    return result;
}

}  // namespace

Millis TestClock::now() {
    if (!real) return time;
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<Millis>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

Office::Office(const Settings& settings, bool founded) {
    auto opened = Service::open(store, clock, entropy, settings);
    CHECK(opened.has_value());
    service = std::move(*opened);
    begin(founded);
}

Office::Office(Carrier carrier, std::uint64_t seed) : entropy(seed), carrier_(std::move(carrier)) {
    clock.real = true;
    begin(true);
}

void Office::begin(bool founded) {
    const auto info = message_of<api::ServerInfo>(get_open("/v1/server"));
    CHECK(info.has_value());
    log_key = info->log_key;
    root = SigningKey::generate(entropy);
    next_root = SigningKey::generate(entropy);
    if (founded) found();
}

KemKeyHash Office::new_key(api::Append& append) {
    const KemSecretKey secret = KemSecretKey::generate(entropy);
    const KemPublicKey key = kem_public_key(secret);
    append.keys.push_back(key);
    const KemKeyHash hash = kem_key_hash(key);
    kem_keys.emplace(hash, key);
    return hash;
}

TestDevice Office::device(api::Append& append, DeviceKind kind) {
    TestDevice device = TestDevice::make(entropy, kind);
    device.keys.kem = new_key(append);
    return device;
}

UserGeneration Office::generation(api::Append& append, const UserId& user, std::uint32_t number,
                                  std::vector<DeviceId> devices) {
    UserGeneration generation;
    generation.number = number;
    generation.key = new_key(append);
    api::GenerationMaterial material{principal(user), number};
    if (number > 1) {
        material.key_link = random_bytes(entropy, 83);
        generation.link = sha256(*material.key_link);
    }
    std::vector<HolderBox> boxes;
    for (const DeviceId& holding : devices)
        boxes.push_back({holder(holding), random_bytes(entropy, 1202)});
    std::sort(boxes.begin(), boxes.end(),
              [](const auto& a, const auto& b) { return a.holder < b.holder; });
    for (const HolderBox& box : boxes) material.boxes.push_back({box.holder, box.box});
    generation.boxes = boxes_root(boxes);
    append.generations.push_back(std::move(material));
    return generation;
}

api::Append Office::append_of(Body::Any body, std::initializer_list<const SigningKey*> keys) {
    Draft draft(state, clock.now());
    draft.add(std::move(body), keys);
    api::Append append;
    append.entries = blobs(draft.take());
    return append;
}

namespace {

UserEnrolled enrolment(Office& office, api::Append& append, Person& person) {
    person.device = office.device(append);
    person.kit = office.device(append, DeviceKind::kit);
    office.entropy.fill(person.password_auth.expose_mutable());
    office.entropy.fill(person.recovery_auth.expose_mutable());
    person.deposit = {person.id, sha256(person.password_auth.expose()),
                      random_bytes(office.entropy, 300), sha256(person.recovery_auth.expose()),
                      random_bytes(office.entropy, 300)};
    append.kit = person.deposit;
    const KitStatement kit{person.kit.keys, sha256(person.deposit.password_blob),
                           sha256(person.deposit.recovery_blob), 1};
    return {person.id, person.device.keys, DeviceKind::full, kit,
            office.generation(append, person.id, 1, {person.device.id(), person.kit.id()})};
}

UserInvited invitation(Office& office, api::Append& append, Person& person) {
    person.id = office.entropy.id<UserId>();
    person.invitation = SigningKey::generate(office.entropy);
    const Bytes salt = random_bytes(office.entropy, 16);
    append.openings.push_back({person.id, person.email, salt});
    return {person.id, email_hash(salt, person.email), person.invitation.public_key(),
            office.clock.now() + 7 * kDay};
}

}  // namespace

api::Append Office::founding() {
    api::Append append;
    Draft draft(state, clock.now());
    anna.email = "anna@example.org";
    draft.add(RootStatement{root.public_key(), key_id(next_root.public_key()), log_key}, {&root});
    draft.add(RootPolicy{{1}, {1}, {}, 0}, {&root});
    draft.add(invitation(*this, append, anna), {&root});
    draft.add(AdminGranted{anna.id}, {&root});
    const UserEnrolled enrolled = enrolment(*this, append, anna);
    draft.add(enrolled, {&anna.invitation, &anna.device.signing});
    everyone = entropy.id<GroupId>();
    GroupGeneration keys;
    keys.key = new_key(append);
    const std::vector<HolderBox> boxes{{holder(anna.id), random_bytes(entropy, 1202)}};
    keys.boxes = boxes_root(boxes);
    append.generations.push_back({principal(everyone), 1, {}, {{boxes[0].holder, boxes[0].box}}});
    draft.add(GroupCreated{everyone, true, {{anna.id, 0}}, {}, keys}, {&anna.device.signing});
    append.entries = blobs(draft.take());
    return append;
}

void Office::found() {
    api::CreateOrganisation create;
    create.append = founding();
    EXPECT_OK(error_of(post_open("/v1/organisation", encode(create))));
    mirror(create.append);
}

api::Append Office::inviting(Person& person) {
    api::Append append;
    const UserInvited invited = invitation(*this, append, person);
    append.entries = append_of(invited, {&anna.device.signing}).entries;
    return append;
}

api::Append Office::enrolling(Person& person) {
    api::Append append;
    const UserEnrolled enrolled = enrolment(*this, append, person);
    append.entries = append_of(enrolled, {&person.invitation, &person.device.signing}).entries;
    return append;
}

Person Office::invite(const std::string& email) {
    Person person;
    person.email = email;
    const api::Append append = inviting(person);
    EXPECT_OK(error_of(post(anna.device, "/v1/log/entries", append)));
    mirror(append);
    return person;
}

Person Office::join(const std::string& email) {
    Person person = invite(email);
    const api::Append append = enrolling(person);
    EXPECT_OK(error_of(post_open("/v1/join", encode(append))));
    mirror(append);
    return person;
}

void Office::mirror(const api::Append& append) {
    std::vector<Bytes> leaves;
    for (const api::EntryBlob& entry : append.entries) leaves.push_back(entry.bytes);
    EXPECT_OK(state.apply_all(leaves));
}

http::Request Office::signed_request(const TestDevice& device, http::Method method,
                                     const std::string& target, Bytes body, http::Covered covered) {
    http::Request request;
    request.method = method;
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.body = std::move(body);
    const http::SignatureInput input{covered, clock.now() / kSecond, entropy.id<http::Nonce>(),
                                     device.id(), state.org()};
    EXPECT_OK(http::sign_request(request, device.request, input));
    return request;
}

http::Response Office::post_open(const std::string& target, Bytes body) {
    http::Request request;
    request.method = http::Method::post;
    request.path = target;
    request.body = std::move(body);
    return send(request);
}

http::Response Office::get_open(const std::string& target) {
    http::Request request;
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    return send(request);
}

std::string Office::newest_note() {
    return std::string(as_text(get_open("/v1/log/checkpoint").body));
}

Result<space::Checkpoint> Office::judge(ByteView note) {
    const Checkpoint opened = TRY(open_note(as_text(note), log_origin(state.org()), log_key));
    return space::Checkpoint{opened.size, opened.time};
}

std::optional<KemPublicKey> Office::find(const space::Member& member) {
    const auto place = kem_keys.find(member.key);
    return place == kem_keys.end() ? std::nullopt : std::optional(place->second);
}

space::Author Office::author(const Person& person) {
    const std::string note = newest_note();
    const auto checkpoint = parse_note(note);
    return {.key = person.device.signing,
            .device = person.device.id(),
            .note = to_bytes(note),
            .time = clock.now(),
            .incarnation = checkpoint ? checkpoint->incarnation : 0};
}

TestSpace Office::new_space(const Person& creator) {
    TestSpace space;
    space.genesis = space::new_genesis(state.org(), creator.device.id(), entropy);
    space.id = space::space_id(space.genesis);
    space.chain = std::move(*space::Chain::begin(space.id, state.org(), space.genesis));
    return space;
}

api::NewSpace Office::creating(TestSpace& space, const Person& creator,
                               const std::vector<std::pair<PrincipalId, space::Role>>& roles) {
    api::AppendLink first = roster(space, creator, roles);
    api::NewSpace creation;
    creation.genesis = space.genesis;
    creation.roster = std::move(first.link);
    creation.epoch = std::move(*first.epoch);
    return creation;
}

api::AppendLink Office::roster(TestSpace& space, const Person& by,
                               const std::vector<std::pair<PrincipalId, space::Role>>& roles,
                               std::optional<std::uint64_t> limit) {
    const space::DirectoryAdapter view(state);
    space::NewRoster wanted;
    wanted.owner = by.id;
    wanted.limit = limit;
    for (const auto& [who, role] : roles) {
        auto member = space::member_of(view, who, role, state.size());
        if (EXPECT_OK(member)) wanted.members.push_back(*member);
    }
    auto built =
        space::build_roster(space.chain, author(by), std::move(wanted), space.keys, *this, entropy);
    if (!EXPECT_OK(built)) return {};
    space.keys.add(built->epoch, std::move(built->key));
    api::AppendLink append;
    append.link = std::move(built->link);
    append.epoch = std::move(built->material);
    return append;
}

api::AppendLink Office::commit(TestSpace& space, const Person& by, std::vector<Bytes> nodes,
                               space::Lists lists) {
    api::AppendLink append;
    ObjectId root{};
    for (Bytes& node : nodes) {
        root = object_id(node);
        lists.nodes_created.push_back(root);
        append.objects.emplace_back(std::move(node));
    }
    if (nodes.empty() && !lists.nodes_created.empty()) root = lists.nodes_created.front();
    if (root.is_zero() && space.chain.standing().commit() != nullptr)
        root = space.chain.standing().commit()->root;
    space::sort_lists(lists);
    const Reference reference{root, ObjectKey::generate(entropy), 2048};
    const space::Summary summary{entropy.id<OperationId>(), {}};
    auto built = space::build_commit(space.chain, author(by), space.keys, reference, summary, lists,
                                     entropy);
    if (EXPECT_OK(built)) append.link = std::move(built->link);
    append.lists = std::move(lists);
    return append;
}

void Office::taken(TestSpace& space, ByteView link) {
    const space::DirectoryAdapter view(state);
    EXPECT_OK(space.chain.append(link, {view, *this, false}));
}

Bytes Office::object(std::size_t size) { return random_bytes(entropy, size); }

Result<> error_of(const http::Response& response) { return api::check(response); }

}  // namespace obhut::services::testing
