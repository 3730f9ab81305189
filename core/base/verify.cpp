#include "core/base/verify.h"

#ifdef OBHUT_KILLABLE_CHECKS
#include <string>

namespace obhut::killing {

namespace {
std::string disabled_id;
void (*violation_observer)(std::string_view) = nullptr;
}  // namespace

void disable(std::string_view id) { disabled_id = id; }

void on_violation(void (*observer)(std::string_view)) { violation_observer = observer; }

bool holds(std::string_view id, bool condition) {
    if (condition) return true;
    if (violation_observer != nullptr) violation_observer(id);
    return !disabled_id.empty() && id == disabled_id;
}

}  // namespace obhut::killing
#endif
