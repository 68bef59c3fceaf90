/// @file
/// The shop: creates orders, sometimes cancels or verifies them, gives money back, and believes
/// webhooks that are signed. Its receiver is the demo shop's own verification.
#pragma once

#include <string>

#include "http/client.h"
#include "sandbox/shop/webhook.h"
#include "server/orders.h"
#include "server/refunds.h"
#include "tests/simulation/ledger.h"

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

    /// Gives money of this order back, in some number of refunds, within the next minutes.
    void refund_some(const std::string& order_id);

    /// The answer to one webhook.
    http::ClientResponse receive(const http::ClientRequest& request);

private:
    /// What the shop does about news that it has not heard before.
    void note(Heard heard);
    Wish some_wish(const std::string& order_id);
    /// Asks until it is answered.
    void refund(const Wish& wish, int tries_left);
    void note_answer(const Wish& wish, const Result<Refunds::Made, RefundError>& made);

    World& world_;
    shop::WebhookKey key_;
    int wishes_ = 0;
};

}  // namespace chukta::simulation
