// The durable adapter against the memory adapter: random batches, the same answers, the same state.
#include <iostream>
#include <random>

#include "server/storage/memory_store.h"
#include "server/storage/posix_files.h"
#include "server/storage/sqlite_store.h"
#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

constexpr std::uint64_t kObjects = 12;
constexpr int kSpaces = 3;
constexpr int kOwners = 2;

SpaceId space_of(int number) { return SpaceId{{static_cast<std::uint8_t>(number + 1)}}; }
Owner owner_of(int number) { return principal(made_up<UserId>(number)); }

// Story makes random batches that are right often enough; it is made twice with one seed, once for
// each store.
class Story {
public:
    explicit Story(std::uint64_t seed) : random_(seed) {}

    WriteBatch next(Store& store, Millis now) {
        WriteBatch batch;
        const int count = 1 + below(4);
        for (int i = 0; i < count; ++i) add(batch, store, now);
        return batch;
    }
    int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }

private:
    std::vector<std::uint64_t> numbers(int most) {
        std::vector<std::uint64_t> chosen;
        for (int i = below(most + 1); i > 0; --i) chosen.push_back(random_() % kObjects);
        return chosen;
    }

    void add(WriteBatch& batch, Store& store, Millis now) {
        const SpaceId space = space_of(below(kSpaces));
        const auto head = store.space(space);
        if (!head || below(40) == 0) {
            batch.add(CreateSpace{space, owner_of(below(kOwners))});
            batch.add(link(space, 0, now, LinkKind::genesis));
            return;
        }
        const Pin pin{made_up<DeviceId>(below(2)), now + below(20) * kDay};
        switch (below(10)) {
        case 0: batch.add(SetOwner{space, owner_of(below(kOwners))}); break;
        case 1:
            batch.add(SetMembers{space, {owner_of(below(kOwners)), owner_of(below(kOwners))}});
            break;
        case 2: renew(batch, space, pin); break;
        case 3:
        case 4: put(batch, space, pin); break;
        case 5: limit(batch, space); break;
        case 6: record(batch, now); break;
        default: change(batch, space, pin, head->head.sequence + 1, now);
        }
        if (below(150) == 0) batch.add(CloseSpace{space, now});
    }
    void renew(WriteBatch& batch, SpaceId space, Pin pin) {
        RenewPins operation{space, pin, {}};
        for (const std::uint64_t number : numbers(4))
            operation.objects.push_back(object_id(number));
        batch.add(std::move(operation));
    }
    void put(WriteBatch& batch, SpaceId space, Pin pin) {
        PutObjects operation = testing::put(space, numbers(5));
        operation.pin = pin;
        batch.add(std::move(operation));
    }
    void limit(WriteBatch& batch, SpaceId space) {
        const auto bytes = static_cast<std::uint64_t>(below(1500));
        switch (below(3)) {
        case 0: batch.add(LimitSpace{space, bytes}); break;
        case 1: batch.add(LimitOwner{owner_of(below(kOwners)), bytes}); break;
        default: batch.add(LimitUploads{made_up<DeviceId>(below(2)), bytes});
        }
    }
    void record(WriteBatch& batch, Millis now) {
        PutRecord operation{.area = Area::lease,
                            .key = Bytes(1 + below(3), 'k'),
                            .value = {},
                            .expires = {},
                            .expected = {},
                            .now = now};
        if (below(2) == 0) operation.expires = now + below(5) * kDay;
        if (below(2) == 0) operation.expected = below(10);
        batch.add(std::move(operation));
    }
    void change(WriteBatch& batch, SpaceId space, Pin pin, Sequence sequence, Millis now) {
        if (below(2) == 0) put(batch, space, pin);
        batch.add(link(space, sequence, now));
        // mostly one list: the more, the less likely are they all right
        const auto some = [&](int chance) {
            return below(chance) == 0 ? numbers(3) : std::vector<std::uint64_t>{};
        };
        batch.add(lists(space, sequence, some(2), some(3), some(2), some(3)));
    }

    std::mt19937_64 random_;
};

