// Transfer: the objects of letters on their way to an inbox, or out of it.
//
// Uploads are batches like those of a space; the ids that were taken are kept, since a drop names
// them to the server. One thread.
#pragma once

#include <functional>

#include "client/objects/batch.h"
#include "core/content/ports.h"

namespace obhut::client {

class Transfer final : public content::ContentSink, public content::ContentSource {
public:
    using Send = std::function<Result<>(const Bytes& body)>;
    using Fetch = std::function<Result<std::vector<Bytes>>(std::span<const ObjectId> ids)>;

    // `send` sends a whole batch; `fetch` gives objects in order, absent ones empty, maybe fewer
    // than asked.
    Transfer(Send send, Fetch fetch) : send_(std::move(send)), fetch_(std::move(fetch)) {}

    Result<> put(const ObjectId& id, Bytes object) override;
    Result<> flush();
    Result<std::vector<std::optional<Bytes>>> fetch(std::span<const ObjectId> ids) override;

    const std::vector<ObjectId>& taken() const { return taken_; }

private:
    Send send_;
    Fetch fetch_;
    Batch building_;
    std::vector<ObjectId> taken_;
};

}  // namespace obhut::client
