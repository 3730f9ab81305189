#include "client/restore/give_back.h"

#include "client/objects/batch.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

class Giver {
public:
    Giver(Session& session, const SpaceId& space) : session_(session), space_(space) {}

    Result<> give(space::Sequence sequence) {
        auto kept = TRY(session_.kept.link_at(space_, sequence));
        if (!kept) return waits(sequence);
        const Result<> given = sequence == 0 ? begin(kept->body) : append(kept->body);
        if (given || given.error().kind() == Kind::retry) return given;
        return waits(sequence);
    }

private:
    static Result<> waits(space::Sequence sequence) {
        return fail(errors::restored_behind, static_cast<std::uint32_t>(sequence));
    }

    Result<> begin(const Bytes& body) {
        auto request = TRY(decode<api::NewSpace>(body));
        request.again = true;
        TRY(session_.remote.create_space(request));
        return {};
    }

    Result<> append(const Bytes& body) {
        auto request = TRY(decode<api::AppendLink>(body));
        request.again = true;
        const Bytes again = encode(request);
        auto answer = TRY(session_.remote.append_link(space_, again));
        if (answer.outcome == Appending::Outcome::missing) {
            TRY(upload(answer.missing));
            answer = TRY(session_.remote.append_link(space_, again));
        }
        if (answer.outcome == Appending::Outcome::done) return {};
        return fail(errors::restored_behind);
    }

    Result<> upload(const std::vector<ObjectId>& missing) {
        Batch batch;
        for (const ObjectId& id : missing) {
            auto object = TRY(session_.kept.object(space_, id));
            if (!object) return fail(errors::restored_behind);
            if (!batch.fits(object->size())) TRY(send(batch));
            batch.add(id, std::move(*object));
        }
        return send(batch);
    }

    Result<> send(Batch& batch) {
        if (batch.empty()) return {};
        const auto ticket = TRY(session_.remote.start_upload(space_, batch.body()));
        batch.clear();
        TRY(session_.remote.finish_upload(ticket));
        return {};
    }

    Session& session_;
    const SpaceId& space_;
};

}  // namespace

Result<> give_back(Session& session, const SpaceId& space, space::Sequence from,
                   space::Sequence to) {
    Giver giver(session, space);
    for (space::Sequence at = from; at <= to; ++at) {
        TRY(giver.give(at));
        if (at > 0) continue;
        // The space came with its first roster entry, and a commit if it had one.
        at = TRY(session.remote.links(space, 1)).head.sequence;
    }
    return {};
}

Result<std::vector<JournalCommit>> lost_work(Session& session, const SpaceId& space,
                                             space::Sequence restored) {
    std::vector<JournalCommit> work;
    for (const space::Sequence at : TRY(session.kept.links_after(space, restored))) {
        auto kept = TRY(session.kept.link_at(space, at));
        if (!kept || !kept->commit || !kept->commit->changes) continue;
        kept->commit->body = std::move(kept->body);
        work.push_back(std::move(*kept->commit));
    }
    return work;
}

}  // namespace obhut::client
