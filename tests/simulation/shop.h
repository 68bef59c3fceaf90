/// @file
/// The shop: creates orders, sometimes cancels or verifies them, and believes webhooks that are
/// signed. Its receiver is the demo shop's own verification.
#pragma once

#include <string>

#include "http/client.h"
#include "sandbox/shop/webhook.h"
#include "server/orders.h"

namespace chukta::simulation {

class World;

class Shop {
public:
    explicit Shop(World& world);

    static constexpr const char* kSecret = "whsec_Zr7Kp0Qm3Xs9Vt5Yw1Bd8Fh2Jn6Lc4Ga";

    /// Asks the server to create the order until it is answered.
    void order(const NewOrder& wanted);
    void cancel(const OrderId& order_id);
    void verify(const OrderId& order_id);

    /// The answer to one webhook.
    http::ClientResponse receive(const http::ClientRequest& request);

private:
    World& world_;
    shop::WebhookKey key_;
};

}  // namespace chukta::simulation
