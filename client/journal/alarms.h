// Alarms: what no honest server does, kept with its evidence until a person dismisses it.
#pragma once

#include "client/engine_types.h"
#include "client/ports/local_store.h"

namespace obhut::client {

class Alarms {
public:
    static constexpr std::size_t kMax = 1000;  // kept; what comes later is the same trouble

    // Both outlive this.
    Alarms(LocalStore& store, Clock& clock) : store_(store), clock_(clock) {}

    // raise keeps an alarm, once as long as the same one is there.
    void raise(Error error, const std::optional<SpaceId>& space, ByteView evidence = {},
               ByteView other = {});
    Result<std::size_t> count();
    Result<std::vector<Alarm>> list();
    Result<> dismiss(std::uint64_t number);

private:
    Result<> keep(Error error, const std::optional<SpaceId>& space, ByteView evidence,
                  ByteView other);

    LocalStore& store_;
    Clock& clock_;
};

}  // namespace obhut::client
