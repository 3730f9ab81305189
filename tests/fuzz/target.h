// Fuzz targets: functions that take any bytes and must neither crash, hang nor take memory without
// bound.
//
//     FUZZ_TARGET(commit, seed_commit()) { (void)parse_link(input); }
//
// The second part is an example input that the target accepts; mutations start there. Built with
// the preset `fuzz` one program holds all targets under libFuzzer (script/fuzz TARGET); in every
// other build obhut_fuzz_test runs each target over its example, the corpus in
// tests/fuzz/corpus/TARGET and a fixed number of mutations.
#pragma once

#include <vector>

#include "core/base/bytes.h"
#include "core/base/record.h"

namespace obhut::fuzz {

struct Target {
    const char* name;
    void (*run)(ByteView input);
    Bytes (*example)();
};

bool register_target(const char* name, void (*run)(ByteView), Bytes (*example)());
const std::vector<Target>& targets();

// demand ends the program: a property of the target does not hold.
void demand(bool holds, const char* what);

// check_record decodes a record and demands that what was accepted encodes to the same bytes.
template <class Record>
void check_record(ByteView input) {
    const auto record = decode<Record>(input);
    if (!record) return;
    // Fields below zero are skipped, so only records without any come back to the same bytes.
    const Bytes again = encode(*record);
    if (again.size() == input.size()) demand(equal(again, input), "a record has one encoding");
}

}  // namespace obhut::fuzz

#define FUZZ_TARGET(name, example_expression)                                                \
    static void obhut_fuzz_##name(::obhut::ByteView input);                                  \
    static ::obhut::Bytes obhut_fuzz_example_##name() { return example_expression; }         \
    [[maybe_unused]] static const bool obhut_fuzz_registered_##name =                        \
        ::obhut::fuzz::register_target(#name, obhut_fuzz_##name, obhut_fuzz_example_##name); \
    static void obhut_fuzz_##name([[maybe_unused]] ::obhut::ByteView input)
