#include "shared/wire.h"
#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto view = chukta::wire::decode_order_view(chukta::fuzz::as_text(bytes, size));
    if (!view) return 0;
    const std::string text = encode(*view);
    const auto again = chukta::wire::decode_order_view(text);
    expect(again.has_value(), "a view that was read can be written");
    expect(encode(*again) == text, "a view reads back");
    return 0;
}
