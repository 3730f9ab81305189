// The durable adapter on simulated files: crashes at every operation, full disks, failing syncs.
//
// One story of writes, restarts and upkeep is told again and again; each time the machine stops one
// operation later. The store is then opened on what a crash may leave, must hold everything
// acknowledged, and the story goes on to its end.
#include <cstdlib>
#include <iostream>

#include "server/storage/audit.h"
#include "server/storage/memory_store.h"
#include "server/storage/simulated_files.h"
#include "server/storage/simulated_vfs.h"
#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

constexpr const char* kVfsName = "obhut-simulated";
const SpaceId kOther{{9, 9}};

SqliteOptions tiny() {
    SqliteOptions options;
    options.directory = "/data";
    options.vfs = kVfsName;
    options.readers = 1;
    options.limits.segment_bytes = 1500;  // a new segment every few steps, and compaction
    options.limits.checkpoint_frames = 30;
    options.space_segment_bytes = 600;
    return options;
}

// Machine is a disk with a store on it.
struct Machine {
    explicit Machine(std::uint64_t seed) : files(seed) {}

    Result<> open() {
        auto opened = SqliteStore::create(tiny(), files);
        if (!opened) return std::unexpected(opened.error());
        store = std::move(*opened);
        return {};
    }

    SimulatedFiles files;
    SimulatedVfs vfs{files, kVfsName};
    std::unique_ptr<SqliteStore> store;
};

// digest is all that reading shows of a store, as text.
std::string digest(Store& store) {
    std::ostringstream out;
    out << "log " << store.log_size().value_or(99) << " note " << store.note().value_or("-")
        << "\n";
    for (const Record& record :
         store.records(Area::lease, {}, {}, 100, kStart).value_or(std::vector<Record>{}))
        out << to_hex(record.key) << "=" << to_hex(record.value) << "@" << record.version << "\n";
    for (const SpaceId& space : {kSpace, kOther}) {
        const auto head = store.space(space);
        if (!head) continue;
        out << "space " << head->head.sequence << " " << head->head.hash.hex() << "\n";
        const auto links = store.links(space, 0, 1 << 20, LinkFilter::all);
        for (const StoredLink& link : *links) out << to_hex(link.bytes) << " ";
        for (Sequence sequence = 0; sequence <= head->head.sequence; ++sequence)
            out << store.lists(space, sequence).has_value();
        const Usage usage = *store.space_usage(space);
        out << "\nusage " << usage.live << " " << usage.trash << "\n";
        std::vector<ObjectId> ids;
        for (std::uint64_t number = 0; number < 70; ++number) ids.push_back(object_id(number));
        const auto objects = load(store, space, ids, 1 << 20);
        if (!objects) return "objects cannot be read";
        for (std::uint64_t number = 0; number < ids.size(); ++number) {
            const Loaded& loaded = (*objects)[number];
            out << static_cast<int>(loaded.state);
            if (loaded.state != ObjectState::absent && loaded.bytes != object(number).bytes)
                out << "DAMAGED";
        }
        out << "\n";
    }
    out << "uploads " << store.upload_usage(kDevice).value_or(0) << "\n";
    return out.str();
}

// One step of the story: a batch, or upkeep at a time.
struct Step {
    std::function<void(WriteBatch&)> batch;
    Millis tend = 0;
    bool restart = false;
    std::uint64_t staged = 0;  // number of an object that is staged first and put with the batch
};

// change is a commit with a node that replaces the one before, and content that stays.
void change(WriteBatch& batch, SpaceId space, Sequence sequence, Millis time) {
    const std::uint64_t node = 2 * sequence + (space == kOther ? 1 : 0);
    const std::uint64_t content = 40 + node;
    batch.add(put(space, {node, content}));
    batch.add(link(space, sequence, time));
    batch.add(sequence == 1 ? lists(space, 1, {node}, {}, {content})
                            : lists(space, sequence, {node}, {node - 2}, {content}));
}

std::vector<Step> story() {
    std::vector<Step> steps;
    const auto batch = [&](auto fill) { steps.push_back({.batch = fill}); };
    batch([](WriteBatch& b) {
        create_space(b, kSpace);
        b.add(AppendLog{0, {to_bytes("a")}}).add(PutNote{"one"});
    });
    batch([](WriteBatch& b) { create_space(b, kOther); });
    for (Sequence sequence = 1; sequence <= 6; ++sequence) {
        batch([=](WriteBatch& b) { change(b, kSpace, sequence, kStart + sequence * kHour); });
        batch([=](WriteBatch& b) { change(b, kOther, sequence, kStart + sequence * kHour); });
        if (sequence == 3) steps.push_back({.batch = {}, .restart = true});
        if (sequence == 4) steps.push_back({.batch = [](WriteBatch&) {}, .staged = 30});
    }
    batch([](WriteBatch& b) { b.add(put(kOther, {31, 32, 33})); });
    batch([](WriteBatch& b) { b.add(link(kSpace, 99)); });  // refused
    batch([](WriteBatch& b) {
        PutRecord record{.area = Area::lease,
                         .key = to_bytes("k"),
                         .value = to_bytes("v"),
                         .expires = {},
                         .expected = {},
                         .now = 0};
        b.add(std::move(record)).add(AppendLog{1, {to_bytes("b")}}).add(PutNote{"two"});
    });
    steps.push_back({.batch = {}, .tend = kStart + 3 * kDay});
    batch([](WriteBatch& b) { change(b, kSpace, 7, kStart + 3 * kDay); });
    steps.push_back({.batch = {}, .tend = kStart + 40 * kDay});  // scrubs, compacts
    steps.push_back({.batch = {}, .restart = true});
    steps.push_back({.batch = {}, .tend = kStart + 41 * kDay});
    batch([](WriteBatch& b) { change(b, kOther, 7, kStart + 40 * kDay); });
    return steps;
}

