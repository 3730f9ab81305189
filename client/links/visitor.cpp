#include "client/links/visitor.h"

#include "client/errors.h"

namespace obhut::client {
namespace {

constexpr unsigned kTries = 4;
constexpr Millis kFirstWait = 500;
// Objects kept that were fetched early: nodes, or three batches of content (some 24 MiB).
constexpr std::size_t kMaxAhead = api::kMaxVisitObjects;

}  // namespace

Visitor::Visitor(const VisitorPorts& ports)
    : remote_(ports.transport, ports.clock, ports.entropy, ports.waiter),
      waiter_(ports.waiter),
      visit_(ports.entropy.id<api::VisitId>()) {}

Result<std::unique_ptr<Visitor>> Visitor::open(const VisitorPorts& ports, const LinkUrl& url,
                                               const std::optional<ByteView>& password) {
    const LinkKeys keys = TRY(link_keys(url.secret, url.id, password));
    auto visitor = std::unique_ptr<Visitor>(new Visitor(ports));
    TRY(visitor->enter(url, keys));
    return visitor;
}

Result<> Visitor::enter(const LinkUrl& url, const LinkKeys& keys) {
    Millis wait = kFirstWait;
    for (unsigned tried = 1;; ++tried) {
        const auto opened = remote_.open_link(url.id, keys.auth, visit_);
        if (opened) {
            record_ = TRY(open_link(keys, opened->org, url.id, opened->record));
            break;
        }
        const bool again = opened.error().kind() == Kind::retry && tried < kTries;
        if (!again || waiter_ == nullptr) return std::unexpected(opened.error());
        waiter_->wait(wait);
        wait *= 2;
    }
    nodes_ = std::make_unique<tree::Nodes>(record_.org, record_.space, *this);
    return {};
}

tree::Tree Visitor::tree() {
    return {*nodes_, record_.tree ? record_.tree->root.clone() : tree::Root{}};
}

Result<std::vector<std::optional<Bytes>>> Visitor::fetch(std::span<const ObjectId> ids) {
    std::vector<std::optional<Bytes>> found(ids.size());
    std::vector<ObjectId> wanted;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (const auto known = ahead_.find(ids[i]); known != ahead_.end()) {
            found[i] = std::move(known->second);
            ahead_.erase(known);
        } else {
            wanted.push_back(ids[i]);
            places.push_back(i);
        }
    }
    for (std::size_t done = 0; done < wanted.size();) {
        const auto rest = std::span(wanted).subspan(done);
        const auto now = rest.first(std::min(rest.size(), api::kMaxVisitObjects));
        for (Bytes& object : TRY(remote_.visit_objects(visit_, now))) {
            if (!object.empty()) found[places[done]] = std::move(object);
            ++done;
        }
    }
    return found;
}

Result<Bytes> Visitor::load(const ObjectId& id) {
    if (const auto known = ahead_.find(id); known != ahead_.end()) {
        Bytes object = std::move(known->second);
        ahead_.erase(known);
        return object;
    }
    auto objects = TRY(fetch({&id, 1}));
    if (objects.empty() || !objects[0]) return fail(errors::object_withheld);
    return std::move(*objects[0]);
}

void Visitor::prefetch(std::span<const ObjectId> ids) {
    if (ids.size() < 2) return;
    const auto now = ids.first(std::min(ids.size(), kMaxAhead));
    auto objects = fetch(now);
    if (!objects) return;  // load() will meet the error
    if (ahead_.size() + now.size() > kMaxAhead) ahead_.clear();
    for (std::size_t i = 0; i < objects->size(); ++i)
        if ((*objects)[i]) ahead_.insert_or_assign(now[i], std::move(*(*objects)[i]));
}

}  // namespace obhut::client
