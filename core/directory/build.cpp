#include "core/directory/build.h"

#include <algorithm>

#include "core/directory/merkle.h"

namespace obhut::directory {

Bytes sign_entry(const OrgId& org, const Entry& entry,
                 std::initializer_list<const SigningKey*> keys) {
    CHECK(keys.size() >= 1 && keys.size() <= kMaxSignatures);
    SignedEntry result;
    result.payload = encode(entry);
    for (const SigningKey* key : keys)
        result.signatures.push_back(
            {key_id(key->public_key()), sign(*key, labels::sign_entry, org, result.payload)});
    return encode(result);
}

Draft::Draft(const State& state, Millis now, std::optional<Bytes> note)
    : state_(state),
      org_(state.org()),
      time_(std::max(now, state.last_time())),
      note_(std::move(note)) {}

Hash Draft::add(Body::Any body, std::initializer_list<const SigningKey*> keys) {
    Entry entry;
    entry.body.any = std::move(body);
    entry.time = time_;
    entry.note = note_;
    if (const auto* statement = std::get_if<RootStatement>(&entry.body.any);
        statement != nullptr && org_.is_zero())
        org_ = organisation_id(*statement);
    CHECK(!org_.is_zero());
    const Subject subject = entry.subject();
    const auto drafted = newest_.find(subject);
    entry.previous = drafted != newest_.end() ? drafted->second : state_.newest_about(subject);
    entries_.push_back(sign_entry(org_, entry, keys));
    return newest_[subject] = leaf_hash(entries_.back());
}

}  // namespace obhut::directory
