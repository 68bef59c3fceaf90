#include "sandbox/json_wire.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace sandbox::wire {
namespace {

using chukta::Money;

/// Entity: an API answer's outermost object, whose keys are sorted.
enum class Style { Entity, Api, Webhook };

/// Whether JSON and Go's encoder write it as it is: most keys and values are, and dump() is slow.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c >= ' ' && c < '\x7f' && c != '"' && c != '\\' && c != '&' && c != '<' && c != '>';
    });
}

void write_string(std::string& out, const std::string& text, Style style) {
    if (is_plain(text)) {
        out += '"';
        out += text;
        out += '"';
        return;
    }
    const auto quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    if (style == Style::Webhook) {
        out += quoted;
        return;
    }
    for (const char c : quoted) {
        // Go's encoder makes its JSON safe inside HTML.
        switch (c) {
            case '&':
                out += "\\u0026";
                break;
            case '<':
                out += "\\u003c";
                break;
            case '>':
                out += "\\u003e";
                break;
            default:
                out += c;
        }
    }
}

void write(std::string& out, const Json& value, Style style);

void write_object(std::string& out, const Json& value, Style style) {
    std::vector<const Json::object_t::value_type*> members;
    for (const auto& member : value.get_ref<const Json::object_t&>()) members.push_back(&member);
    if (style == Style::Entity) {
        std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) {
            return a->first < b->first;
        });
    }
    // Objects inside keep the order of the evidence (Appendix B).
    const auto inner = style == Style::Entity ? Style::Api : style;
    out += '{';
    bool first = true;
    for (const auto* member : members) {
        if (!first) out += ',';
        first = false;
        write_string(out, member->first, inner);
        out += ':';
        write(out, member->second, inner);
    }
    out += '}';
}

void write(std::string& out, const Json& value, Style style) {
    if (value.is_object()) {
        write_object(out, value, style);
    } else if (value.is_array()) {
        out += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i != 0) out += ',';
            write(out, value[i], style);
        }
        out += ']';
    } else if (value.is_string()) {
        write_string(out, value.get_ref<const std::string&>(), style);
    } else if (value.is_number_float()) {
        // Only amounts are floating point here; see rupees().
        char text[64];
        std::snprintf(text, sizeof text, "%.2f", value.get<double>());
        out += text;
    } else {
        out += value.dump();
    }
}

std::string type_word(const Json& value) {
    if (value.is_string()) return "string";
    if (value.is_boolean()) return "bool";
    if (value.is_array()) return "array";
    if (value.is_object()) return "object";
    return "number";
}

}  // namespace

Json rupees(Money amount) {
    // Exact to the paisa: Money stays far below 2^53 paise, and two decimals are printed.
    return Json(static_cast<double>(amount.paise()) / 100.0);
}

std::optional<Money> money_of(const Json& number) {
    if (number.is_number_integer() || number.is_number_unsigned()) {
        const auto whole = number.get<std::int64_t>();
        if (whole < 0 || whole > Money::kPaiseMax / 100) return std::nullopt;
        return Money::from_paise(whole * 100);
    }
    if (!number.is_number_float()) return std::nullopt;
    const double paise = number.get<double>() * 100.0;
    if (!(paise >= 0.0) || paise > static_cast<double>(Money::kPaiseMax)) return std::nullopt;
    const auto whole = std::llround(paise);
    // 0.29 * 100 is 28.999999999999996; a third decimal is at least a tenth of a paisa away.
    if (std::fabs(paise - static_cast<double>(whole)) > 1e-4) return std::nullopt;
    return Money::from_paise(whole);
}

Json text_or_null(const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
}

std::string indian_time(chukta::EpochMs at_ms) {
    constexpr std::int64_t kOffsetMs = (5 * 60 + 30) * 60'000LL;
    return chukta::to_rfc3339(at_ms + kOffsetMs).substr(0, 19) + "+05:30";
}

std::string api_text(const Json& value) {
    std::string out;
    write(out, value, Style::Entity);
    return out;
}

std::string webhook_text(const Json& value) {
    std::string out;
    write(out, value, Style::Webhook);
    return out;
}

chukta::Result<Json, ApiError> decode(std::string_view body) {
    if (body.empty()) return chukta::failure(undecodable("EOF"));
    auto value = Json::parse(body, nullptr, false);
    if (value.is_discarded()) {
        return chukta::failure(
            undecodable("invalid character in request body looking for beginning of value")
        );
    }
    if (!value.is_object()) {
        return chukta::failure(undecodable(
            "json: cannot unmarshal " + type_word(value) + " into Go value of type object"
        ));
    }
    return value;
}

void Problems::wrong_type(std::string_view path, std::string_view wanted, const Json& got) {
    wrong_types_.push_back(undecodable(
        "json: cannot unmarshal " + type_word(got) + " into Go struct field " + std::string{path} +
        " of type " + std::string{wanted}
    ));
}

void Problems::missing(std::string_view path) { missing_.push_back(field_missing(path)); }

void Problems::invalid(std::string_view path, std::string_view rule, const Json& got) {
    const auto value = got.is_string() ? got.get<std::string>() : api_text(got);
    invalid_.push_back(field_invalid(path, rule, value));
}

void Problems::invalid(ApiError error) { invalid_.push_back(std::move(error)); }

std::optional<ApiError> Problems::first() const {
    for (const auto* list : {&wrong_types_, &missing_, &invalid_}) {
        if (!list->empty()) return list->front();
    }
    return std::nullopt;
}

Fields::Fields(const Json* object, std::string prefix, Problems& problems)
    : object_{object}, prefix_{std::move(prefix)}, problems_{problems} {}

const Json* Fields::find(std::string_view name) const {
    if (object_ == nullptr || !object_->is_object()) return nullptr;
    const auto found = object_->find(std::string{name});
    return found == object_->end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> Fields::text(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) {
        problems_.wrong_type(path(name), "string", *value);
        return std::nullopt;
    }
    auto text = value->get<std::string>();
    if (text.empty()) return std::nullopt;
    return text;
}

std::optional<std::string> Fields::required_text(std::string_view name) {
    const auto* value = find(name);
    auto read = text(name);
    const bool of_wrong_type = value != nullptr && !value->is_string();
    if (!read && !of_wrong_type) problems_.missing(path(name));
    return read;
}

const Json* Fields::number(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr || value->is_number()) return value;
    problems_.wrong_type(path(name), "float64", *value);
    return nullptr;
}

std::optional<bool> Fields::boolean(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    problems_.wrong_type(path(name), "bool", *value);
    return std::nullopt;
}

const Json* Fields::object(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr || value->is_object()) return value;
    problems_.wrong_type(path(name), "object", *value);
    return nullptr;
}

const Json* Fields::array(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr || value->is_array()) return value;
    problems_.wrong_type(path(name), "array", *value);
    return nullptr;
}

}  // namespace sandbox::wire
