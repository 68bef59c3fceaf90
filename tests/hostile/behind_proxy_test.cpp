// Slow, broken and oversize clients through nginx as deploy/nginx/ documents it, to the running
// server: what the proxy takes upon itself never reaches the server, and what it lets through does
// no harm.
#include <deque>
#include <filesystem>
#include <string>

#include "tests/support/hostile_network.h"
#include "tests/support/reverse_proxy.h"

namespace chukta::testing {
namespace {

using support::RawClient;

class HostileNetworkBehindProxy : public HostileNetwork {
protected:
    HostileNetworkBehindProxy()
        : HostileNetwork{{{"TRUSTED_PROXIES", "127.0.0.1"}}},
          proxy{
              server->port(),
              std::filesystem::path{CHUKTA_SOURCE_DIR} / "deploy/nginx/chukta_proxy.conf",
              proxy_folder.path()} {
        port = proxy.port();
        others_max += kKeptByProxy;
    }

    static constexpr int kKeptByProxy = 32;

    ScratchFolder proxy_folder;
    support::ReverseProxy proxy;
};

std::string heading(int count, std::size_t length) {
    std::string text = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
    for (int i = 0; i < count; ++i) {
        text += "X-A" + std::to_string(i) + ": " + std::string(length, 'b') + "\r\n";
    }
    return text + "\r\n";
}

TEST_F(HostileNetworkBehindProxy, OfHeaderFloodsAndOversizeRequests) {
    const std::string post = "POST /webhooks/cashfree HTTP/1.1\r\nHost: x\r\n";
    const std::string most(1'000'000, 'b');
    struct Row {
        std::string request;
        int status;
    };
    const Row rows[] = {
        // nginx's own limits.
        {heading(5'000, 100), 400},
        {"GET /healthz HTTP/1.1\r\nHost: x\r\nCookie: " + most, 400},
        {"GET /" + most + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {post + "Content-Length: 1000000000\r\n\r\n" + most, 413},
        {post + "Transfer-Encoding: chunked\r\n\r\nfffff\r\n" + most, 413},
        // Ours: it lets 32 KiB of a head through, of any number of lines.
        {heading(3, 7'000), 431},
        {heading(200, 10), 431},
        // A whole body, forged.
        {post + "Content-Length: 65000\r\n\r\n" + std::string(65'000, '{'), 401},
    };
    const auto& forged = rows[std::size(rows) - 1];
    under_repeated([&] {
        std::size_t reached_the_server = 0;
        for (int round = 0; round < 5; ++round) {
            for (const auto& row : rows) {
                RawClient client{port};
                client.say(row.request);
                EXPECT_EQ(client.hear().status(), row.status) << row.request.substr(0, 100);
            }
            std::deque<RawClient> forgers;
            for (int i = 0; i < 60; ++i) {
                forgers.emplace_back(port);
                forgers.back().say(forged.request);
                reached_the_server += forged.request.size();
            }
            for (auto& forger : forgers) EXPECT_EQ(forger.hear().status(), forged.status);
        }
        return reached_the_server;
    });
    expect_that_kept_bytes_would_show();
    expect_growth_below_mib(8);
}

TEST_F(HostileNetworkBehindProxy, OfSlowAndHalfOpenClientsWaitsAtTheProxyAlone) {
    // More would meet nginx's own limit, worker_connections.
    constexpr int kClients = 800;
    constexpr int kReaders = 40;  // the proxy writes what they do not take to the disk
    const std::string post = "POST /webhooks/cashfree HTTP/1.1\r\nHost: x\r\n";
    const std::string slow[] = {
        "",
        "GET /pay/ord_0001 HTTP/1.1\r\nHo",
        post + "Content-Length: 65000\r\n\r\n" + std::string(60'000, 'x'),
        post + "Transfer-Encoding: chunked\r\n\r\nfff\r\nx"};
    under([&] {
        std::deque<RawClient> clients;
        for (std::size_t i = 0; i < kClients; ++i) {
            clients.emplace_back(port);
            clients.back().say(slow[i % std::size(slow)]);
        }
        for (int round = 0; round < 5; ++round) {
            for (std::size_t i = 1; i < kClients; i += 2) clients[i].say("x");
        }
        for (int i = 0; i < kReaders; ++i) {
            clients.emplace_back(port, std::chrono::seconds{5}, 4096);
            clients.back().say("GET /assets/page.0123abcd.js HTTP/1.1\r\nHost: x\r\n\r\n");
            EXPECT_FALSE(clients.back().hear_some(1).empty());
        }
        // Whoever came after all these is served: the proxy has read them.
        EXPECT_EQ(ask("GET", "/healthz").status, 200);
        expect_connections_gone();
        for (std::size_t i = 0; i < kClients; i += 3) clients[i].reset();
        for (std::size_t i = 1; i < kClients; i += 3) clients[i].say_no_more();
    });
    expect_growth_below_mib(8);
}

}  // namespace
}  // namespace chukta::testing
