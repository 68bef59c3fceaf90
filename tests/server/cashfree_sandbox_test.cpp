// Our client, wire and signature against the sandbox, which was written from the same document by
// other hands: where the two readings differ, a test here fails.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>

#include "server/cashfree/gateway.h"
#include "shared/upi_uri.h"
#include "tests/sandbox/sandbox_support.h"
#include "tests/support/cashfree_texts.h"

namespace chukta::cashfree {
namespace {

using sandbox_test::Bench;
using sandbox_test::kClientId;
using sandbox_test::kSecret;
using sandbox_test::kStart;
using namespace std::chrono_literals;
using testing::rupees;

GatewaySettings settings_for(Bench& bench) {
    GatewaySettings settings;
    settings.client.base_url = bench.app().url() + "/pg";
    settings.client.call_timeout = 5s;
    settings.client.pay_timeout = 5s;
    settings.client_id = Secret{std::string{kClientId}};
    settings.client_secret = Secret{std::string{kSecret}};
    return settings;
}

sandbox::Options in_production_form() {
    auto options = sandbox_test::options();
    options.link_mode = sandbox::LinkMode::Production;
    return options;
}

/// A sandbox and a gateway that has one order there.
struct Case {
    explicit Case(sandbox::Options options = sandbox_test::options())
        : bench{std::move(options)}, gateway{settings_for(bench)} {
        order.order_id = OrderId{"ord_0001"};
        order.amount = rupees("170.29");
        order.customer_id = CustomerId{"cust1"};
        order.customer_phone = "9999999999";
        order.customer_name = "Asha नायर";
        order.return_url = "https://shop.example/r?a=1&b=2";
        const auto answer = gateway.create_order(order);
        if (!answer || answer->http_status != 200) {
            ADD_FAILURE() << "no order: " << (answer ? answer->body : "no answer");
            return;
        }
        session = gateway.read_order(answer->body)->session;
    }

    GatewayPay a_pay(Channel channel, const char* vpa = nullptr) const {
        GatewayPay pay;
        pay.attempt_id = AttemptId{"attempt-0001"};
        pay.session = session;
        pay.channel = channel;
        if (vpa != nullptr) pay.vpa = *Vpa::parse(vpa);
        return pay;
    }

    /// What the Order Pay call started; a default one when it was refused.
    GatewayPayNews started(const GatewayPay& pay) {
        const auto answer = gateway.pay(pay);
        if (!answer || answer->http_status != 200) {
            ADD_FAILURE() << "not started: " << (answer ? answer->body : "no answer");
            return {};
        }
        const auto news = gateway.read_pay(answer->body);
        if (!news) {
            ADD_FAILURE() << "not read: " << answer->body;
            return {};
        }
        return *news;
    }

    GatewayRefusal refused(const GatewayResult& answer) const {
        if (!answer || answer->http_status < 400) {
            ADD_FAILURE() << "not refused";
            return {};
        }
        return gateway.read_refusal(answer->http_status, answer->body);
    }

    std::vector<GatewayEvent> payments() {
        const auto answer = gateway.get_payments(order.order_id);
        if (!answer) {
            ADD_FAILURE() << "no payments";
            return {};
        }
        const auto events = gateway.read_payments(answer->body);
        if (!events) {
            ADD_FAILURE() << "not read: " << answer->body;
            return {};
        }
        return *events;
    }

    /// The news of the last webhook, after its signature was checked.
    WebhookNews last_webhook() {
        const auto got = bench.webhooks();
        if (got.empty()) {
            ADD_FAILURE() << "no webhook";
            return {};
        }
        const auto& webhook = got.back();
        const WebhookHeaders headers{
            std::string{webhook.headers.find("x-webhook-timestamp").value_or("")},
            std::string{webhook.headers.find("x-webhook-signature").value_or("")}};
        EXPECT_TRUE(gateway.signed_by_gateway(headers, webhook.body)) << webhook.body;
        EXPECT_FALSE(gateway.signed_by_gateway(headers, webhook.body + "\n"));
        const auto news = gateway.read_webhook(webhook.body);
        if (!news) {
            ADD_FAILURE() << "not read: " << webhook.body;
            return {};
        }
        return *news;
    }

