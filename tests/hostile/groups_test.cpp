// Groups, and entries of the directory that were true once.
#include "client/session.h"
#include "tests/hostile/directory_forger.h"

namespace obhut::test {

namespace {

client::Session& session(Person& person) { return person.engine().session(); }
UserId user(Person& person) { return person.engine().status().user; }

// Bau is bernd's group, without carla; the space is shared with it.
struct Bau : Town {
    Person& carla = world.join("carla", anna);
    GroupId bau;

    Bau() {
        EXPECT_OK(anna.engine().run_duties());
        const auto group = bernd.engine().create_group("Bau", {});
        if (!EXPECT_OK(group)) return;
        bau = *group;
        EXPECT_OK(unshare(anna, akten, bernd));
        EXPECT_OK(anna.engine().share(akten, principal(bau), client::Role::editor));
    }
    // entries that something adds to the directory.
    std::vector<Bytes> entries_of(const std::function<void()>& something) {
        DirectoryForger reader(world.server(), session(anna).org());
        const std::size_t before = reader.entries().size();
        something();
        std::vector<Bytes> all = reader.entries();
        return {all.begin() + static_cast<std::ptrdiff_t>(before), all.end()};
    }
};

}  // namespace

TEST(sr_32_genuine_entries_appended_again_change_nothing) {
    Bau town;
    Person& laptop = town.world.stranger("laptop");
    const auto joined = town.entries_of(
        [&] { EXPECT_OK(town.bernd.engine().add_to_group(town.bau, {user(town.carla)}, false)); });
    const auto added = town.entries_of([&] { EXPECT_OK(link(town.carla, laptop)); });
    const auto disabled =
        town.entries_of([&] { EXPECT_OK(town.anna.engine().disable(user(town.carla))); });
    const auto enabled =
        town.entries_of([&] { EXPECT_OK(town.anna.engine().enable(user(town.carla))); });
    EXPECT_OK(town.carla.engine().run_duties());
    EXPECT_OK(town.bernd.engine().remove_from_group(town.bau, {user(town.carla)}));
    EXPECT_OK(town.carla.engine().revoke_device(laptop.engine().status().device));

    // The server shows anna all of them again: carla in the group, her stolen laptop, her end.
    DirectoryForger forger(town.world.server(), session(town.anna).org());
    for (const auto* entries : {&joined, &added, &disabled, &enabled})
        for (const Bytes& entry : *entries) forger.append(entry);
    town.anna.wire().attack(&forger);
    const auto before = town.anna.engine().status().directory_size;
    EXPECT_OK(town.anna.engine().catch_up());
    EXPECT(forger.forged > 0);
    EXPECT(town.anna.engine().status().directory_size >= before + 4);
    const directory::State& state = session(town.anna).directory.state();
    EXPECT(!state.group(town.bau)->has(user(town.carla)));
    EXPECT(!state.device_active(laptop.engine().status().device));
    EXPECT(state.device_active(town.carla.engine().status().device));
    const auto members = town.anna.engine().group_members(town.bau);
    EXPECT(members && members->size() == 1);
}

TEST(sr_36_removed_member_of_a_group_reads_nothing_of_the_next_epoch) {
    Bau town;
    Person& dora = town.world.join("dora", town.anna);
    EXPECT_OK(town.bernd.engine().add_to_group(town.bau, {user(town.carla), user(dora)}, false));
    EXPECT_EQ(read(town.carla, town.akten, "x/first").value_or(""), "written by anna");
    EXPECT_OK(town.bernd.engine().remove_from_group(town.bau, {user(town.carla)}));
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(write(town.anna, town.akten, "x/first", "without carla"));
    Overheard overheard;
    dora.wire().attack(&overheard);
    EXPECT_EQ(read(dora, town.akten, "x/first").value_or(""), "without carla");
    // The server gives carla everything that it gives dora.
    overheard.playing = true;
    town.carla.wire().attack(&overheard);
    for (int restarts = 0; restarts < 2; ++restarts) {
        const auto value = read(town.carla, town.akten, "x/first");
        EXPECT(!value || *value != "without carla");
        EXPECT_OK(town.carla.reopen());
    }
}

TEST(sr_36_group_key_of_the_servers_making_is_refused) {
    // Dora is taken in; the server gives her a box with another secret, for what she then shares.
    Bau town;
    Person& dora = town.world.join("dora", town.anna);
    EXPECT_OK(town.bernd.engine().add_to_group(town.bau, {user(dora)}, false));
    Tamper swap = tamper_record<api::GenerationMaterial>(
        "/generations/get", [&](api::GenerationMaterial& material) {
            if (material.principal != principal(town.bau)) return;
            for (api::GenerationBox& box : material.boxes) box.box[box.box.size() / 2] ^= 1;
        });
    dora.wire().attack(&swap);
    EXPECT(!read(dora, town.akten, "x/first"));
    EXPECT(swap.changed > 0);
    dora.wire().attack(nullptr);
    EXPECT_EQ(read(dora, town.akten, "x/first").value_or(""), "written by anna");
}

TEST(sr_17_entries_count_only_if_their_signer_may_make_them) {
    // Carla, who manages nothing, signs what she likes, and the server logs it.
    Bau town;
    EXPECT_OK(town.carla.engine().catch_up());
    DirectoryForger forger(town.world.server(), session(town.anna).org());
    const auto try_entry = [&](directory::Body::Any body) {
        directory::Draft draft = session(town.carla).draft();
        draft.add(std::move(body), {&session(town.carla).secrets().signing});
        forger.append(draft.take().front());
    };
    const directory::State& state = session(town.anna).directory.state();
    directory::GroupChanged deleted;
    deleted.group = town.bau;
    deleted.deleted = true;
    try_entry(std::move(deleted));
    directory::GroupChanged manager;
    manager.group = town.bau;
    manager.managers_added.push_back(user(town.carla));
    try_entry(std::move(manager));
    try_entry(directory::RemovedFromGroup{town.bau, {user(town.bernd)}, {}});
    try_entry(directory::AdminGranted{user(town.carla)});
    try_entry(directory::UserDisabled{user(town.anna), {}});
    try_entry(
        directory::DeviceRevoked{user(town.bernd), town.bernd.engine().status().device, {}, {}});
    town.anna.wire().attack(&forger);
    const auto before = town.anna.engine().status().directory_size;
    EXPECT_OK(town.anna.engine().catch_up());
    EXPECT_EQ(town.anna.engine().status().directory_size, before + 6);
    EXPECT(!state.group(town.bau)->deleted && state.group(town.bau)->has(user(town.bernd)));
    EXPECT(!state.group(town.bau)->has_manager(user(town.carla)));
    EXPECT(!state.is_admin(user(town.carla)) && state.is_admin(user(town.anna)));
    EXPECT(state.device_active(town.anna.engine().status().device));
    EXPECT(state.device_active(town.bernd.engine().status().device));
}

}  // namespace obhut::test
