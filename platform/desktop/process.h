// The process itself: its environment, its paths, protection of its memory, and going into the
// background.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"

namespace obhut::platform {

// environment gives a variable; nothing if it is not set or empty.
std::optional<std::string> environment(const char* name);

// home_folder is the person's home folder, by $HOME or the user database.
std::string home_folder();

// absolute_path resolves links and "..", for folders that exist; else the path made absolute as it
// stands.
std::string absolute_path(const std::string& path);

// exists tells whether something has that path.
bool exists(const std::string& path);

// make_private_folders makes a folder and its missing parents, mode 0700.
Result<> make_private_folders(const std::string& path);

// read_secret_file reads a passphrase file: at most 4 KiB, its one line end at the end dropped.
struct SecretFile {
    SecretBytes secret;
    bool open_to_others = false;  // a regular file that other users can read: worth a warning
};
Result<SecretFile> read_secret_file(const std::string& path);

// read_standard_input reads up to `max` bytes. Errors: file_too_large.
Result<Bytes> read_standard_input(std::size_t max);

// pause sleeps.
void pause(Millis time);

// keep_freed_memory lets large buffers be used again instead of going back to the system: fresh
// pages cost as much as the work on them. Call it before any thread has been started.
void keep_freed_memory();

// protect_memory keeps this process out of core dumps and away from debuggers of the same user.
void protect_memory();

// run_in_background starts `run` in a process of its own, without terminal and in a session of its
// own; returns in the caller at once. Call it before any thread has been started. Errors:
// file_failed.
Result<> run_in_background(const std::function<int()>& run);

// run_beside runs a program that lies beside this one, or else on the path, and waits for it. Its
// standard output comes back, at most 1 MiB of it; its errors go where ours go. Errors: those of
// errno.
struct Ran {
    int status = 0;  // 128 + the signal that ended it
    std::string output;
};
Result<Ran> run_beside(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace obhut::platform
