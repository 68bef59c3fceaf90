// Request smuggling through the documented reverse proxy (deploy/nginx/): whatever an attacker
// sends, the next customer gets the answer to the customer's own request.
#include <string>
#include <vector>

#include "tests/support/raw_client.h"
#include "tests/support/reverse_proxy.h"
#include "tests/support/world.h"

namespace chukta {
namespace {

using support::RawClient;
using testing::World;

const std::filesystem::path kProxyFile =
    std::filesystem::path{CHUKTA_SOURCE_DIR} / "deploy/nginx/chukta_proxy.conf";

class Proxied : public ::testing::Test {
protected:
    Proxied() : proxy{world.app().port(), kProxyFile, folder.path()} {}

    http::ClientResponse ask(
        const std::string& method,
        const std::string& target,
        http::Headers headers = {},
        std::string body = {}
    ) const {
        return testing::ask(proxy.port(), method, target, std::move(headers), std::move(body));
    }

    /// Five other customers, over connections that the proxy may share with the attacker's.
    void expect_others_are_answered(const std::string& after) const {
        for (int i = 0; i < 5; ++i) {
            const auto answer = ask("GET", "/healthz");
            EXPECT_EQ(answer.status, 200) << "after " << after << "\n" << answer.body;
            EXPECT_EQ(answer.body.find("not_found"), std::string::npos) << after;
        }
    }

