/// @file
/// Hashes, codes and random names: the only file of server/ that speaks to OpenSSL. All functions
/// are pure but the random ones; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/secret.h"

namespace chukta::crypto {

/// Raw bytes from the system's generator. Throws std::runtime_error when there are none: a
/// guessable session must never be handed out.
std::string random_bytes(std::size_t count);

/// 26 characters of lower-case base32 (RFC 4648 alphabet without padding): 130 bits, safe in URLs,
/// order ids and file names.
std::string random_id();

/// The same for what is no secret, as each request's own name: of bytes that were drawn before.
std::string random_name();

/// The 32 raw bytes of SHA-256.
std::string sha256(std::string_view bytes);
/// The same as 64 lower-case hex digits: what the database holds instead of a session's cookie.
std::string sha256_hex(std::string_view bytes);

/// The 32 raw bytes of HMAC-SHA256 (RFC 2104).
std::string hmac_sha256(std::string_view key, std::string_view message);
std::string hmac_sha256(const Secret& key, std::string_view message);

/// RFC 4648 §4, with padding.
std::string base64_encode(std::string_view bytes);
/// Strict: padded, canonical, no line breaks; nothing for anything else.
std::optional<std::string> base64_decode(std::string_view text);

/// Whether two texts are equal, in a time that does not depend on where they differ. Lengths are
/// not hidden.
bool equal_constant_time(std::string_view a, std::string_view b);
bool equal_constant_time(const Secret& a, std::string_view b);

/// Overwrites memory in a way that the compiler does not leave out.
void wipe(void* bytes, std::size_t count);

}  // namespace chukta::crypto
