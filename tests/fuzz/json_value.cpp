#include "shared/json_value.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/fuzz/fuzz.h"
#include "tests/support/same_json.h"

using chukta::fuzz::expect;

/// The verdict and the tree are those of nlohmann/json.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto text = chukta::fuzz::as_text(bytes, size);
    // The library skips a byte order mark, which RFC 8259 allows and we do not send.
    if (text.substr(0, 1) == "\xEF") return 0;
    // To the library a zero byte is the end of the text, whatever follows; to us it is no JSON.
    if (text.find('\0') != text.npos) return 0;
    // Depth is our own rule; the library has none.
    const auto ours = chukta::json::parse(text, 1'000);
    if (!ours && std::count_if(text.begin(), text.end(), [](char c) {
                     return c == '[' || c == '{';
                 }) > 1'000) {
        return 0;
    }
    auto theirs = nlohmann::json::parse(text, nullptr, false);
    // A number that no double holds is an error there and a number to be refused here.
    if (ours && theirs.is_discarded()) {
        expect(text.find_first_of("eE") != text.npos || size > 300, "what we read is JSON");
        return 0;
    }
    expect(ours.has_value() == !theirs.is_discarded(), "both say whether it is JSON");
    if (ours) expect(chukta::json::same(*ours, theirs), "both read the same");
    return 0;
}
