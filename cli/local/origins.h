// LocalOrigins: the files that were put into spaces, looked for again where they were.
#pragma once

#include "client/ports/origin_files.h"

namespace obhut::cli {

class LocalOrigins final : public client::OriginFiles {
public:
    Result<std::unique_ptr<content::ByteSource>> open(const std::string& path) override;
    Bytes state(const std::string& path) override;
};

}  // namespace obhut::cli
