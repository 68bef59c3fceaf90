#include "shared/wire_read.h"

#include "shared/limits.h"

namespace chukta::wire::reading {

std::optional<Value> parse_object(std::string_view text, std::size_t bytes_max) {
    if (text.size() > bytes_max) return std::nullopt;
    auto json = chukta::json::parse(text, limits::kJsonDepthMax);
    if (!json || !is_object(&*json)) return std::nullopt;
    return json;
}

bool read(const Value* json, std::string& out, std::size_t length_max) {
    if (json == nullptr || json->kind != Value::Kind::Text) return false;
    if (json->text.size() > length_max) return false;
    out = json->text;
    return true;
}

bool read(const Value* json, bool& out) {
    if (json == nullptr || json->kind != Value::Kind::Boolean) return false;
    out = json->integer != 0;
    return true;
}

bool read(const Value* json, std::int64_t& out, std::int64_t min, std::int64_t max) {
    if (json == nullptr || json->kind != Value::Kind::Integer) return false;
    out = json->integer;
    return out >= min && out <= max;
}

bool read(const Value* json, int& out, int min, int max) {
    std::int64_t wide = 0;
    if (!read(json, wide, min, max)) return false;
    out = static_cast<int>(wide);
    return true;
}

bool read(const Value* json, Money& out) {
    std::int64_t paise = 0;
    if (!read(json, paise, 0, Money::kPaiseMax)) return false;
    const auto money = Money::from_paise(paise);
    if (!money) return false;
    out = *money;
    return true;
}

bool read_time(const Value* json, EpochMs& out) {
    std::string text;
    if (!read(json, text, 40)) return false;
    const auto at = from_rfc3339(text);
    if (!at) return false;
    out = *at;
    return true;
}

}  // namespace chukta::wire::reading
