/// @file
/// Order Pay, payment entities and simulations (facts/cashfree.md §3, §4, §6.9, Appendix B).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/distortion.h"
#include "sandbox/entities.h"
#include "sandbox/errors.h"
#include "sandbox/links.h"
#include "shared/result.h"

namespace sandbox::wire {

/// An Order Pay request whose shape is right.
struct PayRequest {
    std::string payment_session_id;
    Channel channel = Channel::Link;
    std::optional<std::string> upi_id;
    bool wants_waiting_page = false;  ///< upi_redirect_url
    int expiry_minutes = 5;
};
chukta::Result<PayRequest, ApiError> read_pay(std::string_view body);

struct SimulateRequest {
    std::string cf_payment_id;
    PaymentStatus status = PaymentStatus::Success;
    std::optional<std::string> error_code;
};
chukta::Result<SimulateRequest, ApiError> read_simulate(std::string_view body);

/// Order Pay answers. numeric_id: cf_payment_id as a number, a fault.
std::string link_answer(const Payment& payment, const Links& links, bool numeric_id);
std::string qr_answer(const Payment& payment, std::string_view data_uri, bool numeric_id);
/// waiting_page: `data.url` when upi_redirect_url was true.
std::string collect_answer(
    const Payment& payment, const std::optional<std::string>& waiting_page, bool numeric_id
);

struct PaymentView {
    const Payment* payment;
    Distortion distortion;
};
std::string payment_text(const Order& order, const PaymentView& view);
std::string payments_text(const Order& order, const std::vector<PaymentView>& views);
std::string simulation_text(const Simulation& simulation);

}  // namespace sandbox::wire
