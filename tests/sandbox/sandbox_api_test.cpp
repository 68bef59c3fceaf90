// Orders, payments, refunds and simulate over HTTP: shapes, headers and refusals.
#include "tests/sandbox/sandbox_support.h"

namespace {

using namespace sandbox_test;

/// Both ids are random: cut out, so that the rest can be compared to the byte.
std::string without(std::string body, const std::string& value, const std::string& mark) {
    for (auto at = body.find(value); at != std::string::npos; at = body.find(value, at)) {
        body.replace(at, value.size(), mark);
    }
    return body;
}

TEST(CreateOrder, AnswersTheDocumentedBytes) {
    Bench bench;
    auto order = Bench::order("ord_0001");
    order["order_meta"] = {
        {"return_url", "https://shop.example/r?order_id={order_id}&a=<1>"},
        {"notify_url", "https://shop.example/cf"}};
    const auto answer = bench.pg("POST", "/orders", order);
    ASSERT_EQ(answer.status, 200);
    const auto entity = answer.json();
    auto body = without(answer.body, entity["cf_order_id"], "CF");
    body = without(body, entity["payment_session_id"], "SESSION");
    EXPECT_EQ(
        body,
        R"({"cart_details":null,"cf_order_id":"CF","created_at":"2026-03-01T10:00:00+05:30",)"
        R"("customer_details":{"customer_id":"cust1","customer_name":null,"customer_email":null,)"
        R"("customer_phone":"9999999999","customer_uid":null},"entity":"order",)"
        R"("order_amount":5.00,"order_currency":"INR",)"
        R"("order_expiry_time":"2026-03-31T10:00:00+05:30","order_id":"ord_0001",)"
        R"("order_meta":{"return_url":"https://shop.example/r?order_id={order_id}\u0026a=\u003c1\u003e",)"
        R"("notify_url":"https://shop.example/cf","payment_methods":null},"order_note":null,)"
        R"("order_splits":[],"order_status":"ACTIVE","order_tags":null,)"
        R"("payment_session_id":"SESSION","terminal_data":null})"
    );
    EXPECT_EQ(entity["cf_order_id"].get<std::string>().size(), 19U);
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001").body, answer.body);
}

TEST(CreateOrder, KeepsEveryPaisa) {
    Bench bench;
    struct Row {
        const char* sent;
        const char* told;
    };
    const Row rows[] = {
        {"1", "\"order_amount\":1.00,"},
        {"0.29e1", "\"order_amount\":2.90,"},
        {"1.10", "\"order_amount\":1.10,"},
        {"99999.99", "\"order_amount\":99999.99,"},
        {"1250.290", "\"order_amount\":1250.29,"},
        {"35.15", "\"order_amount\":35.15,"},
    };
    int number = 0;
    for (const auto& row : rows) {
        auto body = Bench::order("ord_" + std::to_string(100 + number++)).dump();
        const auto at = body.find("\"order_amount\":5");
        body.replace(at + 15, 1, row.sent);
        const auto answer = bench.call(
            "POST",
            "/pg/orders",
            body,
            {{"x-api-version", "2023-08-01"},
             {"x-client-id", std::string{kClientId}},
             {"x-client-secret", std::string{kSecret}}}
        );
        EXPECT_NE(answer.body.find(row.told), std::string::npos) << row.sent << answer.body;
    }
}

TEST(CreateOrder, RefusesByTheFieldRules) {
    Bench bench;
    struct Row {
        const char* path;
        Json value;
        const char* code;
    };
    const Row rows[] = {
        {"/order_id", "ab", "order_id_invalid"},
        {"/order_id", std::string(46, 'a'), "order_id_invalid"},
        {"/order_id", "a b c", "order_id_invalid"},
        {"/order_id", 12, "request_failed"},
        {"/order_amount", nullptr, "order_amount_missing"},
        {"/order_amount", 0, "order_amount_invalid"},
        {"/order_amount", -5, "order_amount_invalid"},
        {"/order_amount", 0.5, "order_amount_invalid"},
        {"/order_amount", 1.005, "order_amount_invalid"},
        {"/order_amount", "5.00", "request_failed"},
        {"/order_currency", "USD", "order_currency_invalid"},
        {"/customer_details", nullptr, "customer_details_missing"},
        {"/customer_details/customer_id", nullptr, "customer_details.customer_id_missing"},
        {"/customer_details/customer_id", "ab", "customer_details.customer_id_invalid"},
        {"/customer_details/customer_phone", nullptr, "customer_phone_missing"},
        {"/customer_details/customer_phone", "99999999999", "customer_phone_invalid"},
        {"/customer_details/customer_phone", "999", "customer_phone_invalid"},
        {"/customer_details/customer_email", "nobody", "customer_email_invalid"},
        {"/order_meta/return_url", "shop.example", "order_meta.return_url_invalid"},
        {"/order_meta/return_url",
         "https://" + std::string(250, 'a'),
         "order_meta.return_url_invalid"},
        {"/order_meta/notify_url", "http://shop.example/cf", "order_meta.notify_url_invalid"},
        {"/order_meta/payment_methods", "upi,gold", "order_meta.payment_methods_invalid"},
        {"/order_expiry_time", "2026-03-01T10:15:00+05:30", "order_expiry_time_invalid"},
        {"/order_expiry_time", "2026-03-31T04:30:00Z", "order_expiry_time_invalid"},
        {"/order_expiry_time", "tomorrow", "order_expiry_time_invalid"},
        {"/order_note", "ab", "order_note_invalid"},
        {"/order_tags/size", "", "order_tags.size_invalid"},
        {"/order_tags/size", 7, "request_failed"},
    };
    for (const auto& row : rows) {
        auto order = Bench::order("ord_0001");
        order[Json::json_pointer(row.path)] = row.value;
        const auto answer = bench.pg("POST", "/orders", order);
        EXPECT_EQ(answer.status, 400) << row.path << " " << row.value;
        EXPECT_EQ(answer.code(), row.code) << row.path << " " << row.value << answer.body;
        EXPECT_EQ(answer.json()["type"], "invalid_request_error");
    }
    EXPECT_TRUE(bench.state()["orders"].empty());
}

TEST(CreateOrder, TakesWhatTheRulesAllow) {
    Bench bench;
    auto order = Bench::order("");
    order.erase("order_id");
    order["customer_details"]["customer_phone"] = "+919999999999";
    order["order_expiry_time"] = "2026-03-01T04:46:00Z";
    order["order_meta"]["payment_methods"] = "upi,nb";
    order["order_tags"] = {{"table", "4"}};
    const auto answer = bench.pg("POST", "/orders", order);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json()["order_id"].get<std::string>().substr(0, 6), "order_");
    EXPECT_EQ(answer.json()["order_expiry_time"], "2026-03-01T10:16:00+05:30");
    EXPECT_EQ(answer.json()["order_tags"], (Json{{"table", "4"}}));
}

