#include "server/cashfree/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/server.h"
#include "server/log.h"

namespace chukta::cashfree {
namespace {

using std::chrono::milliseconds;

constexpr const char* kClientId = "TEST_CLIENT_ID_0001";
constexpr const char* kClientSecret = "TEST_CLIENT_SECRET_0001";

/// A real HTTP server that plays Cashfree: keeps what it hears and answers what the test wants.
class PlayedGateway {
public:
    explicit PlayedGateway(http::Response answer = {200, {}, "{}"}) : answer_{std::move(answer)} {
        http::ServerOptions options;
        server_ = std::make_unique<http::Server>(
            options,
            [this](http::Request&& request, http::Responder responder) {
                const std::lock_guard lock{mutex_};
                heard_.push_back(std::move(request));
                switch (manner_) {
                    case Manner::Answers:
                        responder.send(answer_);
                        break;
                    case Manner::StaysSilent:
                        held_.push_back(std::move(responder));
                        break;
                    case Manner::HangsUp:
                        responder.hang_up();
                        break;
                }
            }
        );
    }

    void answer_with(http::Response answer) {
        const std::lock_guard lock{mutex_};
        answer_ = std::move(answer);
    }

    enum class Manner { Answers, StaysSilent, HangsUp };

    /// How it treats requests from now on; it hears them in any case.
    void behave(Manner manner) {
        const std::lock_guard lock{mutex_};
        manner_ = manner;
    }

    std::vector<http::Request> heard() const {
        const std::lock_guard lock{mutex_};
        return heard_;
    }

