#include "server/rows.h"

namespace chukta {

std::string_view word(GatewayState state) {
    switch (state) {
        case GatewayState::None:
            return "none";
        case GatewayState::Active:
            return "active";
        case GatewayState::Refused:
            return "refused";
        case GatewayState::Closed:
            return "closed";
    }
    return {};
}

std::string_view word(PayState state) {
    switch (state) {
        case PayState::Queued:
            return "queued";
        case PayState::Answered:
            return "answered";
        case PayState::Unclear:
            return "unclear";
        case PayState::NeverSent:
            return "never_sent";
        case PayState::Found:
            return "found";
    }
    return {};
}

std::string_view word(SumState state) {
    switch (state) {
        case SumState::Plain:
            return "";
        case SumState::Asking:
            return "asking";
        case SumState::OrderPaid:
            return "order_paid";
        case SumState::Mismatch:
            return "mismatch";
    }
    return {};
}

std::string_view word(RefundStatus status) {
    switch (status) {
        case RefundStatus::Pending:
            return "pending";
        case RefundStatus::Completed:
            return "completed";
        case RefundStatus::Failed:
            return "failed";
    }
    return {};
}

std::string_view word(RefundFailure failure) {
    switch (failure) {
        case RefundFailure::None:
            return "none";
        case RefundFailure::GatewayRefused:
            return "gateway_refused";
        case RefundFailure::RefundIdTaken:
            return "refund_id_taken";
        case RefundFailure::AmountTooLarge:
            return "amount_too_large";
        case RefundFailure::Cancelled:
            return "cancelled";
        case RefundFailure::NotNeeded:
            return "not_needed";
    }
    return {};
}

std::string_view word(RefundOrigin origin) {
    switch (origin) {
        case RefundOrigin::Shop:
            return "shop";
        case RefundOrigin::Duplicate:
            return "duplicate";
        case RefundOrigin::Dashboard:
            return "dashboard";
        case RefundOrigin::Gateway:
            return "gateway";
    }
    return {};
}

std::string_view word(NewsKind kind) {
    switch (kind) {
        case NewsKind::Webhook:
            return "webhook";
        case NewsKind::OrderAnswer:
            return "order";
        case NewsKind::PayAnswer:
            return "pay";
        case NewsKind::PaymentsAnswer:
            return "payments";
        case NewsKind::CreateRefused:
            return "create_refused";
        case NewsKind::PayRefused:
            return "pay_refused";
        case NewsKind::PayUnclear:
            return "pay_unclear";
        case NewsKind::PayOvertaken:
            return "pay_overtaken";
        case NewsKind::PayGivenUp:
            return "pay_given_up";
        case NewsKind::PayNotSent:
            return "pay_not_sent";
        case NewsKind::RefundAnswer:
            return "refund";
        case NewsKind::RefundRefused:
            return "refund_refused";
        case NewsKind::RefundNotSent:
            return "refund_not_sent";
        case NewsKind::RefundsAnswer:
            return "refunds";
        case NewsKind::OfAnotherProgram:
            break;
    }
    return {};
}

std::string_view word(ErrandKind kind) {
    switch (kind) {
        case ErrandKind::CreateOrder:
            return "create_order";
        case ErrandKind::GetOrder:
            return "get_order";
        case ErrandKind::TerminateOrder:
            return "terminate_order";
        case ErrandKind::Pay:
            return "pay";
        case ErrandKind::Ask:
            return "ask";
        case ErrandKind::Notify:
            return "notify";
        case ErrandKind::Refund:
            return "refund";
        case ErrandKind::AskRefunds:
            return "ask_refunds";
        case ErrandKind::OfAnotherProgram:
            break;
    }
    return {};
}

}  // namespace chukta
