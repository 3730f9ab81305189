#include "client/kit/typed_text.h"

#include "client/kit/emergency_kit.h"
#include "client/kit/invitation.h"
#include "client/kit/linking_code.h"
#include "client/kit/root_kit.h"
#include "core/base/verify.h"
#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut::client {
namespace {

EmergencyKit sample_kit(std::uint64_t seed) {
    test::TestEntropy entropy(seed);
    EmergencyKit kit;
    kit.host = "https://office.example.org:8443";
    entropy.fill(kit.account_secret.expose_mutable());
    entropy.fill(kit.recovery_key.expose_mutable());
    entropy.fill(kit.root_fingerprint.bytes);
    return kit;
}

bool same(const EmergencyKit& a, const EmergencyKit& b) {
    return a.host == b.host && equal(a.account_secret.expose(), b.account_secret.expose()) &&
           equal(a.recovery_key.expose(), b.recovery_key.expose()) &&
           a.root_fingerprint == b.root_fingerprint && a.kdf_class == b.kdf_class;
}

Invitation sample_invitation() {
    test::TestEntropy entropy(7);
    Invitation invitation;
    invitation.host = "http://127.0.0.1:8080";
    invitation.org = entropy.id<OrgId>();
    invitation.root_fingerprint = entropy.id<Hash>();
    invitation.note = "obhut/log\n17\n";
    invitation.not_after = 1'800'000'000'000;
    entropy.fill(invitation.secret.expose_mutable());
    return invitation;
}

}  // namespace

TEST(typed_text_reads_what_it_writes) {
    for (std::size_t size = 0; size < 40; ++size) {
        const Bytes body(size, static_cast<std::uint8_t>(size * 37));
        for (const std::size_t group : {0U, 4U, 5U}) {
            const auto back = read_typed("obhut-x", 1, write_typed("obhut-x", 1, body, group), 64);
            REQUIRE_OK(back);
            EXPECT(*back == body);
        }
    }
}

