// A slice of the simulation under the sanitizers; script/simulate runs the many.
#include <csignal>
#include <cstdio>

#include "tests/simulation/runner.h"
#include "tests/support/test.h"

namespace obhut::simulation {
namespace {

constexpr std::uint64_t kSlice = 30;
constexpr unsigned kJobs = 2;

Town& town() {
    static std::unique_ptr<Town> founded = [] {
        auto made = found(4);
        EXPECT_OK(made);
        return made ? std::move(*made) : nullptr;
    }();
    return *founded;
}

Totals run(std::uint64_t from, std::uint64_t seeds) {
    Run run;
    run.from = from;
    run.seeds = seeds;
    run.jobs = kJobs;
    const Totals totals = run_seeds(town(), run);
    std::fputs(totals.report.c_str(), stdout);
    return totals;
}

}  // namespace

TEST(histories_with_faults_keep_what_was_acknowledged) {
    const Totals totals = run(1, kSlice);
    EXPECT_EQ(totals.failed, 0U);
    EXPECT(totals.faults > kSlice);
}

TEST(a_seed_is_always_the_same_history) { EXPECT_EQ(run(7, 3).fingerprint, run(7, 3).fingerprint); }

}  // namespace obhut::simulation
