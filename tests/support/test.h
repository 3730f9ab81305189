// The test harness: small, because no framework of Debian builds for wasm32-wasi without
// exceptions.
//
//     TEST(cbor_refuses_long_forms) { EXPECT_EQ(decode(...), ...); }
//
// EXPECT* record a failure and go on; REQUIRE* also leave the test (or helper returning void). A
// test program prints a line for each failed test and one closing line "N passed, N failed";
// arguments filter by substring, --list lists. SKIP(reason) leaves the test and is reported loudly.
#pragma once

#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/id.h"

namespace obhut::test {

struct Case {
    const char* name;
    void (*run)();
};

// register_case is called by TEST before main.
bool register_case(const char* name, void (*run)());
const std::vector<Case>& cases();

void report_failure(const char* file, int line, const std::string& message);
void report_skip(const std::string& reason);
// failures counts failed expectations so far, over all tests.
int failures();

// run_cases runs those whose name contains one of the filters (all without filters); the number
// that failed.
int run_cases(const std::vector<std::string>& filters);

// shared_path is the path of a file under the folder `shared` beside the project; empty if the
// folder is not there. OBHUT_SHARED names another place.
std::string shared_path(const std::string& relative);
// read_file reads a whole file; fails the test if it cannot.
Bytes read_file(const std::string& path);

template <class T>
std::string show(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::is_enum_v<T>) {
        return std::to_string(static_cast<long long>(value));
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
        return "\"" + std::string(std::string_view(value)) + "\"";
    } else if constexpr (requires(std::ostringstream& o) { o << value; }) {
        std::ostringstream out;
        out << value;
        return out.str();
    } else if constexpr (requires { ByteView(value); }) {
        return to_hex(ByteView(value));
    } else if constexpr (requires { value.hex(); }) {
        return value.hex();
    } else {
        return "(value)";
    }
}

inline std::string show(const Error& error) {
    return "E-0" + std::to_string(error.code.number) + " (detail " + std::to_string(error.detail) +
           ")";
}

template <class A, class B>
bool expect_equal(const A& a, const B& b, const char* text, const char* file, int line) {
    if (a == b) return true;
    report_failure(file, line,
                   std::string(text) + "\n      left:  " + show(a) + "\n      right: " + show(b));
    return false;
}

template <class R>
bool expect_ok(const R& result, const char* text, const char* file, int line) {
    if (result.has_value()) return true;
    report_failure(file, line, std::string(text) + " failed: " + show(result.error()));
    return false;
}

template <class R>
bool expect_error(const R& result, Code code, const char* text, const char* file, int line) {
    if (result.has_value()) {
        report_failure(
            file, line,
            std::string(text) + " succeeded, expected E-0" + std::to_string(code.number));
        return false;
    }
    if (result.error().code == code) return true;
    report_failure(file, line,
                   std::string(text) + ": " + show(result.error()) + ", expected E-0" +
                       std::to_string(code.number));
    return false;
}

}  // namespace obhut::test

#define TEST(name)                                               \
    static void obhut_test_##name();                             \
    [[maybe_unused]] static const bool obhut_registered_##name = \
        ::obhut::test::register_case(#name, obhut_test_##name);  \
    static void obhut_test_##name()

#define EXPECT(condition)                                                                \
    do {                                                                                 \
        if (!(condition)) ::obhut::test::report_failure(__FILE__, __LINE__, #condition); \
    } while (false)
#define EXPECT_EQ(a, b) ::obhut::test::expect_equal(a, b, #a " == " #b, __FILE__, __LINE__)
#define EXPECT_OK(result) ::obhut::test::expect_ok(result, #result, __FILE__, __LINE__)
#define EXPECT_ERROR(result, code) \
    ::obhut::test::expect_error(result, code, #result, __FILE__, __LINE__)

#define REQUIRE(condition)                                                 \
    do {                                                                   \
        if (!(condition)) {                                                \
            ::obhut::test::report_failure(__FILE__, __LINE__, #condition); \
            return;                                                        \
        }                                                                  \
    } while (false)
#define REQUIRE_OK(result)              \
    do {                                \
        if (!EXPECT_OK(result)) return; \
    } while (false)

#define SKIP(reason)                        \
    do {                                    \
        ::obhut::test::report_skip(reason); \
        return;                             \
    } while (false)
