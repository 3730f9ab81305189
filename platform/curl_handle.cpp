#include "platform/curl_handle.h"

#include <algorithm>
#include <cstring>

#include "core/base/check.h"
#include "protocols/api/limits.h"

namespace obhut::platform {

namespace {

constexpr std::size_t kMaxHeaders = 64;
constexpr std::size_t kMaxHeaderBytes = 16384;
constexpr long kConnectTimeoutMs = 10000;
constexpr long kMaxIdleSeconds =
    50;  // below the server's own limit, so that it is not the one to close
constexpr long kBufferBytes = 512L << 10;

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
    CHECK(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

// Whether nothing of the request can have reached the server.
bool nothing_sent(CURL* handle, CURLcode code) {
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
        code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_SSL_CONNECT_ERROR)
        return true;
    long request_bytes = 0;
    curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &request_bytes);
    return request_bytes == 0;
}

}  // namespace

CurlCall::CurlCall(const CurlBase& base, const http::Request& request,
                   const client::CallOptions& options)
    : handle_(curl_easy_init()), request_(request), cancel_(options.cancel) {
    CHECK(handle_ != nullptr);
    url_ = base.url + request.target();
    set_options(base, options);
    set_headers();
}

CurlCall::~CurlCall() {
    curl_easy_cleanup(handle_);
    curl_slist_free_all(headers_);
}

void CurlCall::set_options(const CurlBase& base, const client::CallOptions& options) {
    set(handle_, CURLOPT_URL, url_.c_str());
    set(handle_, CURLOPT_PATH_AS_IS, 1L);
    set(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
    set(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(handle_, CURLOPT_NOSIGNAL, 1L);
    set(handle_, CURLOPT_USERAGENT, base.options.user_agent.c_str());
    set(handle_, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
    set(handle_, CURLOPT_LOW_SPEED_LIMIT, 1L);
    const Millis seconds = std::max<Millis>((options.timeout + kSecond - 1) / kSecond, 1);
    set(handle_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds));
    set(handle_, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
    set(handle_, CURLOPT_BUFFERSIZE, kBufferBytes);
    set(handle_, CURLOPT_UPLOAD_BUFFERSIZE, kBufferBytes);
    set(handle_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (base.loopback) set(handle_, CURLOPT_PROXY, "");
    if (!base.options.ca_file.empty()) set(handle_, CURLOPT_CAINFO, base.options.ca_file.c_str());
    set(handle_, CURLOPT_WRITEFUNCTION, &CurlCall::write_body);
    set(handle_, CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(handle_, CURLOPT_HEADERFUNCTION, &CurlCall::write_header);
    set(handle_, CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(handle_, CURLOPT_XFERINFOFUNCTION, &CurlCall::progress);
    set(handle_, CURLOPT_XFERINFODATA, static_cast<void*>(this));
    set(handle_, CURLOPT_NOPROGRESS, 0L);
    if (request_.method == http::Method::get) return;
    // The body comes from a callback that cannot rewind: libcurl then never sends a request twice
    // by itself.
    set(handle_, CURLOPT_POST, 1L);
    set(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(handle_, CURLOPT_READFUNCTION, &CurlCall::read_body);
    set(handle_, CURLOPT_READDATA, static_cast<void*>(this));
}

void CurlCall::set_headers() {
    const auto add = [this](const std::string& line) {
        curl_slist* longer = curl_slist_append(headers_, line.c_str());
        CHECK(longer != nullptr);
        headers_ = longer;
    };
    for (const http::Header& header : request_.headers.all())
        add(header.name + ": " + header.value);
    add("expect:");
    if (request_.method == http::Method::post && !request_.headers.find(http::kContentType))
        add("content-type: application/cbor");
    set(handle_, CURLOPT_HTTPHEADER, headers_);
}

std::size_t CurlCall::read_body(char* out, std::size_t size, std::size_t count, void* self) {
    auto& call = *static_cast<CurlCall*>(self);
    const std::size_t length = std::min(size * count, call.request_.body.size() - call.sent_);
    // gcc 12 copies between different types of bytes one by one
    if (length > 0) std::memcpy(out, call.request_.body.data() + call.sent_, length);
    call.sent_ += length;
    return length;
}

std::size_t CurlCall::write_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& call = *static_cast<CurlCall*>(self);
    const std::size_t length = size * count;
    long status = 0;
    curl_easy_getinfo(call.handle_, CURLINFO_RESPONSE_CODE, &status);
    if (call.consumer_ && status == 200) {
        if (call.consumer_({data, length})) return length;
        call.consumer_ended_ = true;
        return 0;
    }
    if (call.response_.body.size() + length > api::kMaxBodyBytes) {
        call.too_large_ = true;
        return 0;
    }
    if (call.response_.body.empty()) {
        curl_off_t whole = 0;
        curl_easy_getinfo(call.handle_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &whole);
        if (whole > 0 && whole <= static_cast<curl_off_t>(api::kMaxBodyBytes))
            call.response_.body.reserve(static_cast<std::size_t>(whole));
    }
    append(call.response_.body, as_bytes({data, length}));
    return length;
}

std::size_t CurlCall::write_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& call = *static_cast<CurlCall*>(self);
    const std::size_t length = size * count;
    std::string_view line(data, length);
    if (line.starts_with("HTTP/")) {
        call.response_.headers = {};  // a 1xx answer came before
        return length;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return length;
    if (length > kMaxHeaderBytes || call.response_.headers.all().size() >= kMaxHeaders) {
        call.too_large_ = true;
        return 0;
    }
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    line.remove_prefix(colon + 1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && static_cast<unsigned char>(line.back()) <= ' ') line.remove_suffix(1);
    call.response_.headers.add(std::move(name), std::string(line));
    return length;
}

int CurlCall::progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& call = *static_cast<CurlCall*>(self);
    return call.cancel_ != nullptr && call.cancel_->requested() ? 1 : 0;
}

Result<http::Response> CurlCall::outcome(CURLcode code) {
    if (too_large_) return fail(errors::http_too_large);
    if (code == CURLE_OK || consumer_ended_) {
        long status = 0;
        curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        return std::move(response_);
    }
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK: return fail(errors::cancelled);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return fail(errors::not_trusted, code);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY: return fail(errors::foreign_answer, code);
    default: break;
    }
    if (nothing_sent(handle_, code)) return fail(errors::unreachable, code);
    return fail(errors::outcome_unknown, code);
}

}  // namespace obhut::platform
