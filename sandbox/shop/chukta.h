/// @file
/// The shop's calls to Chukta: a few of its API's routes are all a shop needs.
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

    /// Gives back all that can be refunded. The same refund_id again is the same refund: how it
    /// ends comes by webhook.
    chukta::Result<std::string, ChuktaError> refund_order(
        http::Client& client, const Order& order, std::string_view refund_id
    ) const;

private:
    /// The body of a 200 or 201.
    chukta::Result<std::string, ChuktaError> send(
        http::Client& client, const std::string& path, std::string body, const Order& order
    ) const;
    chukta::Result<OrderNews, ChuktaError> post(
        http::Client& client, const std::string& path, std::string body, const Order& order
    ) const;

    const Options& options_;
};

}  // namespace shop
