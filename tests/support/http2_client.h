/// @file
/// HTTP/2 over TLS, frame by frame: says what no client library would.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// As they go onto the wire and in this order, the ones with a colon among them.
using Http2Fields = std::vector<std::pair<std::string, std::string>>;

struct Http2Request {
    Http2Fields fields;
    std::string data;      ///< in one frame; none when empty
    Http2Fields trailers;  ///< none when empty
};

struct Http2Answer {
    int status = 0;  ///< 0: none came
    std::string body;
    bool ended = false;  ///< by them instead of answering: the stream, or the connection
};

/// One connection; requests go one after another. Certificates are not looked at. Not thread-safe.
class Http2Client {
public:
    /// `from` is the address of this machine it comes from. Throws std::runtime_error when there
    /// is no connection that speaks HTTP/2.
    explicit Http2Client(std::uint16_t port, const std::string& from = "127.0.0.1");
    ~Http2Client();
    Http2Client(const Http2Client&) = delete;
    Http2Client& operator=(const Http2Client&) = delete;

    /// Neither answered nor ended, once its patience of five seconds is over.
    Http2Answer ask(const Http2Request& request);

private:
    struct Frame;
    bool say(std::string_view bytes);
    bool hear(char* bytes, std::size_t count);
    bool hear(Frame& frame);

    struct Connection;
    std::unique_ptr<Connection> connection_;
    std::uint32_t stream_ = 1;
};

}  // namespace support