    GatewayEvent last_event() {
        const auto news = last_webhook();
        if (!std::holds_alternative<GatewayEvent>(news)) {
            ADD_FAILURE() << "no payment's webhook";
            return {};
        }
        return std::get<GatewayEvent>(news);
    }

    Bench bench;
    Gateway gateway;
    GatewayOrder order;
    std::string session;
};

TEST(CashfreeWithSandbox, CreatesAnOrderAndFindsItAgain) {
    Case one;
    EXPECT_EQ(one.session.substr(0, 8), "session_");
    const auto answer = one.gateway.get_order(one.order.order_id);
    ASSERT_TRUE(answer);
    const auto news = one.gateway.read_order(answer->body);
    ASSERT_TRUE(news);
    EXPECT_EQ(news->order_id.str(), "ord_0001");
    EXPECT_EQ(news->status, GatewayOrderStatus::Active);
    EXPECT_EQ(news->amount, one.order.amount);
    EXPECT_EQ(news->currency, "INR");
    EXPECT_EQ(news->session, one.session);

    const auto kept = one.bench.order_of("ord_0001");
    EXPECT_EQ(kept["customer_details"]["customer_name"], "Asha नायर");
    EXPECT_EQ(kept["order_meta"]["return_url"], "https://shop.example/r?a=1&b=2");
}

TEST(CashfreeWithSandbox, GetsTheSameAnswerForTheSameOrder) {
    Case one;
    const auto again = one.gateway.create_order(one.order);
    ASSERT_TRUE(again);
    EXPECT_EQ(one.gateway.read_order(again->body)->session, one.session);

    GatewayOrder other = one.order;
    other.customer_name = "Asha";
    EXPECT_EQ(one.refused(one.gateway.create_order(other)).refusal, Refusal::OrderExists);
}

TEST(CashfreeWithSandbox, PassesOnWhenAnOrderEnds) {
    Case one;
    GatewayOrder other = one.order;
    other.order_id = OrderId{"ord_0002"};
    other.expires_at = kStart + 3'600'000;
    const auto answer = one.gateway.create_order(other);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->http_status, 200) << answer->body;
    EXPECT_EQ(one.bench.order_of("ord_0002")["order_expiry_time"], "2026-03-01T11:00:00+05:30");
}

TEST(CashfreeWithSandbox, ReadsLinksInBothForms) {
    Case one;
    const auto in_sandbox_form = one.started(one.a_pay(Channel::Intent));
    ASSERT_TRUE(std::holds_alternative<IntentPrompt>(in_sandbox_form.prompt));
    const auto& pages = std::get<IntentPrompt>(in_sandbox_form.prompt).links;
    ASSERT_EQ(pages.size(), 5U);
    for (const auto& link : pages) EXPECT_EQ(link.href.find(one.bench.app().url() + "/"), 0U);
    EXPECT_EQ(in_sandbox_form.amount, one.order.amount);

    Case other{in_production_form()};
    const auto in_apps_form = other.started(other.a_pay(Channel::Intent));
    ASSERT_TRUE(std::holds_alternative<IntentPrompt>(in_apps_form.prompt));
    const auto& links = std::get<IntentPrompt>(in_apps_form.prompt).links;
    ASSERT_EQ(links.size(), 5U);
    for (const auto& link : links) EXPECT_EQ(link_amount(link.href), other.order.amount);
    EXPECT_TRUE(is_upi_link(links.back().href));
}

TEST(CashfreeWithSandbox, ReadsTheQrInBothForms) {
    Case one;
    const auto page = one.started(one.a_pay(Channel::QrCode));
    ASSERT_TRUE(std::holds_alternative<QrPrompt>(page.prompt));
    EXPECT_EQ(std::get<QrPrompt>(page.prompt).text.find(one.bench.app().url() + "/"), 0U);

    Case other{in_production_form()};
    const auto link = other.started(other.a_pay(Channel::QrCode));
    ASSERT_TRUE(std::holds_alternative<QrPrompt>(link.prompt));
    EXPECT_TRUE(is_upi_link(std::get<QrPrompt>(link.prompt).text));
    EXPECT_EQ(link_amount(std::get<QrPrompt>(link.prompt).text), other.order.amount);
}

TEST(CashfreeWithSandbox, ShowsAQrItCannotRead) {
    Case one;
    one.bench.fault({{"name", "unreadable_qr"}});
    const auto news = one.started(one.a_pay(Channel::QrCode));
    ASSERT_TRUE(std::holds_alternative<QrPrompt>(news.prompt));
    EXPECT_EQ(std::get<QrPrompt>(news.prompt).text, "");
    EXPECT_NE(std::get<QrPrompt>(news.prompt).png_base64, "");
}

TEST(CashfreeWithSandbox, FollowsACollectToItsSuccess) {
    Case one;
    const auto started = one.started(one.a_pay(Channel::Collect, "testsuccess@gocash"));
    EXPECT_TRUE(std::holds_alternative<CollectPrompt>(started.prompt));
    auto payments = one.payments();
    ASSERT_EQ(payments.size(), 1U);
    EXPECT_EQ(payments[0].payment_id, started.payment_id);
    EXPECT_EQ(payments[0].status, NormalizedStatus::Created);
    EXPECT_FALSE(payments[0].gateway_final);

    one.bench.app().advance(31s);
    const auto event = one.last_event();
    EXPECT_EQ(event.payment_id, started.payment_id);
    EXPECT_EQ(event.order_id, one.order.order_id);
    EXPECT_EQ(event.status, NormalizedStatus::Completed);
    EXPECT_TRUE(event.captured);
    EXPECT_TRUE(event.gateway_final);
    EXPECT_FALSE(event.contradictory);
    EXPECT_EQ(event.order_amount, one.order.amount);
    EXPECT_EQ(event.payment_amount, one.order.amount);
    EXPECT_EQ(event.currency, "INR");
    EXPECT_NE(event.bank_reference, "");
    EXPECT_EQ(event.started_at, kStart);

    payments = one.payments();
    ASSERT_EQ(payments.size(), 1U);
    EXPECT_EQ(payments[0].status, NormalizedStatus::Completed);
    EXPECT_TRUE(payments[0].captured);
    EXPECT_EQ(payments[0].order_amount, one.order.amount);
    EXPECT_TRUE(payments[0].completed_at);
    const auto order = one.gateway.get_order(one.order.order_id);
    ASSERT_TRUE(order);
    EXPECT_EQ(one.gateway.read_order(order->body)->status, GatewayOrderStatus::Paid);
    auto late = one.a_pay(Channel::Intent);
    late.attempt_id = AttemptId{"attempt-0002"};
    EXPECT_EQ(one.refused(one.gateway.pay(late)).refusal, Refusal::OrderInactive);
}

TEST(CashfreeWithSandbox, SaysWhyAPaymentFailed) {
    struct Row {
        const char* vpa;
        FailureReason reason;
        wire::FailureDetail detail;
    };
    constexpr Row kRows[] = {
        {"testinsufficientfunds@gocash",
         FailureReason::Declined,
         wire::FailureDetail::InsufficientFunds},
        {"testinvalidpin@gocash", FailureReason::Declined, wire::FailureDetail::WrongPin},
        {"testdeclineuser@gocash", FailureReason::UserCancelled, wire::FailureDetail::None},
        {"testexpired@gocash", FailureReason::Expired, wire::FailureDetail::RequestExpired},
        {"testriskflagged@gocash", FailureReason::Declined, wire::FailureDetail::RiskDeclined},
        {"testuserdropped@gocash", FailureReason::UserDropped, wire::FailureDetail::None},
        {"testbankdeclined@gocash", FailureReason::Declined, wire::FailureDetail::BankRefused},
        {"testdebitfailed@gocash", FailureReason::Unknown, wire::FailureDetail::None},
        {"testtimeoutbank@gocash", FailureReason::Unknown, wire::FailureDetail::MoneyUnclear},
        {"testtpvfail@gocash", FailureReason::Declined, wire::FailureDetail::RegisteredAccountOnly},
    };
    for (const auto& row : kRows) {
        Case one;
        const auto started = one.started(one.a_pay(Channel::Collect, row.vpa));
        one.bench.app().advance(20min);
        const auto event = one.last_event();
        EXPECT_EQ(event.payment_id, started.payment_id) << row.vpa;
        EXPECT_EQ(event.status, NormalizedStatus::Failed) << row.vpa;
        EXPECT_FALSE(event.contradictory) << row.vpa;
        EXPECT_EQ(word(event.failure), word(row.reason)) << row.vpa;
        EXPECT_EQ(wire::word(event.detail), wire::word(row.detail)) << row.vpa;
        const auto payments = one.payments();
        ASSERT_EQ(payments.size(), 1U) << row.vpa;
        EXPECT_EQ(word(payments[0].failure), word(row.reason)) << row.vpa;
    }
}

TEST(CashfreeWithSandbox, NamesItsRefusals) {
    Case one;
    one.bench.fault({{"name", "strict_ids"}, {"count", "always"}});
    EXPECT_EQ(
        one.refused(one.gateway.pay(one.a_pay(Channel::Collect, "asha@okaxis"))).refusal,
        Refusal::InvalidVpa
    );
    EXPECT_EQ(one.refused(one.gateway.get_order(OrderId{"ord_none"})).refusal, Refusal::NotFound);
    EXPECT_EQ(
        one.refused(one.gateway.get_payments(OrderId{"ord_none"})).refusal, Refusal::NotFound
    );
    one.bench.fault({{"name", "collect_blocked"}, {"count", "always"}});
    auto blocked = one.a_pay(Channel::Collect, "testsuccess@gocash");
    blocked.attempt_id = AttemptId{"attempt-0002"};
    EXPECT_EQ(one.refused(one.gateway.pay(blocked)).refusal, Refusal::ChannelNotAllowed);

    const auto terminated = one.gateway.terminate_order(one.order.order_id);
    ASSERT_TRUE(terminated);
    EXPECT_EQ(one.gateway.read_order(terminated->body)->status, GatewayOrderStatus::Terminated);
    auto late = one.a_pay(Channel::Intent);
    late.attempt_id = AttemptId{"attempt-0003"};
    EXPECT_EQ(one.refused(one.gateway.pay(late)).refusal, Refusal::OrderInactive);
}

TEST(CashfreeWithSandbox, StartsNothingNewWhenItRepeatsAnUnclearCall) {
    Case one;
    one.bench.fault({{"name", "drop_after_accept"}, {"order_id", "ord_0001"}});
    const auto lost = one.gateway.pay(one.a_pay(Channel::Intent));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().error, GatewayError::Unclear);
    const auto started = one.started(one.a_pay(Channel::Intent));
    const auto payments = one.payments();
    ASSERT_EQ(payments.size(), 1U);
    EXPECT_EQ(payments[0].payment_id, started.payment_id);
}

