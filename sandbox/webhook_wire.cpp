#include "sandbox/webhook_wire.h"

#include <charconv>

#include "sandbox/json_wire.h"

namespace sandbox::wire {
namespace {

Json number_of(const std::string& decimal) {
    std::int64_t number = 0;
    const auto* end = decimal.data() + decimal.size();
    if (std::from_chars(decimal.data(), end, number).ec != std::errc{}) return Json(decimal);
    return Json(number);
}

std::string type_of(PaymentStatus status) {
    switch (status) {
        case PaymentStatus::Success:
            return "PAYMENT_SUCCESS_WEBHOOK";
        case PaymentStatus::UserDropped:
            return "PAYMENT_USER_DROPPED_WEBHOOK";
        case PaymentStatus::Failed:
        case PaymentStatus::NotAttempted:
        case PaymentStatus::Pending:
        case PaymentStatus::Flagged:
        case PaymentStatus::Cancelled:
            return "PAYMENT_FAILED_WEBHOOK";
    }
    return {};
}

std::string told_type(PaymentStatus status, const Distortion& distortion) {
    if (distortion.unknown_type) return "PAYMENT_REVIEWED_WEBHOOK";
    if (!distortion.type_disagrees) return type_of(status);
    return status == PaymentStatus::Success ? "PAYMENT_FAILED_WEBHOOK" : "PAYMENT_SUCCESS_WEBHOOK";
}

Json order_part(const Order& order) {
    Json tags = nullptr;
    if (order.tags) {
        tags = Json::object();
        for (const auto& [name, value] : *order.tags) tags[name] = value;
    }
    return {
        {"order_id", order.order_id},
        {"order_amount", rupees(order.amount)},
        {"order_currency", "INR"},
        {"order_tags", tags},
    };
}

Json payment_part(const Payment& payment, const Distortion& distortion) {
    const Json channel =
        distortion.null_upi_channel ? Json(nullptr) : Json(std::string{word(payment.channel)});
    return {
        {"cf_payment_id",
         distortion.numeric_cf_payment_id ? number_of(payment.cf_payment_id)
                                          : Json(payment.cf_payment_id)},
        {"payment_status",
         distortion.unknown_status ? "PARKED" : std::string{word(payment.status)}},
        {"payment_amount", rupees(distortion.amount.value_or(payment.amount))},
        {"payment_currency", "INR"},
        {"payment_message", text_or_null(payment.message)},
        {"payment_time", indian_time(payment.started_at_ms)},
        {"bank_reference", text_or_null(payment.bank_reference)},
        {"auth_id", nullptr},
        {"payment_method",
         {{"upi", {{"channel", channel}, {"upi_id", text_or_null(payment.upi_id)}}}}},
        {"payment_group", "upi"},
    };
}

Json customer_part(const Customer& customer) {
    return {
        {"customer_name", text_or_null(customer.name)},
        {"customer_id", customer.id},
        {"customer_email", text_or_null(customer.email)},
        {"customer_phone", customer.phone},
    };
}

Webhook payment_webhook(const Event& event, const Distortion& distortion) {
    Json data = {
        {"order", order_part(event.order)},
        {"payment", payment_part(event.payment, distortion)},
        {"customer_details", customer_part(event.order.customer)},
    };
    if (event.payment.error) {
        data["error_details"] = {
            {"error_code", event.payment.error->code},
            {"error_description", event.payment.error->description},
            {"error_reason", event.payment.error->reason},
            {"error_source", event.payment.error->source},
        };
    }
    data["payment_gateway_details"] = nullptr;
    data["payment_offers"] = nullptr;
    const auto type = told_type(event.payment.status, distortion);
    const Json body = {
        {"data", std::move(data)},
        {"event_time", indian_time(event.at_ms)},
        {"type", type},
    };
    return {type, webhook_text(body)};
}

Json processed_at(const Refund& refund) {
    return refund.processed_at_ms ? Json(indian_time(*refund.processed_at_ms)) : Json(nullptr);
}

/// Ids are numbers in refund webhooks, strings in the API (§5.5, §12.4).
Webhook refund_webhook(const Event& event) {
    const auto& refund = event.refund;
    const bool done = refund.status == RefundStatus::Success;
    const Json entity = {
        {"cf_refund_id", number_of(refund.cf_refund_id)},
        {"cf_payment_id", number_of(refund.cf_payment_id)},
        {"refund_id", refund.refund_id},
        {"order_id", refund.order_id},
        {"refund_amount", rupees(refund.amount)},
        {"refund_currency", "INR"},
        {"entity", "Refund"},
        {"refund_type", "MERCHANT_INITIATED"},
        {"refund_arn", text_or_null(refund.arn)},
        {"refund_status", std::string{word(refund.status)}},
        {"status_description", done ? "Refund processed successfully" : "Refund is cancelled"},
        {"created_at", indian_time(refund.created_at_ms)},
        {"processed_at", processed_at(refund)},
        {"refund_charge", 0},
        {"refund_note", text_or_null(refund.note)},
        {"refund_splits", Json::array()},
        {"metadata", nullptr},
        {"refund_mode", "STANDARD"},
    };
    const Json body = {
        {"data", {{"refund", entity}}},
        {"event_time", indian_time(event.at_ms)},
        {"type", "REFUND_STATUS_WEBHOOK"},
    };
    return {"REFUND_STATUS_WEBHOOK", webhook_text(body)};
}

Webhook auto_refund_webhook(const Event& event) {
    const auto& refund = event.refund;
    const Json entity = {
        {"event", "AUTO-REFUND"},
        {"cf_refund_id", number_of(refund.cf_refund_id)},
        {"cf_payment_id", number_of(refund.cf_payment_id)},
        {"bank_reference", text_or_null(event.payment.bank_reference)},
        {"order_id", refund.order_id},
        {"refund_amount", rupees(refund.amount)},
        {"refund_currency", "INR"},
        {"refund_type", "PAYMENT_AUTO_REFUND"},
        {"refund_arn", text_or_null(refund.arn)},
        {"refund_status", std::string{word(refund.status)}},
        {"status_description", "Refund processed successfully"},
        {"refund_reason", "Payment could not be accepted for this order"},
        {"created_at", indian_time(refund.created_at_ms)},
        {"processed_at", processed_at(refund)},
        {"refund_charge", 0},
        {"refund_splits", Json::array()},
        {"metadata", nullptr},
    };
    const Json body = {
        {"data", {{"auto_refund", entity}}},
        {"event_time", indian_time(event.at_ms)},
        {"type", "AUTO_REFUND_STATUS_WEBHOOK"},
    };
    return {"AUTO_REFUND_STATUS_WEBHOOK", webhook_text(body)};
}

}  // namespace

Webhook webhook_of(const Event& event, const Distortion& distortion) {
    switch (event.kind) {
        case Event::Kind::Payment:
            return payment_webhook(event, distortion);
        case Event::Kind::Refund:
            return refund_webhook(event);
        case Event::Kind::AutoRefund:
            return auto_refund_webhook(event);
    }
    return {};
}

Webhook test_webhook(EpochMs now_ms) {
    const Json body = {
        {"data", {{"test_object", {{"test_key", "test_value"}}}}},
        {"type", "WEBHOOK"},
        {"event_time", chukta::to_rfc3339(now_ms)},
    };
    return {"WEBHOOK", webhook_text(body)};
}

}  // namespace sandbox::wire
