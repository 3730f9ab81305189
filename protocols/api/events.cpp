#include "protocols/api/events.h"

#include <array>
#include <charconv>

#include "protocols/http/errors.h"
#include "protocols/http/event_stream.h"

namespace obhut::api {

namespace {

constexpr std::array<std::string_view, 5> kNames = {"space", "directory", "drops", "lease",
                                                    "current"};

bool has_space(HintKind kind) { return kind == HintKind::space || kind == HintKind::lease; }

}  // namespace

std::string_view name_of(HintKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::string encode_hint(const Hint& hint) {
    std::string data;
    if (has_space(hint.kind)) data = hint.space.hex() + " ";
    if (hint.kind != HintKind::current) data += std::to_string(hint.number);
    return http::encode_event(name_of(hint.kind), data);
}

Result<Hint> parse_hint(std::string_view name, std::string_view data) {
    std::size_t kind = 0;
    while (kind < kNames.size() && kNames[kind] != name) ++kind;
    if (kind == kNames.size()) return fail(errors::http_not_found);
    Hint hint;
    hint.kind = static_cast<HintKind>(kind);
    if (hint.kind == HintKind::current) return hint;
    if (has_space(hint.kind)) {
        constexpr std::size_t kHex = 2 * SpaceId::kSize;
        if (data.size() <= kHex || data[kHex] != ' ') return fail(errors::http_malformed);
        const auto id = from_hex(data.substr(0, kHex));
        if (!id) return fail(errors::http_malformed);
        hint.space = SpaceId::from(*id);
        data.remove_prefix(kHex + 1);
    }
    const auto [end, error] = std::from_chars(data.data(), data.data() + data.size(), hint.number);
    if (error != std::errc{} || end != data.data() + data.size())
        return fail(errors::http_malformed);
    return hint;
}

}  // namespace obhut::api
