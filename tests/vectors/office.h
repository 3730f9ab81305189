// A small organisation whose every byte follows from one seed: what the vectors of our formats
// show.
//
//     root, policy, Anna invited, granted, enrolled, *all*          6 entries
//     a space: genesis, roster entry, commit                        under a note of these
//     a second device, revoked again, a new user key                3 entries
//     the next epoch, a commit, *closed*                            under a note of all
#pragma once

#include <nlohmann/json.hpp>

#include "client/enrolment/enrolment.h"
#include "core/content/memory_ports.h"
#include "core/space/build.h"
#include "core/tree/builder.h"
#include "tests/support/entropy.h"

namespace obhut::test {

// Keys keep their order: the files are made to be read.
using Page = nlohmann::ordered_json;

inline constexpr std::string_view kHost = "https://office.example.org";
inline constexpr std::string_view kAddress = "anna@example.org";
inline constexpr std::string_view kPassword = "vier Fichten im Schnee";
inline constexpr Millis kBegin = 1'700'000'000'000;

// MemoryNodes keeps what is sealed into a space's tree.
class MemoryNodes final : public tree::NodeStore, public tree::NodeSink {
public:
    Result<Bytes> load(const ObjectId& id) override;
    Result<> created(SealedObject node) override;
    Result<> superseded(const ObjectId&) override { return {}; }
    Result<> value(SealedObject object) override { return created(std::move(object)); }

    std::map<ObjectId, Bytes> objects;
};

struct Office {
    Office();

    TestEntropy entropy{8};
    client::RootKit root;
    NoteKey log_key;
    client::Newcomer newcomer;
    client::InvitationSecret invitation;
    Bytes address_salt;
    std::optional<client::Enrolment> anna;
    client::DeviceSecrets second;  // of the device that was added and revoked
    Bytes second_box;
    GroupId everyone;
    KemSecretKey group_key;
    std::optional<client::NewGeneration> generation;  // the second one of Anna's key
    directory::State state;
    std::vector<Bytes> leaves;
    std::vector<std::string> notes;  // after 6 and after 9 entries

    Bytes genesis;
    SpaceId space_id;
    std::optional<space::Chain> chain;  // as it stands in the end
    std::vector<Bytes> links;           // of the space, from 1 on
    std::vector<space::EpochMaterial> materials;
    space::EpochKeys epochs;
    std::vector<space::Lists> lists;  // of the commits
    std::vector<Page> entries;        // of the tree: what its keys and values are
    MemoryNodes nodes;
    content::MemoryObjects objects;
    content::Content content;  // of the file that has a chunk

    DeviceId device() const { return directory::device_id(anna->secrets.device.public_keys()); }
    std::string email() const { return std::string(kAddress); }

private:
    void found();
    void second_device();
    void begin_space();
    void next_epoch();
    void log(directory::Draft& draft);
    tree::Root plant(bool more);
    void commit(class Bench& bench, const tree::Root& root, const space::Lists& lists);
};

// office is made once; it takes half a second, for a password is stretched.
const Office& office();

// text_of writes bytes for a page: lower-case hexadecimal.
inline std::string text_of(ByteView bytes) { return to_hex(bytes); }

// shared_secret is what X-Wing gives for a box: the other steps can be tried without it.
std::string shared_secret(const KemSecretKey& key, ByteView box);

}  // namespace obhut::test
