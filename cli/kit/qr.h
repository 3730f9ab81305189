// QR codes, as a grid of dark and light squares.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace obhut::cli {

class QrCode {
public:
    // make encodes a text with error correction level M (15 % may be unreadable), in the smallest
    // version that holds it. Errors: qr_too_large (over about 2,300 bytes).
    static Result<QrCode> make(std::string_view text);

    int size() const { return size_; }  // squares a side, without the light margin of 4
    bool dark(int row, int column) const {
        return squares_[static_cast<std::size_t>(row) * static_cast<std::size_t>(size_) +
                        static_cast<std::size_t>(column)];
    }

private:
    int size_ = 0;
    std::vector<bool> squares_;
};

inline constexpr int kQrMargin = 4;

}  // namespace obhut::cli