TEST(CreateOrder, RefusesATakenIdWith409) {
    Bench bench;
    bench.session("ord_0001");
    const auto answer = bench.pg("POST", "/orders", Bench::order("ord_0001"));
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.code(), "order_already_exists");
    EXPECT_EQ(answer.json()["message"], "order with same id is already present");
    EXPECT_TRUE(answer.json().contains("help"));
}

TEST(FrontDoor, ChecksInTheDocumentedOrder) {
    Bench bench;
    // Everything is wrong; each line mends one thing and meets the next check.
    const std::string bad_json = "{\"order_amount\": tru";
    const auto ask = [&](http::Headers headers, const std::string& body) {
        return bench.call("POST", "/pg/orders", body, std::move(headers));
    };
    const http::Headers known{
        {"x-api-version", "2023-08-01"},
        {"x-client-id", std::string{kClientId}},
        {"x-client-secret", std::string{kSecret}}};
    EXPECT_EQ(ask({}, bad_json).code(), "version_missing");
    EXPECT_EQ(ask({{"x-api-version", "2019-01-01"}}, bad_json).code(), "version_invalid");
    const auto refused = ask({{"x-api-version", "2023-08-01"}}, bad_json);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.json()["type"], "authentication_error");
    EXPECT_EQ(refused.json()["message"], "authentication Failed");
    EXPECT_FALSE(refused.json().contains("help"));
    EXPECT_EQ(ask(known, bad_json).code(), "request_failed");
    EXPECT_EQ(ask(known, R"({"order_id":7,"order_amount":0})").code(), "request_failed");
    EXPECT_EQ(
        ask(known, R"({"order_id":"a","order_amount":0})").code(), "customer_details_missing"
    );
    auto order = Bench::order("a");
    EXPECT_EQ(ask(known, order.dump()).code(), "order_id_invalid");
    EXPECT_EQ(ask(known, "[]").code(), "request_failed");
    EXPECT_EQ(ask(known, "").code(), "request_failed");
}

