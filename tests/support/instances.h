/// @file
/// Two instances of the server's core on one database, without their threads: a test runs what it
/// wants to race by hand, over the real sandbox. On PostgreSQL each has its own connections; SQLite
/// is for one process, so there they share it.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "http/client.h"
#include "sandbox/app.h"
#include "server/cashfree/gateway.h"
#include "server/engine.h"
#include "tests/support/edge_builders.h"
#include "tests/support/server_builders.h"
#include "tests/support/test_database.h"

namespace chukta::testing {

class Instances {
public:
    Instances() : sandbox_{sandbox_options()}, gateway_{gateway_settings()} {
        db::migrate(database(0), clock.now());
        for (std::size_t i = 0; i < 2; ++i) {
            EngineSettings settings;
            settings.policy = a_policy();
            engines_.at(i) =
                std::make_unique<Engine>(database(i), gateway_, clock, std::move(settings), 7 + i);
        }
    }

    Engine& operator[](std::size_t i) { return *engines_.at(i); }
    Gateway& cashfree() { return gateway_; }
    /// How many Order Pay calls the gateway ever got.
    std::int64_t pay_calls() const {
        http::Client client;
        http::ClientRequest request;
        request.url = sandbox_.url() + "/sandbox/state";
        const auto answer = client.send(request);
        if (!answer) return -1;
        return nlohmann::json::parse(answer->body).at("order_pay_calls_total").get<std::int64_t>();
    }
    db::Database& database(std::size_t i) {
        auto& wanted = databases_.at(place_.shared() ? i : 0);
        if (!wanted) wanted = place_.open();
        return *wanted;
    }

    /// Runs `work(instance)` on both at the same moment, in `threads` threads each.
    void race(const std::function<void(Engine&, int thread)>& work, int threads = 1) {
        std::atomic<int> ready = 0;
        std::vector<std::thread> running;
        for (int i = 0; i < 2 * threads; ++i) {
            running.emplace_back([&, i] {
                ++ready;
                while (ready < 2 * threads) std::this_thread::yield();
                work(*engines_.at(static_cast<std::size_t>(i % 2)), i);
            });
        }
        for (auto& thread : running) thread.join();
    }

    /// Creates the order, here and at the gateway, and applies the answer.
    void open(const std::string& id) {
        EXPECT_TRUE(engines_[0]->orders().create(a_new_order(id), std::nullopt));
        work_off();
    }
    /// Runs everything that is due, on the first instance.
    void work_off() {
        bool worked = true;
        while (worked) {
            worked = engines_[0]->dispatcher().run_once();
            worked = engines_[0]->applier().run_once() || worked;
        }
    }

    Order order(const std::string& id) {
        Transaction transaction{database(0), db::Mode::Read};
        return *engines_[0]->store().find_order(transaction, OrderId{id});
    }
    std::vector<Attempt> attempts(const std::string& id) {
        Transaction transaction{database(0), db::Mode::Read};
        return engines_[0]->store().attempts_of(transaction, OrderId{id});
    }
    std::int64_t count(const std::string& rows, std::initializer_list<db::Value> values = {}) {
        Transaction transaction{database(0), db::Mode::Read};
        return transaction.run("SELECT COUNT(*) AS n FROM " + rows, values).front().integer("n");
    }

    FakeClock clock;

private:
    static sandbox::Options sandbox_options() {
        sandbox::Options options;
        options.client_secret = kGatewaySecret;
        options.rate_limits = sandbox::RateLimits::Off;
        options.seed = 7;
        return options;
    }
    cashfree::GatewaySettings gateway_settings() const {
        cashfree::GatewaySettings settings;
        settings.client.base_url = sandbox_.url() + "/pg";
        settings.client_id = Secret{std::string{"sandbox_client"}};
        settings.client_secret = Secret{std::string{kGatewaySecret}};
        return settings;
    }

    ScratchFolder folder_;
    TestDatabase place_{"sqlite:" + (folder_.path() / "chukta.db").string()};
    std::array<std::unique_ptr<db::Database>, 2> databases_;
    sandbox::App sandbox_;
    cashfree::Gateway gateway_;
    std::array<std::unique_ptr<Engine>, 2> engines_;
};

/// A payment webhook as Cashfree words it, for an order of a_new_order's sum.
inline std::string a_webhook(
    const std::string& order_id, const std::string& payment_id, bool success, int sequence = 0
) {
    const std::string word = success ? "SUCCESS" : "FAILED";
    return R"({"data":{"order":{"order_id":")" + order_id +
           R"(","order_amount":500.00,"order_currency":"INR","order_tags":null},"payment":{)" +
           R"("cf_payment_id":")" + payment_id + R"(","payment_status":")" + word +
           R"(","payment_amount":500.00,"payment_currency":"INR","payment_message":")" +
           std::to_string(sequence) +
           R"(","payment_time":"2026-03-01T10:00:00+05:30","bank_reference":"606012345678",)" +
           R"("payment_method":{"upi":{"channel":"qrcode","upi_id":"payer@upi"}},)" +
           R"("payment_group":"upi"}},"event_time":"2026-03-01T10:00:05+05:30","type":"PAYMENT_)" +
           word + R"(_WEBHOOK"})";
}

}  // namespace chukta::testing
