#include "server/stored_wire.h"

#include "tests/fuzz/fuzz.h"

using chukta::StoredItems;
using chukta::StoredPrompt;
using chukta::fuzz::expect;

/// A column of our own tables, as a damaged or older database might hold it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string text{chukta::fuzz::as_text(bytes, size)};
    const auto items = StoredItems::of_table(text).read();
    if (!items.empty()) {
        const StoredItems written{items};
        expect(StoredItems{written.read()}.text() == written.text(), "items read back");
    }
    if (const auto prompt = StoredPrompt::of_table(text).read()) {
        const StoredPrompt written{*prompt};
        const auto again = written.read();
        expect(again.has_value(), "a prompt that was read can be written");
        expect(StoredPrompt{*again}.text() == written.text(), "a prompt reads back");
    }
    return 0;
}
