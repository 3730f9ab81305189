// Visit: the files that a link shows, read like those of a space.
#pragma once

#include "apps/files/files.h"
#include "client/links/visitor.h"

namespace obhut::files {

class Visit {
public:
    // of takes what a visitor opened, which outlives this: a link to a file or a folder.
    static std::unique_ptr<Visit> of(client::Visitor& visitor);

    const Files& files() const { return *files_; }
    // shown is what the link is for: one file, or the folder with the name of the link.
    const Found& shown() const { return shown_; }

private:
    // OneFile is a reading that holds the small content of a single file.
    class OneFile;
    Visit() = default;

    std::unique_ptr<tree::Tree> tree_;
    std::unique_ptr<Reading> reading_;
    std::unique_ptr<Files> files_;
    Found shown_;
};

}  // namespace obhut::files
