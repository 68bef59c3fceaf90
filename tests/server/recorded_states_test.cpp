// The recorded states of the page (web/gallery/states.json) are views that the page can read.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "shared/wire.h"

namespace chukta {
namespace {

using Json = nlohmann::json;

Json recorded() {
    std::ifstream file{CHUKTA_SOURCE_DIR "/web/gallery/states.json"};
    return Json::parse(file, nullptr, false);
}

Json view_of(const Json& all, const std::string& name) {
    const Json& state = all.at("states").at(name);
    Json view = state.contains("from") ? view_of(all, state.at("from")) : all.at("order");
    if (!state.contains("view")) return view;
    if (state.at("view").is_null()) return nullptr;
    view.update(state.at("view"), true);
    return view;
}

TEST(RecordedState, IsAViewThatThePageReads) {
    const Json all = recorded();
    ASSERT_TRUE(all.is_object());
    for (const auto& [name, state] : all.at("states").items()) {
        const Json view = view_of(all, name);
        if (view.is_null()) continue;
        const auto read = wire::decode_order_view(view.dump());
        ASSERT_TRUE(read.has_value()) << name << ": " << view.dump();
        // A word that nobody knows is read as another one, so reading alone proves too little.
        EXPECT_EQ(Json::parse(wire::encode(*read)), view) << name;
    }
}

}  // namespace
}  // namespace chukta
