#include "protocols/api/problem.h"

#include <array>
#include <charconv>

namespace obhut::api {

namespace {

struct PublicError {
    Code code;
    int status;
    std::string_view title;
};

constexpr auto kPublicErrors = std::to_array<PublicError>({
    {errors::http_malformed, 400, "The request is malformed."},
    {errors::http_not_found, 404, "There is nothing at this path."},
    {errors::http_too_large, 413, "The request is too large."},
    {errors::signature_missing, 401, "The request must be signed by a device."},
    {errors::signature_malformed, 401, "The signature headers are malformed."},
    {errors::signature_components, 401, "The signature does not cover what it must."},
    {errors::signature_wrong, 401, "The signature does not verify."},
    {errors::digest_wrong, 400, "The body is not what its digest says."},
    {errors::clock_skew, 401, "The signature's time is too far from the server's."},
    {errors::nonce_used, 401, "The signature was used before."},
    {errors::device_refused, 401, "The device is not active."},
    {errors::signature_purpose, 401, "The request was signed for something else."},
    {errors::rate_limited, 429, "Too many requests."},
    {errors::server_busy, 503, "The server is busy."},
    {errors::server_failed, 500, "The server failed."},
    {errors::no_organisation, 404, "There is no organisation here yet."},
    {errors::organisation_exists, 403, "There is an organisation here already."},
    {errors::token_wrong, 403, "Creating an organisation takes the token that obhutd printed."},
    {errors::entry_refused, 422, "A log entry is not valid at its place."},
    {errors::material_wrong, 422, "A key, box, blob or opening does not match the log."},
    {errors::sign_in_refused, 403, "Address, password or recovery key are wrong."},
    {errors::chain_moved, 409, "The chain has grown."},
    {errors::link_refused, 422, "The link is not valid at its place."},
    {errors::lists_wrong, 422, "The lists do not match the commit."},
    {errors::upload_missing, 422, "Objects are missing."},
    {errors::space_unknown, 404, "There is no such space for this device."},
    {errors::over_quota, 403, "The quota is used up."},
    {errors::not_there, 404, "There is no such thing."},
    {errors::space_read_only, 403, "The space is read-only until it is resumed."},
    {errors::entry_time, 422, "The entry's time is too far from the server's."},
    {errors::log_moved, 409, "The log has grown."},
    {errors::not_a_writer, 403, "Uploading takes a role that may write."},
    {errors::link_closed, 404, "This link is not open."},
    {errors::link_wrong, 422, "A change of a link does not fit."},
    {errors::inbox_reseal, 409, "This key of the inbox is closed."},
    {errors::lease_moved, 409, "The lease has changed."},
    {errors::log_waits, 503, "Restored from a backup: waiting for what was lost."},
    {errors::drop_refused, 422, "The drop or lease is not acceptable."},
});

const PublicError* find(std::uint32_t number) {
    for (const PublicError& entry : kPublicErrors)
        if (entry.code.number == number) return &entry;
    return nullptr;
}

constexpr const PublicError& server_failed_entry() {
    for (const PublicError& entry : kPublicErrors)
        if (entry.code == errors::server_failed) return entry;
    return kPublicErrors[0];
}

const PublicError& public_form(Code code) {
    const PublicError* entry = find(code.number);
    return entry != nullptr ? *entry : server_failed_entry();
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

int status_of(Code code) { return public_form(code).status; }

void set_error(http::Response& response, Error error) {
    const PublicError& entry = public_form(error.code);
    const std::int32_t detail = entry.code == error.code ? error.detail : 0;
    response.status = entry.status;
    response.headers.set(kErrorHeader,
                         std::to_string(entry.code.number) + " " + std::to_string(detail));
}

http::Response problem(Error error) {
    http::Response response;
    set_error(response, error);
    const PublicError& entry = public_form(error.code);
    const std::string number = std::to_string(entry.code.number);
    response.headers.set(http::kContentType, "application/problem+json");
    response.body = to_bytes(std::string_view(R"({"type":"https://obhut.org/errors/)" + number +
                                              R"(","title":")" + std::string(entry.title) +
                                              R"(","status":)" + std::to_string(entry.status) +
                                              R"(,"code":"E-0)" + number + R"("})"));
    return response;
}

Result<> check(const http::Response& response) {
    if (response.status >= 200 && response.status < 300) {
        const auto type = response.headers.find(http::kContentType);
        const bool is_page = type && type->starts_with("text/html");
        return is_page ? fail(errors::foreign_answer, response.status) : Result<>();
    }
    const auto header = response.headers.find(kErrorHeader);
    if (!header) return fail(errors::foreign_answer, response.status);
    const std::size_t space = header->find(' ');
    std::uint32_t number = 0;
    std::int32_t detail = 0;
    if (space == std::string_view::npos || !read_number(header->substr(0, space), number) ||
        !read_number(header->substr(space + 1), detail))
        return fail(errors::foreign_answer, response.status);
    const PublicError* entry = find(number);
    if (entry == nullptr)
        return fail(errors::unknown_answer, static_cast<std::int32_t>(number & 0x7FFFFFFF));
    if (entry->status != response.status) return fail(errors::foreign_answer, response.status);
    return fail(entry->code, detail);
}

}  // namespace obhut::api