TEST(CashfreeWithSandbox, KnowsItsFaultsByWhatToDoNext) {
    Case one;
    one.bench.fault({{"name", "rate_limited"}, {"endpoint", "order_pay"}, {"value", 7}});
    const auto limited = one.gateway.pay(one.a_pay(Channel::Intent));
    ASSERT_FALSE(limited);
    EXPECT_EQ(limited.error().error, GatewayError::Retry);
    EXPECT_EQ(limited.error().retry_after_s, 7);

    for (const char* fault : {"internal_error", "html_body"}) {
        one.bench.fault({{"name", fault}, {"endpoint", "order_pay"}});
        const auto unclear = one.gateway.pay(one.a_pay(Channel::Intent));
        ASSERT_FALSE(unclear) << fault;
        EXPECT_EQ(unclear.error().error, GatewayError::Unclear) << fault;
    }
    one.bench.fault({{"name", "bank_processing_failure"}, {"endpoint", "order_pay"}});
    const auto refused = one.refused(one.gateway.pay(one.a_pay(Channel::Intent)));
    EXPECT_EQ(refused.refusal, Refusal::Other);
    EXPECT_EQ(refused.code, "bank_processing_failure");
}

TEST(CashfreeWithSandbox, SurvivesWhatCashfreeIsKnownToSendAtTimes) {
    struct Row {
        const char* fault;
        bool contradictory;
        bool word_known;
    };
    constexpr Row kRows[] = {
        {"numeric_cf_payment_id", false, true},
        {"null_upi_channel", false, true},
        {"unknown_status", false, false},
        {"type_status_disagree", true, true},
    };
    for (const auto& row : kRows) {
        Case one;
        one.bench.fault({{"name", row.fault}, {"count", "always"}});
        const auto started = one.started(one.a_pay(Channel::Collect, "testsuccess@gocash"));
        EXPECT_FALSE(started.payment_id.empty()) << row.fault;
        one.bench.app().advance(31s);
        const auto event = one.last_event();
        EXPECT_EQ(event.payment_id, started.payment_id) << row.fault;
        EXPECT_EQ(event.contradictory, row.contradictory) << row.fault;
        EXPECT_EQ(event.word_known, row.word_known) << row.fault;
    }
}

