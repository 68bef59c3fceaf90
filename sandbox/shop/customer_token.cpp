#include "sandbox/shop/customer_token.h"

#include <jwt.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "sandbox/shop/crypto.h"

namespace shop {

std::string make_customer_token(
    std::string_view key, const TokenClaims& claims, chukta::EpochMs now_ms
) {
    jwt_t* made = nullptr;
    if (jwt_new(&made) != 0) throw std::runtime_error{"customer token: jwt_new"};
    const std::unique_ptr<jwt_t, decltype(&jwt_free)> token{made, &jwt_free};

    const std::string jti = random_hex(16);
    const auto* key_bytes = reinterpret_cast<const unsigned char*>(key.data());
    int failed = jwt_set_alg(token.get(), JWT_ALG_HS256, key_bytes, static_cast<int>(key.size()));
    failed |= jwt_add_grant(token.get(), "iss", claims.merchant_id.c_str());
    failed |= jwt_add_grant(token.get(), "aud", "chukta");
    failed |= jwt_add_grant(token.get(), "sub", claims.customer_id.c_str());
    failed |= jwt_add_grant(token.get(), "order_id", claims.order_id.c_str());
    failed |= jwt_add_grant_int(token.get(), "iat", now_ms / 1000);
    failed |= jwt_add_grant_int(token.get(), "exp", (now_ms + kTokenLifeMs) / 1000);
    failed |= jwt_add_grant(token.get(), "jti", jti.c_str());
    if (failed != 0) throw std::runtime_error{"customer token: a claim was refused"};

    const std::unique_ptr<char, decltype(&std::free)> text{jwt_encode_str(token.get()), &std::free};
    if (!text) throw std::runtime_error{"customer token: not signed"};
    return text.get();
}

}  // namespace shop
