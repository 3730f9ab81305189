// VERIFY: a check that guards a security property.
//
// The id names the requirement of docs/threat-model.md and the check, "SR-05/object-commitment"; it
// is a string literal that stands at one place only. In test builds (OBHUT_KILLABLE_CHECKS) one id
// at a time can be switched off, and the check-killing run demands that a hostile test then fails.
// A release has neither ids nor switch.
#pragma once

#include <string_view>

#include "core/base/error.h"

namespace obhut {

#ifdef OBHUT_KILLABLE_CHECKS
namespace killing {
// disable switches off one check, none when the id is empty. Test builds only; not thread-safe.
void disable(std::string_view id);
// on_violation is called with the id of every check that did not hold (also when it is switched
// off).
void on_violation(void (*observer)(std::string_view id));
bool holds(std::string_view id, bool condition);
}  // namespace killing
#define OBHUT_VERIFY_HOLDS(id, condition) ::obhut::killing::holds(id, condition)
#else
#define OBHUT_VERIFY_HOLDS(id, condition) (condition)
#endif

}  // namespace obhut

// VERIFY(id, condition, code) returns the error `code` from the enclosing function unless the
// condition holds.
#define VERIFY(id, condition, code)                                             \
    do {                                                                        \
        if (!OBHUT_VERIFY_HOLDS(id, static_cast<bool>(condition))) [[unlikely]] \
            return std::unexpected<::obhut::Error>(::obhut::Error(code));       \
    } while (false)
