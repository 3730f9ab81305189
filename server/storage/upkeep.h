// Upkeep of the SQLite adapter: what tend() does, in jobs of at most kJobRows rows between the
// requests. Threads: one caller at a time, beside everything else.
#pragma once

#include "server/storage/compaction.h"
#include "server/storage/life_editor.h"

namespace obhut::storage {

class Upkeep {
public:
    Upkeep(Committer& committer, Readers& readers, Segments& segments,
           const CompactionLimits& limits)
        : committer_(committer),
          readers_(readers),
          compaction_(committer, readers, segments, limits) {}

    Result<TendReport> tend(Millis now);

private:
    // Objects due in one of the tables pins and trash.
    struct Due {
        std::int64_t space = 0;
        ObjectId id;
    };
    struct Cursor {
        std::uint64_t ended = 0;
        ObjectId id;
    };

    Result<> expire_records(Millis now, TendReport& report);
    Result<> remove_spaces(Millis now, TendReport& report);
    Result<bool> remove_some(std::int64_t space);
    Result<> thin_spaces(Millis now, TendReport& report);
    Result<> thin(std::int64_t space, Millis now, TendReport& report);
    Result<> expire_pins(Millis now, TendReport& report);
    Result<> scrub(Millis now, TendReport& report);
    Result<std::vector<std::int64_t>> due_spaces(const char* sql, Millis time);

    Committer& committer_;
    Readers& readers_;
    Compaction compaction_;
    std::mutex mutex_;
};

}  // namespace obhut::storage
