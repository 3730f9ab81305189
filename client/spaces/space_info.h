// What a space says of itself, in its own tree. Registry of keys: docs/protocol/keys.md.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/record.h"

namespace obhut::client {

inline constexpr std::size_t kMaxSpaceName = 255;
inline constexpr std::string_view kFilesKind = "files";
inline constexpr std::string_view kHomeKind = "home";
inline constexpr std::string_view kAddressBookKind = "address-book";
inline constexpr std::string_view kGroupKind = "group";  // a group's home: what came to its inbox

// KeepPolicy says how long versions and trash are kept, in days; apps/files acts on it.
struct KeepPolicy {
    std::uint32_t all_versions = 30;
    std::uint32_t daily_versions = 365;
    std::uint32_t trash = 30;
    std::optional<std::uint32_t> monthly_versions = {};  // absent: for ever

    static void fields(auto& self, auto& field) {
        field(1, self.all_versions);
        field(2, self.daily_versions);
        field(3, self.trash);
        field(4, self.monthly_versions);
    }
};

// LinksOnRemoval says what becomes of links whose keys somebody knows who is removed, where nobody
// was asked (docs/protocol/links.md §6).
enum class LinksOnRemoval : std::uint8_t { close = 1, keep = 2 };
constexpr bool is_known(LinksOnRemoval policy) {
    return policy == LinksOnRemoval::close || policy == LinksOnRemoval::keep;
}

struct SpaceInfo {
    std::string name;
    std::string kind;
    std::optional<KeepPolicy> keep;
    std::optional<LinksOnRemoval> links = {};  // absent: close

    static void fields(auto& self, auto& field) {
        field(1, self.name, kMaxSpaceName);
        field(2, self.kind, 32);
        field(3, self.keep);
        field(4, self.links);
    }
};

inline Bytes space_info_key() { return to_bytes("a/space"); }
// In a home: what this user calls a space, and the genesis it was first seen with.
inline Bytes pin_key(const SpaceId& space) {
    Bytes key = to_bytes("p/");
    append(key, space.view());
    return key;
}
// In a home: the heads a device has seen.
inline Bytes heads_key(const DeviceId& device) {
    Bytes key = to_bytes("n/");
    append(key, device.view());
    return key;
}
// In the address book: a person's name. In a home: what this user wants to be called.
inline Bytes person_key(const UserId& user) {
    Bytes key = to_bytes("u/");
    append(key, user.view());
    return key;
}

// In the address book: a group's name. In a home: what this user calls it until it stands there.
inline Bytes group_key(const GroupId& group) {
    Bytes key = to_bytes("g/");
    append(key, group.view());
    return key;
}

// NameEntry is a name in the address book: of two the one of the later time counts.
struct NameEntry {
    std::string name;
    std::optional<Millis> time;  // of the wish, or when an administrator wrote it
    std::optional<UserId> by;    // who wished it

    static void fields(auto& self, auto& field) {
        field(1, self.name, kMaxSpaceName);
        field(2, self.time);
        field(3, self.by);
    }
};

// OwnName stands in a home at the same keys until the address book has it (client/names/names.h).
inline constexpr std::size_t kMaxTold = 256;
struct OwnName {
    std::string name;
    Millis time = 0;
    std::vector<UserId> told;                       // administrators who were asked
    std::optional<std::uint64_t> incarnation = {};  // of the server that has their letters

    static void fields(auto& self, auto& field) {
        field(1, self.name, kMaxSpaceName);
        field(2, self.time);
        field(3, self.told, kMaxTold);
        field(4, self.incarnation);
    }
};

struct Pin {
    Hash genesis;
    std::optional<std::string> alias;

    static void fields(auto& self, auto& field) {
        field(1, self.genesis);
        field(2, self.alias, kMaxSpaceName);
    }
};

// In the address book, at `a/organisation`.
struct OrganisationEntry {
    std::string name;

    static void fields(auto& self, auto& field) { field(1, self.name, kMaxSpaceName); }
};
inline Bytes organisation_key() { return to_bytes("a/organisation"); }

}  // namespace obhut::client
