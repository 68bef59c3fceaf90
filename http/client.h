/// @file
/// Blocking HTTP calls over libcurl: TLS verified, every call bounded in time and size.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "http/message.h"

namespace http {

/// A header whose value is a credential: kept apart from the plain ones, never logged, its copy
/// wiped after the call. The view must outlive the call.
struct SecretHeader {
    std::string name;
    std::string_view value;
};

struct ClientRequest {
    std::string method = "GET";
    std::string url{};  ///< http or https only; redirects are not followed
    Headers headers{};
    std::vector<SecretHeader> secret_headers{};
    std::string body{};
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds timeout{15'000};  ///< for the whole call
    std::size_t response_bytes_max = 1 << 20;
};

struct ClientResponse {
    int status = 0;
    Headers headers{};
    std::string body{};
};

/// How a call without a whole response ended, named by what may have happened over there.
enum class ClientError {
    NotSent,    ///< no connection, TLS refused, bad URL: the request cannot have been received
    MaybeSent,  ///< deadline, reset or an over-long answer after bytes went out: it may have been
};

/// How a request reaches the other side and its answer comes back, where it is not a Client: the
/// simulation has no network. Any thread.
using Transport = std::function<tl::expected<ClientResponse, ClientError>(const ClientRequest&)>;

/// One per thread that calls: keeps its connections. Not thread-safe; construction is cheap.
class Client {
public:
    /// ca_file: PEM bundle to trust instead of the system's, for tests and private gateways; empty
    /// = system.
    explicit Client(std::string ca_file = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    tl::expected<ClientResponse, ClientError> send(const ClientRequest& request);

private:
    void* easy_;
    std::string ca_file_;
};

}  // namespace http
