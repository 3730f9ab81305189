// The vectors of our own formats are what this program writes, and what lies in
// docs/protocol/vectors is read by the code that reads everything else.
#include <cstdlib>
#include <fstream>

#include "client/kit/root_kit.h"
#include "client/links/link_keys.h"
#include "core/crypto/box.h"
#include "core/space/directory_adapter.h"
#include "tests/support/test.h"
#include "tests/vectors/pages.h"

namespace obhut::test {
namespace {

std::string path_of(std::string_view name) {
    return std::string(OBHUT_SOURCE_DIR) + "/docs/protocol/vectors/" + std::string(name) + ".json";
}

Page read_page(std::string_view name) {
    const Bytes text = read_file(path_of(name));
    return Page::parse(text.begin(), text.end());
}

Bytes bytes_of(const Page& value) { return *from_hex(value.get<std::string>()); }

template <class Id>
Id id_of(const Page& value) {
    return Id::from(bytes_of(value));
}

// The log of the pages as a newcomer verifies it.
directory::Log read_log(const Page& page) {
    directory::Log log({id_of<OrgId>(page["organisation"]), id_of<Hash>(page["root_fingerprint"])});
    std::vector<Bytes> leaves;
    for (const Page& entry : page["entries"]) leaves.push_back(bytes_of(entry["leaf"]));
    EXPECT_OK(log.add(0, leaves, page["notes"].back().get<std::string>(), kBegin + kDay));
    return log;
}

class LogJudge final : public space::NoteJudge {
public:
    explicit LogJudge(directory::Log& log) : log_(log) {}
    Result<space::Checkpoint> judge(ByteView note) override {
        const directory::Checkpoint read = TRY(log_.judge_note(as_text(note)));
        return space::Checkpoint{read.size, read.time};
    }

private:
    directory::Log& log_;
};

}  // namespace

TEST(formats_are_as_the_vectors_say) {
    const bool write = std::getenv("OBHUT_WRITE_VECTORS") != nullptr;
    for (const NamedPage& page : kPages) {
        const std::string made = page.make().dump(1) + "\n";
        if (write) std::ofstream(path_of(page.name), std::ios::binary) << made;
        EXPECT_EQ(as_text(read_file(path_of(page.name))) == made, true);
    }
}

TEST(formats_vectors_of_objects_and_boxes_open) {
    const Page page = read_page("object");
    for (const Page& sealed : page["objects"]) {
        const bool inside = sealed["label"] == labels::object_in_space.text;
        const ObjectPlace place{inside ? labels::object_in_space : labels::object_in_drop,
                                id_of<OrgId>(sealed["org"]), id_of<SpaceId>(sealed["space"])};
        const Reference reference{id_of<ObjectId>(sealed["id"]),
                                  ObjectKey(bytes_of(sealed["object_key"])),
                                  sealed["padded_size"].get<std::uint64_t>()};
        const auto plain = open_object(place, static_cast<ObjectType>(sealed["type"].get<int>()),
                                       reference, bytes_of(sealed["object"]));
        REQUIRE_OK(plain);
        EXPECT(equal(*plain, bytes_of(sealed["plaintext"])));
    }
    const Page& box = page["box"];
    const auto content =
        open_box(KemSecretKey(bytes_of(box["secret_key"])), labels::box_epoch_key,
                 id_of<OrgId>(box["org"]), bytes_of(box["context"]), bytes_of(box["box"]));
    REQUIRE_OK(content);
    EXPECT(equal(content->expose(), bytes_of(box["content"])));
}

TEST(formats_vectors_of_directory_and_space_are_valid) {
    directory::Log log = read_log(read_page("directory"));
    EXPECT_EQ(log.state().valid_entries(), 9U);
    const Page page = read_page("space");
    auto chain = space::Chain::begin(id_of<SpaceId>(page["space"]), log.state().org(),
                                     bytes_of(page["genesis"]));
    REQUIRE_OK(chain);
    const space::DirectoryAdapter view(log.state());
    LogJudge judge(log);
    for (const Page& link : page["links"])
        REQUIRE_OK(chain->append(bytes_of(link["bytes"]), {view, judge, true}));
    EXPECT_EQ(chain->head().sequence, 5U);
    EXPECT(chain->standing().closed);
}

TEST(formats_vectors_of_texts_and_links_are_read) {
    const Page kit = read_page("kit");
    const auto emergency =
        client::EmergencyKit::parse(kit["texts"]["emergency_kit"].get<std::string>());
    REQUIRE_OK(emergency);
    EXPECT(equal(emergency->account_secret.expose(), bytes_of(kit["account_secret"])));
    const auto root = client::RootKit::parse(kit["texts"]["root_kit"].get<std::string>());
    REQUIRE_OK(root);
    EXPECT_EQ(root->root_fingerprint.hex(), kit["root_fingerprint"].get<std::string>());
    const auto unlock = client::unlock_by_recovery(emergency->recovery_key);
    const auto content = client::open_kit(unlock.wrap, bytes_of(kit["recovery_blob"]));
    REQUIRE_OK(content);
    EXPECT(equal(content->seed.expose(), bytes_of(kit["seed"])));
    const Page links = read_page("links");
    for (const Page& link : links["links"]) {
        const auto url = client::LinkUrl::parse(link["url"].get<std::string>());
        REQUIRE_OK(url);
        std::string password = link.value("password", "");
        const auto keys = client::link_keys(
            url->secret, url->id,
            url->password ? std::optional<ByteView>(as_bytes(password)) : std::nullopt);
        REQUIRE_OK(keys);
        const auto record = client::open_link(*keys, id_of<OrgId>(links["organisation"]), url->id,
                                              bytes_of(link["sealed_record"]));
        REQUIRE_OK(record);
        EXPECT_EQ(record->name, "plan.csv");
    }
}

}  // namespace obhut::test
