/// @file
/// What the demo shop needs to know to run; filled by config.cpp or by a test.
#pragma once

#include <cstdint>
#include <string>

#include "sandbox/shop/clock.h"

namespace shop {

/// Secrets are plain strings here: this is the shop of a demo, and it prints none of them.
struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: the kernel picks one, see App::port
    /// Where a browser finds this shop; empty: http://address:port, once the port is known.
    std::string public_url;
    std::string state_file;  ///< the folder must exist; the file may not yet
    /// Where this shop's server finds Chukta's API.
    std::string chukta_url = "http://127.0.0.1:8080";
    /// The origin of pay_url: the only other place a customer is ever sent to. Empty: chukta_url.
    std::string chukta_public_url;
    std::string merchant_id;         ///< the `iss` of customer tokens
    std::string api_key;             ///< sent as Bearer to /v1/orders
    std::string customer_token_key;  ///< HS256, at least 32 bytes
    std::string webhook_secret;      ///< "whsec_" and base64
    Now now = system_now;
};

}  // namespace shop
