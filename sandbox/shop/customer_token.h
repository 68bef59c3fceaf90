/// @file
/// The signed word with which the shop hands its logged-in customer to Chukta.
#pragma once

#include <string>
#include <string_view>

#include "shared/time.h"

namespace shop {

/// What the token says of whom.
struct TokenClaims {
    std::string merchant_id;  ///< iss
    std::string customer_id;  ///< sub
    std::string order_id;
};

/// How long a token lives. Chukta refuses more than 300 s; the redirect needs one.
constexpr chukta::EpochMs kTokenLifeMs = 120'000;

/// A JWT (HS256) for one use: iss, aud "chukta", sub, order_id, iat, exp and a fresh jti. Throws
/// std::runtime_error when libjwt refuses (no memory, no key).
std::string make_customer_token(
    std::string_view key, const TokenClaims& claims, chukta::EpochMs now_ms
);

}  // namespace shop
