#include <gtest/gtest.h>

#include <string>

#include "shared/vpa.h"

namespace chukta {
namespace {

struct Row {
    const char* typed;
    const char* cleaned;
};

template <std::size_t kCount>
void expect_cleaned(const Row (&rows)[kCount]) {
    for (const Row& row : rows) {
        EXPECT_EQ(normalize_vpa(row.typed), row.cleaned) << row.typed;
        // What is shown back in the field must not change again when it is read.
        EXPECT_EQ(normalize_vpa(row.cleaned), row.cleaned) << row.typed;
    }
}

TEST(NormalizeVpa, DropsWhatNobodySees) {  // step 1
    constexpr Row kRows[] = {
        {"  asha@ybl\t\r\n", "asha@ybl"},
        {"asha\u200B@ybl", "asha@ybl"},
        {"\u202Aasha@ybl\u202C", "asha@ybl"},
        {"\u2068asha@ybl\u2069\u200F", "asha@ybl"},
        {"as\u00ADha@ybl", "asha@ybl"},
        {"\uFEFFasha@y\u2060bl", "asha@ybl"},
        {"\u00A0asha@ybl\u00A0", "asha@ybl"},
        {"ravi\u00A0kumar@oksbi", "ravi kumar@oksbi"},
        {"98765\u00A043210@ybl", "9876543210@ybl"},
    };
    expect_cleaned(kRows);
}

TEST(NormalizeVpa, MapsAtAndDigitsButNoLetters) {  // step 2
    constexpr Row kRows[] = {
        {"asha\uFF20ybl", "asha@ybl"},
        {"asha\uFE6Bybl", "asha@ybl"},
        {"९८७६५४३२१०@ybl", "9876543210@ybl"},  // Devanagari
        {"৯৮৭৬৫৪৩২১০@ybl", "9876543210@ybl"},  // Bengali
        {"੯੮੭੬੫੪੩੨੧੦@ybl", "9876543210@ybl"},  // Gurmukhi
        {"૯૮૭૬૫૪૩૨૧૦@ybl", "9876543210@ybl"},  // Gujarati
        {"୯୮୭୬୫୪୩୨୧୦@ybl", "9876543210@ybl"},  // Odia
        {"௯௮௭௬௫௪௩௨௧௦@ybl", "9876543210@ybl"},  // Tamil
        {"౯౮౭౬౫౪౩౨౧౦@ybl", "9876543210@ybl"},  // Telugu
        {"೯೮೭೬೫೪೩೨೧೦@ybl", "9876543210@ybl"},  // Kannada
        {"൯൮൭൬൫൪൩൨൧൦@ybl", "9876543210@ybl"},  // Malayalam
        {"٩٨٧٦٥٤٣٢١٠@ybl", "9876543210@ybl"},  // Arabic
        {"۹۸۷۶۵۴۳۲۱۰@ybl", "9876543210@ybl"},  // Urdu
        {"ash\u0430@ybl", "ash\u0430@ybl"},
        {"ａsha@ybl", "ａsha@ybl"},
    };
    expect_cleaned(kRows);
}

TEST(NormalizeVpa, TakesThePayeeOfALink) {  // step 3
    constexpr Row kRows[] = {
        {"upi://pay?pa=asha@ybl&pn=Asha&am=5", "asha@ybl"},
        {"UPI://pay?pn=Asha&pa=Asha%40YBL", "asha@ybl"},
        {" \"upi://pay?pa=asha%40ybl&tn=a%20b\", ", "asha@ybl"},
        {"upi://pay?pa=%20asha%40ybl%20", "asha@ybl"},
        {"upi://pay?pa=asha%E2%80%8B%40ybl", "asha@ybl"},
        // Once, never twice.
        {"upi://pay?pa=asha%2540ybl", "asha%40ybl"},
        // What cannot be read stays, so that the check can say so.
        {"upi://pay?pn=asha", "upi://pay?pn=asha"},
        {"upi://pay?pa=asha%4", "upi://pay?pa=asha%4"},
        {"upi://pay?pa=a%40ybl&pa=b%40ybl", "upi://pay?pa=a%40ybl&pa=b%40ybl"},
        {"https://x.example/?pa=asha@ybl", "https://x.example/?pa=asha@ybl"},
    };
    expect_cleaned(kRows);
}

TEST(NormalizeVpa, DropsLabelsAndSurroundings) {  // step 4
    constexpr Row kRows[] = {
        {"UPI ID: asha@oksbi", "asha@oksbi"},
        {"UPI ID : asha@oksbi", "asha@oksbi"},
        {"upi id asha@oksbi", "asha@oksbi"},
        {"UPI-ID = asha@oksbi", "asha@oksbi"},
        {"UPIID:asha@oksbi", "asha@oksbi"},
        {"UPI: asha@oksbi", "asha@oksbi"},
        {"VPA - asha@oksbi", "asha@oksbi"},
        {"VPA– asha@oksbi", "asha@oksbi"},
        {"vpa asha@oksbi", "asha@oksbi"},
        {"VPA ID: \"asha@oksbi\".", "asha@oksbi"},
        {"\"asha@oksbi\"", "asha@oksbi"},
        {"“asha@oksbi”", "asha@oksbi"},
        {"'asha@oksbi',", "asha@oksbi"},
        {"(asha@oksbi)", "asha@oksbi"},
        {"<asha@oksbi>.", "asha@oksbi"},
        {"[asha@oksbi]", "asha@oksbi"},
        {",asha@oksbi,", "asha@oksbi"},
        {"asha@oksbi.", "asha@oksbi"},
        {"UPI ID:", ""},
        // A name that begins like a label is a name.
        {"vpa@ybl", "vpa@ybl"},
        {"upi@ybl", "upi@ybl"},
        {"upi-asha@ybl", "upi-asha@ybl"},
        {"vpa-asha@ybl", "vpa-asha@ybl"},
        {"upiid@ybl", "upiid@ybl"},
        {"vpashop@ybl", "vpashop@ybl"},
        {".asha@ybl", ".asha@ybl"},
    };
    expect_cleaned(kRows);
}

TEST(NormalizeVpa, JoinsNumbersButNeverNames) {  // step 5
    constexpr Row kRows[] = {
        {"asha @ ybl", "asha@ybl"},
        {"asha @ybl", "asha@ybl"},
        {"asha@  ybl", "asha@ybl"},
        {"98765 43210@ybl", "9876543210@ybl"},
        {"98765 43210 @ ybl", "9876543210@ybl"},
        {"+91 98765 43210@ybl", "+919876543210@ybl"},
        {"98765 43210", "9876543210"},
        {"ravi kumar@oksbi", "ravi kumar@oksbi"},
        {"ravi 2@oksbi", "ravi 2@oksbi"},
        {"asha@ok sbi", "asha@ok sbi"},
        {"98765 43210@y bl", "9876543210@y bl"},
    };
    expect_cleaned(kRows);
}

TEST(NormalizeVpa, LowersEnglishLetters) {  // step 6
    constexpr Row kRows[] = {
        {"ASHA@OKSBI", "asha@oksbi"},
        {"Ravi.Kumar@okHDFCbank", "ravi.kumar@okhdfcbank"},
        {"Ä@ybl", "Ä@ybl"},
    };
    expect_cleaned(kRows);
}

TEST(NormalizeVpa, LeavesBytesThatAreNotUtf8) {
    for (const char* bytes : {
             "asha\xFF@ybl",
             "asha\xE0\xA5@ybl",
             "asha\xC0\x80@ybl",
             "asha@ybl\xE0",
             "\xF0\x9F\x98",
             "\x80",
         }) {
        EXPECT_EQ(normalize_vpa(bytes), bytes);
        EXPECT_EQ(Vpa::parse(bytes).error(), VpaError::NonAscii);
    }
}

}  // namespace
}  // namespace chukta
