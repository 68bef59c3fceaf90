/// @file
/// The page as nodes: what a control is, what it is called, where it lies. js/mirror.js makes real
/// DOM elements of them, which take every click, key and reader; the canvas only shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chukta::page {

enum class Role {
    Heading1,
    Heading2,
    Paragraph,
    Button,
    Link,
    Label,
    Field,
    Section,
    Group,
    Header,
    Footer,
    List,
    Item,
    Span,
    Timer,
    Status,  ///< spoken politely when it changes
    Alert,   ///< spoken at once
    Image,
    Spinner,
};
/// "h1" "button" ...: what js/mirror.js calls it.
std::string_view word(Role role);

struct Box {
    float x = 0, y = 0, width = 0, height = 0;  ///< css px from the page's corner
};

enum class Align { Left, Centre, Right };

struct Node {
    /// Bits of `state`.
    enum : unsigned {
        kDisabled = 1,
        kInvalid = 2,
        kExpanded = 4,
        kCollapsed = 8,
        kNewTab = 16,
    };

    std::string id;
    Role role = Role::Paragraph;
    std::string name;           ///< its text; of a section or image: its label
    std::string label;          ///< aria-label, where the text alone does not say it
    std::string kind;           ///< how the style sheet shows it when the nodes are the page
    std::string href;           ///< of a link
    std::string value;          ///< of a field
    std::string hint;           ///< placeholder
    std::string_view language;  ///< "hi" "en" of its words, where they are not in the page's
    std::string described_by;   ///< id of the node that says what is wrong
    std::string picture;        ///< of an image: "<side> <svg path>" or a data: URI
    unsigned state = 0;
    Box box;
    float radius = 0;     ///< css px; the focus ring follows it
    float font_size = 0;  ///< css px
    bool bold = false;
    Align align = Align::Left;
    std::vector<Node> children;
};

/// The tree of one frame.
struct Semantics {
    std::string language;
    std::string title;
    std::string query;     ///< of the address
    std::string focus;     ///< this control gets focus ...
    int focus_serial = 0;  ///< ... when this has changed
    float height = 0;      ///< css px
    std::vector<Node> nodes;
};

/// Compact JSON. Equal trees give equal text, so that comparing tells whether to send it.
std::string to_json(const Semantics& semantics);

}  // namespace chukta::page