TEST(FrontDoor, RefusesAWrongSecret) {
    Bench bench;
    const http::Headers headers{
        {"x-api-version", "2023-08-01"},
        {"x-client-id", std::string{kClientId}},
        {"x-client-secret", "another"}};
    EXPECT_EQ(bench.call("GET", "/pg/orders/x", "", headers).status, 401);
}

TEST(FrontDoor, SaysBadUrlForWhatIsNotThere) {
    Bench bench;
    for (const auto* path : {"/orders/ord_1/terminate", "/paylinks", "/orders"}) {
        const auto answer = bench.pg("GET", path);
        EXPECT_EQ(answer.status, 400);
        EXPECT_EQ(answer.json()["message"], "bad URL, please check API documentation");
        EXPECT_EQ(answer.code(), "request_failed");
    }
}

TEST(FrontDoor, EchoesTheRequestIdOrMakesOne) {
    Bench bench;
    const auto answer = bench.call("GET", "/pg/orders/x", "", {{"x-request-id", "mine"}});
    EXPECT_EQ(answer.header("x-request-id"), "mine");
    EXPECT_EQ(answer.header("x-api-version"), "2023-08-01");
    EXPECT_EQ(bench.pg("GET", "/orders/x").header("x-request-id").size(), 32U);
}

TEST(RateLimits, RefuseTheCallAfterTheLast) {
    auto with = options();
    with.rate_limits = sandbox::RateLimits::Sandbox;
    Bench bench{with};
    bench.session("ord_0001");
    for (int i = 0; i < 60; ++i) {
        const auto answer = bench.pg("GET", "/orders/ord_0001");
        ASSERT_EQ(answer.status, 200);
        ASSERT_EQ(answer.header("x-ratelimit-remaining"), std::to_string(59 - i));
    }
    const auto answer = bench.pg("GET", "/orders/ord_0001");
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.json()["type"], "rate_limit_error");
    EXPECT_EQ(answer.json()["message"], "Too many requests from IP. Check headers");
    EXPECT_EQ(answer.header("x-ratelimit-limit"), "60");
    EXPECT_EQ(answer.header("x-ratelimit-type"), "app_id");
    EXPECT_EQ(answer.header("x-ratelimit-retry"), "59");
    // Another operation has its own count, and a minute later so has this one.
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").status, 200);
    bench.app().advance(60s);
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001").status, 200);
}

TEST(RateLimits, CountOrderPayByAddress) {
    auto with = options();
    with.rate_limits = sandbox::RateLimits::Production;
    Bench bench{with};
    const auto answer = bench.pay(Bench::link(bench.session("ord_0001")));
    EXPECT_EQ(answer.header("x-ratelimit-type"), "ip");
    EXPECT_EQ(answer.header("x-ratelimit-limit"), "100");
    EXPECT_EQ(answer.header("x-ratelimit-remaining"), "99");
    EXPECT_EQ(answer.header("x-ratelimit-retry"), "0");
}

TEST(Terminate, IsAPatchWithABody) {
    Bench bench;
    bench.session("ord_0001");
    EXPECT_EQ(
        bench.pg("PATCH", "/orders/ord_0001", {{"order_status", "PAID"}}).code(),
        "order_status_invalid"
    );
    const auto answer = bench.pg("PATCH", "/orders/ord_0001", {{"order_status", "TERMINATED"}});
    EXPECT_EQ(answer.json()["order_status"], "TERMINATED");
    const auto nobody = bench.pg("PATCH", "/orders/nobody", {{"order_status", "TERMINATED"}});
    EXPECT_EQ(nobody.status, 404);
    EXPECT_EQ(nobody.code(), "order_not_found");
}

