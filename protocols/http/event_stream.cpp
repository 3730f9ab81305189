#include "protocols/http/event_stream.h"

#include "core/base/check.h"
#include "protocols/http/errors.h"

namespace obhut::http {

std::string encode_event(std::string_view name, std::string_view data) {
    CHECK(name.find('\n') == std::string_view::npos && data.find('\n') == std::string_view::npos);
    return "event: " + std::string(name) + "\ndata: " + std::string(data) + "\n\n";
}

Result<> EventParser::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (pending_.size() + piece.size() > kMaxEventBytes) return fail(errors::http_malformed);
        pending_ += piece;
        if (end == std::string_view::npos) break;
        if (pending_.ends_with('\r')) pending_.pop_back();
        line(pending_);
        pending_.clear();
        bytes.remove_prefix(end + 1);
    }
    return {};
}

void EventParser::line(std::string_view text) {
    if (text.empty()) {
        if (!current_.name.empty()) ready_.push_back(std::move(current_));
        current_ = {};
        return;
    }
    const auto value_of = [&](std::string_view field) {
        std::string_view value = text.substr(field.size());
        if (value.starts_with(' ')) value.remove_prefix(1);
        return std::string(value);
    };
    if (text.starts_with("event:")) current_.name = value_of("event:");
    if (text.starts_with("data:")) current_.data = value_of("data:");
}

bool EventParser::next(Event& event) {
    if (given_ == ready_.size()) {
        ready_.clear();
        given_ = 0;
        return false;
    }
    event = std::move(ready_[given_++]);
    return true;
}

}  // namespace obhut::http
