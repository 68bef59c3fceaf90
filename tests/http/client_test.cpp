// The client against servers that behave, and against servers that do not.
#include "http/client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"
#include "tests/support/tls_server.h"

namespace {

using http::ClientError;
using http::ClientRequest;
using http::Request;
using http::Responder;
using namespace std::chrono_literals;

std::string url(std::uint16_t port, const std::string& target = "/") {
    return "http://127.0.0.1:" + std::to_string(port) + target;
}

/// Does with each connection what it is told; `number` counts them from 0. A connection is a
/// thread.
class ScriptedServer {
public:
    explicit ScriptedServer(std::function<void(int socket, int number)> play)
        : play_{std::move(play)} {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::listen(listener_, 8) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            throw std::runtime_error{"scripted server"};
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { accept_all(); }};
    }
    ~ScriptedServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    std::uint16_t port() const { return port_; }

private:
    void accept_all() {
        std::vector<std::thread> plays;
        for (int number = 0;; ++number) {
            const int client = ::accept(listener_, nullptr, nullptr);
            if (client < 0) break;
            const timeval patience{3, 0};
            ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            plays.emplace_back([this, client, number] {
                play_(client, number);
                ::close(client);
            });
        }
        for (auto& play : plays) play.join();
    }

    std::function<void(int, int)> play_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

/// One request with its empty line, without a body.
std::string hear(int socket) {
    std::string bytes;
    char buffer[4096];
    while (bytes.find("\r\n\r\n") == std::string::npos) {
        const auto got = ::recv(socket, buffer, sizeof buffer, 0);
        if (got <= 0) break;
        bytes.append(buffer, static_cast<std::size_t>(got));
    }
    return bytes;
}

void say(int socket, const std::string& bytes) {
    ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void echo(Request&& request, Responder responder) {
    std::string text = request.method + " " + request.target + "\n";
    for (const auto& field : request.headers.fields())
        text += field.name + "=" + field.value + "\n";
    text += "\n" + request.body;
    responder.send({201, {{"X-Answer", "yes"}, {"X-Answer", "again"}}, text});
}

ClientError failure(const tl::expected<http::ClientResponse, ClientError>& result) {
    EXPECT_FALSE(result.has_value());
    return result ? ClientError{} : result.error();
}

TEST(Client, SendsWhatItWasGivenAndNothingElse) {
    http::Server server{{}, echo};
    http::Client client;
    const std::string secret = "s3cret";
    const auto got = client.send(
        {.method = "POST",
         .url = url(server.port(), "/orders?a=%20b"),
         .headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}},
         .secret_headers = {{"Authorization", secret}},
         .body = std::string("{\"a\":\0 1}", 9)}
    );
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->status, 201);
    EXPECT_EQ(got->headers.count("x-answer"), 2U);
    EXPECT_EQ(
        got->body,
        "POST /orders?a=%20b\nHost=127.0.0.1:" + std::to_string(server.port()) +
            "\nAccept=*/*\nContent-Type=application/json\nX-Empty=\nAuthorization=s3cret\n"
            "Content-Length=9\n\n" +
            std::string("{\"a\":\0 1}", 9)
    );
}

TEST(Client, SpeaksEveryMethod) {
    http::Server server{{}, echo};
    http::Client client;
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        const auto got = client.send({.method = method, .url = url(server.port())});
        ASSERT_TRUE(got.has_value()) << method;
        EXPECT_EQ(got->body.substr(0, got->body.find(' ')), method);
        EXPECT_EQ(got->body.find("Content-Type"), std::string::npos) << method;
        EXPECT_EQ(got->body.find("Expect"), std::string::npos) << method;
    }
    const auto head = client.send({.method = "HEAD", .url = url(server.port())});
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->body, "");
}

TEST(Client, KeepsItsConnectionForWhatMayBeRepeated) {
    http::Server server{{}, echo};
    http::Client client;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.send({.url = url(server.port())}).has_value());
    EXPECT_EQ(server.counts().connections, 1U);
}

