// Decoders of protocols/: messages and request signatures.
#include "protocols/api/messages.h"
#include "protocols/http/signature.h"
#include "tests/fuzz/target.h"

namespace obhut {

namespace {

Bytes signed_headers() {
    http::Request request;
    request.path = "/v1/spaces";
    http::SignatureInput input;
    input.created = 1700000000;
    if (!http::sign_request(request, RequestKey(Bytes(32, 1)), input)) return {};
    Bytes text;
    for (const auto& header : request.headers.all()) {
        append(text, as_bytes(header.value));
        text.push_back('\n');
    }
    return text;
}

}  // namespace

// Header values, one a line, in the order of sign_request.
FUZZ_TARGET(http_signature, signed_headers()) {
    http::Request request;
    request.path = "/v1/spaces";
    std::string_view rest = as_text(input);
    for (const char* name : {"content-digest", "signature-input", "signature"}) {
        const auto end = rest.find('\n');
        request.headers.add(name, std::string(rest.substr(0, end)));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    (void)http::parse_signature(request, http::Covered::body);
}

FUZZ_TARGET(api_messages, *from_hex("a10180")) {
    fuzz::check_record<api::Append>(input);
    fuzz::check_record<api::AppendLink>(input);
    fuzz::check_record<api::NewSpace>(input);
    fuzz::check_record<api::Entries>(input);
    fuzz::check_record<api::Links>(input);
    fuzz::check_record<api::BatchHead>(input);
    fuzz::check_record<api::SignIn>(input);
    fuzz::check_record<api::CreateOrganisation>(input);
    fuzz::check_record<api::GenerationMaterial>(input);
    fuzz::check_record<api::Openings>(input);
}

}  // namespace obhut
