/// @file
/// Many hostile clients and one customer before the running server, which is measured from outside.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "tests/support/edge_builders.h"
#include "tests/support/raw_client.h"
#include "tests/support/server_process.h"

namespace chukta::testing {

// What a sanitizer adds to every byte is not the server's. Measured, the address sanitizer adds a
// third to a body of 64 KiB and doubles what is small.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::int64_t kMemoryFactor = 2;
#elif defined(__SANITIZE_THREAD__)
constexpr std::int64_t kMemoryFactor = 5;
#else
constexpr std::int64_t kMemoryFactor = 1;
#endif

/// The server process with one order, its customer's session, and that customer asking all the
/// time.
class HostileNetwork : public ::testing::Test {
protected:
    using Clock = std::chrono::steady_clock;

    explicit HostileNetwork(Variables changes = {}) {
        folder.write("web/index.html", kTemplate);
        folder.write("web/assets/page.0123abcd.js", std::string(kAssetBytes, 'x'));
        auto variables = good_variables();
        variables["DEVELOPMENT"] = "1";
        variables["PORT"] = "0";
        variables["PUBLIC_URL"] = "http://127.0.0.1:1";
        variables["WEB_ROOT"] = (folder.path() / "web").string();
        variables["DATABASE_URL"] = "sqlite:" + (folder.path() / "chukta.db").string();
        variables["CASHFREE_BASE_URL"] = "http://127.0.0.1:9/pg";
        variables["SHOP_WEBHOOK_URL"] = "https://shop.chai.in/webhooks/chukta";
#if defined(__SANITIZE_ADDRESS__)
        // What was freed is kept from reuse, 256 MiB of it: a small quarantine leaves the bounds
        // their meaning.
        variables["ASAN_OPTIONS"] = "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
#endif
        for (auto& [name, value] : changes) variables[name] = value;
        server = std::make_unique<support::ServerProcess>(CHUKTA_PROGRAM, variables);
        port = server->port();
        open_session();
        before_kib = server->memory_kib("VmRSS");
        before_files = server->open_files();
    }

    http::ClientResponse ask(
        const std::string& method,
        const std::string& target,
        http::Headers headers = {},
        std::string body = {}
    ) const {
        return testing::ask(port, method, target, std::move(headers), std::move(body));
    }

