#include "server/qr_image.h"

#include <gtest/gtest.h>

#include <string>

#include "shared/limits.h"
#include "tests/support/qr_png.h"

namespace chukta {
namespace {

constexpr std::string_view kUpiLink =
    "upi://pay?pa=shop.cf@icici&pn=Asha%20Stores&tr=ATC4021557719&am=5.00&cu=INR&mode=00"
    "&purpose=00&mc=5732&tn=Order%20ord_0001";

/// The code's bytes, or the name of the failure.
std::string read(std::string_view png) {
    const auto text = read_qr_png(png);
    if (text) return *text;
    return text.error() == QrImageError::NotAnImage ? "(not an image)" : "(no code)";
}

TEST(QrImage, GivesBackTheTextByteForByte) {
    std::string every_byte;
    for (int byte = 1; byte < 256; ++byte) every_byte += static_cast<char>(byte);
    for (const std::string& text :
         {std::string{kUpiLink},
          std::string{"x"},
          std::string{"0123456789"},
          std::string{"HTTPS://PAY.EXAMPLE/A-B"},
          std::string{"नमस्ते ₹5"},
          std::string{"caf\xE9 latin-1"},
          std::string{"\xEF\xBB\xBFwith a byte order mark"},
          std::string{"a\0b", 3},
          every_byte,
          std::string(600, '%'),
          std::string(2048, 'a')}) {
        EXPECT_EQ(read(png_of(qr_picture(text))), text);
    }
}

TEST(QrImage, ReadsEveryFormOfPng) {
    for (const PngForm form :
         {PngForm::OneBitPalette, PngForm::Grey, PngForm::Rgb, PngForm::RgbaTransparentPaper}) {
        EXPECT_EQ(read(png_of(qr_picture(kUpiLink), form)), kUpiLink) << static_cast<int>(form);
    }
}

TEST(QrImage, ReadsSmallModulesAndMissingBorders) {
    for (const unsigned scale : {1U, 2U, 3U, 5U, 10U}) {
        for (const unsigned border : {0U, 1U, 4U}) {
            const auto picture =
                qr_picture(kUpiLink, {.pixels_per_module = scale, .border_modules = border});
            EXPECT_EQ(read(png_of(picture)), kUpiLink) << scale << " " << border;
        }
    }
}

TEST(QrImage, HasNoCodeWhenThePictureHasNone) {
    EXPECT_EQ(read(png_of(blank_picture(320, 320))), "(no code)");
    EXPECT_EQ(read(png_of(blank_picture(1, 1))), "(no code)");
    EXPECT_EQ(read(png_of(blank_picture(2048, 1))), "(no code)");
    Picture stripes = blank_picture(320, 320);
    for (std::size_t i = 0; i < stripes.black.size(); ++i) stripes.black[i] = i % 7 < 3;
    EXPECT_EQ(read(png_of(stripes)), "(no code)");
}

TEST(QrImage, DoesNotChooseBetweenTwoCodes) {
    const Picture left = qr_picture("upi://pay?pa=left@upi&am=5.00");
    const Picture right = qr_picture("upi://pay?pa=rite@upi&am=5.00");
    ASSERT_EQ(left.height, right.height);
    Picture both = blank_picture(left.width + right.width, left.height);
    for (unsigned y = 0; y < both.height; ++y) {
        for (unsigned x = 0; x < both.width; ++x) {
            both.black[std::size_t{y} * both.width + x] =
                x < left.width ? left.at(x, y) : right.at(x - left.width, y);
        }
    }
    EXPECT_EQ(read(png_of(both)), "(no code)");
}

TEST(QrImage, IsNoneWhenItIsNoPng) {
    for (const std::string_view bytes :
         {"", "\x89PNG\r\n\x1a\n", "GIF89a", "\xFF\xD8\xFF\xE0 JFIF", "<svg/>", "upi://pay"}) {
        EXPECT_EQ(read(bytes), "(not an image)") << bytes;
    }
    const std::string good = png_of(qr_picture(kUpiLink));
    EXPECT_EQ(read(good + std::string(limits::kPngBytesMax, ' ')), "(not an image)");
}

TEST(QrImage, SurvivesEveryTruncation) {
    const std::string good = png_of(qr_picture("upi://pay?pa=a@b", {.pixels_per_module = 2}));
    // The last chunk, IEND, holds nothing; a picture without it may still be read.
    const std::size_t end_of_pixels = good.size() - 12;
    for (std::size_t length = 0; length < end_of_pixels; ++length) {
        EXPECT_EQ(read(good.substr(0, length)), "(not an image)") << length;
    }
}

TEST(QrImage, SurvivesEveryBentByte) {
    const std::string text = "upi://pay?pa=a@b";
    const std::string good = png_of(qr_picture(text, {.pixels_per_module = 2}));
    std::size_t refused = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const int flip : {0x01, 0x20, 0xFF}) {
            std::string bent = good;
            bent[at] = static_cast<char>(bent[at] ^ flip);
            const std::string answer = read(bent);
            refused += answer == "(not an image)";
            EXPECT_TRUE(answer == "(not an image)" || answer == "(no code)" || answer == text)
                << at << " gave " << answer;
        }
    }
    EXPECT_GT(refused, good.size());
}

TEST(QrImage, IsJudgedByItsHeaderBeforeItsPixels) {
    const std::string good = png_of(qr_picture("x"), PngForm::Grey);
    ASSERT_EQ(read(png_claiming(good, 116, 116)), "x");
    struct Row {
        std::uint32_t width;
        std::uint32_t height;
    };
    constexpr Row kRows[] = {
        {0, 116},
        {116, 0},
        {2049, 116},
        {116, 2049},
        {65'535, 65'535},
        {0x7FFFFFFF, 0x7FFFFFFF},
        {0xFFFFFFFF, 1},
        {116, 117},
        {2048, 2048},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(read(png_claiming(good, row.width, row.height)), "(not an image)")
            << row.width << "x" << row.height;
    }
}

TEST(QrImage, ReadsUpToTheLargestSide) {
    EXPECT_EQ(read(png_of(blank_picture(2048, 2048))), "(no code)");
    EXPECT_EQ(read(png_of(blank_picture(2049, 2048))), "(not an image)");
    EXPECT_EQ(read(png_of(blank_picture(2048, 2049))), "(not an image)");
}

TEST(QrImage, SurvivesChunksThatUnpackToMuchMore) {
    const std::string good = png_of(qr_picture("x"));
    const std::string bomb = deflated_zeros(64 << 20);
    ASSERT_LT(bomb.size(), limits::kPngBytesMax / 2);
    for (const std::string& body :
         {std::string("key\0\0", 5) + bomb, std::string("ICC\0\0", 5) + bomb}) {
        for (const char* type : {"zTXt", "iCCP"}) {
            const std::string answer = read(png_with_chunk(good, type, body));
            EXPECT_TRUE(answer == "x" || answer == "(not an image)") << type << answer;
        }
    }
}

}  // namespace
}  // namespace chukta
