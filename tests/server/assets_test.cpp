// The page's files: the right bytes under the right name, and nothing else of the machine.
#include "server/assets.h"

#include <gtest/gtest.h>

#include "tests/support/edge_builders.h"

namespace chukta {
namespace {

using testing::ScratchFolder;

class AssetsTest : public ::testing::Test {
protected:
    AssetsTest() {
        folder.write("index.html", "<html>");
        folder.write("secret.txt", "outside of assets");
        folder.write("assets/page.0123abcd.wasm", "plain wasm");
        folder.write("assets/page.0123abcd.wasm.br", "br wasm");
        folder.write("assets/page.0123abcd.wasm.gz", "gz wasm");
        folder.write("assets/js/host.js", "host");
        folder.write("assets/page.wasm.map", "for developers");
        assets = Assets::load(folder.path());
    }
    std::string header(const http::Response& response, const char* name) {
        return std::string{response.headers.find(name).value_or("")};
    }
    ScratchFolder folder;
    std::optional<Assets> assets;
};

TEST_F(AssetsTest, ServesTheBestEncodingTheClientTakes) {
    struct Row {
        const char* accept;
        const char* body;
        const char* coding;
    };
    constexpr Row kRows[] = {
        {"gzip, deflate, br", "br wasm", "br"},
        {"gzip", "gz wasm", "gzip"},
        {"br;q=0, gzip", "gz wasm", "gzip"},
        {"*", "br wasm", "br"},
        {"*, br;q=0.0", "gz wasm", "gzip"},
        {"identity", "plain wasm", ""},
        {"", "plain wasm", ""},
        {"brotli, gzipped", "plain wasm", ""},
    };
    for (const auto& row : kRows) {
        const auto found = assets->find("page.0123abcd.wasm", row.accept, "");
        ASSERT_TRUE(found);
        EXPECT_EQ(found->content(), row.body) << row.accept;
        EXPECT_EQ(header(*found, "Content-Encoding"), row.coding) << row.accept;
        EXPECT_EQ(header(*found, "Vary"), "Accept-Encoding");
        EXPECT_EQ(header(*found, "Content-Type"), "application/wasm");
    }
}

TEST_F(AssetsTest, AHashedNameMayBeKeptForever) {
    const auto hashed = assets->find("page.0123abcd.wasm", "", "");
    EXPECT_EQ(header(*hashed, "Cache-Control"), "public, max-age=31536000, immutable");
    const auto plain = assets->find("js/host.js", "", "");
    EXPECT_EQ(header(*plain, "Cache-Control"), "no-cache");
    EXPECT_EQ(header(*plain, "Content-Type"), "text/javascript; charset=utf-8");
    const auto again = assets->find("js/host.js", "", header(*plain, "ETag"));
    EXPECT_EQ(again->status, 304);
    EXPECT_EQ(again->content(), "");
    EXPECT_EQ(assets->find("js/host.js", "", "\"other\"")->status, 200);
}

TEST_F(AssetsTest, KnowsNothingOutsideOfItsFolder) {
    for (const auto* name :
         {"../secret.txt",
          "secret.txt",
          "..",
          "",
          "index.html",
          "page.wasm.map",
          "page.0123abcd.wasm.br",
          "js/../js/host.js",
          "/etc/passwd",
          "JS/host.js"}) {
        EXPECT_FALSE(assets->find(name, "", "")) << name;
    }
}

TEST_F(AssetsTest, ReadsFilesBesideTheTemplateWhenThereIsNoAssetsFolder) {
    const ScratchFolder flat;
    flat.write("index.html", "<html>");
    flat.write("page.js", "flat");
    const auto loaded = Assets::load(flat.path());
    EXPECT_EQ(loaded.find("page.js", "", "")->content(), "flat");
    EXPECT_FALSE(loaded.find("index.html", "", "")) << "a template is not a file to serve";
}

TEST_F(AssetsTest, RefusesToStartWithoutAPage) {
    const ScratchFolder empty;
    EXPECT_THROW(Assets::load(empty.path()), std::runtime_error);
}

}  // namespace
}  // namespace chukta
