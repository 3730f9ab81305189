// The directory at the server: what may be appended, and what is served.
#include "core/directory/errors.h"
#include "core/directory/log.h"
#include "protocols/api/errors.h"
#include "server/services/testing/office.h"

namespace obhut::services::testing {
namespace {

constexpr const char* kEntries = "/v1/log/entries";

TEST(founding_makes_the_organisation_once) {
    Office office({}, false);
    api::CreateOrganisation create;
    create.append = office.founding();
    const auto first = message_of<api::Note>(office.post_open("/v1/organisation", encode(create)));
    REQUIRE_OK(first);
    office.mirror(create.append);
    const auto again = message_of<api::Note>(office.post_open("/v1/organisation", encode(create)));
    REQUIRE_OK(again);  // a repeated request, after a lost answer
    EXPECT_EQ(again->note, first->note);
    EXPECT(office.service->creation_token().empty());

    Office other({}, false);
    other.entropy = SeededEntropy(8);
    other.root = SigningKey::generate(other.entropy);
    other.log_key = office.log_key;
    api::CreateOrganisation second;
    second.append = other.founding();
    EXPECT_ERROR(error_of(office.post_open("/v1/organisation", encode(second))),
                 errors::organisation_exists);
}

TEST(founding_from_elsewhere_takes_the_token) {
    Office office({}, false);
    api::CreateOrganisation create;
    create.append = office.founding();
    const services::Peer far{"192.0.2.1", false};
    http::Request request;
    request.method = http::Method::post;
    request.path = "/v1/organisation";
    request.body = encode(create);
    EXPECT_ERROR(error_of(office.service->answer(request, far).response), errors::token_wrong);
    create.token = "wrong";
    request.body = encode(create);
    EXPECT_ERROR(error_of(office.service->answer(request, far).response), errors::token_wrong);
    create.token = office.service->creation_token();
    request.body = encode(create);
    EXPECT_OK(error_of(office.service->answer(request, far).response));
}

TEST(founding_for_another_log_is_refused) {
    Office office({}, false);
    office.log_key = NoteKey(Bytes(32, 3)).public_key();
    api::CreateOrganisation create;
    create.append = office.founding();
    EXPECT_ERROR(error_of(office.post_open("/v1/organisation", encode(create))),
                 errors::entry_refused);
    EXPECT_ERROR(error_of(office.get_open("/v1/log/checkpoint")), errors::no_organisation);
}

// What a client does with the answers leads to the same state.
TEST(a_client_can_follow_the_log) {
    Office office;
    office.join("bernd@example.org");
    office.join("clara@example.org");
    directory::Log log({office.state.org(), office.state.root_fingerprint()});
    const auto page = message_of<api::Entries>(office.get_open("/v1/log/entries?from=0"));
    REQUIRE_OK(page);
    std::vector<Bytes> leaves;
    for (const auto& entry : page->entries) leaves.push_back(entry.bytes);
    const auto added = log.add(0, leaves, page->note, office.clock.now());
    REQUIRE_OK(added);
    EXPECT(*added);
    EXPECT(log.state().map().root == office.state.map().root);
    const auto rest = message_of<api::Entries>(office.get_open("/v1/log/entries?from=10"));
    REQUIRE_OK(rest);
    EXPECT(rest->entries.empty() && rest->from == 10);
}

TEST(tiles_and_checkpoint_fit_the_entries) {
    Office office;
    office.join("bernd@example.org");
    const auto page = message_of<api::Entries>(office.get_open("/v1/log/entries"));
    REQUIRE_OK(page);
    const std::string width = std::to_string(page->entries.size());
    const http::Response hashes = office.get_open("/v1/log/tile/0/000.p/" + width);
    EXPECT_OK(error_of(hashes));
    Bytes expected;
    for (const auto& entry : page->entries)
        append(expected, directory::leaf_hash(entry.view()).view());
    EXPECT(hashes.body == expected);
    const http::Response bundle = office.get_open("/v1/log/tile/entries/000.p/" + width);
    const auto leaves = directory::parse_bundle(bundle.body);
    REQUIRE_OK(leaves);
    EXPECT(leaves->size() == page->entries.size() && leaves->back() == page->entries.back().bytes);
    EXPECT_ERROR(error_of(office.get_open("/v1/log/tile/0/000")), errors::not_there);
    EXPECT_ERROR(error_of(office.get_open("/v1/log/tile/0/001.p/1")), errors::not_there);
    EXPECT_ERROR(error_of(office.get_open("/v1/log/tile/entries/000")), errors::not_there);
    EXPECT_EQ(as_text(office.get_open("/v1/log/checkpoint").body), page->note);
}

TEST(repeated_appends_add_nothing) {
    Office office;
    Person bernd;
    bernd.email = "bernd@example.org";
    const api::Append append = office.inviting(bernd);
    const auto first = message_of<api::Note>(office.post(office.anna.device, kEntries, append));
    const auto second = message_of<api::Note>(office.post(office.anna.device, kEntries, append));
    REQUIRE(first && second);
    EXPECT_EQ(first->note, second->note);
}

TEST(entries_that_are_not_valid_are_not_stored) {
    Office office;
    Person bernd = office.join("bernd@example.org");
    const std::string before(as_text(office.get_open("/v1/log/checkpoint").body));
    // Bernd is no administrator.
    const api::Append promotion =
        office.append_of(directory::UserDisabled{office.anna.id, {}}, {&bernd.device.signing});
    const auto refused = error_of(office.post(bernd.device, kEntries, promotion));
    EXPECT_ERROR(refused, errors::entry_refused);
    EXPECT_EQ(refused.error().detail, errors::signer_not_admin.number);
    // An old entry again, beside a new one: all or nothing.
    api::Append mixed = office.append_of(directory::Pulse{bernd.id}, {&bernd.device.signing});
    mixed.entries.push_back(promotion.entries[0]);
    EXPECT_ERROR(error_of(office.post(bernd.device, kEntries, mixed)), errors::entry_refused);
    EXPECT_ERROR(error_of(office.post(bernd.device, kEntries, api::Append{})),
                 errors::http_malformed);
    EXPECT_EQ(as_text(office.get_open("/v1/log/checkpoint").body), before);
    EXPECT_OK(error_of(office.get(bernd.device, "/v1/spaces")));
}

TEST(an_entry_that_lost_the_race_is_told_so) {
    Office office;
    Person bernd = office.join("bernd@example.org");
    const api::Append first = office.append_of(directory::Pulse{bernd.id}, {&bernd.device.signing});
    office.clock.time += 1;
    const api::Append second =
        office.append_of(directory::Pulse{bernd.id}, {&bernd.device.signing});
    EXPECT_OK(error_of(office.post(bernd.device, kEntries, first)));
    EXPECT_ERROR(error_of(office.post(bernd.device, kEntries, second)), errors::log_moved);
}

TEST(entries_far_from_the_clock_are_refused_with_the_time) {
    Office office;
    office.clock.time += kHour;
    const api::Append late =
        office.append_of(directory::Pulse{office.anna.id}, {&office.anna.device.signing});
    office.clock.time += 6 * kMinute;
    const http::Response answer = office.post(office.anna.device, kEntries, late);
    EXPECT_ERROR(error_of(answer), errors::entry_time);
    EXPECT_EQ(answer.headers.find(api::kTimeHeader).value_or(""),
              std::to_string(office.clock.time));
    office.clock.time -= 12 * kMinute;
    EXPECT_ERROR(error_of(office.post(office.anna.device, kEntries, late)), errors::entry_time);
    office.clock.time += 5 * kMinute;
    EXPECT_OK(error_of(office.post(office.anna.device, kEntries, late)));
}

TEST(entries_carry_notes_of_this_log_only) {
    Office office;
    const auto with_note = [&](const std::string& note) {
        directory::Draft draft(office.state, office.clock.now(), to_bytes(note));
        draft.add(directory::Pulse{office.anna.id}, {&office.anna.device.signing});
        api::Append append;
        append.entries.emplace_back(draft.take()[0]);
        return error_of(office.post(office.anna.device, kEntries, append));
    };
    const directory::Checkpoint forged{directory::log_origin(office.state.org()), 3, Hash{}, 1, 5};
    const auto refused = with_note(directory::sign_checkpoint(forged, NoteKey(Bytes(32, 3))));
    EXPECT_ERROR(refused, errors::entry_refused);
    EXPECT_EQ(refused.error().detail, errors::note_unsigned.number);
    // Signed by the log's own key, but for more than there is: an older state of this server,
    // restored.
    const NoteKey own(office.store.server_state()->log_seed.expose());
    const auto ahead = with_note(directory::sign_checkpoint(
        {directory::log_origin(office.state.org()), 1000, Hash{}, 1, office.clock.now()}, own));
    EXPECT_ERROR(ahead, errors::entry_refused);
    EXPECT_OK(with_note(std::string(as_text(office.get_open("/v1/log/checkpoint").body))));
}

void check_refused_material(const std::function<void(api::Append&)>& damage) {
    Office office;
    Person bernd = office.invite("bernd@example.org");
    api::Append joining = office.enrolling(bernd);
    damage(joining);
    EXPECT_ERROR(error_of(office.post_open("/v1/join", encode(joining))), errors::material_wrong);
}

TEST(what_an_entry_names_has_to_come_with_it) {
    check_refused_material([](api::Append& append) { append.keys.pop_back(); });
    check_refused_material([](api::Append& append) { append.keys[0].bytes[5] ^= 1; });
    check_refused_material([](api::Append& append) { append.keys.push_back(append.keys[0]); });
    check_refused_material([](api::Append& append) { append.keys.emplace_back(); });
    check_refused_material([](api::Append& append) { append.kit.reset(); });
    check_refused_material([](api::Append& append) { append.kit->password_blob[0] ^= 1; });
    check_refused_material([](api::Append& append) { append.kit->recovery_blob[0] ^= 1; });
    check_refused_material([](api::Append& append) { append.kit->user.bytes[0] ^= 1; });
    check_refused_material([](api::Append& append) { append.generations.clear(); });
    check_refused_material([](api::Append& append) { append.generations[0].boxes[0].box[9] ^= 1; });
    check_refused_material([](api::Append& append) { append.generations[0].boxes.pop_back(); });
    check_refused_material([](api::Append& append) { append.generations[0].key_link = Bytes(83); });
    check_refused_material(
        [](api::Append& append) { append.generations.push_back(append.generations[0]); });
    check_refused_material([](api::Append& append) {
        std::swap(append.generations[0].boxes[0], append.generations[0].boxes[1]);
    });
    check_refused_material(
        [](api::Append& append) { append.openings.push_back({UserId{}, "x@y", Bytes(16)}); });
}

TEST(an_invitation_comes_with_the_address_it_hashes) {
    Office office;
    const auto refused = [&](const std::function<void(api::Opening&)>& damage) {
        Person person;
        person.email = "bernd@example.org";
        api::Append append = office.inviting(person);
        damage(append.openings[0]);
        EXPECT_ERROR(error_of(office.post(office.anna.device, kEntries, append)),
                     errors::material_wrong);
    };
    refused([](api::Opening& opening) { opening.email = "other@example.org"; });
    refused([](api::Opening& opening) { opening.salt[0] ^= 1; });
    refused([](api::Opening& opening) { opening.salt.pop_back(); });
    refused([](api::Opening& opening) { opening.user.bytes[0] ^= 1; });
}

TEST(join_takes_an_enrolment_and_nothing_else) {
    Office office;
    const api::Append pulse =
        office.append_of(directory::Pulse{office.anna.id}, {&office.anna.device.signing});
    EXPECT_ERROR(error_of(office.post_open("/v1/join", encode(pulse))), errors::entry_refused);
    Person bernd = office.invite("bernd@example.org");
    api::Append joining = office.enrolling(bernd);
    api::Append twice = joining;
    twice.entries.push_back(pulse.entries[0]);
    EXPECT_ERROR(error_of(office.post_open("/v1/join", encode(twice))), errors::entry_refused);
    EXPECT_OK(error_of(office.post_open("/v1/join", encode(joining))));
}

TEST(boxes_go_to_those_they_are_for) {
    Office office;
    Person bernd = office.join("bernd@example.org");
    const auto mine = message_of<api::GenerationMaterial>(office.post(
        bernd.device, "/v1/generations/get", api::GenerationWanted{principal(bernd.id), 1}));
    REQUIRE_OK(mine);
    REQUIRE(mine->boxes.size() == 1);
    EXPECT(mine->boxes[0].recipient == directory::holder(bernd.device.id()));
    const auto others = message_of<api::GenerationMaterial>(office.post(
        office.anna.device, "/v1/generations/get", api::GenerationWanted{principal(bernd.id), 1}));
    REQUIRE_OK(others);
    EXPECT(others->boxes.empty());
    EXPECT_ERROR(error_of(office.post(bernd.device, "/v1/generations/get",
                                      api::GenerationWanted{principal(bernd.id), 2})),
                 errors::not_there);
}

TEST(a_device_that_is_added_later_finds_its_box) {
    Office office;
    api::Append append;
    const TestDevice phone = office.device(append);
    const Bytes box = office.object(1202);
    append.generations.push_back(
        {principal(office.anna.id), 1, {}, {{directory::holder(phone.id()), box}}});
    append.entries =
        office
            .append_of(directory::DeviceAdded{office.anna.id, phone.keys,
                                              directory::DeviceKind::full, 1, sha256(box)},
                       {&office.anna.device.signing})
            .entries;
    api::Append wrong = append;
    wrong.generations[0].boxes[0].box[3] ^= 1;
    EXPECT_ERROR(error_of(office.post(office.anna.device, kEntries, wrong)),
                 errors::material_wrong);
    REQUIRE_OK(error_of(office.post(office.anna.device, kEntries, append)));
    office.mirror(append);
    const auto found = message_of<api::GenerationMaterial>(office.post(
        phone, "/v1/generations/get", api::GenerationWanted{principal(office.anna.id), 1}));
    REQUIRE_OK(found);
    REQUIRE(found->boxes.size() == 1);
    EXPECT(found->boxes[0].box == box);
}

TEST(keys_are_given_to_everybody) {
    Office office;
    const auto& [hash, key] = *office.kem_keys.begin();
    const auto keys = message_of<api::Keys>(
        office.post_open("/v1/keys/get", encode(api::KeysWanted{{KemKeyHash{}, hash}})));
    REQUIRE_OK(keys);
    REQUIRE(keys->keys.size() == 1);
    EXPECT(keys->keys[0] == key);
}

TEST(a_restarted_server_goes_on_where_it_was) {
    Office office;
    Person bernd = office.join("bernd@example.org");
    const std::string note(as_text(office.get_open("/v1/log/checkpoint").body));
    office.service.reset();
    auto opened = Service::open(office.store, office.clock, office.entropy, {});
    REQUIRE_OK(opened);
    office.service = std::move(*opened);
    EXPECT_EQ(as_text(office.get_open("/v1/log/checkpoint").body), note);
    const api::Append pulse = office.append_of(directory::Pulse{bernd.id}, {&bernd.device.signing});
    EXPECT_OK(error_of(office.post(bernd.device, kEntries, pulse)));
    EXPECT_OK(
        error_of(office.post(bernd.device, kEntries, pulse)));  // recognised, after the restart too
}

}  // namespace
}  // namespace obhut::services::testing
