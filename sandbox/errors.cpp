#include "sandbox/errors.h"

namespace sandbox {

ApiError refused(std::string_view code, std::string_view message) {
    return {400, std::string{message}, std::string{code}, "invalid_request_error"};
}

ApiError error_of(ModelError error) {
    const auto missing = [](std::string_view code, std::string_view message) {
        return ApiError{404, std::string{message}, std::string{code}, "invalid_request_error"};
    };
    switch (error) {
        case ModelError::OrderExists:
            return {
                409,
                "order with same id is already present",
                "order_already_exists",
                "invalid_request_error"};
        case ModelError::OrderNotFound:
            return missing("order_not_found", "Order Reference Id does not exist");
        case ModelError::SessionInvalid:
            return refused(
                "payment_session_id_invalid", "payment_session_id is not present or is invalid"
            );
        case ModelError::OrderInactive:
            return refused("order_inactive", "order is no longer active");
        case ModelError::PaymentNotFound:
            return missing("payment_not_found", "payment is not found");
        case ModelError::PaymentFinal:
            return refused("request_failed", "payment is already in a terminal state");
        case ModelError::OrderNotPaid:
            return refused("order_id_not_paid", "transaction not found");
        case ModelError::RefundIdTaken:
            return refused("refund_id_invalid", "Duplicate Merchant Refund Id");
        case ModelError::RefundTooLarge:
            return refused(
                "refund_post_failed",
                "Total amount of Refunds cannot be greater than the transaction amount."
            );
        case ModelError::RefundNotFound:
            return missing("refund_get_not_found", "refund is not found");
        case ModelError::RefundFinal:
            return refused("refund_invalid", "refund is already in a terminal state");
        case ModelError::EntityNotFound:
            return refused("entity_id_invalid", "entity_id : is not present or is invalid");
        case ModelError::SimulationNotFound:
            return refused("simulation_id_invalid", "simulation_id : is not present or is invalid");
    }
    return internal_error();
}

ApiError version_missing() { return refused("version_missing", "version is missing in header"); }

ApiError version_invalid(std::string_view version) {
    return refused(
        "version_invalid", "version is invalid in header. Value received: " + std::string{version}
    );
}

ApiError authentication_failed() {
    return {401, "authentication Failed", "request_failed", "authentication_error"};
}

ApiError bad_url() { return refused("request_failed", "bad URL, please check API documentation"); }

ApiError idempotency_mismatch() {
    return {
        422,
        "invalid body in request for x-idempotency-key",
        "request_invalid",
        "idempotency_error"};
}

ApiError too_many_requests() {
    return {429, "Too many requests from IP. Check headers", "request_failed", "rate_limit_error"};
}

ApiError internal_error() { return {500, "internal Server Error", "internal_error", "api_error"}; }

ApiError bank_failure() {
    return {
        502, "Payment could not be initiated at the bank", "bank_processing_failure", "api_error"};
}

ApiError undecodable(std::string_view message) { return refused("request_failed", message); }

ApiError field_missing(std::string_view path) {
    return refused(
        std::string{path} + "_missing",
        std::string{path} + " : is missing in the request. Value received: \"\""
    );
}

ApiError field_invalid(std::string_view path, std::string_view rule, std::string_view value) {
    return refused(
        std::string{path} + "_invalid",
        std::string{path} + " : should be " + std::string{rule} +
            ". Value received: " + std::string{value}
    );
}

}  // namespace sandbox
