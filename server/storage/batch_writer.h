// BatchWriter applies one batch to the database and the write-ahead segment, inside a savepoint of
// its caller.
//
// Operations on spaces and objects change rows in memory first, which finish() writes out: an
// object that is put and claimed by the same batch is written once, and a batch that fails has put
// nothing into the segment. An error of the kind `local` or `corrupt` means that the database
// itself refused: the whole round is over. Threads: the one that writes.
#pragma once

#include <map>

#include "server/storage/rows.h"
#include "server/storage/segments.h"
#include "server/storage/store.h"

namespace obhut::storage {

// SegmentStaged is an object that lies in a segment and that no batch has put yet.
class SegmentStaged final : public Staged {
public:
    SegmentStaged(Segments& segments, Place place, SegmentEntry entry);
    ~SegmentStaged() override;
    SegmentStaged(const SegmentStaged&) = delete;
    SegmentStaged& operator=(const SegmentStaged&) = delete;
    std::uint32_t length() const override { return entry_.length; }
    const Place& place() const { return place_; }
    const SegmentEntry& entry() const { return entry_; }

private:
    Segments& segments_;
    Place place_;
    SegmentEntry entry_;
};

// LiveChanges adds up by how much the live bytes of segments change.
using LiveChanges = std::map<std::uint64_t, std::int64_t>;

class BatchWriter {
public:
    BatchWriter(Database& database, SegmentWriter& segment, LiveChanges& live, Outcome& outcome)
        : database_(database), segment_(segment), live_(live), outcome_(outcome) {}

    Result<> operator()(CreateServer& op);
    Result<> operator()(SetOrganisation& op);
    Result<> operator()(SetIncarnation& op);
    Result<> operator()(AppendLog& op);
    Result<> operator()(PutTile& op);
    Result<> operator()(PutNote& op);
    Result<> operator()(PutKemKey& op);
    Result<> operator()(PutGeneration& op);
    Result<> operator()(PutKit& op);
    Result<> operator()(PutOpening& op);
    Result<> operator()(EraseOpening& op);
    Result<> operator()(PutRecord& op);
    Result<> operator()(RemoveRecord& op);

    Result<> operator()(CreateSpace& op);
    Result<> operator()(AppendLink& op);
    Result<> operator()(SetMembers& op);
    Result<> operator()(SetOwner& op);
    Result<> operator()(PutEpoch& op);
    Result<> operator()(CloseSpace& op);

    Result<> operator()(PutObjects& op);
    Result<> operator()(RenewPins& op);
    Result<> operator()(ReleasePins& op);
    Result<> operator()(ApplyLists& op);

    Result<> operator()(LimitOwner& op);
    Result<> operator()(LimitSpace& op);
    Result<> operator()(LimitUploads& op);

    // finish writes what is pending: new objects to the segment, rows to the database. Called once,
    // after the last operation succeeded. Errors: local ones only.
    Result<> finish();

private:
    struct SpaceEntry {
        SpaceRow before;
        SpaceRow after;
    };
    struct ObjectEntry {
        ObjectRow before;
        ObjectRow after;
        NewObject* fresh = nullptr;  // bytes to be written, if it was absent
    };
    using Objects = std::map<ObjectId, ObjectEntry>;

    Result<std::uint64_t> next_count(const char* name);
    Result<> expect_version(Area area, const Bytes& key, std::optional<Version> expected,
                            Millis now);

    Result<SpaceEntry*> find(const SpaceId& id);
    Result<SpaceEntry*> find_open(const SpaceId& id);
    Result<ObjectEntry*> touch(const SpaceEntry& space, const ObjectId& id);
    Result<> claim(const SpaceEntry& space, const ApplyLists& op);
    Usage usage_now(const SpaceEntry& space) const;
    Result<> write_objects(const SpaceEntry& space, Objects& objects);
    Result<> write_fresh(const SpaceId& space, const ObjectId& id, ObjectEntry& entry);

    Database& database_;
    SegmentWriter& segment_;
    LiveChanges& live_;
    Outcome& outcome_;
    std::map<SpaceId, SpaceEntry> spaces_;
    std::map<std::int64_t, Objects> objects_;          // by number of the space
    std::map<DeviceId, std::int64_t> device_changes_;  // filled by finish()
};

}  // namespace obhut::storage
