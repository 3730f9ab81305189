// Spaces at the server: who may append what, who may read, what is counted.
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "protocols/http/event_stream.h"
#include "server/services/testing/office.h"

namespace obhut::services::testing {
namespace {

using space::Role;
using Roles = std::vector<std::pair<PrincipalId, Role>>;

// A space with Anna as manager, Bernd as editor, Clara as reader, and Dora outside.
struct Shared : Office {
    explicit Shared(const Settings& settings = {}) : Office(settings) {
        bernd = join("bernd@example.org");
        clara = join("clara@example.org");
        dora = join("dora@example.org");
        space = new_space(anna);
        const api::NewSpace creation = creating(space, anna, roles());
        creation_body = encode(creation);
        EXPECT_OK(error_of(post(anna.device, "/v1/spaces", creation)));
        taken(space, creation.roster.view());
    }
    Roles roles() const {
        return {{principal(anna.id), Role::manager},
                {principal(bernd.id), Role::editor},
                {principal(clara.id), Role::reader}};
    }
    http::Response append(const Person& by, const api::AppendLink& link) {
        return post(by.device, path(space, "/links"), link);
    }
    // commit_now makes a commit with one fresh node and takes it.
    ObjectId commit_now(const Person& by) {
        const Bytes node = object();
        const api::AppendLink link = commit(space, by, {node});
        EXPECT_OK(error_of(append(by, link)));
        taken(space, link.link.view());
        return object_id(node);
    }
    http::Response upload(const Person& by, const std::vector<Bytes>& objects, bool honest = true) {
        api::BatchHead head;
        Bytes rest;
        for (const Bytes& object : objects) {
            ObjectId id = object_id(object);
            if (!honest) id.bytes[0] ^= 1;
            head.items.push_back({id, static_cast<std::uint32_t>(object.size())});
            obhut::append(rest, object);
        }
        const Bytes encoded = encode(head);
        Bytes body;
        append_be32(body, static_cast<std::uint32_t>(encoded.size()));
        obhut::append(body, encoded);
        obhut::append(body, rest);
        return send(signed_request(by.device, http::Method::post, path(space, "/objects"), body,
                                   http::Covered::list));
    }
    std::vector<Bytes> fetch(const Person& by, const std::vector<ObjectId>& ids) {
        const http::Response answer =
            post(by.device, path(space, "/objects/get"), api::ObjectsWanted{ids});
        std::vector<Bytes> objects;
        if (!EXPECT_OK(error_of(answer))) return objects;
        ByteView rest = answer.body;
        while (rest.size() >= 4) {
            const std::uint32_t length = read_be32(rest.first(4));
            rest = rest.subspan(4);
            if (length == api::kObjectMissing) {
                objects.emplace_back();
                continue;
            }
            objects.push_back(to_bytes(rest.first(length)));
            rest = rest.subspan(length);
        }
        return objects;
    }

