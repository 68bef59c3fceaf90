#include "server/refund.h"

#include <algorithm>

#include "server/crypto.h"
#include "server/faults.h"

namespace chukta {
namespace {

constexpr std::size_t kRefundIdMax = 40;

bool holds_money(const Attempt& attempt) {
    return attempt.status == AttemptStatus::Completed || attempt.sum_state == SumState::Mismatch;
}

std::int64_t paid_paise(const Order& order, const Attempt& attempt) {
    if (attempt.paid) return attempt.paid->paise();
    return attempt.status == AttemptStatus::Completed ? order.amount.paise() : 0;
}

/// Money that the gateway gave back by itself can be of a payment that it never credited.
bool touches_captured(const std::vector<Attempt>& attempts, const Refund& refund) {
    if (refund.origin != RefundOrigin::Gateway) return true;
    return std::any_of(attempts.begin(), attempts.end(), [&](const Attempt& attempt) {
        return attempt.payment_id == refund.payment_id && holds_money(attempt);
    });
}

RefundStep on_pending(const Refund& refund) {
    switch (refund.status) {
        case RefundStatus::Pending:
            return {Verdict::Duplicate, RefundStatus::Pending, ReviewReason::None};
        case RefundStatus::Completed:
            if (faults::planted(faults::Bug::LatePendingReopens)) {
                return {Verdict::Advance, RefundStatus::Pending, ReviewReason::None};
            }
            return {Verdict::Stale, RefundStatus::Completed, ReviewReason::None};
        case RefundStatus::Failed:
            // Their own "cancelled" is their last word but one; a refusal was only about a call.
            if (refund.failure == RefundFailure::Cancelled) {
                return {Verdict::Stale, RefundStatus::Failed, ReviewReason::None};
            }
            return {Verdict::Advance, RefundStatus::Pending, ReviewReason::None};
    }
    return {};
}

RefundStep on_failed(const Refund& refund, NewsSource source) {
    switch (refund.status) {
        case RefundStatus::Pending:
            return {Verdict::Advance, RefundStatus::Failed, ReviewReason::None};
        case RefundStatus::Failed:
            return {Verdict::Duplicate, RefundStatus::Failed, ReviewReason::None};
        case RefundStatus::Completed:
            if (source == NewsSource::Fetch) {
                return {Verdict::Review, RefundStatus::Completed, ReviewReason::Contradicted};
            }
            return {Verdict::Ask, RefundStatus::Completed, ReviewReason::None};
    }
    return {};
}

}  // namespace

RefundStep step(const Refund& refund, const GatewayRefundNews& news, NewsSource source) {
    RefundStep decision;
    switch (news.status) {
        case NormalizedStatus::Created:
        case NormalizedStatus::Pending:
            decision = on_pending(refund);
            break;
        case NormalizedStatus::Failed:
            decision = on_failed(refund, source);
            break;
        case NormalizedStatus::Completed:
            decision = {
                refund.status == RefundStatus::Completed ? Verdict::Duplicate : Verdict::Advance,
                RefundStatus::Completed,
                ReviewReason::None};
            break;
    }
    if (news.amount && *news.amount != refund.amount) {
        return {Verdict::Review, decision.status, ReviewReason::AmountMismatch};
    }
    if (!news.word_known && refund.status != RefundStatus::Completed) {
        return {Verdict::Review, decision.status, ReviewReason::UnknownWord};
    }
    return decision;
}

Money captured(const Order& order, const std::vector<Attempt>& attempts) {
    std::int64_t paise = 0;
    for (const auto& attempt : attempts) {
        if (holds_money(attempt)) paise += paid_paise(order, attempt);
    }
    return Money::from_paise(paise).value_or(Money{});
}

Money given_back(
    const std::vector<Attempt>& attempts, const std::vector<Refund>& refunds, GivenBack which
) {
    std::int64_t paise = 0;
    for (const auto& refund : refunds) {
        const bool counts =
            refund.status == RefundStatus::Completed ||
            (refund.status == RefundStatus::Pending && which == GivenBack::Reserved);
        if (counts && touches_captured(attempts, refund)) paise += refund.amount.paise();
    }
    return Money::from_paise(paise).value_or(Money{});
}

Money refundable(
    const Order& order, const std::vector<Attempt>& attempts, const std::vector<Refund>& refunds
) {
    const auto left = captured(order, attempts).paise() -
                      given_back(attempts, refunds, GivenBack::Reserved).paise();
    return Money::from_paise(std::max<std::int64_t>(left, 0)).value_or(Money{});
}

std::vector<const Attempt*> surplus(const std::vector<Attempt>& attempts) {
    const auto* const paid = paid_attempt(attempts);
    std::vector<const Attempt*> others;
    for (const auto& attempt : attempts) {
        if (attempt.status != AttemptStatus::Completed) continue;
        // By its payment and not by its row: whatever happened to rows, one payment is no surplus
        // of itself.
        const bool is_the_price = &attempt == paid || (!attempt.payment_id.empty() &&
                                                       attempt.payment_id == paid->payment_id);
        if (is_the_price && !faults::planted(faults::Bug::PriceIsSurplus)) continue;
        others.push_back(&attempt);
    }
    return others;
}

RefundId refund_id_of_surplus(const GatewayPaymentId& payment_id) {
    constexpr std::string_view kPrefix = "dup_";
    const auto& text = payment_id.str();
    const bool fits = text.size() <= kRefundIdMax - kPrefix.size() &&
                      std::all_of(text.begin(), text.end(), [](char c) {
                          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                 (c >= 'A' && c <= 'Z') || c == '_';
                      });
    constexpr std::size_t kHashLength = 32;
    return RefundId{
        std::string{kPrefix} + (fits ? text : crypto::sha256_hex(text).substr(0, kHashLength))};
}

bool surplus_is_captured(const std::vector<Attempt>& attempts, std::int64_t after_ms) {
    if (surplus(attempts).empty()) return false;
    EpochMs later = 0;
    for (const auto& attempt : attempts) {
        if (attempt.status != AttemptStatus::Completed) continue;
        later = std::max(later, attempt.completed_at.value_or(attempt.updated_at));
    }
    return std::all_of(attempts.begin(), attempts.end(), [&](const Attempt& attempt) {
        return attempt.status != AttemptStatus::Completed ||
               (attempt.captured_at && *attempt.captured_at >= later + after_ms);
    });
}

bool surplus_may_go_back(
    const std::vector<Attempt>& attempts, const std::vector<Refund>& refunds, std::int64_t after_ms
) {
    return surplus_is_captured(attempts, after_ms) &&
           std::all_of(refunds.begin(), refunds.end(), [](const Refund& refund) {
               return refund.origin == RefundOrigin::Duplicate ||
                      refund.status == RefundStatus::Failed;
           });
}

}  // namespace chukta
