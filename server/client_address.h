/// @file
/// Whose request is this, when proxies stand between? Pure after construction; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace chukta {

/// A block of addresses: "10.0.0.0/8", "::1", "192.0.2.7".
class AddressBlock {
public:
    /// Nothing when the text is neither an address nor a block.
    static std::optional<AddressBlock> parse(std::string_view text);
    /// Whether a numeric address lies within; false for what is no address. An IPv4 address mapped
    /// into IPv6 is the IPv4 address.
    bool contains(std::string_view address) const;

    /// Whether it is wider than any network of one's own: IPv4 beyond /8, IPv6 beyond /7 (RFC 1918
    /// §3, RFC 4193 §3.1).
    bool is_of_strangers() const;

private:
    std::array<std::uint8_t, 16> bytes_{};  ///< IPv4 as ::ffff:a.b.c.d
    int bits_ = 128;
};

/// The address of who asked: the socket's, or, when that is a trusted proxy, the last of
/// X-Forwarded-For that is not one. A stranger's X-Forwarded-For is not read.
std::string client_address(
    const http::Request& request, const std::vector<AddressBlock>& trusted_proxies
);

/// The name under which an address is counted: an IPv4 address itself, an IPv6 one by its /64,
/// which is what one subscriber gets.
std::string address_key(std::string_view address);

}  // namespace chukta
