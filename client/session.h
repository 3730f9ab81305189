// Session: the parts of one engine, for the folders of client/ that work together on them.
//
//     Remote ← Directory ← Rings, KemKeys ← spaces
//
// Everything in it lives as long as the engine; one thread.
#pragma once

#include <functional>

#include "client/directory/directory.h"
#include "client/directory/kem_keys.h"
#include "client/directory/rings.h"
#include "client/journal/alarms.h"
#include "client/journal/journal.h"
#include "client/ports/waiter.h"
#include "client/profile/profile.h"
#include "client/remote/remote.h"
#include "client/restore/kept.h"
#include "core/base/executor.h"
#include "core/directory/build.h"
#include "core/space/build.h"

namespace obhut::client {

struct Ports;
class OriginFiles;
class LinkRenewal;

class Session {
public:
    Session(const Ports& ports, Profile profile);

    Transport& transport;
    LocalStore& store;
    Clock& clock;
    Entropy& entropy;
    Executor& executor;
    Keyring* keyring;
    Waiter* waiter;
    OriginFiles* origins;

    Profile profile;
    Remote remote;
    Alarms alarms;
    Kept kept;
    Directory directory;
    KemKeys kem_keys;
    Rings rings;
    Journal journal;
    // An administrator's device makes a snapshot once there are so many new entries: a newcomer
    // verifies that many at most, a second's work.
    directory::Position snapshot_every = 5'000;
    LinkRenewal* link_renewal = nullptr;  // asked at every commit; null: no app renews links
    // Takes anew what this user's other devices have seen of spaces (read_heads).
    std::function<Result<>()> read_heads;

    const OrgId& org() const { return profile.record().org; }
    const UserId& user() const { return profile.record().user; }
    const DeviceId& device() const { return profile.record().device; }
    const DeviceSecrets& secrets() const { return profile.secrets().device; }

    // author is this device as it signs links now. Valid until the directory moves on.
    space::Author author();
    // draft begins entries for the log that follow what is known.
    directory::Draft draft();
    // started is called when the profile is unlocked: requests are signed from here on.
    void started();
    // ready demands an active, unlocked profile. Errors: no_profile, profile_unfinished,
    // profile_locked.
    Result<> ready() const;
    // pause waits for about `time`, between a half and one and a half, so that many who wait do not
    // come back together.
    void pause(Millis time);
    // self is this user in the directory. Errors: answer_malformed when the log lost it.
    Result<const directory::UserRecord*> self() const;
    bool is_administrator() const;
    // counts tells whether this device is active, and its user, as far as the directory is known.
    bool counts() const;
};

}  // namespace obhut::client
