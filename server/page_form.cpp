#include "server/page_form.h"

#include <charconv>

#include "http/text.h"
#include "server/first_paint.h"
#include "shared/limits.h"

namespace chukta {

PageForm read_page_form(std::string_view body) {
    const auto field = [&](std::string_view name) {
        return http::form_field(body, name).value_or(std::string{});
    };
    PageForm read;
    read.token = field(form::kToken);
    read.key = field(form::kKey);
    read.button = field(form::kButton);
    read.suggestion = field(form::kSuggestion);
    read.upi_id = field(form::kUpiId);
    read.held = field(form::kHeld);
    const auto index = field(form::kOpenAttempt);
    int number = 0;
    const char* end = index.data() + index.size();
    const auto parsed = std::from_chars(index.data(), end, number);
    if (parsed.ec == std::errc{} && parsed.ptr == end && number >= 1 &&
        number <= limits::kAttemptIndexMax) {
        read.open_attempt = number;
    }
    return read;
}

}  // namespace chukta
