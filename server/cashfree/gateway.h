/// @file
/// Cashfree as a chukta::Gateway: the one place where its client, wire and signature meet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/cashfree/client.h"
#include "server/gateway.h"
#include "server/secret.h"

namespace chukta::cashfree {

struct GatewaySettings {
    ClientOptions client;
    Secret client_id;
    Secret client_secret;           ///< also the key of their webhooks' signatures
    Secret client_secret_previous;  ///< empty but during a rotation; checks webhooks only
    /// Sent as order_meta.notify_url; must be https at their side. Empty: not sent, their
    /// dashboard's endpoints are told alone.
    std::string notify_url;
    /// Origins besides the base URL's own under which a https payment link may live.
    std::vector<std::string> more_link_origins;
};

/// The origins under which Cashfree's own web pages for UPI apps live: the base URL's, and for
/// their sandbox the simulator's (facts/cashfree.md §1.1). Empty for a URL that is none.
std::vector<std::string> link_origins_of(std::string_view base_url);

/// Any thread, as Gateway promises.
class Gateway final : public chukta::Gateway {
public:
    explicit Gateway(GatewaySettings settings);

    GatewayResult create_order(const GatewayOrder& order) override;
    GatewayResult get_order(const OrderId& order_id) override;
    GatewayResult terminate_order(const OrderId& order_id) override;
    GatewayResult pay(const GatewayPay& pay) override;
    GatewayResult get_payments(const OrderId& order_id) override;
    GatewayResult refund(const GatewayRefund& refund) override;
    GatewayResult get_refunds(const OrderId& order_id) override;

    bool signed_by_gateway(const WebhookHeaders& headers, std::string_view body) const override;

    Result<WebhookNews, WireError> read_webhook(std::string_view body) const override;
    Result<GatewayOrderNews, WireError> read_order(std::string_view body) const override;
    /// WrongShape also when nothing is left to show: no link that may be shown, or a QR that is no
    /// PNG inside the limits.
    Result<GatewayPayNews, WireError> read_pay(std::string_view body) const override;
    Result<std::vector<GatewayEvent>, WireError> read_payments(std::string_view body
    ) const override;
    Result<GatewayRefundNews, WireError> read_refund(std::string_view body) const override;
    Result<std::vector<GatewayRefundNews>, WireError> read_refunds(std::string_view body
    ) const override;
    GatewayRefusal read_refusal(int http_status, std::string_view body) const override;

private:
    GatewaySettings settings_;
    std::vector<std::string> link_origins_;
    Client client_;  ///< refers to the secrets in settings_
};

}  // namespace chukta::cashfree
