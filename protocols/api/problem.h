// Errors on the wire: RFC 9457 problem details, and the header `obhut-error` that says the same
// without JSON.
//
//     HTTP/1.1 409 Conflict
//     content-type: application/problem+json
//     obhut-error: 724 0
//     {"type":"https://obhut.org/errors/724","title":"…","status":409,"code":"E-0724"}
//
// The number is the public error; the detail is an integer (the index of the entry, the number of
// an inner error). An answer that helps the caller on may have a CBOR body instead (409
// chain-moved: Head; 422 upload-missing).
#pragma once

#include "protocols/api/errors.h"
#include "protocols/http/message.h"

namespace obhut::api {

inline constexpr std::string_view kErrorHeader = "obhut-error";
inline constexpr std::string_view kTimeHeader =
    "obhut-time";  // server's clock in ms, with clock_skew and entry_time

// status_of is the HTTP status that goes with an error; 500 for codes that are no public errors.
int status_of(Code code);

// problem makes the answer to a request that failed. Codes that are no public errors become
// server_failed.
http::Response problem(Error error);
// set_error marks `response` as failed and leaves its body.
void set_error(http::Response& response, Error error);

// check gives the error of a response: nothing for 2xx, the public error, foreign_answer (detail:
// the status) for what no server says, unknown_answer (detail: the number) for a number of a newer
// version. A page for people is no server's answer, whatever its status: networks that want a login
// first put one in the place of everything.
Result<> check(const http::Response& response);

}  // namespace obhut::api
