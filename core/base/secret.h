// Secrets: bytes that are wiped when they go out of scope and that cannot be copied, compared or
// printed by mistake.
//
// expose() is the one way to the bytes; search for it to find every use.
#pragma once

#include <array>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/check.h"

namespace obhut {

// wipe overwrites memory in a way the optimiser keeps.
void wipe(MutableByteView memory);

template <std::size_t N>
class Secret {
public:
    static constexpr std::size_t kSize = N;

    Secret() = default;
    explicit Secret(ByteView bytes) {
        CHECK(bytes.size() == N);
        std::memcpy(bytes_.data(), bytes.data(), N);
    }
    Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            bytes_ = other.bytes_;
            wipe(other.bytes_);
        }
        return *this;
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(bytes_); }

    // clone makes the deliberate copy.
    Secret clone() const { return Secret(ByteView(bytes_)); }
    ByteView expose() const { return bytes_; }
    MutableByteView expose_mutable() { return bytes_; }

private:
    std::array<std::uint8_t, N> bytes_{};
};

// SecretBytes is a secret of any length.
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(Bytes bytes) : bytes_(std::move(bytes)) {}
    explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
    SecretBytes(SecretBytes&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    SecretBytes& operator=(SecretBytes&& other) noexcept {
        if (this != &other) {
            wipe(bytes_);
            bytes_ = std::exchange(other.bytes_, {});
        }
        return *this;
    }
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes() { wipe(bytes_); }

    SecretBytes clone() const { return SecretBytes(ByteView(bytes_)); }
    std::size_t size() const { return bytes_.size(); }
    ByteView expose() const { return bytes_; }
    MutableByteView expose_mutable() { return bytes_; }

private:
    Bytes bytes_;
};

}  // namespace obhut
