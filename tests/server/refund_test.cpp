#include "server/refund.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/refund_builders.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using namespace testing;
using F = RefundFailure;
using N = NormalizedStatus;
using O = RefundOrigin;
using R = ReviewReason;
using S = NewsSource;
using T = RefundStatus;
using V = Verdict;

Refund a_refund(T status = T::Pending, F failure = F::None) {
    Refund refund;
    refund.refund_id = RefundId{"rf_0001"};
    refund.amount = rupees(200);
    refund.status = status;
    refund.failure = failure;
    return refund;
}

Attempt completed(const std::string& payment_id, EpochMs at) {
    auto attempt = an_attempt(AttemptStatus::Completed);
    attempt.payment_id = GatewayPaymentId{payment_id};
    attempt.completed_at = at;
    return attempt;
}

Order an_order() {
    Order order;
    order.order_id = OrderId{"ord_0001"};
    order.amount = rupees(500);
    return order;
}

TEST(RefundStepTest, FollowsTheTableForEveryStatusAndPieceOfNews) {
    struct Row {
        T now;
        F failure;
        N news;
        S source;
        V verdict;
        T becomes;
        R review;
    };
    const Row rows[] = {
        {T::Pending, F::None, N::Pending, S::Reply, V::Duplicate, T::Pending, R::None},
        {T::Pending, F::RefundIdTaken, N::Pending, S::Fetch, V::Duplicate, T::Pending, R::None},
        {T::Pending, F::None, N::Completed, S::Webhook, V::Advance, T::Completed, R::None},
        {T::Pending, F::None, N::Failed, S::Webhook, V::Advance, T::Failed, R::None},
        // Cancelled is their last word unless the money went after all.
        {T::Failed, F::Cancelled, N::Pending, S::Webhook, V::Stale, T::Failed, R::None},
        {T::Failed, F::Cancelled, N::Pending, S::Fetch, V::Stale, T::Failed, R::None},
        {T::Failed, F::Cancelled, N::Failed, S::Fetch, V::Duplicate, T::Failed, R::None},
        {T::Failed, F::Cancelled, N::Completed, S::Webhook, V::Advance, T::Completed, R::None},
        // A refused call whose refund is spoken of was taken all the same.
        {T::Failed, F::GatewayRefused, N::Pending, S::Fetch, V::Advance, T::Pending, R::None},
        {T::Failed, F::AmountTooLarge, N::Pending, S::Webhook, V::Advance, T::Pending, R::None},
        {T::Failed, F::RefundIdTaken, N::Completed, S::Webhook, V::Advance, T::Completed, R::None},
        // Money that went back outranks everything.
        {T::Completed, F::None, N::Pending, S::Reply, V::Stale, T::Completed, R::None},
        {T::Completed, F::None, N::Completed, S::Webhook, V::Duplicate, T::Completed, R::None},
        {T::Completed, F::None, N::Failed, S::Webhook, V::Ask, T::Completed, R::None},
        {T::Completed, F::None, N::Failed, S::Fetch, V::Review, T::Completed, R::Contradicted},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(
            ::testing::Message() << word(row.now) << " " << word(row.failure) << " hears "
                                 << word(row.news)
        );
        const auto decision =
            step(a_refund(row.now, row.failure), a_refund_event(row.news), row.source);
        EXPECT_EQ(word(decision.verdict), word(row.verdict));
        EXPECT_EQ(word(decision.status), word(row.becomes));
        EXPECT_EQ(word(decision.review), word(row.review));
    }
}

TEST(RefundStepTest, TakesAWordNobodyKnowsForPendingAndAsksForAPerson) {
    auto news = a_refund_event(N::Pending);
    news.word_known = false;
    EXPECT_EQ(
        step(a_refund(), news, S::Webhook), (RefundStep{V::Review, T::Pending, R::UnknownWord})
    );
    EXPECT_EQ(
        step(a_refund(T::Completed), news, S::Webhook),
        (RefundStep{V::Stale, T::Completed, R::None})
    );
}

TEST(RefundStepTest, BelievesTheMoneyOfAnotherSumAndAsksForAPerson) {
    auto news = a_refund_event(N::Completed);
    news.amount = rupees(300);
    EXPECT_EQ(
        step(a_refund(), news, S::Webhook), (RefundStep{V::Review, T::Completed, R::AmountMismatch})
    );
}

TEST(RefundStepTest, EndsTheSameInEveryOrderOfArrival) {
    std::vector<N> news{N::Pending, N::Pending, N::Failed, N::Completed};
    std::sort(news.begin(), news.end());
    do {
        auto refund = a_refund();
        for (const auto status : news) {
            const auto decision = step(refund, a_refund_event(status), S::Webhook);
            if (decision.status == T::Failed) refund.failure = F::Cancelled;
            refund.status = decision.status;
        }
        EXPECT_EQ(refund.status, T::Completed);
    } while (std::next_permutation(news.begin(), news.end()));
}

