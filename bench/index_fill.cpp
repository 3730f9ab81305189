#include "bench/index_fill.h"

#include <filesystem>
#include <fstream>
#include <random>

#include "bench/must.h"
#include "core/crypto/hash.h"
#include "server/storage/audit.h"
#include "server/storage/posix_files.h"
#include "server/storage/rows.h"
#include "server/storage/segments.h"
#include "server/storage/sqlite_store.h"

namespace obhut::storage {
namespace {

namespace fs = std::filesystem;

struct Size {
    std::uint64_t spaces;
    std::uint64_t objects;  // of each
};
constexpr Size kSizes[] = {{1, 1'000'000}, {10, 100'000}, {40, 10'000}, {100, 1'000}};
constexpr std::uint64_t kTownObjects = 2'500'000;
constexpr std::uint64_t kTownSpaces = 151;
constexpr std::uint64_t kSpacesAtOnce = 200;
constexpr std::uint64_t kSegmentBytes = 128U << 20;
constexpr std::uint32_t kMaxObject = 32U << 10;
constexpr Millis kStart = 20'000 * kDay;
constexpr const char* kBulk =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000";

std::uint64_t space_index(std::uint64_t number) {
    std::uint64_t index = number / kTownObjects * kTownSpaces;
    std::uint64_t rest = number % kTownObjects;
    for (const Size& size : kSizes) {
        if (rest < size.spaces * size.objects) return index + rest / size.objects;
        rest -= size.spaces * size.objects;
        index += size.spaces;
    }
    return index;
}

SpaceId space_at(std::uint64_t index) {
    SpaceId space;
    for (std::size_t i = 0; i < 8; ++i)
        space.bytes[i] = static_cast<std::uint8_t>((index + 1) >> (8 * i));
    return space;
}

void make_spaces(const std::string& directory, std::uint64_t spaces) {
    PosixFiles files;
    SqliteOptions options;
    options.directory = directory;
    const auto store = must(SqliteStore::create(options, files), "making the store");
    for (std::uint64_t from = 0; from < spaces; from += kSpacesAtOnce) {
        WriteBatch batch;
        for (std::uint64_t i = from; i < std::min(spaces, from + kSpacesAtOnce); ++i)
            add_space(batch, space_at(i));
        must(commit_now(*store, std::move(batch)).result, "making spaces");
    }
}

class Filling {
public:
    explicit Filling(const std::string& directory)
        : segments_(directory + "/segments"),
          database_(must(open_writer(directory + "/index.db", nullptr), "opening the index")) {
        must(database_.script(kBulk), "settings");
        Query last = must(database_.query("SELECT coalesce(max(number), 0) FROM segments"),
                          "reading segments");
        must(last.step(), "reading segments");
        segment_ = last.number(0) + 1;
    }

    void add(std::uint64_t from, std::uint64_t to) {
        must(database_.script("BEGIN"), "beginning");
        for (std::uint64_t number = from; number < to; ++number) {
            const std::uint64_t index = space_index(number);
            if (index != index_) change_space(index);
            add_object(number);
        }
        change_space(kNoSpace);
        end_segment();
        must(charge_device(database_, device_, static_cast<std::int64_t>(pinned_)), "charging");
        pinned_ = 0;
        must(database_.script("COMMIT"), "committing");
    }

private:
    static constexpr std::uint64_t kNoSpace = ~std::uint64_t{0};

    void add_object(std::uint64_t number) {
        ObjectRow row;
        row.life = life_of(number);
        const std::uint64_t size = record_size(row.life.length);
        if (offset_ + size > kSegmentBytes) end_segment();
        row.place = {segment_, offset_};
        must(store_object(database_, space_.number, id_of(number), {}, row), "storing a row");
        const Charge charge = charge_of(row.life);
        usage_.live += charge.live;
        usage_.trash += charge.trash;
        pinned_ += charge.pinned;
        offset_ += size;
    }

    ObjectLife life_of(std::uint64_t number) {
        ObjectLife life;
        const std::uint64_t draw = random_() % 100;
        life.stage = draw < 90   ? LifeStage::counted
                     : draw < 95 ? LifeStage::dying
                     : draw < 99 ? LifeStage::trash
                                 : LifeStage::pinned;
        life.kind = draw % 5 == 0 ? ObjectKind::node : ObjectKind::content;
        life.length = static_cast<std::uint32_t>(random_() % kMaxObject + 1);
        if (life.stage == LifeStage::counted) life.count = 1;
        if (life.stage == LifeStage::dying) life.ended = 1;
        if (life.stage == LifeStage::trash) life.ended = kStart + random_() % (30 * kDay);
        if (life.stage != LifeStage::pinned) return life;
        life.kind = ObjectKind::unclaimed;
        life.device = device_;
        life.ended = kStart + number / 4000;  // what one request brought has one end
        return life;
    }

    void change_space(std::uint64_t index) {
        if (index_ != kNoSpace) {
            const Usage before = space_.usage;
            space_.usage.live += usage_.live;
            space_.usage.trash += usage_.trash;
            must(update_space(database_, space_), "storing a space");
            must(charge_owner(database_, space_.info.owner, before, space_.usage), "charging");
        }
        usage_ = {};
        index_ = index;
        if (index != kNoSpace)
            space_ = must(find_space(database_, space_at(index)), "finding a space");
    }

    void end_segment() {
        if (offset_ == kSegmentHeaderSize) return;
        must(database_.run("INSERT INTO segments VALUES (?, ?, ?, ?, ?)", segment_,
                           static_cast<int>(SegmentKind::mixed),
                           static_cast<int>(SegmentState::sealed), offset_,
                           offset_ - kSegmentHeaderSize),
             "storing a segment");
        const std::string path = Segments::segment_path(segments_, segment_);
        std::ofstream(path).close();
        fs::resize_file(path, offset_);
        ++segment_;
        offset_ = kSegmentHeaderSize;
    }

    const std::string segments_;
    Database database_;
    std::mt19937_64 random_{1};
    DeviceId device_{{7}};
    std::uint64_t index_ = kNoSpace;
    SpaceRow space_;
    Usage usage_;
    std::uint64_t pinned_ = 0;
    std::uint64_t segment_ = 1;
    std::uint64_t offset_ = kSegmentHeaderSize;
};

}  // namespace

SpaceId space_of(std::uint64_t number) { return space_at(space_index(number)); }

ObjectId id_of(std::uint64_t number) {
    Bytes seed;
    append_be64(seed, number);
    return ObjectId::from(sha256(seed).view());
}

NewObject object(std::uint64_t number) {
    return {id_of(number), Bytes(kSmallObject, static_cast<std::uint8_t>(number)), nullptr};
}

void add_space(WriteBatch& batch, const SpaceId& space) {
    AppendLink genesis;
    genesis.space = space;
    genesis.kind = LinkKind::genesis;
    genesis.bytes = {1};
    batch.add(CreateSpace{space, {}}).add(std::move(genesis));
}

void fill(const std::string& directory, std::uint64_t rows) {
    make_spaces(directory, space_index(rows - 1) + 1);
    {
        Filling filling(directory);
        for (std::uint64_t from = 0; from < rows; from += kTownObjects) {
            filling.add(from, std::min(rows, from + kTownObjects));
            std::fprintf(stderr, "%llu rows\n",
                         static_cast<unsigned long long>(std::min(rows, from + kTownObjects)));
        }
    }
    if (rows > kAudited) return;
    PosixFiles files;
    SqliteOptions options;
    options.directory = directory;
    must(audit(options, files, AuditDepth::index), "counting every sum again");
}

}  // namespace obhut::storage
