// The control API, the pages, and what survives a restart.
#include "tests/sandbox/sandbox_support.h"

namespace {

using namespace sandbox_test;

TEST(Control, ActsOnPayments) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    const auto id = bench.pay_id(Bench::link(session));
    EXPECT_EQ(bench.act(id, {{"action", "explode"}}).status, 400);
    EXPECT_EQ(bench.act("123", {{"action", "approve"}}).status, 404);
    EXPECT_EQ(bench.act(id, {{"action", "ignore"}}).json()["ignored"], true);
    EXPECT_EQ(bench.act(id, {{"action", "decline"}, {"error_code", "ZM"}}).status, 200);
    EXPECT_EQ(bench.payment_of("ord_0001", id)["error_details"]["error_code"], "ZM");
    EXPECT_EQ(bench.act(id, {{"action", "approve"}, {"amount", 4.5}}).status, 200);
    const auto payment = bench.payment_of("ord_0001", id);
    EXPECT_EQ(payment["payment_status"], "SUCCESS");
    EXPECT_EQ(payment["payment_amount"], 4.5);
    EXPECT_EQ(payment["payment_method"]["upi"]["upi_id"], "customer@upi");
    EXPECT_EQ(bench.act(id, {{"action", "approve"}}).status, 409);
    EXPECT_EQ(bench.state()["ledger"]["captured_paise"], 450);
}

TEST(Control, ActsOnRefunds) {
    Bench bench;
    bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
    bench.pg("POST", "/orders/ord_0001/refunds", {{"refund_amount", 5}, {"refund_id", "rf_1"}});
    const auto act = [&](const std::string& refund_id, const char* action) {
        return bench.call("POST", "/sandbox/refunds/" + refund_id, Json{{"action", action}}.dump());
    };
    EXPECT_EQ(act("rf_2", "cancel").status, 404);
    EXPECT_EQ(act("rf_1", "burn").status, 400);
    EXPECT_EQ(act("rf_1", "hold").json()["status"], "ONHOLD");
    EXPECT_EQ(act("rf_1", "cancel").json()["status"], "CANCELLED");
    EXPECT_EQ(act("rf_1", "approve").status, 409);
    EXPECT_EQ(
        Json::parse(bench.webhooks().back().body)["data"]["refund"]["refund_status"], "CANCELLED"
    );
}

TEST(Control, ChangesSettingsOneByOne) {
    Bench bench;
    const auto change = [&](const Json& settings) {
        return bench.call("POST", "/sandbox/settings", settings.dump());
    };
    EXPECT_EQ(change({{"link_mode", "carrier pigeon"}}).status, 400);
    EXPECT_EQ(change({{"refund_delay_ms", -1}}).status, 400);
    EXPECT_EQ(change({{"collect_success_delay_ms", 100}, {"link_mode", "production"}}).status, 200);
    const auto settings = bench.call("GET", "/sandbox/settings").json();
    EXPECT_EQ(settings["collect_success_delay_ms"], 100);
    EXPECT_EQ(settings["refund_delay_ms"], 1500);
    const auto session = bench.session("ord_0001");
    const auto link = bench.pay(Bench::link(session)).json()["data"]["payload"]["default"];
    EXPECT_EQ(link.get<std::string>().substr(0, 10), "upi://pay?");
    bench.pay(Bench::collect(session, "testsuccess@gocash"));
    bench.app().advance(100ms);
    EXPECT_EQ(bench.order_of("ord_0001")["order_status"], "PAID");
}

TEST(Control, OpensALinkOfEitherForm) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    const auto open = [&](const std::string& link) {
        return bench.call("POST", "/sandbox/open", Json{{"link", link}}.dump());
    };
    for (const auto* mode : {"sandbox", "production"}) {
        bench.call("POST", "/sandbox/settings", Json{{"link_mode", mode}}.dump());
        const auto body = bench.pay(Bench::link(session)).json();
        for (const auto& [app, link] : body["data"]["payload"].items()) {
            EXPECT_EQ(open(link).json()["cf_payment_id"], body["cf_payment_id"]) << mode << app;
        }
    }
    EXPECT_EQ(open("upi://pay?pa=a@b&tr=ATC1").status, 404);
    EXPECT_EQ(open("").status, 404);
}

