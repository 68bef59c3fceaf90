#include "web/semantics.h"

#include <cmath>

#include "shared/json_value.h"

namespace chukta::page {
namespace {

/// Two decimals are finer than any device pixel.
void put_number(std::string& out, float value) {
    auto hundredths = std::lround(value * 100.0f);
    if (hundredths < 0) {
        out += '-';
        hundredths = -hundredths;
    }
    out += std::to_string(hundredths / 100);
    if (hundredths % 100 == 0) return;
    out += '.';
    out += static_cast<char>('0' + hundredths % 100 / 10);
    if (hundredths % 10 != 0) out += static_cast<char>('0' + hundredths % 10);
}

void put_field(std::string& out, std::string_view key, std::string_view text) {
    if (text.empty()) return;
    out.append(",\"").append(key).append("\":");
    json::append_quoted(out, text);
}

void put_nodes(std::string& out, const std::vector<Node>& nodes);

void put_node(std::string& out, const Node& node) {
    out += "{\"i\":";
    json::append_quoted(out, node.id);
    put_field(out, "r", word(node.role));
    put_field(out, "t", node.name);
    put_field(out, "l", node.label);
    put_field(out, "k", node.kind);
    put_field(out, "u", node.href);
    if (node.role == Role::Field) {
        out += ",\"v\":";
        json::append_quoted(out, node.value);
    }
    put_field(out, "h", node.hint);
    put_field(out, "g", node.language);
    put_field(out, "d", node.described_by);
    put_field(out, "x", node.picture);
    if (node.state != 0) out += ",\"s\":" + std::to_string(node.state);
    out += ",\"b\":[";
    put_number(out, node.box.x);
    out += ',';
    put_number(out, node.box.y);
    out += ',';
    put_number(out, node.box.width);
    out += ',';
    put_number(out, node.box.height);
    out += ',';
    put_number(out, node.radius);
    out += ',';
    put_number(out, node.font_size);
    out += ']';
    if (node.bold) out += ",\"w\":1";
    if (node.align != Align::Left) out += node.align == Align::Centre ? ",\"a\":1" : ",\"a\":2";
    if (!node.children.empty()) {
        out += ",\"c\":";
        put_nodes(out, node.children);
    }
    out += '}';
}

void put_nodes(std::string& out, const std::vector<Node>& nodes) {
    out += '[';
    for (const auto& node : nodes) {
        if (&node != &nodes.front()) out += ',';
        put_node(out, node);
    }
    out += ']';
}

}  // namespace

std::string_view word(Role role) {
    switch (role) {
        case Role::Heading1:
            return "h1";
        case Role::Heading2:
            return "h2";
        case Role::Paragraph:
            return "p";
        case Role::Button:
            return "button";
        case Role::Link:
            return "a";
        case Role::Label:
            return "label";
        case Role::Field:
            return "input";
        case Role::Section:
            return "section";
        case Role::Group:
            return "div";
        case Role::Header:
            return "header";
        case Role::Footer:
            return "footer";
        case Role::List:
            return "ul";
        case Role::Item:
            return "li";
        case Role::Span:
            return "span";
        case Role::Timer:
            return "timer";
        case Role::Status:
            return "status";
        case Role::Alert:
            return "alert";
        case Role::Image:
            return "img";
        case Role::Spinner:
            return "spinner";
    }
    return "p";
}

std::string to_json(const Semantics& semantics) {
    std::string out = "{\"l\":";
    json::append_quoted(out, semantics.language);
    put_field(out, "t", semantics.title);
    out += ",\"q\":";
    json::append_quoted(out, semantics.query);
    put_field(out, "f", semantics.focus);
    out += ",\"n\":" + std::to_string(semantics.focus_serial) + ",\"y\":";
    put_number(out, semantics.height);
    out += ",\"c\":";
    put_nodes(out, semantics.nodes);
    out += '}';
    return out;
}

}  // namespace chukta::page
