// A few connections that read, each used by one thread at a time. Threads: any; who finds none free
// waits.
#pragma once

#include <condition_variable>
#include <mutex>

#include "server/storage/schema.h"

namespace obhut::storage {

class Readers {
public:
    // create opens `count` connections. Errors: those of open_reader.
    static Result<std::unique_ptr<Readers>> create(const std::string& path, const char* vfs,
                                                   std::size_t count);

    // Reader is a connection on loan, in a read transaction: everything it sees is one state of the
    // store.
    class Reader {
    public:
        Reader(Reader&& other) noexcept
            : readers_(std::exchange(other.readers_, nullptr)), database_(other.database_) {}
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;
        Reader& operator=(Reader&&) = delete;
        ~Reader();
        Database& operator*() { return *database_; }

    private:
        friend class Readers;
        Reader(Readers& readers, Database& database) : readers_(&readers), database_(&database) {}
        Readers* readers_;
        Database* database_;
    };

    Result<Reader> borrow();

private:
    Readers() = default;

    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Database>> all_;
    std::vector<Database*> free_;
};

}  // namespace obhut::storage
