#include "shared/vpa.h"

#include <cassert>
#include <optional>

#include "shared/limits.h"
#include "shared/vpa_handles.h"

namespace chukta {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::size_t kHandleLengthMax = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_punctuation(char c) { return c == '.' || c == '_' || c == '-'; }

bool is_all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

bool ends_with(std::string_view text, std::string_view ending) {
    return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

/// Indian mobile numbers have ten digits and start with 6 to 9.
bool is_mobile(std::string_view digits) {
    return digits.size() == 10 && is_all_digits(digits) && digits[0] >= '6';
}

/// "HDFC0000001": four letters, a zero, six letters or digits.
bool is_ifsc(std::string_view text) {
    if (text.size() != 11 || text[4] != '0') return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool fits = i < 4 ? is_letter(text[i]) : is_letter(text[i]) || is_digit(text[i]);
        if (!fits) return false;
    }
    return true;
}

/// What somebody typed who typed no @.
VpaError verdict_without_at(std::string_view text) {
    if (is_ifsc(text)) return VpaError::Ifsc;
    std::string digits;
    for (const char c : text) {
        if (c != ' ' && c != '-') digits += c;
    }
    const bool plus = !digits.empty() && digits[0] == '+';
    if (plus) digits.erase(0, 1);
    if (!is_all_digits(digits)) return VpaError::NoAt;
    const std::string_view number = digits;
    if (is_mobile(number)) return VpaError::MobileNoHandle;
    if (number.size() == 11 && number[0] == '0' && is_mobile(number.substr(1))) {
        return VpaError::MobileNoHandle;
    }
    if (number.size() == 12 && number.substr(0, 2) == "91" && is_mobile(number.substr(2))) {
        return VpaError::MobileNoHandle;
    }
    if (plus) return VpaError::MobileNoHandle;
    if (number.size() == 8 || number.size() == 9) return VpaError::UpiNumber;
    if (number.size() == 12) return VpaError::AadhaarOrRrn;
    if (number.size() >= 13 && number.size() <= 19) return VpaError::CardNumber;
    return VpaError::NoAt;
}

/// "+919876543210": an address book's form.
bool has_country_code(std::string_view local) {
    return local.size() > 1 && local[0] == '+' && is_all_digits(local.substr(1));
}

/// What is wrong with the part before the @, if anything is.
std::optional<VpaError> verdict_of_local(std::string_view local) {
    for (const char c : local) {
        if (!is_letter(c) && !is_digit(c) && !is_punctuation(c)) return VpaError::BadCharLocal;
    }
    if (is_punctuation(local.front()) || is_punctuation(local.back())) {
        return VpaError::EdgePunctuation;
    }
    if (local.size() < 2) return VpaError::LocalTooShort;
    return std::nullopt;
}

/// Addresses of other networks: e-mail, NPCI's own, a handle with a web ending.
std::optional<VpaError> verdict_of_foreign_handle(std::string_view handle) {
    if (handle == "mapper.npci") return VpaError::UpiNumber;
    if (ends_with(handle, ".npci")) return VpaError::GlobalAddress;
    if (is_email_brand(handle.substr(0, handle.find('.')))) return VpaError::Email;
    const std::string_view base = without_web_ending(handle);
    if (base.empty()) return std::nullopt;
    return handle_is_known(base) ? VpaError::HandleWithTld : VpaError::Email;
}

std::optional<VpaError> verdict_of_handle(std::string_view handle) {
    for (const char c : handle) {
        if (!is_letter(c) && !is_digit(c)) return VpaError::BadCharHandle;
    }
    if (handle.size() < 2) return VpaError::HandleTooShort;
    if (is_digit(handle.front())) return VpaError::HandleDigitStart;
    if (handle.size() > kHandleLengthMax) return VpaError::TooLong;
    return std::nullopt;
}

std::optional<VpaError> verdict(std::string_view text) {
    if (text.empty()) return VpaError::Empty;
    if (text.find("://") != std::string_view::npos) return VpaError::Url;
    if (text.size() > limits::kVpaLength) return VpaError::TooLong;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x80) return VpaError::NonAscii;
    }
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos) return verdict_without_at(text);
    if (text.find('@', at + 1) != std::string_view::npos) return VpaError::MultiAt;

    const std::string_view local = text.substr(0, at);
    const std::string_view handle = text.substr(at + 1);
    if (local.empty()) return VpaError::NoLocal;
    if (handle.empty()) return VpaError::NoHandle;
    if (const auto foreign = verdict_of_foreign_handle(handle)) return foreign;
    if (text.find(' ') != std::string_view::npos) return VpaError::SpaceInside;
    if (has_country_code(local)) return VpaError::CountryCode;
    if (const auto bad = verdict_of_local(local)) return bad;
    return verdict_of_handle(handle);
}

