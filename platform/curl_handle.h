// One request on a libcurl easy handle: sets it up, feeds the body, takes the answer. Inside of
// curl_transport only.
#pragma once

#include <functional>
#include <memory>

#include <curl/curl.h>

#include "client/ports/transport.h"
#include "platform/curl_transport.h"

namespace obhut::platform {

struct CurlBase {
    std::string url;  // without a slash at the end
    CurlOptions options;
    bool loopback = false;
};

// CurlCall owns the handle while a request runs; request and options outlive it.
class CurlCall {
public:
    // Gets the status once the headers are there, and pieces of a body of status 200; false ends
    // the call.
    using Consumer = std::function<bool(std::string_view piece)>;

    CurlCall(const CurlBase& base, const http::Request& request,
             const client::CallOptions& options);
    ~CurlCall();
    CurlCall(const CurlCall&) = delete;
    CurlCall& operator=(const CurlCall&) = delete;

    CURL* handle() { return handle_; }
    // consume_with sends the body of a 200 to `consumer` instead of keeping it.
    void consume_with(Consumer consumer) { consumer_ = std::move(consumer); }
    // outcome says what became of the call, once libcurl is done with it.
    Result<http::Response> outcome(CURLcode code);

private:
    void set_options(const CurlBase& base, const client::CallOptions& options);
    void set_headers();
    static std::size_t read_body(char* out, std::size_t size, std::size_t count, void* self);
    static std::size_t write_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t write_header(char* data, std::size_t size, std::size_t count, void* self);
    static int progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

    CURL* handle_;
    curl_slist* headers_ = nullptr;
    const http::Request& request_;
    const client::Cancel* cancel_;
    std::string url_;
    std::size_t sent_ = 0;
    http::Response response_;
    Consumer consumer_;
    bool too_large_ = false;
    bool consumer_ended_ = false;
};

}  // namespace obhut::platform