    /// Runs the attack while asha's page asks, each time on a new connection as from another phone.
    template <class Attack>
    void under(Attack&& attack) {
        std::atomic<bool> over{false};
        std::atomic<int> served{0};
        std::atomic<int> refused{0};
        std::atomic<std::int64_t> slowest_ms{0};
        std::thread asha{[&] {
            while ((!over || served == 0) && refused == 0) {
                const auto began = Clock::now();
                const auto status = ask("GET",
                                        "/api/orders/ord_0001",
                                        {{"Cookie", cookie}, {"X-Chukta-Device", "android_phone"}}
                ).status;
                slowest_ms = std::max<std::int64_t>(slowest_ms, since(began).count());
                // Her own limit is another matter than theirs.
                if (status == 200) ++served;
                if (status != 200 && status != 429) ++refused;
                ::poll(nullptr, 0, kAshaAsksEveryMs);
            }
        }};
        attack();
        over = true;
        asha.join();
        EXPECT_EQ(refused, 0) << "another customer was not served";
        EXPECT_GT(served, 0);
        EXPECT_LT(slowest_ms, 5'000);
        EXPECT_TRUE(server->is_running());
        std::printf(
            "served %d, slowest %lld ms\n", served.load(), static_cast<long long>(slowest_ms.load())
        );
    }

    /// The attack once, after which all is there that is allocated once, and then again and again:
    /// what the server would keep of it is there once more after each. An attack says how many
    /// bytes the server read in it; with a quarter of them kept it fails, under a sanitizer, too,
    /// whose own share is there after the first.
    template <class Attack>
    void under_repeated(Attack&& attack) {
        std::int64_t after_one_kib = 0;
        std::size_t read = 0;
        under([&] {
            attack();
            expect_connections_gone();
            after_one_kib = server->memory_kib("VmHWM");
            for (int again = 0; again < 3; ++again) {
                read += attack();
                expect_connections_gone();
            }
        });
        read_kib = static_cast<std::int64_t>(read / 1024);
        expect_kept_below_kib(std::max(kKeptKib, read_kib / 4), after_one_kib);
    }
    /// After under_repeated: what it read is far more than what the allocator may keep.
    void expect_that_kept_bytes_would_show() const { EXPECT_GT(read_kib, 4 * kKeptKib); }

    void expect_kept_below_kib(std::int64_t most_kib, std::int64_t after_one_kib) const {
        const auto kept_kib = server->memory_kib("VmHWM") - after_one_kib;
        std::printf(
            "again: read %lld KiB, grown by %lld KiB\n",
            static_cast<long long>(read_kib),
            static_cast<long long>(kept_kib)
        );
        EXPECT_LT(kept_kib, most_kib);
    }

    /// The most that the server ever had, beyond what it had at rest.
    void expect_growth_below_mib(std::int64_t mib) const {
        const auto growth = server->memory_kib("VmHWM") - before_kib;
        std::printf(
            "before %lld KiB, at most %lld KiB more\n",
            static_cast<long long>(before_kib),
            static_cast<long long>(growth)
        );
        EXPECT_LT(growth, mib * 1024 * kMemoryFactor) << "KiB";
    }

    /// With them asha's, and what the database opened meanwhile.
    std::int64_t connections() const { return server->open_files() - before_files; }
    void expect_connections(std::int64_t count) const {
        EXPECT_TRUE(eventually([&] { return connections() >= count - others_max; }))
            << connections();
    }
    void expect_connections_gone() const {
        EXPECT_TRUE(eventually([&] { return connections() <= others_max; })) << connections();
    }
    /// What was said before this was read: whoever comes now is served after it.
    void expect_all_was_read() const {
        for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("GET", "/healthz").status, 200);
    }

    template <class Condition>
    static bool eventually(Condition&& condition, std::chrono::seconds patience = kPatience) {
        for (const auto began = Clock::now(); !condition(); ::poll(nullptr, 0, 5)) {
            if (since(began) > patience) return false;
        }
        return true;
    }
    static std::chrono::milliseconds since(Clock::time_point began) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    }

    static constexpr int kMany = 1'000;
    static constexpr std::size_t kAssetBytes = 1 << 20;
    static constexpr std::int64_t kKeptKib = 12 * 1024;
    static constexpr int kAshaAsksEveryMs = 20;
    static constexpr std::chrono::seconds kPatience{10};

    ScratchFolder folder;
    std::unique_ptr<support::ServerProcess> server;
    std::uint16_t port = 0;  ///< at which everybody asks
    std::string cookie;
    std::int64_t before_kib = 0;
    std::int64_t before_files = 0;
    std::int64_t others_max = 16;  ///< descriptors that are no attacker's
    std::int64_t read_kib = 0;

private:
    void open_session() {
        const auto created =
            ask("POST",
                "/v1/orders",
                {{"Authorization", std::string{"Bearer "} + kShopKey},
                 {"Content-Type", "application/json"}},
                R"({"order_id":"ord_0001","amount":50000,"currency":"INR","customer":{"id":"asha",)"
                R"("phone":"9999999999"},"items":[{"name":"Chai","quantity":1,"amount":50000}],)"
                R"("return_url":"https://shop.chai.in/return"})");
        EXPECT_EQ(created.status, 201) << created.body;
        Claims claims;
        claims.iat = SystemClock{}.now() / 1'000;
        claims.exp = claims.iat + 300;
        const auto opened = ask("GET", "/pay/ord_0001?token=" + a_token(claims));
        cookie = opened.headers.find("Set-Cookie").value_or("");
        cookie = cookie.substr(0, cookie.find(';'));
        EXPECT_FALSE(cookie.empty());
    }
};

}  // namespace chukta::testing
