// The faults of API answers: by rule, counted, or drawn from a seed.
#include "tests/sandbox/sandbox_support.h"

namespace {

using namespace sandbox_test;

TEST(ApiFault, AnswersWhatItIsToldWithoutDoingIt) {
    struct Row {
        const char* name;
        int status;
        const char* code;
    };
    const Row rows[] = {
        {"rate_limited", 429, "request_failed"},
        {"internal_error", 500, "internal_error"},
        {"bank_processing_failure", 502, "bank_processing_failure"},
    };
    for (const auto& row : rows) {
        Bench bench;
        const auto session = bench.session("ord_0001");
        bench.fault({{"name", row.name}, {"endpoint", "order_pay"}});
        EXPECT_EQ(bench.pg("GET", "/orders/ord_0001").status, 200) << row.name;
        const auto answer = bench.pay(Bench::link(session), "key-1");
        EXPECT_EQ(answer.status, row.status) << row.name;
        EXPECT_EQ(answer.code(), row.code) << row.name;
        EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").body, "[]") << row.name;
        // One count, one strike; and a refusal of that kind is not remembered for the key.
        const auto again = bench.pay(Bench::link(session), "key-1");
        EXPECT_EQ(again.status, 200) << row.name;
        EXPECT_EQ(again.header("x-idempotency-replayed"), "false") << row.name;
    }
}

TEST(ApiFault, MayAnswerBadlyAndDoItAllTheSame) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    bench.fault({{"name", "internal_error"}, {"endpoint", "order_pay"}, {"accepted", true}});
    EXPECT_EQ(bench.pay(Bench::link(session), "key-1").status, 500);
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").json().size(), 1U);
    const auto again = bench.pay(Bench::link(session), "key-1");
    EXPECT_EQ(again.header("x-idempotency-replayed"), "true");
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").json().size(), 1U);
}

TEST(ApiFault, SaysWhenToComeBackAfter429) {
    Bench bench;
    bench.fault({{"name", "rate_limited"}, {"value", 7}});
    const auto answer = bench.pg("GET", "/orders/x");
    EXPECT_EQ(answer.header("x-ratelimit-retry"), "7");
    EXPECT_EQ(answer.header("x-ratelimit-remaining"), "0");
}

TEST(ApiFault, SendsHtml) {
    Bench bench;
    bench.fault({{"name", "html_body"}, {"value", 503}});
    const auto answer = bench.pg("GET", "/orders/x");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("content-type"), "text/html");
    EXPECT_EQ(answer.body.substr(0, 6), "<html>");
}

TEST(ApiFault, DropsTheConnectionBeforeOrAfterItAccepted) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    bench.fault({{"name", "drop_before_accept"}, {"order_id", "ord_0001"}});
    EXPECT_EQ(bench.pay(Bench::link(session), "key-1").status, 0);
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").body, "[]");
    bench.fault({{"name", "drop_after_accept"}, {"order_id", "ord_0001"}});
    EXPECT_EQ(bench.pay(Bench::link(session), "key-1").status, 0);
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").json().size(), 1U);
    const auto again = bench.pay(Bench::link(session), "key-1");
    EXPECT_EQ(again.header("x-idempotency-replayed"), "true");
    const auto calls = bench.state()["order_pay_calls"];
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_EQ(calls[0]["status"], 0);
    EXPECT_EQ(calls[0]["cf_payment_id"], "");
    EXPECT_EQ(calls[1]["status"], 0);
    EXPECT_EQ(calls[1]["cf_payment_id"], again.json()["cf_payment_id"]);
}

TEST(ApiFault, IsSlowByAsMuchAsItIsTold) {
    Bench bench;
    bench.session("ord_0001");
    bench.fault({{"name", "slow"}, {"value", 300}});
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001").status, 200);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 300ms);
}

TEST(ApiFault, BlocksCollectAlone) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    bench.fault({{"name", "collect_blocked"}, {"count", "always"}});
    const auto answer = bench.pay(Bench::collect(session, "testsuccess@gocash"));
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.code(), "payment_method_unsupported");
    EXPECT_EQ(answer.json()["type"], "invalid_request_error");
    EXPECT_EQ(bench.pay(Bench::link(session)).status, 200);
}

TEST(ApiFault, TellsStrangeThingsOfAPayment) {
    Bench bench;
    const auto id = bench.pay_id(Bench::link(bench.session("ord_0001")));
    const auto fetch = [&](const char* fault) {
        bench.fault({{"name", fault}, {"endpoint", "get_payments"}});
        return bench.pg("GET", "/orders/ord_0001/payments");
    };
    EXPECT_EQ(fetch("unknown_status").json()[0]["payment_status"], "PARKED");
    EXPECT_TRUE(fetch("null_upi_channel").json()[0]["payment_method"]["upi"]["channel"].is_null());
    EXPECT_EQ(fetch("amount_different").json()[0]["payment_amount"], 4.0);
    EXPECT_NE(
        fetch("numeric_cf_payment_id").body.find("\"cf_payment_id\":" + id + ","), std::string::npos
    );
}

TEST(Faults, CountSkipAndAreCleared) {
    Bench bench;
    bench.fault({{"name", "internal_error"}, {"count", 2}, {"skip", 1}});
    std::string words;
    for (int i = 0; i < 5; ++i) {
        words += std::to_string(bench.pg("GET", "/orders/x").status) + " ";
    }
    EXPECT_EQ(words, "404 500 500 404 404 ");
    bench.fault({{"name", "internal_error"}, {"count", "always"}});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(bench.pg("GET", "/orders/x").status, 500);
    EXPECT_EQ(bench.call("GET", "/sandbox/faults").json()["faults"][0]["count"], "always");
    EXPECT_EQ(bench.call("DELETE", "/sandbox/faults").status, 200);
    EXPECT_EQ(bench.pg("GET", "/orders/x").status, 404);
}

TEST(Faults, RefuseWhatTheyDoNotKnow) {
    Bench bench;
    for (const auto* body :
         {"{\"name\":\"earthquake\"}",
          "{}",
          "[]",
          "{\"name\":\"slow\",\"count\":0}",
          "{\"chaos\":{\"percent\":101}}",
          "not json"}) {
        EXPECT_EQ(bench.call("POST", "/sandbox/faults", body).status, 400) << body;
    }
    EXPECT_TRUE(bench.state()["faults"]["faults"].empty());
}

TEST(Faults, DrawnFromASeedRepeat) {
    const auto story = [](int seed) {
        Bench bench;
        bench.fault(
            {{"chaos",
              {{"seed", seed},
               {"percent", 30},
               {"faults", {"internal_error", "rate_limited", "html_body"}}}}}
        );
        std::string words;
        for (int i = 0; i < 40; ++i) {
            words += std::to_string(bench.pg("GET", "/orders/x").status) + " ";
        }
        return words;
    };
    const auto once = story(1);
    EXPECT_EQ(once, story(1));
    EXPECT_NE(once, story(2));
    EXPECT_NE(once.find("500"), std::string::npos);
    EXPECT_NE(once.find("404"), std::string::npos);
}

}  // namespace
