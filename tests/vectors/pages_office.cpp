// The directory and the chain of a space.
#include "tests/vectors/pages.h"

namespace obhut::test {
namespace {

Page keys_of(const client::DeviceSecrets& secrets) {
    const directory::DeviceKeys keys = secrets.public_keys();
    return {{"device_id", directory::device_id(keys).hex()},
            {"signing_seed", text_of(secrets.signing.expose())},
            {"signing_key", keys.signing.hex()},
            {"request_seed", text_of(secrets.request.expose())},
            {"request_key", keys.request.hex()},
            {"kem_secret", text_of(secrets.kem.expose())},
            {"kem_key", secrets.kem_public().hex()},
            {"kem_hash", keys.kem.hex()}};
}

Page boxes_of(const api::GenerationMaterial& material) {
    Page boxes = Page::array();
    for (const auto& box : material.boxes)
        boxes.push_back({{"holder", box.recipient.hex()}, {"box", text_of(box.box)}});
    return boxes;
}

Page material_of(const space::EpochMaterial& material) {
    Page boxes = Page::array();
    for (const space::EpochBox& box : material.boxes) boxes.push_back(text_of(encode(box)));
    return {{"history_link", material.history ? Page(text_of(*material.history)) : Page(nullptr)},
            {"boxes", boxes}};
}

Page ids_of(const std::vector<ObjectId>& ids) {
    Page list = Page::array();
    for (const ObjectId& id : ids) list.push_back(id.hex());
    return list;
}

}  // namespace

Page directory_page() {
    const Office& all = office();
    const directory::StateMap map = all.state.map();
    Page page{{"page", "directory.md"},
              {"organisation", all.root.org.hex()},
              {"root_fingerprint", all.root.root_fingerprint.hex()},
              {"root_seed", text_of(all.root.root.expose())},
              {"next_root_seed", text_of(all.root.next_root.expose())},
              {"log_key", all.log_key.public_key().hex()},
              {"user", all.newcomer.user.hex()},
              {"group_all", all.everyone.hex()},
              {"address", kAddress},
              {"address_salt", text_of(all.address_salt)}};
    page["device"] = keys_of(all.anna->secrets.device);
    page["kit"] = keys_of(client::kit_secrets(all.anna->secrets.kit->seed));
    page["second_device"] = keys_of(all.second);
    page["entries"] = Page::array();
    directory::MemoryTree tree;
    for (const Bytes& leaf : all.leaves) {
        tree.append(directory::leaf_hash(leaf));
        page["entries"].push_back({{"leaf", text_of(leaf)}, {"root", tree.root().hex()}});
    }
    page["notes"] = all.notes;
    page["state_map"] = {
        {"size", all.state.size()}, {"root", map.root.hex()}, {"records", map.records}};
    page["generations"] = {{{"principal", "user"},
                            {"number", 1},
                            {"secret", text_of(all.anna->user_key.expose())},
                            {"key", kem_public_key(all.anna->user_key).hex()},
                            {"boxes", boxes_of(all.anna->material.generations.front())},
                            {"box_of_second_device", text_of(all.second_box)}},
                           {{"principal", "user"},
                            {"number", 2},
                            {"secret", text_of(all.generation->secret.expose())},
                            {"key", all.generation->key.hex()},
                            {"link", text_of(*all.generation->material.key_link)},
                            {"boxes", boxes_of(all.generation->material)}}};
    return page;
}

Page space_page() {
    const Office& all = office();
    Page page{{"page", "space.md"},
              {"organisation", all.root.org.hex()},
              {"genesis", text_of(all.genesis)},
              {"space", all.space_id.hex()},
              {"signing_key", all.anna->secrets.device.public_keys().signing.hex()}};
    page["links"] = Page::array();
    const GroupId group = TestEntropy(7).id<GroupId>();
    const Bytes home = space::group_genesis(all.root.org, group);
    page["group_home"] = {
        {"group", group.hex()}, {"genesis", text_of(home)}, {"space", space::space_id(home).hex()}};
    for (const Bytes& link : all.links)
        page["links"].push_back({{"bytes", text_of(link)}, {"hash", sha256(link).hex()}});
    page["epochs"] = Page::array();
    for (const space::EpochMaterial& material : all.materials) {
        Page epoch = material_of(material);
        const space::EpochNumber number = page["epochs"].size() + 1;
        epoch["number"] = number;
        epoch["key"] = text_of(all.epochs.find(number)->expose());
        page["epochs"].push_back(epoch);
    }
    page["lists"] = Page::array();
    for (const space::Lists& lists : all.lists)
        page["lists"].push_back({{"nodes_created", ids_of(lists.nodes_created)},
                                 {"nodes_superseded", ids_of(lists.nodes_superseded)},
                                 {"content_raised", ids_of(lists.content_raised)},
                                 {"content_lowered", ids_of(lists.content_lowered)}});
    page["nodes"] = Page::array();
    for (const auto& [id, bytes] : all.nodes.objects) page["nodes"].push_back(text_of(bytes));
    page["entries_of_last_commit"] = all.entries;
    return page;
}

}  // namespace obhut::test
