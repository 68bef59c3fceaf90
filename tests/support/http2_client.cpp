#include "tests/support/http2_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/freed.h"

namespace support {
namespace {

enum Type : std::uint8_t {
    kData = 0,
    kHeaders = 1,
    kReset = 3,
    kSettings = 4,
    kGoAway = 7,
    kWindow = 8
};
constexpr std::uint8_t kEndStream = 0x1, kAck = 0x1, kEndHeaders = 0x4;
constexpr std::size_t kFrameHead = 9;
constexpr timeval kPatience{5, 0};

void add_number(std::string& bytes, std::size_t number, int count) {
    while (count-- > 0) bytes += static_cast<char>(number >> (8 * count) & 0xff);
}

std::string frame(Type type, int flags, std::uint32_t stream, std::string_view payload = {}) {
    std::string bytes;
    add_number(bytes, payload.size(), 3);
    bytes += static_cast<char>(type);
    bytes += static_cast<char>(flags);
    add_number(bytes, stream, 4);
    return bytes.append(payload);
}

/// A text as it is, not by Huffman's code (RFC 7541 §5.2).
void add_text(std::string& bytes, std::string_view text) {
    constexpr std::size_t kPrefix = 127;
    if (text.size() < kPrefix) {
        bytes += static_cast<char>(text.size());
    } else {
        bytes += static_cast<char>(kPrefix);
        std::size_t rest = text.size() - kPrefix;
        for (; rest >= 128; rest /= 128) bytes += static_cast<char>(rest % 128 + 128);
        bytes += static_cast<char>(rest);
    }
    bytes.append(text);
}

/// "Literal header field without indexing - new name" (RFC 7541 §6.2.2), each of them.
std::string packed(const Http2Fields& fields) {
    std::string bytes;
    for (const auto& [name, value] : fields) {
        bytes += '\0';
        add_text(bytes, name);
        add_text(bytes, value);
    }
    return bytes;
}

/// Of a header block that nginx wrote: the status is its first field, indexed or in three digits.
int status_of(std::string_view block) {
    if (!block.empty() && (block[0] & 0xe0) == 0x20) block.remove_prefix(1);  // a table's new size
    if (block.empty()) return 0;
    const int indexed[] = {200, 204, 206, 304, 400, 404, 500};  // RFC 7541, appendix A, from 8 on
    const auto index = static_cast<std::uint8_t>(block[0]) - 0x88;
    if (index >= 0 && index < 7) return indexed[index];
    return block.size() >= 5 && block[1] == 3 ? std::stoi(std::string{block.substr(2, 3)}) : 0;
}

sockaddr_in address_of(const std::string& text, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, text.c_str(), &address.sin_addr);
    return address;
}

}  // namespace

struct Http2Client::Frame {
    int type = 0;
    int flags = 0;
    std::uint32_t stream = 0;
    std::string payload;
};

struct Http2Client::Connection {
    Connection() {
        ssl.reset(::SSL_new(context.get()));
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    }
    ~Connection() { ::close(socket); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::unique_ptr<SSL_CTX, Freed<::SSL_CTX_free>> context{::SSL_CTX_new(::TLS_client_method())};
    std::unique_ptr<SSL, Freed<::SSL_free>> ssl;
    bool silent = false;  ///< for as long as patience lasts
};

Http2Client::Http2Client(std::uint16_t port, const std::string& from)
    : connection_{std::make_unique<Connection>()} {
    std::signal(SIGPIPE, SIG_IGN);
    // The port is chosen with the other end known: what closed connections leave behind holds none.
    const int later = 1;
    ::setsockopt(connection_->socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &later, sizeof later);
    const auto us = address_of(from, 0), them = address_of("127.0.0.1", port);
    check(
        ::bind(connection_->socket, reinterpret_cast<const sockaddr*>(&us), sizeof us) == 0, "bind"
    );
    check(
        ::connect(connection_->socket, reinterpret_cast<const sockaddr*>(&them), sizeof them) == 0,
        "connect"
    );
    auto* ssl = connection_->ssl.get();
    constexpr unsigned char kProtocol[] = "\x02h2";
    ::SSL_set_alpn_protos(ssl, kProtocol, sizeof kProtocol - 1);
    ::SSL_set_fd(ssl, connection_->socket);
    check(::SSL_connect(ssl) == 1, "SSL_connect");
    const unsigned char* chosen = nullptr;
    unsigned int size = 0;
    ::SSL_get0_alpn_selected(ssl, &chosen, &size);
    check(size == 2, "no HTTP/2");
    // Room for all the answers of a connection's life.
    say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(kSettings, 0, 0) +
        frame(kWindow, 0, 0, std::string_view{"\x7f\0\0\0", 4}));
}

Http2Client::~Http2Client() = default;

Http2Answer Http2Client::ask(const Http2Request& request) {
    const auto stream = std::exchange(stream_, stream_ + 2);
    const auto last = [](bool is_last) { return is_last ? kEndStream : 0; };
    const bool trailers = !request.trailers.empty(), data = !request.data.empty();
    std::string bytes =
        frame(kHeaders, kEndHeaders | last(!data && !trailers), stream, packed(request.fields));
    if (data) bytes += frame(kData, last(!trailers), stream, request.data);
    if (trailers) {
        bytes += frame(kHeaders, kEndHeaders | kEndStream, stream, packed(request.trailers));
    }
    say(bytes);
    Http2Answer answer;
    Frame heard;
    while (hear(heard)) {
        if (heard.type == kSettings && (heard.flags & kAck) == 0) say(frame(kSettings, kAck, 0));
        if (heard.type == kGoAway && heard.payload.substr(4, 4) != std::string(4, '\0')) break;
        if (heard.stream != stream) continue;
        if (heard.type == kReset) break;
        if (heard.type == kHeaders) answer.status = status_of(heard.payload);
        if (heard.type == kData) answer.body += heard.payload;
        if ((heard.type == kHeaders || heard.type == kData) && (heard.flags & kEndStream) != 0) {
            return answer;
        }
    }
    answer.ended = !connection_->silent;
    return answer;
}

bool Http2Client::say(std::string_view bytes) {
    return ::SSL_write(connection_->ssl.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
}

bool Http2Client::hear(char* bytes, std::size_t count) {
    while (count > 0) {
        auto* ssl = connection_->ssl.get();
        const auto got = ::SSL_read(ssl, bytes, static_cast<int>(count));
        connection_->silent = got <= 0 && ::SSL_get_error(ssl, got) == SSL_ERROR_WANT_READ;
        if (got <= 0) return false;
        bytes += got;
        count -= static_cast<std::size_t>(got);
    }
    return true;
}

bool Http2Client::hear(Frame& frame) {
    unsigned char head[kFrameHead];
    if (!hear(reinterpret_cast<char*>(head), sizeof head)) return false;
    frame.type = head[3];
    frame.flags = head[4];
    frame.stream =
        static_cast<std::uint32_t>((head[5] & 0x7f) << 24 | head[6] << 16 | head[7] << 8 | head[8]);
    frame.payload.resize(static_cast<std::size_t>(head[0] << 16 | head[1] << 8 | head[2]));
    return hear(frame.payload.data(), frame.payload.size());
}

}  // namespace support
