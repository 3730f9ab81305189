// obhut_simulate: runs seeds of the simulation and tells which failed.
//
//     obhut_simulate [--seeds N] [--from S] [--jobs J] [--steps K] [--trace]
//                    [--no-older-restores] [--except S,S,…]
//
// The last line is "N passed, N failed"; exit code 1 if any failed.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include "tests/simulation/runner.h"

namespace obhut::simulation {
namespace {

int usage() {
    std::fprintf(stderr,
                 "usage: obhut_simulate [--seeds N] [--from S] [--jobs J] [--steps K] [--trace] "
                 "[--no-older-restores] [--except S,S,…]\n");
    return 2;
}

int simulate(int argc, char** argv) {
    Run run;
    run.seeds = 100;
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--trace") {
            run.trace = true;
            continue;
        }
        if (option == "--no-older-restores") {
            run.older = false;
            continue;
        }
        if (i + 1 == argc) return usage();
        if (option == "--except") {
            for (const char* at = argv[++i]; *at != 0; at += *at == ',' ? 1 : 0)
                run.except.insert(std::strtoull(at, const_cast<char**>(&at), 10));
            continue;
        }
        const std::uint64_t value = std::strtoull(argv[++i], nullptr, 10);
        if (option == "--seeds")
            run.seeds = value;
        else if (option == "--from")
            run.from = value;
        else if (option == "--jobs")
            run.jobs = value == 0 ? 1 : static_cast<unsigned>(value);
        else if (option == "--steps")
            run.steps = static_cast<unsigned>(value);
        else
            return usage();
    }
    run.progress = isatty(2) != 0;
    auto town = found(4);
    if (!town) {
        std::fprintf(stderr, "the town cannot be founded: E-0%d\n", town.error().code.number);
        return 1;
    }
    const auto begun = std::chrono::steady_clock::now();
    const Totals totals = run_seeds(**town, run);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::fputs(totals.report.c_str(), stdout);
    std::printf(
        "seeds %llu to %llu: %llu steps, %llu requests, %llu faults in %.1f s (%.0f "
        "seeds/s), fingerprint %016llx\n",
        static_cast<unsigned long long>(run.from),
        static_cast<unsigned long long>(run.from + run.seeds - 1),
        static_cast<unsigned long long>(totals.steps),
        static_cast<unsigned long long>(totals.requests),
        static_cast<unsigned long long>(totals.faults), seconds,
        static_cast<double>(run.seeds) / seconds,
        static_cast<unsigned long long>(totals.fingerprint));
    std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(totals.passed),
                static_cast<unsigned long long>(totals.failed));
    return totals.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace obhut::simulation

int main(int argc, char** argv) { return obhut::simulation::simulate(argc, argv); }
