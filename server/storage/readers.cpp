#include "server/storage/readers.h"

namespace obhut::storage {

Result<std::unique_ptr<Readers>> Readers::create(const std::string& path, const char* vfs,
                                                 std::size_t count) {
    std::unique_ptr<Readers> readers(new Readers);
    for (std::size_t i = 0; i < count; ++i) {
        readers->all_.push_back(std::make_unique<Database>(TRY(open_reader(path, vfs))));
        readers->free_.push_back(readers->all_.back().get());
    }
    return readers;
}

Result<Readers::Reader> Readers::borrow() {
    Database* database = nullptr;
    {
        std::unique_lock lock(mutex_);
        returned_.wait(lock, [this] { return !free_.empty(); });
        database = free_.back();
        free_.pop_back();
    }
    Reader reader(*this, *database);
    TRY(database->run("BEGIN"));
    return reader;
}

Readers::Reader::~Reader() {
    if (readers_ == nullptr) return;
    // a read transaction has nothing to lose; an error leaves none
    if (database_->in_transaction()) [[maybe_unused]]
        const Result<> ignored = database_->run("COMMIT");
    {
        const std::scoped_lock lock(readers_->mutex_);
        readers_->free_.push_back(database_);
    }
    readers_->returned_.notify_one();
}

}  // namespace obhut::storage
