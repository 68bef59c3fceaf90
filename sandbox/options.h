/// @file
/// What can be set on a sandbox: some for its whole life, some while it runs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sandbox {

/// The form of the links in an Order Pay answer (facts/cashfree.md §3.3).
enum class LinkMode {
    Sandbox,    ///< every app gets the https address of the simulator page
    Production  ///< upi:// and the apps' own schemes
};

/// Which column of the rate limit table holds (facts/cashfree.md §1.5).
enum class RateLimits { Off, Sandbox, Production };

std::string_view word(LinkMode);
std::string_view word(RateLimits);

/// Changed by POST /sandbox/settings while it runs.
struct Settings {
    /// Where webhooks go, as configured in the merchant's dashboard; empty: nowhere.
    std::string webhook_url;
    LinkMode link_mode = LinkMode::Sandbox;
    RateLimits rate_limits = RateLimits::Production;
    /// From Order Pay to the outcome of a test UPI ID; observed to be 30 s exactly (§7.1).
    std::int64_t collect_success_delay_ms = 30'000;
    /// From a refund's creation to its success; observed to be 1 to 2 s (§6.2).
    std::int64_t refund_delay_ms = 1'500;
    /// The transaction time limit of `link` and `qrcode` attempts (§2.2); a collect request closes
    /// at its own expiry.
    std::int64_t close_out_ms = 30 * 60'000;
    /// The deadline of one webhook call; theirs is not published (§5.6).
    std::int64_t webhook_timeout_ms = 10'000;
};

struct Options : Settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: the kernel picks one, see App::port
    /// How browsers reach this sandbox, without a slash at the end; empty: http://address:port.
    std::string public_url;
    std::string client_id = "sandbox_client";
    /// Also the webhook key, as at Cashfree (§5.2). Never printed.
    std::string client_secret = "sandbox_secret_for_local_use_only";
    /// SQLite file that keeps everything over a restart; empty: memory only.
    std::string state_file;
    std::string merchant_name = "Chukta Demo Shop";
    std::string merchant_vpa = "chuktademo@cashfreesandbox";
    std::string merchant_category_code = "5732";
    /// 0: taken from the system. The same seed makes the same ids.
    std::uint64_t seed = 0;
    /// Length of cf_payment_id and cf_order_id, 10 to 19; 19 flushes out doubles (§11.4).
    int id_digits = 19;
    int threads = 2;
    /// Told of what an operator should know (a handler that failed); any thread. May be empty.
    std::function<void(std::string_view)> log;
};

}  // namespace sandbox