TEST(typed_text_notices_every_wrong_character) {
    const std::string text = write_typed("obhut-x", 1, Bytes(20, 0xA5), 4);
    for (std::size_t at = 8; at < text.size(); ++at) {
        if (text[at] == '-') continue;
        std::string wrong = text;
        wrong[at] = wrong[at] == 'q' ? 'r' : 'q';
        EXPECT_ERROR(read_typed("obhut-x", 1, wrong, 64), errors::text_damaged);
    }
    EXPECT_ERROR(read_typed("obhut-x", 1, text.substr(0, text.size() - 1), 64),
                 errors::text_damaged);
    EXPECT_ERROR(read_typed("obhut-y", 1, text, 64), errors::text_foreign);
    EXPECT_ERROR(read_typed("obhut-x", 2, text, 64), errors::text_version);
    EXPECT_ERROR(read_typed("obhut-x", 1, text, 19), errors::text_damaged);
    EXPECT_ERROR(read_typed("obhut-x", 1, "", 64), errors::text_foreign);
    EXPECT_ERROR(read_typed("obhut-x", 1, std::string(10'000, 'a'), 64), errors::text_damaged);
}

TEST(emergency_kit_reads_both_forms) {
    const EmergencyKit kit = sample_kit(1);
    const auto typed = EmergencyKit::parse(kit.text());
    REQUIRE_OK(typed);
    EXPECT(same(kit, *typed));
    const auto scanned = EmergencyKit::parse(kit.qr_payload());
    REQUIRE_OK(scanned);
    EXPECT(same(kit, *scanned));
    std::string shouted = kit.text();
    for (char& c : shouted)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    const auto upper = EmergencyKit::parse(shouted);
    REQUIRE_OK(upper);
    EXPECT(same(kit, *upper));
}

TEST(emergency_kit_needs_every_line) {
    const std::string text = sample_kit(2).text();
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = text.find('\n', start) + 1;
        EXPECT_ERROR(EmergencyKit::parse(text.substr(0, start) + text.substr(end)),
                     errors::text_damaged);
        start = end;
    }
}

TEST(hosts_have_one_form) {
    EXPECT_EQ(check_host("HTTPS://Office.Example.org/").value_or(""), "https://office.example.org");
    EXPECT_EQ(check_host("http://[::1]:8080").value_or(""), "http://[::1]:8080");
    for (const char* bad :
         {"", "example.org", "ftp://x", "https://", "https://a/b", "https://a b", "http://u@h"})
        EXPECT_ERROR(check_host(bad), errors::host_malformed);
}

TEST(invitation_reads_what_it_writes) {
    const Invitation invitation = sample_invitation();
    const auto back = Invitation::parse("  " + invitation.text() + "\n");
    REQUIRE_OK(back);
    EXPECT_EQ(back->text(), invitation.text());
    EXPECT_EQ(back->host, invitation.host);
    EXPECT_EQ(back->note, invitation.note);
    EXPECT_ERROR(Invitation::parse(invitation.text().substr(0, 80)), errors::text_damaged);
    EXPECT_ERROR(Invitation::parse(sample_kit(3).text()), errors::text_foreign);
}

TEST(invitation_keys_differ_by_organisation) {
    const Invitation invitation = sample_invitation();
    const auto one = invitation_key(invitation.secret, invitation.org).public_key();
    EXPECT_EQ(one, invitation_key(invitation.secret, invitation.org).public_key());
    EXPECT(one != invitation_key(invitation.secret, OrgId{}).public_key());
}

TEST(linking_code_reads_what_it_writes) {
    test::TestEntropy entropy(5);
    LinkingCode code{entropy.id<Hash>(), {}};
    entropy.fill(code.secret.expose_mutable());
    const auto back = LinkingCode::parse(code.text());
    REQUIRE_OK(back);
    EXPECT_EQ(back->offer, code.offer);
    EXPECT(equal(back->secret.expose(), code.secret.expose()));
}

TEST(root_kit_reads_its_file) {
    test::TestEntropy entropy(6);
    const RootKit kit = RootKit::create("http://localhost:8080", entropy);
    const std::string text = kit.file_text(entropy);
    const auto back = RootKit::parse(text);
    REQUIRE_OK(back);
    EXPECT_EQ(back->org, kit.org);
    EXPECT(equal(back->root.expose(), kit.root.expose()));
    EXPECT(equal(back->next_root.expose(), kit.next_root.expose()));
    EXPECT(text != kit.file_text(entropy));  // fresh keys at each writing
}

TEST(sr01_root_kit_that_names_another_root_is_refused) {
    // Whole and well sealed, but the seeds are not those of the root that it names.
    test::TestEntropy entropy(9);
    RootKit kit = RootKit::create("http://localhost:8080", entropy);
    EXPECT_OK(RootKit::parse(kit.file_text(entropy)));
    kit.root_fingerprint.bytes[3] ^= 1;
    EXPECT_ERROR(RootKit::parse(kit.file_text(entropy)), errors::kit_mismatch);
}

TEST(root_kit_refuses_exchanged_parts) {
    test::TestEntropy entropy(6);
    const RootKit kit = RootKit::create("http://localhost:8080", entropy);
    const RootKit other = RootKit::create("http://localhost:8080", entropy);
    const std::string text = kit.file_text(entropy);
    const std::string foreign = other.file_text(entropy);
    const auto body_at = [](const std::string& file) { return file.find("# The root:"); };
    EXPECT_ERROR(RootKit::parse(text.substr(0, body_at(text)) + foreign.substr(body_at(foreign))),
                 errors::kit_mismatch);
    EXPECT_ERROR(RootKit::parse(text.substr(0, text.size() / 2)), errors::text_damaged);
    // A file of genuine blocks under another fingerprint: seeds that are not the fingerprint's.
    RootKit lying = kit.clone();
    lying.root = other.root.clone();
    EXPECT_ERROR(RootKit::parse(lying.file_text(entropy)), errors::kit_mismatch);
}

}  // namespace obhut::client
