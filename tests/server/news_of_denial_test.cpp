// A success that the gateway does not stand by any more, in whatever words and order it says so.
#include <gtest/gtest.h>

#include "server/news.h"
#include "server/reconciler.h"
#include "tests/support/order_news.h"

namespace chukta {
namespace {

using namespace testing;
using N = NormalizedStatus;

class NewsOfADenial : public News {
protected:
    void SetUp() override {
        News::SetUp();
        start(Channel::QrCode, "k1");
        reply(0, "p1");
    }

    std::int64_t questions_after_an_unknown_one(Denies denies) {
        backend.change("ord_0001", [&](OrderChange& change) { news::on_unknown(change, denies); });
        return backend.outbox_rows("ask");
    }
};

TEST_F(NewsOfADenial, OfAnotherTypeIsAskedAboutEvenWhenAllIsPaid) {
    hear(an_event(N::Completed));
    EXPECT_EQ(questions_after_an_unknown_one(Denies::Nothing), 0);
    EXPECT_EQ(questions_after_an_unknown_one(Denies::ASuccess), 1);
}

TEST_F(NewsOfADenial, OfAnUnknownWordIsAskedAboutEvenWhenAllIsPaid) {
    hear(an_event(N::Completed));
    auto unknown_word = an_event(N::Pending);
    unknown_word.word_known = false;
    hear(unknown_word, NewsSource::Fetch);
    EXPECT_EQ(backend.outbox_rows("ask"), 0) << "the answer would be the same";
    hear(unknown_word);
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
}

TEST_F(NewsOfADenial, OfAnotherTypeThatArrivedBeforeItsSuccessIsAskedAboutAtOnce) {
    ASSERT_TRUE(backend.attempts()[0].next_ask_at) << "it is watched, until it is paid";
    EXPECT_EQ(questions_after_an_unknown_one(Denies::ASuccess), 1);
}

TEST_F(NewsOfADenial, ThatArrivedBeforeItsSuccessIsAskedAboutLater) {
    hear(an_event(N::Failed));
    ASSERT_FALSE(question_due_at());
    hear(an_event(N::Completed));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    const auto later = backend.clock.now() + news::kLaterLookMs;
    EXPECT_EQ(question_due_at(), later);
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    backend.clock.advance(Reconciler::kFarEveryMs);
    reconciler.run_once();
    EXPECT_EQ(question_due_at(), later) << "which no clock ahead can have said";
    hear(an_event(N::Failed), NewsSource::Fetch);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::Contradicted);
}

TEST_F(NewsOfADenial, ThatArrivedBeforeAnOlderListWithItsSuccessIsAskedAboutLater) {
    hear(an_event(N::Failed));
    hear(an_event(N::Completed), NewsSource::Fetch);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_TRUE(question_due_at());
}

TEST_F(NewsOfADenial, IsNotLookedForWhereNoLastWordCameBefore) {
    hear(an_event(N::Completed));
    EXPECT_FALSE(question_due_at());
}

}  // namespace
}  // namespace chukta
