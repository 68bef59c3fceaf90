#include "server/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace chukta {

namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr int kMappedBits = 96;  // ::ffff:0:0/96, RFC 4291 §2.5.5.2

/// An IPv4 address is read as the IPv6 address it maps to, so that there is one kind of bytes.
std::optional<Bytes> parse_address(std::string_view text) {
    if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    const std::string address{text};
    Bytes bytes{};
    if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
    bytes[10] = bytes[11] = 0xff;
    if (inet_pton(AF_INET, address.c_str(), bytes.data() + 12) == 1) return bytes;
    return std::nullopt;
}

bool is_ipv4(const Bytes& bytes) {
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
           bytes[10] == 0xff && bytes[11] == 0xff;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_trusted(std::string_view address, const std::vector<AddressBlock>& proxies) {
    return std::any_of(proxies.begin(), proxies.end(), [&](const AddressBlock& block) {
        return block.contains(address);
    });
}

}  // namespace

std::optional<AddressBlock> AddressBlock::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto bytes = parse_address(text.substr(0, slash));
    if (!bytes) return std::nullopt;
    AddressBlock block;
    block.bytes_ = *bytes;
    if (slash == std::string_view::npos) return block;
    const auto digits = text.substr(slash + 1);
    const int bits_max = is_ipv4(*bytes) ? 32 : 128;
    const char* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, block.bits_);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    if (block.bits_ < 0 || block.bits_ > bits_max) return std::nullopt;
    if (bits_max == 32) block.bits_ += kMappedBits;
    return block;
}

bool AddressBlock::contains(std::string_view address) const {
    const auto bytes = parse_address(address);
    if (!bytes) return false;
    for (int bit = 0; bit < bits_; ++bit) {
        const auto index = static_cast<std::size_t>(bit / 8);
        const int mask = 0x80 >> (bit % 8);
        if (((*bytes)[index] & mask) != (bytes_[index] & mask)) return false;
    }
    return true;
}

bool AddressBlock::is_of_strangers() const {
    // An IPv6 block may be around all of IPv4, which is mapped into it.
    return bits_ < (is_ipv4(bytes_) ? kMappedBits + 8 : 7) ||
           (bits_ < kMappedBits && contains("0.0.0.0"));
}

std::string client_address(
    const http::Request& request, const std::vector<AddressBlock>& trusted_proxies
) {
    std::string address = request.peer_address;
    if (!is_trusted(address, trusted_proxies)) return address;
    // Several fields are one list in their order (RFC 9110 §5.3); the last entries are our
    // proxies'.
    std::vector<std::string_view> hops;
    for (const auto& field : request.headers.fields()) {
        constexpr std::string_view kName = "x-forwarded-for";
        const bool named = std::equal(
            field.name.begin(),
            field.name.end(),
            kName.begin(),
            kName.end(),
            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; }
        );
        if (!named) continue;
        for (std::string_view rest = field.value; !rest.empty();) {
            const auto comma = rest.find(',');
            hops.push_back(trim(rest.substr(0, comma)));
            rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
        }
    }
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        if (!parse_address(*hop)) break;
        address = *hop;
        if (!is_trusted(address, trusted_proxies)) break;
    }
    return address;
}

std::string address_key(std::string_view address) {
    const auto bytes = parse_address(address);
    if (!bytes) return "unknown";
    const auto first = bytes->begin() + (is_ipv4(*bytes) ? 12 : 0);
    const auto last = is_ipv4(*bytes) ? bytes->end() : bytes->begin() + 8;
    return {first, last};
}

}  // namespace chukta