    Person bernd, clara, dora;
    TestSpace space;
    Bytes creation_body;
};

TEST(members_find_their_spaces) {
    Shared office;
    for (const Person* person : {&office.anna, &office.bernd, &office.clara}) {
        const auto spaces = message_of<api::Spaces>(office.get(person->device, "/v1/spaces"));
        REQUIRE_OK(spaces);
        REQUIRE(spaces->spaces.size() == 1);
        EXPECT(spaces->spaces[0].space == office.space.id);
        EXPECT_EQ(spaces->spaces[0].head.sequence, 1U);
        EXPECT(spaces->spaces[0].head.hash == office.space.chain.head().hash);
    }
    EXPECT(message_of<api::Spaces>(office.get(office.dora.device, "/v1/spaces"))->spaces.empty());
}

TEST(creating_again_is_answered_as_the_first_time) {
    Shared office;
    const http::Response again = office.send(office.signed_request(
        office.anna.device, http::Method::post, "/v1/spaces", office.creation_body));
    EXPECT_OK(error_of(again));
    // Another first roster entry for the same genesis is not.
    TestSpace other;
    other.id = office.space.id;
    other.genesis = office.space.genesis;
    other.chain = std::move(*space::Chain::begin(other.id, office.state.org(), other.genesis));
    const api::NewSpace second =
        office.creating(other, office.anna, {{principal(office.anna.id), Role::manager}});
    EXPECT_ERROR(error_of(office.post(office.anna.device, "/v1/spaces", second)),
                 errors::link_refused);
}

TEST(a_space_is_created_by_who_signed_its_genesis) {
    Shared office;
    TestSpace stolen = office.new_space(office.anna);
    const api::NewSpace creation =
        office.creating(stolen, office.bernd, {{principal(office.bernd.id), Role::manager}});
    const auto refused = error_of(office.post(office.bernd.device, "/v1/spaces", creation));
    EXPECT_ERROR(refused, errors::link_refused);
    EXPECT_EQ(refused.error().detail, errors::wrong_signer.number);
}

TEST(creation_can_bring_the_first_commit) {
    Shared office;
    TestSpace fresh = office.new_space(office.bernd);
    api::NewSpace creation =
        office.creating(fresh, office.bernd, {{principal(office.bernd.id), Role::manager}});
    office.taken(fresh, creation.roster.view());
    const Bytes node = office.object();
    api::AppendLink first = office.commit(fresh, office.bernd, {node});
    creation.commit = first.link;
    creation.objects = first.objects;
    creation.lists = first.lists;
    const auto head =
        message_of<api::Head>(office.post(office.bernd.device, "/v1/spaces", creation));
    REQUIRE_OK(head);
    EXPECT_EQ(head->sequence, 2U);
}

TEST(commits_are_taken_on_top_of_the_head) {
    Shared office;
    office.commit_now(office.bernd);
    office.commit_now(office.anna);
    const auto links = message_of<api::Links>(
        office.get(office.clara.device, office.path(office.space, "/links?from=2")));
    REQUIRE_OK(links);
    EXPECT_EQ(links->links.size(), 2U);
    EXPECT_EQ(links->head.sequence, 3U);
    EXPECT(links->head.hash == office.space.chain.head().hash);
}

TEST(who_comes_second_is_told_where_the_head_is) {
    Shared office;
    const api::AppendLink first = office.commit(office.space, office.anna, {office.object()});
    const api::AppendLink second = office.commit(office.space, office.bernd, {office.object()});
    EXPECT_OK(error_of(office.append(office.anna, first)));
    const http::Response late = office.append(office.bernd, second);
    EXPECT_ERROR(error_of(late), errors::chain_moved);
    const auto head = decode<api::Head>(late.body);
    REQUIRE_OK(head);
    EXPECT_EQ(head->sequence, 2U);
    // The first again, after a lost answer: it is there once.
    const auto again = message_of<api::Head>(office.append(office.anna, first));
    REQUIRE_OK(again);
    EXPECT_EQ(again->sequence, 2U);
}

TEST(readers_and_strangers_append_nothing) {
    Shared office;
    const auto reader = error_of(
        office.append(office.clara, office.commit(office.space, office.clara, {office.object()})));
    EXPECT_ERROR(reader, errors::link_refused);
    EXPECT_EQ(reader.error().detail, errors::role_too_low.number);
    EXPECT_ERROR(error_of(office.append(
                     office.dora, office.commit(office.space, office.dora, {office.object()}))),
                 errors::space_unknown);
}

TEST(strangers_read_nothing) {
    Shared office;
    const ObjectId id = office.commit_now(office.anna);
    for (const char* rest : {"/links", "/rosters", "/lists/2", "/epochs/1"})
        EXPECT_ERROR(error_of(office.get(office.dora.device, office.path(office.space, rest))),
                     errors::space_unknown);
    EXPECT_ERROR(error_of(office.post(office.dora.device, office.path(office.space, "/objects/get"),
                                      api::ObjectsWanted{{id}})),
                 errors::space_unknown);
    // A space that does not exist looks the same.
    EXPECT_ERROR(
        error_of(office.get(office.dora.device, "/v1/spaces/" + std::string(32, '0') + "/links")),
        errors::space_unknown);
}

TEST(a_removed_member_reads_and_writes_nothing_more) {
    Shared office;
    office.commit_now(office.anna);
    const api::AppendLink late = office.commit(office.space, office.bernd, {office.object()});
    const api::AppendLink removal = office.roster(
        office.space, office.anna,
        {{principal(office.anna.id), Role::manager}, {principal(office.clara.id), Role::reader}});
    EXPECT_OK(error_of(office.append(office.anna, removal)));
    office.taken(office.space, removal.link.view());
    EXPECT_ERROR(error_of(office.append(office.bernd, late)), errors::space_unknown);
    EXPECT(message_of<api::Spaces>(office.get(office.bernd.device, "/v1/spaces"))->spaces.empty());
    EXPECT_OK(error_of(office.get(office.clara.device, office.path(office.space, "/links"))));
    // But he is shown who took him out, and nothing behind that.
    const ObjectId after = office.commit_now(office.anna);
    const auto shown = message_of<api::Links>(
        office.get(office.bernd.device, office.path(office.space, "/links")));
    REQUIRE_OK(shown);
    EXPECT(shown->links.size() == 4 && shown->head.sequence == 3);
    EXPECT(shown->links.back().bytes == removal.link.bytes);
    EXPECT_EQ(shown->head.hash, space::link_hash(removal.link.view()));
    for (const char* rest : {"/rosters", "/lists/2", "/epochs/1"})
        EXPECT_ERROR(error_of(office.get(office.bernd.device, office.path(office.space, rest))),
                     errors::space_unknown);
    EXPECT_ERROR(
        error_of(office.post(office.bernd.device, office.path(office.space, "/objects/get"),
                             api::ObjectsWanted{{after}})),
        errors::space_unknown);
}

TEST(managers_limit_what_a_space_takes) {
    Shared office;
    const auto limited = [&](std::optional<std::uint64_t> limit) {
        const api::AppendLink entry =
            office.roster(office.space, office.anna, office.roles(), limit);
        EXPECT_OK(error_of(office.append(office.anna, entry)));
        office.taken(office.space, entry.link.view());
    };
    const auto content = [&](std::size_t size) {
        const Bytes object = office.object(size);
        EXPECT_OK(error_of(office.upload(office.bernd, {object})));
        space::Lists lists;
        lists.content_raised = {object_id(object)};
        return office.append(office.bernd,
                             office.commit(office.space, office.bernd, {office.object()}, lists));
    };
    limited(20'000);
    EXPECT_ERROR(error_of(content(30'000)), errors::over_quota);
    // Tidying goes on, the epoch too; with more room content does.
    office.commit_now(office.bernd);
    EXPECT_ERROR(error_of(content(30'000)), errors::over_quota);
    limited(100'000);
    EXPECT_OK(error_of(content(30'000)));
}

TEST(the_lesser_limit_of_a_space_counts) {
    Settings settings;
    settings.space_quota = 20'000;
    Shared office(settings);
    const api::AppendLink entry =
        office.roster(office.space, office.anna, office.roles(), 1'000'000);
    EXPECT_OK(error_of(office.append(office.anna, entry)));
    office.taken(office.space, entry.link.view());
    const Bytes object = office.object(30'000);
    const auto stored = message_of<api::Stored>(office.upload(office.bernd, {object}));
    REQUIRE_OK(stored);
    const auto quota = message_of<api::Quota>(office.get(office.bernd.device, "/v1/quota"));
    REQUIRE_OK(quota);
    REQUIRE(quota->spaces.size() == 1);
    // What is uploaded and in no commit takes no room yet.
    EXPECT_EQ(stored->room.value_or(0), 20'000 - quota->spaces[0].bytes);
    space::Lists lists;
    lists.content_raised = {object_id(object)};
    EXPECT_ERROR(error_of(office.append(office.bernd, office.commit(office.space, office.bernd,
                                                                    {office.object()}, lists))),
                 errors::over_quota);
}

TEST(an_owner_who_has_used_up_everything_leaves_no_room) {
    Settings settings;
    settings.user_quota = 1000;
    Shared office(settings);
    office.commit_now(office.anna);
    const auto stored = message_of<api::Stored>(office.upload(office.bernd, {office.object()}));
    REQUIRE_OK(stored);
    EXPECT_EQ(stored->room.value_or(1), 0U);
}

TEST(newcomers_get_rosters_and_the_newest_link) {
    Shared office;
    for (int i = 0; i < 3; ++i) office.commit_now(office.anna);
    const auto rosters = message_of<api::Rosters>(
        office.get(office.clara.device, office.path(office.space, "/rosters")));
    REQUIRE_OK(rosters);
    REQUIRE(rosters->links.size() == 3);  // genesis, roster entry, newest commit
    EXPECT(!rosters->more);
    auto chain = space::Chain::begin(office.space.id, office.state.org(), rosters->links[0].view());
    REQUIRE_OK(chain);
    const space::DirectoryAdapter view(office.state);
    EXPECT_OK(chain->append_sparse(rosters->links[1].view(), {view, office, false}));
    EXPECT_OK(chain->append_sparse(rosters->links[2].view(), {view, office, false}));
    EXPECT(chain->head().hash == office.space.chain.head().hash);
}

TEST(each_member_gets_the_own_box) {
    Shared office;
    const auto answer = message_of<api::EpochAnswer>(
        office.get(office.bernd.device, office.path(office.space, "/epochs/1")));
    REQUIRE_OK(answer);
    REQUIRE(answer->boxes.size() == 1);
    EXPECT(answer->boxes[0].box.principal == principal(office.bernd.id));
    EXPECT_OK(space::check_box(*office.space.chain.standing().roster, answer->boxes[0]));
    EXPECT_ERROR(error_of(office.get(office.bernd.device, office.path(office.space, "/epochs/2"))),
                 errors::not_there);
    EXPECT_ERROR(error_of(office.get(office.bernd.device,
                                     office.path(office.space, "/epochs/18446744073709551615"))),
                 errors::not_there);
}

TEST(a_roster_entry_comes_with_its_material) {
    Shared office;
    api::AppendLink bare = office.roster(office.space, office.anna, office.roles());
    api::AppendLink whole = bare;
    bare.epoch.reset();
    EXPECT_ERROR(error_of(office.append(office.anna, bare)), errors::material_wrong);
    bare = whole;
    bare.epoch->boxes[0].box[7] ^= 1;
    EXPECT_ERROR(error_of(office.append(office.anna, bare)), errors::material_wrong);
    bare = whole;
    bare.epoch->history->at(0) ^= 1;
    EXPECT_ERROR(error_of(office.append(office.anna, bare)), errors::material_wrong);
    EXPECT_OK(error_of(office.append(office.anna, whole)));
}

TEST(a_commit_comes_with_its_lists) {
    Shared office;
    const api::AppendLink whole = office.commit(office.space, office.anna, {office.object()});
    api::AppendLink bare = whole;
    bare.lists.reset();
    EXPECT_ERROR(error_of(office.append(office.anna, bare)), errors::lists_wrong);
    bare = whole;
    bare.lists->nodes_superseded.push_back(ObjectId{});
    EXPECT_ERROR(error_of(office.append(office.anna, bare)), errors::lists_wrong);
    EXPECT_OK(error_of(office.append(office.anna, whole)));
    const http::Response lists =
        office.get(office.clara.device, office.path(office.space, "/lists/2"));
    EXPECT_OK(error_of(lists));
    EXPECT(lists.body == encode(*whole.lists));
    EXPECT_ERROR(error_of(office.get(office.clara.device, office.path(office.space, "/lists/1"))),
                 errors::not_there);
}

TEST(what_is_missing_is_named) {
    Shared office;
    const Bytes content = office.object(5000);
    space::Lists lists;
    lists.content_raised = {object_id(content)};
    const api::AppendLink link =
        office.commit(office.space, office.bernd, {office.object()}, lists);
    const http::Response refused = office.append(office.bernd, link);
    EXPECT_ERROR(error_of(refused), errors::upload_missing);
    const auto missing = decode<api::ObjectsMissing>(refused.body);
    REQUIRE_OK(missing);
    EXPECT(missing->ids == lists.content_raised);
    EXPECT_OK(error_of(office.upload(office.bernd, {content})));
    EXPECT_OK(error_of(office.append(office.bernd, link)));
}

TEST(lists_of_what_is_not_there_are_refused) {
    Shared office;
    office.commit_now(office.anna);
    space::Lists lists;
    lists.content_lowered = {ObjectId::from(Bytes(32, 7))};
    EXPECT_ERROR(error_of(office.append(office.anna, office.commit(office.space, office.anna,
                                                                   {office.object()}, lists))),
                 errors::lists_wrong);
    // The root may stay that of the commit before.
    EXPECT_OK(error_of(office.append(office.anna, office.commit(office.space, office.anna, {}))));
}

TEST(a_root_has_to_be_there) {
    Shared office;
    // The first commit of the space, whose root is neither created by it nor stored.
    const api::AppendLink link = office.commit(office.space, office.anna, {});
    EXPECT_ERROR(error_of(office.append(office.anna, link)), errors::lists_wrong);
}

TEST(objects_come_back_as_they_went) {
    Shared office;
    const std::vector<Bytes> objects{office.object(60), office.object(4096), office.object(300000)};
    const auto stored = message_of<api::Stored>(office.upload(office.bernd, objects));
    REQUIRE_OK(stored);
    EXPECT_EQ(stored->count, 3U);
    EXPECT(!stored->room);  // nothing limits this space
    const auto fetched =
        office.fetch(office.clara, {object_id(objects[2]), ObjectId{}, object_id(objects[0])});
    REQUIRE(fetched.size() == 3);
    EXPECT(fetched[0] == objects[2] && fetched[1].empty() && fetched[2] == objects[0]);
    const auto missing = message_of<api::ObjectsMissing>(
        office.post(office.bernd.device, office.path(office.space, "/objects/renew"),
                    api::ObjectsWanted{{object_id(objects[0]), ObjectId::from(Bytes(32, 1))}}));
    REQUIRE_OK(missing);
    EXPECT(missing->ids == std::vector{ObjectId::from(Bytes(32, 1))});
}

TEST(large_answers_end_early) {
    Shared office;
    std::vector<ObjectId> ids;
    for (int i = 0; i < 4; ++i) {
        const Bytes object = office.object(3U << 20);
        ids.push_back(object_id(object));
        EXPECT_OK(error_of(office.upload(office.bernd, {object})));
    }
    std::size_t done = 0;
    while (done < ids.size()) {
        const auto part = office.fetch(
            office.bernd, {ids.begin() + static_cast<std::ptrdiff_t>(done), ids.end()});
        REQUIRE(!part.empty());
        std::size_t bytes = 0;
        for (const Bytes& object : part) {
            EXPECT(object_id(object) == ids[done++]);
            bytes += object.size();
        }
        EXPECT(bytes <= api::kMaxBatchBytes);
    }
}

TEST(uploads_are_what_they_say_and_from_writers) {
    Shared office;
    EXPECT_ERROR(error_of(office.upload(office.bernd, {office.object()}, false)),
                 errors::digest_wrong);
    EXPECT_ERROR(error_of(office.upload(office.clara, {office.object()})), errors::not_a_writer);
    EXPECT_ERROR(error_of(office.upload(office.dora, {office.object()})), errors::space_unknown);
    EXPECT_ERROR(error_of(office.upload(office.bernd, {office.object(10)})),
                 errors::http_malformed);
    const auto raw = [&](Bytes body) {
        return error_of(office.send(office.signed_request(office.bernd.device, http::Method::post,
                                                          office.path(office.space, "/objects"),
                                                          std::move(body), http::Covered::list)));
    };
    EXPECT_ERROR(raw({0, 0, 0, 1, 0xFF}), errors::http_malformed);
    const Bytes head = encode(api::BatchHead{});
    Bytes trailing;
    append_be32(trailing, static_cast<std::uint32_t>(head.size()));
    obhut::append(trailing, head);
    EXPECT_OK(raw(trailing));
    trailing.push_back(0);
    EXPECT_ERROR(raw(trailing), errors::http_malformed);
}

TEST(quotas_stop_growth_and_nothing_else) {
    Settings settings;
    settings.user_quota = 10000;
    settings.upload_quota = 20000;
    Shared office(settings);
    office.commit_now(office.anna);
    EXPECT_ERROR(error_of(office.upload(office.bernd, {office.object(30000)})), errors::over_quota);
    const Bytes content = office.object(15000);
    EXPECT_OK(error_of(office.upload(office.bernd, {content})));
    space::Lists lists;
    lists.content_raised = {object_id(content)};
    EXPECT_ERROR(error_of(office.append(office.bernd, office.commit(office.space, office.bernd,
                                                                    {office.object()}, lists))),
                 errors::over_quota);
    const api::AppendLink roster = office.roster(office.space, office.anna, office.roles());
    EXPECT_OK(error_of(office.append(office.anna, roster)));
    const auto quota = message_of<api::Quota>(office.get(office.anna.device, "/v1/quota"));
    REQUIRE_OK(quota);
    EXPECT_EQ(quota->limit, 10000U);
    EXPECT_EQ(quota->used, 2048U);
}

TEST(a_space_begins_in_the_incarnation_there_is) {
    Shared office;
    TestSpace fresh = office.new_space(office.anna);
    api::NewSpace creation =
        office.creating(fresh, office.anna, {{principal(office.anna.id), Role::manager}});
    const auto parsed = space::parse_link(creation.roster.view());
    REQUIRE_OK(parsed);
    space::RosterEntry roster = *parsed->roster();
    roster.header.incarnation = 9;
    creation.roster = space::sign_link(office.state.org(), space::LinkKind::roster, encode(roster),
                                       office.anna.device.signing);
    EXPECT_ERROR(error_of(office.post(office.anna.device, "/v1/spaces", creation)),
                 errors::link_refused);
}

TEST(a_chain_is_not_taken_to_another_incarnation) {
    Shared office;
    api::AppendLink resumed;
    resumed.link = space::build_resumed(office.space.chain, office.author(office.anna), 2);
    EXPECT_ERROR(error_of(office.append(office.anna, resumed)), errors::link_refused);
}

TEST(a_link_of_another_incarnation_is_refused) {
    Shared office;
    api::AppendLink link = office.commit(office.space, office.anna, {office.object()});
    auto parsed = space::parse_link(link.link.view());
    REQUIRE_OK(parsed);
    space::Commit commit = *parsed->commit();
    commit.header.incarnation = 2;
    link.link = space::sign_link(office.state.org(), space::LinkKind::commit, encode(commit),
                                 office.anna.device.signing);
    EXPECT_ERROR(error_of(office.append(office.anna, link)), errors::link_refused);
}

TEST(after_a_restore_spaces_wait_for_a_manager) {
    Shared office;
    office.commit_now(office.anna);
    storage::WriteBatch batch;
    batch.add(storage::SetIncarnation{1, 2});
    EXPECT_OK(storage::commit_now(office.store, std::move(batch)).result);
    office.service.reset();
    auto opened = Service::open(office.store, office.clock, office.entropy, {});
    REQUIRE_OK(opened);
    office.service = std::move(*opened);
    EXPECT_ERROR(error_of(office.append(
                     office.anna, office.commit(office.space, office.anna, {office.object()}))),
                 errors::space_read_only);
    api::AppendLink resumed;
    resumed.link = space::build_resumed(office.space.chain, office.author(office.anna), 2);
    EXPECT_OK(error_of(office.append(office.anna, resumed)));
    office.taken(office.space, resumed.link.view());
    office.commit_now(office.anna);
}

TEST(a_restarted_server_knows_its_chains) {
    Shared office;
    office.commit_now(office.anna);
    office.commit_now(office.bernd);
    const api::AppendLink roster = office.roster(office.space, office.anna, office.roles());
    EXPECT_OK(error_of(office.append(office.anna, roster)));
    office.taken(office.space, roster.link.view());
    office.commit_now(office.bernd);
    // Bernd's commits stay accepted when he is disabled afterwards.
    const api::Append disabling = office.append_of(directory::UserDisabled{office.bernd.id, {}},
                                                   {&office.anna.device.signing});
    EXPECT_OK(error_of(office.post(office.anna.device, "/v1/log/entries", disabling)));
    office.service.reset();
    auto opened = Service::open(office.store, office.clock, office.entropy, {});
    REQUIRE_OK(opened);
    office.service = std::move(*opened);
    const api::AppendLink next =
        office.roster(office.space, office.anna, {{principal(office.anna.id), Role::manager}});
    EXPECT_OK(error_of(office.append(office.anna, next)));
}

TEST(commits_signed_with_the_past_are_refused_at_once) {
    Shared office;
    office.commit_now(office.anna);
    const api::AppendLink past = office.commit(office.space, office.bernd, {office.object()});
    const api::Append disabling = office.append_of(directory::UserDisabled{office.bernd.id, {}},
                                                   {&office.anna.device.signing});
    EXPECT_OK(error_of(office.post(office.anna.device, "/v1/log/entries", disabling)));
    // Somebody else carries it to the server: the link itself says who signed.
    const auto refused = error_of(office.append(office.anna, past));
    EXPECT_ERROR(refused, errors::link_refused);
    EXPECT_EQ(refused.error().detail, errors::past_signature.number);
}

TEST(hints_tell_members_of_commits) {
    Shared office;
    const auto listen = [&](const Person& person) {
        http::Request request =
            office.signed_request(person.device, http::Method::get, "/v1/events");
        return office.service->answer(request, {"local", true});
    };
    Answer clara = listen(office.clara);
    Answer dora = listen(office.dora);
    REQUIRE(clara.events && dora.events);
    const std::string first = clara.events->take();
    EXPECT(first.find("event: space\ndata: " + office.space.id.hex() + " 1\n") !=
           std::string::npos);
    EXPECT(first.find("event: current") != std::string::npos);
    EXPECT(dora.events->take().find("event: space") == std::string::npos);
    office.commit_now(office.anna);
    EXPECT_EQ(clara.events->take(), "event: space\ndata: " + office.space.id.hex() + " 2\n\n");
    EXPECT_EQ(dora.events->take(), "");
    // A person who is disabled hears nothing more.
    const api::Append disabling = office.append_of(directory::UserDisabled{office.clara.id, {}},
                                                   {&office.anna.device.signing});
    EXPECT_OK(error_of(office.post(office.anna.device, "/v1/log/entries", disabling)));
    EXPECT(clara.events->ended());
    EXPECT(!dora.events->ended());
}

TEST(a_closed_space_takes_nothing_more) {
    Shared office;
    api::AppendLink closing;
    closing.link = space::build_closed(office.space.chain, office.author(office.anna));
    EXPECT_OK(error_of(office.append(office.anna, closing)));
    office.taken(office.space, closing.link.view());
    EXPECT(message_of<api::Spaces>(office.get(office.anna.device, "/v1/spaces"))->spaces.empty());
    EXPECT(!error_of(office.append(office.anna,
                                   office.commit(office.space, office.anna, {office.object()})))
                .has_value());
    EXPECT(!error_of(office.upload(office.bernd, {office.object()})).has_value());
}

}  // namespace
}  // namespace obhut::services::testing
