// What the shop is told when it hears late: of each end once, and what is true by then.
#include "server/notifier.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "server/crypto.h"
#include "server/order_change.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using testing::Backend;
using testing::rupees;

class NotifierToAShopThatWasDown : public ::testing::Test {
protected:
    NotifierToAShopThatWasDown() {
        EXPECT_TRUE(backend.orders.create(testing::a_new_order(), std::nullopt));
    }
    void begin_refund() {
        backend.change("ord_0001", [](OrderChange& change) {
            Refund refund;
            refund.refund_id = RefundId{"rf_0001"};
            refund.amount = rupees(500);
            change.tell_of(change.add(std::move(refund)));
        });
    }
    void refund_becomes(RefundStatus status) {
        backend.change("ord_0001", [&](OrderChange& change) {
            auto& refund = *change.find(RefundId{"rf_0001"});
            refund.status = status;
            change.touch(refund);
            change.tell_of(refund);
        });
    }
    void comes_under_review(ReviewReason reason) {
        backend.change("ord_0001", [&](OrderChange& change) { change.review(reason); });
    }
    /// Everything that waits for the shop, as the Dispatcher sends it.
    void shop_is_up() {
        NotifierSettings settings;
        settings.url = "https://shop.example/webhooks";
        settings.key = Secret{"0123456789abcdef0123456789abcdef"};
        settings.public_url = "https://pay.example";
        settings.transport = [this](const http::ClientRequest& request) {
            told.push_back(nlohmann::json::parse(request.body)["data"]);
            return http::ClientResponse{200, {}, {}};
        };
        Notifier notifier{backend.store, backend.clock, std::move(settings)};
        const auto now = backend.clock.now();
        for (;;) {
            const auto row = backend.store.transact([&](Transaction& transaction) {
                return backend.store.claim_outbox(transaction, now, now + 60'000);
            });
            if (!row) return;
            if (row->kind != ErrandKind::Notify) continue;
            EXPECT_TRUE(notifier.send(*row).finished);
        }
    }

    Backend backend;
    std::vector<nlohmann::json> told;
};

TEST_F(NotifierToAShopThatWasDown, TellsOfARefundsEndOnce) {
    begin_refund();
    refund_becomes(RefundStatus::Completed);
    shop_is_up();
    ASSERT_EQ(told.size(), 1U) << "that it had begun is no news any more";
    EXPECT_EQ(told[0]["refund_id"], "rf_0001");
    EXPECT_EQ(told[0]["refunds"][0]["status"], "completed");
    EXPECT_EQ(told[0]["version"], backend.order().version);
}

TEST_F(NotifierToAShopThatWasDown, TellsOfARefundThatHasNotEnded) {
    begin_refund();
    shop_is_up();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0]["refunds"][0]["status"], "pending");
}

TEST_F(NotifierToAShopThatWasDown, SignsWithBothSecretsWhileOneReplacesTheOther) {
    begin_refund();
    backend.store.transact([](Transaction& transaction) {
        transaction.run("DELETE FROM outbox WHERE kind <> 'notify'");
    });
    NotifierSettings settings;
    settings.url = "https://shop.example/webhooks";
    settings.key = Secret{"the new one, of 32 bytes or more"};
    settings.previous_key = Secret{"the old one, of 32 bytes or more"};
    http::ClientRequest sent;
    settings.transport = [&](const http::ClientRequest& request) {
        sent = request;
        return http::ClientResponse{200, {}, {}};
    };
    Notifier notifier{backend.store, backend.clock, std::move(settings)};
    const auto now = backend.clock.now();
    const auto row = backend.store.transact([&](Transaction& transaction) {
        return backend.store.claim_outbox(transaction, now, now + 60'000);
    });
    ASSERT_TRUE(row);
    EXPECT_TRUE(notifier.send(*row).finished);
    const auto of = [&](const char* name) {
        return std::string{sent.headers.find(name).value_or("")};
    };
    const auto text = of("webhook-id") + "." + of("webhook-timestamp") + "." + sent.body;
    const auto by = [&](const char* key) {
        return "v1," + crypto::base64_encode(crypto::hmac_sha256(key, text));
    };
    EXPECT_EQ(
        of("webhook-signature"),
        by("the new one, of 32 bytes or more") + " " + by("the old one, of 32 bytes or more")
    );
}

TEST_F(NotifierToAShopThatWasDown, TellsOfAReviewOnceAfterAMoreSeriousOneTookItsPlace) {
    comes_under_review(ReviewReason::UnknownAttempt);
    comes_under_review(ReviewReason::PaidTwice);
    shop_is_up();
    ASSERT_EQ(told.size(), 1U) << "a second one would say the same once more";
    EXPECT_EQ(told[0]["review_reason"], "paid_twice");
    EXPECT_EQ(told[0]["version"], backend.order().version);
}

TEST_F(NotifierToAShopThatWasDown, TellsOfEachReviewThatItHearsInTime) {
    comes_under_review(ReviewReason::UnknownAttempt);
    shop_is_up();
    comes_under_review(ReviewReason::PaidTwice);
    shop_is_up();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0]["review_reason"], "unknown_attempt");
    EXPECT_EQ(told[1]["review_reason"], "paid_twice");
}

TEST_F(NotifierToAShopThatWasDown, IsNotGivenUpAtTheFirstTryAfterAWeekOfDarkness) {
    begin_refund();
    backend.store.transact([](Transaction& transaction) {
        transaction.run("DELETE FROM outbox WHERE kind <> 'notify'");
    });
    constexpr std::int64_t kDayMs = 24LL * 3'600'000;
    backend.clock.advance(7 * kDayMs);
    NotifierSettings settings;
    settings.url = "https://shop.example/webhooks";
    settings.key = Secret{"0123456789abcdef0123456789abcdef"};
    settings.transport = [](const http::ClientRequest&) {
        return http::ClientResponse{502, {}, {}};
    };
    Notifier notifier{backend.store, backend.clock, std::move(settings)};
    std::optional<std::int64_t> ended_at;
    for (std::int64_t tries = 1; tries <= 20 && !ended_at; ++tries) {
        const auto now = backend.clock.now();
        auto row = backend.store.transact([&](Transaction& transaction) {
            return backend.store.claim_outbox(transaction, now, now);
        });
        ASSERT_TRUE(row);
        if (notifier.send(*row).finished) ended_at = tries;
    }
    EXPECT_EQ(ended_at, 9) << "each of the eight waits was waited";
}

TEST_F(NotifierToAShopThatWasDown, SendsWhatAnOlderServerQueuedWithoutAStatus) {
    begin_refund();
    backend.store.transact([&](Transaction& transaction) {
        transaction.run("UPDATE outbox SET payload = 'refund.updated rf_0001' WHERE kind = 'notify'"
        );
    });
    shop_is_up();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0]["refund_id"], "rf_0001");
}

TEST_F(NotifierToAShopThatWasDown, SendsWhatAnOlderServerQueuedWithoutAReason) {
    comes_under_review(ReviewReason::PaidTwice);
    backend.store.transact([&](Transaction& transaction) {
        transaction.run("UPDATE outbox SET payload = 'order.review ' WHERE kind = 'notify'");
    });
    shop_is_up();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0]["review_reason"], "paid_twice");
}

}  // namespace
}  // namespace chukta
