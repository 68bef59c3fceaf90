/// @file
/// A form of the page as it comes without a script (first_paint.h, namespace form). Pure; any
/// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chukta {

struct PageForm {
    std::string token;
    std::string key;         ///< the start of an idempotency key
    std::string button;      ///< the control that was pressed (shared/controls.h)
    std::string suggestion;  ///< the UPI ID that was picked, instead of a button
    std::string upi_id;
    std::string held;  ///< the likely typo that was shown before
    std::optional<int> open_attempt;
};

/// A field that is absent, given twice or badly encoded is empty: what then is missing is refused.
PageForm read_page_form(std::string_view body);

/// A form has a token, a key and a UPI ID: far less than this.
constexpr std::size_t kPageFormBytesMax = 8 * 1024;

}  // namespace chukta
