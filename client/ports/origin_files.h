// Port: the files of this machine that content was put from, to seal it once more when a server has
// lost it (docs/protocol/profile.md §6).
//
// Both calls only look. What comes out is checked byte by byte against what was sealed, so nothing
// depends on a path leading to the same file as then. One thread at a time; nothing is retried.
#pragma once

#include <memory>
#include <string>

#include "core/content/ports.h"

namespace obhut::client {

class OriginFiles {
public:
    virtual ~OriginFiles() = default;
    // open gives a regular file to read; it never waits for a pipe or a device, and follows no
    // link. Errors: those of the machine; what is not there is one.
    virtual Result<std::unique_ptr<content::ByteSource>> open(const std::string& path) = 0;
    // state says what can be told of a file without reading it: while it is equal, reading again
    // is of no use. Empty: there is no such file.
    virtual Bytes state(const std::string& path) = 0;
};

}  // namespace obhut::client
