// The fuzz targets that need the whole server, without a fuzzer and by any compiler: their seeds,
// and a fixed number of mutations of them, which are the same every time.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// Each target's LLVMFuzzerTestOneInput under a name of its own (tests/CMakeLists.txt).
extern "C" int fuzz_routes(const std::uint8_t* bytes, std::size_t size);
extern "C" int fuzz_webhook(const std::uint8_t* bytes, std::size_t size);

namespace {

using Target = int (*)(const std::uint8_t*, std::size_t);

std::vector<std::string> seeds_of(const std::string& name) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{CHUKTA_FUZZ_CORPUS "/" + name}) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> seeds;
    for (const auto& file : files) {
        std::ifstream stream{file, std::ios::binary};
        seeds.emplace_back(
            std::istreambuf_iterator<char>{stream}, std::istreambuf_iterator<char>{}
        );
    }
    return seeds;
}

/// A number below `end`; the standard's distributions differ between libraries.
std::size_t below(std::mt19937& random, std::size_t end) { return end == 0 ? 0 : random() % end; }

/// One small change: a byte, a piece lost, said twice, or taken from another seed.
void mutate(std::string& text, const std::string& other, std::mt19937& random) {
    const auto at = below(random, text.size());
    const auto count = 1 + below(random, 16);
    switch (below(random, 5)) {
        case 0:
            if (!text.empty()) text[at] = static_cast<char>(random());
            break;
        case 1:
            if (!text.empty()) text[at] = static_cast<char>(text[at] ^ (1 << below(random, 8)));
            break;
        case 2:
            text.erase(at, count);
            break;
        case 3:
            text.insert(at, text.substr(at, count));
            break;
        default:
            const auto from = below(random, other.size());
            text.insert(at, other.substr(from, count));
    }
}

void replay(const std::string& name, Target target, int mutations) {
    const auto feed = [&](const std::string& text) {
        target(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    };
    const auto seeds = seeds_of(name);
    ASSERT_FALSE(seeds.empty());
    for (const auto& seed : seeds) feed(seed);
    std::mt19937 random{1};
    for (int i = 0; i < mutations; ++i) {
        auto text = seeds[below(random, seeds.size())];
        const auto changes = 1 + below(random, 4);
        for (std::size_t n = 0; n < changes; ++n) {
            mutate(text, seeds[below(random, seeds.size())], random);
        }
        feed(text);
    }
}

// A broken promise ends the program; GoogleTest has printed the test's name before.
TEST(Replay, EveryRouteAnswersAnyRequestOnceAndTellsNoSecret) {
    replay("routes", &fuzz_routes, 3'000);
}

TEST(Replay, AnySignedWebhookIsKeptOnceAndAppliedAndPaysOnlyWhatItSays) {
    replay("webhook", &fuzz_webhook, 1'500);
}

}  // namespace
