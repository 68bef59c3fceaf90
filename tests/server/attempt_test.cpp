#include "server/attempt.h"

#include <gtest/gtest.h>

#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using namespace testing;
using A = AttemptStatus;
using N = NormalizedStatus;
using S = NewsSource;
using V = Verdict;
using R = ReviewReason;

TEST(Step, FollowsTheTableForEveryStatusAndPieceOfNews) {
    struct Row {
        A now;
        N news;
        S source;
        Sum sum;
        V verdict;
        A becomes;
        R review;
    };
    const Row rows[] = {
        // CREATED never moves anything.
        {A::Prepared, N::Created, S::Fetch, Sum::Matches, V::Duplicate, A::Prepared, R::None},
        {A::Created, N::Created, S::Fetch, Sum::Matches, V::Duplicate, A::Created, R::None},
        {A::Pending, N::Created, S::Fetch, Sum::Matches, V::Duplicate, A::Pending, R::None},
        {A::Failed, N::Created, S::Fetch, Sum::Matches, V::Duplicate, A::Failed, R::None},
        {A::Completed, N::Created, S::Fetch, Sum::Matches, V::Duplicate, A::Completed, R::None},
        {A::Prepared, N::Pending, S::Webhook, Sum::Matches, V::Advance, A::Pending, R::None},
        {A::Created, N::Pending, S::Webhook, Sum::Matches, V::Advance, A::Pending, R::None},
        {A::Pending, N::Pending, S::Webhook, Sum::Matches, V::Duplicate, A::Pending, R::None},
        {A::Failed, N::Pending, S::Webhook, Sum::Matches, V::Stale, A::Failed, R::None},
        {A::Failed, N::Pending, S::Fetch, Sum::Matches, V::Advance, A::Pending, R::None},
        {A::Completed, N::Pending, S::Webhook, Sum::Matches, V::Stale, A::Completed, R::None},
        {A::Completed, N::Pending, S::Fetch, Sum::Matches, V::Stale, A::Completed, R::None},
        {A::Prepared, N::Failed, S::Webhook, Sum::Matches, V::Stale, A::Prepared, R::None},
        {A::Created, N::Failed, S::Webhook, Sum::Matches, V::Advance, A::Failed, R::None},
        {A::Pending, N::Failed, S::Webhook, Sum::Matches, V::Advance, A::Failed, R::None},
        {A::Failed, N::Failed, S::Webhook, Sum::Matches, V::Duplicate, A::Failed, R::None},
        {A::Completed, N::Failed, S::Webhook, Sum::Matches, V::Ask, A::Completed, R::None},
        {A::Completed, N::Failed, S::Fetch, Sum::Matches, V::Review, A::Completed, R::Contradicted},
        {A::Prepared, N::Completed, S::Webhook, Sum::Matches, V::Advance, A::Completed, R::None},
        {A::Created, N::Completed, S::Webhook, Sum::Matches, V::Advance, A::Completed, R::None},
        {A::Pending, N::Completed, S::Webhook, Sum::Matches, V::Advance, A::Completed, R::None},
        {A::Failed, N::Completed, S::Webhook, Sum::Matches, V::Advance, A::Completed, R::None},
        {A::Completed, N::Completed, S::Webhook, Sum::Matches, V::Duplicate, A::Completed, R::None},
        {A::Prepared,
         N::Completed,
         S::Fetch,
         Sum::Other,
         V::Review,
         A::Prepared,
         R::AmountMismatch},
        {A::Created, N::Completed, S::Fetch, Sum::Other, V::Review, A::Created, R::AmountMismatch},
        {A::Pending, N::Completed, S::Fetch, Sum::Other, V::Review, A::Pending, R::AmountMismatch},
        {A::Failed, N::Completed, S::Fetch, Sum::Other, V::Review, A::Failed, R::AmountMismatch},
        {A::Completed,
         N::Completed,
         S::Fetch,
         Sum::Other,
         V::Review,
         A::Completed,
         R::AmountMismatch},
        {A::Pending, N::Completed, S::Webhook, Sum::Smaller, V::Ask, A::Pending, R::None},
    };
    for (const auto& row : rows) {
        const auto got = step(an_attempt(row.now), an_event(row.news), row.source, row.sum);
        EXPECT_EQ(got, (Step{row.verdict, row.becomes, row.review}))
            << word(row.now) << " + " << word(row.news) << " source "
            << static_cast<int>(row.source) << " sum " << static_cast<int>(row.sum) << ": "
            << word(got.verdict) << " " << word(got.status);
    }
}