TEST(GetPayments, ListsEveryAttemptAsABareArray) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").body, "[]");
    const auto first = bench.pay_id(Bench::link(session));
    const auto second = bench.pay_id(Bench::collect(session, "testsuccess@gocash"));
    bench.act(first, {{"action", "decline"}});
    bench.app().advance(30s);
    const auto list = bench.pg("GET", "/orders/ord_0001/payments").json();
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0]["cf_payment_id"], first);
    EXPECT_EQ(list[0]["payment_status"], "FAILED");
    EXPECT_EQ(list[0]["error_details"]["error_code"], "TRANSACTION_DECLINED");
    EXPECT_EQ(list[0]["is_captured"], false);
    EXPECT_EQ(list[1]["cf_payment_id"], second);
    EXPECT_EQ(list[1]["payment_status"], "SUCCESS");
    EXPECT_EQ(list[1]["payment_message"], "Simulated response message");
    EXPECT_EQ(list[1]["bank_reference"], "1234567890");
    EXPECT_EQ(list[1]["is_captured"], true);
    EXPECT_EQ(list[1]["payment_time"], "2026-03-01T10:00:00+05:30");
    EXPECT_EQ(list[1]["payment_completion_time"], "2026-03-01T10:00:30+05:30");
    EXPECT_EQ(list[1]["payment_method"]["upi"]["upi_id"], "testsuccess@gocash");
    EXPECT_EQ(bench.payment_of("ord_0001", second), list[1]);
}

TEST(GetPayment, RefusesWhatIsNoIdOrNotThere) {
    Bench bench;
    const auto id = bench.pay_id(Bench::link(bench.session("ord_0001")));
    bench.session("ord_0002");
    struct Row {
        std::string path;
        int status;
        const char* code;
    };
    const Row rows[] = {
        {"/orders/ord_0001/payments/abc", 400, "payment_id_invalid"},
        {"/orders/ord_0001/payments/99999999999999999999", 400, "payment_get_failed"},
        {"/orders/ord_0001/payments/12345", 404, "payment_not_found"},
        {"/orders/ord_0002/payments/" + id, 404, "payment_not_found"},
        {"/orders/ord_0009/payments/" + id, 404, "order_not_found"},
        {"/orders/ord_0009/payments", 404, "order_not_found"},
        {"/orders/ord_0009", 404, "order_not_found"},
        {"/orders/ord_0001/refunds/r1", 404, "refund_get_not_found"},
        {"/simulate/sim_1", 400, "simulation_id_invalid"},
    };
    for (const auto& row : rows) {
        const auto answer = bench.pg("GET", row.path);
        EXPECT_EQ(answer.status, row.status) << row.path;
        EXPECT_EQ(answer.code(), row.code) << row.path;
    }
}

TEST(Refunds, GoFromPendingToSuccess) {
    Bench bench;
    const auto id = bench.pay_id(Bench::link(bench.session("ord_0001")));
    const Json asked = {{"refund_amount", 2}, {"refund_id", "rf_0001"}, {"refund_note", "part"}};
    const auto early = bench.pg("POST", "/orders/ord_0001/refunds", asked);
    EXPECT_EQ(early.code(), "order_id_not_paid");
    EXPECT_EQ(early.json()["message"], "transaction not found");
    bench.approve(id);
    const auto made = bench.pg("POST", "/orders/ord_0001/refunds", asked);
    ASSERT_EQ(made.status, 200);
    EXPECT_EQ(made.json()["refund_status"], "PENDING");
    EXPECT_EQ(made.json()["status_description"], "In Progress");
    EXPECT_EQ(made.json()["cf_payment_id"], id);
    EXPECT_NE(made.body.find("\"refund_amount\":2.00,"), std::string::npos);
    bench.app().advance(1500ms);
    const auto one = bench.pg("GET", "/orders/ord_0001/refunds/rf_0001").json();
    EXPECT_EQ(one["refund_status"], "SUCCESS");
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/refunds").json(), Json::array({one}));
}

