#include "tests/support/test.h"

#include <cstdio>
#include <cstdlib>

namespace obhut::test {

namespace {
int failure_count = 0;
int skip_count = 0;

std::vector<Case>& registry() {
    static std::vector<Case> all;
    return all;
}
}  // namespace

bool register_case(const char* name, void (*run)()) {
    registry().push_back({name, run});
    return true;
}

const std::vector<Case>& cases() { return registry(); }

void report_failure(const char* file, int line, const std::string& message) {
    ++failure_count;
    std::printf("    %s:%d: %s\n", file, line, message.c_str());
}

void report_skip(const std::string& reason) {
    ++skip_count;
    std::printf("    SKIPPED: %s\n", reason.c_str());
}

int failures() { return failure_count; }

int run_cases(const std::vector<std::string>& filters) {
    int passed = 0;
    int failed = 0;
    for (const Case& test : registry()) {
        bool chosen = filters.empty();
        for (const std::string& filter : filters)
            chosen = chosen || std::string(test.name).find(filter) != std::string::npos;
        if (!chosen) continue;
        const int before = failure_count;
        test.run();
        if (failure_count == before) {
            ++passed;
        } else {
            ++failed;
            std::printf("FAILED %s\n", test.name);
        }
        std::fflush(stdout);
    }
    if (skip_count > 0) std::printf("%d SKIPPED, see above\n", skip_count);
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed;
}

std::string shared_path(const std::string& relative) {
    std::string base;
    if (const char* chosen = std::getenv("OBHUT_SHARED"); chosen != nullptr) base = chosen;
#ifdef OBHUT_SOURCE_DIR
    if (base.empty()) base = std::string(OBHUT_SOURCE_DIR) + "/../shared";
#endif
    const std::string path = base + "/" + relative;
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return {};
    std::fclose(file);
    return path;
}

Bytes read_file(const std::string& path) {
    Bytes content;
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        report_failure(__FILE__, __LINE__, "cannot read " + path);
        return content;
    }
    std::uint8_t buffer[65536];
    std::size_t count = 0;
    while ((count = std::fread(buffer, 1, sizeof buffer, file)) > 0)
        content.insert(content.end(), buffer, buffer + count);
    std::fclose(file);
    return content;
}

}  // namespace obhut::test
