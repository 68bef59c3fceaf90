/// @file
/// An order whose attempts start, are answered and hear news, on the real Store.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "server/news.h"
#include "tests/support/server_builders.h"

namespace chukta::testing {

/// An order with one started attempt of a channel, its reply already in.
class News : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(backend.orders.create(a_new_order(), std::nullopt));
        hear_order(GatewayOrderStatus::Active, rupees(500));
    }

    void start(
        Channel channel, const std::string& key, std::optional<int> replaces = std::nullopt
    ) {
        wire::StartAttempt start;
        start.channel = channel;
        if (channel == Channel::Intent) start.app = UpiApp::GooglePay;
        if (channel == Channel::Collect) start.vpa = *Vpa::parse("asha@okaxis");
        start.replaces = replaces;
        const auto started = backend.orders.start(
            OrderId{"ord_0001"}, start, IdempotencyKey{key}, {DeviceClass::AndroidPhone, ""}
        );
        ASSERT_TRUE(started) << word(started.error());
    }

    void reply(std::size_t attempt, const std::string& payment_id) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_pay_answer(
                change,
                change.attempts().at(attempt),
                {GatewayPaymentId{payment_id}, CollectPrompt{}, rupees(500)}
            );
        });
    }

    news::EventOutcome hear(const GatewayEvent& event, NewsSource source = NewsSource::Webhook) {
        news::EventOutcome outcome;
        backend.change("ord_0001", [&](OrderChange& change) {
            outcome = news::on_event(change, event, source);
        });
        return outcome;
    }

    static GatewayEvent a_success_of(Money amount, const std::string& payment_id = "p1") {
        auto event = an_event(NormalizedStatus::Completed, payment_id);
        event.payment_amount = amount;
        return event;
    }

    /// The answer to a question that left `age_ms` ago.
    void hear_order(GatewayOrderStatus status, Money amount, std::int64_t age_ms = 0) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_order(
                change,
                {OrderId{"ord_0001"}, status, amount, "INR", "session_x"},
                asked_now(change, -age_ms)
            );
        });
    }

    /// All payments of the order, by a question that left `age_ms` ago.
    void hear_payments(const std::vector<GatewayEvent>& events, std::int64_t age_ms = 0) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_payments(change, events, asked_now(change, -age_ms), backend.watch);
        });
    }

    /// When the gateway is asked for the order's payments; nothing when nobody will.
    std::optional<EpochMs> question_due_at() {
        Transaction transaction{*backend.database, db::Mode::Read};
        const auto rows = transaction.run("SELECT due_at_ms FROM outbox WHERE kind = 'ask'");
        if (rows.empty()) return std::nullopt;
        return rows.front().integer("due_at_ms");
    }

    Backend backend;
};

}  // namespace chukta::testing
