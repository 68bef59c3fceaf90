/// @file
/// The operations of Cashfree's API that live here.
#pragma once

#include <string_view>

namespace sandbox {

enum class Endpoint {
    CreateOrder,
    GetOrder,
    TerminateOrder,
    OrderPay,
    GetPayments,
    GetPayment,
    CreateRefund,
    GetRefunds,
    GetRefund,
    Simulate,
    GetSimulation,
    Unknown,
};

/// The word that fault rules name an endpoint by.
constexpr std::string_view word(Endpoint endpoint) {
    switch (endpoint) {
        case Endpoint::CreateOrder:
            return "create_order";
        case Endpoint::GetOrder:
            return "get_order";
        case Endpoint::TerminateOrder:
            return "terminate_order";
        case Endpoint::OrderPay:
            return "order_pay";
        case Endpoint::GetPayments:
            return "get_payments";
        case Endpoint::GetPayment:
            return "get_payment";
        case Endpoint::CreateRefund:
            return "create_refund";
        case Endpoint::GetRefunds:
            return "get_refunds";
        case Endpoint::GetRefund:
            return "get_refund";
        case Endpoint::Simulate:
            return "simulate";
        case Endpoint::GetSimulation:
            return "get_simulation";
        case Endpoint::Unknown:
            return "unknown";
    }
    return {};
}

}  // namespace sandbox
