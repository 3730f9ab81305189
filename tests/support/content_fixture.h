// For tests of content: a space in memory, and files that go in and out of it.
#pragma once

#include <algorithm>
#include <string>

#include "core/content/errors.h"
#include "core/content/memory_ports.h"
#include "core/content/reader.h"
#include "core/content/writer.h"
#include "core/crypto/errors.h"
#include "core/crypto/padding.h"
#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut::content::testing {

// A space in memory, and files that go in and out of it.
class Bench {
public:
    ObjectPlace place = in_space(OrgId{{1}}, SpaceId{{2}});
    test::TestEntropy entropy{7};
    InlineExecutor executor;
    MemoryObjects objects;

    Bytes random(std::size_t size) {
        Bytes bytes(size);
        for (std::size_t i = 0; i + 8 <= size; i += 8) {
            const std::uint64_t word = entropy.next();
            std::memcpy(bytes.data() + i, &word, 8);
        }
        return bytes;
    }
    Bytes text(std::size_t size) {
        Bytes bytes;
        bytes.reserve(size + 16);
        while (bytes.size() < size)
            append(bytes, as_bytes("row " + std::to_string(entropy.below(1000)) + "\n"));
        bytes.resize(size);
        return bytes;
    }

    Result<Written> write(ByteSource& source, const Earlier& earlier = {},
                          ChunkLog* log = nullptr) {
        Writer writer(place, entropy, executor, objects, objects);
        std::optional<Written> outcome;
        TRY(writer.write(source, earlier, log, [&](Written written) -> Result<> {
            outcome = std::move(written);
            return {};
        }));
        TRY(writer.flush());
        return std::move(*outcome);
    }
    Written write(const Bytes& plain, const Content* earlier = nullptr) {
        MemorySource source(plain);
        return std::move(*write(source, Earlier{earlier, {}}));
    }
    Result<> read(const Content& content, ByteView inline_bytes, ByteSink& sink) {
        Reader reader(place, objects, executor);
        Result<> outcome = fail(errors::content_missing);
        TRY(reader.read(content, inline_bytes, sink, [&](Result<> end) -> Result<> {
            outcome = end;
            return {};
        }));
        TRY(reader.flush());
        return outcome;
    }
};

}  // namespace obhut::content::testing
