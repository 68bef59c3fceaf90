// Every secret that somebody else also holds is changed with traffic on (docs/security.md §6).
#include <atomic>
#include <functional>
#include <thread>

#include "tests/support/world.h"

namespace chukta {
namespace {

using testing::World;

constexpr const char* kNewShopKey = "sk-N2wKyF8sLq5Rt7Xv3Bz9Cd4";
constexpr const char* kNewTokenKey = "tk-N4bVc7Xz1Qw6Er9Ty2Ui5Op8As0Df3Gh";
constexpr const char* kNewGatewaySecret = "cfsk_N9mKo2Lp6Vb3Cx";

/// The three who hold a secret, each with the one it knows at the moment.
class Traffic {
public:
    explicit Traffic(std::uint16_t port) : port_{port} {
        const auto run = [this](std::function<bool(bool, int)> ask) {
            threads_.emplace_back([this, ask = std::move(ask)] {
                for (int i = 0; !over_; ++i) {
                    if (ask(new_ones_, i)) ++taken_;
                }
            });
        };
        run([this](bool use_new, int) { return shop(use_new ? kNewShopKey : testing::kShopKey); });
        run([this](bool use_new, int i) {
            return customer(use_new ? kNewTokenKey : testing::kTokenKey, i);
        });
        run([this](bool use_new, int i) {
            return gateway(use_new ? kNewGatewaySecret : testing::kGatewaySecret, i);
        });
    }
    ~Traffic() {
        over_ = true;
        for (auto& thread : threads_) thread.join();
    }

    void use_new_ones() { new_ones_ = true; }
    int refused() const { return refused_; }
    /// Waits until as many more requests were taken.
    ::testing::AssertionResult passes(int more) const {
        const int until = taken_ + more;
        return World::eventually([&] { return taken_ >= until; });
    }

    /// 0 when nobody listens just now.
    int status_of_shop(const char* key) const {
        return ask("GET", "/v1/orders?limit=1", {{"Authorization", std::string{"Bearer "} + key}});
    }
    int status_of_customer(const char* key, const std::string& jti) const {
        testing::Claims claims;
        claims.iat = SystemClock{}.now() / 1'000;
        claims.exp = claims.iat + 60;
        claims.jti = jti;
        const auto token = testing::a_jwt(testing::kHs256, claims.json(), key);
        return ask("GET", "/pay/ord_0001?token=" + token, {});
    }
    int status_of_gateway(const char* secret, const std::string& nonce) const {
        const std::string body = R"({"type":"TEST","data":{"n":")" + nonce + R"("}})";
        const auto at = std::to_string(SystemClock{}.now());
        const auto signature = crypto::base64_encode(crypto::hmac_sha256(secret, at + body));
        return ask(
            "POST",
            "/webhooks/cashfree",
            {{"x-webhook-timestamp", at}, {"x-webhook-signature", signature}},
            body
        );
    }

private:
    int ask(
        const char* method, const std::string& target, http::Headers headers, std::string body = {}
    ) const {
        return testing::ask(port_, method, target, std::move(headers), std::move(body)).status;
    }
    /// A moment without a server, or with a busy one, is repeated, as all three do.
    bool note(int status, int good) {
        if (status == good) return true;
        if (status != 0 && status != 503 && status != 429) ++refused_;
        return false;
    }
    bool shop(const char* key) { return note(status_of_shop(key), 200); }
    bool customer(const char* key, int i) {
        const auto status = status_of_customer(key, "jti-rotation-" + std::to_string(i));
        return note(status, 303);
    }
    bool gateway(const char* secret, int i) {
        return note(status_of_gateway(secret, std::to_string(i)), 200);
    }

    std::uint16_t port_;
    std::atomic<bool> over_{false};
    std::atomic<bool> new_ones_{false};
    std::atomic<int> taken_{0};
    std::atomic<int> refused_{0};
    std::vector<std::thread> threads_;
};

TEST(Rotation, OfEverySecretRefusesNobodyAndLeavesTheOldOnesWorthless) {
    World world;
    world.create_order("ord_0001");
    Traffic traffic{world.app().port()};
    ASSERT_TRUE(traffic.passes(30));

    // Chukta knows both, the others still use the old ones.
    world.stop();
    world.set("SHOP_API_KEY", kNewShopKey);
    world.set("SHOP_API_KEY_PREVIOUS", testing::kShopKey);
    world.set("CUSTOMER_TOKEN_KEY", kNewTokenKey);
    world.set("CUSTOMER_TOKEN_KEY_PREVIOUS", testing::kTokenKey);
    world.set("CASHFREE_CLIENT_SECRET", kNewGatewaySecret);
    world.set("CASHFREE_CLIENT_SECRET_PREVIOUS", testing::kGatewaySecret);
    world.start();
    ASSERT_TRUE(traffic.passes(30));
    // The others change at their own time.
    traffic.use_new_ones();
    ASSERT_TRUE(traffic.passes(30));

    world.stop();
    for (const char* name : {"SHOP_API_KEY", "CUSTOMER_TOKEN_KEY", "CASHFREE_CLIENT_SECRET"}) {
        world.set(std::string{name} + "_PREVIOUS", "");
    }
    world.start();
    ASSERT_TRUE(traffic.passes(30));
    EXPECT_EQ(traffic.refused(), 0);

    EXPECT_EQ(traffic.status_of_shop(testing::kShopKey), 401);
    EXPECT_EQ(traffic.status_of_customer(testing::kTokenKey, "jti-too-late"), 404);
    EXPECT_EQ(traffic.status_of_gateway(testing::kGatewaySecret, "too late"), 401);
}

/// One instance of several: the World's next start with these two token keys.
void be_instance(World& world, const char* key, const char* previous) {
    world.stop();
    world.set("CUSTOMER_TOKEN_KEY", key);
    world.set("CUSTOMER_TOKEN_KEY_PREVIOUS", previous);
    world.start();
}

TEST(Rotation, OfTheTokenKeyOfSeveralInstancesGoesByWayOfOneThatOnlyAcceptsTheNew) {
    constexpr auto kOld = testing::kTokenKey;
    World world;
    world.create_order("ord_0001");
    const auto cookie = world.open_session("ord_0001");
    const auto minted = [&] {
        const auto answer =
            world.ask("POST", "/api/orders/ord_0001/handoff", world.page_headers(cookie));
        EXPECT_EQ(answer.status, 200) << answer.body;
        const auto url = testing::Json::parse(answer.body)["url"].get<std::string>();
        return url.substr(url.find("/pay/"));
    };
    const auto status_of = [&](const std::string& link) { return world.ask("GET", link).status; };

    be_instance(world, kNewTokenKey, kOld);
    const auto of_swapped = minted(), another = minted();
    be_instance(world, kOld, "");
    EXPECT_EQ(status_of(of_swapped), 404) << "so no instance may mint with it yet";
    be_instance(world, kOld, kNewTokenKey);
    EXPECT_EQ(status_of(of_swapped), 303);
    const auto of_accepting = minted();
    be_instance(world, kOld, "");
    EXPECT_EQ(status_of(of_accepting), 303) << "it mints with the old one";
    // Once all have swapped, the old one may go.
    be_instance(world, kNewTokenKey, "");
    EXPECT_EQ(status_of(another), 303);
}

}  // namespace
}  // namespace chukta
