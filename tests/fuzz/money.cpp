#include "shared/money.h"

#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto money = chukta::Money::parse_rupees(chukta::fuzz::as_text(bytes, size));
    if (!money) return 0;
    expect(money->paise() >= 0 && money->paise() <= chukta::Money::kPaiseMax, "a sum is in range");
    expect(chukta::Money::parse_rupees(money->rupees()) == *money, "rupees read back");
    std::string ungrouped;
    for (const char c : money->display().substr(3)) {
        if (c != ',') ungrouped += c;
    }
    expect(ungrouped == money->rupees(), "grouping moves no digit");
    return 0;
}
