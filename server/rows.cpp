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
        case SumState::Mismatch:
            return "mismatch";
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
        case NewsKind::PayGivenUp:
            return "pay_given_up";
        case NewsKind::PayNotSent:
            return "pay_not_sent";
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
    }
    return {};
}

}  // namespace chukta