WriteBatch batch_of(const Step& step, Store& store, bool& failed) {
    WriteBatch batch;
    if (step.staged != 0) {
        auto staged = stage_now(store, kSpace, object_id(step.staged), object(step.staged).bytes);
        failed = !staged.has_value();
        if (failed) return batch;
        PutObjects operation = put(kSpace, {});
        operation.objects.push_back({object_id(step.staged), {}, std::move(*staged)});
        batch.add(std::move(operation));
    }
    step.batch(batch);
    return batch;
}

bool ends_service(const Error& error) { return error.kind() == Kind::local; }

// Teller tells the story to the durable store and to the model beside it.
class Teller {
public:
    Teller(Machine& machine, std::string context)
        : machine_(machine), context_(std::move(context)) {}

    // tell goes on from where it is until the end (true) or until the store fails (false).
    bool tell(const std::vector<Step>& steps) {
        while (at_ < steps.size()) {
            const Step& step = steps[at_];
            if (!(step.batch ? tell_batch(step) : tell_upkeep(step))) return false;
            ++at_;
        }
        return true;
    }

    // go_on opens the store after a crash and finds out what has become of the step that it
    // interrupted.
    bool go_on(const std::vector<Step>& steps) {
        machine_.store.reset();
        machine_.files.restart();
        const auto opened = machine_.open();
        if (!opened) return complain("cannot be opened: " + test::show(opened.error()));
        if (at_ == steps.size() || !steps[at_].batch) return true;  // upkeep starts again
        const std::string found = digest(*machine_.store);
        if (found == digest(model_)) return true;
        bool failed = false;
        [[maybe_unused]] const Outcome told =
            commit_now(model_, batch_of(steps[at_], model_, failed));
        ++at_;
        return found == digest(model_) ||
               complain("is neither before nor after the step:\n" + found);
    }

    bool agrees() {
        const std::string found = digest(*machine_.store);
        const std::string expected = digest(model_);
        return found == expected || complain("differs:\n" + found + "from:\n" + expected);
    }

private:
    bool tell_batch(const Step& step) {
        bool failed = false;
        WriteBatch batch = batch_of(step, *machine_.store, failed);
        if (failed) return false;
        const Outcome outcome = commit_now(*machine_.store, std::move(batch));
        if (!outcome.result && ends_service(outcome.result.error())) return false;
        const Outcome expected = commit_now(model_, batch_of(step, model_, failed));
        return expected.result.has_value() == outcome.result.has_value() ||
               complain("answers differently");
    }

    bool tell_upkeep(const Step& step) {
        if (step.restart) {
            machine_.store.reset();
            return machine_.open().has_value();
        }
        for (bool more = true; more;) {
            const auto report = machine_.store->tend(step.tend);
            if (!report) return false;
            more = report->more;
        }
        tend_all(model_, step.tend);
        return true;
    }

    bool complain(const std::string& what) {
        test::report_failure(__FILE__, __LINE__,
                             context_ + ", step " + std::to_string(at_) + ": " + what);
        return false;
    }

    Machine& machine_;
    std::string context_;
    MemoryStore model_;
    std::size_t at_ = 0;
};

bool audit_passes(Machine& machine, const std::string& context) {
    machine.store.reset();
    const auto report = audit(tiny(), machine.files, AuditDepth::bytes);
    if (report && report->damaged == 0) return true;
    test::report_failure(__FILE__, __LINE__, context + ": the audit found damage");
    EXPECT_OK(report);
    return false;
}

// crash_at tells the story with one crash; false when the story and the closing of the store ended
// before.
bool crash_at(std::uint64_t operation, std::uint64_t seed) {
    const std::vector<Step> steps = story();
    const std::string context =
        "crash at operation " + std::to_string(operation) + ", seed " + std::to_string(seed);
    Machine machine(seed);
    Teller teller(machine, context);
    EXPECT_OK(machine.files.make_directory("/data"));
    machine.files.stop_after(operation);
    bool whole = machine.open().has_value() && teller.tell(steps);
    if (whole) machine.store.reset();
    const bool crashed = machine.files.has_stopped();
    if (crashed) {
        whole = teller.go_on(steps) && teller.tell(steps);
    } else {
        machine.files.stop_after(UINT64_MAX / 2);
        whole = whole && machine.open().has_value();
    }
    if (!whole) test::report_failure(__FILE__, __LINE__, context + ": the story cannot go on");
    return whole && teller.agrees() && audit_passes(machine, context) && crashed;
}

// With OBHUT_CRASH_SEEDS=n every operation, n times; else a sample.
TEST(acknowledged_batches_survive_a_crash_at_every_operation) {
    const char* wanted = std::getenv("OBHUT_CRASH_SEEDS");
    const std::uint64_t seeds = wanted == nullptr ? 1 : std::strtoull(wanted, nullptr, 10);
    const std::uint64_t stride = wanted == nullptr ? 17 : 1;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        std::uint64_t operation = 0;
        while (crash_at(operation, seed * 100000 + operation)) operation += stride;
        EXPECT(operation > 500);  // else the story has shrunk
        if (wanted != nullptr)
            std::cout << "      seed " << seed << ": " << operation << " crashes\n";
    }
}

}  // namespace
}  // namespace obhut::storage::testing
