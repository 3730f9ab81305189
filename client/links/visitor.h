// Visitor: somebody who has the URL of a link, and nothing else: no profile, no account.
//
// What comes out of it was sealed by whoever made or renewed the link, and every object is checked
// against the record: a server that lies gives errors of Kind::corrupt. It cannot tell a visitor
// which of the space's people that was. One thread; blocks in its transport. Source:
// docs/protocol/links.md §3.
#pragma once

#include "client/links/link_keys.h"
#include "client/ports/waiter.h"
#include "client/remote/remote.h"
#include "core/content/ports.h"
#include "core/tree/tree.h"

namespace obhut::client {

struct VisitorPorts {
    Transport& transport;
    Clock& clock;
    Entropy& entropy;
    Waiter* waiter = nullptr;  // null: nothing is tried a second time
};

class Visitor final : public content::ContentSource, public tree::NodeStore {
public:
    // open opens a link; it counts as one opening, also when it had to be asked twice. Errors:
    // link_closed (expired, ended, used up, unknown, or the password is wrong), link_tampered,
    // password_empty; those of the transport.
    static Result<std::unique_ptr<Visitor>> open(const VisitorPorts& ports, const LinkUrl& url,
                                                 const std::optional<ByteView>& password);

    const LinkRecord& record() const { return record_; }
    ObjectPlace place() const { return in_space(record_.org, record_.space); }
    // tree of a folder's link.
    tree::Tree tree();
    Remote& remote() { return remote_; }
    const api::VisitId& visit() const { return visit_; }

    Result<std::vector<std::optional<Bytes>>> fetch(std::span<const ObjectId> ids) override;
    Result<Bytes> load(const ObjectId& id) override;
    void prefetch(std::span<const ObjectId> ids) override;

private:
    explicit Visitor(const VisitorPorts& ports);
    Result<> enter(const LinkUrl& url, const LinkKeys& keys);

    Remote remote_;
    Waiter* waiter_;
    api::VisitId visit_;
    LinkRecord record_;
    std::unique_ptr<tree::Nodes> nodes_;
    std::map<ObjectId, Bytes> ahead_;  // nodes that were asked for before they are needed
};

}  // namespace obhut::client
