#include "apps/files/keys.h"

namespace obhut::files {

namespace {

Bytes with_id(char kind, const FileId& id) {
    Bytes key{static_cast<std::uint8_t>(kind), '/'};
    append(key, id.view());
    return key;
}

constexpr std::size_t kIdEnd = 2 + FileId::kSize;

}  // namespace

Result<> check_name(std::string_view name) {
    const bool allowed = !name.empty() && name.size() <= kMaxName && name != "." && name != ".." &&
                         name.find('/') == std::string_view::npos &&
                         name.find('\0') == std::string_view::npos && is_utf8(as_bytes(name));
    if (!allowed) return fail(errors::name_not_allowed);
    return {};
}

Bytes folder_prefix(const FileId& folder) {
    Bytes key = with_id('f', folder);
    key.push_back('/');
    return key;
}

Bytes entry_key(const FileId& folder, std::string_view name) {
    Bytes key = folder_prefix(folder);
    append(key, as_bytes(name));
    return key;
}

Bytes content_key(const FileId& file) { return with_id('d', file); }
Bytes where_key(const FileId& file) { return with_id('w', file); }

Bytes versions_prefix(const FileId& file) {
    Bytes key = with_id('v', file);
    key.push_back('/');
    return key;
}

Bytes version_key(const FileId& file, std::uint32_t number) {
    Bytes key = versions_prefix(file);
    append_be32(key, number);
    return key;
}

Bytes trash_prefix() { return to_bytes("t/"); }

Bytes trash_key(Millis time, const FileId& file) {
    Bytes key = trash_prefix();
    append_be64(key, time);
    key.push_back('/');
    append(key, file.view());
    return key;
}

Result<ParsedKey> parse_key(ByteView key) {
    if (key.size() < 3 || key[1] != '/') return fail(errors::key_malformed);
    ParsedKey parsed;
    parsed.kind = static_cast<char>(key[0]);
    if (parsed.kind == 'a') {
        parsed.name = as_text(key.subspan(2));
        return parsed;
    }
    if (parsed.kind == 't') {
        if (key.size() != 2 + 8 + 1 + FileId::kSize || key[10] != '/')
            return fail(errors::key_malformed);
        parsed.time = read_be64(key.subspan(2, 8));
        parsed.id = FileId::from(key.subspan(11));
        return parsed;
    }
    if (key.size() < kIdEnd) return fail(errors::key_malformed);
    parsed.id = FileId::from(key.subspan(2, FileId::kSize));
    const ByteView rest = key.subspan(kIdEnd);
    if (parsed.kind == 'd' || parsed.kind == 'w') {
        if (!rest.empty()) return fail(errors::key_malformed);
        return parsed;
    }
    if (rest.empty() || rest[0] != '/') return fail(errors::key_malformed);
    if (parsed.kind == 'v') {
        if (rest.size() != 5) return fail(errors::key_malformed);
        parsed.number = read_be32(rest.subspan(1));
        return parsed;
    }
    if (parsed.kind != 'f') return fail(errors::key_malformed);
    parsed.name = as_text(rest.subspan(1));
    if (!check_name(parsed.name)) return fail(errors::key_malformed);
    return parsed;
}

}  // namespace obhut::files
