// SqliteStore: a profile's LocalStore in one SQLite database, which several programs open at once.
//
// WAL mode. Durability::full syncs the log at commit (synchronous=FULL), relaxed leaves that to the
// next full commit or checkpoint (NORMAL): both keep the order. The file is made with mode 0600.
// Contract: client/ports/local_store.h.
#pragma once

#include <memory>
#include <string>

#include "client/ports/local_store.h"

namespace obhut::platform {

class SqliteStore final : public client::LocalStore {
public:
    // open opens or makes the database `path`; its folder must exist. Waits up to `wait_ms` for
    // other writers. Errors: store_failed, store_damaged (not a database, or one of another
    // program), profile_newer, store_full.
    static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, int wait_ms = 30'000);
    ~SqliteStore() override;

    Result<std::unique_ptr<client::StoreReader>> read() override;
    Result<std::unique_ptr<client::StoreWriter>> write(client::Durability durability) override;

    struct Parts;

private:
    explicit SqliteStore(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace obhut::platform
