// Errors as values: every fallible function returns Result<T> = std::expected<T, Error>.
//
// An Error is small and carries no user data: a stable number (printed as E-0123), the group that
// says what a caller can do about it, and one integer of detail (errno, HTTP status, index). What
// the error was about (a path, a space) is known to the caller, who says it. The codes of an area
// stand in `<area>/errors.h`; `script/tidy` checks that no number is given twice.
#pragma once

#include <cstdint>
#include <expected>
#include <utility>

namespace obhut {

// Kind groups errors by what the caller does next.
enum class Kind : std::uint8_t {
    retry,     // nothing is wrong with the request: try again later
    sign_in,   // keys are missing or locked: unlock, sign in or join first
    conflict,  // somebody else was first: merge and try again
    corrupt,   // bytes do not verify: nothing of them is used, the other side is broken or lying
    upgrade,   // a newer version or suite than this program knows
    refused,   // understood and not allowed
    missing,   // the thing named does not exist
    usage,     // the caller's input is not acceptable
    local,     // this machine: disk, permissions, memory
};

struct Code {
    std::uint16_t number;
    Kind kind;

    friend constexpr bool operator==(Code, Code) = default;
};

struct [[nodiscard]] Error {
    Code code;
    std::int32_t detail = 0;

    constexpr explicit Error(Code c, std::int32_t d = 0) : code(c), detail(d) {}
    constexpr Kind kind() const { return code.kind; }
    // is asks for the number alone. The kind is what somebody made of it, and may have come from
    // another version: from a row of a store, or in an answer.
    constexpr bool is(Code c) const { return code.number == c.number; }
};

template <class T = void>
using Result = std::expected<T, Error>;

// fail(code) makes the unexpected value of any Result.
constexpr std::unexpected<Error> fail(Code code, std::int32_t detail = 0) {
    return std::unexpected<Error>(Error(code, detail));
}

namespace detail {
template <class T>
constexpr T take(Result<T>& result) {
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}
}  // namespace detail

}  // namespace obhut

// TRY(expression) is the value of a Result, or returns its error from the enclosing function.
#define TRY(...)                                                                     \
    ({                                                                               \
        auto obhut_result = (__VA_ARGS__);                                           \
        if (!obhut_result) [[unlikely]]                                              \
            return std::unexpected<::obhut::Error>(std::move(obhut_result).error()); \
        ::obhut::detail::take(obhut_result);                                         \
    })
