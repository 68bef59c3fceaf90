// docs/api/openapi.yaml describes exactly the routes there are, the fields they answer with, and
// the codes they refuse with.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "server/api_wire.h"
#include "shared/wire.h"
#include "tests/support/edge_builders.h"

namespace chukta {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

const fs::path kRoot = CHUKTA_SOURCE_DIR;

std::string text_of(const fs::path& file) {
    std::ifstream stream{file};
    EXPECT_TRUE(stream) << file;
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// The keys of block mappings, joined by '/', and the items of block lists as "path/-item": enough
/// of YAML for a file of our own.
std::set<std::string> paths_of(const std::string& yaml) {
    std::set<std::string> paths;
    std::vector<std::pair<std::size_t, std::string>> open;
    std::istringstream lines{yaml};
    for (std::string line; std::getline(lines, line);) {
        const auto indent = line.find_first_not_of(' ');
        if (indent == std::string::npos || line[indent] == '#') continue;
        const auto content = line.substr(indent);
        while (!open.empty() && open.back().first >= indent) open.pop_back();
        const auto above = open.empty() ? std::string{} : open.back().second + "|";
        if (content.starts_with("- ")) {
            paths.insert(above + "-" + content.substr(2));
            continue;
        }
        const auto colon = content.find(':');
        if (colon == std::string::npos) continue;
        open.emplace_back(indent, above + content.substr(0, colon));
        paths.insert(open.back().second);
    }
    return paths;
}

/// What stands directly below a path.
std::set<std::string> below(const std::set<std::string>& paths, const std::string& path) {
    std::set<std::string> names;
    for (const auto& name : paths) {
        if (!name.starts_with(path + "|")) continue;
        const auto rest = name.substr(path.size() + 1);
        if (rest.find('|') == std::string::npos) names.insert(rest);
    }
    return names;
}

const std::set<std::string>& document() {
    static const auto paths = paths_of(text_of(kRoot / "docs/api/openapi.yaml"));
    return paths;
}

std::set<std::string> keys_of(const std::string& text) {
    std::set<std::string> keys;
    const auto object = json::parse(text);
    for (const auto& item : object.items()) keys.insert(item.key());
    return keys;
}

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
    testing::FrontDoor door;
    std::set<std::string> routes;
    for (const auto& [method, pattern] : door.front().router().routes()) {
        routes.insert(method + " " + pattern);
    }
    std::set<std::string> described;
    for (const auto& path : below(document(), "paths")) {
        for (std::string method : below(document(), "paths|" + path)) {
            if (method == "parameters") continue;
            for (char& c : method) c = static_cast<char>(std::toupper(c));
            described.insert(method + " " + path);
        }
    }
    EXPECT_EQ(described, routes);
    EXPECT_GE(routes.size(), 15U);
}

TEST(OpenApi, NamesTheFieldsOfEveryAnswer) {
    const auto fields = [](const std::string& schema) {
        return below(document(), "components|schemas|" + schema + "|properties");
    };
    ShopOrder order;
    order.attempts.emplace_back();
    order.refunds.emplace_back();
    const auto shop_order = api_wire::encode(order, "https://pay.example.in");
    EXPECT_EQ(fields("ShopOrder"), keys_of(shop_order));
    EXPECT_EQ(fields("ShopAttempt"), keys_of(json::parse(shop_order)["attempts"][0].dump()));
    EXPECT_EQ(fields("ShopRefund"), keys_of(json::parse(shop_order)["refunds"][0].dump()));
    EXPECT_EQ(fields("ShopOrderPage"), keys_of(api_wire::encode(ShopOrderPage{}, "")));

    wire::OrderView view;
    view.attempt = wire::AttemptView{};
    const auto page = wire::encode(view);
    EXPECT_EQ(fields("OrderView"), keys_of(page));
    EXPECT_EQ(fields("AttemptView"), keys_of(json::parse(page)["attempt"].dump()));
    EXPECT_EQ(fields("Message"), keys_of(json::parse(page)["message"].dump()));
    wire::StartAttempt start;
    start.app = UpiApp::GooglePay;
    start.vpa = Vpa::parse("asha@okaxis").value();
    start.replaces = 1;
    EXPECT_EQ(fields("StartAttempt"), keys_of(wire::encode(start)));
    EXPECT_EQ(fields("Problem"), keys_of(wire::encode(wire::Problem{})));
}

/// Every code that stands in the edge's sources, and every word of an error enum.
std::set<std::string> codes_in_sources() {
    std::set<std::string> codes;
    const std::regex in_problem{R"re(problem\(\s*(?:\d+|status),\s*"([a-z_]+)")re"};
    const std::regex in_field{R"re(FieldError(?: k\w+)?\{\s*"([a-z_]+)")re"};
    for (const auto* name :
         {"api_wire.cpp",
          "edge.cpp",
          "json_request.cpp",
          "problem.cpp",
          "readiness_question.cpp",
          "routes_page.cpp",
          "routes_polls.cpp",
          "routes_service.cpp",
          "routes_shop.cpp"}) {
        const auto text = text_of(kRoot / "server" / name);
        for (const auto& pattern : {in_problem, in_field}) {
            for (std::sregex_iterator at{text.begin(), text.end(), pattern}, end; at != end; ++at) {
                codes.insert((*at)[1]);
            }
        }
    }
    for (int i = 0; i <= static_cast<int>(ShopError::CursorInvalid); ++i) {
        codes.emplace(word(static_cast<ShopError>(i)));
    }
    for (int i = 0; i <= static_cast<int>(RefundError::RefundsExhausted); ++i) {
        codes.emplace(word(static_cast<RefundError>(i)));
    }
    for (int i = 0; i <= static_cast<int>(StartError::AttemptNotFound); ++i) {
        codes.emplace(word(static_cast<StartError>(i)));
    }
    for (int i = 0; i <= static_cast<int>(wire::StartAttemptError::DeviceInvalid); ++i) {
        codes.emplace(wire::word(static_cast<wire::StartAttemptError>(i)));
    }
    return codes;
}

TEST(OpenApi, ListsEveryCode) {
    std::set<std::string> described;
    for (const auto& item : below(document(), "components|schemas|Problem|properties|code|enum")) {
        described.insert(item.substr(1));
    }
    EXPECT_EQ(described, codes_in_sources());
}

}  // namespace
}  // namespace chukta
