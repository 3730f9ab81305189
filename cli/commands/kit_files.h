// Kits as files: written for people to print, read back when they sign in.
#pragma once

#include "cli/context.h"

namespace obhut::cli {

// reserve_file makes sure that a secret can be written there afterwards, before anything is done
// that cannot be undone: the file is made, empty, mode 0600. Failures: file_there (it exists and is
// not empty).
Outcome<> reserve_file(const std::string& path);
// replace_file writes it. When even that fails its content is shown, rather than lost.
Outcome<> replace_file(Context& context, const std::string& path, const std::string& content);

// kit_content is the kit as its file's ending wants it: .pdf, .txt, or HTML for all else.
Outcome<std::string> kit_content(Context& context, const std::string& path,
                                 const client::EmergencyKit& kit, const std::string& email);
// read_kit reads what kit_content wrote as HTML or text.
Outcome<client::EmergencyKit> read_kit(const std::string& path);

}  // namespace obhut::cli
