#include "core/directory/note.h"

#include "core/directory/testing/people.h"
#include "tests/support/test.h"

namespace obhut::directory {

namespace {

struct Maker {
    testing::SeededEntropy entropy{7};
    NoteKey key = NoteKey::generate(entropy);
    Checkpoint checkpoint{log_origin(entropy.id<OrgId>()), 1234, entropy.id<Hash>(), 2,
                          1'700'000'000'000};
    std::string note = sign_checkpoint(checkpoint, key);
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

}  // namespace

TEST(note_comes_back_as_it_was_signed) {
    const Maker maker;
    const auto back = open_note(maker.note, maker.checkpoint.origin, maker.key.public_key());
    REQUIRE_OK(back);
    EXPECT(*back == maker.checkpoint);
    EXPECT(*parse_note(maker.note) == maker.checkpoint);
}

TEST(note_key_hash_is_that_of_the_signed_note_specification) {
    // The example key of C2SP signed-note and golang.org/x/mod/sumdb/note.
    const auto raw = from_base64("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    REQUIRE_OK(raw);
    const auto key = NotePublicKey::from(ByteView(*raw).subspan(1));
    EXPECT_EQ(note_key_hash("PeterNeumann", key), 0xc74f20a3U);
    EXPECT_EQ(verifier_key("PeterNeumann", key),
              std::string("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
}

TEST(note_of_another_key_or_log_is_refused) {
    const Maker maker;
    testing::SeededEntropy entropy(8);
    const NoteKey other = NoteKey::generate(entropy);
    EXPECT_ERROR(open_note(maker.note, maker.checkpoint.origin, other.public_key()),
                 errors::note_unsigned);
    EXPECT_ERROR(open_note(maker.note, "obhut/log/00", maker.key.public_key()),
                 errors::note_wrong_log);
    // Any altered byte of the text.
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"\n1234\n", "\n1235\n"}, {"incarnation 2", "incarnation 3"}, {"time 17", "time 18"}})
        EXPECT_ERROR(open_note(replaced(maker.note, from, to), maker.checkpoint.origin,
                               maker.key.public_key()),
                     errors::note_unsigned);
}

TEST(note_with_signatures_of_witnesses_is_accepted) {
    const Maker maker;
    const std::string witness =
        "\xE2\x80\x94 witness.example/w1 " + to_base64(Bytes(4 + 8 + 64, 9)) + "\n";
    EXPECT_OK(open_note(maker.note + witness, maker.checkpoint.origin, maker.key.public_key()));
    std::string many = maker.note;
    for (std::size_t i = 0; i < kMaxNoteSignatures; ++i) many += witness;
    EXPECT_ERROR(parse_note(many), errors::bad_note);
}

TEST(note_that_is_malformed_is_refused) {
    const Maker maker;
    const std::string& note = maker.note;
    const auto check = [&](const std::string& bad) {
        EXPECT_ERROR(parse_note(bad), errors::bad_note);
    };
    check("");
    check("\n\n");
    check(note.substr(0, note.size() - 1));
    check(replaced(note, "\n\n", "\n"));
    check(replaced(note, "1234", "01234"));
    check(replaced(note, "1234", "+1234"));
    check(replaced(note, "1234", "12340000000000000000000"));
    check(replaced(note, "1234\n", "1234\r\n"));
    check(replaced(note, "incarnation 2\n", ""));
    check(replaced(note, "time 1", "time -1"));
    check(replaced(note, "\xE2\x80\x94 ", "- "));
    check(replaced(note, "\xE2\x80\x94 obhut", "\xE2\x80\x94  obhut"));
    check(replaced(note, "obhut/log/", "obhut/ log/"));
    check(replaced(note, "obhut/log/", "obhut/+log/"));
    check(note + "trailing");
    check(note + std::string(kMaxNoteBytes, 'a') + "\n");
    check(note.substr(0, note.find("\n\n") + 2));
    for (std::size_t i = 0; i < note.size(); ++i) (void)parse_note(note.substr(0, i));
}

TEST(note_of_a_later_version_may_have_more_lines) {
    const Maker maker;
    std::string text = checkpoint_text(maker.checkpoint) + "more things\n";
    Bytes signature;
    append_be32(signature, note_key_hash(maker.checkpoint.origin, maker.key.public_key()));
    append(signature, sign_note(maker.key, as_bytes(text)).view());
    const std::string note =
        text + "\n\xE2\x80\x94 " + maker.checkpoint.origin + " " + to_base64(signature) + "\n";
    EXPECT_OK(open_note(note, maker.checkpoint.origin, maker.key.public_key()));
}

}  // namespace obhut::directory
