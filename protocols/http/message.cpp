#include "protocols/http/message.h"

#include <algorithm>

namespace obhut::http {

void Headers::set(std::string_view name, std::string value) {
    erase(name);
    all_.push_back({std::string(name), std::move(value)});
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    std::optional<std::string_view> found;
    for (const Header& header : all_) {
        if (header.name != name) continue;
        if (found) return std::nullopt;
        found = header.value;
    }
    return found;
}

void Headers::erase(std::string_view name) {
    std::erase_if(all_, [&](const Header& header) { return header.name == name; });
}

}  // namespace obhut::http