TEST(Client, NeverSendsAPostTwice) {
    // The first connection is kept after a GET, and hangs up without a word when it has read its
    // next request: curl would send that one again by itself, over another connection.
    std::atomic<int> posts{0};
    ScriptedServer server{[&](int socket, int number) {
        for (int i = 0; i < 2; ++i) {
            if (hear(socket).rfind("POST", 0) == 0) ++posts;
            if (number == 0 && i == 1) return;
            say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    }};
    {
        http::Client client;
        ASSERT_TRUE(client.send({.url = url(server.port())}).has_value());
        const auto got = client.send({.method = "POST", .url = url(server.port()), .body = "pay"});
        EXPECT_TRUE(got.has_value());
    }
    EXPECT_EQ(posts, 1);
}

TEST(Client, TellsWhatCannotHaveBeenReceived) {
    http::Client client;
    std::uint16_t closed_port = 0;
    {
        http::Server server{{}, echo};
        closed_port = server.port();
        // A call that worked must not colour the next one.
        ASSERT_TRUE(client.send({.url = url(closed_port)}).has_value());
    }
    const std::string kUrls[] = {
        url(closed_port),
        "http://no-such-host.invalid/",
        "ftp://127.0.0.1/",
        "file:///etc/hostname",
        "not a url",
        "",
        "http://user:password@127.0.0.1/",
        "http://127.0.0.1:1/\r\nX: y",
    };
    for (const auto& bad : kUrls) {
        EXPECT_EQ(
            failure(client.send({.method = "POST", .url = bad, .timeout = 3s})),
            ClientError::NotSent
        ) << bad;
    }
}

TEST(Client, RefusesToSendTwoHeadersAsOne) {
    std::atomic<int> requests{0};
    http::Server server{{}, [&](Request&&, Responder responder) {
                            ++requests;
                            responder.send({});
                        }};
    http::Client client;
    const auto with = [&](http::Headers headers, std::string_view secret, std::string method) {
        return failure(client.send(
            {.method = std::move(method),
             .url = url(server.port()),
             .headers = std::move(headers),
             .secret_headers = {{"X-Key", secret}}}
        ));
    };
    EXPECT_EQ(with({{"A", "b\r\nC: d"}}, "k", "GET"), ClientError::NotSent);
    EXPECT_EQ(with({{"A: b\r\nC", "d"}}, "k", "GET"), ClientError::NotSent);
    EXPECT_EQ(with({}, "k\nC: d", "GET"), ClientError::NotSent);
    EXPECT_EQ(with({}, std::string_view("k\0", 2), "GET"), ClientError::NotSent);
    EXPECT_EQ(with({}, "k", "GET / HTTP/1.1\r\nX"), ClientError::NotSent);
    EXPECT_EQ(requests, 0);
}

TEST(Client, ADeadlineAfterSendingMeansMaybe) {
    ScriptedServer server{[](int socket, int) {
        hear(socket);
        char byte = 0;
        ::recv(socket, &byte, 1, 0);  // until the client gives up
    }};
    http::Client client;
    const auto begin = std::chrono::steady_clock::now();
    const auto got =
        client.send({.method = "POST", .url = url(server.port()), .body = "x", .timeout = 200ms});
    EXPECT_EQ(failure(got), ClientError::MaybeSent);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(Client, ABrokenAnswerMeansMaybe) {
    const std::string kAnswers[] = {
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\x16\x03\x01 no HTTP at all",
        "HTTP/1.1 200 OK\r\n" + std::string(100'000, 'A') + ": x\r\n\r\n",
    };
    for (const auto& answer : kAnswers) {
        ScriptedServer server{[&](int socket, int) {
            hear(socket);
            say(socket, answer);
        }};
        http::Client client;
        const auto got = client.send({.method = "POST", .url = url(server.port()), .timeout = 3s});
        EXPECT_EQ(failure(got), ClientError::MaybeSent) << answer.substr(0, 60);
    }
}

TEST(Client, AnOverLongAnswerMeansMaybe) {
    http::Server server{{}, [](Request&& request, Responder responder) {
                            const std::size_t size = request.target == "/fits" ? 1000 : 1001;
                            responder.send({200, {}, std::string(size, 'x')});
                        }};
    http::Client client;
    const auto asked = [&](const std::string& target) {
        return client.send({.url = url(server.port(), target), .response_bytes_max = 1000});
    };
    EXPECT_TRUE(asked("/fits").has_value());
    EXPECT_EQ(failure(asked("/over")), ClientError::MaybeSent);
    EXPECT_TRUE(asked("/fits").has_value()) << "and the next call works";
}

TEST(Client, SkipsInterimAnswers) {
    ScriptedServer server{[](int socket, int) {
        hear(socket);
        say(socket,
            "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Late: "
            "1\r\nContent-Length: 2\r\n\r\nok");
    }};
    http::Client client;
    const auto got = client.send({.url = url(server.port())});
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->status, 200);
    EXPECT_EQ(got->headers.count("X-Early"), 0U);
    EXPECT_EQ(got->headers.count("X-Late"), 1U);
    EXPECT_EQ(got->body, "ok");
}

TEST(Client, FollowsNoRedirect) {
    std::atomic<int> requests{0};
    http::Server server{{}, [&](Request&&, Responder responder) {
                            ++requests;
                            responder.send({302, {{"Location", "/elsewhere"}}, ""});
                        }};
    http::Client client;
    const auto got = client.send({.url = url(server.port())});
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->status, 302);
    EXPECT_EQ(requests, 1);
}

TEST(Client, UsesNoProxyOfTheEnvironment) {
    http::Server server{{}, echo};
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    http::Client client;
    EXPECT_TRUE(client.send({.url = url(server.port())}).has_value());
    ::unsetenv("http_proxy");
    ::unsetenv("ALL_PROXY");
}

/// A PEM file that is gone with the test.
class CaFile {
public:
    explicit CaFile(const std::string& pem) : path_{testing::TempDir() + "chukta_ca.pem"} {
        std::ofstream{path_} << pem;
    }
    ~CaFile() { ::unlink(path_.c_str()); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

TEST(ClientTls, RefusesACertificateNobodySigned) {
    support::TlsServer server;
    http::Client client;
    const auto got = client.send(
        {.method = "POST",
         .url = "https://localhost:" + std::to_string(server.port()) + "/",
         .secret_headers = {{"X-Key", "secret"}}}
    );
    EXPECT_EQ(failure(got), ClientError::NotSent);
    EXPECT_EQ(server.requests(), 0);
}

TEST(ClientTls, TrustsTheGivenCertificateForItsName) {
    support::TlsServer server;
    const CaFile ca{server.certificate()};
    http::Client client{ca.path()};
    const auto got =
        client.send({.url = "https://localhost:" + std::to_string(server.port()) + "/"});
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->body, "secure");
}

TEST(ClientTls, RefusesATrustedCertificateOfAnotherName) {
    support::TlsServer server{"pay.example"};
    const CaFile ca{server.certificate()};
    http::Client client{ca.path()};
    const auto got =
        client.send({.url = "https://localhost:" + std::to_string(server.port()) + "/"});
    EXPECT_EQ(failure(got), ClientError::NotSent);
    EXPECT_EQ(server.requests(), 0);
}

TEST(ClientTls, FailsClosedWithoutItsCaFile) {
    support::TlsServer server;
    http::Client client{testing::TempDir() + "chukta_no_such_ca.pem"};
    const auto got =
        client.send({.url = "https://localhost:" + std::to_string(server.port()) + "/"});
    EXPECT_EQ(failure(got), ClientError::NotSent);
}

}  // namespace