/// IDs that are printed on stickers and never pay (facts/upi-and-devices.md §1.1, last list).
bool is_shop_id(std::string_view local, std::string_view handle) {
    if (handle == "okbizaxis" || handle == "eazypay" || handle == "ezeepay" ||
        handle == "yesbankltd") {
        return true;
    }
    if (local.substr(0, 7) == "paytmqr") return true;
    return handle == "ybl" && local[0] == 'q' && is_all_digits(local.substr(1));
}

}  // namespace

std::string_view word(VpaError error) {
    switch (error) {
        case VpaError::Empty:
            return "empty";
        case VpaError::NoAt:
            return "no_at";
        case VpaError::NoLocal:
            return "no_local";
        case VpaError::NoHandle:
            return "no_handle";
        case VpaError::MultiAt:
            return "multi_at";
        case VpaError::MobileNoHandle:
            return "mobile_no_handle";
        case VpaError::CountryCode:
            return "country_code";
        case VpaError::UpiNumber:
            return "upi_number";
        case VpaError::GlobalAddress:
            return "global_address";
        case VpaError::Ifsc:
            return "ifsc";
        case VpaError::CardNumber:
            return "card_number";
        case VpaError::AadhaarOrRrn:
            return "aadhaar_or_rrn";
        case VpaError::Email:
            return "email";
        case VpaError::HandleWithTld:
            return "handle_with_tld";
        case VpaError::LocalTooShort:
            return "local_too_short";
        case VpaError::HandleTooShort:
            return "handle_too_short";
        case VpaError::HandleDigitStart:
            return "handle_digit_start";
        case VpaError::EdgePunctuation:
            return "edge_punctuation";
        case VpaError::SpaceInside:
            return "space_inside";
        case VpaError::BadCharLocal:
            return "bad_char_local";
        case VpaError::BadCharHandle:
            return "bad_char_handle";
        case VpaError::NonAscii:
            return "non_ascii";
        case VpaError::Url:
            return "url";
        case VpaError::TooLong:
            return "too_long";
    }
    assert(false);
    return "";
}

Result<Vpa, VpaError> Vpa::parse(std::string_view typed) {
    std::string text = normalize_vpa(typed);
    if (const auto error = verdict(text)) return failure(*error);
    return Vpa{std::move(text)};
}

std::string_view Vpa::local() const { return std::string_view{text_}.substr(0, text_.find('@')); }

std::string_view Vpa::handle() const { return std::string_view{text_}.substr(text_.find('@') + 1); }

std::string Vpa::masked() const {
    const std::size_t shown = local().size() > 2 ? 2 : 1;
    return std::string{local().substr(0, shown)} + "***@" + std::string{handle()};
}

VpaNotice notice_of(const Vpa& vpa) {
    VpaNotice notice;
    notice.unknown_handle = !handle_is_known(vpa.handle());
    notice.shop_id = is_shop_id(vpa.local(), vpa.handle());
    notice.odd_punctuation = vpa.local().find("..") != std::string_view::npos ||
                             vpa.local().find("--") != std::string_view::npos;
    return notice;
}

}  // namespace chukta
