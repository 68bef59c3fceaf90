/// @file
/// Cashfree's endpoints over HTTP: addresses, headers, deadlines, and what an ending means for the
/// caller (facts/cashfree.md §1 to §4). Knows bytes, not their meaning.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/client.h"
#include "server/gateway.h"
#include "server/secret.h"

namespace chukta::cashfree {

struct ClientOptions {
    std::string base_url;       ///< "https://api.cashfree.com/pg", without a slash at the end
    std::string ca_file;        ///< empty: the system's authorities
    http::Transport transport;  ///< instead of libcurl when it is set
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds call_timeout{15'000};
    /// Order Pay waits for a bank or a UPI app's server, so it may take longer than the others.
    std::chrono::milliseconds pay_timeout{kLongestCall};
};

/// Calls block their thread; several threads may call at once. Each call borrows an http::Client of
/// its own, kept for the next one, so that connections live on.
class Client {
public:
    /// The secrets must outlive the client.
    Client(ClientOptions options, const Secret& client_id, const Secret& client_secret);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    GatewayResult create_order(std::string body);
    GatewayResult get_order(const OrderId& order_id);
    GatewayResult terminate_order(const OrderId& order_id, std::string body);
    GatewayResult get_payments(const OrderId& order_id);

    GatewayResult get_refunds(const OrderId& order_id);

    /// Create Refund. An unclear ending may be repeated with the same body: their refund_id is
    /// unique in the merchant's account for ever (§6.2), and the idempotency key made of it gets
    /// the first answer again (§1.4), so a repeat never gives money back twice.
    GatewayResult refund(const GatewayRefund& refund, std::string body);

    /// Order Pay, the one call that starts something and the one without credentials: the session
    /// in the body is what authorises it (§1.2).
    GatewayResult pay(const GatewayPay& pay, std::string body);

private:
    enum class Credentials { Send, Withhold };

    http::ClientRequest request(
        std::string method, const std::string& path, Credentials credentials
    ) const;
    /// Sends with an idle http::Client or a new one, and keeps it.
    tl::expected<http::ClientResponse, http::ClientError> send(const http::ClientRequest& request);

    ClientOptions options_;
    const Secret& client_id_;
    const Secret& client_secret_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<http::Client>> idle_;  ///< guarded by mutex_
};

/// What a repeat of the call would do, which is what an unclear ending turns on.
enum class Repeat {
    Harmless,       ///< a read, or a write that names its result: sending it again changes nothing
    StartsPayment,  ///< Order Pay: the first one may have reached the customer's phone
    /// Create Refund: harmless, too, but the caller wants to know that it was perhaps accepted.
    NamesItsResult,
};

/// What the caller should do about an HTTP response (the table is in client.cpp). Pure.
GatewayResult classify(const http::ClientResponse& response, Repeat repeat);

/// The same for a call without a whole response. Pure.
GatewayFailure classify(http::ClientError error, Repeat repeat);

}  // namespace chukta::cashfree
