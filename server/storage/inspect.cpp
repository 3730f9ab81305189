#include "server/storage/inspect.h"

#include "server/storage/schema.h"

namespace obhut::storage {

Result<Inspection> inspect(const SqliteOptions& options) {
    Database database = TRY(open_reader(options.directory + "/index.db", options.vfs));
    TRY(database.script("BEGIN"));
    Inspection found;
    {
        Query row = TRY(database.query("SELECT incarnation FROM server"));
        if (TRY(row.step())) found.incarnation = row.number(0);
    }
    Query row =
        TRY(database.query("SELECT owner, count(*), sum(live), sum(trash) FROM spaces "
                           "GROUP BY owner ORDER BY sum(live) + sum(trash) DESC, owner"));
    while (TRY(row.step())) {
        OwnedBytes charge;
        const auto owner = TRY(row.fixed<PrincipalId>(0));
        if (owner != PrincipalId{}) charge.user = user_of(owner);
        charge.spaces = row.number(1);
        charge.usage = {row.number(2), row.number(3)};
        found.charges.push_back(charge);
    }
    return found;
}

}  // namespace obhut::storage
