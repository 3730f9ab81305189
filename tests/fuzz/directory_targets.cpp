// Decoders of the directory, and its rules under entries that are well signed but strange.
#include "core/directory/log.h"
#include "core/directory/snapshot.h"
#include "core/directory/testing/people.h"
#include "tests/fuzz/target.h"

namespace obhut::directory {

namespace {

// One organisation with a person, a group and a running notice; made once.
const testing::TestOrg& organisation() {
    static const testing::TestOrg* org = [] {
        auto* made = new testing::TestOrg(3);
        made->found();
        const testing::TestUser bernd = made->join();
        made->create_group(made->anna, {bernd.id});
        made->append_ok(
            KitNotice{made->anna.id, made->kit_statement(testing::TestDevice::make(made->entropy))},
            {&made->anna.device.signing});
        return made;
    }();
    return *org;
}

Bytes payload_of(const Body::Any& body) {
    Entry entry;
    entry.time = organisation().now;
    entry.body.any = body;
    return encode(entry);
}

Bytes rotation() {
    GroupChanged change;
    change.group = organisation().state.groups().begin()->first;
    change.generation.emplace().number = 2;
    return payload_of(change);
}

std::string note() {
    return sign_checkpoint({"obhut/log/00", 5, Hash{}, 1, 1000}, organisation().log_key);
}

// Whatever an entry says, it is judged without harm, and an invalid one changes nothing but the
// size.
void apply_signed(Entry entry, std::initializer_list<const SigningKey*> keys) {
    State state = organisation().state.clone();
    entry.previous = state.newest_about(entry.subject());
    const Bytes leaf = sign_entry(state.org(), entry, keys);
    const std::uint64_t valid = state.valid_entries();
    const auto verdict = state.apply(leaf);
    if (!verdict) return;
    fuzz::demand(state.valid_entries() == valid + (verdict->valid() ? 1 : 0),
                 "invalid entries do not count");
    const auto stored = State::decode(state.encode());
    fuzz::demand(stored && stored->map().root == state.map().root, "a state is stored as it is");
}

Bytes first_page() {
    Bytes first;
    (void)write_snapshot(organisation().state, [&first](Bytes page) -> Result<> {
        first = std::move(page);
        return {};
    });
    return first;
}

Bytes user_leaf() {
    Bytes user;
    (void)organisation().state.each_leaf([&user](ByteView leaf) -> Result<> {
        if (leaf[0] == 2) user = to_bytes(leaf);
        return {};
    });
    return user;
}

}  // namespace

FUZZ_TARGET(directory_rules, rotation()) {
    const auto entry = decode<Entry>(input);
    if (!entry) return;
    const testing::TestOrg& org = organisation();
    apply_signed(*entry, {&org.anna.device.signing});
    apply_signed(*entry, {&org.root});
    apply_signed(*entry, {&org.anna.kit.signing});
}

FUZZ_TARGET(directory_signed_entry, organisation().leaves[4]) {
    State state = organisation().state.clone();
    (void)state.apply(input);
    fuzz::check_record<SignedEntry>(input);
}

FUZZ_TARGET(directory_note, to_bytes(note())) {
    const auto checkpoint = parse_note(as_text(input));
    if (!checkpoint) return;
    const Checkpoint again = *parse_note(sign_checkpoint(*checkpoint, organisation().log_key));
    fuzz::demand(again == *checkpoint, "a checkpoint has one text");
}

FUZZ_TARGET(directory_tile_path, to_bytes("0/x001/x234/067.p/17")) {
    const auto tile = parse_tile_path(as_text(input));
    if (tile) fuzz::demand(tile_path(*tile) == as_text(input), "a tile has one path");
}

FUZZ_TARGET(directory_bundle, Bytes({0, 2, 7, 7, 0, 0})) {
    const auto leaves = parse_bundle(input);
    if (!leaves) return;
    Bytes again;
    for (const Bytes& leaf : *leaves) append_to_bundle(again, leaf);
    fuzz::demand(equal(again, input), "a bundle has one encoding");
}

FUZZ_TARGET(directory_state, organisation().state.encode()) {
    const auto state = State::decode(input);
    if (state) (void)state->map();
}

FUZZ_TARGET(directory_snapshot, first_page()) {
    const StateMap map = organisation().state.map();
    SnapshotReader reader({organisation().state.size(), {}, map.root, map.records});
    if (!reader.take(input)) return;
    const auto state = reader.finish();
    if (state) fuzz::demand(state->map() == map, "nothing else than what was vouched for");
}

FUZZ_TARGET(directory_leaf, user_leaf()) {
    State state;
    if (state.take_leaf(input) && state.finish_rows()) (void)state.map();
}

}  // namespace obhut::directory
