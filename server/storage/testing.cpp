#include "server/storage/testing.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "core/crypto/hash.h"
#include "server/storage/failing_store.h"
#include "server/storage/memory_store.h"
#include "server/storage/posix_files.h"
#include "server/storage/sqlite_store.h"

namespace obhut::storage::testing {
namespace {

std::vector<ObjectId> ids_of(const std::vector<std::uint64_t>& numbers) {
    std::vector<ObjectId> ids;
    for (const std::uint64_t number : numbers) ids.push_back(object_id(number));
    return ids;
}

class MemoryFixture final : public Fixture {
public:
    Store& store() override { return store_; }
    void reopen() override {}

private:
    MemoryStore store_;
};

class FailingFixture final : public Fixture {
public:
    Store& store() override { return failing_; }
    void reopen() override {}

private:
    MemoryStore memory_;
    FailingStore failing_{memory_};
};

class SqliteFixture final : public Fixture {
public:
    SqliteFixture() { reopen(); }
    Store& store() override { return *store_; }
    void reopen() override {
        store_.reset();
        SqliteOptions options;
        options.directory = folder_.path() + "/data";
        options.readers = 2;
        auto opened = SqliteStore::create(options, files_);
        EXPECT_OK(opened);
        store_ = std::move(*opened);
    }

private:
    TemporaryFolder folder_;
    PosixFiles files_;
    std::unique_ptr<SqliteStore> store_;
};

struct Adapter {
    const char* name;
    std::unique_ptr<Fixture> (*make)();
};

template <class T>
std::unique_ptr<Fixture> make() {
    return std::make_unique<T>();
}

constexpr Adapter kAdapters[] = {{"memory", make<MemoryFixture>},
                                 {"failing", make<FailingFixture>},
                                 {"sqlite", make<SqliteFixture>}};

// In memory where there is such a place: the tests sync thousands of times.
std::filesystem::path quick_base() {
    std::error_code ignored;
    const bool in_memory = std::filesystem::is_directory("/dev/shm", ignored);
    return in_memory ? "/dev/shm" : std::filesystem::temp_directory_path();
}

}  // namespace

NewObject object(std::uint64_t number, std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] =
            static_cast<std::uint8_t>((number + i / 8) * 0x9E3779B97F4A7C15ULL >> (i % 8 * 8));
    const ObjectId id = ObjectId::from(sha256(bytes).view());
    return {id, std::move(bytes), nullptr};
}

ObjectId object_id(std::uint64_t number, std::size_t size) { return object(number, size).id; }

void create_space(WriteBatch& batch, SpaceId space, Owner owner) {
    batch.add(CreateSpace{space, owner});
    batch.add(link(space, 0, kStart, LinkKind::genesis));
}

AppendLink link(SpaceId space, Sequence sequence, Millis time, LinkKind kind) {
    return {.space = space,
            .sequence = sequence,
            .kind = kind,
            .hash = made_up<Hash>(sequence),
            .epoch = static_cast<Epoch>(kind == LinkKind::genesis ? 0 : 1),
            .time = time,
            .bytes = to_bytes("link " + std::to_string(sequence))};
}

PutObjects put(SpaceId space, const std::vector<std::uint64_t>& numbers, std::size_t size) {
    PutObjects operation{.space = space, .pin = kPin, .objects = {}};
    for (const std::uint64_t number : numbers) operation.objects.push_back(object(number, size));
    return operation;
}

ApplyLists lists(SpaceId space, Sequence sequence, const std::vector<std::uint64_t>& created,
                 const std::vector<std::uint64_t>& superseded,
                 const std::vector<std::uint64_t>& raised,
                 const std::vector<std::uint64_t>& lowered) {
    return {.space = space,
            .sequence = sequence,
            .lists = {ids_of(created), ids_of(superseded), ids_of(raised), ids_of(lowered)},
            .encoded = to_bytes("lists " + std::to_string(sequence))};
}

void make_space(Store& store, SpaceId space, Owner owner) {
    WriteBatch batch;
    create_space(batch, space, owner);
    EXPECT_OK(commit_now(store, std::move(batch)).result);
}

ObjectState state(Store& store, std::uint64_t number, SpaceId space) {
    const auto states = store.object_states(space, {object_id(number)});
    EXPECT_OK(states);
    return states ? states->front() : ObjectState::absent;
}

Result<std::vector<Loaded>> load(Store& store, SpaceId space, const std::vector<ObjectId>& ids,
                                 std::size_t max_bytes) {
    const LoadedObjects together = TRY(store.load_objects(space, ids, max_bytes, 0));
    std::vector<Loaded> apart;
    for (std::size_t i = 0; i < together.items.size(); ++i)
        apart.push_back({together.items[i].state, to_bytes(together[i])});
    return apart;
}

TendReport tend_all(Store& store, Millis now) {
    TendReport sum;
    for (;;) {
        const auto report = store.tend(now);
        if (!EXPECT_OK(report)) return sum;
        sum.expired_records += report->expired_records;
        sum.expired_pins += report->expired_pins;
        sum.trashed += report->trashed;
        sum.scrubbed += report->scrubbed;
        sum.bytes_freed += report->bytes_freed;
        if (!report->more) return sum;
    }
}

TemporaryFolder::TemporaryFolder() : obhut::test::TemporaryFolder(quick_base()) {}

void on_every_adapter(void (*test)(Fixture&)) {
    for (const Adapter& adapter : kAdapters) {
        const int before = obhut::test::failures();
        const std::unique_ptr<Fixture> fixture = adapter.make();
        test(*fixture);
        if (obhut::test::failures() != before)
            std::cout << "      on the adapter: " << adapter.name << "\n";
    }
}

}  // namespace obhut::storage::testing
