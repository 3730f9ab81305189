#include "cli/kit/qr.h"

#include <memory>

#include <qrencode.h>

#include "cli/errors.h"

namespace obhut::cli {

Result<QrCode> QrCode::make(std::string_view text) {
    const std::unique_ptr<QRcode, void (*)(QRcode*)> made(
        QRcode_encodeData(static_cast<int>(text.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
        QRcode_free);
    if (!made) return fail(errors::qr_too_large);
    QrCode code;
    code.size_ = made->width;
    const std::size_t count =
        static_cast<std::size_t>(made->width) * static_cast<std::size_t>(made->width);
    for (std::size_t i = 0; i < count; ++i) code.squares_.push_back((made->data[i] & 1) != 0);
    return code;
}

}  // namespace obhut::cli