    World world;
    testing::ScratchFolder folder;
    support::ReverseProxy proxy;
};

TEST_F(Proxied, ServesAWholePayment) {
    world.create_order("ord_0001");
    const auto shown =
        ask("GET",
            "/v1/orders/ord_0001",
            {{"Authorization", std::string{"Bearer "} + testing::kShopKey}});
    EXPECT_EQ(shown.status, 200) << shown.body;
    const auto ours = shown.headers.find("X-Request-Id").value_or("");
    EXPECT_EQ(ours.size(), 32U) << "the proxy's own request id";
    EXPECT_EQ(ask("POST", "/webhooks/cashfree", {}, "{}").status, 401);
    EXPECT_EQ(ask("GET", "//healthz").status, 404) << "slashes are not merged";
}

TEST_F(Proxied, NobodyIsAnsweredWithWhatAnotherHid) {
    const std::string hidden = "GET /smuggled HTTP/1.1\r\nHost: x\r\nX-Hidden: ";
    const std::string whole = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    const auto length = [](const std::string& text) { return std::to_string(text.size()); };
    const std::string post = "POST /webhooks/cashfree HTTP/1.1\r\nHost: x\r\n";
    const std::string get = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
    const std::string chunked_empty = "0\r\n\r\n";
    std::vector<std::pair<std::string, std::string>> attacks = {
        {"CL.TE",
         post + "Content-Length: " + length(chunked_empty + hidden) +
             "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked_empty + hidden},
        {"TE.CL",
         post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + "24\r\n" + whole +
             "\r\n0\r\n\r\n"},
        {"CL.CL",
         post + "Content-Length: 0\r\nContent-Length: " + length(whole) + "\r\n\r\n" + whole},
        {"CL list", post + "Content-Length: 0, " + length(whole) + "\r\n\r\n" + whole},
        {"CL with a sign", post + "Content-Length: +" + length(whole) + "\r\n\r\n" + whole},
        {"CL of a GET", get + "Content-Length: " + length(whole) + "\r\n\r\n" + whole},
        {"CL and a header nginx passes on",
         post + "Cookie: foo\r\nAccept: foo\r\nContent-Length: " + length(whole) + "\r\n\r\n" +
             whole},
        {"a header stock Pistache refuses",
         post + "Cache-Control: No-Cache=x\r\nDate: never\r\n" +
             "Content-Length: " + length(whole) + "\r\n\r\n" + whole},
        {"chunked trailer", post + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + whole},
        {"chunk extension",
         post + "Transfer-Encoding: chunked\r\n\r\n0;a=\"\r\n" + whole + "\"\r\n"},
        {"chunk size overflow",
         post + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" + whole},
        {"bare line feeds",
         "POST /webhooks/cashfree HTTP/1.1\nHost: x\nContent-Length: 0\n\n" + whole},
        {"a folded header",
         post + "X-A: b\r\n Content-Length: " + length(whole) + "\r\n\r\n" + whole},
        {"a request line in a header", get + "X-A: b\r\n\r\n" + whole + "\r\n\r\n"},
        {"NUL in a header", get + std::string{"X-A: b\0c\r\n\r\n", 12} + whole},
        {"absolute form",
         "GET http://x/healthz HTTP/1.1\r\nHost: y\r\nContent-Length: " + length(whole) +
             "\r\n\r\n" + whole},
        {"Upgrade",
         get +
             "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: "
             "AAMAAABk\r\n\r\n" +
             whole},
        {"Expect",
         post + "Expect: 100-continue\r\nContent-Length: " + length(whole) + "\r\n\r\n" + whole},
        {"hop-by-hop",
         post + "Connection: Content-Length\r\nContent-Length: " + length(whole) + "\r\n\r\n" +
             whole},
        {"a body over the limit",
         post + "Content-Length: " + std::to_string(70'000 + whole.size()) + "\r\n\r\n" +
             std::string(70'000, 'x') + whole},
        {"HTTP/1.0 kept",
         "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: " + length(whole) +
             "\r\n\r\n" + whole},
    };
    for (const char* coding :
         {"xchunked",
          "chunked ",
          "\tchunked",
          "chunked, identity",
          "identity, chunked",
          "\"chunked\"",
          "chunked\r\nTransfer-Encoding: identity",
          "\x0b"
          "chunked",
          "CHUNKED"}) {
        attacks.emplace_back(
            std::string{"Transfer-Encoding: "} + coding,
            post + "Transfer-Encoding: " + coding + "\r\nContent-Length: " +
                length(chunked_empty + whole) + "\r\n\r\n" + chunked_empty + whole
        );
    }
    for (const char* name : {"Transfer-Encoding ", " Transfer-Encoding", "Transfer_Encoding"}) {
        attacks.emplace_back(
            std::string{name} + ": chunked",
            post + name + ": chunked\r\nContent-Length: " + length(chunked_empty + whole) +
                "\r\n\r\n" + chunked_empty + whole
        );
    }
    for (const auto& [name, bytes] : attacks) {
        for (int i = 0; i < 3; ++i) {
            RawClient attacker{proxy.port(), std::chrono::milliseconds{300}};
            attacker.say(bytes);
            // An attacker's own pipelined request may be answered to the attacker; nobody else's.
            expect_others_are_answered(name);
        }
    }
}

TEST(ReverseProxy, SaysWhatItSawOfTheClientAndNotWhatItWasTold) {
    http::Server upstream{{}, [](http::Request&& request, http::Responder to) {
                              const auto& headers = request.headers;
                              http::Response response;
                              for (const char* name : {"X-Forwarded-For", "Forwarded"}) {
                                  response.body += std::string{name} + "=" +
                                                   std::string{headers.find(name).value_or("")} +
                                                   ";";
                              }
                              response.body += std::to_string(headers.count("X-Forwarded-For"));
                              to.send(std::move(response));
                          }};
    testing::ScratchFolder folder;
    support::ReverseProxy proxy{upstream.port(), kProxyFile, folder.path()};
    const auto answer = testing::ask(
        proxy.port(),
        "GET",
        "/",
        {{"X-Forwarded-For", "198.51.100.7, 203.0.113.9"}, {"Forwarded", "for=198.51.100.7"}}
    );
    EXPECT_EQ(answer.body, "X-Forwarded-For=127.0.0.1;Forwarded=;1");
}

}  // namespace
}  // namespace chukta
