#include "core/directory/note.h"

#include <charconv>

#include "core/base/verify.h"

namespace obhut::directory {

namespace {

constexpr std::string_view kSignatureMark = "\xE2\x80\x94 ";  // em dash, space
constexpr std::uint8_t kEd25519 = 1;
constexpr std::size_t kMaxOriginBytes = 128;
constexpr std::size_t kMaxNameBytes = 256;

// take_line cuts the first line off; absent if there is no newline.
std::optional<std::string_view> take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

// decimal reads a number in its one form: no sign, no leading zeros.
std::optional<std::uint64_t> decimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (text != std::to_string(value)) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> field(std::optional<std::string_view> line, std::string_view name) {
    if (!line || !line->starts_with(name)) return std::nullopt;
    return decimal(line->substr(name.size()));
}

bool is_printable(std::string_view note) {
    for (const char c : note)
        if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)) return false;
    return is_utf8(as_bytes(note));
}

struct Parts {
    std::string_view text;        // ends with a newline
    std::string_view signatures;  // one a line
};

Result<Parts> split(std::string_view note) {
    if (note.size() > kMaxNoteBytes || !is_printable(note)) return fail(errors::bad_note);
    // The last empty line ends the text.
    const std::size_t gap = note.rfind("\n\n");
    if (gap == std::string_view::npos || !note.ends_with('\n')) return fail(errors::bad_note);
    return Parts{note.substr(0, gap + 1), note.substr(gap + 2)};
}

struct NoteSignature {
    std::string_view name;
    Bytes bytes;  // key hash ‖ signature
};

Result<NoteSignature> parse_signature(std::string_view line) {
    if (!line.starts_with(kSignatureMark)) return fail(errors::bad_note);
    line.remove_prefix(kSignatureMark.size());
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string_view::npos || space > kMaxNameBytes)
        return fail(errors::bad_note);
    auto bytes = from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() < 5) return fail(errors::bad_note);
    return NoteSignature{line.substr(0, space), std::move(*bytes)};
}

Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines) {
    std::vector<NoteSignature> signatures;
    while (!lines.empty()) {
        if (signatures.size() == kMaxNoteSignatures) return fail(errors::bad_note);
        const auto line = take_line(lines);
        if (!line) return fail(errors::bad_note);
        signatures.push_back(TRY(parse_signature(*line)));
    }
    if (signatures.empty()) return fail(errors::bad_note);
    return signatures;
}

Result<Checkpoint> parse_text(std::string_view text) {
    Checkpoint checkpoint;
    const auto origin = take_line(text);
    const auto size = take_line(text);
    const auto root = take_line(text);
    const auto incarnation = field(take_line(text), "incarnation ");
    const auto time = field(take_line(text), "time ");
    // The origin is the key's name as well, and those have neither spaces nor plus signs.
    if (!origin || origin->empty() || origin->size() > kMaxOriginBytes ||
        origin->find_first_of(" +") != std::string_view::npos || !size || !root || !incarnation ||
        !time)
        return fail(errors::bad_note);
    const auto number = decimal(*size);
    const auto hash = from_base64(*root);
    // Lines after ours are of newer versions, or of others; they are signed and not read.
    if (!number || !hash || hash->size() != Hash::kSize) return fail(errors::bad_note);
    checkpoint.origin = std::string(*origin);
    checkpoint.size = *number;
    checkpoint.root = Hash::from(*hash);
    checkpoint.incarnation = *incarnation;
    checkpoint.time = *time;
    return checkpoint;
}

bool signed_by(const std::vector<NoteSignature>& signatures, std::string_view text,
               std::string_view name, const NotePublicKey& key) {
    const std::uint32_t hash = note_key_hash(name, key);
    for (const NoteSignature& signature : signatures) {
        if (signature.name != name || signature.bytes.size() != 4 + Signature::kSize) continue;
        if (read_be32(ByteView(signature.bytes).first(4)) != hash) continue;
        const Signature bytes = Signature::from(ByteView(signature.bytes).subspan(4));
        if (verify_note_signature(key, as_bytes(text), bytes)) return true;
    }
    return false;
}

}  // namespace

std::string log_origin(const OrgId& org) { return "obhut/log/" + org.hex(); }

std::string checkpoint_text(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
           to_base64(checkpoint.root.view()) + "\nincarnation " +
           std::to_string(checkpoint.incarnation) + "\ntime " + std::to_string(checkpoint.time) +
           "\n";
}

std::uint32_t note_key_hash(std::string_view name, const NotePublicKey& key) {
    Bytes input = to_bytes(name);
    input.push_back('\n');
    input.push_back(kEd25519);
    append(input, key.view());
    return read_be32(sha256(input).view().first(4));
}

std::string verifier_key(std::string_view name, const NotePublicKey& key) {
    Bytes hash;
    append_be32(hash, note_key_hash(name, key));
    Bytes typed{kEd25519};
    append(typed, key.view());
    return std::string(name) + "+" + to_hex(hash) + "+" + to_base64(typed);
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const NoteKey& key) {
    const std::string text = checkpoint_text(checkpoint);
    Bytes signature;
    append_be32(signature, note_key_hash(checkpoint.origin, key.public_key()));
    append(signature, sign_note(key, as_bytes(text)).view());
    return text + "\n" + std::string(kSignatureMark) + checkpoint.origin + " " +
           to_base64(signature) + "\n";
}

Result<Checkpoint> parse_note(std::string_view note) {
    const Parts parts = TRY(split(note));
    TRY(parse_signatures(parts.signatures));
    return parse_text(parts.text);
}

Result<Checkpoint> open_note(std::string_view note, std::string_view origin,
                             const NotePublicKey& key) {
    const Parts parts = TRY(split(note));
    const auto signatures = TRY(parse_signatures(parts.signatures));
    Checkpoint checkpoint = TRY(parse_text(parts.text));
    VERIFY("SR-27/note-of-this-log", checkpoint.origin == origin, errors::note_wrong_log);
    VERIFY("SR-29/note-by-log-key", signed_by(signatures, parts.text, checkpoint.origin, key),
           errors::note_unsigned);
    return checkpoint;
}

}  // namespace obhut::directory
