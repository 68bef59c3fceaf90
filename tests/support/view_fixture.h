/// @file
/// Pages in a state, a View that draws them, and what is to be found in its frames.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/page_views.h"
#include "tests/support/plain_glyphs.h"
#include "web/view.h"

namespace chukta::page::testing {

/// A page in one state.
struct Case {
    std::string name;
    Page page;
};

using Deed = std::function<void(Desk&)>;

inline Case a_case(
    std::string name,
    const wire::OrderView& view,
    std::string_view agent = kPhone,
    const Deed& deed = {}
) {
    Desk desk;
    desk.open(view, agent);
    if (deed) deed(desk);
    return {std::move(name), std::move(desk.page)};
}

inline void each_node(
    const std::vector<Node>& nodes, const std::function<void(const Node&)>& visit
) {
    for (const auto& node : nodes) {
        visit(node);
        each_node(node.children, visit);
    }
}

inline bool is_control(const Node& node) {
    return node.role == Role::Button || node.role == Role::Link || node.role == Role::Field;
}

class ViewTest : public ::testing::Test {
protected:
    PlainGlyphs glyphs;
    View view{glyphs};
    Environment env;

    const Node* find(const Frame& frame, std::string_view id) {
        found_.reset();
        each_node(frame.semantics.nodes, [&](const Node& node) {
            if (node.id == id) found_ = node;
        });
        return found_ ? &*found_ : nullptr;
    }

private:
    std::optional<Node> found_;
};

}  // namespace chukta::page::testing
