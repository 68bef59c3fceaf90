#include "sandbox/signature.h"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace sandbox {

std::string webhook_signature(
    std::string_view secret, std::string_view timestamp, std::string_view body
) {
    std::string message{timestamp};
    message += body;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    const auto* made = HMAC(
        EVP_sha256(),
        secret.data(),
        static_cast<int>(secret.size()),
        reinterpret_cast<const unsigned char*>(message.data()),
        message.size(),
        digest.data(),
        &length
    );
    if (made == nullptr) throw std::runtime_error("HMAC-SHA256 failed");
    std::array<unsigned char, 64> text{};
    const auto size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(length));
    return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)};
}

}  // namespace sandbox
