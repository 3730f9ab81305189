// Error codes of the command line: E-0900 to E-0949.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code command_unknown{900, Kind::usage};     // no such command
inline constexpr Code option_unknown{901, Kind::usage};      // no such option of this command
inline constexpr Code option_needs_value{902, Kind::usage};  // an option without the value it takes
inline constexpr Code option_takes_none{903, Kind::usage};  // a value for an option that takes none
inline constexpr Code argument_missing{904, Kind::usage};  // fewer arguments than the command needs
inline constexpr Code argument_excess{905, Kind::usage};   // more arguments than the command takes
inline constexpr Code option_missing{906, Kind::usage};    // a required option is not given
inline constexpr Code value_malformed_here{907, Kind::usage};  // a value that is not of its kind
inline constexpr Code path_malformed{908, Kind::usage};        // not SPACE:/folder/file
inline constexpr Code needs_confirmation{910,
                                         Kind::usage};  // dangerous, and nobody to ask: needs --yes
inline constexpr Code declined{911, Kind::usage};       // the person said no
inline constexpr Code passphrase_needed{
    912, Kind::sign_in};  // no agent, no keyring, no file, nobody to ask
inline constexpr Code passphrases_differ{913, Kind::usage};  // typed twice, differently
inline constexpr Code partly_done{914, Kind::local};   // some were left out; each was reported
inline constexpr Code interrupted{915, Kind::local};   // Ctrl-C
inline constexpr Code agent_failed{916, Kind::local};  // the agent does not start or answer
inline constexpr Code agent_empty{917,
                                  Kind::sign_in};  // the agent does not have this profile's key
inline constexpr Code kit_words_wrong{918,
                                      Kind::usage};  // the words typed are not those of the kit
inline constexpr Code file_there{
    920, Kind::conflict};  // the file to write exists, and --force is not given
inline constexpr Code name_changed_type{
    921, Kind::conflict};  // a file in the place of a folder, or the reverse
inline constexpr Code same_place{
    922, Kind::usage};  // source and target are the same, or one inside the other
inline constexpr Code version_unknown{923, Kind::missing};  // no version of that number or time
inline constexpr Code trust_broken{924, Kind::corrupt};     // verify found what must not be
inline constexpr Code qr_too_large{925, Kind::usage};       // more text than a QR code holds

inline constexpr Code link_unknown{926, Kind::missing};      // no link of that id in the space
inline constexpr Code link_of_other_kind{927, Kind::usage};  // reading an upload link, or reverse

inline constexpr Code drop_unknown{928, Kind::missing};  // nothing of that id in the inbox

inline constexpr Code obhutd_missing{929, Kind::missing};  // no obhutd beside this program
inline constexpr Code obhutd_failed{930, Kind::local};     // it said why; detail: its exit status
inline constexpr Code server_in_use{931, Kind::conflict};  // an obhutd is running on that data
inline constexpr Code server_data_damaged{932,
                                          Kind::corrupt};    // stored bytes are not what they were
inline constexpr Code no_server_config{933, Kind::missing};  // no obhutd.toml in the folder

inline constexpr Code id_ambiguous{934, Kind::usage};  // several ids begin so

}  // namespace obhut::errors
