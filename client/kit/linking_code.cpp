#include "client/kit/linking_code.h"

#include "client/kit/typed_text.h"

namespace obhut::client {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kPrefix = "obhut-link";
constexpr std::size_t kBody = 64;

}  // namespace

std::string LinkingCode::text() const {
    Bytes body = to_bytes(offer.view());
    append(body, secret.expose());
    const std::string text = write_typed(kPrefix, kVersion, body, 4);
    wipe(body);
    return text;
}

Result<LinkingCode> LinkingCode::parse(std::string_view text) {
    const SecretBytes body(TRY(read_typed(kPrefix, kVersion, text, kBody)));
    if (body.size() != kBody) return fail(errors::text_damaged);
    return LinkingCode{Hash::from(body.expose().first(32)), Secret<32>(body.expose().subspan(32))};
}

}  // namespace obhut::client
