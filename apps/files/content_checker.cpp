#include "apps/files/content_checker.h"

#include "apps/files/space_files.h"
#include "core/content/reader.h"
#include "protocols/http/errors.h"

namespace obhut::files {

namespace {

// Counts what it is given and keeps nothing.
class CountingSink final : public content::ByteSink {
public:
    explicit CountingSink(const client::ContentChecker::GoesOn& goes_on) : goes_on_(goes_on) {}
    Result<> write(std::uint64_t, ByteView bytes) override {
        if (!goes_on_()) return fail(errors::cancelled);
        written += bytes.size();
        return {};
    }
    Result<> hole(std::uint64_t, std::uint64_t) override { return {}; }
    Result<> finish(std::uint64_t) override { return {}; }
    std::uint64_t written = 0;

private:
    const client::ContentChecker::GoesOn& goes_on_;
};

// Counts the objects that go through.
class CountingSource final : public content::ContentSource {
public:
    explicit CountingSource(content::ContentSource& inner) : inner_(inner) {}
    Result<std::vector<std::optional<Bytes>>> fetch(std::span<const ObjectId> ids) override {
        objects += ids.size();
        return inner_.fetch(ids);
    }
    void prefetch(std::span<const ObjectId> ids) override { inner_.prefetch(ids); }
    std::uint64_t objects = 0;

private:
    content::ContentSource& inner_;
};

// The entry that a key of files holds, if it is one with content.
Result<std::optional<Entry>> entry_of(ByteView key, ByteView value) {
    const auto parsed = parse_key(key);
    if (!parsed) return std::nullopt;
    if (parsed->kind == 'f' || parsed->kind == 'v') return TRY(parse_entry(value));
    if (parsed->kind == 't') return TRY(decode<Trashed>(value)).entry.clone();
    return std::nullopt;
}

}  // namespace

Result<client::ContentChecker::Amount> FilesChecker::check(client::Space& space, ByteView key,
                                                           ByteView value, const GoesOn& goes_on) {
    const auto entry = TRY(entry_of(key, value));
    if (!entry || !entry->content) return Amount{};
    const SpaceView view = TRY(SpaceView::newest(space));
    const Bytes inline_bytes =
        entry->content->is_inline() ? TRY(view.files().small_content(*entry)) : Bytes();
    CountingSource source(space.content());
    CountingSink sink(goes_on);
    // The ids too: what is checked is what the server stores.
    content::Reader reader(space.place(), source, executor_, content::Ids::always);
    Result<> outcome;
    TRY(reader.read(*entry->content, inline_bytes, sink, [&](Result<> result) -> Result<> {
        outcome = result;
        return {};
    }));
    TRY(reader.flush());
    TRY(outcome);
    return Amount{source.objects, sink.written};
}

}  // namespace obhut::files
