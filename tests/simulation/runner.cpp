#include "tests/simulation/runner.h"

#include <cstdio>
#include <cstring>

#include <sys/wait.h>
#include <unistd.h>

namespace obhut::simulation {
namespace {

constexpr unsigned kSecondsUntilHanging = 120;

// What a child tells first; complaints follow as text.
struct Figures {
    std::uint64_t fingerprint;
    std::uint64_t steps;
    std::uint64_t requests;
    std::uint64_t faults;
};

struct Child {
    pid_t pid = 0;
    int pipe = -1;
    std::uint64_t seed = 0;
};

void write_all(int to, const void* bytes, std::size_t count) {
    const char* at = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t written = write(to, at, count);
        if (written <= 0) _exit(3);
        at += written;
        count -= static_cast<std::size_t>(written);
    }
}

[[noreturn]] void be_child(Town& town, const Run& run, std::uint64_t seed, int to) {
    alarm(kSecondsUntilHanging);
    Simulation simulation(town, {seed, run.steps, run.trace, run.older});
    const Outcome outcome = simulation.run();
    const Figures figures{outcome.fingerprint, outcome.steps, outcome.requests, outcome.faults};
    write_all(to, &figures, sizeof figures);
    std::string text;
    for (const std::string& complaint : outcome.complaints) text += "    " + complaint + "\n";
    write_all(to, text.data(), text.size());
    _exit(outcome.complaints.empty() ? 0 : 1);
}

Child start(Town& town, const Run& run, std::uint64_t seed) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    std::fflush(nullptr);
    const pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        be_child(town, run, seed, ends[1]);
    }
    close(ends[1]);
    return {pid, ends[0], seed};
}

void finish(const Child& child, const Run& run, Totals& totals) {
    std::string said;
    char buffer[4096];
    for (ssize_t count; (count = read(child.pipe, buffer, sizeof buffer)) > 0;)
        said.append(buffer, static_cast<std::size_t>(count));
    close(child.pipe);
    int status = 0;
    waitpid(child.pid, &status, 0);
    if (said.size() >= sizeof(Figures)) {
        Figures figures;
        std::memcpy(&figures, said.data(), sizeof figures);
        totals.steps += figures.steps;
        totals.requests += figures.requests;
        totals.faults += figures.faults;
        totals.fingerprint += figures.fingerprint;
        said.erase(0, sizeof figures);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        ++totals.passed;
        return;
    }
    ++totals.failed;
    if (WIFSIGNALED(status))
        said += "    ended by signal " + std::to_string(WTERMSIG(status)) +
                (WTERMSIG(status) == SIGALRM ? " (hanging)\n" : "\n");
    const std::string seed = std::to_string(child.seed);
    totals.report += "seed " + seed + " FAILED; replay: script/simulate --from " + seed +
                     " --seeds 1 --trace" + (run.older ? "" : " --no-older-restores") + "\n" + said;
}

}  // namespace

Totals run_seeds(Town& town, const Run& run) {
    Totals totals;
    std::vector<Child> running;
    for (std::uint64_t i = 0; i < run.seeds || !running.empty();) {
        if (i < run.seeds && running.size() < run.jobs) {
            const std::uint64_t seed = run.from + i++;
            if (!run.except.contains(seed)) running.push_back(start(town, run, seed));
            continue;
        }
        finish(running.front(), run, totals);
        running.erase(running.begin());
        if (run.progress && (totals.passed + totals.failed) % 100 == 0)
            std::fprintf(stderr, "%llu of %llu seeds, %llu failed\n",
                         static_cast<unsigned long long>(totals.passed + totals.failed),
                         static_cast<unsigned long long>(run.seeds),
                         static_cast<unsigned long long>(totals.failed));
    }
    return totals;
}

}  // namespace obhut::simulation