    std::string base_url() const {
        return "http://127.0.0.1:" + std::to_string(server_->port()) + "/pg";
    }

private:
    mutable std::mutex mutex_;
    http::Response answer_;
    Manner manner_ = Manner::Answers;
    std::vector<http::Request> heard_;
    std::vector<http::Responder> held_;
    std::unique_ptr<http::Server> server_;  // last: its threads end before what they use
};

/// A client and the secrets it refers to.
struct Caller {
    explicit Caller(std::string base_url, milliseconds timeout = milliseconds{5'000})
        : client{options(std::move(base_url), timeout), client_id, client_secret} {}

    static ClientOptions options(std::string base_url, milliseconds timeout) {
        ClientOptions options;
        options.base_url = std::move(base_url);
        options.connect_timeout = milliseconds{1'000};
        options.call_timeout = timeout;
        options.pay_timeout = timeout;
        return options;
    }

    Secret client_id{kClientId};
    Secret client_secret{kClientSecret};
    Client client;
};

GatewayPay a_pay() {
    GatewayPay pay;
    pay.attempt_id = AttemptId{"attempt-0001"};
    pay.session = "session_x";
    pay.device = DeviceClass::AndroidPhone;
    pay.user_agent =
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Mobile Safari/537.36";
    return pay;
}

std::string header(const http::Request& request, std::string_view name) {
    EXPECT_LE(request.headers.count(name), 1U) << name;
    return std::string{request.headers.find(name).value_or("none")};
}

struct Call {
    const char* name;
    std::function<GatewayResult(Client&)> make;
    Repeat repeat;
};

const std::vector<Call>& every_call() {
    static const std::vector<Call> kCalls = {
        {"create_order", [](Client& c) { return c.create_order("{}"); }, Repeat::Harmless},
        {"get_order", [](Client& c) { return c.get_order(OrderId{"ord_0001"}); }, Repeat::Harmless},
        {"terminate_order",
         [](Client& c) { return c.terminate_order(OrderId{"ord_0001"}, "{}"); },
         Repeat::Harmless},
        {"get_payments",
         [](Client& c) { return c.get_payments(OrderId{"ord_0001"}); },
         Repeat::Harmless},
        {"pay", [](Client& c) { return c.pay(a_pay(), "{}"); }, Repeat::StartsPayment},
    };
    return kCalls;
}

/// What an unclear ending of this call is called.
GatewayError unclear(const Call& call) {
    return call.repeat == Repeat::StartsPayment ? GatewayError::Unclear : GatewayError::Retry;
}

TEST(CashfreeClient, AsksTheRightPathsWithTheRightMethods) {
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    for (const auto& call : every_call()) EXPECT_TRUE(call.make(caller.client)) << call.name;
    const auto heard = gateway.heard();
    struct Row {
        const char* method;
        const char* target;
    };
    constexpr Row kRows[] = {
        {"POST", "/pg/orders"},
        {"GET", "/pg/orders/ord_0001"},
        {"PATCH", "/pg/orders/ord_0001"},
        {"GET", "/pg/orders/ord_0001/payments"},
        {"POST", "/pg/orders/sessions"},
    };
    ASSERT_EQ(heard.size(), std::size(kRows));
    for (std::size_t i = 0; i < heard.size(); ++i) {
        EXPECT_EQ(heard[i].method, kRows[i].method);
        EXPECT_EQ(heard[i].target, kRows[i].target);
        EXPECT_EQ(header(heard[i], "x-api-version"), "2023-08-01") << kRows[i].target;
        EXPECT_EQ(
            header(heard[i], "content-type"), heard[i].body.empty() ? "none" : "application/json"
        ) << kRows[i].target;
    }
}

TEST(CashfreeClient, SendsItsCredentialsWithEveryCallButOrderPay) {
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    for (const auto& call : every_call()) ASSERT_TRUE(call.make(caller.client)) << call.name;
    const auto heard = gateway.heard();
    ASSERT_EQ(heard.size(), every_call().size());
    for (std::size_t i = 0; i + 1 < heard.size(); ++i) {
        EXPECT_EQ(header(heard[i], "x-client-id"), kClientId) << every_call()[i].name;
        EXPECT_EQ(header(heard[i], "x-client-secret"), kClientSecret) << every_call()[i].name;
    }
    const auto& pay = heard.back();
    EXPECT_EQ(header(pay, "x-client-id"), "none");
    EXPECT_EQ(header(pay, "x-client-secret"), "none");
    std::string everything = pay.target + pay.body;
    for (const auto& field : pay.headers.fields()) everything += field.name + field.value;
    EXPECT_EQ(everything.find(kClientSecret), std::string::npos);
    EXPECT_EQ(everything.find(kClientId), std::string::npos);
}

TEST(CashfreeClient, NamesWritesSoThatARepeatStartsNothing) {
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    ASSERT_TRUE(caller.client.create_order(R"({"order_id":"a","n":1.10})"));
    ASSERT_TRUE(caller.client.create_order(R"({"order_id":"a","n":1.10})"));
    ASSERT_TRUE(caller.client.create_order(R"({"order_id":"b","n":1.10})"));
    ASSERT_TRUE(caller.client.pay(a_pay(), "{\"b\":2}"));
    ASSERT_TRUE(caller.client.get_order(OrderId{"ord_0001"}));
    const auto heard = gateway.heard();
    ASSERT_EQ(heard.size(), 5U);
    const auto key = [&](std::size_t i) { return header(heard[i], "x-idempotency-key"); };
    EXPECT_EQ(key(0).size(), 32U);
    EXPECT_EQ(key(0), key(1));
    EXPECT_NE(key(0), key(2));
    EXPECT_EQ(heard[0].body, R"({"order_id":"a","n":1.10})");
    EXPECT_EQ(key(3), "attempt-0001");
    EXPECT_EQ(heard[3].body, "{\"b\":2}");
    EXPECT_EQ(key(4), "none");
}

TEST(CashfreeClient, DescribesTheShoppersDeviceOnOrderPay) {
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    ASSERT_TRUE(caller.client.pay(a_pay(), "{}"));
    GatewayPay from_desk = a_pay();
    from_desk.device = DeviceClass::Desktop;
    from_desk.user_agent =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0";
    ASSERT_TRUE(caller.client.pay(from_desk, "{}"));
    const auto heard = gateway.heard();
    ASSERT_EQ(heard.size(), 2U);
    EXPECT_EQ(header(heard[0], "x-client-device"), "mobile");
    EXPECT_EQ(header(heard[0], "x-client-os"), "android");
    EXPECT_EQ(header(heard[0], "x-client-browser"), "chrome");
    EXPECT_EQ(header(heard[0], "x-client-rendering-type"), "mweb");
    EXPECT_EQ(header(heard[1], "x-client-device"), "desktop");
    EXPECT_EQ(header(heard[1], "x-client-os"), "windows");
    EXPECT_EQ(header(heard[1], "x-client-browser"), "firefox");
    EXPECT_EQ(header(heard[1], "x-client-rendering-type"), "none");
}

TEST(CashfreeClient, EncodesAnOrderIdIntoOneSegment) {
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    ASSERT_TRUE(caller.client.get_payments(OrderId{"../a b?c"}));
    EXPECT_EQ(gateway.heard().front().target, "/pg/orders/..%2Fa%20b%3Fc/payments");
}

TEST(CashfreeClient, KeepsTheAnswersBytes) {
    const std::string body = "{ \"order_amount\": 170.00, \"note\":\"caf\xC3\xA9\" }\n";
    PlayedGateway gateway{{200, {}, body}};
    Caller caller{gateway.base_url()};
    for (const auto& call : every_call()) {
        const auto answer = call.make(caller.client);
        ASSERT_TRUE(answer) << call.name;
        EXPECT_EQ(answer->http_status, 200) << call.name;
        EXPECT_EQ(answer->body, body) << call.name;
    }
}

constexpr const char* kRefusal =
    R"({"message":"order is no longer active","code":"order_inactive",)"
    R"("type":"invalid_request_error"})";
constexpr const char* kBankRefused =
    R"({"message":"bank side","code":"bank_processing_failure","type":"api_error"})";
constexpr const char* kInternal =
    R"({"message":"internal Server Error","code":"internal_error","type":"api_error"})";
constexpr const char* kHtml = "<html><body>Bad Gateway</body></html>";

TEST(CashfreeClient, KeepsRefusalsInTheGatewaysShape) {
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    for (const int status : {400, 404, 409, 422}) {
        gateway.answer_with({status, {}, kRefusal});
        for (const auto& call : every_call()) {
            const auto answer = call.make(caller.client);
            ASSERT_TRUE(answer) << call.name << status;
            EXPECT_EQ(answer->http_status, status) << call.name;
            EXPECT_EQ(answer->body, kRefusal) << call.name;
        }
    }
}

TEST(CashfreeClient, KeepsABanksRefusalOfOrderPayAlone) {
    PlayedGateway gateway{{502, {}, kBankRefused}};
    Caller caller{gateway.base_url()};
    for (const auto& call : every_call()) {
        const auto answer = call.make(caller.client);
        if (call.repeat == Repeat::StartsPayment) {
            ASSERT_TRUE(answer) << call.name;
            EXPECT_EQ(answer->http_status, 502);
        } else {
            ASSERT_FALSE(answer) << call.name;
            EXPECT_EQ(answer.error().error, GatewayError::Retry) << call.name;
        }
    }
}

TEST(CashfreeClient, TakesWhatIsNotTheGatewaysOwnWordForUnclear) {
    struct Row {
        int status;
        const char* body;
    };
    constexpr Row kRows[] = {
        {200, kHtml},
        {200, ""},
        {200, "{\"cf_payment_id\":"},
        {302, "{}"},
        {400, kHtml},
        {404, "{}"},
        {408, kRefusal},
        {413, ""},
        {500, kHtml},
        {500, kInternal},
        {502, kHtml},
        {502, kInternal},
        {503, ""},
        {504, kHtml},
        {504, kBankRefused},
    };
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    for (const auto& row : kRows) {
        gateway.answer_with({row.status, {}, row.body});
        for (const auto& call : every_call()) {
            const auto answer = call.make(caller.client);
            ASSERT_FALSE(answer) << call.name << " " << row.status << row.body;
            EXPECT_EQ(answer.error().error, unclear(call)) << call.name << " " << row.status;
            EXPECT_EQ(answer.error().retry_after_s, 0) << call.name;
        }
    }
}

TEST(CashfreeClient, WaitsAsLongAsA429Says) {
    struct Row {
        const char* name;
        const char* value;
        int seconds;
    };
    constexpr Row kRows[] = {
        {"x-ratelimit-retry", "17", 17},
        {"X-RateLimit-Retry", "59", 59},
        {"retry-after", "5", 5},
        {"x-ratelimit-retry", "86400", 60},
        {"x-ratelimit-retry", "0", 0},
        {"x-ratelimit-retry", "-3", 0},
        {"x-ratelimit-retry", "soon", 0},
        {"x-ratelimit-retry", "99999999999999999999", 0},
        {"x-other", "9", 0},
    };
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    for (const auto& row : kRows) {
        gateway.answer_with({429, {{row.name, row.value}}, kRefusal});
        for (const auto& call : every_call()) {
            const auto answer = call.make(caller.client);
            ASSERT_FALSE(answer) << call.name;
            EXPECT_EQ(answer.error().error, GatewayError::Retry) << call.name;
            EXPECT_EQ(answer.error().retry_after_s, row.seconds) << call.name << row.value;
        }
    }
}

TEST(CashfreeClient, RetriesAndTellsTheOperatorWhenItsCredentialsAreRefused) {
    std::vector<std::string> lines;
    std::mutex mutex;
    log::set_sink([&](std::string_view line) {
        const std::lock_guard lock{mutex};
        lines.emplace_back(line);
    });
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    for (const int status : {401, 403}) {
        gateway.answer_with({status, {}, kRefusal});
        for (const auto& call : every_call()) {
            const auto answer = call.make(caller.client);
            ASSERT_FALSE(answer) << call.name;
            EXPECT_EQ(answer.error().error, GatewayError::Retry) << call.name;
        }
    }
    log::set_sink({});
    ASSERT_EQ(lines.size(), 2 * every_call().size());
    for (const auto& line : lines) {
        EXPECT_NE(line.find("gateway.credentials_refused"), std::string::npos) << line;
        EXPECT_EQ(line.find(kClientSecret), std::string::npos);
        EXPECT_EQ(line.find(kClientId), std::string::npos);
    }
}

TEST(CashfreeClient, RetriesWhatWasNeverSent) {
    // Bound and not listening: the kernel refuses.
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), length), 0);
    ASSERT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length), 0);
    Caller caller{"http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/pg"};
    for (const auto& call : every_call()) {
        const auto answer = call.make(caller.client);
        ASSERT_FALSE(answer) << call.name;
        EXPECT_EQ(answer.error().error, GatewayError::Retry) << call.name;
    }
    ::close(socket);
}

