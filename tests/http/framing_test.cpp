// Every way known to us in which two servers in a row can read one request as two
// (facts/pistache.md §3). A refusal ends the connection, so each row is one status.
#include "http/framing.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using http::Frame;
using http::Framed;
using http::Framing;
using http::NeedMore;
using http::Refusal;
using http::ServerLimits;

const std::string kGet = "GET /x HTTP/1.1\r\nHost: x\r\n";

/// 0 more is needed, 200 a request, else the status it is refused with.
int verdict(const Frame& frame) {
    if (std::holds_alternative<Framed>(frame)) return 200;
    if (const auto* refusal = std::get_if<Refusal>(&frame)) return refusal->status;
    return 0;
}

int verdict_on(const std::string& bytes) {
    const ServerLimits limits;
    Framing framing{limits};
    framing.append(bytes);
    return verdict(framing.take());
}

/// The same, fed byte by byte as the worst network would.
int verdict_drop_by_drop(const std::string& bytes) {
    const ServerLimits limits;
    Framing framing{limits};
    for (const char byte : bytes) {
        framing.append({&byte, 1});
        if (const int now = verdict(framing.take()); now != 0) return now;
    }
    return 0;
}

std::string post(const std::string& fields, const std::string& body = {}) {
    return "POST /x HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

struct Row {
    const char* why;
    std::string bytes;
    int verdict;
};

const Row kRequestLines[] = {
    {"plain", "GET /x HTTP/1.1\r\nHost: x\r\n\r\n", 200},
    {"1.0 needs no host", "GET /x HTTP/1.0\r\n\r\n", 200},
    {"query", "GET /x?a=%41&&b HTTP/1.1\r\nHost: x\r\n\r\n", 200},
    {"an empty line before", "\r\nGET /x HTTP/1.1\r\nHost: x\r\n\r\n", 200},
    {"two empty lines before", "\r\n\r\nGET /x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"lower-case method", "get /x HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"unknown method", "BREW /x HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"TRACE", "TRACE /x HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"CONNECT", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"no method", " /x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"method no token", "G(T /x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"no version", "GET /x\r\nHost: x\r\n\r\n", 400},
    {"blank for a version", "GET /x \r\nHost: x\r\n\r\n", 400},
    {"version H", "GET /x H\r\nHost: x\r\n\r\n", 400},
    {"version 1.2", "GET /x HTTP/1.2\r\nHost: x\r\n\r\n", 505},
    {"version 2.0", "GET /x HTTP/2.0\r\nHost: x\r\n\r\n", 505},
    {"version 1.10", "GET /x HTTP/1.10\r\nHost: x\r\n\r\n", 400},
    {"version lower-case", "GET /x http/1.1\r\nHost: x\r\n\r\n", 400},
    {"something after the version", "GET /x HTTP/1.1 x\r\nHost: x\r\n\r\n", 400},
    {"two blanks", "GET  /x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"tab for blank", "GET\t/x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"absolute form", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"fragment", "GET /x#y HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"0x80 in the target", "GET /\x80 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"NUL in the target", std::string("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 29), 400},
    {"bare LF line ends", "GET /x HTTP/1.1\nHost: x\n\r\n\r\n", 400},
    {"TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), 400},
};

const Row kFields[] = {
    {"no host", "GET /x HTTP/1.1\r\n\r\n", 400},
    {"two hosts", kGet + "Host: x\r\n\r\n", 400},
    {"two hosts, other case", kGet + "hOST: y\r\n\r\n", 400},
    {"host with a path", "GET /x HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
    {"host with credentials", "GET /x HTTP/1.1\r\nHost: a@x\r\n\r\n", 400},
    {"host with port", "GET /x HTTP/1.1\r\nHost: x:8080\r\n\r\n", 200},
    {"host IPv6", "GET /x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200},
    {"host bad port is no error", "GET /x HTTP/1.1\r\nHost: x:99999\r\n\r\n", 200},
    {"no colon", kGet + "Foo\r\n\r\n", 400},
    {"no name", kGet + ": v\r\n\r\n", 400},
    {"blank before colon", kGet + "A : v\r\n\r\n", 400},
    {"blank in name", kGet + "A B: v\r\n\r\n", 400},
    {"folded line", kGet + "A: v\r\n w\r\n\r\n", 400},
    {"folded with tab", kGet + "A: v\r\n\tw\r\n\r\n", 400},
    {"NUL in value", kGet + std::string("A: v\0w\r\n\r\n", 10), 400},
    {"bare CR in value", kGet + "A: v\rw\r\n\r\n", 400},
    {"bare LF in value", kGet + "A: v\nContent-Length: 5\r\n\r\n", 400},
    {"DEL in value", kGet + "A: v\x7f\r\n\r\n", 400},
    {"0xFF in name", kGet + "A\xff: v\r\n\r\n", 400},
    {"0xFF in value", kGet + "A: \xff\r\n\r\n", 200},
    {"tab in value", kGet + "A: v\tw\r\n\r\n", 200},
    {"empty value", kGet + "A:\r\n\r\n", 200},
    {"cookie without =", kGet + "Cookie: foo\r\n\r\n", 200},
    {"odd accept", kGet + "Accept: *; q=.2, foo/bar\r\n\r\n", 200},
    {"odd cache-control", kGet + "Cache-Control: immutable, max-stale\r\n\r\n", 200},
    {"odd date", kGet + "Date: yesterday\r\n\r\n", 200},
    {"odd content-type", kGet + "Content-Type: foo/bar\r\n\r\n", 200},
    {"unknown expectation", kGet + "Expect: tea\r\n\r\n", 417},
};

const Row kLengths[] = {
    {"none", post(""), 200},
    {"zero", post("Content-Length: 0\r\n"), 200},
    {"three", post("Content-Length: 3\r\n", "abc"), 200},
    {"leading zeros", post("Content-Length: 003\r\n", "abc"), 200},
    {"trailing blanks", post("Content-Length: 3 \t\r\n", "abc"), 200},
    {"body not here yet", post("Content-Length: 3\r\n", "ab"), 0},
    {"empty", post("Content-Length:\r\n", "abc"), 400},
    {"negative", post("Content-Length: -1\r\n"), 400},
    {"plus", post("Content-Length: +3\r\n", "abc"), 400},
    {"letters", post("Content-Length: abc\r\n"), 400},
    {"hex", post("Content-Length: 0x3\r\n", "abc"), 400},
    {"letters after", post("Content-Length: 3abc\r\n", "abc"), 400},
    {"fraction", post("Content-Length: 3.0\r\n", "abc"), 400},
    {"list", post("Content-Length: 3,3\r\n", "abc"), 400},
    {"blank inside", post("Content-Length: 3 3\r\n", "abc"), 400},
    {"twice the same", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400},
    {"twice different", post("Content-Length: 3\r\ncontent-length: 30\r\n", "abc"), 400},
    {"2^64", post("Content-Length: 18446744073709551616\r\n"), 400},
    {"2^64 + 3", post("Content-Length: 18446744073709551619\r\n", "abc"), 400},
    {"10 GB", post("Content-Length: 10000000000\r\n"), 413},
    {"one over the limit", post("Content-Length: 65537\r\n"), 413},
    {"at the limit", post("Content-Length: 65536\r\n", std::string(65536, 'x')), 200},
    {"chunked", post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), 411},
    {"prefix of chunked", post("Transfer-Encoding: ch\r\n", "0\r\n\r\n"), 411},
    {"identity", post("Transfer-Encoding: identity\r\n"), 411},
    {"length and chunked", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "abc"), 400},
    {"chunked and length", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "abc"), 400},
};

void expect_all(const Row* begin, const Row* end) {
    for (const auto* row = begin; row != end; ++row) {
        EXPECT_EQ(verdict_on(row->bytes), row->verdict) << row->why;
        EXPECT_EQ(verdict_drop_by_drop(row->bytes), row->verdict) << row->why << ", drop by drop";
    }
}

TEST(Framing, ReadsRequestLinesStrictly) {
    expect_all(std::begin(kRequestLines), std::end(kRequestLines));
}
TEST(Framing, ReadsFieldsStrictly) { expect_all(std::begin(kFields), std::end(kFields)); }
TEST(Framing, ReadsLengthsStrictly) { expect_all(std::begin(kLengths), std::end(kLengths)); }

TEST(Framing, RefusesByTheLimitThatIsExceeded) {
    ServerLimits limits;
    limits.request_line_bytes = 100;
    limits.header_bytes = 300;
    limits.header_count = 5;
    const auto verdict_within = [&](const std::string& bytes) {
        Framing framing{limits};
        framing.append(bytes);
        return verdict(framing.take());
    };
    const std::string line_of_100 = "GET /" + std::string(86, 'a') + " HTTP/1.1";
    ASSERT_EQ(line_of_100.size(), 100U);
    EXPECT_EQ(verdict_within(line_of_100 + "\r\nHost: x\r\n\r\n"), 200);
    EXPECT_EQ(verdict_within("x" + line_of_100 + "\r\nHost: x\r\n\r\n"), 414);
    EXPECT_EQ(verdict_within("GET /" + std::string(96, 'a')), 414) << "before the line has ended";
    EXPECT_EQ(verdict_within(kGet + "A: " + std::string(300, 'a')), 431) << "before the head ended";
    EXPECT_EQ(verdict_within(kGet + "A: " + std::string(300, 'a') + "\r\n\r\n"), 431);
    EXPECT_EQ(verdict_within(kGet + "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\n\r\n"), 200);
    EXPECT_EQ(verdict_within(kGet + "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\n\r\n"), 431);
}

// A head whose line and fields are as long as they may be, or one byte longer.
TEST(Framing, JudgesALengthTheSameHoweverItIsCut) {
    ServerLimits limits;
    limits.request_line_bytes = 40;
    limits.header_bytes = 60;
    const auto head = [](std::size_t line, std::size_t bytes) {
        std::string text = "GET /";
        text.append(line - text.size() - std::string{" HTTP/1.0"}.size(), 'a');
        text += " HTTP/1.0\r\nX: ";
        text.append(bytes - text.size(), 'b');
        return text + "\r\n\r\n";
    };
    struct {
        std::string bytes;
        int verdict;
    } const rows[] = {
        {head(40, 60), 200},
        {head(41, 60), 414},
        {head(40, 61), 431},
    };
    for (const auto& row : rows) {
        for (std::size_t cut = 1; cut < row.bytes.size(); ++cut) {
            Framing framing{limits};
            framing.append(std::string_view{row.bytes}.substr(0, cut));
            const int early = verdict(framing.take());
            EXPECT_TRUE(early == 0 || early == row.verdict) << "cut at " << cut;
            if (early != 0) continue;
            framing.append(std::string_view{row.bytes}.substr(cut));
            EXPECT_EQ(verdict(framing.take()), row.verdict) << "cut at " << cut;
        }
    }
}

TEST(Framing, KeepsNothingAfterARefusal) {
    const ServerLimits limits;
    Framing framing{limits};
    framing.append(post("Content-Length: 99999\r\n", "GET /evil HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(verdict(framing.take()), 413);
    EXPECT_EQ(framing.buffered(), 0U);
}

TEST(Framing, CutsPipelinedRequestsInOrder) {
    const ServerLimits limits;
    Framing framing{limits};
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        const auto body = std::to_string(i);
        bytes += post("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
    }
    framing.append(bytes);
    for (int i = 0; i < 300; ++i) {
        const auto frame = framing.take();
        ASSERT_EQ(verdict(frame), 200);
        EXPECT_EQ(std::get<Framed>(frame).request.body, std::to_string(i));
    }
    EXPECT_EQ(verdict(framing.take()), 0);
    EXPECT_FALSE(framing.started());
}

TEST(Framing, KeepsEveryFieldAndEveryByteOfTheBody) {
    const ServerLimits limits;
    std::string body;
    for (int byte = 0; byte < 256; ++byte) body += static_cast<char>(byte);
    Framing framing{limits};
    framing.append(post("A: 1\r\nB:\t two \t\r\na: 3\r\nContent-Length: 256\r\n", body));
    const auto frame = framing.take();
    ASSERT_EQ(verdict(frame), 200);
    const auto& request = std::get<Framed>(frame).request;
    EXPECT_EQ(request.body, body);
    EXPECT_EQ(request.headers.find("B"), "two");
    EXPECT_EQ(request.headers.count("A"), 2U);
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/x");
}

TEST(Framing, SaysWhetherTheConnectionIsKept) {
    struct KeepRow {
        std::string version, connection;
        bool keep;
    };
    const KeepRow kRows[] = {
        {"1.1", "", true},
        {"1.1", "Connection: keep-alive\r\n", true},
        {"1.1", "Connection: close\r\n", false},
        {"1.1", "Connection: Keep-Alive, CLOSE\r\n", false},
        {"1.1", "Connection: Upgrade, keep-alive\r\n", true},
        {"1.1", "Connection: closed\r\n", true},
        {"1.1", "Connection: close\r\nConnection: keep-alive\r\n", false},
        {"1.0", "", false},
        {"1.0", "Connection: keep-alive\r\n", true},
        {"1.0", "Connection: close\r\nConnection: keep-alive\r\n", false},
        {"1.0", "Connection: keep-alive\r\nConnection: close\r\n", false},
    };
    for (const auto& row : kRows) {
        const ServerLimits limits;
        Framing framing{limits};
        framing.append("GET / HTTP/" + row.version + "\r\nHost: x\r\n" + row.connection + "\r\n");
        const auto frame = framing.take();
        ASSERT_EQ(verdict(frame), 200) << row.connection;
        EXPECT_EQ(std::get<Framed>(frame).keep_alive, row.keep) << row.version << row.connection;
    }
}

TEST(Framing, AsksForTheBodyOfAnExpectantClientOnce) {
    const ServerLimits limits;
    Framing framing{limits};
    framing.append(post("Expect: 100-Continue\r\nContent-Length: 3\r\n"));
    EXPECT_TRUE(std::get<NeedMore>(framing.take()).continue_expected);
    framing.append("a");
    EXPECT_FALSE(std::get<NeedMore>(framing.take()).continue_expected) << "it did not wait";
    framing.append("bc");
    EXPECT_EQ(verdict(framing.take()), 200);
}

TEST(Framing, ReadsAHeadOnceHoweverItsBodyArrives) {
    ServerLimits limits;
    limits.header_bytes = 1 << 20;
    limits.header_count = 100'000;
    limits.body_bytes = 1 << 20;
    std::string head;
    for (int i = 0; i < 40'000; ++i) head += "A: 1234567890\r\n";
    Framing framing{limits};
    framing.append(post(head + "Content-Length: 200000\r\n"));
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 200'000; ++i) {
        framing.append("x");
        const auto frame = framing.take();
        ASSERT_EQ(verdict(frame), i == 199'999 ? 200 : 0);
    }
    // Reading 600 kB of fields again for each byte would take minutes.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{10});
}

}  // namespace
