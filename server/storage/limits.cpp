#include "server/storage/limits.h"

namespace obhut::storage {
namespace {

constexpr std::size_t kOverhead = 64;  // of an operation or a part of one
constexpr std::size_t kMaxTileBytes = 256 * Hash::kSize;

// Measure adds up the bytes of an operation; nothing if it is over a limit.
struct Measure {
    std::optional<std::size_t> operator()(const AppendLog& op) const { return all(op.leaves); }
    std::optional<std::size_t> operator()(const PutTile& op) const {
        const std::size_t size = op.hashes.size();
        if (size == 0 || size > kMaxTileBytes || size % Hash::kSize != 0) return {};
        return size;
    }
    std::optional<std::size_t> operator()(const PutNote& op) const { return op.note.size(); }
    std::optional<std::size_t> operator()(const PutKemKey&) const { return kKemPublicSize; }
    std::optional<std::size_t> operator()(const PutGeneration& op) const {
        std::size_t size = op.generation.key_link ? op.generation.key_link->size() : 0;
        for (const GenerationBox& box : op.generation.boxes) size += kOverhead + box.box.size();
        return size;
    }
    std::optional<std::size_t> operator()(const PutKit& op) const {
        return op.kit.password_blob.size() + op.kit.recovery_blob.size();
    }
    std::optional<std::size_t> operator()(const PutOpening& op) const {
        return op.opening.email.size() + op.opening.salt.size();
    }
    std::optional<std::size_t> operator()(const PutRecord& op) const {
        if (op.value.size() > kMaxValueBytes) return {};
        return key(op.key, op.value.size());
    }
    std::optional<std::size_t> operator()(const RemoveRecord& op) const { return key(op.key, 0); }
    std::optional<std::size_t> operator()(const AppendLink& op) const { return op.bytes.size(); }
    std::optional<std::size_t> operator()(const SetMembers& op) const {
        return op.members.size() * sizeof(PrincipalId);
    }
    std::optional<std::size_t> operator()(const PutEpoch& op) const {
        std::size_t size = op.material.history_link ? op.material.history_link->size() : 0;
        for (const EpochBox& box : op.material.boxes)
            size += kOverhead + box.box.size() + box.proof.size() * Hash::kSize;
        return size;
    }
    std::optional<std::size_t> operator()(const PutObjects& op) const {
        std::size_t size = 0;
        for (const NewObject& object : op.objects) {
            if (object.bytes.size() > kMaxObjectBytes) return {};
            size += kOverhead + object.bytes.size();
        }
        return size;
    }
    std::optional<std::size_t> operator()(const RenewPins& op) const {
        return op.objects.size() * sizeof(ObjectId);
    }
    std::optional<std::size_t> operator()(const ReleasePins& op) const {
        return op.objects.size() * sizeof(ObjectId);
    }
    std::optional<std::size_t> operator()(const ApplyLists& op) const {
        const Lists& lists = op.lists;
        return op.encoded.size() +
               sizeof(ObjectId) * (lists.created.size() + lists.superseded.size() +
                                   lists.raised.size() + lists.lowered.size());
    }
    // Everything else is small and has no limit to pass.
    std::optional<std::size_t> operator()(const auto&) const { return 0; }

    static std::optional<std::size_t> key(const Bytes& key, std::size_t more) {
        if (key.empty() || key.size() > kMaxKeyBytes) return {};
        return key.size() + more;
    }
    static std::size_t all(const std::vector<Bytes>& parts) {
        std::size_t size = 0;
        for (const Bytes& part : parts) size += kOverhead + part.size();
        return size;
    }
};

// begins_chain tells whether a later operation appends the first link of the space made at `made`.
bool begins_chain(const WriteBatch& batch, std::size_t made) {
    const SpaceId space = std::get<CreateSpace>(batch.operations()[made]).space;
    for (std::size_t i = made + 1; i < batch.operations().size(); ++i) {
        const auto* link = std::get_if<AppendLink>(&batch.operations()[i]);
        if (link != nullptr && link->space == space) return true;
    }
    return false;
}

}  // namespace

Result<std::size_t> check_batch(const WriteBatch& batch) {
    std::size_t total = 0;
    for (std::size_t i = 0; i < batch.operations().size(); ++i) {
        const Operation& operation = batch.operations()[i];
        const auto size = std::visit(Measure{}, operation);
        const bool lone = std::holds_alternative<CreateSpace>(operation) && !begins_chain(batch, i);
        if (!size || lone) return fail(errors::over_store_limit, static_cast<std::int32_t>(i));
        total += kOverhead + *size;
        if (total > kMaxBatchBytes)
            return fail(errors::over_store_limit, static_cast<std::int32_t>(i));
    }
    return total;
}

Outcome refused(Error error, std::size_t operation) {
    return Outcome{.result = std::unexpected(error), .failed_operation = operation, .missing = {}};
}

}  // namespace obhut::storage
