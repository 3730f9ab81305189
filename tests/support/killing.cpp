#include "tests/support/killing.h"

#include <cstdio>

#include "core/base/verify.h"
#include "tests/support/test.h"

#if defined(OBHUT_KILLABLE_CHECKS) && !defined(__wasm__)

#include <fstream>
#include <map>
#include <set>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace obhut::test {

namespace {

constexpr unsigned kSecondsUntilHanging = 60;

std::set<std::string> ids_of_this_test;

void note_violation(std::string_view id) { ids_of_this_test.emplace(id); }

// Runs one test with one check switched off; whether anything noticed.
bool notices(const Case& test, const std::string& id) {
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        alarm(kSecondsUntilHanging);
        killing::disable(id);
        const int before = failures();
        test.run();
        _exit(failures() == before ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// Which tests saw which check refuse.
std::map<std::string, std::vector<const Case*>> note_all() {
    std::map<std::string, std::vector<const Case*>> seen;
    killing::on_violation(note_violation);
    for (const Case& test : cases()) {
        ids_of_this_test.clear();
        test.run();
        for (const std::string& id : ids_of_this_test) seen[id].push_back(&test);
    }
    killing::on_violation(nullptr);
    return seen;
}

bool stands_in(const std::string& file, const std::string& id) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);)
        if (line == id) return true;
    return false;
}

}  // namespace

int kill_checks(const std::string& skip) {
    const auto seen = note_all();
    if (failures() > 0) {
        std::printf("the tests fail with all checks on\n");
        return 2;
    }
    for (const auto& [id, tests] : seen) {
        // Read each time: programs run side by side and tell each other.
        if (stands_in(skip, id)) continue;
        const Case* killer = nullptr;
        for (const Case* test : tests) {
            if (!notices(*test, id)) continue;
            killer = test;
            break;
        }
        if (killer != nullptr)
            std::printf("KILLED %s by %s\n", id.c_str(), killer->name);
        else
            std::printf("SURVIVED %s\n", id.c_str());
        std::fflush(stdout);
    }
    return 0;
}

}  // namespace obhut::test

#else

namespace obhut::test {

int kill_checks(const std::string&) {
    std::printf("checks cannot be switched off in this build\n");
    return 2;
}

}  // namespace obhut::test

#endif
