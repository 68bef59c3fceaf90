/// @file
/// Reads our own HTML (every attribute in double quotes) into the elements that carry a node's id,
/// for tests that hold it against something else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chukta::testing {

struct HtmlElement {
    std::string tag;
    std::map<std::string, std::string> attributes;
    std::string inside_of;  ///< id of the nearest element around it that has one
    std::string text;       ///< its own, entities decoded

    std::string of(const std::string& name) const {
        const auto found = attributes.find(name);
        return found == attributes.end() ? std::string{} : found->second;
    }
    bool has(const std::string& name) const { return attributes.count(name) != 0; }
};

inline std::string html_unescape(std::string_view text) {
    static const std::pair<std::string_view, std::string_view> kEntities[] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
    std::string out;
    while (!text.empty()) {
        bool found = false;
        for (const auto& [entity, letter] : kEntities) {
            if (text.substr(0, entity.size()) != entity) continue;
            out += letter;
            text.remove_prefix(entity.size());
            found = true;
            break;
        }
        if (found) continue;
        out += text.front();
        text.remove_prefix(1);
    }
    return out;
}

/// Every element in the order of the document.
inline std::vector<HtmlElement> read_html(std::string_view html) {
    std::vector<HtmlElement> elements;
    std::vector<std::size_t> open;
    const auto around = [&] {
        for (auto one = open.rbegin(); one != open.rend(); ++one) {
            if (elements[*one].has("id")) return elements[*one].of("id");
        }
        return std::string{};
    };
    while (!html.empty()) {
        const auto tag_at = html.find('<');
        const auto words = html.substr(0, tag_at);
        if (!open.empty()) elements[open.back()].text += html_unescape(words);
        if (tag_at == std::string_view::npos) break;
        html.remove_prefix(tag_at + 1);
        const auto end = html.find('>');
        auto inside = html.substr(0, end);
        html.remove_prefix(end + 1);
        if (inside.substr(0, 1) == "/") {
            if (!open.empty()) open.pop_back();
            continue;
        }
        HtmlElement element;
        element.inside_of = around();
        const bool empty = inside.substr(inside.size() - 1) == "/";
        if (empty) inside.remove_suffix(1);
        const auto name_end = inside.find(' ');
        element.tag = std::string{inside.substr(0, name_end)};
        inside.remove_prefix(name_end == std::string_view::npos ? inside.size() : name_end);
        while (!inside.empty()) {
            if (inside.front() == ' ') {
                inside.remove_prefix(1);
                continue;
            }
            const auto stop = inside.find_first_of("= ");
            const std::string name{inside.substr(0, stop)};
            std::string value;
            inside.remove_prefix(stop == std::string_view::npos ? inside.size() : stop);
            if (!inside.empty() && inside.front() == '=') {
                const auto close = inside.find('"', 2);
                value = html_unescape(inside.substr(2, close - 2));
                inside.remove_prefix(close + 1);
            }
            element.attributes[name] = value;
        }
        const bool is_void = empty || element.tag == "input" || element.tag == "img";
        elements.push_back(std::move(element));
        if (!is_void) open.push_back(elements.size() - 1);
    }
    return elements;
}

}  // namespace chukta::testing
