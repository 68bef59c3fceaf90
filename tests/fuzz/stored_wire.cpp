#include "server/stored_wire.h"

#include "server/rows.h"
#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

/// A column of our own tables, as a damaged or older database might hold it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text = chukta::fuzz::as_text(bytes, size);
    const auto items = chukta::stored::decode_items(text);
    if (!items.empty()) {
        const auto written = chukta::stored::encode_items(items);
        expect(
            chukta::stored::encode_items(chukta::stored::decode_items(written)) == written,
            "items read back"
        );
    }
    if (const auto prompt = chukta::stored::decode_prompt(text)) {
        const auto written = chukta::stored::encode_prompt(prompt);
        const auto again = chukta::stored::decode_prompt(written);
        expect(again.has_value(), "a prompt that was read can be written");
        expect(chukta::stored::encode_prompt(again) == written, "a prompt reads back");
    }
    return 0;
}
