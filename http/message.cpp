#include "http/message.h"

#include <algorithm>
#include <utility>

#include "http/field.h"

namespace http {
void Headers::add(std::string name, std::string value) {
    constexpr std::size_t kUsual = 12;  // more than most requests and answers have
    if (fields_.empty()) fields_.reserve(kUsual);
    fields_.push_back({std::move(name), std::move(value)});
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& field : fields_) {
        if (same_text(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    const auto found = std::count_if(fields_.begin(), fields_.end(), [&](const Header& field) {
        return same_text(field.name, name);
    });
    return static_cast<std::size_t>(found);
}

std::string_view Request::path() const {
    const std::string_view text{target};
    return text.substr(0, text.find('?'));
}

std::string_view Request::query() const {
    const std::string_view text{target};
    const auto mark = text.find('?');
    return mark == std::string_view::npos ? std::string_view{} : text.substr(mark + 1);
}

}  // namespace http