TEST(Refunds, AreRefusedByTheTable) {
    Bench bench;
    bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
    bench.approve(bench.pay_id(Bench::link(bench.session("ord_0002"))));
    const auto refund = [&](const std::string& order_id, const Json& body) {
        return bench.pg("POST", "/orders/" + order_id + "/refunds", body);
    };
    ASSERT_EQ(refund("ord_0001", {{"refund_amount", 3}, {"refund_id", "rf_1"}}).status, 200);
    struct Row {
        std::string order_id;
        Json body;
        int status;
        const char* code;
    };
    const Row rows[] = {
        {"ord_0002", {{"refund_amount", 1}, {"refund_id", "rf_1"}}, 400, "refund_id_invalid"},
        {"ord_0001", {{"refund_amount", 2.01}, {"refund_id", "rf_2"}}, 400, "refund_post_failed"},
        {"ord_0001", {{"refund_amount", 0}, {"refund_id", "rf_2"}}, 400, "refund_amount_invalid"},
        {"ord_0001", {{"refund_id", "rf_2"}}, 400, "refund_amount_missing"},
        {"ord_0001", {{"refund_amount", 1}}, 400, "refund_id_missing"},
        {"ord_0001", {{"refund_amount", 1}, {"refund_id", "rf-2!"}}, 400, "refund_id_invalid"},
        {"ord_0001",
         {{"refund_amount", 1}, {"refund_id", "rf_2"}, {"refund_speed", "WARP"}},
         400,
         "refund_speed_invalid"},
        {"ord_0003", {{"refund_amount", 1}, {"refund_id", "rf_2"}}, 404, "order_not_found"},
    };
    for (const auto& row : rows) {
        const auto answer = refund(row.order_id, row.body);
        EXPECT_EQ(answer.status, row.status) << row.body;
        EXPECT_EQ(answer.code(), row.code) << row.body;
    }
    EXPECT_EQ(refund("ord_0001", {{"refund_amount", 2}, {"refund_id", "rf_3"}}).status, 200);
}

TEST(Simulate, DecidesAPayment) {
    Bench bench;
    const auto id = bench.pay_id(Bench::link(bench.session("ord_0001")));
    const auto simulate = [&](const std::string& entity_id, const Json& simulation) {
        return bench.pg(
            "POST",
            "/simulate",
            {{"entity", "PAYMENTS"}, {"entity_id", entity_id}, {"entity_simulation", simulation}}
        );
    };
    EXPECT_EQ(simulate("123", {{"payment_status", "SUCCESS"}}).code(), "entity_id_invalid");
    EXPECT_EQ(
        simulate(id, {{"payment_status", "MAYBE"}}).code(),
        "entity_simulation.payment_status_invalid"
    );
    EXPECT_EQ(simulate(id, {{"payment_status", "PENDING"}}).status, 200);
    EXPECT_EQ(bench.payment_of("ord_0001", id)["payment_status"], "PENDING");
    const auto failed = simulate(
        id, {{"payment_status", "FAILED"}, {"payment_error_code", "ISSUER_NOT_AVAILABLE"}}
    );
    ASSERT_EQ(failed.status, 200);
    EXPECT_EQ(
        bench.payment_of("ord_0001", id)["error_details"]["error_code"], "ISSUER_NOT_AVAILABLE"
    );
    const auto simulation_id = failed.json()["simulation_id"].get<std::string>();
    EXPECT_EQ(simulation_id.substr(0, 4), "sim_");
    EXPECT_EQ(bench.pg("GET", "/simulate/" + simulation_id).body, failed.body);
    EXPECT_EQ(simulate(id, {{"payment_status", "SUCCESS"}}).status, 200);
    EXPECT_EQ(bench.order_of("ord_0001")["order_status"], "PAID");
    EXPECT_EQ(simulate(id, {{"payment_status", "FAILED"}}).status, 400);
    EXPECT_EQ(
        bench.pg("POST", "/simulate", {{"entity", "SUBS_PAYMENTS"}, {"entity_id", id}}).status, 400
    );
}

}  // namespace
