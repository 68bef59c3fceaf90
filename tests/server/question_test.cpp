// Questions to the gateway: one row a kind and order, and none of them lost.
#include <gtest/gtest.h>

#include <algorithm>

#include "server/cashfree/gateway.h"
#include "server/dispatcher.h"
#include "server/notifier.h"
#include "tests/support/order_news.h"

namespace chukta {
namespace {

using namespace testing;
using N = NormalizedStatus;

const OrderId kOrder{"ord_0001"};

class Question : public News {
protected:
    /// A paid order that is silent from now on.
    void SetUp() override {
        News::SetUp();
        start(Channel::QrCode, "k1");
        reply(0, "p1");
        hear(an_event(N::Completed));
        backend.store.transact([](Transaction& transaction) {
            transaction.run("DELETE FROM outbox");
        });
    }

    void ask(std::int64_t in_ms = 0, Priority priority = Priority::Verify) {
        backend.change("ord_0001", [&](OrderChange& change) {
            change.ask(ErrandKind::Ask, priority, change.now() + in_ms);
        });
    }
    void queue(ErrandKind kind) {
        OutboxRow row;
        row.kind = kind;
        row.order_id = kOrder;
        row.due_at = backend.clock.now();
        backend.store.transact([&](Transaction& transaction) {
            backend.store.insert_outbox(transaction, row, backend.clock.now());
        });
    }
    std::vector<std::string> bodies_in_the_inbox() {
        Transaction transaction{*backend.database, db::Mode::Read};
        std::vector<std::string> bodies;
        for (const auto& row : transaction.run("SELECT body FROM inbox")) {
            bodies.push_back(row.blob("body"));
        }
        return bodies;
    }
    std::optional<OutboxRow> claim() {
        return backend.store.transact([&](Transaction& transaction) {
            const auto now = backend.clock.now();
            return backend.store.claim_outbox(transaction, now, now + 60'000);
        });
    }
    /// Puts the row back as one that the gateway has refused so often.
    void refuse(OutboxRow row, int times) {
        row.payload = std::to_string(times);
        backend.store.transact([&](Transaction& transaction) {
            backend.store.reschedule_outbox(
                transaction, row, backend.clock.now() + 500, Store::Sent::No
            );
        });
    }
    void finish(const OutboxRow& row) {
        backend.store.transact([&](Transaction& transaction) {
            backend.store.finish_outbox(transaction, row, backend.clock.now());
        });
    }

    /// Dispatches whatever is due within so long, to a gateway that answers so.
    int calls_within(std::int64_t ms, int http_status, const std::string& body) {
        int calls = 0;
        cashfree::GatewaySettings settings;
        settings.client.base_url = "https://gateway.example/pg";
        settings.client.transport = [&](const http::ClientRequest&) {
            ++calls;
            return http::ClientResponse{http_status, {}, body};
        };
        cashfree::Gateway gateway{std::move(settings)};
        Notifier notifier{backend.store, backend.clock, {}};
        Dispatcher dispatcher{backend.store, gateway, notifier, backend.clock, {}, [] {}};
        for (const auto end = backend.clock.now() + ms; backend.clock.now() < end;) {
            while (dispatcher.run_once()) {
            }
            backend.clock.advance(500);
        }
        return calls;
    }
};

TEST_F(Question, UnderWayWhenNewsAsksIsAskedOnceMore) {
    ASSERT_TRUE(backend.orders.verify(kOrder));
    std::vector<OutboxRow> under_way;
    while (auto row = claim()) under_way.push_back(std::move(*row));
    ASSERT_EQ(under_way.size(), 3U) << "payments, order, refunds";

    hear(an_event(N::Failed));  // of a paid payment: believed only when the gateway repeats it
    EXPECT_FALSE(claim()) << "one at a time";
    for (const auto& row : under_way) finish(row);
    const auto again = claim();
    ASSERT_TRUE(again) << "the answer may be older than the news";
    EXPECT_EQ(again->kind, ErrandKind::Ask);
    EXPECT_EQ(again->tries, 1);
    EXPECT_FALSE(again->was_in_flight);

    finish(*again);
    EXPECT_EQ(backend.outbox_rows("ask"), 0) << "and that was the last";
}

TEST_F(Question, UnderWayForTheSecondTimeIsAskedAThirdTimeWhenThereIsNews) {
    ask();
    auto row = claim();
    for (int i = 0; i < 2; ++i) {
        ask();
        finish(*row);
        row = claim();
        ASSERT_TRUE(row) << i;
    }
}

TEST_F(Question, UnderWayIsAskedOnceMoreWhenItsTimeComes) {
    ask();
    const auto row = claim();
    ask(1'000);
    finish(*row);
    EXPECT_FALSE(claim());
    backend.clock.advance(1'000);
    EXPECT_TRUE(claim());
}

TEST_F(Question, ThatWaitsIsAsUrgentAsTheMostUrgentWhoAsks) {
    ask();
    ask(1'000, Priority::Order);
    const auto raised = claim();
    ASSERT_TRUE(raised) << "and due as early as the earliest wants";
    EXPECT_EQ(raised->priority, Priority::Order);
    finish(*raised);
    ask(1'000, Priority::Order);
    ask();
    const auto kept = claim();
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->priority, Priority::Order);
}

TEST_F(Question, UnderWayIsAskedOnceMoreAsUrgentlyAsTheMostUrgentWantsIt) {
    for (const std::int64_t later_ms : {0, 1'000}) {
        ask();
        const auto row = claim();
        ASSERT_TRUE(row);
        ask();
        ask(later_ms, Priority::Order);
        finish(*row);
        const auto again = claim();
        ASSERT_TRUE(again) << later_ms;
        EXPECT_EQ(again->priority, Priority::Order) << later_ms;
        finish(*again);
    }
}

TEST_F(Question, IsAskedOnceMoreNoMoreUrgentlyThanThatIsWanted) {
    ask(0, Priority::Order);
    const auto urgent = claim();
    ASSERT_TRUE(urgent);
    ask();
    finish(*urgent);
    const auto again = claim();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->priority, Priority::Verify);
}

TEST_F(Question, WhoseCallFailsIsAsUrgentAsItWas) {
    ask(0, Priority::Order);
    const auto urgent = claim();
    ASSERT_TRUE(urgent);
    ask();
    refuse(*urgent, 1);
    backend.clock.advance(500);
    const auto again = claim();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->priority, Priority::Order);
}

TEST_F(Question, WhoseCallFailsIsYoungerThanTheNewsWhenItIsAskedAgain) {
    ask();
    const auto row = claim();
    ask();
    backend.store.transact([&](Transaction& transaction) {
        backend.store.reschedule_outbox(transaction, *row, backend.clock.now(), Store::Sent::No);
    });
    const auto again = claim();
    ASSERT_TRUE(again);
    finish(*again);
    EXPECT_FALSE(claim());
}

TEST_F(Question, OfALostClaimMarksNothing) {
    ask();
    const auto row = claim();
    backend.clock.advance(60'000);
    const auto by_another = claim();
    ASSERT_TRUE(by_another);
    ask();
    finish(*row);
    EXPECT_FALSE(claim()) << "the other has it";
    finish(*by_another);
    EXPECT_TRUE(claim());
}

TEST_F(Question, ThatIsRefusedIsAskedAFewTimesMore) {
    ask();
    const auto calls =
        calls_within(600'000, 404, R"({"message":"x","code":"order_not_found","type":"t"})");
    EXPECT_GE(calls, 5);
    EXPECT_LE(calls, 10);
    EXPECT_EQ(backend.outbox_rows("ask"), 0) << "and then no more";
}

TEST_F(Question, WhoseAnswerIsOfAnotherShapeIsAskedAFewTimesMoreAndTheLastAnswerIsKept) {
    struct Row {
        ErrandKind kind;
        const char* body;
    };
    constexpr Row kRows[] = {
        {ErrandKind::Ask, R"({"maintenance":true})"},
        {ErrandKind::AskRefunds, R"([{"refund_status":"SUCCESS"}])"},
        {ErrandKind::GetOrder, R"({"order_id":"ord_0001"})"},
        {ErrandKind::GetOrder,
         R"({"order_id":"ord_0002","order_status":"ACTIVE","order_amount":500})"},
        {ErrandKind::CreateOrder, "{}"},
        {ErrandKind::CreateOrder,
         R"({"order_id":"ord_0001","order_status":"ACTIVE","order_amount":500})"},
    };
    for (const auto& row : kRows) {
        queue(row.kind);
        const auto calls = calls_within(600'000, 200, row.body);
        EXPECT_EQ(calls, 8) << word(row.kind) << row.body;
        EXPECT_EQ(bodies_in_the_inbox(), std::vector<std::string>{row.body}) << word(row.kind);
        backend.store.transact([](Transaction& change) {
            change.run("DELETE FROM inbox");
            change.run("DELETE FROM outbox");
        });
    }
}

TEST_F(Question, ThatTerminatedTheOrderIsNotPutAgainWhateverTheAnswersShape) {
    queue(ErrandKind::TerminateOrder);
    EXPECT_EQ(calls_within(600'000, 200, "{}"), 1) << "a second one would be refused";
    EXPECT_EQ(bodies_in_the_inbox(), std::vector<std::string>{"{}"});
}

TEST_F(Question, WhoseAnswerIsOfAnotherShapeOnceIsAnsweredByTheNextOne) {
    ask();
    EXPECT_EQ(calls_within(500, 200, R"({"maintenance":true})"), 1);
    EXPECT_EQ(calls_within(60'000, 200, "[]"), 1);
    EXPECT_EQ(backend.outbox_rows("ask"), 0);
}

TEST_F(Question, ThatIsAskedOnceMoreHasNotBeenRefusedYet) {
    ask();
    refuse(*claim(), 7);
    backend.clock.advance(500);
    const auto last = claim();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->payload, "7");
    ask();
    finish(*last);
    const auto anew = claim();
    ASSERT_TRUE(anew);
    EXPECT_EQ(anew->payload, "");
}

TEST_F(Question, ThatNewsAsksAnewHasNotBeenRefusedYet) {
    // The news may want it sooner than it waits anyway, or may be content with that.
    for (const std::int64_t wanted_in_ms : {0, 500, 1'000}) {
        ask();
        refuse(*claim(), 7);
        ask(wanted_in_ms);
        backend.clock.advance(std::min<std::int64_t>(wanted_in_ms, 500));
        const auto anew = claim();
        ASSERT_TRUE(anew) << wanted_in_ms;
        EXPECT_EQ(anew->payload, "") << wanted_in_ms;
        finish(*anew);
    }
}

TEST_F(Question, ThatWasRefusedWhileNewsAskedItHasNotBeenRefusedSince) {
    ask();
    const auto row = claim();
    ask();
    refuse(*row, 7);
    backend.clock.advance(500);
    const auto anew = claim();
    ASSERT_TRUE(anew);
    EXPECT_EQ(anew->payload, "");
}

TEST_F(Question, ThatIsRefusedOnceAfterAnOutageIsAskedAgain) {
    ask();
    EXPECT_GT(calls_within(600'000, 503, ""), 10);
    const auto refused =
        calls_within(60'000, 404, R"({"message":"x","code":"order_not_found","type":"t"})");
    EXPECT_GE(refused, 1);
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
}

}  // namespace
}  // namespace chukta
