// Reading of the third-party JSON vectors in ../shared/vectors.
#pragma once

#include <nlohmann/json.hpp>

#include "tests/support/test.h"

namespace obhut::test {

using Json = nlohmann::json;

// load_vectors parses a file of shared/vectors; null (and a loud skip) if the folder is not there.
inline Json load_vectors(const std::string& name) {
    const std::string path = shared_path("vectors/" + name);
    if (path.empty()) {
        report_skip("shared/vectors/" + name + " is not there: third-party vectors are NOT tested");
        return nullptr;
    }
    const Bytes text = read_file(path);
    return Json::parse(text.begin(), text.end());
}

inline Bytes hex_field(const Json& object, const char* name) {
    return *from_hex(object.at(name).get<std::string>());
}

inline bool has_flag(const Json& test, std::string_view flag) {
    if (!test.contains("flags") || test["flags"].is_null()) return false;
    for (const auto& found : test["flags"])
        if (found.get<std::string>() == flag) return true;
    return false;
}

// for_each_test visits the tests of every Wycheproof group.
template <class Visit>
void for_each_test(const Json& vectors, Visit&& visit) {
    for (const auto& group : vectors.at("testGroups"))
        for (const auto& test : group.at("tests")) visit(group, test);
}

}  // namespace obhut::test