TEST(Control, AdvancesTheClock) {
    Bench bench;
    const auto advance = [&](const std::string& body) {
        return bench.call("POST", "/sandbox/clock", body);
    };
    EXPECT_EQ(advance("{\"advance_ms\":-1}").status, 400);
    EXPECT_EQ(advance("{}").status, 400);
    EXPECT_EQ(advance("{\"advance_ms\":1000}").json()["now_ms"], kStart + 1000);
    EXPECT_EQ(bench.state()["clock_offset_ms"], 1000);
}

TEST(Control, ShowsOneOrderOrAll) {
    Bench bench;
    bench.pay(Bench::link(bench.session("ord_0001")));
    bench.pay(Bench::link(bench.session("ord_0002")));
    EXPECT_EQ(bench.state()["payments"].size(), 2U);
    const auto one = bench.call("GET", "/sandbox/state?order_id=ord_0002").json();
    EXPECT_EQ(one["orders"].size(), 1U);
    EXPECT_EQ(one["payments"][0]["order_id"], "ord_0002");
    EXPECT_EQ(one["order_pay_calls"].size(), 1U);
}

TEST(Control, ForgetsEverythingOnReset) {
    Bench bench;
    bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
    bench.settle();
    bench.fault({{"name", "slow"}, {"count", "always"}});
    bench.call("POST", "/sandbox/settings", R"({"refund_delay_ms":1})");
    EXPECT_EQ(bench.call("POST", "/sandbox/reset").status, 200);
    const auto state = bench.state();
    EXPECT_TRUE(state["orders"].empty());
    EXPECT_TRUE(state["deliveries"].empty());
    EXPECT_TRUE(state["order_pay_calls"].empty());
    EXPECT_TRUE(state["faults"]["faults"].empty());
    EXPECT_EQ(state["settings"]["refund_delay_ms"], 1500);
    bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
    EXPECT_EQ(bench.webhooks().size(), 2U);
}

