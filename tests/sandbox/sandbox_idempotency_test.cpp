// x-idempotency-key on every write (facts/cashfree.md §1.4).
#include "tests/sandbox/sandbox_support.h"

namespace {

using namespace sandbox_test;

TEST(Idempotency, SameKeyAndBodyAnswersTheSameAgain) {
    Bench bench;
    const auto body = Bench::link(bench.session("ord_0001"));
    const auto first = bench.pay(body, "key-1");
    EXPECT_EQ(first.header("x-idempotency-key"), "key-1");
    EXPECT_EQ(first.header("x-idempotency-replayed"), "false");
    const auto second = bench.pay(body, "key-1");
    EXPECT_EQ(second.status, 200);
    EXPECT_EQ(second.header("x-idempotency-replayed"), "true");
    EXPECT_EQ(second.body, first.body);
    EXPECT_NE(bench.pay(body, "key-2").body, first.body);
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").json().size(), 2U);
    const auto calls = bench.state()["order_pay_calls"];
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_EQ(calls[0]["replayed"], false);
    EXPECT_EQ(calls[1]["replayed"], true);
    EXPECT_EQ(calls[1]["idempotency_key"], "key-1");
}

TEST(Idempotency, SameKeyWithAnotherBodyIs422) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    ASSERT_EQ(bench.pay(Bench::link(session), "key-1").status, 200);
    const auto answer = bench.pay(Bench::qrcode(session), "key-1");
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.code(), "request_invalid");
    EXPECT_EQ(answer.json()["type"], "idempotency_error");
    EXPECT_EQ(answer.json()["message"], "invalid body in request for x-idempotency-key");
}

TEST(Idempotency, HoldsForOrdersAndRefundsToo) {
    Bench bench;
    const auto first = bench.pg("POST", "/orders", Bench::order("ord_0001"), "key-1");
    const auto second = bench.pg("POST", "/orders", Bench::order("ord_0001"), "key-1");
    EXPECT_EQ(second.status, 200);
    EXPECT_EQ(second.body, first.body);
    bench.approve(bench.pay_id(Bench::link(first.json()["payment_session_id"])));
    const Json refund = {{"refund_amount", 5}, {"refund_id", "rf_1"}};
    EXPECT_EQ(bench.pg("POST", "/orders/ord_0001/refunds", refund, "key-1").status, 200);
    EXPECT_EQ(bench.pg("POST", "/orders/ord_0001/refunds", refund, "key-1").status, 200);
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/refunds").json().size(), 1U);
}

TEST(Idempotency, RemembersRefusalsButNotForEver) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    const auto body = Bench::collect(session, "testinvalid@gocash");
    EXPECT_EQ(bench.pay(body, "key-1").header("x-idempotency-replayed"), "false");
    EXPECT_EQ(bench.pay(body, "key-1").header("x-idempotency-replayed"), "true");
    bench.app().advance(24h);
    EXPECT_EQ(bench.pay(body, "key-1").header("x-idempotency-replayed"), "false");
}

TEST(Idempotency, IsIgnoredByASwitch) {
    Bench bench;
    const auto body = Bench::link(bench.session("ord_0001"));
    ASSERT_EQ(bench.pay(body, "key-1").status, 200);
    bench.fault({{"name", "ignore_idempotency_keys"}});
    EXPECT_EQ(bench.pay(body, "key-1").header("x-idempotency-replayed"), "false");
    EXPECT_EQ(bench.pay(body, "key-1").header("x-idempotency-replayed"), "true");
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").json().size(), 2U);
}

}  // namespace
