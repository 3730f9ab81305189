#include "client/spaces/summary.h"

namespace obhut::client {
namespace {

// cut shortens to the limit without splitting a character.
std::string cut(std::string_view text) {
    if (text.size() <= kMaxActionText) return std::string(text);
    std::size_t end = kMaxActionText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end));
}

}  // namespace

void Summary::add(Verb verb, std::string_view target, std::string_view second,
                  std::uint64_t count) {
    if (actions.size() >= kMaxActions) {
        actions.back().count += count;
        return;
    }
    Action action{verb, cut(target), std::nullopt, count};
    if (!second.empty()) action.second = cut(second);
    actions.push_back(std::move(action));
}

}  // namespace obhut::client
