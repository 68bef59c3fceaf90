#include "server/cashfree/wire_value.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "server/cashfree/wire_fields.h"

namespace chukta::cashfree {
namespace {

/// The value of `{"v":<json>}`; null when the text is no JSON.
const Value& value_of(const std::string& json) {
    static const Value kNull;
    static std::optional<Document> read;  // a value is its document's
    read = parse_json("{\"v\":" + json + "}");
    return read ? (*read)->member("v") : kNull;
}

TEST(CashfreeJson, KeepsTheTextOfNumbers) {
    for (const char* number :
         {"170.00",
          "0.29",
          "5",
          "1e2",
          "1.0E+2",
          "-3",
          "1457662411918550528",
          "18446744073709551615",
          "99999999999999999999999999"}) {
        EXPECT_EQ(value_of(number).number().value_or("none"), number);
    }
}

TEST(CashfreeJson, ReadsNothingOutOfTextsThatAreNoJson) {
    for (const char* text :
         {"",
          " ",
          "<html>",
          "{",
          "{}}",
          "{'a':1}",
          "{\"a\":01}",
          "{\"a\":1,}",
          "[1 2]",
          "nul",
          "{\"a\":\"\xff\"}",
          "{\"abc\":\"\xff\"}",
          "{\"a\":\"\n\"}",
          "{\"a\":1e999999}"}) {
        EXPECT_FALSE(parse_json(text)) << text;
    }
    EXPECT_FALSE(parse_json(std::string("{}\0{}", 5)));
}

TEST(CashfreeJson, RefusesAControlCharacterWhereverItStandsInAString) {
    for (char control = 0; control < ' '; ++control) {
        for (std::size_t at = 0; at < 40; ++at) {
            std::string text = "[\"" + std::string(40, 'a') + "\"]";
            text[2 + at] = control;
            EXPECT_FALSE(parse_json(text)) << int{control} << " at " << at;
        }
    }
}

TEST(CashfreeJson, ReadsStringsOfAnyLengthAsTheyWereMeant) {
    for (std::size_t length = 0; length < 40; ++length) {
        const std::string plain(length, 'a');
        EXPECT_EQ(value_of('"' + plain + '"').string(), plain);
        EXPECT_EQ(
            value_of('"' + plain + R"(\u20b9\"\ud83d\ude00)" + plain + '"').string(),
            plain + "\xe2\x82\xb9\"\xf0\x9f\x98\x80" + plain
        );
        EXPECT_EQ(
            value_of('"' + plain + "\xe2\x82\xb9" + plain + '"').string(),
            plain + "\xe2\x82\xb9" + plain
        );
    }
}

TEST(CashfreeJson, IsBoundedInDepthAndSize) {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']');
    };
    EXPECT_TRUE(parse_json(nested(32)));
    EXPECT_FALSE(parse_json(nested(33)));
    EXPECT_FALSE(parse_json(nested(100'000)));

    std::string many = "[0";
    for (int i = 0; i < 99'998; ++i) many += ",0";
    EXPECT_TRUE(parse_json(many + "]"));
    EXPECT_FALSE(parse_json(many + ",0]"));
}

TEST(CashfreeJson, ReadsAMemberThatIsThereTwiceAsNull) {
    const auto root = parse_json(R"({"a":1,"b":2,"a":3})");
    ASSERT_TRUE(root);
    EXPECT_EQ((*root)->member("a").kind(), Value::Kind::Null);
    EXPECT_EQ((*root)->member("b").number(), "2");
}

TEST(CashfreeJson, ReadsMembersOfWhatIsNoObjectAsNull) {
    for (const char* json : {"1", "\"x\"", "[1]", "null", "true"}) {
        EXPECT_EQ(value_of(json).member("a").member("b").kind(), Value::Kind::Null) << json;
    }
    for (const char* json : {"1", "\"x\"", "{\"a\":1}", "null", "true"}) {
        EXPECT_TRUE(value_of(json).elements().empty()) << json;
    }
}

TEST(CashfreeJson, PassesOverWhatIsInsideAnotherValue) {
    const auto& root = value_of(R"({"a":{"b":"inner","c":[{"b":"innermost"},[]]},"b":"outer"})");
    EXPECT_EQ(root.member("b").string(), "outer");
    EXPECT_EQ(root.member("a").member("b").string(), "inner");
    EXPECT_EQ(root.member("c").kind(), Value::Kind::Null);
    std::string kinds;
    for (const Value& element : value_of(R"([[1,[2]],{"a":[3]},4,[],"5"])").elements()) {
        kinds += element.is_array()    ? 'a'
                 : element.is_object() ? 'o'
                 : element.number()    ? 'n'
                                       : 's';
    }
    EXPECT_EQ(kinds, "aonas");
}

TEST(CashfreeJson, QuotesTextsSoThatTheyReadBack) {
    for (const std::string text :
         {"", "plain", "say \"hi\"", "back\\slash", "line\nand\ttab", "नमस्ते", "a/b&c"}) {
        EXPECT_EQ(value_of(quote_json(text)).string().value_or("none"), text);
    }
    EXPECT_EQ(value_of(quote_json("a\xff")).string().value_or("none"), "a\xEF\xBF\xBD");
}

TEST(CashfreeMoney, IsReadExactlyFromTheNumbersText) {
    struct Row {
        const char* json;
        std::int64_t paise;
    };
    constexpr Row kRows[] = {
        {"0.29", 29},
        {"170.00", 17'000},
        {"5.00", 500},
        {"5", 500},
        {"200.5", 20'050},
        {"1.20", 120},
        {"0", 0},
        {"4.35", 435},
        {"1.10", 110},
        {"170.000", 17'000},
        {"9999999.99", 999'999'999},
        {"9999999999999.99", 999'999'999'999'999},
        {"1e2", 10'000},
        {"1E+2", 10'000},
        {"1.5e1", 1'500},
        {"2e-1", 20},
        {"29e-2", 29},
        {"0.0029e2", 29},
        {"100000e-5", 100},
        {"0e30", 0},
        {"\"200.12\"", 20'012},
        {"\"1\"", 100},
    };
    for (const auto& row : kRows) {
        const auto money = read_money(value_of(row.json));
        ASSERT_TRUE(money) << row.json;
        EXPECT_EQ(money->paise(), row.paise) << row.json;
    }
}

TEST(CashfreeMoney, IsNothingWhenItIsNoSumOfPaise) {
    for (const char* json :
         {"1.005",
          "0.001",
          "1e-3",
          "29e-3",
          "-1",
          "-0.29",
          "-0.0",
          "1e30",
          "1e31",
          "1e-31",
          "1e999999999999",
          "10000000000000.01",
          "99999999999999999999",
          "null",
          "true",
          "[]",
          "{}",
          "\"\"",
          "\"1e2\"",
          "\" 1\"",
          "\"-1\"",
          "\"1,000\"",
          "\"₹5\""}) {
        EXPECT_FALSE(read_money(value_of(json))) << json;
    }
}

TEST(CashfreeId, IsTheSameAsTextAndAsNumber) {
    EXPECT_EQ(read_id(value_of("1457662411918550528")), "1457662411918550528");
    EXPECT_EQ(read_id(value_of("\"1457662411918550528\"")), "1457662411918550528");
    EXPECT_EQ(read_id(value_of("9007199254740993")), "9007199254740993");
    EXPECT_EQ(read_id(value_of("99999999999999999999999")), "99999999999999999999999");
    EXPECT_EQ(read_id(value_of("\"order_Ab-9\"")), "order_Ab-9");
}

TEST(CashfreeId, IsEmptyWhenItIsNone) {
    const std::string too_long = "\"" + std::string(65, '1') + "\"";
    for (const std::string json :
         {"null",
          "true",
          "{}",
          "[1]",
          "\"\"",
          "\" \"",
          "-1",
          "1.5",
          "1e18",
          "\"a b\"",
          "\"a/b\"",
          "\"\\u0000\"",
          "\"नम\"",
          too_long.c_str()}) {
        EXPECT_EQ(read_id(value_of(json)), "") << json;
    }
}

TEST(CashfreeWord, IsPrintableAndBounded) {
    EXPECT_EQ(read_word(value_of("\"SUCCESS\""), 7), "SUCCESS");
    EXPECT_EQ(read_word(value_of("\"SUCCESS\""), 6), "");
    EXPECT_EQ(read_word(value_of("\"A\\nB\""), 6), "");
    EXPECT_EQ(read_word(value_of("\"é\""), 6), "");
    EXPECT_EQ(read_word(value_of("1"), 6), "");
}

TEST(CashfreeBankReference, IsEmptyForTheirWordsForNothing) {
    EXPECT_EQ(read_bank_reference(value_of("\"606012345678\"")), "606012345678");
    EXPECT_EQ(read_bank_reference(value_of("606012345678")), "606012345678");
    for (const char* json : {"null", "\"NA\"", "\"null\"", "\"\"", "{}", "\"a b\""}) {
        EXPECT_EQ(read_bank_reference(value_of(json)), "") << json;
    }
}

TEST(CashfreeTime, IsReadWithItsOffset) {
    EXPECT_EQ(read_time(value_of("\"2026-03-01T10:00:00+05:30\"")), 1'772'339'400'000);
    EXPECT_EQ(read_time(value_of("\"2026-03-01T04:30:05.123Z\"")), 1'772'339'405'123);
    for (const char* json : {"null", "\"\"", "\"2026-03-01 10:00:00\"", "1772339400", "{}"}) {
        EXPECT_FALSE(read_time(value_of(json))) << json;
    }
}

}  // namespace
}  // namespace chukta::cashfree
