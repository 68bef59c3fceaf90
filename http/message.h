/// @file
/// Requests, responses and headers as plain values. This folder knows nothing of payments.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

struct Header {
    std::string name;
    std::string value;
};

/// Header fields in the order they came. Names compare without case (RFC 9110 §5.1).
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<Header> fields) : fields_{fields} {}

    void add(std::string name, std::string value);
    /// The first value of that name, or nothing.
    std::optional<std::string_view> find(std::string_view name) const;
    /// How many fields have that name; a request with two signatures is refused by who counts.
    std::size_t count(std::string_view name) const;
    const std::vector<Header>& fields() const { return fields_; }

private:
    std::vector<Header> fields_;
};

/// One complete request. `body` is the raw bytes as received.
struct Request {
    std::string method;  ///< GET HEAD POST PUT PATCH DELETE OPTIONS
    std::string target;  ///< as sent: path and query
    Headers headers;
    std::string body;
    std::string peer_address;  ///< numeric, of the socket; not of X-Forwarded-For

    /// The target without its query, not decoded.
    std::string_view path() const;
    /// What follows '?', without it; empty when there is none.
    std::string_view query() const;
};

/// An answer. Content-Length, Connection and Date-less framing are the server's; a header with CR,
/// LF or NUL turns the answer into a 500 and is logged.
struct Response {
    int status = 200;
    Headers headers{};
    std::string body{};
    /// In place of `body` where there is one: many clients are sent it, and it is never copied.
    std::shared_ptr<const std::string> shared_body{};

    const std::string& content() const { return shared_body ? *shared_body : body; }
};

}  // namespace http