TEST(CashfreeClient, TakesASilentGatewayForUnclear) {
    PlayedGateway gateway;
    gateway.behave(PlayedGateway::Manner::StaysSilent);
    Caller caller{gateway.base_url(), milliseconds{150}};
    for (const auto& call : every_call()) {
        const auto answer = call.make(caller.client);
        ASSERT_FALSE(answer) << call.name;
        EXPECT_EQ(answer.error().error, unclear(call)) << call.name;
    }
    EXPECT_EQ(gateway.heard().size(), every_call().size());
}

TEST(CashfreeClient, TakesADroppedConnectionForUnclearAndDoesNotSendTwice) {
    PlayedGateway gateway;
    Caller caller{gateway.base_url()};
    // The second round finds connections that were kept and are dead by now.
    for (const auto& call : every_call()) ASSERT_TRUE(call.make(caller.client)) << call.name;
    gateway.behave(PlayedGateway::Manner::HangsUp);
    for (const auto& call : every_call()) {
        const auto answer = call.make(caller.client);
        ASSERT_FALSE(answer) << call.name;
        EXPECT_EQ(answer.error().error, unclear(call)) << call.name;
    }
    std::size_t pays = 0;
    for (const auto& request : gateway.heard()) pays += request.target == "/pg/orders/sessions";
    EXPECT_EQ(pays, 2U);
}

TEST(CashfreeClient, TakesAnAnswerBeyondTheLimitForUnclear) {
    PlayedGateway gateway{{200, {}, "\"" + std::string(2 << 20, 'a') + "\""}};
    Caller caller{gateway.base_url()};
    for (const auto& call : every_call()) {
        const auto answer = call.make(caller.client);
        ASSERT_FALSE(answer) << call.name;
        EXPECT_EQ(answer.error().error, unclear(call)) << call.name;
    }
}

TEST(CashfreeClient, ServesManyThreadsAtOnce) {
    PlayedGateway gateway{{200, {}, "[]"}};
    Caller caller{gateway.base_url()};
    constexpr int kThreads = 8;
    constexpr int kCalls = 25;
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (int call = 0; call < kCalls; ++call) {
                if (caller.client.get_payments(OrderId{"ord_0001"})) ++answered;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(answered, kThreads * kCalls);
    EXPECT_EQ(gateway.heard().size(), static_cast<std::size_t>(kThreads * kCalls));
}

}  // namespace
}  // namespace chukta::cashfree
