#include "client/kit/root_kit.h"

#include "client/kit/typed_text.h"
#include "core/base/record.h"
#include "core/crypto/kdf.h"
#include "core/crypto/object.h"
#include "core/directory/entries.h"

namespace obhut::client {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kHeadPrefix = "obhut-organisation";
constexpr std::string_view kSeedPrefix = "obhut-seed";
constexpr std::string_view kKeyPrefix = "obhut-seedkey";
constexpr std::size_t kMaxFile = 16384;

struct HeadRecord {
    std::string host;
    OrgId org;
    Hash root_fingerprint;

    static void fields(auto& self, auto& field) {
        field(1, self.host, 255);
        field(2, self.org);
        field(3, self.root_fingerprint);
    }
};

// Which of the two seeds a block holds: root now, or the one committed to.
enum class Seed : std::uint8_t { root = 1, next = 2 };

ObjectKey block_key(ByteView recovery_key, const Hash& fingerprint, Seed seed) {
    const std::uint8_t which = static_cast<std::uint8_t>(seed);
    return ObjectKey(derive<32>(
        recovery_key, KdfInfo(labels::root_kit_wrap).add(fingerprint.view()).add_uint(which)));
}

ObjectPlace block_place(const OrgId& org) { return {labels::object_in_kit, org, SpaceId{}}; }

std::string seed_block(const RootKit& kit, Seed which, const SigningKey& seed, Entropy& entropy) {
    Secret<32> recovery;
    entropy.fill(recovery.expose_mutable());
    Bytes body{static_cast<std::uint8_t>(which)};
    append(body,
           seal_with(block_place(kit.org), ObjectType::root_kit,
                     block_key(recovery.expose(), kit.root_fingerprint, which), seed.expose()));
    return write_typed(kSeedPrefix, kVersion, body, 0) + "\n" +
           write_typed(kKeyPrefix, kVersion, recovery.expose(), 0) + "\n";
}

directory::RootStatement statement_of(const RootKit& kit) {
    directory::RootStatement statement;
    statement.root = kit.root.public_key();
    statement.next_root = key_id(kit.next_root.public_key());
    return statement;
}

// The lines that hold something, by their prefixes and in their order.
struct Lines {
    std::vector<std::string_view> heads, seeds, keys;
};

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with(std::string(kHeadPrefix) + "-")) lines.heads.push_back(line);
        if (line.starts_with(std::string(kSeedPrefix) + "-")) lines.seeds.push_back(line);
        if (line.starts_with(std::string(kKeyPrefix) + "-")) lines.keys.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

Result<SigningKey> open_seed(const RootKit& kit, Seed which, std::string_view block,
                             std::string_view key) {
    const Bytes body = TRY(read_typed(kSeedPrefix, kVersion, block, 256));
    const SecretBytes recovery(TRY(read_typed(kKeyPrefix, kVersion, key, 32)));
    if (body.empty() || recovery.size() != 32) return fail(errors::text_damaged);
    const auto seed = open_with(block_place(kit.org), ObjectType::root_kit,
                                block_key(recovery.expose(), kit.root_fingerprint, which),
                                ByteView(body).subspan(1));
    if (!seed || seed->size() != SigningKey::kSize) return fail(errors::kit_mismatch);
    SecretBytes secret(*seed);
    return SigningKey(secret.expose());
}

}  // namespace

RootKit RootKit::clone() const {
    return {org, host, root_fingerprint, root.clone(), next_root.clone()};
}

RootKit RootKit::create(std::string host, Entropy& entropy) {
    RootKit kit;
    kit.host = std::move(host);
    kit.root = SigningKey::generate(entropy);
    kit.next_root = SigningKey::generate(entropy);
    kit.org = directory::organisation_id(statement_of(kit));
    kit.root_fingerprint = directory::root_fingerprint(statement_of(kit));
    return kit;
}

std::string RootKit::file_text(Entropy& entropy) const {
    std::string text = "# Obhut root kit, server " + host +
                       "\n"
                       "# Whoever has this whole file can make and unmake administrators of the "
                       "organisation. Keep it offline.\n"
                       "# Each seed is sealed under the key below it; to share the power, keep "
                       "keys and seeds in two places.\n";
    text += write_typed(kHeadPrefix, kVersion, encode(HeadRecord{host, org, root_fingerprint}), 0) +
            "\n";
    text += "# The root:\n" + seed_block(*this, Seed::root, root, entropy);
    text += "# The root that may follow it:\n" + seed_block(*this, Seed::next, next_root, entropy);
    return text;
}

Result<RootKit> RootKit::parse(std::string_view text) {
    if (text.size() > kMaxFile) return fail(errors::text_damaged);
    const Lines lines = lines_of(text);
    if (lines.heads.empty()) return fail(errors::text_foreign);
    if (lines.heads.size() != 1 || lines.seeds.size() != 2 || lines.keys.size() != 2)
        return fail(errors::text_damaged);
    const auto head =
        decode<HeadRecord>(TRY(read_typed(kHeadPrefix, kVersion, lines.heads[0], 512)));
    if (!head) return fail(errors::text_damaged);
    RootKit kit;
    kit.host = TRY(check_host(head->host));
    kit.org = head->org;
    kit.root_fingerprint = head->root_fingerprint;
    kit.root = TRY(open_seed(kit, Seed::root, lines.seeds[0], lines.keys[0]));
    kit.next_root = TRY(open_seed(kit, Seed::next, lines.seeds[1], lines.keys[1]));
    const auto statement = statement_of(kit);
    VERIFY("SR-01/root-kit", directory::root_fingerprint(statement) == kit.root_fingerprint,
           errors::kit_mismatch);
    if (directory::organisation_id(statement) != kit.org) return fail(errors::kit_mismatch);
    return kit;
}

}  // namespace obhut::client
