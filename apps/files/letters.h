// Letters with files: sent to colleagues or by upload links, and filed into folders.
//
// Files travel sealed for drops, outside of any space; filing reads them and seals them anew for
// the space they go into. Source: docs/protocol/drops.md.
#pragma once

#include "apps/files/space_files.h"
#include "client/drops/inbox.h"
#include "core/base/executor.h"
#include "core/content/ports.h"

namespace obhut::files {

// LetterWriter seals files for a letter; what it made is sent with the letter.
class LetterWriter {
public:
    // All outlive this.
    LetterWriter(const OrgId& org, client::Transfer& transfer, Entropy& entropy,
                 Executor& executor);
    ~LetterWriter();

    // add reads a file now. Errors: those of content::Writer::write.
    Result<> add(content::ByteSource& source, std::string name, const Attributes& attributes);
    // finish uploads what is left; the files, and the objects they need.
    struct Written {
        std::vector<client::LetterFile> files;
        std::vector<ObjectId> objects;
    };
    Result<Written> finish();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// FilingPorts is what filing works with.
struct FilingPorts {
    Executor& executor;
    const Author& author;
};

// file_into files a letter into a folder (by path; made if it is missing). Names that are taken get
// free ones, names that are impossible a plain one. Gives the paths; none if it had been filed
// already. May be called again after any error. Errors: those of begin_filing and file_letter, of
// reading and sealing.
Result<std::vector<std::string>> file_into(client::Engine& engine, client::Space& mailbox,
                                           const client::InboxItem& item, client::Space& target,
                                           const std::string& folder, const FilingPorts& ports);

// file_uploads files what has come by the upload links of a space into their folders; the paths.
// Cheap where there are no such links. What cannot be opened is left for people to look at.
Result<std::vector<std::string>> file_uploads(client::Engine& engine, client::Space& space,
                                              const FilingPorts& ports);

}  // namespace obhut::files