TEST(CashfreeWithSandbox, TellsAPaymentOfAnotherSum) {
    Case one;
    one.bench.fault({{"name", "amount_different"}, {"value", -1}, {"count", "always"}});
    one.started(one.a_pay(Channel::Collect, "testsuccess@gocash"));
    one.bench.app().advance(31s);
    const auto event = one.last_event();
    EXPECT_EQ(event.order_amount, one.order.amount);
    EXPECT_EQ(event.payment_amount, rupees("170.28"));
}

TEST(CashfreeWithSandbox, RefundsOnceHoweverOftenItIsAskedAndHearsOfIt) {
    Case one;
    one.started(one.a_pay(Channel::Collect, "testsuccess@gocash"));
    one.bench.app().advance(31s);
    const auto paid = one.last_event();
    const GatewayRefund wanted{
        one.order.order_id, RefundId{"rf_0001"}, rupees("70.29"), "part of it"};
    for (int i = 0; i < 2; ++i) {
        const auto answer = one.gateway.refund(wanted);
        ASSERT_TRUE(answer);
        ASSERT_EQ(answer->http_status, 200) << answer->body;
        const auto taken = one.gateway.read_refund(answer->body);
        ASSERT_TRUE(taken) << answer->body;
        EXPECT_EQ(taken->refund_id, wanted.refund_id);
        EXPECT_EQ(taken->status, NormalizedStatus::Pending);
        EXPECT_EQ(taken->payment_id, paid.payment_id);
    }
    one.bench.app().advance(5s);
    const auto news = one.last_webhook();
    ASSERT_TRUE(std::holds_alternative<GatewayRefundNews>(news));
    const auto& heard = std::get<GatewayRefundNews>(news);
    EXPECT_EQ(heard.order_id, one.order.order_id);
    EXPECT_EQ(heard.payment_id, paid.payment_id);
    EXPECT_EQ(heard.refund_id.str(), "rf_0001");
    EXPECT_FALSE(heard.automatic);
    EXPECT_EQ(heard.status, NormalizedStatus::Completed);
    EXPECT_EQ(heard.amount, rupees("70.29"));

    const auto list = one.gateway.get_refunds(one.order.order_id);
    ASSERT_TRUE(list);
    const auto all = one.gateway.read_refunds(list->body);
    ASSERT_TRUE(all) << list->body;
    ASSERT_EQ(all->size(), 1U);
    EXPECT_EQ((*all)[0].refund_id, heard.refund_id);
    EXPECT_EQ((*all)[0].gateway_refund_id, heard.gateway_refund_id)
        << "a number here, a text there";
    EXPECT_EQ((*all)[0].status, NormalizedStatus::Completed);
}

TEST(CashfreeWithSandbox, SaysWhyItWillNotRefund) {
    Case one;
    const auto refused = [&](const char* id, const char* amount) {
        const auto answer =
            one.gateway.refund({one.order.order_id, RefundId{id}, rupees(amount), ""});
        if (!answer || answer->http_status < 400) return std::make_pair(0, Refusal::NotFound);
        const auto why = one.gateway.read_refusal(answer->http_status, answer->body);
        return std::make_pair(answer->http_status, why.refusal);
    };
    EXPECT_EQ(refused("rf_0001", "1"), std::make_pair(400, Refusal::Other)) << "not paid";
    one.started(one.a_pay(Channel::Collect, "testsuccess@gocash"));
    one.bench.app().advance(31s);
    EXPECT_EQ(refused("rf_0002", "170.30"), std::make_pair(400, Refusal::RefundTooLarge));
    EXPECT_EQ(refused("rf_0003", "170.29").first, 0);
    // The same id with another body and another key: their account has it already.
    one.bench.fault({{"name", "ignore_idempotency_keys"}, {"count", "always"}});
    EXPECT_EQ(refused("rf_0003", "1"), std::make_pair(400, Refusal::RefundIdTaken));
}

}  // namespace
}  // namespace chukta::cashfree
