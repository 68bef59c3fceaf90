#include "server/html_nodes.h"

#include "http/text.h"
#include "shared/upi_uri.h"

namespace chukta {
namespace {

/// mirror.js, TAGS and ROLES.
std::string_view tag_of(std::string_view role) {
    if (role == "timer" || role == "img" || role == "spinner") return "div";
    if (role == "status" || role == "alert") return "p";
    return role;
}
std::string_view aria_role_of(std::string_view role) {
    if (role == "spinner") return "progressbar";
    if (role == "timer" || role == "status" || role == "alert" || role == "img") return role;
    return {};
}

}  // namespace

void HtmlNodes::attribute(std::string_view name, std::string_view value) {
    html_.append(" ").append(name).append("=\"").append(http::html_escape(value)).append("\"");
}

void HtmlNodes::start(
    std::string_view role, std::string_view id, std::string_view kind, TextLook look
) {
    html_.append("<").append(tag_of(role)).append(" id=\"c-").append(id).append("\"");
    std::string classes = "k " + std::string{role};
    if (!kind.empty()) classes.append(" ").append(kind);
    if (look.size != 0) classes += " s" + std::to_string(look.size);
    if (look.bold) classes += " b";
    if (look.centred) classes += " c";
    attribute("class", classes);
    if (const auto aria = aria_role_of(role); !aria.empty()) attribute("role", aria);
    // Where focus goes when what had it is gone.
    if (role == "h1" || role == "h2") attribute("tabindex", "-1");
}

void HtmlNodes::end(std::string_view role) { html_.append("</").append(tag_of(role)).append(">"); }

void HtmlNodes::open(
    std::string_view role, std::string_view id, std::string_view kind, std::string_view label
) {
    start(role, id, kind, {});
    if (!label.empty()) attribute("aria-label", label);
    html_ += ">";
}

void HtmlNodes::close(std::string_view role) { end(role); }

void HtmlNodes::text(
    std::string_view role,
    std::string_view id,
    std::string_view words,
    std::string_view kind,
    TextLook look,
    std::string_view label
) {
    start(role, id, kind, look);
    if (!label.empty()) attribute("aria-label", label);
    if (role == "label") attribute("for", "c-" + std::string{id.substr(0, id.rfind("-label"))});
    html_.append(">").append(http::html_escape(words));
    end(role);
}

void HtmlNodes::button(const ButtonNode& node) {
    const std::string_view role = node.href.empty() ? "button" : "a";
    start(role, node.id, node.kind, {node.size, node.kind.substr(0, 4) != "tile", true});
    if (node.expanded) attribute("aria-expanded", *node.expanded ? "true" : "false");
    if (node.disabled) attribute("aria-disabled", "true");
    if (!node.language.empty()) attribute("lang", node.language);
    if (!node.href.empty()) {
        // A disabled link stays where it is until the script holds its press back.
        if (!node.disabled) attribute("href", node.href);
        if (is_web_link(node.href) && node.id != "back") {
            attribute("target", "_blank");
            attribute("rel", "noopener");
        }
    } else if (node.disabled || node.form.form.empty()) {
        attribute("type", "button");
    } else {
        attribute("form", node.form.form);
        if (node.form.action.empty()) {
            attribute("name", node.form.name);
            attribute("value", node.form.value);
        } else {
            attribute("formaction", node.form.action);
        }
    }
    html_.append(">").append(http::html_escape(node.name));
    end(role);
}

void HtmlNodes::field(const FieldNode& node) {
    const std::string id{node.id};
    text("label", id + "-label", node.label, {}, {14, true});
    start("input", node.id, "field", {17});
    // Not type=email: that refuses a UPI ID without a dot, and has no selection in some browsers.
    html_ +=
        " type=\"text\" inputmode=\"email\" spellcheck=\"false\" autocapitalize=\"none\""
        " autocorrect=\"off\" autocomplete=\"off\" enterkeyhint=\"go\"";
    attribute("name", node.name);
    attribute("form", node.form);
    attribute("placeholder", node.hint);
    if (!node.value.empty()) attribute("value", node.value);
    if (!node.error.empty()) {
        attribute("aria-invalid", "true");
        attribute("aria-describedby", "c-" + id + "-error");
        html_ += " autofocus";
    }
    html_ += ">";
    if (!node.error.empty()) text("alert", id + "-error", node.error, "error", {14});
}

void HtmlNodes::ornament(std::string_view kind, std::string_view letters) {
    html_.append("<i class=\"").append(kind).append("\" aria-hidden=\"true\">");
    html_.append(http::html_escape(letters)).append("</i>");
}

void HtmlNodes::spinner(std::string_view id, std::string_view label) {
    start("spinner", id, "turning", {});
    attribute("aria-label", label);
    html_ += ">";
    end("spinner");
}

void HtmlNodes::image(
    std::string_view id,
    std::string_view kind,
    std::string_view label,
    int side,
    std::string_view picture
) {
    start("img", id, kind, {});
    attribute("aria-label", label);
    html_ += ">";
    if (side == 0) {
        html_ += "<img width=\"300\" alt=\"\"";
        attribute("src", picture);
        html_ += ">";
    } else {
        const auto edge = std::to_string(side);
        html_.append("<svg width=\"").append(std::to_string(4 * side));
        html_.append("\" viewBox=\"0 0 ").append(edge).append(" ").append(edge);
        html_ += "\" stroke=\"#000\" shape-rendering=\"crispEdges\" aria-hidden=\"true\"><path";
        attribute("d", picture);
        html_ += "/></svg>";
    }
    end("img");
}

}  // namespace chukta
