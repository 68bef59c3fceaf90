/// @file
/// The shop's calls to Chukta: two of its API's routes are all a shop needs.
#pragma once

#include <string>

#include "http/client.h"
#include "sandbox/shop/book.h"
#include "sandbox/shop/customers.h"
#include "sandbox/shop/options.h"
#include "shared/result.h"

namespace shop {

/// Why Chukta did not do it, named by what the shop does next.
enum class ChuktaError {
    Later,    ///< not reached, busy or broken: the same call again is safe, since orders have ids
    Refused,  ///< it said no and will say it again: a fault in the shop or its settings
};

/// Borrows the options. Any thread, each with a client of its own.
class Chukta {
public:
    explicit Chukta(const Options& options) : options_{options} {}

    /// Creates the order there, or returns the one that is there: its order_id makes it idempotent.
    chukta::Result<OrderNews, ChuktaError> create_order(
        http::Client& client, const Order& order, const Customer& customer
    ) const;

    /// Sets its fulfilment to cancelled.
    chukta::Result<OrderNews, ChuktaError> cancel_order(http::Client& client, const Order& order)
        const;

private:
    chukta::Result<OrderNews, ChuktaError> post(
        http::Client& client, std::string path, std::string body, const Order& order
    ) const;

    const Options& options_;
};

}  // namespace shop
