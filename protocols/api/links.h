// Links that anybody with the URL can open: what the server keeps of them and is asked.
//
// The server sees an id, a hash that a visitor's proof must have, limits, and a sealed record; the
// secret stays in the URL's fragment. Nothing here is signed: what a visitor sees comes out of the
// sealed record. Format: docs/protocol/links.md §5.
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/base/record.h"
#include "protocols/api/limits.h"

namespace obhut::api {

using LinkId = FixedBytes<struct UrlLinkTag, 16>;  // random, in the URL's path
using VisitId = FixedBytes<struct VisitTag, 16>;   // random, of one opening; the visitor's choice

inline constexpr std::size_t kMaxLinkRecord = 16U << 10;  // a sealed record
inline constexpr std::size_t kMaxLinkChanges = 1024;      // links that one commit renews
inline constexpr std::size_t kMaxLinkPage = 4096;         // states in one answer
inline constexpr std::size_t kMaxVisitObjects = 2048;     // ids that a visitor asks for at once
inline constexpr Millis kVisitTime = kDay;                // what one opening is good for

enum class LinkKind : std::uint8_t { file = 1, folder = 2, upload = 3 };
constexpr bool is_known(LinkKind kind) {
    return kind >= LinkKind::file && kind <= LinkKind::upload;
}

// LinkTerms are set when the link is made and never changed. Expiry and limit are the server's to
// keep.
struct LinkTerms {
    LinkKind kind = LinkKind::file;
    Hash auth;                           // SHA-256 of what a visitor has to show
    std::optional<Millis> expires;       // by the server's clock
    std::optional<std::uint32_t> limit;  // openings
    friend bool operator==(const LinkTerms&, const LinkTerms&) = default;
    static void fields(auto& self, auto& field) {
        field(1, self.kind);
        field(2, self.auth);
        field(3, self.expires);
        field(4, self.limit);
    }
};

// LinkChange travels with the commit that it belongs to, and is carried out with it or not at all:
// terms and record make a link, a record alone renews it, neither ends it.
struct LinkChange {
    LinkId id;
    std::optional<LinkTerms> terms;
    std::optional<Bytes> record;
    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.terms);
        field(3, self.record, kMaxLinkRecord);
    }
};

// Body of POST /links/<id>/open. A visit that is there already is the same opening, asked again.
struct OpenLink {
    Secret<32> auth;
    VisitId visit;
    static void fields(auto& self, auto& field) {
        field(1, self.auth);
        field(2, self.visit);
    }
};

struct OpenedLink {
    OrgId org;  // the record tells whether it is right
    Bytes record;
    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.record, kMaxLinkRecord);
    }
};

// What the server tells members about the links of their space; its word only.
struct LinkState {
    LinkId id;
    std::uint32_t openings = 0;
    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.openings);
    }
};

// Answer of GET /spaces/<id>/shares?from=<link id>: ascending by id, after that id.
struct LinkStates {
    std::vector<LinkState> links;
    bool more = false;
    static void fields(auto& self, auto& field) {
        field(1, self.links, kMaxLinkPage);
        field(2, self.more);
    }
};

}  // namespace obhut::api
