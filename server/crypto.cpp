#include "server/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <cassert>
#include <limits>
#include <memory>
#include <stdexcept>

namespace chukta::crypto {

namespace {

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* as_bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

constexpr std::string_view kHexDigits = "0123456789abcdef";

std::string hex(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text += kHexDigits[value >> 4];
        text += kHexDigits[value & 15];
    }
    return text;
}

// OpenSSL finds an algorithm by its name, under a lock, in the time of a webhook's whole HMAC: each
// thread finds each once.

class Sha256Context {
public:
    Sha256Context() {
        digest_.reset(EVP_MD_fetch(nullptr, OSSL_DIGEST_NAME_SHA2_256, nullptr));
        context_.reset(EVP_MD_CTX_new());
        if (!digest_ || !context_) throw std::runtime_error("there is no SHA-256");
    }
    const EVP_MD* digest() const { return digest_.get(); }
    EVP_MD_CTX* get() const { return context_.get(); }

private:
    std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> digest_{nullptr, &EVP_MD_free};
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_{nullptr, &EVP_MD_CTX_free};
};

class HmacContext {
public:
    HmacContext() {
        const std::unique_ptr<EVP_MAC, void (*)(EVP_MAC*)> mac{
            EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr), &EVP_MAC_free};
        if (mac) context_.reset(EVP_MAC_CTX_new(mac.get()));
        std::string name = OSSL_DIGEST_NAME_SHA2_256;
        const OSSL_PARAM settings[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
            OSSL_PARAM_construct_end()};
        if (!context_ || EVP_MAC_CTX_set_params(context_.get(), settings) != 1) {
            throw std::runtime_error("there is no HMAC-SHA256");
        }
    }
    EVP_MAC_CTX* get() const { return context_.get(); }

private:
    std::unique_ptr<EVP_MAC_CTX, void (*)(EVP_MAC_CTX*)> context_{nullptr, &EVP_MAC_CTX_free};
};

constexpr std::size_t kIdLength = 26;

std::string base32(std::string bytes) {
    constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
    for (char& c : bytes) c = kBase32[static_cast<unsigned char>(c) & 31];
    return bytes;
}

}  // namespace

std::string random_bytes(std::size_t count) {
    assert(count <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    std::string bytes(count, '\0');
    if (RAND_bytes(as_bytes(bytes), static_cast<int>(count)) != 1) {
        throw std::runtime_error("the system gives no random bytes");
    }
    return bytes;
}

std::string random_id() { return base32(random_bytes(kIdLength)); }

std::string random_name() {
    // A draw costs as much as the rest of a small request's reading.
    constexpr std::size_t kDrawn = 64;
    thread_local std::string drawn;
    if (drawn.empty()) drawn = random_bytes(kDrawn * kIdLength);
    std::string name = base32(drawn.substr(drawn.size() - kIdLength));
    drawn.resize(drawn.size() - kIdLength);
    return name;
}

std::string sha256(std::string_view bytes) {
    thread_local const Sha256Context context;
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    const bool made = EVP_DigestInit_ex2(context.get(), context.digest(), nullptr) == 1 &&
                      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), as_bytes(digest), nullptr) == 1;
    if (!made) throw std::runtime_error("SHA-256 failed");
    return digest;
}

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

std::string hmac_sha256(std::string_view key, std::string_view message) {
    thread_local const HmacContext context;
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    std::size_t length = 0;
    // A null key would mean the one before (EVP_MAC_init(3)).
    const std::string_view given = key.data() == nullptr ? std::string_view{""} : key;
    const bool made = EVP_MAC_init(context.get(), as_bytes(given), given.size(), nullptr) == 1 &&
                      EVP_MAC_update(context.get(), as_bytes(message), message.size()) == 1 &&
                      EVP_MAC_final(context.get(), as_bytes(digest), &length, digest.size()) == 1;
    if (!made || length != digest.size()) throw std::runtime_error("HMAC failed");
    return digest;
}

std::string hmac_sha256(const Secret& key, std::string_view message) {
    return hmac_sha256(key.reveal(), message);
}

std::string base64_encode(std::string_view bytes) {
    // EVP_EncodeBlock also writes a terminating NUL, which std::string has room for.
    std::string text((bytes.size() + 2) / 3 * 4, '\0');
    EVP_EncodeBlock(as_bytes(text), as_bytes(bytes), static_cast<int>(bytes.size()));
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.empty()) return std::string{};
    std::size_t padding = 0;
    if (text.back() == '=') padding = text[text.size() - 2] == '=' ? 2 : 1;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int length =
        EVP_DecodeBlock(as_bytes(bytes), as_bytes(text), static_cast<int>(text.size()));
    if (length < 0 || static_cast<std::size_t>(length) != bytes.size()) return std::nullopt;
    bytes.resize(bytes.size() - padding);
    // OpenSSL trims white space and ignores stray bits; encoding again refuses both.
    if (base64_encode(bytes) != text) return std::nullopt;
    return bytes;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equal_constant_time(const Secret& a, std::string_view b) {
    return equal_constant_time(a.reveal(), b);
}

void wipe(void* bytes, std::size_t count) { OPENSSL_cleanse(bytes, count); }

}  // namespace chukta::crypto
