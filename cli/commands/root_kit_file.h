// The root kit as commands take it: a file named by --root-kit.
#pragma once

#include "cli/commands/common.h"
#include "client/kit/root_kit.h"

namespace obhut::cli {

inline constexpr Option kRootKitOption{
    .name = "root-kit",
    .value = Value::file,
    .value_name = {"FILE", "DATEI"},
    .help = {"the organisation's root kit", "das Wurzelblatt der Organisation"}};

// read_root_kit opens it. Errors: option_missing, those of the file and of RootKit::parse.
Outcome<client::RootKit> read_root_kit(const Arguments& arguments);

}  // namespace obhut::cli