TEST(Step, TakesAWordNobodyKnowsForPendingWithAReviewAndNeverForAFailure) {
    auto event = an_event(N::Pending);
    event.word_known = false;
    const struct {
        A now, becomes;
    } rows[] = {
        {A::Prepared, A::Pending},
        {A::Created, A::Pending},
        {A::Pending, A::Pending},
        {A::Failed, A::Failed},
        {A::Completed, A::Completed},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(
            step(an_attempt(row.now), event, S::Webhook, Sum::Matches),
            (Step{V::Review, row.becomes, R::UnknownWord})
        ) << word(row.now);
    }
}

TEST(Step, AsksWhenTypeAndStatusDisagreeWhateverTheyAre) {
    for (const auto status : {N::Created, N::Pending, N::Completed, N::Failed}) {
        auto event = an_event(status);
        event.contradictory = true;
        EXPECT_EQ(step(an_attempt(), event, S::Webhook, Sum::Matches).verdict, V::Ask);
    }
}

TEST(Step, DoesNotBringBackWhatTheCustomerLeft) {
    for (const auto reason : {FailureReason::Superseded, FailureReason::UserCancelled}) {
        auto attempt = an_attempt(A::Failed);
        attempt.failure = reason;
        EXPECT_EQ(step(attempt, an_event(N::Pending), S::Fetch, Sum::Matches).verdict, V::Stale);
        EXPECT_EQ(
            step(attempt, an_event(N::Completed), S::Webhook, Sum::Matches).status, A::Completed
        );
    }
}

TEST(CompareSum, CountsRedeemedDiscountsAndAcceptsSurcharges) {
    struct Row {
        std::int64_t order, payment, discount;
        const char* currency;
        Sum sum;
    };
    const Row rows[] = {
        {500, 500, 0, "INR", Sum::Matches},
        {500, 510, 0, "INR", Sum::Matches},
        {500, 450, 50, "INR", Sum::Matches},
        {500, 450, 49, "INR", Sum::Smaller},
        {500, 499, 0, "INR", Sum::Smaller},
        {499, 500, 0, "INR", Sum::Other},
        {501, 501, 0, "INR", Sum::Other},
        {500, 500, 0, "USD", Sum::Other},
        {500, 500, 0, "", Sum::Other},
    };
    for (const auto& row : rows) {
        auto event = an_event(N::Completed);
        event.order_amount = rupees(row.order);
        event.payment_amount = rupees(row.payment);
        event.discount_amount = rupees(row.discount);
        event.currency = row.currency;
        EXPECT_EQ(compare_sum(rupees(500), event), row.sum)
            << row.order << " " << row.payment << " " << row.discount << row.currency;
    }
}

TEST(OrderStatus, IsTheFoldOfItsAttempts) {
    struct Row {
        std::vector<A> attempts;
        PaymentStatus status;
    };
    const Row rows[] = {
        {{}, PaymentStatus::Pending},
        {{A::Prepared}, PaymentStatus::Pending},
        {{A::Created}, PaymentStatus::Processing},
        {{A::Pending}, PaymentStatus::Processing},
        {{A::Failed}, PaymentStatus::Failed},
        {{A::Failed, A::Prepared}, PaymentStatus::Failed},
        {{A::Failed, A::Created}, PaymentStatus::Processing},
        {{A::Completed, A::Failed}, PaymentStatus::Paid},
        {{A::Pending, A::Completed}, PaymentStatus::Paid},
    };
    for (const auto& row : rows) {
        std::vector<Attempt> attempts;
        for (const auto status : row.attempts) attempts.push_back(an_attempt(status));
        EXPECT_EQ(order_status(attempts), row.status) << word(row.status);
    }
}

TEST(CountedFailures, LeaveOutWhatIsNotTheCustomersOrTheBanks) {
    const struct {
        FailureReason reason;
        int counted;
    } rows[] = {
        {FailureReason::Declined, 1},
        {FailureReason::UserCancelled, 1},
        {FailureReason::UserDropped, 1},
        {FailureReason::Unknown, 1},
        {FailureReason::Expired, 0},
        {FailureReason::Superseded, 0},
        {FailureReason::InvalidVpa, 0},
        {FailureReason::GatewayUnavailable, 0},
        {FailureReason::GatewayRefused, 0},
    };
    for (const auto& row : rows) {
        auto attempt = an_attempt(A::Failed);
        attempt.failure = row.reason;
        EXPECT_EQ(counted_failures({attempt}, Channel::Intent), row.counted) << word(row.reason);
        EXPECT_EQ(counted_failures({attempt}, Channel::Collect), 0);
    }
}

TEST(MoreSerious, NeverForgetsTheWorseReason) {
    EXPECT_EQ(more_serious(R::None, R::UnknownWord), R::UnknownWord);
    EXPECT_EQ(more_serious(R::PaidTwice, R::UnknownWord), R::PaidTwice);
    EXPECT_EQ(more_serious(R::PaidTwice, R::Contradicted), R::Contradicted);
}

}  // namespace
}  // namespace chukta
