// People and entries of the directory as an engine works with them.
#pragma once

#include "client/engine_types.h"
#include "client/session.h"

namespace obhut::client {

// append_entry signs one entry by this device and sends it with its material, again while others
// were first; afterwards it is verified to stand in the log. append_signed signs by another key
// (the kit).
Result<> append_entry(Session& session, directory::Body::Any body, api::Append material = {});
Result<> append_signed(Session& session, directory::Body::Any body, const SigningKey& key,
                       api::Append material = {});
// append_built sends what `build` makes on the newest state, again while others were first; nothing
// if there is nothing to send (any more).
using BuildEntries = std::function<Result<api::Append>()>;
Result<> append_built(Session& session, const BuildEntries& build);

// Addresses of people, each compared with its salted hash in the directory.
struct Address {
    UserId user;
    std::string email;
};
Result<std::vector<Address>> addresses(Session& session);
// email_of is one person's; empty if it is withheld or erased.
Result<std::string> email_of(Session& session, const UserId& user);

// people without names: those come from the address book.
Result<std::vector<Person>> list_people(Session& session);

// find_person takes a name, an address or an id in hex. Errors: person_unknown, person_ambiguous.
Result<Person> find_person(const std::vector<Person>& people, std::string_view who);

Result<Invitation> make_invitation(Session& session, const InviteRequest& request);

Result<std::vector<DeviceView>> list_devices(Session& session, const UserId& user);

}  // namespace obhut::client
