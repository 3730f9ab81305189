// Making entries: fills in what follows from the state and from each other, and signs.
//
//     Draft draft(state, clock.now(), newest_note);
//     draft.add(DeviceRevoked{...}, {&device_key});
//     draft.add(UserKeyRotated{...}, {&device_key});     // names the entry before as its
//     predecessor send(draft.take());
//
// Nothing is judged here: State::apply_all on a clone does that before sending. Threads: a value.
#pragma once

#include "core/directory/state.h"

namespace obhut::directory {

// sign_entry encodes and signs; the leaf. Keys in the order that the kind demands (directory.md
// §4): invitation and device for *user enrolled*; own device, then administrator for *kit
// replaced*; one else.
Bytes sign_entry(const OrgId& org, const Entry& entry,
                 std::initializer_list<const SigningKey*> keys);

class Draft {
public:
    // Draft continues after `state`, which must outlive it. `note` is the newest signed checkpoint
    // the signer has seen; absent only before there is one.
    Draft(const State& state, Millis now, std::optional<Bytes> note = std::nullopt);

    // add signs one more entry. The time is `now`, or that of the last valid entry if that is
    // later. The first entry of an organisation must be its root statement. The leaf hash of what
    // was added.
    Hash add(Body::Any body, std::initializer_list<const SigningKey*> keys);

    const OrgId& org() const { return org_; }
    const std::vector<Bytes>& entries() const { return entries_; }
    std::vector<Bytes> take() { return std::move(entries_); }

private:
    const State& state_;
    OrgId org_;
    Millis time_;
    std::optional<Bytes> note_;
    std::map<Subject, Hash> newest_;
    std::vector<Bytes> entries_;
};

}  // namespace obhut::directory
