#include "shared/wire.h"
#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text = chukta::fuzz::as_text(bytes, size);
    static_cast<void>(chukta::wire::decode_problem(text));
    const auto start = chukta::wire::decode_start_attempt(text);
    if (!start) {
        expect(!word(start.error()).empty(), "a refusal has a code");
        return 0;
    }
    expect(start->app.has_value() == (start->channel == chukta::Channel::Intent), "apps open apps");
    expect(start->vpa.has_value() == (start->channel == chukta::Channel::Collect), "IDs collect");
    const auto again = chukta::wire::decode_start_attempt(encode(*start));
    expect(again.has_value() && encode(*again) == encode(*start), "a start reads back");
    return 0;
}
