/// @file
/// A browser without scripts at the real front door: what it holds, presses and is answered.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "http/text.h"
#include "tests/support/edge_builders.h"
#include "tests/support/html_tree.h"

namespace chukta::testing {

constexpr const char* kFormType = "application/x-www-form-urlencoded";
using Fields = std::map<std::string, std::string>;

inline std::string encoded(const Fields& fields) {
    std::string body;
    for (const auto& [name, value] : fields) {
        if (!body.empty()) body += '&';
        body += http::percent_encode(name) + "=" + http::percent_encode(value);
    }
    return body;
}

/// A page as a browser without scripts holds it.
struct Paper {
    std::vector<HtmlElement> elements;

    const HtmlElement* find(const std::string& id) const {
        for (const auto& one : elements) {
            if (one.of("id") == id) return &one;
        }
        return nullptr;
    }
    std::string words(const std::string& id) const {
        const auto* one = find(id);
        return one == nullptr ? "" : one->text;
    }
    /// What a press of this button sends, and where to.
    std::pair<std::string, Fields> press(const std::string& id, const std::string& upi_id = {})
        const {
        const auto* button = find("c-" + id);
        EXPECT_NE(button, nullptr) << id;
        if (button == nullptr) return {};
        EXPECT_NE(button->of("type"), "button") << id;
        const auto form = button->of("form");
        Fields fields;
        if (button->has("name")) fields.emplace(button->of("name"), button->of("value"));
        for (const auto& one : elements) {
            if (one.of("type") == "hidden" && one.inside_of == form) {
                fields.emplace(one.of("name"), one.of("value"));
            }
        }
        if (form == "pay-form") fields["upi-id"] = upi_id;
        const bool elsewhere = button->has("formaction");
        return {elsewhere ? button->of("formaction") : find(form)->of("action"), fields};
    }
};

/// Customer asha's browser, with a session for ord_0001 and without scripts.
class FormTest : public ::testing::Test {
protected:
    FormTest() {
        door.create_order();
        cookie = door.open_session();
    }

    http::ClientResponse get(const std::string& target = "/pay/ord_0001") {
        return door.ask("GET", target, {{"Cookie", cookie}, {"User-Agent", agent}});
    }
    Paper paper(const std::string& target = "/pay/ord_0001") {
        const auto answer = get(target);
        EXPECT_EQ(answer.status, 200) << target;
        return {read_html(answer.body)};
    }
    http::ClientResponse post(const std::string& target, const Fields& fields) {
        return door.ask(
            "POST",
            target,
            {{"Cookie", cookie},
             {"Origin", "https://pay.chai.in"},
             {"User-Agent", agent},
             {"Content-Type", kFormType}},
            encoded(fields)
        );
    }
    http::ClientResponse press(
        const Paper& on, const std::string& id, const std::string& upi_id = {}
    ) {
        const auto [target, fields] = on.press(id, upi_id);
        return post(target, fields);
    }
    /// The attempts that the shop would be told of.
    std::vector<ShopAttempt> attempts() {
        return door.engine().orders().find(OrderId{"ord_0001"})->attempts;
    }

    FrontDoor door;
    std::string cookie;
    std::string agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36";
};

}  // namespace chukta::testing
