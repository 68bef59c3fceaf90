#include "shared/page_query.h"

namespace chukta {
namespace {

std::string_view first_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
            return pair.substr(equals + 1);
        }
        if (end == std::string_view::npos) break;
        query.remove_prefix(end + 1);
    }
    return {};
}

}  // namespace

PageQuery read_page_query(std::string_view query) {
    PageQuery asked;
    const auto language = first_value(query, "lang");
    for (const Language one : {Language::English, Language::Hindi}) {
        if (language == word(one)) asked.language = one;
    }
    asked.device = device_class_from(first_value(query, "device"));
    asked.choosing = first_value(query, "choose") == "1";
    asked.more_open = first_value(query, "more") == "1";
    asked.items_open = first_value(query, "items") == "1";
    asked.choose_again = first_value(query, "again") == "1";
    return asked;
}

std::string query_text(const PageQuery& query) {
    std::string text;
    const auto put = [&](std::string_view name, std::string_view value) {
        text += text.empty() ? '?' : '&';
        text.append(name).append("=").append(value);
    };
    if (query.language) put("lang", word(*query.language));
    if (query.device) put("device", word(*query.device));
    if (query.choosing) put("choose", "1");
    if (query.more_open) put("more", "1");
    if (query.items_open) put("items", "1");
    if (query.choose_again) put("again", "1");
    return text;
}

std::string kept_query(
    std::string_view query, std::optional<Language> language, std::optional<DeviceClass> device
) {
    std::string text;
    const auto put = [&](std::string_view pair) {
        text += text.empty() ? '?' : '&';
        text += pair;
    };
    const auto put_choice = [&](std::string_view name, auto& choice) {
        if (!choice) return;
        put(std::string{name} + "=" + std::string{word(*choice)});
        choice.reset();
    };
    for (bool more = !query.empty(); more;) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        const auto name = pair.substr(0, pair.find('='));
        if (name == "lang") {
            put_choice(name, language);
        } else if (name == "device") {
            put_choice(name, device);
        } else if (name != "choose" && name != "more" && name != "items" && name != "again") {
            put(pair);
        }
        more = end != std::string_view::npos;
        if (more) query.remove_prefix(end + 1);
    }
    put_choice("lang", language);
    put_choice("device", device);
    return text;
}

}  // namespace chukta
