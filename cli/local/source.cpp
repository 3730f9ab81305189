#include "cli/local/source.h"

namespace obhut::cli {

namespace {

bool fits(const platform::Attribute& attribute) {
    return attribute.name.size() <= files::kMaxAttributeName &&
           attribute.value.size() <= files::kMaxAttributeValue && is_utf8(as_bytes(attribute.name));
}

}  // namespace

files::Attributes attributes_of(const platform::FileStatus& status,
                                std::vector<platform::Attribute> extended) {
    files::Attributes attributes;
    attributes.modified_ns = status.modified;
    attributes.mode = status.mode;
    std::vector<files::Attribute> kept;
    for (platform::Attribute& attribute : extended)
        if (fits(attribute) && kept.size() < files::kMaxAttributes)
            kept.push_back({std::move(attribute.name), std::move(attribute.value)});
    if (!kept.empty()) attributes.extended = std::move(kept);
    return attributes;
}

std::vector<platform::Attribute> extended_of(const files::Attributes& attributes) {
    std::vector<platform::Attribute> extended;
    if (!attributes.extended) return extended;
    for (const files::Attribute& attribute : *attributes.extended)
        extended.push_back({attribute.name, attribute.value});
    return extended;
}

}  // namespace obhut::cli
