/// @file
/// Elements as web/js/mirror.js makes them of the page's semantic nodes: the same ids, roles, names
/// and classes, so that the module finds them and takes them over. A test holds the two against
/// each other (tests/server/first_paint_test.cpp). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chukta {

/// How a text looks before the module has placed it: css px, as web/widgets.h's TextStyle.
struct TextLook {
    int size = 0;  ///< 0: the style sheet's own
    bool bold = false;
    bool centred = false;
};

/// What a button does while there is no script: a field of one of the page's forms.
struct ButtonForm {
    std::string_view form = {};  ///< id of the form; empty: nothing without a script
    std::string_view name = {};
    std::string value = {};
    std::string action = {};  ///< where it goes, instead of a name and a value
};

struct ButtonNode {
    std::string_view id;
    std::string name;
    std::string_view kind;
    std::string href = {};  ///< a link instead of a button
    bool disabled = false;
    std::optional<bool> expanded = {};
    int size = 16;
    std::string_view language = {};  ///< of its name, where that is not the page's
    ButtonForm form = {};
};

struct FieldNode {
    std::string_view id;
    std::string label;
    std::string value;
    std::string hint;
    std::string error;
    std::string_view form;
    std::string_view name;
};

class HtmlNodes {
public:
    /// role: a word of web/semantics.h's Role that is an element with children.
    void open(
        std::string_view role,
        std::string_view id,
        std::string_view kind = {},
        std::string_view label = {}
    );
    void close(std::string_view role);

    void text(
        std::string_view role,
        std::string_view id,
        std::string_view words,
        std::string_view kind = {},
        TextLook look = {},
        std::string_view label = {}
    );
    void button(const ButtonNode& node);
    /// With its label and, if there is one, its error.
    void field(const FieldNode& node);
    void spinner(std::string_view id, std::string_view label);
    /// picture: an SVG path within side × side, or a data: URI when side is 0.
    void image(
        std::string_view id,
        std::string_view kind,
        std::string_view label,
        int side,
        std::string_view picture
    );

    /// What the canvas paints without a node: seen, never read out, and gone when the module draws.
    void ornament(std::string_view kind, std::string_view letters);

    std::string take() { return std::move(html_); }

private:
    void start(std::string_view role, std::string_view id, std::string_view kind, TextLook look);
    void attribute(std::string_view name, std::string_view value);
    void end(std::string_view role);

    std::string html_;
};

}  // namespace chukta
