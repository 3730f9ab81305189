// Names of people and groups: they stand in the address book, which administrators write.
//
//     own home u/… g/… ─▶ letter with a NameWish to every administrator ─▶ address book u/… g/…
//        kept until it stands there          written by their devices, as a duty
//
// Who is no administrator asks them by a signed letter. Their devices believe nobody but the person
// himself, and of a group those who manage it; the later wish counts, whatever the server shows
// when, or again. A name that somebody else bears is left to an administrator to write by hand.
// Source: docs/protocol/drops.md §5.
#pragma once

#include "client/session.h"
#include "client/spaces/shelf.h"

namespace obhut::client {

// Wished is a name of this user's wishing that does not stand in the address book yet.
struct Wished {
    PrincipalId about;
    std::string name;
    Millis time = 0;
    bool sent = false;  // it is for administrators to write; false: only his own name for it
};

// give_name writes a name into the address book; who is no administrator asks for it, if it is his
// own or of a group that he manages, and else calls a group so for himself. Errors: name_malformed,
// name_in_use, not_administrator (another person's name).
Result<> give_name(Session& session, Shelf& shelf, const PrincipalId& about,
                   const std::string& name);
// check_group_name says whether this user may give a new group that name; an administrator any.
// Errors: name_malformed, name_in_use.
Result<> check_group_name(Session& session, Shelf& shelf, const std::string& name);
// wished_names reads this user's home.
Result<std::vector<Wished>> wished_names(Session& session, Shelf& shelf);

// send_names sends what this user wishes to administrators who do not have it yet, and forgets what
// stands in the address book, or was overtaken there. take_names, of an administrator, writes what
// others wish. Both give how many.
Result<std::size_t> send_names(Session& session, Shelf& shelf);
Result<std::size_t> take_names(Session& session, Shelf& shelf);
// keep_writers sees to it that the administrators, and no other people, manage the address book: a
// duty of those who do. How many it took in or out.
Result<std::size_t> keep_writers(Session& session, Shelf& shelf);

}  // namespace obhut::client
