// Transport over libcurl: HTTP/1.1, keep-alive, a few requests at once, TLS by OpenSSL with the
// system's roots.
//
// One thread drives a curl multi handle; callers hand it requests and wait. Connections are reused
// across all calls. Event streams run on the thread that listens. Contract:
// client/ports/transport.h. Threads: any.
#pragma once

#include <memory>
#include <string>

#include "client/ports/transport.h"

namespace obhut::platform {

struct CurlOptions {
    std::string user_agent = "obhut";
    std::string ca_file;  // instead of the system's roots, if not empty
};

class CurlTransport final : public client::Transport {
public:
    // create makes a transport for a server: "http://host:port" or "https://host", without a path
    // or with one that stands before "/v1". Nothing is sent. Errors: bad_server_url,
    // transport_failed.
    static Result<std::unique_ptr<CurlTransport>> create(const std::string& server_url,
                                                         CurlOptions options = {});
    ~CurlTransport() override;

    Result<http::Response> send(const http::Request& request,
                                const client::CallOptions& options = {}) override;
    client::Ticket submit(http::Request request, const client::CallOptions& options = {}) override;
    Result<http::Response> collect(client::Ticket ticket) override;
    Result<http::Response> listen(const http::Request& request, client::EventSink& sink,
                                  const client::CallOptions& options = {}) override;

private:
    class Driver;
    explicit CurlTransport(std::unique_ptr<Driver> driver);

    std::unique_ptr<Driver> driver_;
};

}  // namespace obhut::platform
