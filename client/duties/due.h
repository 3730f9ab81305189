// When a device looks for its duties: at most once an hour, unless something has changed that some
// may come of. Commands that take a tenth of a second do not ask for the same things each time.
//
// Changes are: the directory's; a roster, role or trouble of a space, as it was listed last;
// whether letters wait; what this device has not sent; and entries of before a snapshot that are to
// be verified. What changes with time alone is found within the hour. A run that did something or
// failed is followed by another.
#pragma once

#include "client/engine_types.h"
#include "client/spaces/shelf.h"

namespace obhut::client {

inline constexpr Millis kDutiesEvery = kHour;

// duties_due asks nobody. Errors: those of the store.
Result<bool> duties_due(Session& session, Shelf& shelf);
// note_duties remembers a run that left nothing to do; forget_duties makes them due.
Result<> note_duties(Session& session, Shelf& shelf);
Result<> forget_duties(Session& session);

}  // namespace obhut::client
