// HTTP requests and responses as values: what services handle and transports carry.
//
// No connection, no encoding: an adapter (Beast, libcurl, memory) maps them to the wire. Header
// names are lower case.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"

namespace obhut::http {

enum class Method : std::uint8_t { get, post };
constexpr std::string_view name_of(Method method) { return method == Method::get ? "GET" : "POST"; }

struct Header {
    std::string name;  // lower case
    std::string value;
};

// Headers keep their order; a name is looked up by its exact lower-case form.
class Headers {
public:
    void set(std::string_view name, std::string value);
    // find is the value of the one header of that name; none if it is absent or repeated.
    std::optional<std::string_view> find(std::string_view name) const;
    void erase(std::string_view name);
    const std::vector<Header>& all() const { return all_; }
    // add keeps headers of the same name: for adapters that read the wire.
    void add(std::string name, std::string value) {
        all_.push_back({std::move(name), std::move(value)});
    }

private:
    std::vector<Header> all_;
};

struct Request {
    Method method = Method::get;
    std::string path;   // "/v1/spaces", as on the wire
    std::string query;  // without the '?'
    Headers headers;
    Bytes body;

    std::string target() const { return query.empty() ? path : path + "?" + query; }
};

struct Response {
    int status = 200;
    Headers headers;
    Bytes body;
};

inline constexpr std::string_view kContentType = "content-type";
inline constexpr std::string_view kCbor = "application/cbor";

}  // namespace obhut::http
