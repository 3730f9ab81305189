// Entries that a group's managers sign. Format: docs/protocol/directory.md §3.
#pragma once

#include "core/directory/entry_kinds.h"

namespace obhut::directory {

// BucketKey is a fresh X-Wing key of one bucket of a group, sealed to the members in it.
struct BucketKey {
    std::uint16_t index = 0;
    KemKeyHash key;
    Hash boxes;  // boxes_root of its members' boxes

    static void fields(auto& self, auto& field) {
        field(1, self.index);
        field(2, self.key);
        field(3, self.boxes);
    }
};

// GroupGeneration is a fresh X-Wing key of a group. As long as all members are in bucket 0 it is
// sealed to each of them; else to the key of each bucket, of which those that changed are new.
struct GroupGeneration {
    std::uint32_t number = 1;
    KemKeyHash key;
    Hash link;   // SHA-256 of the sealed previous generation; zero for the first
    Hash boxes;  // boxes_root: of members, or of buckets
    std::vector<BucketKey> buckets;  // ascending by index
    std::vector<UserId>
        without_box;  // ascending: all whose key is stale, and those whose key is withheld

    static void fields(auto& self, auto& field) {
        field(1, self.number);
        field(2, self.key);
        field(3, self.link);
        field(4, self.boxes);
        field(5, self.buckets, kMaxBuckets);
        field(6, self.without_box, kMaxNamesPerEntry);
    }
};

struct GroupMember {
    UserId user;
    std::uint16_t bucket = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.bucket);
    }
};

struct GroupCreated {
    static constexpr EntryKind kKind = EntryKind::group_created;
    GroupId group;  // fresh random bytes
    bool everyone =
        false;  // the group *all*: once in an organisation, its managers are the administrators
    std::vector<GroupMember> members;  // ascending by user
    std::vector<UserId> managers;      // ascending; empty for *all*
    GroupGeneration generation;

    static void fields(auto& self, auto& field) {
        field(1, self.group);
        field(2, self.everyone);
        field(3, self.members, kMaxNamesPerEntry);
        field(4, self.managers, kMaxNamesPerEntry);
        field(5, self.generation);
    }
    Subject subject() const { return Subject::of(group); }
};

// GroupChanged changes members, managers or key. Without a new generation, those added get a box of
// the newest one; if somebody is removed, it is stale from here on.
struct GroupChanged {
    static constexpr EntryKind kKind = EntryKind::group_changed;
    GroupId group;
    std::vector<GroupMember> added;        // ascending by user
    std::vector<UserId> removed;           // ascending
    std::vector<UserId> managers_added;    // ascending
    std::vector<UserId> managers_removed;  // ascending
    std::optional<GroupGeneration> generation;
    std::optional<Hash> added_boxes;  // boxes_root of boxes of the newest generation to those added
    bool deleted = false;             // for good
    Hash heads;

    static void fields(auto& self, auto& field) {
        field(1, self.group);
        field(2, self.added, kMaxNamesPerEntry);
        field(3, self.removed, kMaxNamesPerEntry);
        field(4, self.managers_added, kMaxNamesPerEntry);
        field(5, self.managers_removed, kMaxNamesPerEntry);
        field(6, self.generation);
        field(7, self.added_boxes);
        field(8, self.deleted);
        field(9, self.heads);
    }
    Subject subject() const { return Subject::of(group); }
};

}  // namespace obhut::directory
