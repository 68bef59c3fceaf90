/// @file
/// UPI IDs: cleaning, checking, suggesting, masking. One validator for the page and the server.
/// Rules and test tables: facts/upi-and-devices.md §1 (there is no official grammar; be generous).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/result.h"

namespace chukta {

/// Why a text is not a UPI ID. Named by the cause, since the reader of it is a person.
enum class VpaError {
    Empty,
    NoAt,
    NoLocal,
    NoHandle,
    MultiAt,
    MobileNoHandle,
    CountryCode,
    UpiNumber,
    GlobalAddress,
    Ifsc,
    CardNumber,
    AadhaarOrRrn,
    Email,
    HandleWithTld,
    LocalTooShort,
    HandleTooShort,
    HandleDigitStart,
    EdgePunctuation,
    SpaceInside,
    BadCharLocal,
    BadCharHandle,
    NonAscii,
    Url,
    TooLong,
};

std::string_view word(VpaError);  // "empty" "no_at" ... snake_case of the name

/// Whether the text was a bank, card or Aadhaar number: the field is emptied and nothing is kept
/// (facts/upi-and-devices.md §1.6).
constexpr bool is_private_number(VpaError error) {
    return error == VpaError::Ifsc || error == VpaError::CardNumber ||
           error == VpaError::AadhaarOrRrn || error == VpaError::GlobalAddress;
}

/// The cleaned text, to be shown back in the field (facts/upi-and-devices.md §1.2, steps 1 to 6).
/// Never fails; what cannot be cleaned stays.
std::string normalize_vpa(std::string_view typed);

/// A UPI ID, "user@handle", lower case. Holding one means it was checked. It is personal data: it
/// is never logged; masked() is.
class Vpa {
public:
    /// Normalises, then checks. Unknown handles are accepted: see handle_is_known.
    static Result<Vpa, VpaError> parse(std::string_view typed);

    const std::string& str() const { return text_; }
    std::string_view local() const;
    std::string_view handle() const;

    /// "as***@okaxis": the first two characters of the local part (one when it has two or fewer).
    std::string masked() const;

    friend bool operator==(const Vpa& a, const Vpa& b) { return a.text_ == b.text_; }

private:
    explicit Vpa(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

/// Soft notices for a UPI ID that is accepted all the same.
struct VpaNotice {
    bool unknown_handle = false;  ///< not on our list; may be new
    bool shop_id = false;  ///< looks like the ID printed on a shop's sticker (paytmqr…, Q…@ybl)
    bool odd_punctuation = false;  ///< two dots or hyphens running
};
VpaNotice notice_of(const Vpa& vpa);

/// Whole UPI IDs to offer as buttons ("Did you mean asha@okhdfcbank?"), best first, at most four,
/// empty when there is nothing to offer. Also works on texts that do not parse (asha@ybl.in). Never
/// applied by itself: a wrong fix sends a request to a stranger (facts/upi-and-devices.md §1.3).
std::vector<std::string> suggest_vpas(std::string_view typed);

}  // namespace chukta
