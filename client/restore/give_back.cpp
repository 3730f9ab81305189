#include "client/restore/give_back.h"

#include <utility>

#include "client/objects/batch.h"
#include "client/restore/seal_again.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

// An answer names 65,536 of the objects that are missing, and not again what was sent.
constexpr unsigned kMaxRounds = 64;

class Giver {
public:
    Giver(Session& session, const SpaceId& space) : session_(session), space_(space) {}
    // A ticket is collected exactly once.
    ~Giver() { (void)land(); }
    Giver(const Giver&) = delete;
    Giver& operator=(const Giver&) = delete;

    Result<> give(space::Sequence sequence) {
        auto kept = TRY(session_.kept.link_at(space_, sequence));
        if (!kept) return waits(sequence);
        const Result<> given = sequence == 0 ? begin(kept->body) : append(*kept);
        const Kind kind = given ? Kind::refused : given.error().kind();
        if (given || kind == Kind::retry || kind == Kind::corrupt) return given;
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

    Result<> append(const KeptLink& link) {
        auto request = TRY(decode<api::AppendLink>(link.body));
        request.again = true;
        const Bytes again = encode(request);
        for (unsigned round = 0; round < kMaxRounds; ++round) {
            const auto answer = TRY(session_.remote.append_link(space_, again));
            if (answer.outcome == Appending::Outcome::done) {
                session_.kept.found_again(space_, origins_of(link));
                return {};
            }
            if (answer.outcome != Appending::Outcome::missing) return fail(errors::restored_behind);
            TRY(upload(answer.missing, origins_of(link)));
        }
        return fail(errors::restored_behind);
    }

    const std::vector<Origin>& origins_of(const KeptLink& link) const {
        return link.commit && link.commit->origins ? *link.commit->origins : none_;
    }

    Result<> upload(const std::vector<ObjectId>& missing, const std::vector<Origin>& origins) {
        std::set<ObjectId> wanted(missing.begin(), missing.end());
        if (wanted.empty()) return fail(errors::answer_malformed);
        TRY(bring_lost(session_, space_, origins, wanted, false,
                       [this](const ObjectId& id, Bytes object) -> Result<> {
                           if (!batch_.fits(object.size())) TRY(send());
                           batch_.add(id, std::move(object));
                           return {};
                       }));
        TRY(send());
        TRY(land());
        return wanted.empty() ? Result<>() : fail(errors::restored_behind);
    }

    // send lets a batch go while the next one is made.
    Result<> send() {
        if (batch_.empty()) return {};
        TRY(land());
        body_ = batch_.body();
        batch_.clear();
        flight_ = TRY(session_.remote.start_upload(space_, body_));
        return {};
    }

    Result<> land() {
        if (!flight_) return {};
        TRY(session_.remote.finish_upload(*std::exchange(flight_, std::nullopt)));
        return {};
    }

    Session& session_;
    const SpaceId& space_;
    Batch batch_;
    Bytes body_;  // of the batch on its way
    std::optional<Ticket> flight_;
    const std::vector<Origin> none_;
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
        // It was done, and is again, unless somebody else has done it by now (Committer).
        kept->commit->once.reset();
        kept->commit->again = true;
        work.push_back(std::move(*kept->commit));
    }
    return work;
}

}  // namespace obhut::client
