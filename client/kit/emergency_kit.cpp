#include "client/kit/emergency_kit.h"

#include "client/kit/typed_text.h"
#include "core/base/record.h"
#include "core/crypto/kdf.h"

namespace obhut::client {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kKitPrefix = "obhut-kit";
constexpr std::string_view kAccountPrefix = "obhut-account";
constexpr std::string_view kRecoveryPrefix = "obhut-recovery";
constexpr std::string_view kRootPrefix = "obhut-root";
constexpr std::string_view kServerLine = "server:";
constexpr std::size_t kGroup = 4;
constexpr std::size_t kMaxHost = 255;
constexpr std::size_t kMaxKitText = 4096;

struct KitRecord {
    std::string host;
    AccountSecret account_secret;
    RecoveryKey recovery_key;
    Hash root_fingerprint;
    std::uint8_t kdf_class = 1;

    static void fields(auto& self, auto& field) {
        field(1, self.host, kMaxHost);
        field(2, self.account_secret);
        field(3, self.recovery_key);
        field(4, self.root_fingerprint);
        field(5, self.kdf_class);
    }
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

// Where the kit's secrets stand in a printed text: behind "name: ", possibly with spaces.
std::string_view value_of(std::string_view line, std::string_view prefix) {
    const std::string low = lower(line);
    const std::size_t at = low.find(std::string(prefix) + "-");
    return at == std::string::npos ? std::string_view{} : line.substr(at);
}

Result<EmergencyKit> parse_payload(std::string_view text) {
    const Bytes body = TRY(read_typed(kKitPrefix, kVersion, text, 512));
    auto record = decode<KitRecord>(body);
    if (!record) return fail(errors::text_damaged);
    EmergencyKit kit;
    kit.host = TRY(check_host(record->host));
    kit.account_secret = std::move(record->account_secret);
    kit.recovery_key = std::move(record->recovery_key);
    kit.root_fingerprint = record->root_fingerprint;
    kit.kdf_class = record->kdf_class;
    if (!password_cost(kit.kdf_class)) return fail(errors::text_version);
    return kit;
}

struct Found {
    bool host = false, account = false, recovery = false, root = false;
    bool all() const { return host && account && recovery && root; }
};

Result<> parse_line(std::string_view line, EmergencyKit& kit, Found& found) {
    if (lower(line).starts_with(kServerLine)) {
        kit.host = TRY(check_host(trimmed(line.substr(kServerLine.size()))));
        found.host = true;
    } else if (const auto account = value_of(line, kAccountPrefix); !account.empty()) {
        AccountCode code = TRY(parse_account_secret(account));
        kit.account_secret = std::move(code.secret);
        kit.kdf_class = code.kdf_class;
        found.account = true;
    } else if (const auto recovery = value_of(line, kRecoveryPrefix); !recovery.empty()) {
        kit.recovery_key = TRY(parse_recovery_key(recovery));
        found.recovery = true;
    } else if (const auto root = value_of(line, kRootPrefix); !root.empty()) {
        kit.root_fingerprint = TRY(parse_fingerprint(root));
        found.root = true;
    }
    return {};
}

}  // namespace

EmergencyKit EmergencyKit::clone() const {
    return {host, account_secret.clone(), recovery_key.clone(), root_fingerprint, kdf_class};
}

std::string EmergencyKit::text() const {
    return "Server:           " + host +                                               //
           "\nAccount secret:   " + write_account_secret(account_secret, kdf_class) +  //
           "\nRecovery key:     " + write_recovery_key(recovery_key) +                 //
           "\nRoot fingerprint: " + write_fingerprint(root_fingerprint) + "\n";
}

std::string EmergencyKit::qr_payload() const {
    const KitRecord record{host, account_secret.clone(), recovery_key.clone(), root_fingerprint,
                           kdf_class};
    return write_typed(kKitPrefix, kVersion, encode(record), 0);
}

Result<EmergencyKit> EmergencyKit::parse(std::string_view text) {
    if (text.size() > kMaxKitText) return fail(errors::text_damaged);
    if (lower(trimmed(text)).starts_with(kKitPrefix)) return parse_payload(trimmed(text));
    EmergencyKit kit;
    Found found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        TRY(parse_line(trimmed(text.substr(0, end)), kit, found));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!found.all()) return fail(errors::text_damaged);
    return kit;
}

std::string write_account_secret(const AccountSecret& secret, std::uint8_t kdf_class) {
    Bytes body{kdf_class};
    append(body, secret.expose());
    const std::string text = write_typed(kAccountPrefix, kVersion, body, kGroup);
    wipe(body);
    return text;
}

Result<AccountCode> parse_account_secret(std::string_view text) {
    const SecretBytes body(
        TRY(read_typed(kAccountPrefix, kVersion, text, 1 + AccountSecret::kSize)));
    if (body.size() != 1 + AccountSecret::kSize) return fail(errors::text_damaged);
    const std::uint8_t kdf_class = body.expose()[0];
    if (!password_cost(kdf_class)) return fail(errors::text_version);
    return AccountCode{AccountSecret(body.expose().subspan(1)), kdf_class};
}

std::string write_recovery_key(const RecoveryKey& key) {
    return write_typed(kRecoveryPrefix, kVersion, key.expose(), kGroup);
}

Result<RecoveryKey> parse_recovery_key(std::string_view text) {
    const SecretBytes body(TRY(read_typed(kRecoveryPrefix, kVersion, text, RecoveryKey::kSize)));
    if (body.size() != RecoveryKey::kSize) return fail(errors::text_damaged);
    return RecoveryKey(body.expose());
}

std::string write_fingerprint(const Hash& fingerprint) {
    return write_typed(kRootPrefix, kVersion, fingerprint.view(), kGroup);
}

Result<Hash> parse_fingerprint(std::string_view text) {
    const Bytes body = TRY(read_typed(kRootPrefix, kVersion, text, Hash::kSize));
    if (body.size() != Hash::kSize) return fail(errors::text_damaged);
    return Hash::from(body);
}

Result<std::string> check_host(std::string_view url) {
    std::string host = lower(url);
    while (host.ends_with('/')) host.pop_back();
    std::string_view rest = host;
    if (rest.starts_with("https://"))
        rest.remove_prefix(8);
    else if (rest.starts_with("http://"))
        rest.remove_prefix(7);
    else
        return fail(errors::host_malformed);
    if (rest.empty() || host.size() > kMaxHost) return fail(errors::host_malformed);
    for (const char c : rest) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
                          c == '-' || c == ':' || c == '[' || c == ']';
        if (!good) return fail(errors::host_malformed);
    }
    return host;
}

}  // namespace obhut::client
