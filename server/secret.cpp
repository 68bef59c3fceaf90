#include "server/secret.h"

#include <utility>

#include "server/crypto.h"

namespace chukta {

namespace {

/// Leaves no copy behind: a short string lives inside the object and survives a move.
void wipe(std::string& text) {
    // The terminator may be followed by old bytes of a longer text, so the capacity is wiped.
    text.resize(text.capacity());
    crypto::wipe(text.data(), text.size());
    text.clear();
}

}  // namespace

Secret::Secret(Secret&& other) noexcept : text_{std::move(other.text_)} { wipe(other.text_); }

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe(text_);
        text_ = std::move(other.text_);
        wipe(other.text_);
    }
    return *this;
}

Secret::~Secret() { wipe(text_); }

}  // namespace chukta
