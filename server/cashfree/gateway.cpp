#include "server/cashfree/gateway.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/cashfree/signature.h"
#include "server/cashfree/wire.h"
#include "server/cashfree/words.h"
#include "server/crypto.h"
#include "server/faults.h"
#include "server/qr_image.h"
#include "server/web_url.h"
#include "shared/limits.h"
#include "shared/upi_uri.h"

namespace chukta::cashfree {

namespace {

/// payload's keys in our apps. `web` is not among them: it carries the session (product.md §5).
std::optional<UpiApp> app_of(std::string_view key) {
    struct Row {
        std::string_view key;
        UpiApp app;
    };
    static constexpr Row kRows[] = {
        {"gpay", UpiApp::GooglePay},
        {"phonepe", UpiApp::PhonePe},
        {"paytm", UpiApp::Paytm},
        {"bhim", UpiApp::Bhim},
        {"default", UpiApp::Other},
    };
    for (const auto& row : kRows) {
        if (row.key == key) return row.app;
    }
    return std::nullopt;
}

std::optional<PaymentPrompt> intent_prompt(
    const PayAnswer& answer, const std::vector<std::string>& origins
) {
    IntentPrompt prompt;
    for (const auto& [key, link] : answer.links) {
        const std::string& href = link;  // no lambda of clang 14 takes a structured binding
        const auto app = app_of(key);
        if (!app || href.size() > limits::kLinkLengthMax) continue;
        const bool allowed = std::any_of(origins.begin(), origins.end(), [&](const auto& origin) {
            return link_is_allowed(*app, href, origin);
        });
        if (allowed) prompt.links.push_back({*app, href});
    }
    if (prompt.links.empty()) return std::nullopt;
    return prompt;
}

/// Text that the page can carry in JSON and draw again, byte for byte.
bool is_drawable(std::string_view text) {
    return !text.empty() && text.size() <= limits::kLinkLengthMax &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::optional<PaymentPrompt> qr_prompt(std::string_view data_uri) {
    constexpr std::string_view kPrefix = "data:image/png;base64,";
    if (data_uri.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
    const std::string_view base64 = data_uri.substr(kPrefix.size());
    if (base64.size() > limits::kPngBytesMax / 3 * 4) return std::nullopt;
    const auto png = crypto::base64_decode(base64);
    if (!png) return std::nullopt;
    const auto text = read_qr_png(*png);
    if (!text && text.error() == QrImageError::NotAnImage) return std::nullopt;
    if (text && is_drawable(*text)) return QrPrompt{.text = *text, .png_base64 = {}};
    return QrPrompt{.text = {}, .png_base64 = std::string{base64}};
}

}  // namespace

std::vector<std::string> link_origins_of(std::string_view base_url) {
    const auto url = parse_web_url(base_url);
    if (!url) return {};
    std::vector<std::string> origins{url->origin};
    if (url->host == "sandbox.cashfree.com") {
        origins.emplace_back("https://payments-test.cashfree.com");
    }
    return origins;
}

Gateway::Gateway(GatewaySettings settings)
    : settings_{std::move(settings)},
      link_origins_{link_origins_of(settings_.client.base_url)},
      client_{settings_.client, settings_.client_id, settings_.client_secret} {
    link_origins_.insert(
        link_origins_.end(), settings_.more_link_origins.begin(), settings_.more_link_origins.end()
    );
}

GatewayResult Gateway::create_order(const GatewayOrder& order) {
    if (faults::planted(faults::Bug::WholeRupees)) {
        GatewayOrder rounded = order;
        rounded.amount = *Money::from_paise(order.amount.paise() / 100 * 100);
        return client_.create_order(encode_create_order(rounded, settings_.notify_url));
    }
    return client_.create_order(encode_create_order(order, settings_.notify_url));
}

GatewayResult Gateway::get_order(const OrderId& order_id) { return client_.get_order(order_id); }

GatewayResult Gateway::terminate_order(const OrderId& order_id) {
    return client_.terminate_order(order_id, encode_terminate());
}

GatewayResult Gateway::pay(const GatewayPay& pay) { return client_.pay(pay, encode_pay(pay)); }

GatewayResult Gateway::get_payments(const OrderId& order_id) {
    return client_.get_payments(order_id);
}

GatewayResult Gateway::refund(const GatewayRefund& refund) {
    return client_.refund(refund, encode_refund(refund));
}

GatewayResult Gateway::get_refunds(const OrderId& order_id) {
    return client_.get_refunds(order_id);
}

bool Gateway::signed_by_gateway(const WebhookHeaders& headers, std::string_view body) const {
    if (faults::planted(faults::Bug::ForgedIsBelieved)) return true;
    return is_signed(settings_.client_secret, settings_.client_secret_previous, headers, body);
}

Result<WebhookNews, WireError> Gateway::read_webhook(std::string_view body) const {
    return decode_webhook(body);
}

Result<GatewayOrderNews, WireError> Gateway::read_order(std::string_view body) const {
    return decode_order(body);
}

Result<GatewayPayNews, WireError> Gateway::read_pay(std::string_view body) const {
    auto answer = decode_pay(body);
    if (!answer) return failure(answer.error());
    std::optional<PaymentPrompt> prompt;
    switch (answer->channel) {
        case Channel::Intent:
            prompt = intent_prompt(*answer, link_origins_);
            break;
        case Channel::Collect:
            prompt = CollectPrompt{};
            break;
        case Channel::QrCode:
            prompt = qr_prompt(answer->qr_data_uri);
            break;
    }
    if (!prompt) return failure(WireError::WrongShape);
    return GatewayPayNews{
        .payment_id = std::move(answer->payment_id),
        .prompt = std::move(*prompt),
        .amount = answer->amount,
    };
}

Result<std::vector<GatewayEvent>, WireError> Gateway::read_payments(std::string_view body) const {
    return decode_payments(body);
}

Result<GatewayRefundNews, WireError> Gateway::read_refund(std::string_view body) const {
    return decode_refund(body);
}

Result<std::vector<GatewayRefundNews>, WireError> Gateway::read_refunds(std::string_view body
) const {
    return decode_refunds(body);
}

GatewayRefusal Gateway::read_refusal(int http_status, std::string_view body) const {
    const auto error = decode_error(body).value_or(ErrorAnswer{});
    const ErrorTexts texts{.code = error.code, .type = error.type, .message = error.message};
    return {.refusal = refusal_word(http_status, texts), .code = error.code};
}

}  // namespace chukta::cashfree
