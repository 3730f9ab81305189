// Runner: seeds, each in a process of its own that is forked from one where the town is founded.
//
// A seed that complains, dies or hangs has failed; its report says how to replay it.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "tests/simulation/simulation.h"

namespace obhut::simulation {

struct Run {
    std::uint64_t from = 1;
    std::uint64_t seeds = 1;
    std::set<std::uint64_t> except;  // seeds that are left out
    unsigned jobs = 1;
    unsigned steps = 0;
    bool trace = false;
    bool older = true;      // the server may come back from a backup that lacks something
    bool progress = false;  // a line on stderr now and then
};

struct Totals {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    std::uint64_t steps = 0;
    std::uint64_t requests = 0;
    std::uint64_t faults = 0;
    std::uint64_t fingerprint = 0;  // of all seeds together, in any order
    std::string report;             // of the failed ones
};

// run_seeds runs them; the town is left as it is.
Totals run_seeds(Town& town, const Run& run);

}  // namespace obhut::simulation
