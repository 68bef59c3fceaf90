#include "shared/wire_json.h"

#include <limits>

#include "shared/limits.h"

namespace chukta::wire::json {

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

namespace {

/// Whether the brackets outside strings nest no deeper than we ever write them.
bool depth_is_sane(std::string_view text) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > limits::kJsonDepthMax) return false;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return true;
}

}  // namespace

std::optional<Json> parse(std::string_view text, std::size_t bytes_max) {
    if (text.size() > bytes_max || !depth_is_sane(text)) return std::nullopt;
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return std::nullopt;
    return json;
}

const Json* member(const Json& object, const char* name) {
    const auto it = object.find(name);
    return it == object.end() || it->is_null() ? nullptr : &*it;
}

bool read(const Json* json, std::string& out, std::size_t length_max) {
    if (json == nullptr || !json->is_string()) return false;
    const auto& text = json->get_ref<const std::string&>();
    if (text.size() > length_max) return false;
    out = text;
    return true;
}

bool read(const Json* json, bool& out) {
    if (json == nullptr || !json->is_boolean()) return false;
    out = json->get<bool>();
    return true;
}

bool read(const Json* json, std::int64_t& out, std::int64_t min, std::int64_t max) {
    if (json == nullptr || !json->is_number_integer()) return false;
    if (json->is_number_unsigned() &&
        json->get<std::uint64_t>() >
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return false;
    }
    out = json->get<std::int64_t>();
    return out >= min && out <= max;
}

bool read(const Json* json, int& out, int min, int max) {
    std::int64_t wide = 0;
    if (!read(json, wide, min, max)) return false;
    out = static_cast<int>(wide);
    return true;
}

bool read(const Json* json, Money& out) {
    std::int64_t paise = 0;
    if (!read(json, paise, 0, Money::kPaiseMax)) return false;
    const auto money = Money::from_paise(paise);
    if (!money) return false;
    out = *money;
    return true;
}

bool read_time(const Json* json, EpochMs& out) {
    std::string text;
    if (!read(json, text, 40)) return false;
    const auto at = from_rfc3339(text);
    if (!at) return false;
    out = *at;
    return true;
}

}  // namespace chukta::wire::json
