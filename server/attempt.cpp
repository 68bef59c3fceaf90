#include "server/attempt.h"

#include <algorithm>
#include <tuple>

#include "server/faults.h"

namespace chukta {
namespace {

Step on_created(AttemptStatus now) { return {Verdict::Duplicate, now, ReviewReason::None}; }

Step on_pending(const Attempt& attempt, const GatewayEvent& event, NewsSource source) {
    const auto now = attempt.status;
    if (!event.word_known) {
        // A word nobody knows is PENDING plus a review reason, never FAILED.
        const bool begins = now == AttemptStatus::Prepared || now == AttemptStatus::Created;
        const auto becomes = begins ? AttemptStatus::Pending : now;
        return {Verdict::Review, becomes, ReviewReason::UnknownWord};
    }
    switch (now) {
        case AttemptStatus::Prepared:
        case AttemptStatus::Created:
            return {Verdict::Advance, AttemptStatus::Pending, ReviewReason::None};
        case AttemptStatus::Pending:
            return {Verdict::Duplicate, now, ReviewReason::None};
        case AttemptStatus::Failed:
            if (source != NewsSource::Fetch || closed_by_customer(attempt.failure)) {
                return {Verdict::Stale, now, ReviewReason::None};
            }
            return {Verdict::Advance, AttemptStatus::Pending, ReviewReason::None};
        case AttemptStatus::Completed:
            return {Verdict::Stale, now, ReviewReason::None};
    }
    return {};
}

Step on_failed(const Attempt& attempt, NewsSource source) {
    const auto now = attempt.status;
    switch (now) {
        case AttemptStatus::Prepared:
            return {Verdict::Stale, now, ReviewReason::None};
        case AttemptStatus::Created:
        case AttemptStatus::Pending:
            return {Verdict::Advance, AttemptStatus::Failed, ReviewReason::None};
        case AttemptStatus::Failed:
            return {Verdict::Duplicate, now, ReviewReason::None};
        case AttemptStatus::Completed:
            if (faults::planted(faults::Bug::LateFailureTakesBack)) {
                return {Verdict::Advance, AttemptStatus::Failed, ReviewReason::None};
            }
            // A webhook alone never takes a payment back.
            if (source == NewsSource::Fetch) {
                return {Verdict::Review, now, ReviewReason::Contradicted};
            }
            return {Verdict::Ask, now, ReviewReason::None};
    }
    return {};
}

Step on_completed(AttemptStatus now, Sum sum) {
    if (now == AttemptStatus::Completed) {
        // The sum was settled when it completed; the same news again is the same news.
        if (sum == Sum::Other) return {Verdict::Review, now, ReviewReason::AmountMismatch};
        return {Verdict::Duplicate, now, ReviewReason::None};
    }
    if (now == AttemptStatus::Failed && faults::planted(faults::Bug::FailureIsFinal)) {
        return {Verdict::Stale, now, ReviewReason::None};
    }
    switch (sum) {
        case Sum::Matches:
            // Money moved outranks everything, also a failure heard before.
            return {Verdict::Advance, AttemptStatus::Completed, ReviewReason::None};
        case Sum::Smaller:
            return {Verdict::Ask, now, ReviewReason::None};
        case Sum::Other:
            return {Verdict::Review, now, ReviewReason::AmountMismatch};
    }
    return {};
}

}  // namespace

bool closed_by_customer(FailureReason reason) {
    return reason == FailureReason::Superseded || reason == FailureReason::UserCancelled;
}

std::string_view word(Verdict verdict) {
    switch (verdict) {
        case Verdict::Advance:
            return "advance";
        case Verdict::Duplicate:
            return "duplicate";
        case Verdict::Stale:
            return "stale";
        case Verdict::Ask:
            return "ask";
        case Verdict::Review:
            return "review";
    }
    return {};
}

Sum compare_sum(const Money& due, const GatewayEvent& event) {
    if (faults::planted(faults::Bug::AnySumPays)) return Sum::Matches;
    if (event.currency != "INR" || !event.order_amount || *event.order_amount != due) {
        return Sum::Other;
    }
    if (!event.payment_amount) return Sum::Smaller;
    const auto covered = checked_add(*event.payment_amount, event.discount_amount);
    return covered && *covered >= due ? Sum::Matches : Sum::Smaller;
}

Step step(const Attempt& attempt, const GatewayEvent& event, NewsSource source, Sum sum) {
    if (event.contradictory) return {Verdict::Ask, attempt.status, ReviewReason::None};
    switch (event.status) {
        case NormalizedStatus::Created:
            return on_created(attempt.status);
        case NormalizedStatus::Pending:
            return on_pending(attempt, event, source);
        case NormalizedStatus::Failed:
            return on_failed(attempt, source);
        case NormalizedStatus::Completed:
            return on_completed(attempt.status, sum);
    }
    return {};
}

PaymentStatus order_status(const std::vector<Attempt>& attempts) {
    const auto any = [&](auto is) {
        return std::any_of(attempts.begin(), attempts.end(), [&](const Attempt& attempt) {
            return is(attempt.status);
        });
    };
    if (faults::planted(faults::Bug::OpenOutranksPaid) && any(is_open)) {
        return PaymentStatus::Processing;
    }
    if (any([](AttemptStatus s) { return s == AttemptStatus::Completed; })) {
        return PaymentStatus::Paid;
    }
    if (any(is_open)) return PaymentStatus::Processing;
    if (any([](AttemptStatus s) { return s == AttemptStatus::Failed; })) {
        return PaymentStatus::Failed;
    }
    return PaymentStatus::Pending;
}

int counted_failures(const std::vector<Attempt>& attempts, Channel channel) {
    return static_cast<int>(std::count_if(
        attempts.begin(),
        attempts.end(),
        [&](const Attempt& attempt) {
            return attempt.channel == channel && attempt.status == AttemptStatus::Failed &&
                   counts_as_failure(attempt.failure);
        }
    ));
}

const Attempt* open_attempt(const std::vector<Attempt>& attempts) {
    const auto found = std::find_if(attempts.rbegin(), attempts.rend(), [](const Attempt& a) {
        return is_open(a.status);
    });
    return found == attempts.rend() ? nullptr : &*found;
}

Attempt* open_attempt(std::vector<Attempt>& attempts) {
    return const_cast<Attempt*>(open_attempt(std::as_const(attempts)));
}

const Attempt* tappable_attempt(const std::vector<Attempt>& attempts) {
    const auto found = std::find_if(attempts.rbegin(), attempts.rend(), [](const Attempt& a) {
        const bool usable = !a.prompt.empty() || a.pay_state == PayState::Queued;
        return a.status == AttemptStatus::Prepared && usable;
    });
    return found == attempts.rend() ? nullptr : &*found;
}

const Attempt* paid_attempt(const std::vector<Attempt>& attempts) {
    const Attempt* paid = nullptr;
    for (const auto& attempt : attempts) {
        if (attempt.status != AttemptStatus::Completed) continue;
        const auto rank = [](const Attempt& a) {
            return std::make_tuple(a.completed_at, a.payment_id.str());
        };
        if (!paid || rank(attempt) < rank(*paid)) paid = &attempt;
    }
    return paid;
}

bool holds_other_sum(const std::vector<Attempt>& attempts) {
    return std::any_of(attempts.begin(), attempts.end(), [](const Attempt& attempt) {
        return attempt.sum_state != SumState::Plain && attempt.status != AttemptStatus::Completed;
    });
}

ReviewReason more_serious(ReviewReason a, ReviewReason b) {
    static constexpr ReviewReason kBySeriousness[] = {
        ReviewReason::Contradicted,
        ReviewReason::PaidTwice,
        ReviewReason::AmountMismatch,
        ReviewReason::PaidAfterClose,
        ReviewReason::UnknownAttempt,
        ReviewReason::UnknownWord,
        ReviewReason::GatewayUnavailable,
        ReviewReason::None,
    };
    for (const auto reason : kBySeriousness) {
        if (a == reason || b == reason) return reason;
    }
    return ReviewReason::None;
}

}  // namespace chukta