TEST(Restart, KeepsOrdersPaymentsKeysAndTheClock) {
    const Folder folder;
    auto with = options();
    with.state_file = folder.file("sandbox.db");
    Receiver receiver;
    with.webhook_url = receiver.url();
    std::string first;
    std::string failed;
    std::string collect;
    Json before;
    {
        Bench bench{with};
        const auto session = bench.session("ord_0001");
        first = bench.pay(Bench::link(session), "key-1").body;
        failed = bench.pay_id(Bench::link(session));
        bench.act(failed, {{"action", "decline"}, {"error_code", "ZM"}});
        collect = bench.pay_id(Bench::collect(session, "testsuccess@gocash"));
        bench.app().advance(10s);
        before = bench.pg("GET", "/orders/ord_0001/payments").json();
        bench.settle();
    }
    Bench bench{with};
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").json(), before);
    EXPECT_EQ(bench.state()["clock_offset_ms"], 10'000);
    EXPECT_EQ(bench.state()["order_pay_calls"].size(), 3U);
    const auto session = bench.order_of("ord_0001")["payment_session_id"].get<std::string>();
    const auto again = bench.pay(Bench::link(session), "key-1");
    EXPECT_EQ(again.header("x-idempotency-replayed"), "true");
    EXPECT_EQ(again.body, first);
    bench.app().advance(20s);
    EXPECT_EQ(bench.payment_of("ord_0001", collect)["payment_status"], "SUCCESS");
    EXPECT_EQ(bench.order_of("ord_0001")["order_status"], "PAID");
    EXPECT_EQ(bench.pg("POST", "/orders", Bench::order("ord_0001")).status, 409);
}

TEST(Restart, SendsWhatWasNotDeliveredAndMakesNewIds) {
    const Folder folder;
    auto with = options();
    with.state_file = folder.file("sandbox.db");
    Receiver receiver;
    with.webhook_url = receiver.url();
    std::string id;
    {
        Bench bench{with};
        receiver.answer(503);
        id = bench.pay_id(Bench::link(bench.session("ord_0001")));
        bench.approve(id);
        bench.pg("POST", "/orders/ord_0001/refunds", {{"refund_amount", 1}, {"refund_id", "r_1"}});
        bench.settle();
    }
    receiver.answer(200);
    ASSERT_EQ(receiver.got().size(), 1U);
    Bench bench{with};
    bench.app().advance(2min);
    bench.settle();
    // The retry of the payment's, and the refund's first.
    ASSERT_EQ(receiver.got().size(), 3U);
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/refunds/r_1").json()["refund_status"], "SUCCESS");
    EXPECT_EQ(
        bench.pg("POST", "/orders/ord_0001/refunds", {{"refund_amount", 1}, {"refund_id", "r_1"}}
        ).code(),
        "refund_id_invalid"
    );
    // The same seed draws the same numbers, and none of them twice.
    EXPECT_NE(bench.pay_id(Bench::link(bench.session("ord_0002"))), id);
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").json().size(), 1U);
}

TEST(Restart, RefusesAFileThatIsNotIts) {
    const Folder folder;
    const auto path = folder.file("sandbox.db");
    if (auto* file = std::fopen(path.c_str(), "w")) {
        std::fputs("this is no database, and long enough to be seen as none at all", file);
        std::fclose(file);
    }
    auto with = options();
    with.state_file = path;
    EXPECT_THROW(sandbox::App{with}, std::runtime_error);
}

TEST(Pages, SimulatorOffersThreeOutcomesAndShowsTheChosen) {
    Bench bench;
    auto order = Bench::order("ord_0001", 1250.5);
    order["order_meta"] = {{"return_url", "https://shop.example/r?o={order_id}&x=\"1\""}};
    const auto session =
        bench.pg("POST", "/orders", order).json()["payment_session_id"].get<std::string>();
    const auto body = bench.pay(Bench::link(session)).json();
    const auto id = body["cf_payment_id"].get<std::string>();
    const auto path = "/pgbillpayuiapi/simulator/" + id;
    const auto page = bench.call("GET", path + "?txnId=1");
    EXPECT_EQ(page.status, 200);
    for (const auto* part :
         {">Success</button>",
          ">Failure</button>",
          ">Drop</button>",
          "₹1,250.50",
          "ord_0001",
          "https://shop.example/r?o=ord_0001&amp;x=&quot;1&quot;"}) {
        EXPECT_NE(page.body.find(part), std::string::npos) << part;
    }
    EXPECT_NE(page.header("content-security-policy").find("default-src 'none'"), std::string::npos);
    const auto web = body["data"]["payload"]["web"].get<std::string>();
    EXPECT_EQ(bench.call("GET", web.substr(bench.app().url().size())).body, page.body);
    const auto press = [&](const char* outcome) {
        return bench.call(
            "POST", path, outcome, {{"Content-Type", "application/x-www-form-urlencoded"}}
        );
    };
    const auto chosen = press("outcome=failure");
    EXPECT_EQ(chosen.status, 303);
    EXPECT_EQ(chosen.header("location"), path);
    EXPECT_NE(bench.call("GET", path).body.find("FAILED"), std::string::npos);
    press("outcome=drop");
    EXPECT_EQ(bench.payment_of("ord_0001", id)["payment_status"], "FAILED");
    EXPECT_EQ(bench.call("GET", "/pgbillpayuiapi/simulator/123").status, 404);
}

TEST(Pages, AppListsWhatWaits) {
    Bench bench;
    const auto id = bench.pay_id(Bench::collect(bench.session("ord_0001", 100000), "asha@okaxis"));
    const auto requests = bench.call("GET", "/sandbox/requests").json();
    EXPECT_EQ(requests["merchant"], "Chukta Demo Shop");
    ASSERT_EQ(requests["requests"].size(), 1U);
    const auto& request = requests["requests"][0];
    EXPECT_EQ(request["cf_payment_id"], id);
    EXPECT_EQ(request["amount"], "₹1,00,000.00");
    EXPECT_EQ(request["upi_id"], "asha@okaxis");
    EXPECT_EQ(request["open"], true);
    bench.approve(id);
    EXPECT_EQ(bench.call("GET", "/sandbox/requests").json()["requests"][0]["status"], "SUCCESS");
    bench.app().advance(11min);
    EXPECT_TRUE(bench.call("GET", "/sandbox/requests").json()["requests"].empty());
}

TEST(Pages, AreInTheBinary) {
    Bench bench;
    struct Row {
        const char* path;
        const char* type;
        const char* part;
    };
    for (const auto& row :
         {Row{"/", "text/html; charset=utf-8", "My UPI app"},
          Row{"/app.css", "text/css; charset=utf-8", ".simulator"},
          Row{"/app.js", "text/javascript; charset=utf-8", "use strict"}}) {
        const auto page = bench.call("GET", row.path);
        EXPECT_EQ(page.status, 200);
        EXPECT_EQ(page.header("content-type"), row.type);
        EXPECT_NE(page.body.find(row.part), std::string::npos);
        // Nothing is loaded from elsewhere.
        EXPECT_EQ(page.body.find("src=\"http"), std::string::npos);
    }
}

}  // namespace
