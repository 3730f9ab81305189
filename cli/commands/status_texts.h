// What `status` says of each state a person can be in, and what to do about it.
#pragma once

#include "cli/messages/text.h"
#include "client/engine_types.h"

namespace obhut::cli {

// Placeholders of both texts: {0} space, group or name, {1} device, {2} time; all may be left out.
struct ConditionText {
    std::string_view word;  // in JSON
    Text what;
    Text to_do;
};
const ConditionText& text_of(client::ConditionKind kind);

}  // namespace obhut::cli
