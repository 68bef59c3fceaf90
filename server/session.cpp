#include "server/session.h"

#include <jwt.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <stdexcept>

#include "http/text.h"
#include "server/crypto.h"
#include "shared/limits.h"

namespace chukta {

namespace {

constexpr const char* kAudience = "chukta";
constexpr std::int64_t kTokenSecondsMax = 300;  // product.md §1: a short-lived token
constexpr std::int64_t kSkewSeconds = 30;       // two servers' clocks
constexpr EpochMs kSessionMs = 24LL * 3600 * 1000;
constexpr std::size_t kJtiLengthMin = 8;
constexpr std::size_t kJtiLengthMax = 64;
constexpr std::size_t kCookieBytes = 32;

struct JwtDelete {
    void operator()(jwt_t* token) const { jwt_free(token); }
};
using Jwt = std::unique_ptr<jwt_t, JwtDelete>;

/// Base64url without padding: a cookie value and a URL part as it is.
std::string cookie_text(std::string_view bytes) {
    std::string text = crypto::base64_encode(bytes);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    while (!text.empty() && text.back() == '=') text.pop_back();
    return text;
}

/// Letters, digits and the punctuation of ids: no control characters, nothing to escape.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string_view grant(jwt_t* token, const char* name) {
    const char* value = jwt_get_grant(token, name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

/// A token that one of the keys signed with HS256, or null. libjwt verifies with the algorithm that
/// the header names, so the algorithm is pinned afterwards; "none" fails in it when a key is given.
Jwt verified(const std::string& token, const std::vector<Secret>& keys) {
    for (const Secret& key : keys) {
        const std::string_view bytes = key.reveal();
        jwt_t* raw = nullptr;
        const int failed = jwt_decode(
            &raw,
            token.c_str(),
            reinterpret_cast<const unsigned char*>(bytes.data()),
            static_cast<int>(bytes.size())
        );
        Jwt decoded{raw};
        if (failed != 0 || decoded == nullptr) continue;
        // RFC 7515 §4.1.11: who does not understand what `crit` lists must refuse.
        const std::unique_ptr<char, decltype(&std::free)> crit{
            jwt_get_headers_json(decoded.get(), "crit"), &std::free};
        if (jwt_get_alg(decoded.get()) == JWT_ALG_HS256 && crit == nullptr) return decoded;
    }
    return nullptr;
}

/// Whether now lies within the token's times, and those within our bound.
bool times_are_good(std::int64_t issued_s, std::int64_t expires_s, std::int64_t now_s) {
    // libjwt gives 0 for a claim that is absent or not an integer.
    if (issued_s <= 0 || expires_s <= issued_s) return false;
    if (expires_s - issued_s > kTokenSecondsMax) return false;
    return issued_s <= now_s + kSkewSeconds && now_s < expires_s + kSkewSeconds;
}

/// The session's cookie, if it can be one of ours.
std::optional<std::string> cookie_value(const OrderId& order_id, std::string_view cookie_header) {
    auto value = http::cookie(cookie_header, Sessions::cookie_name(order_id));
    // Other lengths cannot be ours; and no work is done for a kilobyte of nonsense.
    if (!value || value->size() != (kCookieBytes * 4 + 2) / 3) return std::nullopt;
    return value;
}

}  // namespace

Sessions::Sessions(SessionStore& store, const Clock& clock, SessionSettings settings)
    : store_{store}, clock_{clock}, settings_{std::move(settings)} {
    assert(!settings_.token_keys.empty());
}

std::optional<CustomerToken> Sessions::read_token(std::string_view token) const {
    if (token.empty() || token.size() > limits::kTokenLengthMax || !is_plain(token)) {
        return std::nullopt;
    }
    const Jwt jwt = verified(std::string{token}, settings_.token_keys);
    if (jwt == nullptr) return std::nullopt;
    if (grant(jwt.get(), "iss") != settings_.issuer || grant(jwt.get(), "aud") != kAudience) {
        return std::nullopt;
    }
    const std::int64_t expires_s = jwt_get_grant_int(jwt.get(), "exp");
    const std::int64_t now_s = clock_.now() / 1000;
    if (!times_are_good(jwt_get_grant_int(jwt.get(), "iat"), expires_s, now_s)) return std::nullopt;
    if (jwt_get_grant_int(jwt.get(), "nbf") > now_s + kSkewSeconds) return std::nullopt;

    const auto sub = grant(jwt.get(), "sub");
    const auto order = grant(jwt.get(), "order_id");
    const auto jti = grant(jwt.get(), "jti");
    if (sub.empty() || sub.size() > limits::kCustomerIdLengthMax) return std::nullopt;
    if (order.empty() || order.size() > limits::kOrderIdLengthMax) return std::nullopt;
    if (jti.size() < kJtiLengthMin || jti.size() > kJtiLengthMax || !is_plain(jti)) {
        return std::nullopt;
    }
    return CustomerToken{
        .order_id = OrderId{std::string{order}},
        .customer_id = CustomerId{std::string{sub}},
        .jti = std::string{jti},
        .expires_at = (expires_s + kSkewSeconds) * 1000,
    };
}

std::optional<std::string> Sessions::open(
    const CustomerToken& token, std::string_view cookie_header
) {
    const std::string value = cookie_text(crypto::random_bytes(kCookieBytes));
    const Session session{token.order_id, token.customer_id, clock_.now() + kSessionMs};
    if (store_.use_token(token.jti, token.expires_at, crypto::sha256_hex(value), session)) {
        return cookie_name(token.order_id) + "=" + value + "; Path=/; HttpOnly; SameSite=Lax" +
               (settings_.secure_cookies ? "; Secure" : "");
    }
    // A reload or a double tap of the shop's link in the browser that used it first.
    const auto held = session_hash(token.order_id, cookie_header);
    const auto made = store_.session_of_token(token.jti);
    if (!held || !made || !crypto::equal_constant_time(*held, *made)) return std::nullopt;
    if (customer_of(token.order_id, cookie_header) != token.customer_id) return std::nullopt;
    return std::string{};
}

std::optional<CustomerId> Sessions::customer_of(
    const OrderId& order_id, std::string_view cookie_header
) {
    const auto hash = session_hash(order_id, cookie_header);
    if (!hash) return std::nullopt;
    const auto session = store_.find_session(*hash);
    // The row is bound to one order: another order's cookie under this order's name opens nothing.
    if (!session || !(session->order_id == order_id)) return std::nullopt;
    if (session->expires_at <= clock_.now()) return std::nullopt;
    return session->customer_id;
}

std::string Sessions::mint_token(const OrderId& order_id, const CustomerId& customer_id) const {
    jwt_t* raw = nullptr;
    if (jwt_new(&raw) != 0) throw std::runtime_error("no memory for a token");
    const Jwt jwt{raw};
    const std::int64_t now_s = clock_.now() / 1000;
    const std::string_view key = settings_.token_keys.front().reveal();
    const std::string jti = crypto::random_id();
    int failed = jwt_add_grant(raw, "iss", settings_.issuer.c_str());
    failed |= jwt_add_grant(raw, "aud", kAudience);
    failed |= jwt_add_grant(raw, "sub", customer_id.str().c_str());
    failed |= jwt_add_grant(raw, "order_id", order_id.str().c_str());
    failed |= jwt_add_grant(raw, "jti", jti.c_str());
    failed |= jwt_add_grant_int(raw, "iat", now_s);
    failed |= jwt_add_grant_int(raw, "exp", now_s + kTokenSecondsMax);
    failed |= jwt_set_alg(
        raw,
        JWT_ALG_HS256,
        reinterpret_cast<const unsigned char*>(key.data()),
        static_cast<int>(key.size())
    );
    const std::unique_ptr<char, decltype(&std::free)> text{jwt_encode_str(raw), &std::free};
    if (failed != 0 || text == nullptr) throw std::runtime_error("a token could not be made");
    return text.get();
}

std::optional<std::string> Sessions::session_hash(
    const OrderId& order_id, std::string_view cookie_header
) {
    const auto value = cookie_value(order_id, cookie_header);
    if (!value) return std::nullopt;
    return crypto::sha256_hex(*value);
}

std::optional<std::string> Sessions::form_token(
    const OrderId& order_id, std::string_view cookie_header
) {
    const auto value = cookie_value(order_id, cookie_header);
    if (!value) return std::nullopt;
    // Keyed, so that it is another text than the hash in the database.
    return cookie_text(crypto::hmac_sha256(*value, "chukta form of " + order_id.str()));
}

std::string Sessions::cookie_name(const OrderId& order_id) { return "chukta_" + order_id.str(); }

}  // namespace chukta
