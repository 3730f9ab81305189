// Checkpoints of the log as signed notes. Sources: C2SP signed-note, tlog-checkpoint.
//
//     obhut/log/<organisation id, hex>     origin, also the name of the key
//     1234                                 size of the tree
//     <base64>                             its root
//     incarnation 1                        of the server, counted up by every restore
//     time 1700000000000                   of the last valid entry, in ms
//     (empty line)
//     — <name> <base64 of key hash(4) ‖ signature(64)>
//
// Signatures of others (witnesses) may follow; they are kept and not judged. Threads: values.
#pragma once

#include <string>
#include <string_view>

#include "core/directory/merkle.h"
#include "core/directory/types.h"

namespace obhut::directory {

inline constexpr std::size_t kMaxNoteBytes = 4096;
inline constexpr std::size_t kMaxNoteSignatures = 16;

struct Checkpoint {
    std::string origin;
    Position size = 0;
    Hash root;
    std::uint64_t incarnation = 0;
    Millis time = 0;

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// log_origin is the name of an organisation's log.
std::string log_origin(const OrgId& org);

// checkpoint_text is what is signed.
std::string checkpoint_text(const Checkpoint& checkpoint);

// note_key_hash is the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
std::uint32_t note_key_hash(std::string_view name, const NotePublicKey& key);

// verifier_key is how other tools are told a key: name+hash+base64(0x01 ‖ key).
std::string verifier_key(std::string_view name, const NotePublicKey& key);

// sign_checkpoint makes the signed note.
std::string sign_checkpoint(const Checkpoint& checkpoint, const NoteKey& key);

// parse_note reads the checkpoint of a note and judges no signature: nothing may rely on it.
// Errors: bad_note.
Result<Checkpoint> parse_note(std::string_view note);

// open_note checks the signature under `key` and that the note is of the log `origin`.
// Errors: bad_note, note_wrong_log, note_unsigned.
Result<Checkpoint> open_note(std::string_view note, std::string_view origin,
                             const NotePublicKey& key);

}  // namespace obhut::directory
