#include "server/webhook_key.h"

#include "server/crypto.h"

namespace chukta {
namespace {

// Cashfree prints this key without blanks, as the last but one (facts/cashfree.md §1.7).
constexpr std::string_view kEventTime = R"("event_time":")";
constexpr std::string_view kForm = "0000-00-00T00:00:00";
constexpr std::size_t kTimeLength = 12;  // YYMMDDhhmmss
constexpr std::size_t kKeyLength = 32;

/// "261125154317", or zeros when the body says no time in this form.
std::string time_of(std::string_view body) {
    std::string none(kTimeLength, '0');
    const auto at = body.rfind(kEventTime);
    if (at == body.npos) return none;
    const auto text = body.substr(at + kEventTime.size(), kForm.size());
    if (text.size() != kForm.size()) return none;
    std::string digits;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return none;
        if (digit) digits += text[i];
    }
    return digits.substr(2);
}

}  // namespace

std::string webhook_key(std::string_view raw_body) {
    auto key = time_of(raw_body);
    key += crypto::sha256_hex(raw_body).substr(0, kKeyLength - kTimeLength);
    return key;
}

}  // namespace chukta
