#include "server/cashfree/client.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "http/text.h"
#include "server/cashfree/wire.h"
#include "server/crypto.h"
#include "server/log.h"
#include "shared/device.h"
#include "shared/limits.h"

namespace chukta::cashfree {

namespace {

constexpr const char* kApiVersion = "2023-08-01";

// More connections than Dispatcher threads would only be idle ones.
constexpr std::size_t kIdleMax = 16;

/// "1-59 = seconds to wait" (§1.3); bounded, since a wrong header must not stop payments.
int retry_after_s(const http::Headers& headers) {
    constexpr int kSecondsMax = 60;
    for (const char* name : {"x-ratelimit-retry", "retry-after"}) {
        const auto text = headers.find(name);
        if (!text) continue;
        int seconds = 0;
        const char* const end = text->data() + text->size();
        const auto [stopped, error] = std::from_chars(text->data(), end, seconds);
        if (error != std::errc{} || stopped != end || seconds <= 0) continue;
        return std::min(seconds, kSecondsMax);
    }
    return 0;
}

GatewayError unclear_or_retry(Repeat repeat) {
    switch (repeat) {
        case Repeat::Harmless:
            return GatewayError::Retry;
        case Repeat::StartsPayment:
        case Repeat::NamesItsResult:
            return GatewayError::Unclear;
    }
    return GatewayError::Unclear;
}

std::string order_path(const OrderId& order_id) {
    return "/orders/" + http::percent_encode(order_id.str());
}

/// §8: the shopper's device, not ours.
void add_device_headers(http::Headers& headers, const GatewayPay& pay) {
    const ClientHeaders device = client_headers(pay.device, pay.user_agent);
    headers.add("x-client-device", std::string{device.device});
    headers.add("x-client-os", std::string{device.os});
    headers.add("x-client-browser", std::string{device.browser});
    if (!device.rendering.empty()) {
        headers.add("x-client-rendering-type", std::string{device.rendering});
    }
}

GatewayResult result_of(
    const tl::expected<http::ClientResponse, http::ClientError>& response, Repeat repeat
) {
    if (!response) return failure(classify(response.error(), repeat));
    if (response->status == 401 || response->status == 403) {
        // An operator's mistake, and every order waits for its repair.
        log::error("gateway.credentials_refused", {{"http_status", response->status}});
    }
    return classify(*response, repeat);
}

}  // namespace

// clang-format off
// | Response                            | Harmless | StartsPayment | Why                                   |
// |-------------------------------------|----------|---------------|---------------------------------------|
// | 2xx, JSON                           | answer   | answer        |                                       |
// | 2xx, not JSON                       | Retry    | Unclear       | something between us                  |
// | 401, 403                            | Retry    | Retry         | refused at the door: the customer     |
// |                                     |          |               | must not fail for the operator's key  |
// | 429                                 | Retry    | Retry         | counted, not accepted                 |
// | 502 bank_processing_failure         | Retry    | answer        | §3.5: the bank refused at initiation, |
// |                                     |          |               | a definite no                         |
// | other 4xx in the error shape        | answer   | answer        | a refusal                             |
// | 408, 3xx, 4xx of another shape      | Retry    | Unclear       | not the gateway's own word            |
// | other 5xx                           | Retry    | Unclear       | may have happened                     |
// clang-format on
GatewayResult classify(const http::ClientResponse& response, Repeat repeat) {
    const int status = response.status;
    if (status == 429) {
        return failure(GatewayFailure{GatewayError::Retry, retry_after_s(response.headers)});
    }
    if (status == 401 || status == 403) return failure(GatewayFailure{GatewayError::Retry, 0});
    if (status >= 200 && status < 300 && is_json(response.body)) {
        return GatewayAnswer{status, response.body};
    }
    const bool is_refusal = status >= 400 && status < 500 && status != 408;
    const bool starts_payment = repeat == Repeat::StartsPayment;
    if (is_refusal || (status == 502 && starts_payment)) {
        const auto error = decode_error(response.body);
        if (error && (is_refusal || error->code == "bank_processing_failure")) {
            return GatewayAnswer{status, response.body};
        }
    }
    return failure(GatewayFailure{unclear_or_retry(repeat), 0});
}

GatewayFailure classify(http::ClientError error, Repeat repeat) {
    switch (error) {
        case http::ClientError::NotSent:
            return {GatewayError::Retry, 0};
        case http::ClientError::MaybeSent:
            return {unclear_or_retry(repeat), 0};
    }
    return {unclear_or_retry(repeat), 0};
}

Client::Client(ClientOptions options, const Secret& client_id, const Secret& client_secret)
    : options_{std::move(options)}, client_id_{client_id}, client_secret_{client_secret} {}

Client::~Client() = default;

http::ClientRequest Client::request(
    std::string method, const std::string& path, Credentials credentials
) const {
    http::ClientRequest request;
    request.method = std::move(method);
    request.url = options_.base_url + path;
    request.connect_timeout = options_.connect_timeout;
    request.timeout = options_.call_timeout;
    request.response_bytes_max = limits::kGatewayBodyMax;
    request.headers.add("x-api-version", kApiVersion);
    request.headers.add("accept", "application/json");
    // Cashfree keeps it beside the call and sends it back (§1.2).
    if (const auto id = log::current_request(); !id.str().empty()) {
        request.headers.add("x-request-id", id.str());
    }
    if (credentials == Credentials::Send) {
        request.secret_headers = {
            {"x-client-id", client_id_.reveal()}, {"x-client-secret", client_secret_.reveal()}};
    }
    return request;
}

tl::expected<http::ClientResponse, http::ClientError> Client::send(
    const http::ClientRequest& request
) {
    if (options_.transport) return options_.transport(request);
    std::unique_ptr<http::Client> client;
    {
        const std::lock_guard lock{mutex_};
        if (!idle_.empty()) {
            client = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!client) client = std::make_unique<http::Client>(options_.ca_file);
    auto response = client->send(request);
    const std::lock_guard lock{mutex_};
    if (idle_.size() < kIdleMax) idle_.push_back(std::move(client));
    return response;
}

GatewayResult Client::create_order(std::string body) {
    auto call = request("POST", "/orders", Credentials::Send);
    call.headers.add("content-type", "application/json");
    // The order id, which is in the body, is unique for ever at their side: a repeat gets the first
    // answer by this key, or a 409 once the key is forgotten, and never a second order. That is why
    // an unclear ending is harmless here. Made of the whole body, so that a repeat with another
    // setting in it (a new notify_url) is answered by that 409 and not by a 422 for a misused key.
    constexpr std::size_t kKeyLength = 32;
    call.headers.add("x-idempotency-key", crypto::sha256_hex(body).substr(0, kKeyLength));
    call.body = std::move(body);
    return result_of(send(call), Repeat::Harmless);
}

GatewayResult Client::get_order(const OrderId& order_id) {
    return result_of(
        send(request("GET", order_path(order_id), Credentials::Send)), Repeat::Harmless
    );
}

GatewayResult Client::terminate_order(const OrderId& order_id, std::string body) {
    auto call = request("PATCH", order_path(order_id), Credentials::Send);
    call.headers.add("content-type", "application/json");
    call.body = std::move(body);
    return result_of(send(call), Repeat::Harmless);
}

GatewayResult Client::get_payments(const OrderId& order_id) {
    return result_of(
        send(request("GET", order_path(order_id) + "/payments", Credentials::Send)),
        Repeat::Harmless
    );
}

GatewayResult Client::get_refunds(const OrderId& order_id) {
    return result_of(
        send(request("GET", order_path(order_id) + "/refunds", Credentials::Send)), Repeat::Harmless
    );
}

GatewayResult Client::refund(const GatewayRefund& refund, std::string body) {
    auto call = request("POST", order_path(refund.order_id) + "/refunds", Credentials::Send);
    call.headers.add("content-type", "application/json");
    call.headers.add("x-idempotency-key", "refund_" + refund.refund_id.str());
    call.body = std::move(body);
    return result_of(send(call), Repeat::NamesItsResult);
}

GatewayResult Client::pay(const GatewayPay& pay, std::string body) {
    auto call = request("POST", "/orders/sessions", Credentials::Withhold);
    call.timeout = options_.pay_timeout;
    call.headers.add("content-type", "application/json");
    call.headers.add("x-idempotency-key", pay.attempt_id.str());
    add_device_headers(call.headers, pay);
    call.body = std::move(body);
    return result_of(send(call), Repeat::StartsPayment);
}

}  // namespace chukta::cashfree
