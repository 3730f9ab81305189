// Memory adapters of the ports of content: for tests, and for content that is in memory anyway.
#pragma once

#include <unordered_map>

#include "core/content/ports.h"

namespace obhut::content {

// MemorySource is a file in memory.
class MemorySource final : public ByteSource {
public:
    explicit MemorySource(Bytes bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size() override { return bytes_.size(); }
    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
        if (offset >= bytes_.size()) return std::size_t{0};
        const std::size_t count = std::min<std::size_t>(out.size(), bytes_.size() - offset);
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
        return count;
    }

private:
    Bytes bytes_;
};

// MemorySink gathers a file; finished() tells that it is whole.
class MemorySink final : public ByteSink {
public:
    Result<> write(std::uint64_t offset, ByteView bytes) override {
        CHECK(offset == bytes_.size());
        append(bytes_, bytes);
        return {};
    }
    Result<> hole(std::uint64_t offset, std::uint64_t length) override {
        CHECK(offset == bytes_.size());
        bytes_.resize(static_cast<std::size_t>(offset + length));
        hole_bytes_ += length;
        return {};
    }
    Result<> finish(std::uint64_t size) override {
        CHECK(size == bytes_.size());
        finished_ = true;
        return {};
    }

    const Bytes& bytes() const { return bytes_; }
    std::uint64_t hole_bytes() const { return hole_bytes_; }
    bool finished() const { return finished_; }

private:
    Bytes bytes_;
    std::uint64_t hole_bytes_ = 0;
    bool finished_ = false;
};

// MemoryObjects keeps sealed objects by id.
class MemoryObjects final : public ContentSink, public ContentSource {
public:
    Result<> put(const ObjectId& id, Bytes object) override {
        objects_[id] = std::move(object);
        return {};
    }
    Result<std::vector<std::optional<Bytes>>> fetch(std::span<const ObjectId> ids) override {
        ++fetches_;
        fetched_ += ids.size();
        std::vector<std::optional<Bytes>> found;
        for (const ObjectId& id : ids) {
            const auto at = objects_.find(id);
            found.push_back(at == objects_.end() ? std::nullopt : std::optional<Bytes>(at->second));
        }
        return found;
    }

    std::unordered_map<ObjectId, Bytes, FixedHash>& objects() { return objects_; }
    std::size_t fetches() const { return fetches_; }
    std::size_t fetched() const { return fetched_; }

private:
    std::unordered_map<ObjectId, Bytes, FixedHash> objects_;
    std::size_t fetches_ = 0;
    std::size_t fetched_ = 0;
};

}  // namespace obhut::content
