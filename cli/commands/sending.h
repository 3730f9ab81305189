// Local files as the files of a letter, and drops by link.
#pragma once

#include "apps/files/letters.h"
#include "cli/context.h"

namespace obhut::cli {

// write_letter seals local files and uploads them. Failures: those of reading; folders are refused.
Outcome<files::LetterWriter::Written> write_letter(Context& context, const OrgId& org,
                                                   client::Transfer& transfer,
                                                   const std::vector<std::string>& names);

// put_by_link sends local files by an upload link; how many.
Outcome<std::size_t> put_by_link(Context& context, const std::string& url,
                                 const std::optional<std::string>& password_file,
                                 const std::vector<std::string>& names);

// file_what_came files what has come by the upload links of all spaces, where the server said that
// something waits when they were listed: a duty of this device.
// Trouble with it is no failure of the command that is running.
void file_what_came(Context& context, client::Engine& engine);

}  // namespace obhut::cli
