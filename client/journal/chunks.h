// ChunkJournal: which chunks of interrupted uploads the server has already
// (docs/protocol/profile.md).
//
// A chunk is written down only when the server has stored it, some at a time, and for less time
// than the server keeps what no commit names. Rows are sealed: they hold references.
#pragma once

#include "client/objects/exchange.h"
#include "client/profile/profile.h"
#include "core/content/content.h"

namespace obhut::client {

class ChunkJournal {
public:
    static constexpr Millis kKept = 6 * kDay;
    static constexpr std::size_t kAtOnce = 32;

    // All outlive this.
    ChunkJournal(LocalStore& store, const Profile& profile, Clock& clock, Entropy& entropy,
                 const ObjectExchange& exchange, const SpaceId& space)
        : store_(store),
          profile_(profile),
          clock_(clock),
          entropy_(entropy),
          exchange_(exchange),
          space_(space) {}

    Result<> remember(ByteView source, const content::Chunk& chunk);
    Result<std::vector<content::Chunk>> recall(ByteView source);
    Result<> forget(ByteView source);
    // save writes what the server has stored by now.
    Result<> save();

private:
    struct Waiting {
        Bytes prefix;
        content::Chunk chunk;
    };
    Bytes prefix_of(ByteView source) const;

    LocalStore& store_;
    const Profile& profile_;
    Clock& clock_;
    Entropy& entropy_;
    const ObjectExchange& exchange_;
    SpaceId space_;
    std::vector<Waiting> waiting_;
};

}  // namespace obhut::client
