// Helpers of the storage tests: made-up ids and contents, temporary folders, and every adapter
// behind one fixture.
//
//     CONFORMS(head_moves_once) { Store& store = fixture.store(); … }     runs on memory, failing,
//     SQLite + files
//
// Threads: tests.
#pragma once

#include "server/storage/store.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test.h"

namespace obhut::storage::testing {

// made_up gives ids that are the same in every run and differ for each number.
template <class Fixed>
Fixed made_up(std::uint64_t number) {
    Fixed id;
    for (std::size_t i = 0; i < Fixed::kSize; ++i)
        id.bytes[i] = static_cast<std::uint8_t>((number + 1) * (0x9E3779B97F4A7C15ULL + 2 * i) >>
                                                (i % 7 * 8));
    return id;
}

// object makes an object of `size` bytes with its right id.
NewObject object(std::uint64_t number, std::size_t size = 100);
ObjectId object_id(std::uint64_t number, std::size_t size = 100);

inline constexpr Millis kStart = 20000 * kDay + 6 * kHour;  // a moment like any other
inline constexpr SpaceId kSpace{{1, 2, 3}};
inline constexpr DeviceId kDevice{{4, 5, 6}};
inline constexpr Pin kPin{kDevice, kStart + 7 * kDay};

// create_space adds a space with its genesis to a batch.
void create_space(WriteBatch& batch, SpaceId space, Owner owner = {});
AppendLink link(SpaceId space, Sequence sequence, Millis time = kStart,
                LinkKind kind = LinkKind::commit);
// put adds objects with these numbers.
PutObjects put(SpaceId space, const std::vector<std::uint64_t>& numbers, std::size_t size = 100);
ApplyLists lists(SpaceId space, Sequence sequence, const std::vector<std::uint64_t>& created,
                 const std::vector<std::uint64_t>& superseded = {},
                 const std::vector<std::uint64_t>& raised = {},
                 const std::vector<std::uint64_t>& lowered = {});

// commit commits one batch of these operations.
template <class... Operations>
Outcome commit(Store& store, Operations... operations) {
    WriteBatch batch;
    (batch.add(std::move(operations)), ...);
    return commit_now(store, std::move(batch));
}

// make_space makes kSpace.
void make_space(Store& store, SpaceId space = kSpace, Owner owner = {});
ObjectState state(Store& store, std::uint64_t number, SpaceId space = kSpace);
// load is load_objects with each object by itself.
struct Loaded {
    ObjectState state = ObjectState::absent;
    Bytes bytes;
};
Result<std::vector<Loaded>> load(Store& store, SpaceId space, const std::vector<ObjectId>& ids,
                                 std::size_t max_bytes);
// tend_all calls tend until there is nothing more.
TendReport tend_all(Store& store, Millis now);

// TemporaryFolder is removed with everything in it.
class TemporaryFolder : public obhut::test::TemporaryFolder {
public:
    TemporaryFolder();
};

class Fixture {
public:
    virtual ~Fixture() = default;
    virtual Store& store() = 0;
    // reopen closes and opens the store, if it can.
    virtual void reopen() = 0;
};

// on_every_adapter runs a test with a fresh store of each adapter, and names the adapter if it
// fails.
void on_every_adapter(void (*test)(Fixture&));

}  // namespace obhut::storage::testing

#define CONFORMS(name)                                                           \
    static void conforms_##name(::obhut::storage::testing::Fixture& fixture);    \
    TEST(name) { ::obhut::storage::testing::on_every_adapter(conforms_##name); } \
    static void conforms_##name([[maybe_unused]] ::obhut::storage::testing::Fixture& fixture)
