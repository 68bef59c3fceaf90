// Request smuggling by HTTP/2 and TLS through the whole of deploy/nginx/: the server is asked what
// each request says and nothing that its body or its fields hide, by whom the proxy says it was.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "http/text.h"
#include "tests/support/edge_builders.h"
#include "tests/support/http2_client.h"
#include "tests/support/reverse_proxy.h"
#include "tests/support/world.h"

namespace chukta {
namespace {

using support::Http2Answer;
using support::Http2Client;
using support::Http2Fields;
using support::Http2Request;
using testing::CapturedLog;
using testing::FrontDoor;
using testing::World;

const std::filesystem::path kDeployed = std::filesystem::path{CHUKTA_SOURCE_DIR} / "deploy/nginx";
const std::string kHidden = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kEndOfChunks = "0\r\n\r\n";

Http2Fields fields_of(const std::string& method, const std::string& path, Http2Fields more = {}) {
    Http2Fields fields{
        {":method", method},
        {":scheme", "https"},
        {":authority", "pay.example.in"},
        {":path", path}};
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

Http2Request a_get(const std::string& path, Http2Fields more = {}) {
    return {fields_of("GET", path, std::move(more)), {}, {}};
}
Http2Request a_post(Http2Fields more = {}, std::string data = kHidden, Http2Fields trailers = {}) {
    return {
        fields_of("POST", "/webhooks/cashfree", std::move(more)),
        std::move(data),
        std::move(trailers)};
}

/// A request whose pseudo-header is another than it should be, or has one more.
Http2Request bent(const std::string& name, const std::string& value) {
    auto request = a_post();
    for (auto& field : request.fields) {
        if (field.first == name) field.second = value;
    }
    return request;
}
Http2Request without(const std::string& name) {
    auto request = a_post();
    std::erase_if(request.fields, [&](const auto& field) { return field.first == name; });
    return request;
}

struct Attack {
    std::string name;
    Http2Request request;
};

void add_lengths(std::vector<Attack>& attacks) {
    const auto size = std::to_string(kHidden.size());
    for (const auto& length :
         {std::string{"0"},
          std::string{"4"},
          std::to_string(kHidden.size() - 1),
          std::to_string(kHidden.size() + 1),
          std::string{"65000"},
          "+" + size,
          "-" + size,
          " " + size,
          size + " ",
          "0, " + size,
          size + ", " + size,
          "0x" + size,
          std::string{"1e1"},
          std::string{"18446744073709551616"},
          std::string{}}) {
        attacks.push_back({"H2.CL '" + length + "'", a_post({{"content-length", length}})});
    }
    attacks.push_back({"H2.CL none", a_post()});
    attacks.push_back({"H2.CL without DATA", a_post({{"content-length", size}}, "")});
    attacks.push_back({"H2.CL GET without DATA", a_get("/healthz", {{"content-length", size}})});
    attacks.push_back(
        {"H2.CL of a GET", {fields_of("GET", "/healthz", {{"content-length", "0"}}), kHidden, {}}}
    );
    attacks.push_back({"a GET's body", {fields_of("GET", "/healthz"), kHidden, {}}});
    attacks.push_back({"H2.CL twice", a_post({{"content-length", size}, {"content-length", size}})}
    );
    attacks.push_back(
        {"H2.CL twice, 0 first", a_post({{"content-length", "0"}, {"content-length", size}})}
    );
    attacks.push_back(
        {"H2.CL twice, 0 last", a_post({{"content-length", size}, {"content-length", "0"}})}
    );
    attacks.push_back({"H2.CL in capitals", a_post({{"Content-Length", "0"}})});
    attacks.push_back({"H2.CL in a trailer", a_post({}, kHidden, {{"content-length", "0"}})});
}

void add_codings(std::vector<Attack>& attacks) {
    const auto data = kEndOfChunks + kHidden;
    const auto size = std::to_string(data.size());
    for (const char* coding :
         {"chunked",
          "Chunked",
          " chunked",
          "chunked ",
          "xchunked",
          "identity",
          "gzip, chunked",
          ""}) {
        const std::string name = std::string{"H2.TE '"} + coding + "'";
        attacks.push_back({name, a_post({{"transfer-encoding", coding}}, data)});
        attacks.push_back(
            {name + " and CL",
             a_post({{"transfer-encoding", coding}, {"content-length", size}}, data)}
        );
    }
    for (const char* name :
         {"Transfer-Encoding",
          "transfer-encoding ",
          " transfer-encoding",
          "transfer_encoding",
          "te"}) {
        attacks.push_back({std::string{"H2.TE "} + name, a_post({{name, "chunked"}}, data)});
    }
    attacks.push_back({"H2.TE trailer", a_post({}, data, {{"transfer-encoding", "chunked"}})});
    for (const char* option :
         {"close",
          "keep-alive",
          "content-length",
          "transfer-encoding",
          "upgrade, http2-settings"}) {
        attacks.push_back(
            {std::string{"Connection: "} + option,
             a_post({{"connection", option}, {"content-length", size}}, data)}
        );
    }
    attacks.push_back(
        {"Upgrade",
         a_post(
             {{"connection", "upgrade"}, {"upgrade", "h2c"}, {"http2-settings", "AAMAAABk"}}, data
         )}
    );
    attacks.push_back({"WebSocket", a_get("/healthz", {{"upgrade", "websocket"}})});
    attacks.push_back({"Expect", a_post({{"expect", "100-continue"}}, data)});
    attacks.push_back({"Proxy-Connection", a_post({{"proxy-connection", "close"}}, data)});
}

void add_line_breaks(std::vector<Attack>& attacks) {
    const auto data = kEndOfChunks + kHidden;
    const std::string chunked = "transfer-encoding: chunked", empty = "content-length: 0";
    for (const std::string& line_break :
         {std::string{"\r\n"}, std::string{"\n"}, std::string{"\r"}, std::string{"\0", 1}}) {
        const auto put = [&](const char* where, Http2Request request) {
            const auto name = http::percent_encode(line_break) + " in " + where;
            attacks.push_back({name, std::move(request)});
        };
        put("a value", a_post({{"x-a", "b" + line_break + chunked}}, data));
        put("a value, CL", a_post({{"x-a", "b" + line_break + empty}}));
        put("a value, all", a_get("/healthz", {{"x-a", "b" + line_break + line_break + kHidden}}));
        put("a cookie", a_get("/healthz", {{"cookie", "a=b" + line_break + line_break + kHidden}}));
        put("a name", a_post({{"x-a: b" + line_break + "transfer-encoding", "chunked"}}, data));
        put("a name, all",
            a_get("/healthz", {{"x-a: b" + line_break + line_break + kHidden + "x", "b"}}));
        put("a trailer", a_post({}, data, {{"x-a", "b" + line_break + chunked}}));
        const std::string rest = " HTTP/1.1" + line_break + "host: x" + line_break;
        put(":path", a_get("/healthz" + rest + line_break + "GET /smuggled"));
        put(":path, CL", bent(":path", "/webhooks/cashfree" + rest + empty + line_break + "x: "));
        put(":method", bent(":method", "GET /smuggled" + rest + line_break + "POST"));
        put(":scheme", bent(":scheme", "https" + line_break + line_break + kHidden));
        put(":authority", bent(":authority", "x" + line_break + line_break + kHidden));
        put("host", a_post({{"host", "x" + line_break + line_break + kHidden}}));
    }
    attacks.push_back({"a name with a colon", a_post({{"transfer-encoding:chunked", ""}}, data)});
    attacks.push_back({"no name", a_post({{"", "chunked"}}, data)});
    attacks.push_back({"a folded value", a_post({{"x-a", "b\r\n content-length: 0"}})});
}

/// Harmless unless a proxy decodes them and writes them on.
const std::string kEncodedPath =
    "/healthz%0d%0a%0d%0aGET%20/smuggled%20HTTP/1.1%0d%0aHost:%20x%0d%0ax:";

void add_paths(std::vector<Attack>& attacks) {
    for (const std::string& path :
         {std::string{"/healthz HTTP/1.1"},
          std::string{"/heal thz"},
          std::string{"/healthz?a b"},
          std::string{"/healthz\t"},
          std::string{"/healthz#GET /smuggled"},
          std::string{"https://pay.example.in/smuggled"},
          std::string{"http://evil.example/healthz"},
          std::string{"//evil.example/healthz"},
          std::string{"healthz"},
          std::string{"/pay/../healthz"},
          std::string{"/%2e%2e/healthz"},
          std::string{"*"},
          std::string{},
          kEncodedPath}) {
        attacks.push_back({":path '" + path + "'", a_get(path)});
        attacks.push_back({":path '" + path + "' of a POST", bent(":path", path)});
    }
}

void add_pseudo_fields(std::vector<Attack>& attacks) {
    for (const auto& [name, value] : fields_of("GET", "/smuggled")) {
        attacks.push_back({name + " twice", a_post({{name, value}})});
        attacks.push_back({name + " after a field", a_post({{"x-a", "b"}, {name, value}})});
        attacks.push_back({name + " in a trailer", a_post({}, kHidden, {{name, value}})});
        attacks.push_back({"no " + name, without(name)});
        auto last = without(name);
        last.fields.insert(last.fields.end(), {{"x-a", "b"}, {name, value}});
        attacks.push_back({name + " last", std::move(last)});
    }
    for (const char* name : {":status", ":protocol", ":", ":host", ":transfer-encoding"}) {
        attacks.push_back({std::string{"unknown "} + name, a_post({{name, "chunked"}})});
    }
    for (const char* method : {"GET /smuggled", "CONNECT", "PRI", "get", "HEAD", "TRACE", ""}) {
        attacks.push_back({std::string{":method '"} + method + "'", bent(":method", method)});
    }
    for (const char* authority :
         {"evil.example", "pay.example.in:8080", "pay.example.in@evil.example", "a b", "/", ""}) {
        attacks.push_back({std::string{":authority "} + authority, bent(":authority", authority)});
        attacks.push_back({std::string{"host "} + authority, a_post({{"host", authority}})});
        auto host_alone = without(":authority");
        host_alone.fields.emplace_back("host", authority);
        attacks.push_back({std::string{"host alone "} + authority, std::move(host_alone)});
    }
    attacks.push_back({"host twice", a_post({{"host", "x"}, {"host", "y"}})});
}

std::vector<Attack> all_attacks() {
    std::vector<Attack> attacks;
    add_lengths(attacks);
    add_codings(attacks);
    add_line_breaks(attacks);
    add_paths(attacks);
    add_pseudo_fields(attacks);
    return attacks;
}

/// The server behind nginx, as docs/operations.md says it is set up.
struct Deployed {
    explicit Deployed(const std::filesystem::path& nginx_files = kDeployed)
        : proxy{support::ReverseProxy::as_deployed(door.port(), nginx_files, folder.path())} {}

    /// Over a connection of its own.
    Http2Answer ask(const Http2Request& request) const {
        return Http2Client{proxy.port()}.ask(request);
    }

    /// What the server read: whole requests, and what it could not read as one.
    std::uint64_t requests() {
        const auto counts = door.front().counts();
        return counts.requests_total + counts.protocol_errors_total;
    }

    FrontDoor door{{{"PUBLIC_URL", "https://pay.example.in"}, {"TRUSTED_PROXIES", "127.0.0.1"}}};
    testing::ScratchFolder folder;
    support::ReverseProxy proxy;
};

class Http2Proxy : public ::testing::Test {
protected:
    Http2Proxy() {
        deployed.door.create_order("ord_0001");
        deployed.door.create_order("ord_0002");
    }

    /// Two others, each over one connection of its own to nginx, and over those to the server that
    /// the attacker's request came by.
    void expect_others_are_answered() {
        deployed.door.clock().advance(1'000);  // so that the shop may ask again
        expect_answered(one, "ord_0001");
        expect_answered(another, "ord_0002");
    }
    static void expect_answered(Http2Client& client, const std::string& id) {
        const std::string key = std::string{"Bearer "} + testing::kShopKey;
        const auto answer = client.ask(a_get("/v1/orders/" + id, {{"authorization", key}}));
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_NE(answer.body.find('"' + id + '"'), std::string::npos) << answer.body;
    }

    Deployed deployed;
    Http2Client one{deployed.proxy.port()};
    Http2Client another{deployed.proxy.port()};
};

TEST_F(Http2Proxy, ARequestIsOneRequestAtMostAndNobodyElsesAnswer) {
    const CapturedLog quiet;
    for (const auto& attack : all_attacks()) {
        const ::testing::ScopedTrace trace{__FILE__, __LINE__, attack.name};
        const auto before = deployed.requests();
        const auto answer = deployed.ask(attack.request);
        EXPECT_TRUE(answer.status != 0 || answer.ended);
        expect_others_are_answered();
        const auto of_attacker = deployed.requests() - before - 2;
        EXPECT_LE(of_attacker, 1U);
    }
}

TEST(Http2ProxyThatDecodes, IsSeenToLetASecondRequestThrough) {
    const testing::ScratchFolder altered;
    for (const char* name : {"chukta.conf", "chukta_proxy.conf"}) {
        std::ifstream file{kDeployed / name};
        std::string text{std::istreambuf_iterator<char>{file}, {}};
        if (name != std::string_view{"chukta.conf"}) {
            support::replace_in(
                text, "proxy_set_header Forwarded \"\";", "proxy_set_header X-Path $uri;"
            );
        }
        altered.write(name, text);
    }
    const CapturedLog quiet;
    Deployed deployed{altered.path()};
    deployed.ask(a_get(kEncodedPath));
    EXPECT_TRUE(World::eventually([&] { return deployed.requests() == 2; }));
}

TEST_F(Http2Proxy, SendsAPersonOnToTlsAndTellsAProgramThatItForgotIt) {
    std::ifstream file{deployed.folder.path() / "nginx.conf"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const std::string address = "listen 127.0.0.1:";
    const auto at = text.find(address, text.find(address) + 1) + address.size();
    const auto port = static_cast<std::uint16_t>(std::stoi(text.substr(at)));
    const auto before = deployed.requests();
    const http::Headers host{{"Host", "pay.example.in"}};
    const auto page = testing::ask(port, "GET", "/pay/ord_0001?token=x", host);
    EXPECT_EQ(page.status, 301);
    EXPECT_EQ(testing::header(page, "Location"), "https://pay.example.in/pay/ord_0001?token=x");
    for (const char* path : {"/v1/orders", "/api/orders/ord_0001", "/webhooks/cashfree", "/"}) {
        const auto answer = testing::ask(port, "POST", path, host, "{}");
        EXPECT_EQ(answer.status, 403) << path;
        EXPECT_EQ(testing::header(answer, "Location"), "") << path;
    }
    EXPECT_EQ(deployed.requests(), before);
}

TEST_F(Http2Proxy, WhoClaimsAnotherAddressEachTimeIsLimitedByTheOwn) {
    const CapturedLog quiet;
    const auto ask = [&](Http2Client& client, const std::string& claimed) {
        const Http2Fields fields{
            {"x-forwarded-for", claimed},
            {"x-forwarded-for", claimed + ", " + claimed},
            {"x-real-ip", claimed},
            {"x_forwarded_for", claimed},
            {"forwarded", "for=" + claimed}};
        return client.ask({fields_of("POST", "/api/orders/ord_0001/attempts", fields), {}, {}}
        ).status;
    };
    int status = 403, asked = 0;
    while (status == 403 && asked <= 2'000) {
        Http2Client attacker{deployed.proxy.port(), "127.0.0.2"};
        // nginx ends a connection after a thousand requests.
        for (int i = 0; i < 900 && status == 403; ++i, ++asked) {
            const auto third = std::to_string(asked / 250), fourth = std::to_string(asked % 250);
            status = ask(attacker, "198.51." + third + "." + fourth);
        }
    }
    EXPECT_EQ(status, 429);
    Http2Client stranger{deployed.proxy.port(), "127.0.0.3"};
    EXPECT_EQ(ask(stranger, "127.0.0.2"), 403) << "not a page of ours, and not limited either";
}

}  // namespace
}  // namespace chukta
