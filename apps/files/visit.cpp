#include "apps/files/visit.h"

namespace obhut::files {

class Visit::OneFile final : public Reading {
public:
    OneFile(const FileId& file, Bytes bytes)
        : key_(content_key(file)), value_(encode(SmallContent{std::move(bytes)})) {}

    Result<std::optional<Bytes>> get(ByteView key) const override {
        return equal(key, key_) ? std::optional(value_) : std::nullopt;
    }
    Result<> each(ByteView, ByteView, const Visitor&) const override { return {}; }

private:
    Bytes key_;
    Bytes value_;
};

std::unique_ptr<Visit> Visit::of(client::Visitor& visitor) {
    const client::LinkRecord& record = visitor.record();
    auto visit = std::unique_ptr<Visit>(new Visit());
    Entry entry;
    entry.id = record.target;
    if (record.kind == client::LinkKind::folder) {
        visit->tree_ = std::make_unique<tree::Tree>(visitor.tree());
        visit->reading_ = std::make_unique<TreeReading>(*visit->tree_);
        entry.kind = FileKind::folder;
    } else {
        visit->reading_ =
            std::make_unique<OneFile>(record.target, record.bytes ? *record.bytes : Bytes());
        if (record.content) entry.content = record.content->clone();
        entry.attributes.mode = record.mode;
        entry.attributes.modified_ns = record.modified_ns;
    }
    visit->files_ = std::make_unique<Files>(*visit->reading_);
    visit->shown_ = Found{kRoot, record.name, std::move(entry)};
    return visit;
}

}  // namespace obhut::files
