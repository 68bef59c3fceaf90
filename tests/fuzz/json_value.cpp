#include "shared/json_value.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;
using chukta::json::Value;

namespace {

bool same(const Value& ours, const nlohmann::json& theirs) {
    switch (ours.kind) {
        case Value::Kind::Null:
            return theirs.is_null();
        case Value::Kind::Boolean:
            return theirs.is_boolean() && theirs.get<bool>() == (ours.integer != 0);
        case Value::Kind::Integer:
            return theirs.is_number_integer() && theirs.get<std::int64_t>() == ours.integer;
        case Value::Kind::Fraction:
            // Beyond 64 signed bits the library keeps what we refuse everywhere.
            return theirs.is_number();
        case Value::Kind::Text:
            return theirs.is_string() && theirs.get_ref<const std::string&>() == ours.text;
        case Value::Kind::List: {
            if (!theirs.is_array() || theirs.size() != ours.values.size()) return false;
            for (std::size_t i = 0; i < ours.values.size(); ++i) {
                if (!same(ours.values[i], theirs[i])) return false;
            }
            return true;
        }
        case Value::Kind::Object: {
            if (!theirs.is_object()) return false;
            for (const auto& [name, value] : theirs.items()) {
                const Value* member = ours.member(name);
                if (member == nullptr ? !value.is_null() : !same(*member, value)) return false;
            }
            for (const auto& name : ours.names) {
                if (!theirs.contains(name)) return false;
            }
            return true;
        }
    }
    return false;
}

}  // namespace

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
    if (ours) expect(same(*ours, theirs), "both read the same");
    return 0;
}
