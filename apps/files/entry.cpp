#include "apps/files/entry.h"

#include "core/content/errors.h"

namespace obhut::files {

Entry Entry::clone() const {
    Entry copy{id,         kind,         changed, device,     version, version_since,
               attributes, std::nullopt, target,  conflict_of};
    if (content) copy.content = content->clone();
    return copy;
}

Result<Entry> parse_entry(ByteView value) {
    Entry entry = TRY(decode<Entry>(value));
    const bool fits = entry.content.has_value() == (entry.kind == FileKind::file) &&
                      entry.target.has_value() == (entry.kind == FileKind::symlink) &&
                      !entry.id.is_zero();
    if (!fits) return fail(errors::entry_malformed);
    if (entry.content) TRY(content::check_content(*entry.content));
    return entry;
}

}  // namespace obhut::files
