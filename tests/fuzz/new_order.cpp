#include <algorithm>
#include <string>

#include "server/api_wire.h"
#include "shared/limits.h"
#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

namespace {

constexpr chukta::EpochMs kNow = 1'780'000'000'000;
const std::string kAllowed = "https://shop.chai.in";

void check(const chukta::NewOrder& order) {
    expect(
        order.order_id.str().empty() || chukta::api_wire::is_order_id(order.order_id.str()),
        "an order's name is plain"
    );
    expect(order.amount.paise() > 0, "something is due");
    expect(!order.customer_id.str().empty(), "an order is somebody's");
    const auto way = std::string_view{order.return_url};
    // Scheme and host are the same in capitals.
    const bool is_allowed = std::equal(
        kAllowed.begin(),
        kAllowed.end(),
        way.begin(),
        way.begin() + std::min(kAllowed.size(), way.size()),
        [](char ours, char theirs) {
            return ours == (theirs >= 'A' && theirs <= 'Z' ? theirs - 'A' + 'a' : theirs);
        }
    );
    expect(is_allowed, "the way back is an allowed one");
    const auto path = way.substr(kAllowed.size());
    expect(
        path.empty() || path.starts_with('/') || path.starts_with('?') || path.starts_with('#') ||
            path.starts_with(":443"),
        "and not one that begins like it"
    );
    // One in the past is the repeat of an order that was made in time, or refused by Orders.
    constexpr chukta::EpochMs kMonth = 30LL * 24 * 3600 * 1000;
    expect(!order.expires_at || *order.expires_at < kNow + kMonth, "an order ends within a month");
    for (const auto& item : order.items) {
        expect(item.quantity > 0, "an item is at least one");
        expect(item.amount.paise() >= 0, "an item costs nothing less than nothing");
    }
}

}  // namespace

/// The body of POST /v1/orders; and any text as an order's name and as an idempotency key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text = chukta::fuzz::as_text(bytes, size);
    static const std::vector<std::string> origins{kAllowed};
    const auto order = chukta::api_wire::decode_new_order(text, {origins, kNow});
    if (order) {
        check(*order);
    } else {
        expect(!order.error().code.empty() && !order.error().detail.empty(), "a refusal has words");
    }
    const auto plain = [&](std::string_view more) {
        return text.find_first_not_of(
                   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" +
                   std::string{more}
               ) == std::string_view::npos;
    };
    expect(
        chukta::api_wire::is_order_id(text) == (size >= 3 && size <= 45 && plain("_-")),
        "an order's name is 3 to 45 plain characters"
    );
    expect(
        chukta::api_wire::is_idempotency_key(text) == (size >= 1 && size <= 64 && plain("._:-")),
        "a key is 1 to 64 plain characters"
    );
    return 0;
}
