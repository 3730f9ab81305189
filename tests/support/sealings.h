// Sealings: what went over wires is searched for object keys that sealed more than one object.
//
// A key shows in the commitment that stands in clear at the head of an object: the same key at the
// same place gives the same one. The same bytes again are a retry, and no reuse.
#pragma once

#include <map>
#include <string>

#include "core/crypto/hash.h"
#include "core/space/link.h"
#include "protocols/api/messages.h"
#include "protocols/http/message.h"

namespace obhut::test {

class Sealings {
public:
    // note looks into a request; only those that carry objects matter.
    void note(const http::Request& request) {
        if (request.method != http::Method::post) return;
        if (request.path.ends_with("/links")) {
            if (const auto sent = decode<api::AppendLink>(request.body)) {
                note_link(sent->link.view());
                for (const api::ObjectBlob& object : sent->objects) note_object(object.view());
            }
        } else if (request.path.ends_with("/objects")) {
            note_batch(request.body);
        } else if (request.path == "/v1/spaces") {
            if (const auto sent = decode<api::NewSpace>(request.body)) {
                if (sent->commit) note_link(sent->commit->view());
                for (const api::ObjectBlob& object : sent->objects) note_object(object.view());
            }
        }
    }

    std::size_t objects() const { return seen_.size(); }
    std::size_t reused() const { return reused_; }

private:
    void note_object(ByteView object) {
        constexpr std::size_t kHeader = 3;  // version, suite, type
        if (object.size() < kHeader + Hash::kSize) return;
        const std::string commitment = to_hex(object.subspan(kHeader, Hash::kSize));
        const auto [known, fresh] = seen_.emplace(commitment, sha256(object));
        if (!fresh && known->second != sha256(object)) ++reused_;
    }

    void note_link(ByteView bytes) {
        const auto link = space::parse_link(bytes);
        const space::Commit* commit = link ? link->commit() : nullptr;
        if (commit == nullptr) return;
        note_object(commit->sealed_root);
        note_object(commit->sealed_summary);
    }

    // An upload: its head, then the objects that it lists.
    void note_batch(ByteView body) {
        if (body.size() < 4) return;
        const std::size_t length = read_be32(body.first(4));
        if (body.size() - 4 < length) return;
        const auto head = decode<api::BatchHead>(body.subspan(4, length));
        if (!head) return;
        ByteView rest = body.subspan(4 + length);
        for (const api::BatchItem& item : head->items) {
            if (rest.size() < item.length) return;
            note_object(rest.first(item.length));
            rest = rest.subspan(item.length);
        }
    }

    std::map<std::string, Hash> seen_;
    std::size_t reused_ = 0;
};

}  // namespace obhut::test