TEST(Refundable, IsWhatWasCapturedLessWhatWentBackOrIsOnItsWay) {
    const auto order = an_order();
    const std::vector<Attempt> attempts{completed("p1", 1), an_attempt(AttemptStatus::Failed)};
    std::vector<Refund> refunds;
    EXPECT_EQ(refundable(order, attempts, refunds), rupees(500));
    refunds.push_back(a_refund(T::Completed));
    EXPECT_EQ(refundable(order, attempts, refunds), rupees(300));
    refunds.push_back(a_refund(T::Pending));
    EXPECT_EQ(refundable(order, attempts, refunds), rupees(100));
    refunds.push_back(a_refund(T::Failed, F::Cancelled));
    EXPECT_EQ(refundable(order, attempts, refunds), rupees(100));
    EXPECT_EQ(given_back(attempts, refunds, GivenBack::Completed), rupees(200));
    refunds.push_back(a_refund(T::Pending));
    EXPECT_EQ(refundable(order, attempts, refunds), rupees(0)) << "never less than nothing";
}

TEST(Refundable, CountsWhatTheCustomerPaidNotWhatWasDue) {
    const auto order = an_order();
    auto discounted = completed("p1", 1);
    discounted.paid = rupees(450);
    auto held = an_attempt(AttemptStatus::Pending);
    held.payment_id = GatewayPaymentId{"p2"};
    held.sum_state = SumState::Mismatch;
    held.paid = rupees(7);
    EXPECT_EQ(captured(order, {discounted, held}), rupees(457));
    held.sum_state = SumState::Asking;
    EXPECT_EQ(captured(order, {held}), rupees(0)) << "not known to be here";
}

TEST(Refundable, IsNotLessForMoneyThatNeverWasTheMerchants) {
    auto automatic = a_refund(T::Completed);
    automatic.origin = O::Gateway;
    automatic.payment_id = GatewayPaymentId{"late"};
    EXPECT_EQ(refundable(an_order(), {completed("p1", 1)}, {automatic}), rupees(500));
    automatic.payment_id = GatewayPaymentId{"p1"};
    EXPECT_EQ(refundable(an_order(), {completed("p1", 1)}, {automatic}), rupees(300));
}

TEST(Surplus, IsTheLaterPaymentWhateverTheOrderOfArrival) {
    const auto first = completed("p1", 1'000);
    const auto second = completed("p2", 2'000);
    for (const auto& attempts : {std::vector{first, second}, std::vector{second, first}}) {
        const auto others = surplus(attempts);
        ASSERT_EQ(others.size(), 1U);
        EXPECT_EQ(others[0]->payment_id.str(), "p2");
    }
    EXPECT_TRUE(surplus({first}).empty());
}

TEST(Surplus, IsNeverTheOnlyPaymentThereIsHoweverManyAttemptsNameIt) {
    EXPECT_TRUE(surplus({completed("p1", 1'000), completed("p1", 2'000)}).empty());
}

TEST(Surplus, HasOneNameThatTheGatewayTakes) {
    EXPECT_EQ(
        refund_id_of_surplus(GatewayPaymentId{"1457662411918550528"}).str(),
        "dup_1457662411918550528"
    );
    const auto odd = refund_id_of_surplus(GatewayPaymentId{"pay-" + std::string(60, 'x')}).str();
    EXPECT_EQ(odd, refund_id_of_surplus(GatewayPaymentId{"pay-" + std::string(60, 'x')}).str());
    EXPECT_LE(odd.size(), 40U);
    EXPECT_EQ(odd.find('-'), std::string::npos);
}

TEST(Surplus, GoesBackOnlyWhenBothAreCapturedTimeHasPassedAndNothingElseWentBack) {
    constexpr std::int64_t kAfterMs = 600'000;
    auto first = completed("p1", 1'000);
    auto second = completed("p2", 2'000);
    const auto may = [&](const std::vector<Refund>& refunds = {}) {
        return surplus_may_go_back({first, second}, refunds, kAfterMs);
    };
    EXPECT_FALSE(may()) << "Get Payments has shown neither";
    first.captured_at = 2'000 + kAfterMs;
    EXPECT_FALSE(may()) << "it has shown one";
    second.captured_at = 2'000 + kAfterMs - 1;
    EXPECT_FALSE(may()) << "too soon";
    second.captured_at = 2'000 + kAfterMs;
    EXPECT_TRUE(may());

    for (const auto origin : {O::Shop, O::Dashboard, O::Gateway}) {
        auto other = a_refund(T::Pending);
        other.origin = origin;
        EXPECT_FALSE(may({other})) << word(origin);
        other.status = T::Failed;
        EXPECT_TRUE(may({other})) << word(origin);
    }
    second.status = AttemptStatus::Failed;
    EXPECT_FALSE(may()) << "nothing is surplus";
}

}  // namespace
}  // namespace chukta