void compare_spaces(Store& a, Store& b) {
    for (int number = 0; number < kSpaces; ++number) {
        const SpaceId space = space_of(number);
        const auto left = a.space(space);
        const auto right = b.space(space);
        EXPECT_EQ(left.has_value(), right.has_value());
        if (!left || !right) continue;
        EXPECT_EQ(left->head.sequence, right->head.sequence);
        EXPECT(left->owner == right->owner && left->closed == right->closed);
        EXPECT(*a.space_usage(space) == *b.space_usage(space));
        std::vector<ObjectId> ids;
        for (std::uint64_t object = 0; object < kObjects; ++object)
            ids.push_back(object_id(object));
        EXPECT(*a.object_states(space, ids) == *b.object_states(space, ids));
        const auto loaded = load(b, space, ids, 1 << 20);
        REQUIRE_OK(loaded);
        for (std::uint64_t i = 0; i < kObjects; ++i)
            EXPECT((*loaded)[i].state == ObjectState::absent ||
                   (*loaded)[i].bytes == object(i).bytes);
        for (Sequence sequence = 0; sequence <= left->head.sequence; ++sequence)
            EXPECT_EQ(a.lists(space, sequence).has_value(), b.lists(space, sequence).has_value());
    }
}

void compare(Store& a, Store& b, Millis now) {
    compare_spaces(a, b);
    for (int number = 0; number < kOwners; ++number) {
        EXPECT(*a.owner_usage(owner_of(number)) == *b.owner_usage(owner_of(number)));
        EXPECT_EQ(*a.upload_usage(made_up<DeviceId>(number)),
                  *b.upload_usage(made_up<DeviceId>(number)));
        EXPECT_EQ(a.spaces_of({owner_of(number)})->size(), b.spaces_of({owner_of(number)})->size());
    }
    const auto left = a.records(Area::lease, {}, {}, 100, now);
    const auto right = b.records(Area::lease, {}, {}, 100, now);
    REQUIRE(left && right && left->size() == right->size());
    for (std::size_t i = 0; i < left->size(); ++i)
        EXPECT((*left)[i].key == (*right)[i].key && (*left)[i].version == (*right)[i].version);
}

std::unique_ptr<SqliteStore> open(const std::string& folder, FileSystem& files) {
    SqliteOptions options;
    options.directory = folder;
    options.readers = 1;
    options.limits.segment_bytes = 8000;  // many segments, so that they are compacted
    options.space_segment_bytes = 2000;
    auto store = SqliteStore::create(options, files);
    EXPECT_OK(store);
    return store ? std::move(*store) : nullptr;
}

// run_story fails the test at the first difference; the seed is printed then.
void run_story(std::uint64_t seed) {
    const int before = obhut::test::failures();
    const TemporaryFolder folder;
    PosixFiles files;
    MemoryStore memory;
    auto durable = open(folder.path() + "/data", files);
    Story left(seed);
    Story right(seed);
    Millis now = kStart;
    for (int step = 0; step < 250 && obhut::test::failures() == before; ++step) {
        // both stories look at the memory adapter, so that they tell the same
        WriteBatch same = right.next(memory, now);
        const Outcome expected = commit_now(memory, left.next(memory, now));
        const Outcome found = commit_now(*durable, std::move(same));
        EXPECT_EQ(expected.result.has_value(), found.result.has_value());
        if (!expected.result && !found.result)
            EXPECT_EQ(expected.result.error().code.number, found.result.error().code.number);
        EXPECT_EQ(expected.failed_operation, found.failed_operation);
        EXPECT(expected.missing == found.missing);
        now += kMinute * static_cast<Millis>(left.below(300));
        right.below(300);
        if (step % 10 == 9) {
            now += kHour;
            tend_all(memory, now);
            tend_all(*durable, now);
            compare(memory, *durable, now);
        }
        if (step % 90 == 89) {
            durable.reset();
            durable = open(folder.path() + "/data", files);
        }
    }
    if (obhut::test::failures() != before) std::cout << "      with the seed " << seed << "\n";
}

TEST(durable_store_behaves_like_the_memory_store) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) run_story(seed);
}

}  // namespace
}  // namespace obhut::storage::testing
