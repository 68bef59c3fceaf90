/// @file
/// What the gateway says of refunds, for tests to bend.
#pragma once

#include <string>

#include "tests/support/server_builders.h"

namespace chukta::testing {

/// News of the order ord_0001's refund over 200 rupees.
inline GatewayRefundNews a_refund_event(
    NormalizedStatus status, const std::string& refund_id = "rf_0001"
) {
    GatewayRefundNews news;
    news.order_id = OrderId{"ord_0001"};
    news.refund_id = RefundId{refund_id};
    news.status = status;
    news.amount = rupees(200);
    return news;
}

}  // namespace chukta::testing
